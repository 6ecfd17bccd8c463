"""Which folders a study may read, and the nearest name where a file is missing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from industria.errors import MissingFileError, PathOutsideError, listing
from industria.sources.reader import parameters_of

__all__ = ["existing", "locate", "located"]


def locate(path: str, folder: Path) -> str:
    """Find a file that a study names.

    Looked for in the study's folder, then in the folders of INDUSTRIA_DATA and
    INDUSTRIA_MIRROR. Links are followed before it is asked where a path leads.

    Parameters
    ----------
    path : str
        As the study has it: relative, or absolute within one of these folders.
    folder : Path
        The study's.

    Returns
    -------
    str
        The absolute path.

    Raises
    ------
    PathOutsideError
        If the path leads out of all of them.
    MissingFileError
        If no such file is there; the message has the nearest name.
    """
    bases = [Path(folder), *_shared()]
    inside = [place for base in bases if (place := _within(path, base)) is not None]
    if not inside:
        raise PathOutsideError(path, [str(base) for base in bases])
    for place in inside:
        if place.is_file():
            return str(place)
    if inside[0].is_dir():
        raise _missing(path, inside[0])
    near = sorted({entry.name for place in inside if place.parent.is_dir() for entry in place.parent.iterdir()})
    unset = "" if _shared() else ", and neither INDUSTRIA_DATA nor INDUSTRIA_MIRROR names a folder to look in"
    raise MissingFileError(path, listing([str(base) for base in bases]) + unset, near)


def located(reader: Callable[..., Any], given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Resolve the paths among the parameters of a reader against the folder of a study.

    Raises
    ------
    PathOutsideError, MissingFileError
        If a path leads out of the folders that a study may read, or to nothing.
    """
    paths = [name for name, parameter in parameters_of(reader).items() if _is_path(parameter.type)]
    return {key: locate(value, folder) if key in paths else value for key, value in given.items()}


def _is_path(kind: Any) -> bool:
    return get_origin(kind) is Annotated and "path" in get_args(kind)[1:]


def existing(path: str | Path) -> Path:
    """Return a path that a reader was handed, made absolute.

    Raises
    ------
    MissingFileError
        If it is no file; the message has the nearest name.
    """
    place = Path(path).absolute()
    if not place.is_file():
        raise _missing(str(path), place)
    return place


def _shared() -> list[Path]:
    found = [os.environ.get("INDUSTRIA_DATA", ""), os.environ.get("INDUSTRIA_MIRROR", "")]
    return [Path(part) for folders in found for part in folders.split(os.pathsep) if part]


def _within(path: str, base: Path) -> Path | None:
    if "\0" in path:
        return None
    place = (base / path).resolve()
    return place if place.is_relative_to(base.resolve()) else None


def _missing(path: str, place: Path) -> MissingFileError:
    if place.is_dir():
        inside = sorted(entry.name for entry in place.iterdir() if entry.is_file())
        return MissingFileError(path, f"{place.parent}: that is a folder", inside)
    near = sorted(entry.name for entry in place.parent.iterdir()) if place.parent.is_dir() else []
    return MissingFileError(path, str(place.parent), near)
