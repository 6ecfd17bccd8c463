"""What an outsider can reckon of withheld cells from the published ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of
from industria.errors import (
    EmptyTableError,
    MissingValueError,
    NotAdditiveError,
    ParameterRangeError,
    ReservedNameError,
)
from industria.kernels.feasible_intervals import INCONSISTENT, PROGRAM, TREE, Intervals, feasible_intervals
from industria.release._system import System, system
from industria.release._trees import dimensions

__all__ = ["Attack", "attack"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
METHODS: Final = {TREE: "tree", PROGRAM: "linear program"}
MADE: Final = ("low", "high", "exact", "method")
EXACT: Final = 1e-6
"""Width of an interval, beside a value of 1 or more, below which it tells the value."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Attack(Result):
    """Intervals of withheld cells.

    Attributes
    ----------
    table : Table
        One row a withheld cell: the columns of `by`, `low`, `high` (null where nothing bounds it above or below),
        `exact` and `method`: "tree" where sums were handed on from cell to cell, "linear program" elsewhere.
    n_cells, n_attacked, n_exact : int
        Cells of the table, those withheld, and those whose value an outsider knows.
    """

    n_cells: int
    n_attacked: int
    n_exact: int


def attack(
    target: TableLike,
    hierarchies: TableLike | None = None,
    *,
    by: Column | Sequence[Column],
    value: Column = "value",
    lower: float | None = 0.0,
    upper: float | None = None,
    total: str = "Total",
) -> Attack:
    """Solve every sum of a published table for the cells that it withholds.

    For each withheld cell its least and largest value are reckoned that are compatible with
    all published cells: each total is the sum of its parts, in each dimension, and each cell
    lies between `lower` and `upper`. Parts that have no row are taken to be nothing.
    Nobody needs to know how the cells were chosen; whoever has the table can do it. Beside sums ten billion
    times as large a cell is below what the programs resolve, and its interval is an outer one.

    Parameters
    ----------
    target : Table
        The columns of `by` and `value`, null where a cell is withheld.
    hierarchies : Table, optional
        `dimension, code, parent` and, where codes of a dimension add up in several ways, `hierarchy`; each tree
        ends in `total`. A dimension without a tree is flat: all its codes add up to `total`.
    by : column or sequence of columns
        The dimensions.
    value : column
        What is published.
    lower, upper : float or None
        Bounds that everybody knows; None for no bound. Counts of which zeros are published are 1 or more.
    total : str
        Code of the total in each dimension.

    Returns
    -------
    Attack
        One row a withheld cell, in the order of its codes.

    Raises
    ------
    MissingColumnError, MissingValueError, EmptyTableError
        If a column, a code or all rows lack.
    DuplicateRowError
        If a cell stands twice.
    HierarchyError
        If codes make no tree, or the table holds one that stands in none.
    NotAdditiveError
        If a published total is not the sum of its published parts, a value is infinite, or no values of the
        withheld cells fit.
    ReservedNameError
        If a dimension is called as a column made.
    ParameterRangeError
        If `lower` lies above `upper`.

    Examples
    --------
    Two regions withheld in a row and a column each, and one of four is known to the last digit:

    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "size": ["small", "small", "large", "large", "Total", "Total", "small", "large", "Total"],
    ...     "region": ["north", "south", "north", "south", "north", "south", "Total", "Total", "Total"],
    ...     "value": [None, None, 5, None, 6, 12, 8, 10, 18],
    ... })
    >>> print(attack(table, by=["size", "region"]).to_pandas().to_string(index=False))
     size region  low  high  exact method
    large  south  5.0   5.0   True   tree
    small  north  1.0   1.0   True   tree
    small  south  7.0   7.0   True   tree
    """
    names = columns_of(by, "by")
    for name in names:
        if name in MADE:
            raise ReservedNameError("target", name, MADE)
    if lower is not None and upper is not None and lower > upper:
        raise ParameterRangeError("lower", lower, f"at most upper={upper:g}")
    labels, x = _read(target, names, value)
    found = system(dimensions(dict(zip(names, labels, strict=True)), hierarchies, total, "target"), labels, "target")
    published = np.full(found.A.shape[1], np.nan)
    published[found.place] = x
    _refuse_gaps(found, published)
    withheld = np.flatnonzero(np.isnan(published))
    known = np.flatnonzero(~np.isnan(published))
    asked = np.isin(withheld, found.place)
    # Of a sum that the table does not show only the sign is known.
    low = np.where(asked, -np.inf if lower is None else lower, 0.0 if lower is not None and lower >= 0 else -np.inf)
    high = np.where(asked & (upper is not None), np.inf if upper is None else upper, np.inf)
    b = -(found.A[:, known] @ published[known])
    # Decimals leave rounding where a sum is nothing, which must not be taken for a value.
    b[np.abs(b) <= 1e-12 * (abs(found.A[:, known]) @ np.abs(published[known]))] = 0.0
    told = feasible_intervals(csr_array(found.A[:, withheld]), b, low, high, asked)
    if (told.method == INCONSISTENT).any():
        cell = int(withheld[told.method == INCONSISTENT][0])
        raise NotAdditiveError("target", found.named(cell), "is withheld, and no value of it fits what is published.")
    exact = told.high - told.low < EXACT * np.maximum(1.0, np.abs(told.low))
    return Attack(
        table=_table(found, names, withheld, told, exact, asked),
        n_cells=len(x),
        n_attacked=int(asked.sum()),
        n_exact=int(exact[asked].sum()),
    )


