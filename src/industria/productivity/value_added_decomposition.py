"""Growth of value added by prices, inputs, efficiency and technical progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, collect, columns_of
from industria.errors import OutsideRangeError
from industria.kernels.value_added import value_added_factors
from industria.productivity._accounts import beside, dropped_table, later, once, pairs, refuse_names, unit_jumps
from industria.productivity._panel import read

__all__ = ["ValueAddedDecomposition", "value_added_decomposition"]

RATIOS: Final = ("value", "output_price", "input_quantity", "input_mix", "efficiency", "technical")
MADE: Final = (*RATIOS, "tfp", "efficiency_level", "column", "ratio")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ValueAddedDecomposition(Result):
    """Factors of the growth of value added.

    Attributes
    ----------
    table : Table
        One row a cell, unit and time: `value, output_price, input_quantity, input_mix, efficiency, technical, tfp,
        efficiency_level`.
    jumps : Table
        Quantities and prices that rose or fell more than 300 times from one row of a unit to the next.
    dropped : Table
        `column, reason, rows` of what was left out.
    n_rows, n_units : int
        Used.
    n_gaps, n_null : int
        Rows of which the calendar period before lacks, and others without factors because value added is not
        above 0.
    n_jumps : int
        Rows of `jumps`.
    """

    jumps: Table
    dropped: Table
    n_rows: int
    n_units: int
    n_gaps: int
    n_null: int
    n_jumps: int


@measure(
    gives={
        "value": "value added over that of the period before: the product of the next five [1]",
        "output_price": "factor of output prices [1]",
        "input_quantity": "factor of primary inputs: their Fisher index [1]",
        "input_mix": "factor of input prices, as far as the best practice differs in its mix of inputs [1]",
        "efficiency": "factor of efficiency against the best practice so far [1]",
        "technical": "factor of technical progress, 1 or more: the best practice itself [1]",
        "tfp": "input_mix times efficiency times technical: total factor productivity [1]",
        "efficiency_level": "value added over the most that inputs could yield by the best practice so far [fraction]",
        "column": "column of a jump, or for which rows were left out [name]",
        "ratio": "value over that of the unit's row before [1]",
        "reason": "why rows were left out [name]",
        "rows": "how many were [count]",
    },
    cites="Diewert & Fox (2018), Decomposing value added growth into explanatory factors, "
    "in The Oxford Handbook of Productivity Analysis",
    design="descriptive",
)
def value_added_decomposition(
    panel: TableLike,
    *,
    unit: Column,
    time: Column,
    outputs: Mapping[Column, Column],
    inputs: Mapping[Column, Column],
    by: Sequence[Column] = (),
) -> ValueAddedDecomposition:
    """Split the growth of value added by a unit's own best practice so far.

    R_t(p, w, x) = w x max_{s ≤ t} (p y_s / w x_s) is the most that inputs x could yield at prices p and w by
    what the unit did up to t: constant returns, free disposal, no technical regress. Value added over R_t is
    efficiency, so that a fall of productivity is a fall of efficiency and never of technique. Each factor is the
    geometric mean of its two orders; they multiply to the growth of value added. Quantities that are revenue at
    an industry's deflator make this revenue productivity.

    Parameters
    ----------
    panel : Table
        One row a unit and time.
    unit, time : column
        Who and when.
    outputs : mapping of column to column
        Quantity of each net output, and its price; what is bought for further use has negative quantities.
    inputs : mapping of column to column
        Quantity of each primary input, and its price.
    by : sequence of columns
        Cells that a unit may stand in, each with a history of its own.

    Returns
    -------
    ValueAddedDecomposition
        One row a cell, unit and time; factors are null in the first period, over a gap of the calendar, and
        where value added is not above 0.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row is complete.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If a price, or all inputs of a row, are not above 0, an input below 0, or a number infinite.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a period, or a column plays two roles or is called as one of the result.
    ParameterRangeError
        If outputs or inputs lack.

    See Also
    --------
    productivity.productivity_index : productivity by prices, without efficiency apart from technique.

    Examples
    --------
    A mill whose second year is bad.

    >>> import pandas as pd
    >>> mill = pd.DataFrame({
    ...     "mill": "a", "year": [1, 2, 3], "flour": [100.0, 95.0, 120.0], "flour_price": [1.0, 1.1, 1.1],
    ...     "hours": [50.0, 52.0, 54.0], "wage": [1.0, 1.0, 1.05], "machines": [20.0, 21.0, 22.0], "rent": 1.5,
    ... })
    >>> found = value_added_decomposition(
    ...     mill, unit="mill", time="year", outputs={"flour": "flour_price"},
    ...     inputs={"hours": "wage", "machines": "rent"},
    ... )
    >>> print(found.to_pandas()[["year", "value", "efficiency", "technical", "tfp"]].round(4).to_string(index=False))
     year  value  efficiency  technical    tfp
        1    NaN         NaN        NaN    NaN
        2 1.0450      0.9102     1.0000 0.9102
        3 1.2632      1.0987     1.1036 1.2124
    """
    made = pairs(outputs, "outputs", "columns of quantities, each with its column of prices")
    used = pairs(inputs, "inputs", "columns of quantities, each with its column of prices")
    cells = columns_of(by, "by")
    prices = list(dict.fromkeys([*made.values(), *used.values()]))
    once(an_output=list(made), an_input=list(used), a_price=prices)
    numbers = [*made, *used, *prices]
    rows = read(
        panel, "panel", unit=unit, time=time, numbers=numbers, by=cells, positive=prices, nonnegative=list(used)
    )
    refuse_names("panel", rows.keys.column_names, MADE)
    idle = np.flatnonzero(~(rows.matrix(list(used)) > 0).any(axis=1))
    if len(idle):
        least = f"must be above 0 in at least one of {', '.join(used)}"
        raise OutsideRangeError(rows.name, next(iter(used)), 0.0, rows.where(int(idle[0])), least)

    p, y, w, x = (rows.matrix(list(of)) for of in (made.values(), made, used.values(), used))
    after = later(rows)
    edges = np.setdiff1d(np.arange(len(rows) + 1), after)
    factors = np.vstack([value_added_factors(p[a:b], y[a:b], w[a:b], x[a:b]) for a, b in pairwise(edges.tolist())])
    # Technique and efficiency build on all earlier rows; a factor is told for one calendar period only.
    gap = rows.before() < 0
    factors[gap, : len(RATIOS)] = np.nan
    table = dict(zip((*RATIOS, "efficiency_level"), factors.T, strict=True))
    tfp = table["input_mix"] * table["efficiency"] * table["technical"]
    odd = unit_jumps(rows, numbers, after)
    return ValueAddedDecomposition(
        table=beside(
            rows.keys,
            {**{name: table[name] for name in RATIOS}, "tfp": tfp} | {"efficiency_level": table["efficiency_level"]},
        ),
        jumps=odd,
        dropped=dropped_table(rows),
        n_rows=len(rows),
        n_units=rows.n_units,
        n_gaps=int(gap[after].sum()),
        n_null=int(np.isnan(tfp[~gap]).sum()),
        n_jumps=len(collect(odd)),
    )
