"""`industria run`: from the study file to the results, the claims and the brief."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from industria.app._options import Json, LocalCode, Quiet
from industria.app._runs import Memory
from industria.app._site import AnswersFile, Sets, SpokenLanguage, is_pack, refuse_without_pack

if TYPE_CHECKING:
    from industria.study.model import Study
    from industria.study.record import Run
    from industria.study.run import Progress
    from industria.study.standing import Standing

__all__ = ["run"]

CLAIM_FAILS: Final = 6
HASH: Final = 12
"""Letters of a hash that are printed."""
STYLES: Final[dict[str, Any]] = {"holds": "green", "weak": "yellow", "fails": "red"}


def run(
    study: Annotated[
        str, typer.Argument(metavar="STUDY|PACK", help="The folder of the study, its study.toml, or a pack.")
    ] = ".",
    memory: Memory = None,
    bit_exact: Annotated[bool, typer.Option("--bit-exact", help="One thread: the same sums to the last bit.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Compute every step anew.")] = False,
    local_code: LocalCode = True,
    brief: Annotated[bool, typer.Option("--brief/--no-brief", help="Whether the brief is written.")] = True,
    allow_failed_claims: Annotated[
        bool, typer.Option("--allow-failed-claims", help="End with 0 even where a claim fails.")
    ] = False,
    sets: Sets = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Of a pack: where the results go, which stay there.")
    ] = None,
    answers: AnswersFile = None,
    trust: Annotated[
        Path | None,
        typer.Option("--trust", metavar="FILE", help="Of a pack: public keys, one of which must have signed."),
    ] = None,
    language: SpokenLanguage = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run a study: check it, compute what changed, judge the claims, write the brief.

    Of a pack: over the site's own tables, without a network, into a folder that stays at the site.
    """
    from industria.app._runs import progress
    from industria.app._show import emit, say
    from industria.study.standing import Standing

    tell = progress(quiet or json)
    if is_pack(study):
        way = {"local_code": local_code, "memory": memory, "bit_exact": bit_exact, "fresh": fresh, "brief": brief}
        _run_at_site(
            study, sets, out, tell, json=json, quiet=quiet, answers=answers, trust=trust, language=language, **way
        )
        return
    refuse_without_pack(study, sets, out, answers, trust)
    last = Standing.of(study, memory=memory, bit_exact=bit_exact, local_code=local_code, brief=brief)
    answer = None if fresh else last.answer()
    if answer is None:
        words = _checked(study, local_code, brief)
        answer = _made(words, last, tell, fresh=fresh)
    else:
        for step in answer["record"]["steps"]:
            step["reused"] = True
            tell(step["name"], 0.0, True)
    if json:
        emit(answer["record"])
    else:
        say(_page(answer), quiet=quiet)
    if not allow_failed_claims and any(claim["status"] == "fails" for claim in answer["record"]["claims"]):
        raise typer.Exit(CLAIM_FAILS)


def _run_at_site(
    pack: str, sets: Sets, out: Path | None, tell: Progress, *, language: str, json: bool, quiet: bool, **way: Any
) -> None:
    """Run a pack; of its results nothing is printed."""
    from industria.app._show import emit, say
    from industria.app._site import read_sets, speaking
    from industria.app._site_run import run_pack
    from industria.errors import UsageError
    from industria.release._messages import word

    if out is None:
        raise UsageError("a pack is not written to; say --out FOLDER for its results, which stay at the site.")
    with speaking(language):
        told = run_pack(pack, read_sets(sets), out, tell=tell, language=language, **way)
    if json:
        emit(told)
        return
    say(word("run_done", language, n=len(told["steps"]), folder=out), quiet=quiet)
    say(word("run_next", language, folder=out), quiet=quiet)


def _checked(study: str, local_code: bool, brief: bool) -> Study:
    """Read a study and check all that it says."""
    from industria.app._runs import problems_in_prose
    from industria.errors import StudyError
    from industria.study.check import check
    from industria.study.load import load

    words = load(study)
    problems = [
        *check(words, local_code=local_code),
        *(problems_in_prose(words, local_code=local_code) if brief else ()),
    ]
    if problems:
        raise StudyError(problems)
    return words


