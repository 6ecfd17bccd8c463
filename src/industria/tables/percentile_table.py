"""Percentiles by group, each a mean of neighbors, with who stands between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.relations import ask, quoted, relation_of
from industria.core.result import SUPPORT, Result
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of
from industria.errors import (
    InfiniteValueError,
    MissingValueError,
    NegativeWeightError,
    ParameterRangeError,
    UnsteadyUnitError,
)
from industria.tables._moments import check_columns

__all__ = ["Percentiles", "percentile_table"]

MADE: Final = ("percentile", "value", "status")

RANKED: Final = ("ranked_unit", "ranked_owner", "ranked_rows", "ranked_value")

# Sums of weights carry rounding: a share within this of a percentile is that percentile.
EQUAL: Final = 1e-12
# A unit without a holding is its own, and so is a row without either.
OWNER: Final = "coalesce('h' || h, 'u' || u, 'r' || row_number() OVER ())"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Percentiles(Result):
    """Percentiles by group.

    Attributes
    ----------
    table : Table
        One row a group and percentile.
    window : int
        Neighbors that a value is the mean of.
    n_missing : int
        Rows without a value, or without a weight above zero.
    units_used : Table or None
        Who is ranked: `by`, `ranked_unit`, `ranked_owner` (itself without `holding`), its `ranked_rows` and the sum of
        its values times their weights, `ranked_value`; confidential. None where each row is a unit.
    """

    window: int
    n_missing: int
    units_used: Table | None = None


@measure(
    gives={
        "percentile": "share of rows, or of weight, up to the value [fraction]",
        "value": "mean of the rows around it; null where the least or the largest would be one [unit of variable]",
    },
    cites="CompNet (2023), User Guide for the 9th Vintage of the CompNet Dataset",
    design="descriptive",
    support="percentiles",
)
def percentile_table(
    records: TableLike,
    *,
    variable: Column,
    by: Sequence[Column] = (),
    percentiles: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
    window: int = 5,
    unit: Column | None = None,
    holding: Column | None = None,
    weight: Column | None = None,
) -> Percentiles:
    """Tell percentiles by group, each as the mean of a few neighbors.

    No value is that of one unit: around the row at which the share is first reached, as many below as above it are
    averaged, weights counting.
    The least and the largest row of a group are in no mean: where one would be, there is no value.

    Parameters
    ----------
    records : Table
        `variable`, of numbers or truth values (1 and 0); `by`, `unit`, `holding` and `weight`. A missing key makes
        a group of its own. Rows without a value, or with a weight of zero, are counted as missing. Tables of other
        engines are brought to DuckDB.
    variable : column
        What is ranked.
    by : sequence of columns
        What makes a group; all rows are one without it.
    percentiles : sequence of float
        Between 0 and 1, each once.
    window : int
        How many rows a value is the mean of; odd.
    unit : column, optional
        Who stands behind a row, for disclosure control; each row is a unit without it.
    holding : column, optional
        Who owns the unit; its units then stand as one between percentiles. A unit without one is its own.
    weight : column, optional
        How much a row counts; zero or more.

    Returns
    -------
    Percentiles
        One row a group and percentile; without rows, none. `support_window` is the least number of units between a
        percentile and its neighbors, or the ends; where units stand several times in the mean, at most those in it.
        With `holding` it counts holdings, and there is `support_holdings`.

    Raises
    ------
    MissingColumnError, ColumnTypeError, InfiniteValueError
        If a column is not there, holds no numbers where it must, or values without end.
    MissingValueError
        If the unit or the weight of a row is missing.
    UnsteadyUnitError
        If the holding of a unit changes.
    NegativeWeightError
        If a weight is below zero.
    ReservedNameError
        If a column of `by` bears a name that the result needs.
    ParameterRangeError
        If `percentiles` are none, not between 0 and 1 or stand twice, `window` is not odd, or `by` is no list of
        columns.

    See Also
    --------
    industria.tables.summary : Percentiles between values, as statistical packages have them.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"employees": [3, 8, 12, 12, 49, 50, 700]})
    >>> found = percentile_table(plants, variable="employees", percentiles=[0.25, 0.5], window=3)
    >>> print(found.to_pandas().to_string(index=False))
     percentile     value
           0.25       NaN
           0.50 24.333333
    """
    by = columns_of(by, "by")
    told = _between(percentiles)
    if isinstance(window, bool) or window < 1 or window % 2 == 0:
        raise ParameterRangeError("window", window, "an odd number")
    table = as_table(records, "records", variable, *by, *(name for name in (unit, holding, weight) if name is not None))
    check_columns(table, "records", [variable, *([] if weight is None else [weight])], by, (*MADE, *RANKED))
    rows = _lined_up(table, by, variable, unit, holding, weight)
    n_missing = _check(rows, variable, unit, weight)
    if unit is not None and holding is not None:
        _refuse_unsteady(rows, unit, holding)

    keys = [f"k{i}" for i, _ in enumerate(by)]
    found = ask(_sql(keys, told, window // 2, by_unit=unit is not None, by_holding=holding is not None), records=rows)
    labels = [nw.col(key).alias(name) for key, name in zip(keys, by, strict=True)]
    support = [name for name in found.collect_schema().names() if name.startswith(SUPPORT)]
    table = found.select(*labels, "percentile", "value", *support)
    return Percentiles(
        table=table.sort(*by, "percentile"),
        window=window,
        n_missing=n_missing,
        units_used=None if unit is None else _ranked(rows, keys).select(*labels, *RANKED),
    )


def _ranked(rows: duckdb.DuckDBPyRelation, keys: Sequence[str]) -> Table:
    """List who is ranked in each group, once each; nothing is computed before somebody asks."""
    named = "".join(f"{key}, " for key in keys)
    return ask(
        f"SELECT {named}u AS ranked_unit, coalesce(min(h), u) AS ranked_owner, count(*)::BIGINT AS ranked_rows, "
        f"sum(x * w) AS ranked_value FROM records WHERE x IS NOT NULL AND w > 0 GROUP BY {named}u",
        records=rows,
    )


def _between(percentiles: Sequence[float]) -> list[float]:
    told = sorted(float(p) for p in percentiles)
    if not told or not all(0 < p < 1 for p in told) or len(set(told)) < len(told):
        raise ParameterRangeError("percentiles", list(percentiles), "numbers between 0 and 1, each once")
    return told


def _lined_up(
    table: Table, by: Sequence[str], variable: str, unit: str | None, holding: str | None, weight: str | None
) -> duckdb.DuckDBPyRelation:
    parts = [f"{quoted(name)} AS k{i}" for i, name in enumerate(by)]
    parts += [f"{quoted(variable)}::DOUBLE AS x", f"{'1' if weight is None else quoted(weight)}::DOUBLE AS w"]
    beside = {"u": unit, "h": holding}
    parts += [f"{'NULL' if name is None else quoted(name)}::VARCHAR AS {at}" for at, name in beside.items()]
    return relation_of(table).project(", ".join(parts))


def _check(rows: duckdb.DuckDBPyRelation, variable: str, unit: str | None, weight: str | None) -> int:
    """Refuse what cannot be ranked, in one scan; no message tells a value. Count the rows left out."""
    counts = {
        "n": "count(*)",
        "endless": "count_if(isinf(x))",
        "heavy": "count_if(isinf(w))",
        "below": "count_if(w < 0)",
        "units": "count(u)",
        "weights": "count(w)",
        "missing": "count_if(x IS NULL OR w = 0)",
    }
    asked = rows.aggregate(", ".join(f"{sql}::BIGINT AS {name}" for name, sql in counts.items()))
    told: dict[str, int] = collect(nw.from_native(asked)).to_pylist()[0]
    for column, found in ((variable, told["endless"]), (weight, told["heavy"])):
        if found:
            raise InfiniteValueError("records", str(column), found)
    for column, there in ((unit, told["units"]), (weight, told["weights"])):
        if column is not None and there < told["n"]:
            raise MissingValueError("records", column, told["n"] - there, told["n"])
    if told["below"]:
        raise NegativeWeightError("records", str(weight))
    return told["missing"]


def _refuse_unsteady(rows: duckdb.DuckDBPyRelation, unit: str, holding: str) -> None:
    """Refuse units whose holding changes; a holding cannot be in some rows of a unit alone."""
    by_unit = rows.aggregate("min(h) <> max(h) OR count(h) NOT IN (0, count(*)) AS odd", "u")
    found = collect(nw.from_native(by_unit.filter("odd").aggregate("count(*)::BIGINT AS n")))
    if n := found["n"][0].as_py():
        raise UnsteadyUnitError("records", holding, unit, n)


def _sql(keys: Sequence[str], percentiles: Sequence[float], side: int, *, by_unit: bool, by_holding: bool) -> str:
    """Rank rows, find the row of each percentile, and look at its neighbors."""
    named = "".join(f"{key}, " for key in keys)
    group = f"PARTITION BY {', '.join(keys)}" if keys else ""
    ranked = (
        f"SELECT {named}x, w, u, {f'{OWNER} AS o, ' if by_holding else ''}"
        f"row_number() OVER ranks AS r, sum(w) OVER (ranks ROWS UNBOUNDED PRECEDING) AS upto, "
        f"sum(w) OVER ({group}) AS every FROM records WHERE x IS NOT NULL AND w > 0 "
        f"WINDOW ranks AS ({group} ORDER BY x, w, u)"
    )
    at = [f"min(r) FILTER (upto >= every * {p!r}::DOUBLE * (1 - {EQUAL!r}::DOUBLE))" for p in percentiles]
    places = f"SELECT {named}count(*) AS n, [{', '.join(at)}] AS places FROM ranked GROUP BY ALL"
    units = "count(DISTINCT u)" if by_unit else "count(*)"
    parts = [f"{units} AS units"]
    if by_holding:
        units = "count(DISTINCT o)"
        parts.append(f"{units} AS owners")
    last = len(percentiles)
    for i in range(last + 1):
        below = "0" if i == 0 else f"places[{i}]"
        above = "n + 1" if i == last else f"places[{i + 1}]"
        parts.append(f"{units} FILTER (r > {below} AND r < {above}) AS gap{i}")
    for i in range(last):
        inside = f"FILTER (r BETWEEN places[{i + 1}] - {side} AND places[{i + 1}] + {side})"
        parts += [f"sum(x * w) {inside} / sum(w) {inside} AS mean{i}", f"{units} {inside} AS within{i}"]
        parts.append(f"any_value(places[{i + 1}] - {side} > 1 AND places[{i + 1}] + {side} < n) AS whole{i}")
    joined = " AND ".join(f"ranked.{key} IS NOT DISTINCT FROM places.{key}" for key in keys) or "true"
    qualified = "".join(f"ranked.{key}, " for key in keys)
    groups = f"GROUP BY {qualified.rstrip(', ')}" if keys else "HAVING count(*) > 0"
    looked = f"SELECT {qualified}{', '.join(parts)} FROM ranked JOIN places ON {joined} {groups}"
    holdings = f"owners AS {SUPPORT}holdings, " if by_holding else ""
    # Rows of one unit in a mean would be a mean of that unit.
    told = [
        f"{{'percentile': {p!r}::DOUBLE, 'value': CASE WHEN whole{i} THEN mean{i} END, "
        f"'least': least(gap{i}, gap{i + 1}, CASE WHEN within{i} < {2 * side + 1} THEN within{i} END)}}"
        for i, p in enumerate(percentiles)
    ]
    return (
        f"WITH ranked AS MATERIALIZED ({ranked}), places AS MATERIALIZED ({places}), looked AS ({looked}) "
        f"SELECT {named}t.percentile, t.value, units AS {SUPPORT}units, {holdings}t.least AS {SUPPORT}window "
        f"FROM (SELECT {named}units, {'owners, ' if by_holding else ''}unnest([{', '.join(told)}]) AS t FROM looked)"
    )
