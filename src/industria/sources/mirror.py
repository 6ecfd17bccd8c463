"""Folders of official files, found by the names that their publishers gave them."""

from __future__ import annotations

import gzip
import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path, PurePosixPath
from typing import Final

from industria.errors import AmbiguousMirrorError, BrokenFileError

__all__ = ["anew", "find", "folders", "passed_over", "unpacked"]

PACKED: Final = ("", ".gz", ".zip")


_passed_over: Final[ContextVar[bool]] = ContextVar("_passed_over", default=False)


@contextmanager
def anew() -> Iterator[None]:
    """Have things from their publishers for a while, whatever the mirror and the store hold."""
    before = _passed_over.set(True)
    try:
        yield
    finally:
        _passed_over.reset(before)


def passed_over() -> bool:
    """Tell whether things are had `anew`."""
    return _passed_over.get()


def folders() -> list[Path]:
    """List the folders of INDUSTRIA_MIRROR, separated as in PATH."""
    return [Path(part) for part in os.environ.get("INDUSTRIA_MIRROR", "").split(os.pathsep) if part]


def find(name: str) -> Path | None:
    """Find a publisher's file in the mirror.

    Parameters
    ----------
    name : str
        The publisher's own name of the file, with as many of the folders around it
        as it takes to be sure: `oews/national_M2023_dl.xlsx`. A file that was packed
        on its own, as `name.gz` or `name.zip`, is found too.

    Returns
    -------
    Path or None
        None where the mirror lacks it, or there is no mirror.

    Raises
    ------
    AmbiguousMirrorError
        If two files of this name hold different bytes; the message lists them.
    """
    if passed_over():
        return None
    found = sorted(_named(name), key=lambda path: (PACKED.index(_packing(path, name)), str(path)))
    if len(found) > 1:
        digests = [hashlib.sha256(unpacked(path, name)).hexdigest() for path in found]
        if len(set(digests)) > 1:
            raise AmbiguousMirrorError(name, [str(path) for path in found])
    return found[0] if found else None


def unpacked(path: Path, name: str) -> bytes:
    """Read a file of the mirror, and unpack it where it was packed on its own.

    Parameters
    ----------
    path : Path
        As `find` returned it.
    name : str
        The name that it was asked for by; it tells what was packed here from what
        the publisher packs.

    Returns
    -------
    bytes
        The publisher's own.

    Raises
    ------
    BrokenFileError
        If the packing is cut off, or holds several files and none of this name.
    """
    packing = _packing(path, name)
    try:
        if packing == ".gz":
            return gzip.decompress(path.read_bytes())
        if packing == ".zip":
            return _from_zip(path, PurePosixPath(name).name)
    except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        raise BrokenFileError(str(path), f"it is cut off or no {packing} file ({error}).") from None
    return path.read_bytes()


def _from_zip(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as packed:
        inside = [one for one in packed.namelist() if not one.endswith("/")]
        named = [one for one in inside if PurePosixPath(one).name == name] or inside
        if len(named) != 1:
            raise BrokenFileError(str(path), f"it holds {len(inside)} files, and not one of the name {name!r}.")
        return packed.read(named[0])


def _named(name: str) -> Iterator[Path]:
    wanted = PurePosixPath(name).parts
    names = {f"{wanted[-1]}{packing}" for packing in PACKED}
    for base in folders():
        for folder, _, files in os.walk(base):
            for file in names.intersection(files):
                path = Path(folder, file)
                if path.parts[-len(wanted) : -1] == wanted[:-1]:
                    yield path


def _packing(path: Path, name: str) -> str:
    return path.name.removeprefix(PurePosixPath(name).name)
