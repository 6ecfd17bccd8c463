"""Whether a column that should be in logs can be."""

from __future__ import annotations

from typing import Final

import numpy as np

from industria.errors import LogsError, OutsideRangeError
from industria.productivity._panel import Panel

__all__ = ["refuse_levels", "refuse_logs"]

WIDEST: Final = 20.0
"""Log points between the largest and the smallest: half a billion to one, which no productivity spans."""


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
