"""Rows by the bin that a value falls into, on edges that several sites can share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import narwhals.stable.v2 as nw

from industria.core.cells import add_up
from industria.core.measure import measure
from industria.core.relations import quoted, relation_of
from industria.core.result import SUPPORT, Cells
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of, from_arrays
from industria.errors import NegativeWeightError, ParameterRangeError
from industria.tables._margins import hierarchies_of
from industria.tables._moments import check_columns
from industria.tables._population import one_of, population_of, row_parts
from industria.tables._records import BESIDE, Records

__all__ = ["Histogram", "histogram"]

MADE: Final = ("bin_low", "bin_high", "count")
NONE: Final = (
    "NULL::VARCHAR AS _holding, NULL::DOUBLE AS _weight, NULL::BOOLEAN AS _waived, NULL::BOOLEAN AS _requested"
)
"""What a row of a histogram does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Histogram(Cells):
    """Counts by bin, and who stands behind them.

    Attributes
    ----------
    table : Table
        One row a group and bin, empty bins too.
    contributors : Table
        One row a unit of a bin; `contribution_count` is how many of its rows, or how much of their weight, is in it.
        Units beyond the outer bins stand there, too.
    n_below, n_above : int
        Rows with a value below the first edge, and above the last; they are in no bin.
    n_missing : int
        Rows without a value, or without a weight above zero.
    """

    n_below: int
    n_above: int
    n_missing: int


@measure(
    gives={
        "bin_low": "lower edge of the bin, which belongs to it; null where it is open [unit of column]",
        "bin_high": "upper edge of the bin, in it only if it is the last; null where it is open [unit of column]",
        "count": "rows in the bin; with weights, their sum [count]",
    },
    cites="Freedman & Diaconis (1981), Zeitschrift für Wahrscheinlichkeitstheorie 57, 453-476",
    design="descriptive",
    pools="sums",
    support="cells",
)
def histogram(
    records: TableLike,
    *,
    column: Column,
    edges: Sequence[float],
    by: Sequence[Column] = (),
    unit: Column | None = None,
    weight: Column | None = None,
) -> Histogram:
    """Count rows by the bin that a value falls into.

    Counts on the same edges add up over sites, and a quantile of all of them lies in the bin where the summed
    counts pass it, for certain: medians of sites tell no such thing. Edges are written down, not found in the data.

    Parameters
    ----------
    records : Table
        `column`, of numbers or truth values (1 and 0); `by`, `unit` and `weight`. A missing key makes a group
        of its own. Tables of other engines are brought to DuckDB.
    column : column
        What is counted.
    edges : sequence of float
        Two or more, rising. A bin holds its lower edge and not its upper one, which only the last bin holds, too.
        -inf as the first and inf as the last leave the outer bins open.
    by : sequence of columns
        What makes a group; all rows are one without it.
    unit : column, optional
        Who stands behind a row, for disclosure control; each row is a unit without it.
    weight : column, optional
        How much a row counts; zero or more. Rows of weight 0 are counted as missing.

    Returns
    -------
    Histogram
        One row a group and bin; a bin that nothing falls into has the count 0. Without rows, none.

    Raises
    ------
    MissingColumnError
        If `records` lacks a column.
    ColumnTypeError
        If `column` or `weight` holds neither numbers nor truth values.
    NegativeWeightError
        If a weight is below zero.
    ReservedNameError
        If a column of `by` bears a name that the result needs.
    ParameterRangeError
        If `edges` do not rise, are fewer than two, or `by` is no list of columns.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"employees": [3, 8, 12, 12, 49, 50, 700]})
    >>> found = histogram(plants, column="employees", edges=[1, 10, 50, 250, float("inf")])
    >>> print(found.to_pandas().to_string(index=False))
     bin_low  bin_high  count
         1.0      10.0      2
        10.0      50.0      3
        50.0     250.0      1
       250.0       NaN      1
    """
    by = columns_of(by, "by")
    edges = _rising(edges)
    table = as_table(records, "records", column, *by, *(name for name in (unit, weight) if name is not None))
    check_columns(table, "records", [column, *([] if weight is None else [weight])], by, (*MADE, *BESIDE))

    keys = [f"k{i}" for i, _ in enumerate(by)]
    rows = _lined_up(table, column, by, unit, weight)
    at, last = nw.col("_at"), nw.col("_at") > edges[-1]
    there = ~at.is_null() & (nw.col("_value") > 0).fill_null(False)
    below, above = there & (at < edges[0]), there & last
    within = rows.filter(there & ~(at < edges[0]) & ~last)
    told = _told(rows, below, above, there, weight)
    labels = [nw.col(key).alias(name) for key, name in zip(keys, by, strict=True)]
    cells = _counts(within, rows, keys, edges, unit is not None, weight is not None)
    return Histogram(
        table=cells.select(*labels, *(name for name in cells.collect_schema().names() if name not in keys)),
        contributors=_contributors(rows.filter(there), by, edges, unit, weight),
        hierarchies=hierarchies_of({}),
        variable=None,
        unit=unit,
        population=population_of(told["n"], told["digest"]),
        period=told["period"],
        total=None,
        n_below=told["n_below"],
        n_above=told["n_above"],
        n_missing=told["n_missing"],
    )


def _lined_up(table: Table, column: str, by: Sequence[str], unit: str | None, weight: str | None) -> Table:
    parts = [f"{quoted(name)} AS k{i}" for i, name in enumerate(by)]
    parts += [f"{quoted(column)}::DOUBLE AS _at", f"{'1' if weight is None else quoted(weight)}::DOUBLE AS _value"]
    parts += [f"{'NULL' if unit is None else quoted(unit)}::VARCHAR AS _unit", NONE, *row_parts(table, unit)]
    rows: Table = nw.from_native(relation_of(table).project(", ".join(parts)))
    return rows


