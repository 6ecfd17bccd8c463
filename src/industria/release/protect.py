"""Which cells of a table to withhold besides sensitive ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table
from industria.errors import (
    MissingValueError,
    NeededParameterError,
    NotAdditiveError,
    PolicyError,
    UnprotectableError,
)
from industria.kernels.suppression import Suppression, suppression
from industria.kernels.suppression_by_cubes import by_cubes
from industria.kernels.suppression_in_time import in_time
from industria.release._costs import costs, is_sum, kept, refuse_strange_keep, stated
from industria.release._deadline import Deadline
from industria.release._levels import Levels, levels, relation_of
from industria.release._published import dimensions_of, rows_with
from industria.release._system import System, system
from industria.release._trees import dimensions
from industria.release.policy import Policy

__all__ = ["Protection", "protect"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
LARGE: Final = 200_000
"""Cells from which tables are protected by cubes first."""
STATUS: Final = ("published", "primary", "secondary")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Protection(Result):
    """A table of which some cells are withheld.

    Attributes
    ----------
    table : Table
        One row a cell: the columns of `by`, `value` (null where it is withheld), `status` ("published", "primary",
        "secondary"), and `low` and `high`, between which no table excludes a value; null where nothing bounds it.
        Who withholds why, and how far witnesses reach, stays where it is: publish codes and values.
    n_cells, n_withheld, n_primary, n_secondary : int
        Cells, those withheld, and those of them that are sensitive or not.
    cost, bound : float
        What withholding the others costs, and what no pattern that protects costs less than.
    method : str
        "optimal" where the two agree, "heuristic" elsewhere.
    exact_only : Table
        The codes of sensitive cells of which, when the policy's `time_limit` was over, it was only certain that they
        are not exact: what is required of them may not be met. None of them wherever the search came to its end.
    n_exact_only : int
        How many these are.
    """

    n_cells: int
    n_withheld: int
    n_primary: int
    n_secondary: int
    cost: float
    bound: float
    method: str
    n_exact_only: int
    exact_only: Table


def protect(
    cells: TableLike,
    hierarchies: TableLike | None = None,
    *,
    by: Column | Sequence[Column],
    policy: Policy,
    value: Column = "value",
    total: str = "Total",
) -> Protection:
    """Withhold as little as possible besides sensitive cells, so that no sum tells these more closely than is allowed.

    All sums of all dimensions and hierarchies are taken together. A pattern is accepted only with a witness for
    each requirement: a table that agrees with all that is published and in which the cell is as high, or as low,
    as is required. In tables of more than 200,000 cells cubes come first, without regard to what is cheapest: one
    table of whole moves proves that no cell is exact, whatever time is left for levels.

    Parameters
    ----------
    cells : Table
        The columns of `by`, `value`, `primary` (whether the cell is sensitive), `required_low` and `required_high`
        (values that must not be excluded; null where the cell must only not be exact). Optional: `cost` of
        withholding it in place of the policy's, infinite where it must be published; `lower` and `upper`, bounds
        that everybody knows (null for none) in place of 0 and of what the policy's `prior` says.
    hierarchies : Table, optional
        `dimension, code, parent` and, where codes of a dimension add up in several ways, `hierarchy`; each tree
        ends in `total`. A dimension without a tree is flat: all its codes add up to `total`.
    by : column or sequence of columns
        The dimensions.
    policy : Policy
        `protection`, `prior`, `secondary`, `cost`, `cost_power`, `total_weight`, `keep`, `zeros`, `time_limit` and
        `seed` are read here; which cells are sensitive is told by `primary`.
    value : column
        What is published.
    total : str
        Code of the total in each dimension.

    Returns
    -------
    Protection
        One row a cell, in the order of its codes.

    Raises
    ------
    MissingColumnError, MissingValueError, EmptyTableError, DuplicateRowError
        If a column, a code, a value or all rows lack, or a cell stands twice.
    HierarchyError
        If codes make no tree, or the table holds one that stands in none.
    NotAdditiveError
        If a value is infinite, or a total is not the sum of its parts; the gap is told.
    RequiredIntervalError
        If a required interval, or the bounds, do not hold the value, or more is required than the bounds allow.
    PolicyError
        If a sensitive cell is to be kept, or what is to be kept is not there.
    UnprotectableError
        If all that may be withheld does not protect a cell.

    Examples
    --------
    >>> import pandas as pd
    >>> from industria.release import Policy
    >>> cells = pd.DataFrame({
    ...     "region": ["north", "south", "west", "Total"],
    ...     "value": [40.0, 25.0, 35.0, 100.0],
    ...     "primary": [True, False, False, False],
    ...     "required_low": [30.0, None, None, None],
    ...     "required_high": [50.0, None, None, None],
    ... })
    >>> found = protect(cells, by="region", policy=Policy(concentration="none"))
    >>> print(found.to_pandas().to_string(index=False))
    region  value    status  low  high
     Total  100.0 published  NaN   NaN
     north    NaN   primary  0.0  65.0
     south    NaN secondary  0.0  65.0
      west   35.0 published  NaN   NaN
    """
    names = dimensions_of(by, value, "cells")
    rows = _read(cells, names, value)
    known = {name: rows[name].unique().to_pylist() for name in names}
    found = system(dimensions(known, hierarchies, total, "cells"), [rows[name] for name in names], "cells")
    told = levels(found, rows, policy)
    refuse_strange_keep(found, names, policy)
    keep = kept(found, policy)
    if (keep & told.primary).any():
        cell = found.named(int(np.argmax(keep & told.primary)))
        raise PolicyError([f"keep holds {cell}, which is sensitive; sensitive cells are always withheld"])
    cost = np.where(keep, np.inf, _costs(found, told, policy))
    pattern = _pattern(found, told, cost, policy)
    withheld = pattern.withheld & told.shown
    primary = told.primary & told.shown
    order = np.flatnonzero(told.shown)
    order = order[np.lexsort(found.codes[order].T[::-1])]
    protected = _table(found, names, told, pattern, order)
    only = protected.select(names).filter(pa.array(pattern.exact_only[order]))
    return Protection(
        # An engine hands rows of large tables on in any order.
        table=as_table(protected, "protection").sort(*names),
        exact_only=as_table(only, "protection").sort(*names),
        n_cells=int(told.shown.sum()),
        n_withheld=int(withheld.sum()),
        n_primary=int(primary.sum()),
        n_secondary=int((withheld & ~primary).sum()),
        cost=pattern.cost,
        bound=pattern.bound,
        method=pattern.method,
        n_exact_only=int((pattern.exact_only & told.shown).sum()),
    )


def _read(cells: TableLike, names: Sequence[str], value: str) -> pa.Table:
    """Read codes, values and what is required of them; values and marks have no gaps."""
    there = as_table(cells, "cells", *names, value, "primary").collect_schema().names()
    further = [column for column in ("required_low", "required_high", "cost", "lower", "upper") if column in there]
    rows = rows_with(cells, "cells", names, value, "primary", *further)
    for column in (value, "primary"):
        if rows[column].null_count:
            gap = rows[column].is_null().index(True).as_py() + 1
            raise MissingValueError("cells", column, rows[column].null_count, rows.num_rows, f"row {gap}")
    endless = np.isinf(rows[value].to_numpy())
    if endless.any():
        raise NotAdditiveError("cells", value, f"is infinite in row {int(np.argmax(endless)) + 1}.")
    rows = rows.rename_columns({value: "value"}) if value != "value" else rows
    for column in {"required_low", "required_high"} - set(further):
        rows = rows.append_column(column, pa.nulls(rows.num_rows, pa.float64()))
    return rows


def _costs(found: System, told: Levels, policy: Policy) -> Array:
    """Return costs of one's own, or those of the policy."""
    if told.cost is not None:
        return stated(told.cost, told.shown)
    if policy.cost == "units":
        raise NeededParameterError('a policy with cost = "units"', "a column 'cost' of the cells that holds them")
    # Where a zero is sensitive, zeros are not all published.
    zeros = (told.x == 0) & ~(told.primary & (told.x == 0)).any()
    return costs(told.x, told.shown.astype(float), policy, units=None, sums=is_sum(found), zeros=zeros)


