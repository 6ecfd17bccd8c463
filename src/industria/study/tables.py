"""Tables of a run on disk: Parquet whose fields carry their unit and meaning."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import uuid4

import duckdb
import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core import engine
from industria.core.result import MARK, SUPPORT
from industria.core.table import Table, collect
from industria.study.digest import quoted
from industria.study.units import Columns

__all__ = ["ask", "labeled", "read", "relation_of", "write"]

# After these the rows come in the order in which threads finish.
SCATTER: Final = ("AGGREGATE", "DISTINCT", "EXCEPT", "GROUP_BY", "INTERSECT", "JOIN", "UNION", "UNNEST", "WINDOW")
ORDER: Final = ("ORDER_BY", "TOP_N")

Plan: TypeAlias = list[dict[str, Any]]


def relation_of(table: Table) -> duckdb.DuckDBPyRelation:
    """Hand a table to DuckDB; one that lies there already is not computed."""
    native = table.to_native()
    if isinstance(native, duckdb.DuckDBPyRelation):
        return native
    return engine.connection().from_arrow(collect(table))


def read(path: Path) -> Table:
    """Open a table that was written; nothing is read yet."""
    return nw.from_native(engine.connection().read_parquet(str(path)))


def write(rows: duckdb.DuckDBPyRelation, path: Path, columns: Columns, synthetic: bool = False) -> None:
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
    synthetic : bool
        Whether its rows go back to such as were drawn: the metadata of the file say so.
    """
    # Arrow's own key: pyarrow, polars and R's arrow show units and meanings on the fields.
    schema = labeled(_without_rows(rows), columns, synthetic=synthetic).schema
    kept = base64.b64encode(schema.serialize().to_pybytes()).decode()
    mark = f", {MARK}: 'true'" if synthetic else ""
    options = f"(FORMAT parquet, KV_METADATA {{\"ARROW:schema\": '{kept}'{mark}}})"
    here = engine.connection()
    here.execute("SET preserve_insertion_order = true; SET enable_profiling = 'no_output'")
    try:
        # Where somebody sorts, that is nearly always the last word, and the plan that ran tells: one is enough.
        hopeful = rows._con is here and "ORDER BY" in rows.sql_query()
        order = "" if hopeful or _in_order(_plan(rows)) else " ORDER BY ALL"
        ran = _copied(rows, order, f"TO {_text(path)} {options}")
        if hopeful and not _in_order(ran or _plan(rows)):
            _sort(path, options)
    finally:
        here.execute("SET preserve_insertion_order = false; PRAGMA disable_profiling")


def _copied(rows: duckdb.DuckDBPyRelation, order: str, to: str) -> Plan | None:
    """Write rows, and tell the plan that ran, where the engine tells it."""
    here = engine.connection()
    if rows._con is here:
        try:
            # A view, or a step more of the relation, would be planned besides.
            here.execute(f"COPY (FROM (\n{rows.sql_query()}\n){order}) {to}")
        except duckdb.InvalidInputException:
            # A person's own statement may have parameters, whose values its text does not hold.
            pass
        else:
            ran: Plan | None = json.loads(here.get_profiling_information()).get("operator")
            return ran
    ask(rows, "COPY (FROM", f"{order}) {to}")
    return None


def _sort(path: Path, options: str) -> None:
    scattered = path.with_name(f"{path.stem}-scattered.parquet")
    path.replace(scattered)
    try:
        rows = f"FROM read_parquet({_text(scattered)}) ORDER BY ALL"
        engine.connection().execute(f"COPY ({rows}) TO {_text(path)} {options}")
    finally:
        scattered.unlink()


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def ask(rows: duckdb.DuckDBPyRelation, before: str, after: str = "") -> list[tuple[Any, ...]]:
    """Ask SQL of a relation on its own connection; its name goes between `before` and `after`."""
    # A name of its own each time: DuckDB looks a view up when rows are read, not when the query is made.
    name = f"rows_{uuid4().hex}"
    answer = rows.query(name, f"{before} {name}{after}")
    return answer.fetchall() if answer is not None else []


def labeled(rows: pa.Table, columns: Columns, *, support: bool = True, synthetic: bool = False) -> pa.Table:
    """Put units and meanings on the fields of an Arrow table, under `unit` and `meaning`, and the mark on the table."""
    names = [name for name in rows.column_names if support or not name.startswith(SUPPORT)]
    fields = [
        rows.schema.field(name).with_metadata({k: v for k, v in columns.get(name, {}).items() if v}) for name in names
    ]
    return pa.table([rows[name] for name in names], schema=pa.schema(fields, {MARK: "true"} if synthetic else None))


def _without_rows(rows: duckdb.DuckDBPyRelation) -> pa.Table:
    """Make an empty table of the same columns; to ask the query itself for none would plan all of it once more."""
    cells = (f"NULL::{kind} AS {quoted(name)}" for name, kind in zip(rows.columns, rows.types, strict=True))
    return engine.connection().sql(f"SELECT {', '.join(cells)} LIMIT 0").to_arrow_table()


def _plan(rows: duckdb.DuckDBPyRelation) -> Plan:
    plan: Plan = json.loads(rows.explain(format="json"))
    return plan


def _in_order(plan: Plan) -> bool:
    return all(map(_ordered, plan))


def _ordered(operator: dict[str, Any]) -> bool:
    # What was asked for bears a name, what ran a type.
    name = operator.get("name") or operator["type"]
    if any(word in name for word in ORDER):
        return True
    if any(word in name for word in SCATTER):
        return False
    return all(map(_ordered, operator.get("children", ())))
