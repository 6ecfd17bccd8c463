"""`industria status`: what would run again, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from industria.app._options import Json, LocalCode, StudyFolder

__all__ = ["status"]


def status(
    study: StudyFolder = ".",
    why: Annotated[bool, typer.Option("--why", help="Say what changed.")] = False,
    local_code: LocalCode = True,
    json: Json = False,
) -> None:
    """Tell of every step whether the last run still has its result."""
    from industria.app._show import columns, emit, say
    from industria.study.load import load
    from industria.study.status import status as standings

    found = standings(load(study), local_code=local_code)
    if json:
        emit({"steps": [{"step": one.step, "state": one.state, "why": "; ".join(one.why)} for one in found]})
        return
    say(columns([(one.step, one.state, *(["; ".join(one.why)] if why else [])) for one in found]))
