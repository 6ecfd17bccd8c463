"""`industria attack`: what whoever has a release can reckon of what it withholds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from industria.app._options import Json

__all__ = ["attack"]

FALLS: Final = 7


def attack(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sealed release.")],
    earlier: Annotated[
        list[Path] | None,
        typer.Option("--earlier", metavar="FILE", help="A release that its reader has, too; once for each."),
    ] = None,
    site_folder: Annotated[
        Path | None,
        typer.Option("--site-folder", metavar="FOLDER", help="What stays at the site: values and required intervals."),
    ] = None,
    json: Json = False,
) -> None:
    """Solve all that a release publishes for what it withholds, as its reader can; ends with 7 where a cell falls."""
    from industria.app._show import columns, emit, say
    from industria.core.table import collect
    from industria.release._attack_sealed import attack_release
    from industria.release.sealed import open_unapproved

    # Whoever is to approve it attacks it before.
    sealed = open_unapproved(file)
    found = attack_release(sealed, earlier=earlier or [], site=site_folder)
    rows = collect(found.table).to_pylist()
    # Without the folder of the site nobody knows how wide an interval must be; the site has said what it reached.
    under = found.n_under_protected
    falls = sealed.certificate["attack"]["under_protected"] if under is None else under
    if json:
        emit({"cells": rows, "attacked": found.n_attacked, "exact": found.n_exact, "under_protected": under})
    else:
        say(columns([_line(row) for row in rows]) if rows else "no sum is withheld")
        where = " (by the certificate; --site-folder checks it)" if under is None else ""
        say(f"{found.n_exact} exact, {falls} under-protected{where}")
    if found.n_exact or falls:
        raise typer.Exit(FALLS)


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    low, high = ("no bound" if end is None else f"{end:.12g}" for end in (row["low"], row["high"]))
    verdict = "exact" if row["exact"] else "under-protected" if row.get("protected") is False else ""
    return f"{row['step']}{row['cell']}", f"{low} to {high}", verdict
