"""Employment by group and occupation, added up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.codes import check_form, check_kinds, check_totals, check_vintage, rows_of
from industria.core.encoding import Array, Groups, Ids, encode, groups
from industria.core.hierarchy import Hierarchy
from industria.core.rows import Field, held
from industria.core.table import TableLike
from industria.errors import (
    InfiniteValueError,
    NegativeValueError,
    RepeatedColumnError,
    ReservedNameError,
    StackedPeriodsError,
    VintageError,
)
from industria.work._scored import numbers, refuse_gaps

PERIODS: Final = ("year", "period")
"""Columns that tell when, of which one group has one value."""

VINTAGES: Final = {"ISCO-08": "ISCO08", "ISCO-88": "ISCO88"}
"""How codes of publishers name their vintage: OC2_ISCO08_22."""


@dataclass(frozen=True, slots=True)
class Employed:
    """Employment, one entry a group and occupation.

    Attributes
    ----------
    groups : Groups
        The columns of the groups.
    codes : list of str
        Occupations, sorted.
    g, c : array, shape (n,)
        Group and occupation of an entry; each pair stands once, sorted.
    jobs : array, shape (n,)
        In the unit of employment.
    n_withheld : int
        Rows without a number, which are left out.
    """

    groups: Groups
    codes: list[str]
    g: Ids
    c: Ids
    jobs: Array
    n_withheld: int

    def by_code(self) -> Array:
        """Add up over groups, in the order of `codes`."""
        return np.bincount(self.c, self.jobs, len(self.codes)).astype(np.float64)

    def by_group(self) -> Array:
        """Add up over occupations."""
        return np.bincount(self.g, self.jobs, self.groups.size).astype(np.float64)


def read_employment(
    employment: TableLike, by: Sequence[str], made: Collection[str], *, name: str = "employment"
) -> Employed:
    """Read `occupation, employment` and the columns of `by`; rows of one group and occupation are added up.

    Raises
    ------
    MissingColumnError, ColumnTypeError, CodeError, MissingValueError
        If a column lacks or is of another type, codes are none, or an occupation is missing.
    NegativeValueError, InfiniteValueError
        If employment is below zero or infinite.
    ReservedNameError, RepeatedColumnError
        If a column of `by` bears a name of the result or has another role.
    StackedPeriodsError
        If a group has rows of several years or periods, whose jobs would be added up.
    """
    for column in by:
        if column in ("occupation", "employment"):
            raise RepeatedColumnError(column, "in by", "read as what it is called")
        if column in made or by.count(column) > 1:
            raise ReservedNameError(name, column, sorted({*made, *by}))
    fields = [Field(column) for column in (*by, "occupation")]
    times = [Field(column, default=None) for column in PERIODS if column not in by]
    rows, kinds = held(employment, name, [*fields, Field("employment", "amount"), *times])
    check_kinds(kinds, name, ["occupation"], ["employment"])
    refuse_gaps(rows, name, "occupation")
    jobs = numbers(rows["employment"])

    def first(wrong: npt.NDArray[np.bool_]) -> str:
        i = int(np.flatnonzero(wrong)[0])
        return ", ".join(f"{column} = {rows[column][i].as_py()!r}" for column in (*by, "occupation"))

    if (endless := np.isinf(jobs)).any():
        raise InfiniteValueError(name, "employment", int(endless.sum()), first(endless))
    if (below := jobs < 0).any():
        raise NegativeValueError(name, "employment", "an amount", int(below.sum()), float(jobs[below][0]), first(below))
    codes, (c,) = encode(rows["occupation"])
    check_form(codes.to_pylist(), name, "occupation", rows_of(employment, "occupation"))
    every, (g,) = groups(by, rows=rows)
    told = ~np.isnan(jobs)
    _refuse_stacked(rows.filter(pa.array(told)), name, by, g[told])
    width = max(len(codes), 1)
    key, place = np.unique(g[told] * width + c[told], return_inverse=True)
    return Employed(
        groups=every,
        codes=codes.to_pylist(),
        g=key // width,
        c=key % width,
        jobs=np.bincount(place, jobs[told], len(key)).astype(np.float64),
        n_withheld=int((~told).sum()),
    )


def _refuse_stacked(rows: pa.Table, name: str, by: Sequence[str], g: Ids) -> None:
    """Refuse several years or periods of one group: its jobs would be added up over them."""
    for column in (one for one in PERIODS if one in rows.column_names and one not in by):
        whens, (t,) = encode(rows[column])
        width = len(whens) + 1
        several = np.unique(g * width + t + 1) // width
        if len(stacked := several[1:][np.diff(several) == 0]):
            there = np.flatnonzero(g == stacked[0])
            found = sorted({repr(rows[column][int(i)].as_py()) for i in there})
            group = ", ".join(f"{one} = {rows[one][int(there[0])].as_py()!r}" for one in by)
            raise StackedPeriodsError(name, column, found, group)


def refuse_strangers(
    employed: Employed,
    found: Collection[str],
    origins: Collection[str],
    tree: Hierarchy | None,
    *,
    name: str = "employment",
) -> None:
    """Refuse totals beside what they add up, and codes of another vintage.

    Parameters
    ----------
    employed : Employed
        As it was read.
    found : collection of str
        Occupations that scores reach.
    origins : collection of str
        Codes on the other side of the links.
    tree : Hierarchy, optional
        The classification of the occupations.

    Raises
    ------
    TotalAmongDetailsError, VintageError
        As named.
    """
    masses = dict(zip(employed.codes, employed.by_code().tolist(), strict=True))
    check_totals(masses, name, "occupation", found, tree)
    check_vintage(masses, found, origins, name, "occupation", ("the destinations of links", "their origins"))
    vintage = tree.name if tree is not None and tree.name in VINTAGES else None
    if vintage is None:
        vintage = next((one for one, mark in VINTAGES.items() if any(mark in code for code in masses)), "ISCO-08")
    stranger = next(one for one in VINTAGES if one != vintage)
    total = sum(masses.values())
    strangers = [code for code in masses if VINTAGES[stranger] in code]
    if strangers and total > 0:
        there = sum(masses[code] for code in strangers) / total
        raise VintageError(name, "occupation", strangers[0], (vintage, 1 - there), (stranger, there))
