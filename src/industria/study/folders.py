"""The folders of a run: written beside, renamed when complete."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from industria.errors import UsageError
from industria.study.store import writing

__all__ = ["FILE", "for_its_owner_alone", "previous_of", "replacing", "study_file"]

FILE: Final = "study.toml"


def study_file(path: Path) -> Path | None:
    """Find the file of a study by its folder or by itself; None where there is none."""
    return next((place for place in (path, path / FILE) if place.is_file()), None)


def previous_of(folder: Path) -> Path:
    """Return where the run before the last one lies: `run.previous` beside `run`."""
    return folder.with_name(f"{folder.name}.previous")


def for_its_owner_alone(*folders: Path) -> None:
    """Close folders that list who stands behind numbers; one that somebody else made is theirs to close."""
    for folder in folders:
        with suppress(PermissionError):
            folder.chmod(0o700)


@contextmanager
def replacing(folder: Path, *, keep: bool = True) -> Iterator[Path]:
    """Offer a new folder; once it is complete it takes the place of the last run.

    A run that fails or is killed leaves the last one where it was.

    Parameters
    ----------
    folder : Path
        Of the run.
    keep : bool
        Whether what lay there becomes the previous run; it is dropped where the
        new folder is the same run with another brief.

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
        # Killed between the two renames below: the last complete run stands aside.
        for aside in (folder.with_name(f"{folder.name}.old"), previous):
            if not folder.exists() and aside.exists():
                aside.rename(folder)
        if new.exists():
            shutil.rmtree(new)
        (new / "results").mkdir(parents=True)
    try:
        yield new
        with writing(new):
            aside = previous if keep else folder.with_name(f"{folder.name}.old")
            if aside.exists():
                shutil.rmtree(aside)
            if folder.exists():
                folder.rename(aside)
            new.rename(folder)
            if not keep:
                shutil.rmtree(aside, ignore_errors=True)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
