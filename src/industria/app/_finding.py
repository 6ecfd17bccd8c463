"""What the doctor finds."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Finding"]


class Finding(NamedTuple):
    """One thing that was looked at.

    Attributes
    ----------
    what, found : str
        The thing, and how it is.
    ok : bool
        Whether it is as it should be.
    advice : str
        What to do; empty where nothing is.
    exit_code : int
        What a study with it ends with; 0 where it can be run all the same.
    """

    what: str
    found: str
    ok: bool = True
    advice: str = ""
    exit_code: int = 0
