"""SQL that cannot leave its tables, judged on DuckDB's own syntax tree.

What is not known to stay inside is refused: tables by scope, kinds of table
references and table functions by short lists, functions by what the engine
itself says of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import duckdb

from industria.core import engine
from industria.errors import ForbiddenQueryError, QueryError, hint, listing

__all__ = ["closed"]

FROM: Final = frozenset({"BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "PIVOT"})
TABLE_FUNCTIONS: Final = frozenset({"unnest", "range", "generate_series"})

# Functions that the engine calls consistent, and that tell of the place, the program or the clock all the same;
# the plan of a query opens the files that it names.
TELLING: Final = frozenset(
    {
        "getenv",
        "getvariable",
        "current_setting",
        "version",
        "read_blob",
        "read_text",
        "read_csv",
        "json_serialize_plan",
        "json_serialize_sql",
        "json_deserialize_sql",
        "parse_duckdb_log_message",
        "hive_partition_component",
        "get_block_size",
    }
)
APPROXIMATE: Final = re.compile(r"(list_|array_)?(approx|reservoir)_\w+")

# Functions that take the name of another one as text, in their second place.
BY_NAME: Final = frozenset(
    {"list_aggregate", "list_aggr", "array_aggregate", "array_aggr", "aggregate", "to_aggregate_state"}
)

# Words that are functions without brackets, unless a column bears the name.
BARE: Final = frozenset(
    {
        "current_date",
        "current_time",
        "current_timestamp",
        "localtime",
        "localtimestamp",
        "current_user",
        "session_user",
        "user",
        "current_role",
        "current_catalog",
        "current_schema",
        "current_database",
    }
)

# Macros have no stability of their own; these are built from functions that have.
MACROS: Final = re.compile(
    r"(list|array|map|json|variant|struct)_\w+|date_add|days_in_month|fdiv|fmod|geomean|geometric_mean|if|nullif"
    r"|split_part|wavg|weighted_avg|md5_number_(lower|upper)|json|regexp_split_to_table|generate_subscripts"
)


def closed(sql: str, tables: Mapping[str, Sequence[str]]) -> str:
    """Return the one SELECT of a text, without what follows it, if it stays within its tables.

    Parameters
    ----------
    sql : str
        What a person wrote.
    tables : mapping of str to sequence of str
        The tables in reach, and their columns.

    Raises
    ------
    QueryError
        If it cannot be read, with line and column, or names a table that is not in reach.
    ForbiddenQueryError
        If it reaches for more.
    """
    tree = _tree(sql)
    statements = tree["statements"]
    if len(statements) != 1:
        raise QueryError(f"sql holds {len(statements)} statements; it holds one SELECT.")
    columns = frozenset(column.lower() for names in tables.values() for column in names)
    _walk(statements[0]["node"], frozenset(name.lower() for name in tables), columns, list(tables))
    return _without_end(sql)


def _tree(sql: str) -> dict[str, Any]:
    # A cursor: a statement on the connection itself would end what somebody is reading from it.
    try:
        rows = engine.connection().cursor().execute("SELECT json_serialize_sql(?::VARCHAR)", [sql]).fetchall()
    except duckdb.Error as error:
        raise QueryError(f"sql: {error}") from None
    tree: dict[str, Any] = json.loads(rows[0][0])
    if not tree["error"]:
        return tree
    if tree["error_type"] == "not implemented":
        raise ForbiddenQueryError("another statement than SELECT", "and a query only reads")
    said = tree["error_message"]
    if not str(tree.get("position", "")).isdigit():
        raise QueryError(f"sql: {said}.")
    # DuckDB counts bytes.
    before = sql.encode()[: int(tree["position"])].decode(errors="ignore")
    raise QueryError(f"sql, line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}: {said}.")


def _without_end(sql: str) -> str:
    """Cut the semicolon and the comments behind it."""
    text = sql.encode()
    for place, kind in duckdb.tokenize(sql):
        if kind == duckdb.token_type.operator and text[place : place + 1] == b";":
            return text[:place].decode()
    return sql


def _walk(node: Any, scope: frozenset[str], columns: frozenset[str], given: Sequence[str]) -> None:
    """Visit every part of a tree; `scope` are the tables and common table expressions that a part sees."""
    if isinstance(node, list):
        for part in node:
            _walk(part, scope, columns, given)
        return
    if not isinstance(node, dict):
        return
    for entry in node.get("cte_map", {}).get("map", ()) if isinstance(node.get("cte_map"), dict) else ():
        name = entry["key"].lower()
        if not re.fullmatch(r"[^\W\d]\w*", name):
            raise ForbiddenQueryError(f"the common table expression {entry['key']!r}", "whose name is no word")
        # An expression sees those before it, and the table that it is named for; itself only where it recurs.
        _walk(entry["value"], scope, columns, given)
        scope |= {name}
    _judge(node, scope, columns, given)
    inside = scope | {node["cte_name"].lower()} if node.get("type") == "RECURSIVE_CTE_NODE" else scope
    for key, part in node.items():
        if key != "cte_map":
            _walk(part, inside if key == "right" else scope, columns, given)


def _judge(node: Mapping[str, Any], scope: frozenset[str], columns: frozenset[str], given: Sequence[str]) -> None:
    kind = node.get("type")
    if "sample" in node and "class" not in node:
        if node["sample"] is not None:
            raise ForbiddenQueryError("a sample", "which differs from run to run")
        if kind not in FROM and not str(kind).endswith("_NODE"):
            raise ForbiddenQueryError(f"{str(kind).lower()} in FROM", "and a query reads the tables handed in")
    if kind == "BASE_TABLE":
        _judge_table(node, scope, given)
    elif kind == "TABLE_FUNCTION":
        name = node["function"]["function_name"]
        if name.lower() not in TABLE_FUNCTIONS:
            raise ForbiddenQueryError(f"{name}() in FROM", f"where only {listing(sorted(TABLE_FUNCTIONS))} may stand")
    elif kind == "VALUE_PARAMETER":
        raise ForbiddenQueryError("a parameter", "and nobody fills it in")
    elif node.get("class") == "COLUMN_REF" and len(node["column_names"]) == 1:
        name = node["column_names"][0].lower()
        if name in BARE and name not in columns:
            raise ForbiddenQueryError(name, "which differs from run to run or from place to place")
    if isinstance(node.get("function_name"), str) and kind != "TABLE_FUNCTION":
        _judge_function(node, node["function_name"])


def _judge_table(node: Mapping[str, Any], scope: frozenset[str], given: Sequence[str]) -> None:
    name = node["table_name"]
    path = (node.get("qualified_name") or {}).get("path", [name])
    if node.get("schema_name") or node.get("catalog_name") or len(path) > 1 or node.get("at_clause"):
        raise ForbiddenQueryError(f"the table {'.'.join(path)!r}", f"and only {listing(given)} were handed in")
    if name.lower() not in scope:
        raise QueryError(f"sql reads {name!r}, which was not handed in; there is {listing(given)}.{hint(name, given)}")


def _judge_function(node: Mapping[str, Any], word: str) -> None:
    name = word.lower()
    if any(node.get(key) for key in ("schema", "catalog")):
        raise ForbiddenQueryError(f"{node.get('schema')}.{word}()", "and functions are called by their name alone")
    if APPROXIMATE.fullmatch(name):
        raise ForbiddenQueryError(f"{word}()", "whose answer is not exact; count(DISTINCT x) and quantile_cont are")
    if name in BY_NAME:
        _judge_function({}, _named(node, word))
    changing, macros = _of_the_engine()
    if (
        name in TELLING
        or name in changing
        or name.startswith("__internal")
        or (name in macros and not MACROS.fullmatch(name))
        or (name == "age" and len(node.get("arguments", ())) < 2)
    ):
        raise ForbiddenQueryError(f"{word}()", "whose answer depends on the place, the clock or chance")


def _named(node: Mapping[str, Any], word: str) -> str:
    """Read the name of the function that another one is told to call."""
    arguments = node.get("arguments", ())
    literal = arguments[1]["expression"].get("literal", {}) if len(arguments) > 1 else {}
    named = str(literal.get("text", ""))
    if literal.get("kind") != "STRING" or not re.fullmatch(r"\w+", named):
        raise ForbiddenQueryError(
            f"{word}()", "whose function is a plain name in quotes, as in list_aggregate(x, 'sum')"
        )
    return named


@cache
def _of_the_engine() -> tuple[frozenset[str], frozenset[str]]:
    """List the functions that the engine itself does not call consistent, and its macros."""
    rows = (
        engine.connection()
        .cursor()
        .execute("SELECT DISTINCT function_name, function_type, stability FROM duckdb_functions()")
        .fetchall()
    )
    macros = frozenset(name for name, kind, _ in rows if kind in ("macro", "table_macro"))
    changing = frozenset(
        name
        for name, kind, word in rows
        if kind not in ("macro", "table_macro", "pragma", "table") and word != "CONSISTENT"
    )
    return changing, macros
