"""Records that contribute to cells, checked once and lined up on DuckDB; no message tells a value of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import narwhals.stable.v2 as nw

from industria.core.relations import ask, quoted, relation_of
from industria.core.result import SUPPORT
from industria.core.table import Table, TableLike, as_table, collect
from industria.errors import (
    ColumnTypeError,
    InfiniteValueError,
    MissingValueError,
    NegativeWeightError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
    UnsteadyUnitError,
)
from industria.tables._population import one_of, population_of, row_parts

__all__ = ["BESIDE", "CONTRIBUTION", "ONE", "Records", "read_records"]

CONTRIBUTION: Final = "contribution_"
BESIDE: Final = ("unit", "holding", "weight", "waived", "requested", "status")
"""Names that contributors and released tables have besides their dimensions."""
ONE: Final = "1"
"""What each unit contributes where units are counted."""
NUMBERS: Final = (nw.Int64, nw.Float64, nw.Boolean)
PLAIN: Final = (nw.Int64, nw.Boolean, nw.String)
"""Types of which no two values are the same text."""


@dataclass(frozen=True, slots=True)
class Records:
    """Records in plain columns.

    Attributes
    ----------
    rows : DuckDB relation
        One row a record: its codes as text, `k0`, `k1` …, and, where `has_raw`, `r0`, `r1` … as they are, where no
        two are one text; `_unit`, `_holding`, `_weight`, `_waived`, `_requested`, null where there are none; `_value`,
        1 where nothing is added up; `_row`, a digest of what it holds.
    by : sequence of str
        The columns behind `k0`, `k1` …
    codes : list of list of str
        By dimension, the codes that stand in the records, sorted.
    variable, unit, holding, weight, waiver, request : str or None
        The columns behind the others.
    population : str
        Digest of units, or of whole rows where each is a unit, whatever their order.
    period : str or None
        The one value of the column `period` or `year`, where there is one.
    """

    rows: duckdb.DuckDBPyRelation
    by: Sequence[str]
    codes: list[list[str]]
    variable: str | None
    unit: str | None
    holding: str | None
    weight: str | None
    waiver: str | None
    request: str | None
    population: str
    period: str | None
    has_raw: bool = False

    @property
    def keys(self) -> list[str]:
        """Names of the codes."""
        return [f"k{i}" for i, _ in enumerate(self.by)]

    def contributors(self, **columns: str) -> Table:
        """List who stands behind each cell, one row a unit, with `contribution_<column>` of each.

        Columns are those of `rows`, added up, or "1". Nothing is computed yet.
        """
        amounts = list(dict.fromkeys(column for column in columns.values() if column != ONE))
        shown = [f"{key} AS {quoted(name)}" for key, name in zip(self.keys, self.by, strict=True)]
        shown += ["_unit AS unit", "_holding AS holding"]
        shown += [f"{amount}::DOUBLE AS {quoted(CONTRIBUTION + name)}" for name, amount in columns.items()]
        shown += ["_weight AS weight", "_waived AS waived", "_requested AS requested"]
        if self.unit is not None:
            raw = [key.replace("k", "r") for key in self.keys] if self.has_raw else self.keys
            keys = ", ".join([*raw, "_unit"])
            sums = ", ".join([*self._per_unit(), *(f"sum({amount}) AS {amount}" for amount in amounts)])
            units = f"SELECT {keys}, {sums} FROM records GROUP BY {keys}"
            if self.has_raw:
                texts = ", ".join(f"{of}::VARCHAR AS {key}" for of, key in zip(raw, self.keys, strict=True))
                units = f"SELECT *, {texts} FROM ({units})"
            return ask(f"SELECT {', '.join(shown)} FROM ({units})", records=self.rows)
        # Rows that are alike in all are units of their own; they are few, and they alone are numbered.
        twin = "row_number() OVER (PARTITION BY _row)"
        units = (
            f"SELECT * REPLACE (printf('%016x.%d', _row, {twin}) AS _unit) FROM records "
            "SEMI JOIN (FROM seen WHERE times > 1) USING (_row) UNION ALL BY NAME "
            "SELECT * EXCLUDE (times) REPLACE (printf('%016x', _row) AS _unit) FROM seen WHERE times = 1"
        )
        kept = ", ".join(f"any_value({name}) AS {name}" for name in self.rows.columns if name != "_row")
        seen = f"WITH seen AS MATERIALIZED (SELECT _row, count(*) AS times, {kept} FROM records GROUP BY _row)"
        return ask(f"{seen} SELECT {', '.join(shown)} FROM ({units})", records=self.rows)

    def _per_unit(self) -> list[str]:
        """Add up what rows of a unit say besides amounts, where a column says it."""
        # Protection is waived for all that a unit contributes, and asked for by any of it.
        told = {
            "_holding": (self.holding, "any_value(_holding)", "VARCHAR"),
            "_weight": (self.weight, "any_value(_weight)", "DOUBLE"),
            "_waived": (self.waiver, "bool_and(_waived)", "BOOLEAN"),
            "_requested": (self.request, "bool_or(_requested)", "BOOLEAN"),
        }
        return [f"{sql if column else f'NULL::{kind}'} AS {name}" for name, (column, sql, kind) in told.items()]


def read_records(
    records: TableLike,
    *,
    by: Sequence[str],
    made: Sequence[str],
    variable: str | None = None,
    unit: str | None = None,
    holding: str | None = None,
    weight: str | None = None,
    waiver: str | None = None,
    request: str | None = None,
    more: Sequence[str] = (),
) -> Records:
    """Check records and line them up; those of other engines are brought to DuckDB.

    Parameters
    ----------
    records : Table
        One row or several a unit.
    by : sequence of str
        The dimensions.
    made : sequence of str
        Columns that the result makes; no dimension may bear such a name.
    variable, unit, holding, weight, waiver, request : str, optional
        As in `tables.magnitude_table`.
    more : sequence of str
        Further columns, which are left as they are, as `c0`, `c1` …; with them there may be no dimension.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError, InfiniteValueError, NegativeWeightError
        If a column is not there, of another kind, incomplete, endless or a weight below zero.
    ReservedNameError, RepeatedColumnError, ParameterRangeError
        If dimensions bear names of the result, stand twice, or there are none.
    UnsteadyUnitError
        If the holding or the weight of a unit changes.
    """
    named = [name for name in (variable, unit, holding, weight, waiver, request) if name is not None]
    table = as_table(records, "records", *by, *named, *more)
    if not by and not more:
        raise ParameterRangeError("by", [], "one column or more")
    _check_columns(table, by, made, [variable, weight, *more], [waiver, request])
    rows = _lined_up(table, by, variable, unit, holding, weight, waiver, request, more)
    told = _told(rows, len(by))
    _check_values(told, by, variable, unit, weight)
    _check_units(rows, by, unit, holding, weight)
    return Records(
        rows=rows,
        by=by,
        codes=[sorted(told[f"k{i}"] or []) for i, _ in enumerate(by)],
        variable=variable,
        unit=unit,
        holding=holding,
        weight=weight,
        waiver=waiver,
        request=request,
        population=population_of(told["n"], int(told["digest"] or 0)),
        period=one_of(told["first_period"], told["last_period"]),
        has_raw=True,
    )


def _check_columns(
    table: Table, by: Sequence[str], made: Sequence[str], numbers: Sequence[str | None], truths: Sequence[str | None]
) -> None:
    for name in by:
        if by.count(name) > 1:
            raise RepeatedColumnError(name, "one dimension", "another")
        if name in (*made, *BESIDE) or name.startswith((SUPPORT, CONTRIBUTION)):
            raise ReservedNameError("records", name, [*made, *BESIDE, f"{SUPPORT}…", f"{CONTRIBUTION}…"])
    schema = table.collect_schema()
    for column in (*numbers, *truths):
        if column is not None and schema[column] not in NUMBERS:
            wanted = "numbers or truth values" if column in numbers else "truth values"
            raise ColumnTypeError("records", column, wanted, str(schema[column]).lower())


def _lined_up(
    table: Table,
    by: Sequence[str],
    variable: str | None,
    unit: str | None,
    holding: str | None,
    weight: str | None,
    waiver: str | None,
    request: str | None,
    more: Sequence[str],
) -> duckdb.DuckDBPyRelation:
    def text(column: str | None) -> str:
        return "NULL::VARCHAR" if column is None else f"{quoted(column)}::VARCHAR"

    def truth(column: str | None) -> str:
        return "NULL::BOOLEAN" if column is None else f"coalesce({quoted(column)}::DOUBLE <> 0, false)"

    kinds = table.collect_schema()
    parts = [f"{text(column)} AS k{i}" for i, column in enumerate(by)]
    # To write millions of numbers as text costs more than to add them up.
    parts += [f"{quoted(c) if kinds[c] in PLAIN else text(c)} AS r{i}" for i, c in enumerate(by)]
    parts += [f"{text(unit)} AS _unit", f"{text(holding)} AS _holding"]
    parts += [f"{'1' if variable is None else quoted(variable)}::DOUBLE AS _value"]
    parts += [f"{'NULL' if weight is None else quoted(weight)}::DOUBLE AS _weight"]
    parts += [f"{truth(waiver)} AS _waived", f"{truth(request)} AS _requested"]
    parts += [f"{quoted(column)}::DOUBLE AS c{i}" for i, column in enumerate(more)]
    parts += row_parts(table, unit)
    return relation_of(table).project(", ".join(parts))


def _told(rows: duckdb.DuckDBPyRelation, dimensions: int) -> dict[str, Any]:
    """Tell of all rows what is wrong with them, and their codes.

    Two scans: to count by cell what is counted over all costs more than to look twice.
    """
    keys, raw = ([f"{letter}{i}" for i in range(dimensions)] for letter in "kr")
    sums = {
        "n": "count(*)",
        "values": "count(_value)",
        "endless": "count_if(isinf(_value))",
        "units": "count(_unit)",
        "weights": "count(_weight)",
        "endless_weights": "count_if(isinf(_weight))",
        "lightest": "min(_weight)",
        "digest": "sum(_row)::VARCHAR",
        "first_period": "min(_period)",
        "last_period": "max(_period)",
    }
    found = _first(rows, [f"{sql} AS {name}" for name, sql in sums.items()])
    if keys:
        cells = rows.aggregate(", ".join([*raw, "count(*) AS n"]), ", ".join(raw))
        cells = cells.project(", ".join([*(f"{r}::VARCHAR AS {k}" for r, k in zip(raw, keys, strict=True)), "n"]))
        codes = [f"list(DISTINCT {key}) FILTER ({key} IS NOT NULL) AS {key}" for key in keys]
        gaps = [f"coalesce(sum(n) FILTER ({key} IS NULL), 0)::BIGINT AS gaps_{key}" for key in keys]
        found |= _first(cells, codes + gaps)
    return found


def _first(rows: duckdb.DuckDBPyRelation, aggregates: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = collect(nw.from_native(rows.aggregate(", ".join(aggregates)))).to_pylist()[0]
    return told


def _check_values(
    told: dict[str, Any], by: Sequence[str], variable: str | None, unit: str | None, weight: str | None
) -> None:
    n = told["n"]
    gaps = {name: told[f"gaps_k{i}"] for i, name in enumerate(by)}
    for word, column in (("values", variable), ("units", unit), ("weights", weight)):
        if column is not None:
            gaps[column] = n - told[word]
    for column, missing in gaps.items():
        if missing:
            raise MissingValueError("records", column, missing, n)
    for word, column in (("endless", variable), ("endless_weights", weight)):
        if column is not None and told[word]:
            raise InfiniteValueError("records", column, told[word])
    if weight is not None and n and told["lightest"] < 0:
        raise NegativeWeightError("records", weight)


def _check_units(
    rows: duckdb.DuckDBPyRelation, by: Sequence[str], unit: str | None, holding: str | None, weight: str | None
) -> None:
    """Refuse units whose holding changes, and whose weight does within one cell."""
    if unit is None:
        return
    keys = ", ".join([*(f"k{i}" for i, _ in enumerate(by)), "_unit"])
    if holding is not None:
        owners = rows.aggregate(
            "min(_holding) <> max(_holding) OR count(_holding) NOT IN (0, count(*)) AS odd", "_unit"
        )
        if n := _count(owners):
            raise UnsteadyUnitError("records", holding, unit, n)
    if weight is not None:
        weights = rows.aggregate("min(_weight) <> max(_weight) AS odd", keys)
        if n := _count(weights):
            raise UnsteadyUnitError("records", weight, unit, n, " and one cell")


def _count(units: duckdb.DuckDBPyRelation) -> int:
    counted = units.aggregate("count_if(odd)").fetchall()
    return int(counted[0][0] or 0)
