"""Sums by cell and what stands behind them, in one scan of DuckDB.

Rows are added up to units, units to holdings, holdings to cells; each level hands on, of every
column, its sum, the two largest units, squares, how many fall below zero and how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from industria.core.relations import quoted
from industria.core.result import SUPPORT

__all__ = ["added_up"]


def added_up(
    rows: duckdb.DuckDBPyRelation, keys: Sequence[str], columns: Sequence[str], unit: str | None, holding: str | None
) -> duckdb.DuckDBPyRelation:
    """Add up to cells; `keys` may be empty, and a null key is a cell of its own.

    Parameters
    ----------
    rows : DuckDB relation
        One row or several for each unit.
    keys, columns : sequence of str
        What makes a cell, and what is added up.
    unit, holding : str, optional
        The columns that name the unit, and the holding that owns it; a unit without one is its own.

    Returns
    -------
    DuckDB relation
        As `core.cells.add_up` describes it.
    """
    owned = [] if holding is None else [holding]
    if unit is not None:
        # A unit among the keys is written once.
        groups = list(dict.fromkeys([*keys, unit, *owned]))
        rows = _grouped(rows, groups, [f"sum({quoted(c)}) AS {quoted(c)}" for c in columns])
    if holding is None:
        return _grouped(rows, keys, _of_units(columns), _named(keys, columns, held=False))
    cells = _grouped(rows, [*keys, *(one for one in owned if one not in keys)], _of_units(columns))
    return _grouped(cells, keys, _of_holdings(columns, quoted(holding)), _named(keys, columns, held=True))


def _grouped(
    rows: duckdb.DuckDBPyRelation, keys: Sequence[str], aggregates: Sequence[str], shown: Sequence[str] = ("*",)
) -> duckdb.DuckDBPyRelation:
    groups = ", ".join(map(quoted, keys))
    # A sum over no group is one row even of nothing; of no rows there are no cells.
    found = rows.aggregate(", ".join(filter(None, [groups, *aggregates, "count(*) AS _rows"])), groups)
    return found.filter("_rows > 0").project(", ".join(shown) if "*" not in shown else "* EXCLUDE (_rows)")


def _of_units(columns: Sequence[str]) -> list[str]:
    """Aggregate units, one a row."""
    reports = " OR ".join(f"{quoted(c)} IS NOT NULL" for c in columns) or "false"
    made = [f"sum(({reports})::INT)::BIGINT AS _units"]
    for i, column in enumerate(columns):
        x = f"{quoted(column)}::DOUBLE"
        made += [
            f"sum({quoted(column)})::DOUBLE AS _sum{i}",
            f"max(abs({x}), 2) AS _top{i}",
            f"sum(({x}) * ({x})) AS _squares{i}",
            f"sum(({x} < 0)::INT)::BIGINT AS _negative{i}",
        ]
    return made


def _of_holdings(columns: Sequence[str], holding: str) -> list[str]:
    """Aggregate holdings, one a row; in the row without one, each unit stands for itself."""
    made = [
        "sum(_units)::BIGINT AS _units",
        f"sum(CASE WHEN {holding} IS NULL THEN _units ELSE (_units > 0)::BIGINT END)::BIGINT AS _holdings",
    ]
    for i, _ in enumerate(columns):
        largest, second = f"_top{i}[1]", f"_top{i}[2]"
        made += [
            f"sum(_sum{i}) AS _sum{i}",
            _two_of(f"max({largest}, 2)", f"max({second}, 2)", f"_top{i}"),
            f"sum(_squares{i}) AS _squares{i}",
            f"sum(_negative{i})::BIGINT AS _negative{i}",
            _two_of(
                f"max(CASE WHEN {holding} IS NULL THEN {largest} ELSE abs(_sum{i}) END, 2)",
                f"max(CASE WHEN {holding} IS NULL THEN {second} END, 2)",
                f"_held{i}",
            ),
        ]
    return made


def _two_of(one: str, other: str, name: str) -> str:
    """Take the two largest of two lists, each without gaps."""
    return f"list_reverse_sort(list_concat(coalesce({one}, []), coalesce({other}, [])))[1:2] AS {name}"


def _named(keys: Sequence[str], columns: Sequence[str], *, held: bool) -> list[str]:
    shown = [quoted(key) for key in keys]
    shown += [f"_sum{i} AS {quoted(column)}" for i, column in enumerate(columns)]
    shown += [f"_units AS {SUPPORT}units", *([f"_holdings AS {SUPPORT}holdings"] if held else [])]
    for i, column in enumerate(columns):
        parts = {"largest": f"_top{i}[1]", "second": f"_top{i}[2]"}
        parts |= {"holding_largest": f"_held{i}[1]", "holding_second": f"_held{i}[2]"} if held else {}
        parts |= {"squares": f"_squares{i}", "negative": f"coalesce(_negative{i}, 0)"}
        shown += [f"{part} AS {quoted(f'{SUPPORT}{column}_{word}')}" for word, part in parts.items()]
    return shown