def _pattern(found: System, told: Levels, cost: Array, policy: Policy) -> Suppression:
    deadline = Deadline.within(policy.time_limit)
    if len(told.x) > LARGE and policy.secondary != "optimal":
        large = _large_pattern(found, told, cost, policy)
        if large is not None:
            return large
    try:
        return suppression(
            found.A,
            told.x,
            primary=told.primary,
            up=told.up,
            down=told.down,
            width=told.width,
            cost=cost,
            low=told.low,
            high=told.high,
            method=policy.secondary,
            time_limit=deadline.left,
            seed=policy.seed,
        )
    except UnprotectableError as error:
        raise _named(found, error) from None


def _large_pattern(found: System, told: Levels, cost: Array, policy: Policy) -> Suppression | None:
    """Protect a table too large for programs alone; None where cubes do not keep all cells from being exact."""
    whole: dict[str, Any] = {"primary": told.primary, "cost": cost, "low": told.low, "high": told.high}
    whole |= {"time_limit": policy.time_limit, "seed": policy.seed}
    parents = [one.parents for one in found.dimensions]
    if not (told.up.any() or told.down.any() or told.width.any()):
        return by_cubes(found.A, told.x, found.codes, parents, **whole)
    try:
        return in_time(found.A, told.x, found.codes, parents, up=told.up, down=told.down, width=told.width, **whole)
    except UnprotectableError as error:
        raise _named(found, error) from None


def _named(found: System, error: UnprotectableError) -> UnprotectableError:
    """Say by its codes which cell nothing protects."""
    relation = relation_of(found, error.relation) if error.relation >= 0 else ""
    return UnprotectableError(error.cell, error.relation, found.named(error.cell), relation)


def _table(found: System, names: Sequence[str], told: Levels, pattern: Suppression, order: Ids) -> pa.Table:
    withheld = pattern.withheld[order]
    columns: dict[str, Any] = {
        name: _texts(found.codes[order, d], one.codes)
        for d, (name, one) in enumerate(zip(names, found.dimensions, strict=True))
    }
    columns["value"] = pa.array(np.where(withheld, np.nan, told.x[order]), from_pandas=True)
    status = np.where(told.primary[order], 1, np.where(withheld, 2, 0))
    columns["status"] = _texts(status, STATUS)
    for name, end in (("low", pattern.low), ("high", pattern.high)):
        ends = np.where(withheld & np.isfinite(end[order]), end[order], np.nan)
        columns[name] = pa.array(ends, from_pandas=True)
    return pa.table(columns)


def _texts(places: Ids, of: Sequence[str]) -> pa.Array:
    """Write texts by their places, without a list of them."""
    return pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(of, pa.string())).cast(
        pa.string()
    )
