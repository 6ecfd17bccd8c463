"""Total factor productivity of units by price-weighted index numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, collect, columns_of
from industria.errors import ChoiceError, OutsideRangeError
from industria.kernels.index_numbers import Pairs, index_numbers, over
from industria.kernels.multilateral import fisher_levels
from industria.productivity._accounts import (
    beside,
    changes,
    dropped_table,
    later,
    once,
    pairs,
    refuse_names,
    unit_jumps,
)
from industria.productivity._panel import Array, Codes, Panel, read

__all__ = ["ProductivityIndex", "productivity_index"]

Formula = Literal["fisher", "tornqvist", "laspeyres", "paasche", "lowe", "caves_christensen_diewert", "geks_fisher"]
CHAINED: Final = ("fisher", "tornqvist", "laspeyres", "paasche")
TRANSITIVE: Final = ("lowe", "caves_christensen_diewert", "geks_fisher")
LOGGED: Final = ("tornqvist", "caves_christensen_diewert")
MADE: Final = ("output_index", "input_index", "tfp", "growth", "terms_of_trade", "profitability", "column", "ratio")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ProductivityIndex(Result):
    """Productivity of units over time.

    Attributes
    ----------
    table : Table
        One row a cell, unit and time: `output_index, input_index, tfp, growth, terms_of_trade, profitability`.
    jumps : Table
        Quantities and prices that rose or fell more than 300 times from one row of a unit to the next: their
        unit may have changed.
    dropped : Table
        `column, reason, rows` of what was left out.
    formula : str
        As asked for.
    transitive : bool
        Whether levels of different units compare.
    n_rows, n_units : int
        Used.
    n_gaps : int
        Rows of which the calendar period before lacks; they are linked to the last one there is.
    n_jumps : int
        Rows of `jumps`.
    """

    jumps: Table
    dropped: Table
    formula: str
    transitive: bool
    n_rows: int
    n_units: int
    n_gaps: int
    n_jumps: int


@measure(
    gives={
        "output_index": "quantity of outputs: 1 in the unit's first period, or a level for transitive formulas [1]",
        "input_index": "quantity of inputs, likewise [1]",
        "tfp": "output index over input index: total factor productivity [1]",
        "growth": "log change of tfp from the calendar period before [log points]",
        "terms_of_trade": "output prices over input prices: profitability over tfp [1]",
        "profitability": "revenue over cost; relative to the unit's first period where the index is chained [1]",
        "column": "column of a jump, or for which rows were left out [name]",
        "ratio": "value over that of the unit's row before [1]",
        "reason": "why rows were left out [name]",
        "rows": "how many were [count]",
    },
    cites="O'Donnell (2012), Journal of Productivity Analysis 37(3); "
    "Caves, Christensen & Diewert (1982), Economic Journal 92; Balk (2008), Price and Quantity Index Numbers",
    design="descriptive",
)
def productivity_index(
    panel: TableLike,
    *,
    unit: Column,
    time: Column,
    outputs: Mapping[Column, Column],
    inputs: Mapping[Column, Column],
    formula: Formula = "fisher",
    by: Sequence[Column] = (),
) -> ProductivityIndex:
    """Divide an index of outputs by an index of inputs, weighted by prices.

    fisher, tornqvist, laspeyres and paasche chain the changes of each unit, so that only changes compare.
    Transitive over units and times are lowe, Σ p̄ q / Σ w̄ x at mean prices of the cell;
    caves_christensen_diewert, ln A = Σ ½(s_i + s̄)(ln q_i - mean ln q) - Σ ½(c_i + c̄)(ln x_i - mean ln x); and
    geks_fisher, the mean of Fisher indexes over all pairs of rows. Profitability is terms of trade times tfp.
    None depends on the units of quantities: prices are taken in the same units.

    Quantities of output that are revenue at an industry's deflator make this revenue productivity.

    Parameters
    ----------
    panel : Table
        One row a unit and time.
    unit, time : column
        Who and when.
    outputs, inputs : mapping of column to column
        Quantity of each output and input, and its price.
    formula : str
        See above.
    by : sequence of columns
        What makes a cell; transitive levels compare within one.

    Returns
    -------
    ProductivityIndex
        One row a cell, unit and time.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row is complete.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If a price, a quantity that is logged, or all outputs or inputs of a row are not above 0, another quantity
        is below 0, or a number infinite.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a period, or a column plays two roles or is called as one of the result.
    ChoiceError, ParameterRangeError
        If the formula is no choice, or outputs or inputs lack.

    See Also
    --------
    productivity.growth_accounting : contributions of inputs, from quantities and shares.

    Examples
    --------
    Two farms that sell grain at the same price.

    >>> import pandas as pd
    >>> farms = pd.DataFrame({
    ...     "farm": ["a", "a", "b", "b"], "year": [1, 2, 1, 2], "grain": [100, 110, 80, 96], "grain_price": 2.0,
    ...     "hours": [50, 50, 40, 44], "wage": 1.5, "land": [10, 10, 8, 8], "rent": [5.0, 6.0, 5.0, 6.0],
    ... })
    >>> found = productivity_index(
    ...     farms, unit="farm", time="year", outputs={"grain": "grain_price"}, inputs={"hours": "wage", "land": "rent"},
    ... ).to_pandas()
    >>> print(found[["farm", "year", "tfp", "terms_of_trade", "profitability"]].round(4).to_string(index=False))
    farm  year    tfp  terms_of_trade  profitability
       a     1 1.0000          1.0000         1.0000
       a     2 1.1000          0.9259         1.0185
       b     1 1.0000          1.0000         1.0000
       b     2 1.1345          0.9279         1.0526
    """
    if formula not in (*CHAINED, *TRANSITIVE):
        raise ChoiceError("formula", formula, [*CHAINED, *TRANSITIVE])
    made = pairs(outputs, "outputs", "columns of quantities, each with its column of prices")
    used = pairs(inputs, "inputs", "columns of quantities, each with its column of prices")
    cells = columns_of(by, "by")
    quantities, prices = [*made, *used], list(dict.fromkeys([*made.values(), *used.values()]))
    once(an_output=list(made), an_input=list(used), a_price=prices)
    numbers, positive = [*quantities, *prices], [*prices, *(quantities if formula in LOGGED else [])]
    rows = read(
        panel, "panel", unit=unit, time=time, numbers=numbers, by=cells, positive=positive, nonnegative=quantities
    )
    refuse_names("panel", rows.keys.column_names, MADE)

    q, p = rows.matrix(list(made)), rows.matrix(list(made.values()))
    x, w = rows.matrix(list(used)), rows.matrix(list(used.values()))
    _refuse_nothing(rows, list(made), q)
    _refuse_nothing(rows, list(used), x)
    profit = over((p * q).sum(axis=1), (w * x).sum(axis=1))
    after = later(rows)
    if formula in CHAINED:
        profit = profit / profit[_first(rows, after)]
    output, input_ = (_index(formula, of, at, rows, after) for of, at in ((q, p), (x, w)))
    tfp = over(output, input_)
    before = rows.before()
    odd = unit_jumps(rows, numbers, after)
    return ProductivityIndex(
        table=beside(
            rows.keys,
            {
                "output_index": output,
                "input_index": input_,
                "tfp": tfp,
                "growth": changes(np.log(np.where(tfp > 0, tfp, np.nan)), before),
                "terms_of_trade": over(profit, tfp),
                "profitability": profit,
            },
        ),
        jumps=odd,
        dropped=dropped_table(rows),
        formula=formula,
        transitive=formula in TRANSITIVE,
        n_rows=len(rows),
        n_units=rows.n_units,
        n_gaps=int((before[after] < 0).sum()),
        n_jumps=len(collect(odd)),
    )


def _refuse_nothing(panel: Panel, columns: list[str], quantities: Array) -> None:
    none = np.flatnonzero(~(quantities > 0).any(axis=1))
    if len(none):
        least = f"must be above 0 in at least one of {', '.join(columns)}"
        raise OutsideRangeError(panel.name, columns[0], 0.0, panel.where(int(none[0])), least)


def _first(rows: Panel, after: Codes) -> Codes:
    """Find the first row of each row's unit, in its cell."""
    first = np.arange(len(rows))
    first[after] = 0
    return np.maximum.accumulate(first)


