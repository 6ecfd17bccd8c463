"""Whether employment grew at both ends of the wage ladder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from industria.core.encoding import Array, Ids
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field, Rows, read
from industria.core.table import Column, Table, TableLike, as_table, columns_of, from_arrays
from industria.errors import (
    ChoiceError,
    EmptyTableError,
    NoRowsLeftError,
    OutsideRangeError,
    ParameterRangeError,
    ReservedNameError,
)
from industria.work._wage_ladder import Columns, growth, places, quadratic

__all__ = ["Polarization", "polarization"]

Ladder = Literal["common", "own"]
Weight = Literal["employment", "none"]
Group: TypeAlias = tuple[str, ...]
Jobs: TypeAlias = dict[tuple[Group, str], float]
"""Employment by group and occupation."""
MADE: Final = (
    *("bin", "occupations", "wage_low", "wage_high", "employment_base", "employment_end", "growth", "share_change"),
    *("term", "estimate", "standard_error", "lowest_growth_wage", "occupation", "period", "employment"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Polarization(Result):
    """Growth of employment along the wage ladder.

    Attributes
    ----------
    table : Table
        One row a group and bin: the columns of `by`, `bin, occupations, wage_low, wage_high, employment_base,
        employment_end, growth, share_change`.
    quadratic : Table
        The columns of `by`, `term, estimate, standard_error`: log growth on log wage and its square; errors allow
        for any variance by occupation (HC1). Groups of fewer than four occupations that can be used have no rows.
    minima : Table
        One row a group: the columns of `by`, `lowest_growth_wage`.
    n_occupations, n_vanished, top_coded : int
        Occupations in the bins; those among them without employment in the end, which have no log
        growth; those whose wage is only known to lie above the top code.
    unmatched_share : float
        Employment of the base period, over all of it, in occupations without a wage or without a row in the end.
    unmatched_end_share : float
        The same of the end period.
    lowest_growth_wage : float or None
        Wage at which the quadratic is lowest; None where it has no minimum, or there are groups.
    """

    quadratic: Table
    minima: Table
    n_occupations: int
    n_vanished: int
    top_coded: int
    unmatched_share: float
    unmatched_end_share: float
    lowest_growth_wage: float | None


@measure(
    gives={
        "bin": "part of base employment, from the lowest wages on [count]",
        "occupations": "occupations of the bin [count]",
        "wage_low": "lowest wage of the bin [unit of wage]",
        "wage_high": "highest wage of the bin [unit of wage]",
        "employment_base": "employment in the base period [jobs]",
        "employment_end": "employment in the end period [jobs]",
        "growth": "employment in the end over employment in the base, less 1; null without base [fraction]",
        "share_change": "share of all employment in the end, less that in the base [fraction]",
        "term": "constant, log_wage or log_wage_squared [name]",
        "estimate": "coefficient of the term [1]",
        "standard_error": "its standard error [1]",
        "lowest_growth_wage": "wage at which the quadratic is lowest; null where it has no minimum [unit of wage]",
    },
    cites="Goos & Manning (2007), Lousy and lovely jobs, Review of Economics and Statistics 89(1), 118-133",
    design="descriptive",
)
def polarization(
    employment: TableLike,
    wages: TableLike,
    *,
    base: str | int,
    end: str | int,
    by: Sequence[Column] = (),
    bins: int = 10,
    ladder: Ladder = "common",
    weight: Weight = "employment",
    top_code: float | None = None,
) -> Polarization:
    """Rank occupations by their wage, and compare growth of employment along the ladder.

    An occupation lies where the middle of its employment lies in all employment, ranked by
    wage and then by code. The quadratic is that of ln(end/base) on ln(wage), weighted by employment of
    the base: jobs polarize where its square is above zero and its minimum among the wages. With
    `by` the jobs of those with and without college, or of areas, are followed each on the ladder of all.

    Parameters
    ----------
    employment : Table
        `occupation, period, employment` and the columns of `by`.
    wages : Table
        `occupation, wage` of the base period, such as the median, and `top_coded` (whether the wage
        is only known to lie above the top code) if there.
    base, end : text or whole number
        The two periods, as they stand in the table.
    by : sequence of columns
        Groups, such as education or area; their labels are text.
    bins : int
        How many parts, of about the same employment.
    ladder : {"common", "own"}
        Whether bins are parts of the employment of all groups together, so that bins of two groups hold the same
        occupations, or of each group alone, as if it stood in the table alone.
    weight : {"employment", "none"}
        Whether an occupation counts by its employment in the base, or as one.
    top_code : float, optional
        Wage that is taken for those above the top code, in the unit of the wages.

    Returns
    -------
    Polarization
        One row a group and bin; a bin in which no occupation has its middle has no wages and null growth.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps; a missing wage leaves the occupation out.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If employment is below zero, a number infinite, or a wage not above zero.
    DuplicateRowError
        If an occupation stands twice in a group and period, or has two wages.
    ReservedNameError
        If a column of `by` is called as one of the result, or stands twice.
    ChoiceError
        If a period is not in the table, or the weight or the ladder is another word.
    EmptyTableError, NoRowsLeftError
        If there are no rows, or no occupation has employment in the base, a wage, and a row in the end.
    ParameterRangeError
        If `bins` is below 2, `end` is the base, `by` no list of columns, or `top_code` not above zero or not said
        where wages are top-coded.

    Examples
    --------
    >>> import pandas as pd
    >>> employment = pd.DataFrame({
    ...     "occupation": ["aide", "clerk", "smith", "nurse"] * 2,
    ...     "period": [2010] * 4 + [2020] * 4,
    ...     "employment": [25, 25, 25, 25, 30, 20, 24, 36],
    ... })
    >>> wages = pd.DataFrame({"occupation": ["aide", "clerk", "smith", "nurse"], "wage": [21.0, 33.0, 38.0, 70.0]})
    >>> found = polarization(employment, wages, base=2010, end=2020, bins=4)
    >>> print(found.to_pandas()[["bin", "wage_low", "growth"]].to_string(index=False))
     bin  wage_low  growth
       1      21.0    0.20
       2      33.0   -0.20
       3      38.0   -0.04
       4      70.0    0.44
    """
    names = columns_of(by, "by")
    _refuse(names, base, end, bins, weight, ladder, top_code)
    before, after = _periods(employment, str(base), str(end), names)
    wage, coded = _wages(wages, top_code)
    cells = _matched(before, after, wage)
    if not len(cells.codes):
        raise NoRowsLeftError("employment", len(before), ["no occupation has a wage, employment and a row in the end"])

    place = _places(cells, bins, weight, ladder)
    ladders, curves, minima = [], [], []
    for k in range(len(cells.groups)):
        rows = cells.g == k
        e0, e1, w = cells.e0[rows], cells.e1[rows], cells.w[rows]
        curve, lowest = quadratic(e0, e1, w, e0 if weight == "employment" else np.ones(len(e0)))
        ladders.append(growth(e0, e1, w, place[rows], bins))
        curves.append(curve)
        minima.append({"lowest_growth_wage": np.array([np.nan if lowest is None else lowest])})
    told = {*cells.codes.tolist()}
    return Polarization(
        table=_stacked(names, cells.groups, ladders),
        quadratic=_stacked(names, cells.groups, curves),
        minima=_stacked(names, cells.groups, minima),
        n_occupations=len(told),
        n_vanished=len(told - {*cells.codes[cells.e1 > 0].tolist()}),
        top_coded=len(told & coded),
        unmatched_share=_unmatched(before, cells),
        unmatched_end_share=_unmatched(after, cells),
        lowest_growth_wage=None if names else lowest,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Occupations of groups with a wage, base employment and a row in the end, in the order of wages and codes."""

    groups: list[Group]
    g: Ids
    codes: npt.NDArray[np.str_]
    e0: Array
    e1: Array
    w: Array


