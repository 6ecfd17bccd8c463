"""Tables of a run on disk: Parquet whose fields carry their unit and meaning."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import duckdb
import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core import engine
from industria.core.result import SUPPORT
from industria.core.table import Table, collect
from industria.study.digest import quoted
from industria.study.units import Columns

__all__ = ["ask", "labeled", "read", "relation_of", "write"]

# After these the rows come in the order in which threads finish.
SCATTER: Final = ("AGGREGATE", "DISTINCT", "EXCEPT", "GROUP_BY", "INTERSECT", "JOIN", "UNION", "UNNEST", "WINDOW")
ORDER: Final = ("ORDER_BY", "TOP_N")


def relation_of(table: Table) -> duckdb.DuckDBPyRelation:
    """Hand a table to DuckDB; one that lies there already is not computed."""
    native = table.to_native()
    if isinstance(native, duckdb.DuckDBPyRelation):
        return native
    return engine.connection().from_arrow(collect(table))


def read(path: Path) -> Table:
    """Open a table that was written; nothing is read yet."""
    return nw.from_native(engine.connection().read_parquet(str(path)))


def write(rows: duckdb.DuckDBPyRelation, path: Path, columns: Columns) -> None:
    """Write a table without ever holding it in memory.

    Parameters
    ----------
    rows : DuckDB relation
        Computed while it is written. Its order is kept where it has one; where
        threads would decide, the rows are sorted.
    path : Path
        The file.
    columns : Columns
        Units and meanings, which go into the metadata of the fields.
    """
    order = "" if _in_order(rows) else " ORDER BY ALL"
    # Arrow's own key: pyarrow, polars and R's arrow show units and meanings on the fields.
    schema = labeled(_without_rows(rows), columns).schema
    kept = base64.b64encode(schema.serialize().to_pybytes()).decode()
    target = str(path).replace("'", "''")
    options = f"(FORMAT parquet, KV_METADATA {{\"ARROW:schema\": '{kept}'}})"
    engine.connection().execute("SET preserve_insertion_order = true")
    try:
        ask(rows, "COPY (FROM", f"{order}) TO '{target}' {options}")
    finally:
        engine.connection().execute("SET preserve_insertion_order = false")


def ask(rows: duckdb.DuckDBPyRelation, before: str, after: str = "") -> list[tuple[Any, ...]]:
    """Ask SQL of a relation on its own connection; its name goes between `before` and `after`."""
    # A name of its own each time: DuckDB looks a view up when rows are read, not when the query is made.
    name = f"rows_{uuid4().hex}"
    answer = rows.query(name, f"{before} {name}{after}")
    return answer.fetchall() if answer is not None else []


def labeled(rows: pa.Table, columns: Columns, *, support: bool = True) -> pa.Table:
    """Put units and meanings on the fields of an Arrow table, under `unit` and `meaning`."""
    names = [name for name in rows.column_names if support or not name.startswith(SUPPORT)]
    fields = [
        rows.schema.field(name).with_metadata({k: v for k, v in columns.get(name, {}).items() if v}) for name in names
    ]
    return pa.table([rows[name] for name in names], schema=pa.schema(fields))


def _without_rows(rows: duckdb.DuckDBPyRelation) -> pa.Table:
    """Make an empty table of the same columns; to ask the query itself for none would plan all of it once more."""
    cells = (f"NULL::{kind} AS {quoted(name)}" for name, kind in zip(rows.columns, rows.types, strict=True))
    return engine.connection().sql(f"SELECT {', '.join(cells)} LIMIT 0").to_arrow_table()


def _in_order(rows: duckdb.DuckDBPyRelation) -> bool:
    plan: list[dict[str, Any]] = json.loads(rows.explain(format="json"))
    return all(map(_ordered, plan))


def _ordered(operator: dict[str, Any]) -> bool:
    if any(word in operator["name"] for word in ORDER):
        return True
    if any(word in operator["name"] for word in SCATTER):
        return False
    return all(map(_ordered, operator["children"]))
