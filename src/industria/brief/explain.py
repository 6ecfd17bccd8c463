"""Where a number comes from: measure, parameters, rows, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from industria.brief import numbers
from industria.brief.language import Language, speak
from industria.brief.notes import day
from industria.brief.shown import SIGN
from industria.core.value import Value
from industria.errors import IndustriaError
from industria.study.explain import drawn_by
from industria.study.measures import measure_of
from industria.study.model import Study
from industria.study.record import Run

__all__ = ["Explanation", "explanation", "source_names"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What stands behind one address, as lines of label and text.

    Attributes
    ----------
    address : str
        Of the value.
    exact : str
        The value with all its digits.
    unit : str
        In words; empty where nobody tells.
    lines : tuple of (str, str)
        Label and text, in reading order.
    sources : tuple of (str, str)
        Title and sha256 of each source that it goes back to.
    """

    address: str
    exact: str
    unit: str
    lines: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]


def explanation(study: Study, run: Run, value: Value, language: str) -> Explanation:
    """Explain a value of a run.

    Parameters
    ----------
    study : Study
        Whose steps tell their measures.
    run : Run
        Where it was found.
    value : Value
        The value.
    language : str
        Of the labels.
    """
    spoken = speak(language)
    address = value.address
    step = run.step(address.step)
    does, cites = _measure(study, address.step)
    tables = run.columns(address.step, address.table)
    meaning = tables.get(address.column, {}).get("meaning") or ""
    found = [
        (spoken.word("data"), _drawn(run, value, spoken)),
        (spoken.word("formula"), meaning),
        (spoken.word("measure"), f"{does} ({step['measure']})" if does else step["measure"]),
        (spoken.word("citation"), cites),
        (spoken.word("design"), spoken.word(value.design)),
        (spoken.word("interval"), _interval(value, spoken)),
        (spoken.word("n"), numbers.integer(value.n, language=language) if value.n is not None else ""),
        (spoken.word("step"), " → ".join(_chain(run, address.step))),
        (spoken.word("parameters"), _parameters(step["parameters"])),
    ]
    return Explanation(
        address=str(address),
        exact=_exact(value.value, spoken),
        unit=spoken.unit(value.unit) if value.unit else "",
        lines=tuple((label, text) for label, text in found if text),
        sources=tuple(_source(name, run.sources[name], spoken) for name in source_names(run, address.step)),
    )


def _exact(found: object, spoken: Language) -> str:
    return repr(found).replace(".", spoken.numbers["decimal"]) if isinstance(found, float) else str(found)


def source_names(run: Run, step: str) -> list[str]:
    """List the sources that a step goes back to, through the steps before it."""
    found: dict[str, None] = {}
    for name in _chain(run, step):
        for read in run.step(name)["inputs"].values():
            source = read["table"].partition(".")[0]
            if source in run.sources:
                found[source] = None
    return list(found)


def _chain(run: Run, step: str) -> list[str]:
    """List the steps that a step builds on, itself last, in file order."""
    needed, waiting = {step}, [step]
    while waiting:
        for read in run.step(waiting.pop())["inputs"].values():
            name = read["table"].partition(".")[0]
            if name in run.steps and name not in needed:
                needed.add(name)
                waiting.append(name)
    return [name for name in run.steps if name in needed]


def _measure(study: Study, step: str) -> tuple[str, str]:
    """Return what the measure of a step does and where it is defined; nothing where it is no longer there."""
    try:
        measure = measure_of(study.steps[step], study)
    except (IndustriaError, KeyError):
        return "", ""
    return measure.title.rstrip("."), measure.cites


def _drawn(run: Run, value: Value, spoken: Language) -> str:
    """Say that a value is synthetic, and which sources and steps make it so."""
    by = ", ".join(drawn_by(run, _chain(run, value.address.step)))
    return f"{SIGN} {spoken.word('synthetic')} ({by})" if value.synthetic else ""


def _interval(value: Value, spoken: Language) -> str:
    if value.low is None or value.high is None:
        return ""
    style: numbers.Style = "percent" if value.unit == "fraction" else "number"
    bounds = numbers.interval(value.low, value.high, style=style, language=spoken.code)
    return f"{bounds} ({numbers.percent(value.confidence, 0, language=spoken.code)})" if value.confidence else bounds


def _parameters(parameters: Mapping[str, Any]) -> str:
    return "; ".join(f"{name} = {_told(given)}" for name, given in parameters.items() if given not in (None, [], ()))


def _told(given: object) -> str:
    if isinstance(given, list | tuple):
        return ", ".join(str(one) for one in given)
    return " ".join(str(given).split())


def _source(name: str, source: Mapping[str, Any], spoken: Language) -> tuple[str, str]:
    title = str(source.get("title") or source.get("name") or name)
    had = f", {spoken.word('retrieved', date=day(source['retrieved'], spoken))}" if source.get("retrieved") else ""
    return f"{title}{had}", str(source.get("sha256") or "")