def _refuse(
    names: Sequence[str], base: str | int, end: str | int, bins: int, weight: str, ladder: str, top_code: float | None
) -> None:
    for name in names:
        if name in MADE or names.count(name) > 1:
            raise ReservedNameError("employment", name, MADE)
    for parameter, word, options in (("weight", weight, get_args(Weight)), ("ladder", ladder, get_args(Ladder))):
        if word not in options:
            raise ChoiceError(parameter, word, options)
    if not (isinstance(bins, int) and bins >= 2):
        raise ParameterRangeError("bins", bins, "a whole number of 2 or more")
    if top_code is not None and not 0 < top_code < np.inf:
        raise ParameterRangeError("top_code", top_code, "a wage above 0")
    if str(base) == str(end):
        raise ParameterRangeError("end", end, f"another period than base={base!r}")


def _periods(employment: TableLike, base: str, end: str, by: Sequence[str]) -> tuple[Jobs, Jobs]:
    table = as_table(employment, "employment", *by, "occupation", "period", "employment")
    fields = (Field("period"), *(Field(name) for name in by), Field("occupation"), Field("employment", "amount"))
    text = table.with_columns(nw.col("period").cast(nw.String))
    rows = read(text, "employment", *fields, key=("period", *by, "occupation"))
    if not rows.n:
        raise EmptyTableError("employment")
    told: dict[str, Jobs] = {}
    for period, *group, occupation, jobs in zip(*(rows[field.name] for field in fields), strict=True):
        told.setdefault(period, {})[tuple(group), occupation] = float(jobs)
    for name, period in (("base", base), ("end", end)):
        if period not in told:
            raise ChoiceError(name, period, list(told))
    return told[base], told[end]


