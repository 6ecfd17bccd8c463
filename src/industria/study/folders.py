"""The folders of a run: written beside, renamed when complete."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from industria.errors import UsageError
from industria.study.store import writing

__all__ = ["previous_of", "replacing"]


def previous_of(folder: Path) -> Path:
    """Return where the run before the last one lies: `run.previous` beside `run`."""
    return folder.with_name(f"{folder.name}.previous")


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Offer a new folder; once it is complete it takes the place of the last run, which becomes the previous one.

    A run that fails or is killed leaves the last one where it was.

    Raises
    ------
    UsageError
        If the folder holds something else than a run.
    UnwritableFolderError
        If the system does not let it be written.
    """
    previous, new = previous_of(folder), folder.with_name(f"{folder.name}.new")
    if folder.exists() and not (folder / "run.json").is_file() and any(folder.iterdir()):
        raise UsageError(f"{folder} holds no run and is not empty; a run would take its place. Name another folder.")
    with writing(new):
        # Killed between the two renames below: the last complete run is the previous one.
        if not folder.exists() and previous.exists():
            previous.rename(folder)
        if new.exists():
            shutil.rmtree(new)
        (new / "results").mkdir(parents=True)
    try:
        yield new
        with writing(new):
            if previous.exists():
                shutil.rmtree(previous)
            if folder.exists():
                folder.rename(previous)
            new.rename(folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
