"""Claims, sources and crosswalks, as a brief tells them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from industria.brief import numbers
from industria.brief.blocks import Claim, ClaimList, SourceList, SourceNote
from industria.brief.inline import Inline, Text
from industria.brief.language import Language, speak
from industria.brief.shown import SIGN, Number
from industria.brief.withheld import Withheld
from industria.core.result import MARK
from industria.study.explain import drawn_by
from industria.study.model import in_language
from industria.study.record import Run

__all__ = ["claim_list", "crosswalk_lines", "day", "source_list"]

_STYLES: Final = {"fraction": "percent", "percentage points": "points"}


def claim_list(run: Run, language: str, line: int) -> ClaimList:
    """List the claims with their status and the interval that decided it.

    Parameters
    ----------
    run : Run
        With its claims.
    language : str
        Of words and numbers.
    line : int
        Where the tag stands.
    """
    spoken = speak(language)
    found = Counter(claim["status"] for claim in run.claims)
    summary = spoken.word("claims_line", **{status: found[status] for status in ("holds", "weak", "fails")})
    if found["withheld"]:
        summary += f", {spoken.word('withheld_claims', number=found['withheld'])}"
    return ClaimList(tuple(_claim(claim, run, spoken, line) for claim in run.claims), summary, line)


def _claim(claim: Mapping[str, Any], run: Run, spoken: Language, line: int) -> Claim:
    if claim["status"] == "withheld":
        says = in_language(claim["says"], spoken.code)
        return Claim(says, claim["status"], (Withheld(spoken.word("withheld"), line),))
    value = run.value(claim["value"])
    style = _STYLES.get(value.unit or "", "number")
    bounds = [claim[name] for name in ("low", "high") if claim.get(name) is not None]
    scale = 1 if style == "number" else 100
    ends = [scale * x for x in (claim["estimate"], *bounds)]
    counted = isinstance(value.value, int) and not bounds
    digits = 0 if counted else numbers.digits_beside_zero(ends, numbers.digits_for(ends, significant=2))
    said = _written(claim["estimate"], style, digits, spoken.code)
    if style == "number" and value.unit:
        said = f"{said} {spoken.unit(value.unit)}".rstrip()
    if len(bounds) == 2:
        confidence = claim.get("confidence")
        share = f"{numbers.percent(confidence, 0, language=spoken.code)}: " if confidence else ""
        interval = [_written(bound, style, digits, spoken.code) for bound in bounds]
        if style == "points":  # said once, with the estimate
            interval = [bound.split(numbers.NO_BREAK)[0] for bound in interval]
        said += f" ({share}{str(spoken.numbers['interval']).format(low=interval[0], high=interval[1])})"
    # One number: the interval is of the confidence that the claim asks for, and explains as the estimate does.
    evidence = (Number(said, value, line),)
    return Claim(in_language(claim["says"], spoken.code), claim["status"], evidence)


def _written(x: float, style: str, digits: int, language: str) -> str:
    write = {"percent": numbers.percent, "points": numbers.points}.get(style, numbers.number)
    return write(x, digits, language=language)


def source_list(run: Run, language: str, line: int) -> SourceList:
    """List the sources: who publishes them, which version, how many rows, when they were had, how to cite them.

    A file that a study reads two ways, as a correspondence turned round, is one source.

    Parameters
    ----------
    run : Run
        With what is known of its sources.
    language : str
        Of words and numbers.
    line : int
        Where the tag stands.
    """
    spoken = speak(language)
    told = dict.fromkeys(_source(name, source, spoken) for name, source in run.sources.items())
    return SourceList(tuple(told), line, crosswalk_lines(run, language, line), _drawn(run, spoken))


def _drawn(run: Run, spoken: Language) -> tuple[str, ...]:
    """Name the steps that draw rows themselves: what they give has no source."""
    steps = [name for name in drawn_by(run, run.steps) if name in run.steps]
    return tuple(f"{name}: {SIGN} {spoken.word('synthetic')}" for name in steps)


def crosswalk_lines(run: Run, language: str, line: int) -> tuple[tuple[Inline, ...], ...]:
    """Say of each step that changed codes what they split, what a hierarchy resolved, and what is missing.

    Parameters
    ----------
    run : Run
        With its crosswalks; runs of earlier releases have none.
    language : str
        Of words and numbers.
    line : int
        Where the tag stands.
    """
    spoken = speak(language)
    return tuple(_crosswalk(one, run, spoken, line) for one in run.record.get("crosswalks", ()))


def _crosswalk(crosswalk: Mapping[str, Any], run: Run, spoken: Language, line: int) -> tuple[Inline, ...]:
    said: list[Inline] = [Text(spoken.word("crosswalk", step=crosswalk["step"]))]
    between = ": "
    for part in ("split", "resolved", "missing"):
        share = crosswalk[f"{part}_share"]
        if share is None:
            continue
        before, _, after = spoken.word(f"crosswalk_{part}", mass=crosswalk["mass"], share="\0").partition("\0")
        digits = numbers.digits_beside_zero([100 * share], 1)
        value = run.value(f"{crosswalk['step']}.{part}_share")
        said += [
            Text(between + before),
            Number(numbers.percent(share, digits, language=spoken.code), value, line),
            Text(after),
        ]
        between = ", "
    return tuple(said)


def _source(name: str, source: Mapping[str, Any], spoken: Language) -> SourceNote:
    rows = source.get("rows")
    facts = [
        str(source.get("publisher") or ""),
        str(source.get("vintage") or ""),
        f"{spoken.word('rows')}: {numbers.integer(rows, language=spoken.code)}" if rows is not None else "",
        spoken.word("retrieved", date=day(source["retrieved"], spoken)) if source.get("retrieved") else "",
        f"{spoken.word('license')}: {source['license']}" if source.get("license") else "",
        f"{SIGN} {spoken.word('synthetic')}" if source.get(MARK) else "",
    ]
    return SourceNote(
        title=str(source.get("title") or source.get("name") or name),
        facts=tuple(fact for fact in facts if fact),
        citation=str(source.get("citation") or ""),
        url=_link(str(source.get("url") or "")),
        sha256=str(source.get("sha256") or ""),
    )


def _link(url: str) -> str:
    """Keep an address that leads to a page; `javascript:` and the like would be run in the reader's browser."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def day(retrieved: str, spoken: Language) -> str:
    """Write a date of retrieval as the language writes dates."""
    try:
        return spoken.date(dt.date.fromisoformat(str(retrieved)[:10]))
    except ValueError:
        return str(retrieved)
