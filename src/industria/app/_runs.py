"""What commands about runs share: the folder of a run, progress, the brief if it can be made."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

if TYPE_CHECKING:
    from industria.errors import Problem
    from industria.study.model import Study
    from industria.study.run import Finish, Progress

__all__ = ["Memory", "RunFolder", "brief_maker", "problems_in_prose", "progress", "shown"]

RunFolder = Annotated[str, typer.Argument(metavar="RUN", help="The folder of a run, or of a study for its last run.")]
Memory = Annotated[
    str | None, typer.Option(metavar="SIZE", help="What the engine may hold before it spills: 800MB, 4GB, 60%.")
]


def progress(quiet: bool) -> Progress:
    """Tell each step with its seconds: on one line that fills on a terminal, as plain lines when piped."""
    from industria.app._show import complain, paint

    live = sys.stderr.isatty()

    def tell(step: str, seconds: float | None, reused: bool) -> None:
        if quiet:
            return
        if seconds is None:
            if live:
                print(f"  {step} …", end="\r", file=sys.stderr, flush=True)
            return
        took = "unchanged" if reused else f"{seconds:.1f} s"
        complain(f"  {step:<28} {paint(took, 'dim', sys.stderr)}")

    return tell


def brief_maker(study: Study) -> Finish | None:
    """Return what writes the brief; None where there is no prose, or what a brief needs is not installed."""
    compose = _of_brief("compose", study)
    return cast("Finish | None", compose)


def problems_in_prose(study: Study, *, local_code: bool = True) -> list[Problem]:
    """Check the brief, where there is one and what a brief needs is installed."""
    check = _of_brief("check", study)
    return [] if check is None else cast("list[Problem]", check(study, local_code=local_code))


def _of_brief(word: str, study: Study) -> Any:
    """Import a function of the brief floor: its packages are an extra."""
    from industria.app._show import complain

    if not study.briefs:
        return None
    try:
        return getattr(import_module(f"industria.brief.{word}"), word)
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("industria"):
            raise
        complain(f"brief.md is left aside: it needs {error.name!r}; pip install 'industria[brief]'")
        return None


def shown(path: Path) -> str:
    """Write a path as short as it can be from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
