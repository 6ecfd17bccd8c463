"""`industria doctor`: what is installed, what is missing, and which command adds it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from industria.app._options import Json

__all__ = ["doctor"]


def doctor(
    folder: Annotated[Path, typer.Argument(metavar="[STUDY]", help="A study, or a folder for studies.")] = Path("."),
    json: Json = False,
) -> None:
    """Look at this machine, and at what a study needs of it: sources, contracts, bridges. Warnings do not fail."""
    from industria.app._health import examine
    from industria.app._show import columns, emit, paint, say
    from industria.app._study_health import examine_study, holds_study

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