def _wages(wages: TableLike, top_code: float | None) -> tuple[dict[str, float], set[str]]:
    fields = (Field("occupation"), Field("wage", "number", None), Field("top_coded", "truth", False))
    rows: Rows = read(wages, "wages", *fields, key=("occupation",))
    coded = {code for code, above in zip(rows["occupation"], rows["top_coded"], strict=True) if above}
    if coded and top_code is None:
        allowed = f"the wage above which wages are not told: {len(coded)} of them are, first that of {min(coded)!r}"
        raise ParameterRangeError("top_code", top_code, allowed)
    wage = dict(zip(rows["occupation"], rows["wage"].tolist(), strict=True)) | dict.fromkeys(coded, top_code)
    told = {code: float(value) for code, value in wage.items() if value is not None and not np.isnan(value)}
    if low := [code for code, value in told.items() if value <= 0]:
        raise OutsideRangeError("wages", "wage", told[low[0]], f"occupation = {low[0]!r}", "is above 0")
    return told, coded


def _matched(before: Jobs, after: Jobs, wage: dict[str, float]) -> _Cells:
    both = [cell for cell in before if cell in after and cell[1] in wage and before[cell] > 0]
    both.sort(key=lambda cell: (wage[cell[1]], cell[1], cell[0]))
    found = sorted({group for group, _ in both})
    return _Cells(
        groups=found,
        g=np.array([found.index(group) for group, _ in both], np.int64),
        codes=np.array([code for _, code in both], str),
        e0=np.array([before[cell] for cell in both], float),
        e1=np.array([after[cell] for cell in both], float),
        w=np.array([wage[code] for _, code in both], float),
    )


def _places(cells: _Cells, bins: int, weight: str, ladder: str) -> Ids:
    """Find the part of the ladder of every cell: the ladder of all groups together, or of its own."""
    place = np.zeros(len(cells.codes), np.int64)
    ladders = [cells.g >= 0] if ladder == "common" else [cells.g == k for k in range(len(cells.groups))]
    for rows in ladders:
        codes = cells.codes[rows]
        step = np.cumsum(np.concatenate([[False], codes[1:] != codes[:-1]]))
        jobs = np.asarray(np.bincount(step, cells.e0[rows]), float)
        place[rows] = places(jobs if weight == "employment" else np.ones(len(jobs)), bins)[step]
    return place


def _stacked(names: Sequence[str], of: Sequence[Group], parts: Sequence[Columns]) -> Table:
    """Write the groups one below the other."""
    rows = [len(next(iter(part.values()))) for part in parts]
    labels = {name: np.repeat(np.array([group[i] for group in of], str), rows) for i, name in enumerate(names)}
    return from_arrays(labels | {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


def _unmatched(jobs: Jobs, cells: _Cells) -> float:
    total = sum(jobs.values())
    told = zip((cells.groups[k] for k in cells.g), cells.codes.tolist(), strict=True)
    return 1 - sum(jobs[cell] for cell in told) / total if total > 0 else 0.0
