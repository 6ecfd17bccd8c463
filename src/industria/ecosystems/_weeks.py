"""Weeks of a surge: whole numbers in a row, or dates 7 days apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.core.rows import Rows
from industria.errors import WeeksError

Ids: TypeAlias = npt.NDArray[np.int64]


def following_weeks(rows: Rows, first: int | None = None) -> list[Any]:
    """List the weeks of a table, which follow one another: dates, or whole numbers from the `first` on.

    Raises
    ------
    WeeksError
        If there are none, or one lacks.
    """
    if not rows.n:
        raise WeeksError(rows.name, "week", "has no rows", "At least one week is needed.")
    found = sorted(set(rows["week"]))
    if isinstance(found[0], dt.date):
        gap = next((i for i in range(1, len(found)) if (found[i] - found[i - 1]).days != 7), None)
        if gap:
            advice = "Weeks are dates 7 days apart; give every week a row, 0 where there is nothing."
            raise WeeksError(rows.name, "week", f"goes from {found[gap - 1]} to {found[gap]}", advice)
        return found
    start = found[0] if first is None else first
    gap = next((i for i, week in enumerate(found) if week != start + i), None)
    if gap is not None:
        advice = "Weeks are 0, 1, 2 and so on, or dates 7 days apart; none may lack."
        raise WeeksError(rows.name, "week", f"has {found[gap]} where {start + gap} is next", advice)
    return found


def places_of(rows: Rows, column: str, weeks: Sequence[Any]) -> Ids:
    """Find weeks among those of demand; a missing one gets -1."""
    place = {week: t for t, week in enumerate(weeks)}
    for week in rows[column]:
        if week is None or week in place:
            continue
        kinds = "dates" if isinstance(weeks[0], dt.date) else "whole numbers"
        if isinstance(week, dt.date) != isinstance(weeks[0], dt.date):
            raise WeeksError(rows.name, column, f"has {week}", f"The weeks of demand are {kinds}; say all weeks alike.")
        said = f"has {week}, which is no week of demand"
        raise WeeksError(rows.name, column, said, f"Demand runs from {weeks[0]} to {weeks[-1]}.")
    return np.array([place.get(week, -1) for week in rows[column]], np.int64)


def bounds_of(options: Rows, column: str, weeks: Sequence[Any], otherwise: int) -> Ids:
    """Read the weeks before or after which a pivot may not start; those beyond the plan do not bind, or bar it."""
    found = np.full(options.n, otherwise)
    for i, week in enumerate(options[column]):
        if week is None:
            continue
        if isinstance(week, dt.date) != isinstance(weeks[0], dt.date):
            raise WeeksError("options", column, f"has {week}", "Say all weeks alike: whole numbers or dates.")
        if isinstance(week, dt.date):
            # A day within a week: pivots start when weeks do, not before the day and not after it.
            days = (week - weeks[0]).days
            found[i] = -(-days // 7) if column == "earliest_week" else days // 7
        else:
            found[i] = week
    return found
