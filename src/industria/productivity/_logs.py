"""Whether a column that should be in logs can be."""

from __future__ import annotations

from typing import Final

from industria.errors import LogsError
from industria.productivity._panel import Panel

__all__ = ["refuse_levels"]

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