def _told(rows: Table, below: nw.Expr, above: nw.Expr, there: nw.Expr, weight: str | None) -> dict[str, Any]:
    """Count what is in no bin, and digest what has a value, in one scan."""
    marked = rows.select(
        "_row",
        "_period",
        "_value",
        _below=below.fill_null(False).cast(nw.Int64),
        _above=above.fill_null(False).cast(nw.Int64),
        _there=there.cast(nw.Int64),
    )
    sums = (
        "count(*)::BIGINT AS every, coalesce(sum(_below), 0)::BIGINT AS n_below, min(_value) AS lightest, "
        "coalesce(sum(_above), 0)::BIGINT AS n_above, coalesce(sum(_there), 0)::BIGINT AS there, "
        "coalesce(sum(_row) FILTER (_there = 1), 0)::VARCHAR AS digest, "
        "min(_period) AS first, max(_period) AS last"
    )
    found: dict[str, Any] = collect(nw.from_native(relation_of(marked).aggregate(sums))).to_pylist()[0]
    if weight is not None and found["lightest"] is not None and found["lightest"] < 0:
        raise NegativeWeightError("records", weight)
    return {
        "n": found["there"],
        "n_below": found["n_below"],
        "n_above": found["n_above"],
        "n_missing": found["every"] - found["there"],
        "digest": int(found["digest"]),
        "period": one_of(found["first"], found["last"]),
    }


def _contributors(
    rows: Table, by: Sequence[str], edges: Sequence[float], unit: str | None, weight: str | None
) -> Table:
    """List who stands behind each bin, and behind what lies beyond the outer ones: a total tells that, too."""
    at, places = nw.col("_at"), edges[1:-1]
    below, above = at < edges[0], at > edges[-1]
    nothing = nw.lit(None, nw.Float64)
    lower, upper = (_stairs(at, places, ends) for ends in (edges[:-1], edges[1:]))
    ends = {
        f"k{len(by)}": nw.when(below).then(nothing).when(above).then(nw.lit(edges[-1])).otherwise(lower),
        f"k{len(by) + 1}": nw.when(below).then(nw.lit(edges[0])).when(above).then(nothing).otherwise(upper),
    }
    kept = [f"k{i}" for i, _ in enumerate(by)]
    beside = ("_unit", "_holding", "_value", "_weight", "_waived", "_requested", "_row", "_period")
    placed = rows.with_columns(**ends).select(*kept, *ends, *beside)
    told = Records(
        rows=relation_of(placed),
        by=[*by, "bin_low", "bin_high"],
        codes=[],
        variable=None,
        unit=unit,
        holding=None,
        weight=weight,
        waiver=None,
        request=None,
        population="",
        period=None,
    )
    return told.contributors(count="_value")


def _rising(edges: Sequence[float]) -> tuple[float, ...]:
    told = tuple(float(edge) for edge in edges)
    if len(told) < 2 or any(not low < high for low, high in pairwise(told)):
        raise ParameterRangeError("edges", list(edges), "two numbers or more, each above the one before")
    return told


def _counts(
    within: Table, rows: Table, by: Sequence[str], edges: Sequence[float], units: bool, weighted: bool
) -> Table:
    """Add up by group and bin; every group has every bin."""
    last = len(edges) - 1
    told = within.with_columns(_bin=_stairs(nw.col("_at"), edges[1:-1], range(last)))
    # Rows that bring nothing stand for the bins of each group, so that empty ones are there, too.
    bins = as_table(from_arrays({"_bin": list(range(last))}), "bins", near=rows)
    groups = rows.select(*by) if by else rows.select(_one=nw.lit(1))
    grid = groups.unique().join(bins, how="cross")
    names = [*by, "_bin", "count", *(["_unit"] if units else [])]
    nothing = {"count": nw.lit(None, nw.Float64)}
    if units:
        nothing["_unit"] = nw.lit(None, rows.collect_schema()["_unit"])
    stacked = nw.concat(
        [told.with_columns(count=nw.col("_value")).select(*names), grid.with_columns(**nothing).select(*names)]
    )
    cells = add_up(stacked, [*by, "_bin"], "count", unit="_unit" if units else None)
    count = nw.col("count").fill_null(0.0)
    places = range(1, last)
    cells = cells.sort(*by, "_bin").with_columns(
        count if weighted else count.cast(nw.Int64).alias("count"),
        bin_low=_stairs(nw.col("_bin"), places, edges[:-1]),
        bin_high=_stairs(nw.col("_bin"), places, edges[1:]),
    )
    support = [name for name in cells.collect_schema().names() if name.startswith(SUPPORT)]
    return cells.select(*by, *MADE, *support)


def _stairs(x: nw.Expr, at: Sequence[float], values: Sequence[float]) -> nw.Expr:
    """Return values[0] below at[0], values[1] from there to at[1], and so on, by halves: few comparisons a row."""
    if not at:
        value = values[0]
        kind = nw.Int64() if isinstance(value, int) else nw.Float64()
        return nw.lit(None if math.isinf(value) else value, kind)
    middle = len(at) // 2
    lower = _stairs(x, at[:middle], values[: middle + 1])
    upper = _stairs(x, at[middle + 1 :], values[middle + 1 :])
    return nw.when(x < at[middle]).then(lower).otherwise(upper)
