"""`industria doctor`: what is installed, what is missing, and which command adds it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from industria.app._options import Json

__all__ = ["doctor"]


def doctor(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where studies lie or will lie.")] = Path("."),
    json: Json = False,
) -> None:
    """Look at this machine: Python, packages, engine, disk, fonts, PDF. Warnings do not fail."""
    from industria.app._health import examine
    from industria.app._show import columns, emit, paint, say

    findings = examine(folder)
    if json:
        emit([finding._asdict() for finding in findings])
        return
    say(columns([("ok" if finding.ok else "!!", finding.what, finding.found) for finding in findings]))
    warnings = [finding for finding in findings if not finding.ok]
    for finding in warnings:
        say(f"{paint('warning:', 'yellow')} {finding.what}: {finding.advice}")
    say(f"{len(warnings)} warnings" if len(warnings) > 1 else "1 warning" if warnings else "Everything is there.")
