"""Workspaces of R (.RData, .rda), by the package rdata."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

from industria.errors import BrokenFileError, MissingPackageError

__all__ = ["read_workspace"]


def read_workspace(path: Path, name: str) -> dict[str, Any]:
    """Read the objects of a workspace: lists as dicts, arrays as numpy has them, data frames as pandas has them.

    Parameters
    ----------
    path : Path
        May be compressed as R does it.
    name : str
        What messages call it.

    Raises
    ------
    MissingPackageError
        If rdata is not installed.
    BrokenFileError
        If the file is cut off or no workspace.
    """
    try:
        import rdata
    except ImportError:
        raise MissingPackageError("rdata", "formats", f"reading {name}") from None
    try:
        with warnings.catch_warnings():
            # A data.table is a data.frame too, and rdata warns of the first name.
            warnings.simplefilter("ignore")
            objects = rdata.read_rda(path)
    # The parser tells a broken file by whatever it stumbles over, an assertion among others.
    except Exception as error:
        raise BrokenFileError(name, f"it is cut off or no workspace of R ({type(error).__name__}: {error}).") from None
    return dict(objects)
