"""How much better hours became, because other people work them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of
from industria.errors import ParameterRangeError
from industria.kernels.index_numbers import Pairs, index_numbers, over
from industria.productivity._accounts import beside, changes, dropped_table, neighbors, once, refuse_names
from industria.productivity._nests import together
from industria.productivity._panel import Array, Codes, coded, read

__all__ = ["LaborComposition", "labor_composition"]

MADE: Final = (
    "hours_growth",
    "services_growth",
    "composition",
    "matched_hours",
    "n_types",
    "n_unmatched",
    "n_missing",
    "seen",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LaborComposition(Result):
    """Growth of hours and of labor services.

    Attributes
    ----------
    table : Table
        One row a unit and later period: `hours_growth, services_growth, composition, matched_hours, n_types,
        n_unmatched, n_missing`.
    unmatched : Table
        Types of a unit with hours in one of two neighboring periods only: the keys, and in which (`seen`).
    dropped : Table
        `column, reason, rows` of what was left out.
    n_rows, n_units, n_types : int
        Rows and units used, and types that there are.
    n_gaps : int
        Periods of a unit of which the one before lacks.
    """

    unmatched: Table
    dropped: Table
    n_rows: int
    n_units: int
    n_types: int
    n_gaps: int


@measure(
    gives={
        "hours_growth": "log change of all hours from the period before [log points]",
        "services_growth": "hours_growth plus composition: log change of labor services [log points]",
        "composition": "growth of hours of the types by their shares in pay, less that of their sum [log points]",
        "matched_hours": "hours of types with hours in both periods over all hours of both [fraction]",
        "n_types": "types with hours and pay in both periods [count]",
        "n_unmatched": "types with hours in one of the two periods only [count]",
        "n_missing": "rows of the two periods without hours, pay or type: composition is null [count]",
        "seen": "earlier or later: the period in which an unmatched type has hours [name]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Jorgenson, Gollop & Fraumeni (1987), Productivity and U.S. Economic Growth, ch. 3; "
    "OECD (2001), Measuring Productivity: OECD Manual, ch. 4",
    design="descriptive",
)
def labor_composition(
    hours: TableLike,
    *,
    unit: Column,
    time: Column,
    types: Sequence[Column],
    hours_worked: Column,
    compensation: Column,
) -> LaborComposition:
    """Weigh the hours of types of workers by what they are paid, and compare with hours as they are.

    composition = Σ_j w̄_j Δ ln h_j - Δ ln Σ_j h_j over types with hours in both periods, w̄ the mean of their
    shares in pay. It is above 0 where work shifts to the better paid, who are taken to yield more.
    Services grow by hours and composition together.

    Parameters
    ----------
    hours : Table
        One row a unit, time and type.
    unit, time : column
        Who and when.
    types : sequence of columns
        What tells types apart: education, age, sex.
    hours_worked, compensation : column
        Hours and pay of the type.

    Returns
    -------
    LaborComposition
        One row a unit and period with an earlier one; null where the calendar has a gap or nothing is matched.
        Where hours of a type are missing nothing is told of the unit's two periods, where pay or the
        type itself is, all but hours.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has its keys.
    NegativeValueError, InfiniteValueError
        If hours or pay are below 0 or infinite.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a type stands twice in a unit and period, or a column plays two roles or is called as one of the result.
    ParameterRangeError
        If `types` is no list of columns, or empty.

    See Also
    --------
    productivity.growth_accounting : where composition is one of the sources of growth.

    Examples
    --------
    >>> import pandas as pd
    >>> hours = pd.DataFrame({
    ...     "country": "it", "year": [2000, 2000, 2001, 2001], "school": ["low", "high"] * 2,
    ...     "hours": [60.0, 40.0, 55.0, 45.0], "pay": [600.0, 800.0, 561.0, 918.0],
    ... })
    >>> found = labor_composition(
    ...     hours, unit="country", time="year", types=["school"], hours_worked="hours", compensation="pay"
    ... ).to_pandas()
    >>> print(found[["hours_growth", "services_growth", "composition"]].round(4).to_string(index=False))
     hours_growth  services_growth  composition
              0.0           0.0351       0.0351
    """
    kinds = columns_of(types, "types")
    if not kinds:
        raise ParameterRangeError("types", types, "names of columns, as ['education', 'age']")
    numbers = [hours_worked, compensation]
    once(hours_worked=[hours_worked], compensation=[compensation])
    # The unit is a cell of types, so that neighbors in time are those of one type.
    cells = [unit, *kinds[:-1]]
    panel = read(
        hours, "hours", unit=kinds[-1], time=time, numbers=numbers, by=cells, nonnegative=numbers, optional=numbers
    )
    refuse_names("hours", panel.keys.column_names, MADE)

    h, pay = panel[hours_worked], panel[compensation]
    # Hours that are not told are somebody's: the type is not taken as gone.
    works = ~(h <= 0)
    lacks = works & (np.isnan(h) | np.isnan(pay))
    groups = coded(panel.keys[unit])[0]
    first, of, earlier = neighbors(groups, panel.time)
    G = len(first)
    before = panel.before()
    alone = _unmatched(works, of, earlier, before)
    pairs = _paired(h, pay, _in_both(works & ~lacks, before), before, of, G)
    untyped, hours_of_none = _untyped(hours, panel.keys.take(pa.array(first)).select([unit, time]), kinds, hours_worked)
    missing = np.bincount(of, lacks, G).astype(np.int64) + untyped
    missing += np.where(earlier >= 0, missing[earlier], 0)
    better = np.log(index_numbers("tornqvist", pairs)) - np.log(over(pairs.total(pairs.p1), pairs.total(pairs.p0)))
    composition = np.where(missing > 0, np.nan, better)
    total = np.bincount(of, h, G) + hours_of_none
    growth = changes(np.log(np.where(total > 0, total, np.nan)), earlier)
    both = np.where(earlier >= 0, total + total[earlier], np.nan)
    made = {
        "hours_growth": growth,
        "services_growth": growth + composition,
        "composition": composition,
        "matched_hours": over(pairs.total(pairs.p0 + pairs.p1), both),
        "n_types": np.bincount(pairs.g, minlength=G),
        "n_unmatched": np.bincount(alone.period, minlength=G),
        "n_missing": missing,
    }
    units = groups[first]
    rows = np.flatnonzero(np.append(False, units[1:] == units[:-1]))
    keys = panel.keys.take(pa.array(first[rows])).select([unit, time])
    return LaborComposition(
        table=beside(keys, {name: column[rows] for name, column in made.items()}),
        unmatched=beside(panel.keys.take(pa.array(alone.row)), {"seen": pa.array(alone.seen, pa.string())}),
        dropped=dropped_table(panel),
        n_rows=len(panel),
        n_units=int(units.max()) + 1,
        n_types=panel.keys.select(list(kinds)).group_by(list(kinds)).aggregate([]).num_rows,
        n_gaps=int((earlier[rows] < 0).sum()),
    )


def _in_both(so: npt.NDArray[np.bool_], before: Codes) -> Codes:
    """Find the rows of types of which something is so in the period and in the one before."""
    return np.flatnonzero(so & (before >= 0) & so[before])


def _paired(h: Array, pay: Array, later: Codes, before: Codes, of: Codes, G: int) -> Pairs:
    """Line up hours and hourly pay of types with those of the period before."""
    a, b = before[later], later
    return Pairs(p0=h[a], p1=h[b], q0=pay[a] / h[a], q1=pay[b] / h[b], g=of[b], G=G)


def _untyped(hours: TableLike, groups: pa.Table, kinds: Sequence[str], hours_worked: str) -> tuple[Codes, Array]:
    """Count rows with hours whose type is not told, and add their hours up, by unit and period, shapes (G,)."""
    keys = groups.column_names
    lacking = nw.any_horizontal(*(nw.col(kind).is_null() for kind in kinds), ignore_nulls=True)
    known = nw.all_horizontal(*(~nw.col(key).is_null() for key in keys), ignore_nulls=True)
    rows = collect(as_table(hours, "hours", *keys, *kinds, hours_worked).filter(lacking & known))
    here, there = together(groups, rows.select(keys))
    place = np.full(max(here.max(), there.max(initial=0)) + 1, -1)
    place[here] = np.arange(len(here))
    group, worked = place[there], np.asarray(rows[hours_worked].cast(pa.float64()).to_numpy(), np.float64)
    # Sums do not hang on the order of rows.
    order = np.lexsort([worked, group])
    order = order[(group[order] >= 0) & ~(worked[order] <= 0)]
    n = groups.num_rows
    return np.bincount(group[order], minlength=n), np.bincount(group[order], worked[order], n).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Alone:
    """Rows of types with hours in one of two neighboring periods, the later of which is `period`."""

    row: Codes
    period: Codes
    seen: list[str]


def _unmatched(works: npt.NDArray[np.bool_], of: Codes, earlier: Codes, before: Codes) -> _Alone:
    later_rows = _in_both(works, before)
    after = np.full(len(earlier), -1, np.int64)
    after[earlier[earlier >= 0]] = np.flatnonzero(earlier >= 0)
    came, went = (works & (period[of] >= 0) for period in (earlier, after))
    came[later_rows] = False
    went[before[later_rows]] = False
    new, gone = np.flatnonzero(came), np.flatnonzero(went)
    seen = ["later"] * len(new) + ["earlier"] * len(gone)
    return _Alone(np.concatenate([new, gone]), np.concatenate([of[new], after[of[gone]]]), seen)
