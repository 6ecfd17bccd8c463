"""Productivity of an economy from that of its industries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.calendar import calendar
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ParameterRangeError, UnknownLabelError
from industria.kernels.index_numbers import over
from industria.productivity._accounts import beside, changes, dropped_table, gone, means, neighbors, once, refuse_names
from industria.productivity._panel import Array, Codes, Panel, read

__all__ = ["DomarAggregation", "domar_aggregation"]

MADE: Final = ("domar_weight", "contribution", "term", "value", "n_industries", "n_missing")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DomarAggregation(Result):
    """Contributions of industries to aggregate productivity.

    Attributes
    ----------
    table : Table
        One row a cell, industry and time: `domar_weight, contribution`.
    sums : Table
        One row a cell, later time and term: `term, value`, with `n_industries` and `n_missing` of these. Terms are
        `domar_weights` (their sum), `domar_sum`, with an aggregate `aggregate` and `reallocation`, the gap
        between the two, and for each of the inputs `reallocation_of_<input>`.
    dropped : Table
        `column, reason, rows` of what was left out.
    n_rows, n_industries : int
        Used.
    n_null : int
        Sums that are null because an industry lacks in them, in either period.
    """

    sums: Table
    dropped: Table
    n_rows: int
    n_industries: int
    n_null: int


@measure(
    gives={
        "domar_weight": "nominal gross output of the industry over value added of all; its mean over two periods [1]",
        "contribution": "domar_weight times the industry's growth of tfp [log points]",
        "term": "domar_weights, domar_sum, aggregate, reallocation, or reallocation_of_ an input [name]",
        "value": "of the term; weights as a sum, all else as growth [1]",
        "n_industries": "industries of the cell in the period [count]",
        "n_missing": "those of them, and of the period before, without a contribution: sums are null [count]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Domar (1961), Economic Journal 71; Hulten (1978), Review of Economic Studies 45(3); "
    "Jorgenson, Gollop & Fraumeni (1987), Productivity and U.S. Economic Growth, ch. 2",
    design="descriptive",
)
def domar_aggregation(
    industries: TableLike,
    aggregate: TableLike | None = None,
    *,
    unit: Column,
    time: Column,
    gross_output: Column,
    value_added: Column,
    tfp_growth: Column,
    inputs: Mapping[Column, Column] | None = None,
    by: Sequence[Column] = (),
) -> DomarAggregation:
    """Add up the productivity growth of industries by Domar weights.

    D_i = nominal gross output of i / Σ nominal value added, averaged over both periods; aggregate Δln A is
    Σ D̄_i Δln A_i and the reallocation of capital and labor between industries. Weights sum to more than 1:
    a gain in a supplier counts again in its customers. The gap between an aggregate and the sum is told, not
    hidden. For an input X with income Y_X it is Σ_i m_i Δln X_i - m Δln Σ X_i, with m_i and m the income of
    the industry and of all over value added, averaged likewise.

    Parameters
    ----------
    industries : Table
        One row an industry and time.
    aggregate : Table, optional
        The columns of `by`, the time and `tfp_growth` of the aggregate, as reckoned from value added.
    unit, time : column
        Industry and period.
    gross_output, value_added : column
        At current prices.
    tfp_growth : column
        Log change of gross-output tfp from the period before.
    inputs : mapping of column to column, optional
        Quantity of an input that adds up over industries (hours, capital at constant prices), and its income.
    by : sequence of columns
        What makes an economy.

    Returns
    -------
    DomarAggregation
        One row a cell, industry and time; null in the first period, and where a figure lacks. Sums are null,
        too, where an industry stands in one of the two periods only: they would lack what it adds.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has its keys.
    UnknownLabelError
        If an aggregate tells none of the industries' periods.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If gross output or an input's quantity is not above 0, income below 0, or a number infinite.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If an industry or an aggregate stands twice in a period, or a column plays two roles or is called as one
        of the result.
    ParameterRangeError
        If `inputs` or `by` are no columns.

    See Also
    --------
    productivity.growth_accounting : productivity of the industries.

    Examples
    --------
    >>> import pandas as pd
    >>> industries = pd.DataFrame({
    ...     "industry": ["steel", "steel", "cars", "cars"], "year": [2000, 2001] * 2, "output": [60, 66, 90, 100],
    ...     "value_added": [40, 44, 60, 66], "tfp": [None, 0.02, None, 0.01],
    ... })
    >>> found = domar_aggregation(
    ...     industries, unit="industry", time="year", gross_output="output", value_added="value_added",
    ...     tfp_growth="tfp",
    ... )
    >>> print(found.to_pandas().dropna().round(4).to_string(index=False))
    industry  year  domar_weight  contribution
        cars  2001        0.9045         0.009
       steel  2001        0.6000         0.012
    >>> print(found.sums.collect("pandas").to_native()[["year", "term", "value"]].round(4).to_string(index=False))
     year          term  value
     2001 domar_weights 1.5045
     2001     domar_sum 0.0210
    """
    pairs = {} if inputs is None else inputs
    if not isinstance(pairs, Mapping):
        raise ParameterRangeError("inputs", inputs, "columns of quantities, each with its column of income")
    cells = columns_of(by, "by")
    quantities, incomes = list(pairs), list(pairs.values())
    once(gross_output=[gross_output], value_added=[value_added], tfp_growth=[tfp_growth], an_input=quantities)
    numbers = [gross_output, value_added, tfp_growth, *quantities, *incomes]
    panel = read(
        industries,
        "industries",
        unit=unit,
        time=time,
        numbers=numbers,
        by=cells,
        positive=[gross_output, *quantities],
        nonnegative=incomes,
        optional=numbers,
    )
    refuse_names("industries", panel.keys.column_names, MADE)

    first, of, earlier = neighbors(panel.cell, panel.time)
    # A value that lacks makes the sum lack: a total without it would make all weights too large.
    total = _sum(of, panel[value_added], len(first))
    before = panel.before()
    weight = means(over(panel[gross_output], total[of]), before)
    part = weight * panel[tfp_growth]
    keys = panel.keys.select([*cells, time]).take(pa.array(first))
    left = gone(before, of, earlier)
    terms = _terms(panel, weight, part, total, of, earlier, before, pairs)
    # A row that is not there makes no sum null by itself.
    terms = {term: np.where(left > 0, np.nan, value) for term, value in terms.items()}
    if aggregate is not None:
        told = _aggregate(aggregate, keys, cells, time, tfp_growth)
        terms |= {"aggregate": told, "reallocation": told - terms["domar_sum"]}
    later = np.flatnonzero(earlier >= 0)
    return DomarAggregation(
        table=beside(panel.keys, {"domar_weight": weight, "contribution": part}),
        sums=_sums(keys, terms, part, of, left, later),
        dropped=dropped_table(panel),
        n_rows=len(panel),
        n_industries=panel.n_units,
        n_null=int(np.isnan(terms["domar_sum"][later]).sum()),
    )


def _sum(of: Codes, values: Array, G: int) -> Array:
    return np.bincount(of, values, G).astype(np.float64)


def _terms(
    panel: Panel,
    weight: Array,
    part: Array,
    total: Array,
    of: Codes,
    earlier: Codes,
    before: Codes,
    inputs: Mapping[str, str],
) -> dict[str, Array]:
    """Add up weights and contributions, and reckon what moves of inputs between industries add, each shape (G,)."""
    G = len(total)
    terms = {"domar_weights": _sum(of, weight, G), "domar_sum": _sum(of, part, G)}
    for quantity, income in inputs.items():
        shares = panel[income] / total[of]
        moved = _sum(of, means(shares, before) * changes(np.log(panel[quantity]), before), G)
        mean = means(_sum(of, shares, G), earlier)
        together = changes(np.log(_sum(of, panel[quantity], G)), earlier)
        terms[f"reallocation_of_{quantity}"] = moved - mean * together
    return terms


def _aggregate(data: TableLike, keys: pa.Table, cells: Sequence[str], time: str, tfp_growth: str) -> Array:
    """Line the growth of the aggregate up with the periods of the industries; NaN where it is not told."""
    rows = read(data, "aggregate", unit=time, numbers=[tfp_growth], by=cells, optional=[tfp_growth])
    calendar(rows.keys[time], "aggregate", time)
    periods = {*keys[time].to_pylist()}
    if not periods & {*rows.keys[time].to_pylist()}:
        known = sorted(f"{one}" for one in periods)
        raise UnknownLabelError("aggregate", time, f"{rows.keys[time][0].as_py()}", "industries", known)
    names = [*cells, time]
    told, wanted = (zip(*(of[name].to_pylist() for name in names), strict=True) for of in (rows.keys, keys))
    growth = dict(zip(told, rows[tfp_growth].tolist(), strict=True))
    return np.array([growth.get(label, np.nan) for label in wanted])


def _sums(keys: pa.Table, terms: Mapping[str, Array], part: Array, of: Codes, left: Codes, later: Codes) -> Table:
    G, k = keys.num_rows, len(terms)
    rows = keys.take(pa.array(np.repeat(later, k)))
    n, missing = np.bincount(of, minlength=G), np.bincount(of, np.isnan(part), G).astype(np.int64) + left
    made = {
        "term": list(terms) * len(later),
        "value": np.column_stack([*terms.values()])[later].ravel(),
        "n_industries": np.repeat(n[later], k),
        "n_missing": np.repeat(missing[later], k),
    }
    return beside(rows, made)
