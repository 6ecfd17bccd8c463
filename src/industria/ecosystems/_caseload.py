"""New cases, or patients who were counted, by week: told by week or by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from industria.core.rows import REQUIRED, Field, Rows, columns_there, read
from industria.core.table import TableLike
from industria.errors import EmptyTableError, OutsideRangeError, ParameterRangeError, RedefinedCountError, WeeksError

Array = npt.NDArray[np.float64]
Negatives = Literal["null", "spread", "keep"]

CASES = "new_cases"
CENSUS = ("inpatients", "intensive_care")


@dataclass(frozen=True, slots=True)
class Caseload:
    """Weeks that follow one another, and the horizon among them.

    Attributes
    ----------
    weeks : list
        All weeks, numbers or the dates on which they begin.
    start, n : int
        The horizon is the weeks [start, start + n).
    cases : array, shape (len(weeks),), or None
        New cases of each week; NaN where they are not known.
    census : array, shape (2, len(weeks)), or None
        Patients in hospital, and those of them in intensive care (NaN where that is
        not told), on a mean day of the week.
    n_days_left_out : int
        Days before the first whole week and after the last.
    """

    weeks: list[Any]
    start: int
    n: int
    cases: Array | None
    census: Array | None
    n_days_left_out: int

    @property
    def horizon(self) -> slice:
        """The places of the horizon's weeks."""
        return slice(self.start, self.start + self.n)


def read_caseload(
    data: TableLike,
    *,
    prefer: str,
    split: bool,
    start: int | str | dt.date | None,
    weeks: int,
    negatives: Negatives | None,
) -> Caseload:
    """Read a caseload.

    Parameters
    ----------
    data : table
        `week` or `day`, and `new_cases` or `inpatients` with `intensive_care`.
    prefer : {"new_cases", "inpatients"}
        Which to read of a table that has both, and to ask for of one that has neither.
    split : bool
        Whether patients in intensive care must be told apart.
    start : week, optional
        First week of the horizon; the first of the table without it.
    weeks : int
        At most how many weeks.
    negatives : {"null", "spread", "keep"}, optional
        What cases below 0 are; None refuses them.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, EmptyTableError, DuplicateRowError
        If a column, a row or a cell lacks, is of another kind, or a time stands twice.
    NegativeValueError, InfiniteValueError, OutsideRangeError, RedefinedCountError
        If a number cannot be what it is called.
    WeeksError, ParameterRangeError
        If times do not follow one another, or the horizon lies outside them.
    """
    if weeks < 1:
        raise ParameterRangeError("weeks", weeks, "1 or more")
    table, there = columns_there(data, "caseload")
    time = "day" if "day" in there and "week" not in there else "week"
    column = next((one for one in (prefer, CASES, CENSUS[0]) if one in there), prefer)
    counted = (
        [Field(CASES, "number")]
        if column == CASES
        else [Field(CENSUS[0], "amount"), Field(CENSUS[1], "amount", REQUIRED if split else None)]
    )
    rows = read(table, "caseload", Field(time, "week"), *counted, key=(time,))
    if not rows.n:
        raise EmptyTableError("caseload")
    values = np.stack([rows[field.name] for field in counted])
    if column == CASES:
        values[0] = _without_negatives(rows, time, negatives)
    elif (beyond := values[1] > values[0]).any():
        i = int(np.flatnonzero(beyond)[0])
        where = f"{time} = {rows[time][i]}"
        raise OutsideRangeError("caseload", CENSUS[1], values[1, i], where, f"is part of {values[0, i]:g} {CENSUS[0]}")
    left_out = 0
    if time == "day":
        named, whole = _whole_weeks(rows["day"], start)
        left_out = rows.n - 7 * len(named)
        values = values[:, whole].reshape(len(values), len(named), 7)
        values = values.sum(axis=2) if column == CASES else values.mean(axis=2)
    else:
        named = list(rows["week"])
        _refuse_gaps(named, "week", 7 if isinstance(named[0], dt.date) else 1)
    first = _place(named, start)
    return Caseload(
        weeks=named,
        start=first,
        n=min(weeks, len(named) - first),
        cases=values[0] if column == CASES else None,
        census=values if column != CASES else None,
        n_days_left_out=left_out,
    )


def _without_negatives(rows: Rows, time: str, negatives: Negatives | None) -> Array:
    """Do with cases below 0 what was asked for."""
    cases: Array = rows[CASES].copy()
    below = np.flatnonzero(cases < 0)
    if not len(below) or negatives == "keep":
        return cases
    if negatives is None:
        first = f"{cases[below[0]]:g} where {time} = {rows[time][below[0]]}"
        raise RedefinedCountError("caseload", CASES, len(below), first, "negatives", ("null", "spread", "keep"))
    if negatives == "null":
        return np.where(cases < 0, np.nan, cases)
    for i in below:
        before = cases[:i].sum()
        if before + cases[i] < 0:
            allowed = f"takes more back than the {before:g} cases of all rows before it, over which it is to be spread"
            raise OutsideRangeError("caseload", CASES, cases[i], f"{time} = {rows[time][i]}", allowed)
        cases[:i] *= (before + cases[i]) / before if before else 1.0
        cases[i] = 0.0
    return cases


def _whole_weeks(days: Sequence[Any], start: int | str | dt.date | None) -> tuple[list[Any], slice]:
    """Find the weeks that have all of their seven days; dates begin them on Mondays, or on the weekday of `start`."""
    _refuse_gaps(days, "day", 1)
    if isinstance(days[0], dt.date):
        begin = dt.date(1970, 1, 5) if start is None else _date(start)
        first = (begin - days[0]).days % 7
    else:
        first = -days[0] % 7
    n = (len(days) - first) // 7
    if n < 1:
        raise WeeksError("caseload", "day", f"runs from {days[0]} to {days[-1]}", "No week has all of its seven days.")
    begins = [days[first + 7 * k] for k in range(n)]
    return begins if isinstance(days[0], dt.date) else [day // 7 for day in begins], slice(first, first + 7 * n)


def _refuse_gaps(times: Sequence[Any], column: str, step: int) -> None:
    one = dt.timedelta(days=step) if isinstance(times[0], dt.date) else step
    gap = next((i for i in range(1, len(times)) if times[i] - times[i - 1] != one), None)
    if gap:
        said = f"goes from {times[gap - 1]} to {times[gap]}"
        steps = "a row each" if column == "day" else "whole numbers in a row, or dates 7 days apart"
        raise WeeksError("caseload", column, said, f"It has {column}s as {steps}, with 0 where there were no cases.")


def _place(weeks: Sequence[Any], start: int | str | dt.date | None) -> int:
    if start is None:
        return 0
    wanted: Any = _date(start) if isinstance(weeks[0], dt.date) else start
    if wanted not in weeks:
        raise WeeksError("caseload", "week", f"has no week {start}", f"Weeks run from {weeks[0]} to {weeks[-1]}.")
    return list(weeks).index(wanted)


def _date(start: int | str | dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(str(start))
    except ValueError:
        raise ParameterRangeError("start", start, "the date on which a week begins, as 2022-01-03") from None