def _made(study: Study, last: Standing, tell: Progress, *, fresh: bool) -> dict[str, Any]:
    """Run a study, and note what is to be answered as long as the run stands."""
    from industria.app._runs import brief_maker
    from industria.study.measures import files_of_measures
    from industria.study.run import run as run_study

    way = dict(last.way)
    finish = brief_maker(study) if way.pop("brief") else None
    made = run_study(study, **way, fresh=fresh, progress=tell, finish=finish)
    answer = _answer(made, study.file.languages[0])
    # What lacks a package to write its brief says so each time.
    if finish is not None or not (last.way["brief"] and study.briefs):
        last.note(made.record, files_of_measures(study), answer)
    return answer


def _answer(run: Run, language: str) -> dict[str, Any]:
    """Tell in plain data what is answered, now and as long as the run stands: all that is printed must be in it."""
    from industria.study.model import in_language

    brief = next(iter(run.record.get("answers", ())), {"answer": "", "findings": []})
    return {
        "record": _record(run),
        "title": in_language(run.title, language),
        "question": in_language(run.question, language),
        "answer": brief["answer"],
        "findings": brief["findings"],
        "claims": [
            {"status": claim["status"], "says": in_language(claim["says"], language), "evidence": evidence}
            for claim, evidence in zip(run.claims, _evidence(run, language), strict=True)
        ],
        "crosswalks": _crosswalks(run, language),
        "synthetic": _legend(run, language),
    }


def _legend(run: Run, language: str) -> str:
    """Say what the sign beside synthetic numbers means, where there may be any."""
    from industria.brief.language import speak
    from industria.brief.shown import SIGN

    return f"{SIGN} {speak(language).word('synthetic')}" if any(map(run.synthetic, run.steps)) else ""


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
        written.append("".join(part.marked for part in shown.evidence if isinstance(part, Number)) + n)
    return written


def _crosswalks(run: Run, language: str) -> list[str]:
    """Write what each change of codes split, resolved and lost, as the brief writes it."""
    from industria.brief.inline import plain
    from industria.brief.notes import crosswalk_lines

    return [plain(line) for line in crosswalk_lines(run, language, 0)]


def _record(run: Run) -> dict[str, Any]:
    from industria.study.claims import tally

    words = ("name", "measure", "rows", "reused", "seconds", "warnings", "synthetic")
    briefs = [*sorted(run.folder.glob("brief*.html")), *sorted(run.folder.glob("brief*.pdf"))]
    return {
        "folder": str(run.folder),
        "claims": run.claims,
        "tally": tally(run.claims),
        "sources": [
            {"name": name, **{word: source.get(word) for word in ("title", "vintage", "sha256", "synthetic")}}
            for name, source in run.sources.items()
        ],
        "crosswalks": run.record.get("crosswalks", []),
        "steps": [{word: step[word] for word in words} for step in run.record["steps"]],
        "briefs": [str(path) for path in briefs],
    }


def _page(answer: Mapping[str, Any]) -> str:
    """Write question, answer, findings, claims with evidence, sources, crosswalks, and where the brief lies."""
    from industria.app._runs import shown
    from industria.app._show import paint

    record = answer["record"]
    lines = ["", paint(answer["title"], "bold"), answer["question"], ""]
    lines += [paint(answer["answer"], "bold"), ""] if answer["answer"] else []
    lines += [f"  {number}. {finding}" for number, finding in enumerate(answer["findings"], 1)]
    lines += [""] if answer["findings"] else []
    for claim in answer["claims"]:
        status = f"{claim['status']:<5}"
        lines.append(f"  {paint(status, STYLES[claim['status']])}  {claim['says']}")
        lines.append(f"         {claim['evidence']}")
    if answer["claims"]:
        lines += ["", paint(record["tally"], "bold"), ""]
    lines += [paint(answer["synthetic"], "yellow"), ""] if answer["synthetic"] else []
    sources = list(dict.fromkeys(_source(source) for source in record["sources"]))
    lines += [*sources, ""] if sources else []
    lines += [*answer["crosswalks"], ""] if answer["crosswalks"] else []
    lines += [shown(Path(path)) for path in record["briefs"] or [record["folder"]]]
    return "\n".join(lines)


def _source(source: Mapping[str, Any]) -> str:
    """Write title, vintage and the first letters of the hash of a source: a file that is read two ways is one."""
    vintage, sha256 = source["vintage"], source["sha256"]
    drawn = "synthetic" if source["synthetic"] else ""
    parts = (source["title"] or source["name"], vintage, drawn, f"sha256 {sha256[:HASH]}" if sha256 else "")
    return f"  {' · '.join(part for part in parts if part)}"
