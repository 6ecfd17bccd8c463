"""`industria verify`: whether a run comes out again."""

from __future__ import annotations

from typing import Annotated

import typer

from industria.app._options import Json, LocalCode, Quiet
from industria.app._runs import Memory, RunFolder

__all__ = ["verify"]


def verify(
    run: RunFolder,
    study: Annotated[
        str | None, typer.Option(metavar="STUDY", help="The study; without it, the folder that the run lies in.")
    ] = None,
    memory: Memory = None,
    local_code: LocalCode = True,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Compute a run again in a folder of its own and compare every number; 5 where one differs."""
    from industria.app._runs import progress
    from industria.app._show import emit, say
    from industria.app.diff import page
    from industria.errors import VerificationError
    from industria.study.load import load
    from industria.study.record import Run
    from industria.study.verify import verify as verified

    recorded = Run.read(run)
    words = load(study or recorded.folder.parent)
    found = verified(words, recorded, local_code=local_code, memory=memory, progress=progress(quiet or json))
    if json:
        emit({"verified": not found.differs, **found.as_dict()})
        raise typer.Exit(VerificationError.exit_code if found.differs else 0)
    if found.differs:
        raise VerificationError(f"{recorded.folder} does not come out again.\n\n{page(found)}")
    say(f"{recorded.folder}: {len(recorded.steps)} steps come out again.", quiet=quiet)
