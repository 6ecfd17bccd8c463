"""Making a run again and comparing it with what it recorded."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from industria.study.diff import Comparison, diff
from industria.study.model import Study
from industria.study.record import Run, result_file
from industria.study.run import Progress, run
from industria.study.store import Store, sha256

__all__ = ["verify"]

# Sums over other numbers of threads, and other builds of the linear algebra, agree to
# about ten digits; estimates that are zero but for noise, to far less than 1e-12.
RELATIVE: Final = 1e-9
ABSOLUTE: Final = 1e-12


def verify(
    study: Study, recorded: Run, *, local_code: bool = True, memory: str | None = None, progress: Progress | None = None
) -> Comparison:
    """Compute every step of a study anew, in a folder that is removed, and compare it with a run.

    Parameters
    ----------
    study : Study
        As it is now; where it differs from the one that was run, the comparison tells so.
    recorded : Run
        What is verified.
    local_code : bool
        Whether measures of the study's own folder may run.
    memory : str, optional
        How much the engine may hold.
    progress : callable, optional
        Is told of each step.

    Returns
    -------
    Comparison
        Files that are not those that the run wrote come first. Tables with the
        digest that was recorded are not compared further; the numbers of others
        must agree to nine digits. `differs` tells whether anything does not.
    """
    with tempfile.TemporaryDirectory(prefix="industria-verify-") as place:
        again = run(
            study,
            folder=Path(place) / "run",
            store=Store(Path(place) / "store"),
            local_code=local_code,
            memory=memory,
            fresh=True,
            progress=progress,
        )
        found = diff(recorded, again, relative=RELATIVE, absolute=ABSOLUTE)
        return replace(found, steps=[*_tampered(recorded), *found.steps])


def _tampered(run: Run) -> list[dict[str, Any]]:
    """List steps whose files are not those that the run wrote."""
    found = []
    for step in run.record["steps"]:
        for table, kept in step["tables"].items():
            file = result_file(run.folder, step["name"], table)
            if not file.is_file() or sha256(file) != kept["sha256"]:
                why = f"{file.relative_to(run.folder)} is not the file that was written"
                found.append({"step": step["name"], "cause": "file", "why": [why]})
    return found
