"""Whether a column that should be in logs can be, and whether one that can be looks as if it were."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from industria.errors import LogsError, OutsideRangeError
from industria.productivity._panel import Panel

__all__ = ["doubt_of_level", "in_logs", "refuse_levels", "refuse_logs"]

WIDEST: Final = 20.0
"""Log points between the largest and the smallest: half a billion to one, which no productivity spans."""
NARROW: Final = 2.0
"""Largest over smallest: levels of productivity differ by more in most industries, logs of them by less."""


def in_logs(panel: Panel, column: str, logs: bool) -> Panel:
    """Hand on a panel whose column is in logs, taking them where it is not.

    Raises
    ------
    LogsError, OutsideRangeError
        If it is said to be in logs and spreads as none do, or said to be a level and is not above zero throughout.
    """
    if logs:
        refuse_levels(panel, column, "logs=False")
        return panel
    refuse_logs(panel, column, "logs=True")
    return replace(panel, numbers={**panel.numbers, column: np.log(panel[column])})


def refuse_levels(panel: Panel, column: str, remedy: str) -> None:
    """Refuse a column that spreads as no logs do.

    Raises
    ------
    LogsError
        With its ends and what to say instead.
    """
    low, high = float(panel[column].min()), float(panel[column].max())
    if high - low > WIDEST:
        raise LogsError(panel.name, column, low, high, remedy)


def refuse_logs(panel: Panel, column: str, remedy: str) -> None:
    """Refuse a column that should be a level and is not above zero throughout.

    Raises
    ------
    OutsideRangeError
        With the first such row and what to say instead.
    """
    odd = np.flatnonzero(panel[column] <= 0)
    if len(odd):
        first = int(odd[0])
        allowed = f"must be above 0, as a level is; if it is in logs, say {remedy}"
        raise OutsideRangeError(panel.name, column, float(panel[column][first]), panel.where(first), allowed)


def doubt_of_level(panel: Panel, column: str, spread: float) -> str | None:
    """Say of a level that it may be in logs, which its spread, in log points, shows; None where it does not."""
    if len(panel) > 1 and spread < np.log(NARROW):
        return f"{column} lies within a factor of {NARROW:g} (logs already?)"
    return None
