"""`industria doctor`: what is installed, what is missing, and which command adds it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from industria.app._options import Json
from industria.app._site import AnswersFile, Sets, SpokenLanguage, is_pack, refuse_without_pack

__all__ = ["doctor"]


def doctor(
    folder: Annotated[
        Path, typer.Argument(metavar="[STUDY|PACK]", help="A study, a folder for studies, or a pack for this site.")
    ] = Path("."),
    sets: Sets = None,
    answers: AnswersFile = None,
    language: SpokenLanguage = "en",
    json: Json = False,
) -> None:
    """Look at this machine, and at what a study needs of it: sources, contracts, bridges. Warnings do not fail.

    Of a pack: whether the site's tables keep its contract, and how much of official totals they cover; no value of a
    record is shown.
    """
    from industria.app._health import examine
    from industria.app._show import columns, emit, paint, say
    from industria.app._study_health import examine_study, holds_study

    if is_pack(folder):
        _examine_site(folder, sets, answers, language, json)
        return
    refuse_without_pack(folder, sets, answers)
    findings = examine(folder if folder.is_dir() else folder.parent)
    if holds_study(folder):
        findings += examine_study(folder)
    code = min((finding.exit_code for finding in findings if finding.exit_code), default=0)
    if json:
        emit([finding._asdict() for finding in findings])
        raise typer.Exit(code)
    say(columns([("ok" if finding.ok else "!!", finding.what, finding.found) for finding in findings]))
    warnings = [finding for finding in findings if not finding.ok]
    for finding in warnings:
        label = paint("error:", "red") if finding.exit_code else paint("warning:", "yellow")
        say(f"{label} {finding.what}: {finding.advice or finding.found}")
    say(f"{len(warnings)} warnings" if len(warnings) > 1 else "1 warning" if warnings else "Everything is there.")
    raise typer.Exit(code)


def _examine_site(pack: Path, sets: Sets, answers: AnswersFile, language: str, json: bool) -> None:
    from industria.app._show import emit, say
    from industria.app._site import checkup_lines, checkup_record, read_sets, speaking
    from industria.release import doctor as examine_site

    with speaking(language):
        checkup = examine_site(pack, read_sets(sets), answers=answers)
    if json:
        emit(checkup_record(checkup, language))
    else:
        say("\n".join(checkup_lines(checkup, language)))
    raise typer.Exit(checkup.exit_code)