def _read(target: TableLike, names: Sequence[str], value: str) -> tuple[list[list[str]], Array]:
    """Read the codes of each dimension as text, and the values, null where they are withheld."""
    table = as_table(target, "target", *names, value)
    rows = collect(table.select(*(nw.col(name).cast(nw.String) for name in names), nw.col(value).cast(nw.Float64)))
    if not rows.num_rows:
        raise EmptyTableError("target")
    for name in names:
        if rows[name].null_count:
            gap = rows[name].is_null().index(True).as_py() + 1
            raise MissingValueError("target", name, rows[name].null_count, rows.num_rows, f"row {gap}")
    x = rows[value].to_numpy().astype(float)
    if np.isinf(x).any():
        raise NotAdditiveError("target", value, f"is infinite in row {int(np.argmax(np.isinf(x))) + 1}.")
    return [rows[name].to_pylist() for name in names], x


def _refuse_gaps(found: System, published: Array) -> None:
    """Refuse a total that is not the sum of its parts where all are published."""
    hidden = np.isnan(published)
    whole = ~((abs(found.A) @ hidden.astype(float)) > 0)
    filled = np.where(hidden, 0.0, published)
    gap = found.A @ filled
    size = abs(found.A) @ np.abs(filled)
    wrong = np.flatnonzero(whole & (np.abs(gap) > EXACT * np.maximum(1.0, size)))
    if len(wrong):
        relation = found.A[[int(wrong[0])]]
        parent = int(relation.indices[relation.data > 0][0])
        parts = filled[parent] - gap[wrong[0]]
        raise NotAdditiveError(
            "target", found.named(parent), f"is {filled[parent]:g}, but its parts add up to {parts:g}."
        )


def _table(found: System, names: Sequence[str], cells: Ids, told: Intervals, exact: Truth, asked: Truth) -> Table:
    order = np.flatnonzero(asked)
    order = order[np.lexsort(found.codes[cells[order]].T[::-1])]
    codes = found.codes[cells[order]]
    columns: dict[str, Any] = {
        name: [one.codes[code] for code in codes[:, d]]
        for d, (name, one) in enumerate(zip(names, found.dimensions, strict=True))
    }
    for name, end in (("low", told.low), ("high", told.high)):
        columns[name] = pa.array(np.where(np.isinf(end), np.nan, end)[order], from_pandas=True)
    columns |= {"exact": exact[order], "method": [METHODS[int(one)] for one in told.method[order]]}
    return as_table(pa.table(columns), "attack")
