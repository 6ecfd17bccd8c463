"""`industria run`: from the study file to the results, the claims and the brief."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from industria.app._options import Json, LocalCode, Quiet, StudyFolder
from industria.app._runs import Memory

if TYPE_CHECKING:
    from industria.study.model import Study
    from industria.study.record import Run

__all__ = ["run"]

CLAIM_FAILS: Final = 6
STYLES: Final[dict[str, Any]] = {"holds": "green", "weak": "yellow", "fails": "red"}


def run(
    study: StudyFolder = ".",
    memory: Memory = None,
    bit_exact: Annotated[bool, typer.Option("--bit-exact", help="One thread: the same sums to the last bit.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute every step anew.")] = False,
    local_code: LocalCode = True,
    brief: Annotated[bool, typer.Option("--brief/--no-brief", help="Whether the brief is written.")] = True,
    allow_failed_claims: Annotated[
        bool, typer.Option("--allow-failed-claims", help="End with 0 even where a claim fails.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: check it, compute what changed, judge the claims, write the brief."""
    from industria.app._runs import brief_maker, progress
    from industria.app._show import emit, say
    from industria.study.load import load
    from industria.study.run import run as run_study
    from industria.study.standing import key_of, note, standing

    words, tell = load(study), progress(quiet or json)
    key = key_of(words, local_code=local_code, bit_exact=bit_exact, brief=brief)
    made = None if fresh else standing(words, key)
    stands = made is not None
    if made is not None:
        for step in made.steps:
            tell(step, 0.0, True)
    else:
        _check(words, local_code, brief)
        made = run_study(
            words,
            local_code=local_code,
            bit_exact=bit_exact,
            memory=memory,
            fresh=fresh,
            progress=tell,
            finish=brief_maker(words) if brief else None,
        )
        note(words, key, made)
    if json:
        emit(_record(made, stands))
    else:
        say(_answer(made, words.file.languages[0]), quiet=quiet)
    if not allow_failed_claims and any(claim["status"] == "fails" for claim in made.claims):
        raise typer.Exit(CLAIM_FAILS)


def _check(study: Study, local_code: bool, brief: bool) -> None:
    from industria.app._runs import problems_in_prose
    from industria.errors import StudyError
    from industria.study.check import check

    problems = [
        *check(study, local_code=local_code),
        *(problems_in_prose(study, local_code=local_code) if brief else ()),
    ]
    if problems:
        raise StudyError(problems)


def _answer(run: Run, language: str) -> str:
    """Write question, answer and findings, each claim with its evidence, the tally, and where the brief lies."""
    from industria.app._runs import shown
    from industria.app._show import paint
    from industria.study.claims import tally
    from industria.study.model import in_language

    lines = ["", paint(in_language(run.title, language), "bold"), in_language(run.question, language), ""]
    for brief in run.record.get("answers", ())[:1]:
        lines += [paint(brief["answer"], "bold"), ""] if brief["answer"] else []
        lines += [f"  {number}. {finding}" for number, finding in enumerate(brief["findings"], 1)]
        lines += [""] if brief["findings"] else []
    for claim, evidence in zip(run.claims, _evidence(run, language), strict=True):
        status = f"{claim['status']:<5}"
        lines.append(f"  {paint(status, STYLES[claim['status']])}  {in_language(claim['says'], language)}")
        lines.append(f"         {evidence}")
    if run.claims:
        lines += ["", paint(tally(run.claims), "bold"), ""]
    lines += map(shown, _briefs(run) or [run.folder])
    return "\n".join(lines)


def _evidence(run: Run, language: str) -> list[str]:
    """Write estimate, interval and n of each claim, as the brief writes them."""
    from industria.brief.notes import claim_list
    from industria.brief.shown import Number
    from industria.core.value import Address

    written = []
    for claim, shown in zip(run.claims, claim_list(run, language, 0).claims, strict=True):
        facts = run.facts(Address.parse(claim["value"]).step)
        units = f", {facts['n_units']} units" if facts.get("n_units") is not None else ""
        n = f"; n = {claim['n']}{units}" if claim["n"] is not None else ""
        written.append("".join(part.text for part in shown.evidence if isinstance(part, Number)) + n)
    return written


def _briefs(run: Run) -> list[Any]:
    return [*sorted(run.folder.glob("brief*.html")), *sorted(run.folder.glob("brief*.pdf"))]


def _record(run: Run, stands: bool) -> dict[str, Any]:
    from industria.study.claims import tally

    words = ("name", "measure", "rows", "reused", "seconds", "warnings")
    return {
        "folder": str(run.folder),
        "claims": run.claims,
        "tally": tally(run.claims),
        "steps": [
            {**{word: step[word] for word in words}, "reused": stands or step["reused"]} for step in run.record["steps"]
        ],
        "briefs": [str(path) for path in _briefs(run)],
    }