def _index(formula: str, Q: Array, P: Array, rows: Panel, after: Codes) -> Array:
    return _chain(formula, Q, P, rows, after) if formula in CHAINED else _levels(formula, Q, P, rows)


def _chain(formula: str, Q: Array, P: Array, rows: Panel, after: Codes) -> Array:
    """Chain quantity indexes from row to row of each unit, 1 in the first."""
    m, M = len(after), Q.shape[1]
    link = index_numbers(
        formula,
        Pairs(
            p0=Q[after - 1].ravel(),
            p1=Q[after].ravel(),
            q0=P[after - 1].ravel(),
            q1=P[after].ravel(),
            g=np.repeat(np.arange(m), M),
            G=m,
        ),
    )
    index = np.ones(len(rows))
    place = np.arange(len(rows)) - _first(rows, after)
    for k in range(1, int(place.max()) + 1):
        now = place[after] == k
        index[after[now]] = index[after[now] - 1] * link[now]
    return index


def _levels(formula: str, Q: Array, P: Array, rows: Panel) -> Array:
    """Compare the quantities of all rows of a cell with each other."""
    edges = np.searchsorted(rows.cell, np.arange(rows.cells.num_rows + 1))
    return np.concatenate([_level(formula, Q[a:b], P[a:b]) for a, b in pairwise(edges.tolist())])


def _level(formula: str, Q: Array, P: Array) -> Array:
    if formula == "lowe":
        return np.asarray(Q @ P.mean(axis=0))
    if formula == "geks_fisher":
        return np.asarray(np.exp(fisher_levels(Q, P)))
    shares = P * Q / (P * Q).sum(axis=1, keepdims=True)
    logs = np.log(Q)
    return np.asarray(np.exp(((shares + shares.mean(axis=0)) / 2 * (logs - logs.mean(axis=0))).sum(axis=1)))
