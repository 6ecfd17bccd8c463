"""Tables as DuckDB relations, for what its SQL does in one scan and portable expressions do in several."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import uuid4

import duckdb
import narwhals.stable.v2 as nw

from industria.core import engine
from industria.core.table import Table, collect

__all__ = ["ask", "quoted", "relation_of"]


def relation_of(table: Table) -> duckdb.DuckDBPyRelation:
    """Hand a table to DuckDB; one that lies there already is not computed."""
    native = table.to_native()
    if isinstance(native, duckdb.DuckDBPyRelation):
        return native
    return engine.connection().from_arrow(collect(table))


def ask(sql: str, **tables: duckdb.DuckDBPyRelation) -> Table:
    """Ask SQL of relations of one connection, under the names given; nothing is computed yet.

    A view is looked up when rows are read, long after this call: each gets a name that is never used again.
    """
    views: Mapping[str, str] = {name: f"{name}_{uuid4().hex}" for name in tables}
    for name, rows in tables.items():
        rows.create_view(views[name])
    named = ", ".join(f"{name} AS (FROM {view})" for name, view in views.items())
    first = next(iter(tables.values()))
    found: Table = nw.from_native(first.query(f"asked_{uuid4().hex}", f"WITH {named} SELECT * FROM (\n{sql}\n)"))
    return found


def quoted(name: str) -> str:
    """Write a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
