"""DuckDB SQL over named tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import uuid4

import duckdb
import narwhals.stable.v2 as nw

from industria.core import engine
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Table, TableLike, as_table, from_arrays
from industria.core.units import UNITS, is_unit
from industria.errors import MissingColumnError, QueryError, UnknownUnitError
from industria.tables._closed_sql import closed

__all__ = ["query"]


@measure(
    gives={},
    cites="Raasveldt & Mühleisen (2019), DuckDB: an Embeddable Analytical Database, SIGMOD 2019, 1981-1984",
    design="descriptive",
)
def query(*, sql: str, units: Mapping[str, str] | None = None, **tables: TableLike) -> Result:
    """Ask tables by DuckDB SQL.

    One SELECT, in DuckDB's dialect, over the tables that are handed in, each
    under the name of its argument. Nothing else is in reach: no file, no
    network, no setting, no clock, no chance. An ORDER BY is kept.

    Parameters
    ----------
    sql : str
        The query.
    units : mapping of str to str, optional
        Units of columns of the answer, where they are not those of the same-named
        column of a table that was handed in.
    **tables : Table
        By name, as `firms=frame`. Tables of other engines and connections are brought together.

    Returns
    -------
    Result
        The columns of the query; numbers come as integers or floats, and nothing
        is computed until somebody looks. It tells no support, so it is not
        released from confidential data.

    Raises
    ------
    QueryError
        If the query cannot be understood, with line and column; or if it names a
        table that was not handed in.
    ForbiddenQueryError
        If it reaches for more than its tables.
    UnknownUnitError
        If a unit is not on the list.
    MissingColumnError
        If `units` names a column that the query does not return.
    """
    given = {name: _here(as_table(table, name), name) for name, table in tables.items()}
    text = closed(sql, {name: table.collect_schema().names() for name, table in given.items()})

    answer = as_table(_bound(text, sql, given), "the query")
    names = answer.collect_schema().names()
    for column, unit in (units or {}).items():
        if not is_unit(unit):
            raise UnknownUnitError(column, unit, UNITS)
        if column not in names:
            raise MissingColumnError("the query", column, names)
    return Result(table=answer, units=dict(units or {}))


def _here(table: Table, name: str) -> Table:
    """Bring a table to the default connection, if it is not there: there it stays lazy."""
    if table.implementation.is_duckdb():
        mark = f"here_{uuid4().hex}"
        asking = engine.connection()
        asking.execute(f"CREATE TEMP VIEW {mark} AS SELECT 1")
        try:
            found = table.to_native().query("marks", f"SELECT 1 FROM duckdb_views() WHERE view_name = '{mark}'")
            if found.fetchall():
                return table
        finally:
            asking.execute(f"DROP VIEW {mark}")
    return as_table(table, name, near=from_arrays({"rows": [0]}))


def _bound(text: str, sql: str, given: Mapping[str, Table]) -> Table:
    """Let DuckDB look up the names of the query.

    A view is looked up when rows are read, long after this call: each gets a name that is never used
    again, and the person's name is a common table expression before the query. The views stay: what is
    lazy may read them until the process ends.
    """
    views = []
    for name, table in given.items():
        view = f"{name}_{uuid4().hex}"
        table.to_native().create_view(view)
        views.append(f"{_quoted(name)} AS (FROM {_quoted(view)})")
    # The query starts on a line of its own: DuckDB's line numbers are ours and one.
    before = f"WITH {', '.join(views)} " if views else ""
    try:
        found: Table = nw.from_native(engine.connection().sql(f"{before}SELECT * FROM (\n{text}\n)"))
    except duckdb.Error as error:
        raise QueryError(_message(error, sql)) from None
    return found


def _quoted(name: str) -> str:
    """Write a name so that SQL reads nothing else into it: the key of a step may hold quotation marks."""
    return '"' + name.replace('"', '""') + '"'


def _message(error: duckdb.Error, sql: str) -> str:
    """Say what DuckDB says, and where the word in question stands in the query."""
    said = str(error).split("\nLINE")[0].strip()
    said = re.sub(r"^\w[\w ]* Error: ", "", said).replace("\n", " ")
    word = re.search(r"(?:column|name|function named|Function with name) \"?([^\s\"!]+)\"?", said)
    place = re.search(rf"\b{re.escape(word[1])}\b", sql, re.I) if word else None
    if place is None:
        return f"sql: {said}"
    line = sql.count("\n", 0, place.start()) + 1
    column = place.start() - (sql.rfind("\n", 0, place.start()) + 1) + 1
    return f"sql, line {line}, column {column}: {said}"
