"""What a mean of scores over jobs does not know: jobs without a score, tasks of elsewhere, tasks of another year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.encoding import encode
from industria.core.rows import Field, columns_there, held
from industria.core.table import Table, TableLike, as_table
from industria.work._scored import numbers

UNKNOWNS: Final = {
    "unknown": (
        "uncovered_employment, withheld_employment, excluded_employment, unnamed_roles, uncovered_wages, "
        "borrowed_tasks or vintage_gap [name]"
    ),
    "unknown_share": "jobs that it concerns over all jobs of the table; null where nobody can tell [fraction]",
    "years_apart": "years between tasks and employment, at most; null where nobody can tell [years]",
    "meaning": "the same in words [name]",
}
"""Columns of `unknowns`, as results give them."""

MET: Final = 1e-12
YEAR: Final = re.compile(r"[12]\d{3}(?!\d)")


@dataclass(frozen=True, slots=True)
class Unknown:
    """One row of the table.

    Attributes
    ----------
    name, meaning : str
        Its word, and what that means here.
    share : float or None
        Jobs that it concerns over all jobs.
    years : float or None
        How many years lie between.
    measure : str or None
        Which measure it is about; None where it is about all.
    """

    name: str
    meaning: str
    share: float | None = None
    years: float | None = None
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when jobs are, as far as their table tells.

    Attributes
    ----------
    jobs : mapping of str to float, or None
        Jobs by country; None where no column tells it.
    years : tuple of int
        Years that stand in the table, sorted.
    """

    jobs: Mapping[str, float] | None
    years: tuple[int, ...]


def read_setting(
    employment: TableLike, country: str | None, *, period: str | None = None, year: int | None = None
) -> Setting:
    """Read the columns `country` and `year`, or `period`, whether or not they make groups.

    Parameters
    ----------
    employment : Table
        As the measure was given it; its numbers are checked already.
    country : str or None
        Whose tasks are scored; where nobody says, it is of no account where jobs are, and not read.
    period : str, optional
        The column that tells when, in place of these two.
    year : int, optional
        The year, in place of any column.

    Returns
    -------
    Setting
        A text or a date tells its year by its first four digits.
    """
    table, there = columns_there(employment, "employment")
    when = next((name for name in ([period] if period else ["year", "period"]) if name in there), None)
    years = {year} if year is not None else set()
    if year is None and when is not None:
        years = _years(held(table, "employment", [Field(when)])[0][when])
    jobs: dict[str, float] | None = None
    if country is not None and "country" in there:
        rows, _ = held(table, "employment", [Field("employment", "amount"), Field("country")])
        names, (c,) = encode(rows["country"].cast(pa.string()))
        # Jobs without a country are somewhere, and come first.
        summed = np.bincount(c + 1, np.nan_to_num(numbers(rows["employment"])), len(names) + 1)
        jobs = dict(zip(["", *names.to_pylist()], summed.tolist(), strict=True))
    return Setting(jobs, tuple(sorted(years)))


def task_years(scores: TableLike, name: str, year: int | None) -> tuple[int, ...]:
    """Tell of which years tasks are: of the parameter, else of the column `year`, else of none that is known."""
    if year is not None:
        return (year,)
    _, there = columns_there(scores, name)
    if "year" not in there:
        return ()
    rows, _ = held(scores, name, [Field("year")])
    return tuple(sorted(_years(rows["year"])))


def _years(column: Any) -> set[int]:
    return {year for value in column.unique().to_pylist() if (year := _year(value)) is not None}


def _year(value: Any) -> int | None:
    """Read 2023, 2023.0, "2023-Q1" and dates."""
    if isinstance(value, dt.date):
        return value.year
    found = None if value is None else YEAR.match(str(value))
    return None if found is None else int(found[0])


def uncovered(measures: Sequence[str] | None, covered: Iterable[float], whole: float) -> list[Unknown]:
    """Count jobs without a score, measure by measure."""
    names = [None] if measures is None else measures
    # What sums of shares leave to the last bits is nothing.
    shares = [None if not whole > 0 else 1 - of / whole for of in covered]
    said = "Jobs in occupations that no score reaches: the means say nothing of them."
    return [
        Unknown("uncovered_employment", said, share if share is None or share > MET else 0.0, measure=name)
        for name, share in zip(names, shares, strict=True)
    ]


def withheld(n: int) -> Unknown:
    """Name rows of employment without a number, of which nobody knows how many jobs they are."""
    if not n:
        return Unknown("withheld_employment", "Every row of employment has a number.", 0.0)
    said = f"{n} rows of employment without a number are left out; how many jobs they are is not known."
    return Unknown("withheld_employment", said)


def borrowed(setting: Setting, country: str | None) -> Unknown:
    """Count jobs outside the country whose tasks are scored."""
    name = "borrowed_tasks"
    if country is None:
        return Unknown(name, "Whose tasks the scores describe is not told: task_country names the country.")
    if setting.jobs is None:
        return Unknown(name, "Where the jobs are is not told: employment has no column country.")
    whole = sum(setting.jobs.values())
    said = "Jobs in other countries than the one whose tasks are scored: their tasks are taken to be the same."
    return Unknown(name, said, 1 - setting.jobs.get(country, 0.0) / whole if whole > 0 else None)


def apart(tasks: Sequence[int], jobs: Sequence[int], telling: str = "employment_year") -> Unknown:
    """Tell how many years lie between tasks and employment, at most; `telling` is what would tell the latter's."""
    said = f"{_of('Tasks', tasks, 'task_year')}; {_of('employment', jobs, telling)}."
    years = max((abs(task - job) for task in tasks for job in jobs), default=None)
    return Unknown("vintage_gap", said, years=None if years is None else float(years))


def _of(what: str, years: Sequence[int], telling: str) -> str:
    if not years:
        return f"{what} of a year that is not told ({telling} tells it)"
    return f"{what} of {years[0]}" if years[0] == years[-1] else f"{what} of {years[0]} to {years[-1]}"


def table_of(unknowns: Sequence[Unknown], *, measured: bool) -> Table:
    """Write the table, with a column `measure` where scores have it."""
    columns: dict[str, Any] = {"unknown": pa.array([one.name for one in unknowns], pa.string())}
    if measured:
        columns["measure"] = pa.array([one.measure for one in unknowns], pa.string())
    columns |= {
        "unknown_share": _numbers(one.share for one in unknowns),
        "years_apart": _numbers(one.years for one in unknowns),
        "meaning": pa.array([one.meaning for one in unknowns], pa.string()),
    }
    return as_table(pa.table(columns), "unknowns")


def _numbers(values: Iterable[float | None]) -> pa.Array:
    # Without a single number the column would be of no type.
    return pa.array([None if value is None or np.isnan(value) else value for value in values], pa.float64())
