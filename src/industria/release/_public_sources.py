"""Sources that a study calls public: never those that a keeper brings, and always said."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

from industria.errors import ReleaseRefusedError
from industria.release._leaving import Leaving
from industria.study.model import Study
from industria.study.record import Run

__all__ = ["called_public"]

CONTRACT: Final = "contract.json"
"""Names the sources that sites bring, in a folder into which a pack was unpacked."""


def called_public(study: Study, run: Run, steps: Sequence[Leaving]) -> dict[str, list[str]]:
    """Tell which sources a study calls public, and the steps that leave and read them.

    Raises
    ------
    ReleaseRefusedError
        If the keeper of the run brought one of them: what of it anybody can have is not the author's to say.
    """
    brought = {*study.file.contract, *_set(study), *_asked_for(study)}
    for name in study.file.release.public:
        if name in brought:
            raise ReleaseRefusedError(
                run.folder,
                f"the study calls {name!r} public, but its keeper brings it; only sources that travel with a study, or "
                "that anybody can read, are public",
            )
    found = {name: [step.name for step in steps if _reads(step, name)] for name in study.file.release.public}
    return {name: of for name, of in found.items() if of}


def _reads(step: Leaving, source: str) -> bool:
    # What is judged by its own support reads other sources, too, and is held to the rules.
    return step.kind == "derived" and any(read.partition(".")[0] == source for read in step.reads.values())


def _set(study: Study) -> Iterable[str]:
    """Name the sources that somebody set, and that did not travel with a pack."""
    return [name for name in study.given if not (study.folder / "bridges" / f"{name}.parquet").is_file()]


def _asked_for(study: Study) -> Iterable[str]:
    """Name the sources that a pack asks for."""
    place = study.folder / CONTRACT
    if not place.is_file():
        return []
    try:
        return list(json.loads(place.read_text(encoding="utf-8"))["sources"])
    except (ValueError, KeyError, TypeError):
        raise ReleaseRefusedError(
            place, "it does not name the `sources` that a keeper brings; take the one of the pack"
        ) from None
