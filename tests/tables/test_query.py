"""SQL over named tables, and the ways out of it, all closed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import as_table
from industria.errors import ForbiddenQueryError, MissingColumnError, QueryError, UnknownUnitError
from industria.tables import query

FIRMS = pa.table({"firm": ["a", "b", "c"], "industry": ["x", "x", "y"], "sales": [1.5, None, 4.0], "jobs": [1, 2, 3]})
PRICES = pa.table({"industry": ["x", "y"], "price": [2.0, 4.0]})

EXAMPLE = ({"firms": FIRMS}, {"sql": "SELECT industry, sum(jobs) AS jobs FROM firms GROUP BY industry"})


def rows(sql: str, **tables: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (
        query(sql=sql, **(tables or {"firms": FIRMS, "prices": PRICES})).to_arrow().to_pylist()
    )
    return found


def test_tables_meet_whatever_holds_them() -> None:
    """Two connections of DuckDB do not join by themselves."""
    elsewhere = duckdb.connect()
    sql = "SELECT firm, jobs * price AS worth FROM firms JOIN prices USING (industry) ORDER BY firm"
    expected = [{"firm": "a", "worth": 2.0}, {"firm": "b", "worth": 4.0}, {"firm": "c", "worth": 12.0}]

    for firms in (
        FIRMS,
        FIRMS.to_pandas(),
        pl.from_arrow(FIRMS),
        elsewhere.from_arrow(FIRMS),
        as_table(FIRMS, "firms"),
    ):
        assert rows(sql, firms=firms, prices=PRICES) == expected


def test_nothing_is_computed_until_somebody_looks() -> None:
    late = query(sql="SELECT CAST(firm AS INTEGER) AS number FROM firms", firms=FIRMS)

    assert isinstance(late.table, nw.LazyFrame)
    with pytest.raises(duckdb.Error):
        late.to_arrow()


def test_two_lazy_queries_over_one_name_keep_their_own_rows() -> None:
    """A view is looked up when rows are read: with one name for both, each would read the second table."""
    first = query(sql="SELECT sum(jobs) AS jobs FROM firms", firms=FIRMS)
    second = query(sql="SELECT sum(jobs) AS jobs FROM firms", firms=FIRMS.slice(0, 1))

    assert [r.to_arrow()["jobs"].to_pylist() for r in (first, second)] == [[6], [1]]


def test_order_by_is_kept_over_many_rows() -> None:
    """DuckDB keeps no order by default; one that was asked for survives what comes on top of it."""
    result = query(sql="SELECT range AS i, hash(range) % 1000003 AS h FROM range(500000) ORDER BY h DESC, i")
    held = result.table.with_columns(nw.col("h") + 1).collect("pyarrow").to_native()

    assert held["h"].to_pylist() == sorted(held["h"].to_pylist(), reverse=True)


def test_numbers_are_plain() -> None:
    """0.5 is a DECIMAL to DuckDB, and a sum of integers has 128 bits."""
    schema = query(sql="SELECT 0.5 AS half, sum(jobs) AS jobs, count(*)::UTINYINT AS n FROM firms", firms=FIRMS)

    assert schema.table.collect_schema() == nw.Schema({"half": nw.Float64(), "jobs": nw.Int64(), "n": nw.Int64()})


def test_units_of_the_answer() -> None:
    result = query(sql="SELECT firm, sales / jobs AS each FROM firms", units={"each": "currency per jobs"}, firms=FIRMS)

    assert result.units == {"each": "currency per jobs"}
    with pytest.raises(UnknownUnitError, match="Did you mean 'currency'"):
        query(sql="SELECT sales FROM firms", units={"sales": "curency"}, firms=FIRMS)
    with pytest.raises(MissingColumnError, match="Did you mean 'sales'"):
        query(sql="SELECT sales FROM firms", units={"sale": "currency"}, firms=FIRMS)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELEC 1", 'sql, line 1, column 1: syntax error at or near "SELEC"'),
        ("SELECT firm\nFROM firms\nWHERE", "sql, line 3, column 1"),
        ("SELECT 'é',\n FROM, 1", "sql, line 2, column 6"),
        ("SELECT\n  nope FROM firms", 'sql, line 2, column 3: Referenced column "nope" not found'),
        ("SELECT floop(1)", "Did you mean"),
        (
            "SELECT * FROM frims",
            "there is firms, prices. Did you mean 'firms'?",
        ),
        ("SELECT sum(firm) FROM firms", "sql: No function matches"),
        ("", "sql holds 0 statements"),
        ("SELECT 1; SELECT 2", "sql holds 2 statements"),
    ],
)
def test_what_is_wrong_is_told(sql: str, said: str) -> None:
    with pytest.raises(QueryError) as told:
        rows(sql)
    assert said in str(told.value)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("FROM firms SELECT sum(jobs) AS n", [{"n": 6}]),
        ("SELECT 1 AS n;  -- the end", [{"n": 1}]),
        ("SELECT ';' AS n -- no end ; here", [{"n": ";"}]),
        ("WITH firms AS (SELECT * FROM firms WHERE jobs > 2) SELECT firm FROM firms", [{"firm": "c"}]),
        ("WITH a AS (SELECT 1 AS n), b AS (SELECT n + 1 AS n FROM a) SELECT * FROM b", [{"n": 2}]),
        ("WITH RECURSIVE r AS (SELECT 1 n UNION ALL SELECT n + 1 FROM r WHERE n < 3) FROM r LIMIT 1", [{"n": 1}]),
        ("SELECT (SELECT max(price) FROM prices) AS n", [{"n": 4.0}]),
        ("SELECT count(*) n FROM firms f WHERE EXISTS (FROM prices p WHERE p.industry = f.industry)", [{"n": 3}]),
        ("SELECT count(*) AS n FROM firms SEMI JOIN prices USING (industry)", [{"n": 3}]),
        ("SELECT firm FROM firms UNION SELECT 'z' ORDER BY firm DESC LIMIT 1", [{"firm": "z"}]),
        ("SELECT sum(n) AS n FROM (VALUES (1), (2)) v(n)", [{"n": 3}]),
        ("SELECT sum(range) AS n FROM range(4)", [{"n": 6}]),
        ("SELECT u AS n FROM (SELECT unnest([7]) AS u)", [{"n": 7}]),
        ("SELECT list_sum(list_transform([1, 2], lambda x: x + 1)) AS n", [{"n": 5}]),
        ("SELECT count(*) AS n FROM firms UNPIVOT (v FOR k IN (sales, jobs))", [{"n": 5}]),
        ("SELECT max(i) AS n FROM (SELECT row_number() OVER (ORDER BY firm) AS i FROM firms)", [{"n": 3}]),
        ("SELECT date_trunc('month', DATE '2020-05-06')::DATE AS n", [{"n": dt.date(2020, 5, 1)}]),
        ("SELECT age(DATE '2020-01-02', DATE '2020-01-01')::VARCHAR AS n", [{"n": "1 day"}]),
        ("SELECT quantile_cont(jobs, 0.5) AS n FROM firms", [{"n": 2.0}]),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(sql: str, expected: list[dict[str, Any]]) -> None:
    assert rows(sql) == expected


def test_a_column_may_bear_the_name_of_a_function_without_brackets() -> None:
    assert rows('SELECT "user" AS u FROM firms', firms=pa.table({"user": ["me"]})) == [{"u": "me"}]


SECRET = "secret.csv"


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that no query may see, in the folder where Python stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / SECRET).write_text("a\n1\n")
    return tmp_path / SECRET


WAYS_OUT = {
    "file by quotes": f"SELECT * FROM '{SECRET}'",
    "file by name": f'SELECT * FROM "{SECRET}"',
    "reader": f"SELECT * FROM read_csv('{SECRET}')",
    "reader, automatic": f"SELECT * FROM read_csv_auto('{SECRET}')",
    "text": f"SELECT * FROM read_text('{SECRET}')",
    "blob": f"SELECT * FROM read_blob('{SECRET}')",
    "json": f"SELECT * FROM read_json('{SECRET}')",
    "parquet": f"SELECT * FROM parquet_metadata('{SECRET}')",
    "sniffer": f"SELECT * FROM sniff_csv('{SECRET}')",
    "list of files": "SELECT * FROM glob('*')",
    "network": "SELECT * FROM read_csv('https://example.org/a.csv')",
    "query by text": f"SELECT * FROM query('SELECT * FROM \"{SECRET}\"')",
    "table by text": f"SELECT * FROM query_table('{SECRET}')",
    "plan of a query": f"SELECT json_serialize_plan('SELECT * FROM \"{SECRET}\"')",
    "serialized query": "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "within a subquery": f"SELECT (SELECT max(a) FROM '{SECRET}') AS n FROM firms",
    "within a condition": f"SELECT * FROM firms WHERE firm IN (SELECT a FROM '{SECRET}')",
    "within a join": f"SELECT * FROM firms JOIN '{SECRET}' ON true",
    "within a lateral": f"SELECT * FROM firms, LATERAL (SELECT * FROM '{SECRET}')",
    "within a union": f"SELECT firm FROM firms UNION ALL SELECT a FROM '{SECRET}'",
    "within an expression table": f"WITH x AS (SELECT * FROM '{SECRET}') SELECT * FROM x",
    "within an order": f"SELECT firm FROM firms ORDER BY (SELECT max(a) FROM '{SECRET}')",
    "name of an inner expression": f'SELECT * FROM "{SECRET}", (WITH "{SECRET}" AS (SELECT 1) SELECT 1)',
    "expression that reads its name": f'WITH "{SECRET}" AS (SELECT * FROM "{SECRET}") SELECT 1',
    "recursion from its name": "WITH RECURSIVE held AS (FROM held UNION ALL FROM held) FROM held",
    "later expression": "WITH a AS (SELECT * FROM held), held AS (SELECT 1) SELECT * FROM a",
    "variable of Python": "SELECT * FROM held",
    "catalog": "SELECT * FROM information_schema.tables",
    "master": "SELECT * FROM sqlite_master",
    "schema": "SELECT * FROM main.firms",
    "settings": "SELECT * FROM duckdb_settings()",
    "secrets": "SELECT * FROM duckdb_secrets()",
    "one setting": "SELECT current_setting('temp_directory')",
    "environment": "SELECT getenv('HOME')",
    "variable": "SELECT getvariable('x')",
    "description": "DESCRIBE firms",
    "description in FROM": "SELECT * FROM (SUMMARIZE firms)",
    "list of tables": "SHOW TABLES",
    "clock": "SELECT now()",
    "clock without brackets": "SELECT current_timestamp",
    "age until today": "SELECT age(DATE '2020-01-01')",
    "chance": "SELECT random()",
    "sample": "SELECT * FROM firms USING SAMPLE 1",
    "sample of a table": "SELECT * FROM firms TABLESAMPLE 50%",
    "sequence": "SELECT nextval('s')",
    "log": "SELECT write_log('x')",
    "user": "SELECT current_user",
    "version": "SELECT version()",
    "parameter": "SELECT $1",
    "approximate": "SELECT approx_count_distinct(firm) FROM firms",
    "approximate by name": "SELECT list_aggregate([1, 2], 'approx_quantile', 0.5)",
    "approximate by name, shouted": "SELECT array_aggr([1, 2], 'RESERVOIR_Quantile', 0.5)",
    "approximate by name, as a method": "SELECT [1, 2].list_aggr('approx_count_distinct')",
    "approximate by name, in short": "SELECT aggregate([1, 2], 'approx_top_k', 1)",
    "approximate by a name put together": "SELECT array_aggregate([1, 2], 'approx_' || 'quantile', 0.5)",
    "approximate by a name cast": "SELECT list_aggregate([1, 2], 'approx_quantile'::VARCHAR, 0.5)",
    "approximate by a qualified name": "SELECT list_aggregate([1, 2], 'main.approx_quantile', 0.5)",
    "approximate of a list": "SELECT list_approx_count_distinct([1, 2])",
    "write": "COPY firms TO 'out.csv'",
    "attach": "ATTACH 'x.db'",
    "set": "SET memory_limit = '1GB'",
    "install": "INSTALL httpfs",
    "load": "LOAD httpfs",
    "pragma": "PRAGMA database_list",
    "create": "CREATE TABLE t AS SELECT 1",
    "drop": "DROP TABLE firms",
    "insert": "INSERT INTO firms VALUES (1)",
    "call": "CALL pragma_version()",
    "export": "EXPORT DATABASE 'x'",
    "checkpoint": "CHECKPOINT",
    "second statement": f"SELECT 1; COPY firms TO '{SECRET}'",
    "end of the bracket": f"SELECT 1) UNION ALL (SELECT a FROM '{SECRET}'",
    "explain": f"EXPLAIN ANALYZE SELECT * FROM '{SECRET}'",
    "pivot": f"PIVOT '{SECRET}' ON a",
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_no_way_leads_out(way: str, secret: Path) -> None:
    held = pa.table({"a": [1]})  # the variable that a query might reach
    before = sorted(path.name for path in secret.parent.iterdir())

    with pytest.raises(QueryError):
        rows(WAYS_OUT[way])
    assert held.num_rows == 1
    assert secret.read_text() == "a\n1\n"
    assert sorted(path.name for path in secret.parent.iterdir()) == before


def test_lists_are_added_up_by_exact_functions() -> None:
    sql = "SELECT list_aggregate([1, 2], 'sum') AS a, [1, 4].list_aggr('quantile_cont', 0.5) AS b, list_max([3]) AS c"

    assert rows(sql) == [{"a": 3, "b": 2.5, "c": 3}]


def test_a_function_called_by_name_is_told_by_its_name() -> None:
    with pytest.raises(ForbiddenQueryError, match=r"sql uses approx_quantile\(\), whose answer is not exact"):
        rows("SELECT list_aggregate([1, 2], 'approx_quantile', 0.5)")


@pytest.mark.parametrize("way", ["write", "clock", "reader", "chance", "schema", "description"])
def test_a_refusal_says_what_and_why(way: str, secret: Path) -> None:
    with pytest.raises(ForbiddenQueryError, match=r"sql uses .*, (and|whose|where|which) "):
        rows(WAYS_OUT[way])


@pytest.mark.usefixtures("secret")
def test_a_name_of_a_table_is_no_sql() -> None:
    """A step may call its tables anything: quotation marks in a name do not end it."""
    name = f"x\" AS (SELECT 1) SELECT a AS n FROM read_csv('{SECRET}'), (SELECT 1 AS other UNION --"

    assert rows("SELECT 7 AS n", **{name: FIRMS}) == [{"n": 7}]
    assert rows('SELECT count(*) AS n FROM "a ""b"""', **{'a "b"': FIRMS}) == [{"n": 3}]


names = st.from_regex(r"[a-z_]\w{0,6}", fullmatch=True)


@given(names, st.lists(st.integers(-100, 100), min_size=1, max_size=8))
def test_any_word_may_name_a_table(name: str, values: list[int]) -> None:
    """Keywords too, in quotes."""
    if name in ("sql", "units"):
        return
    table = pa.table({"x": values})

    assert query(sql=f'SELECT sum(x) AS s FROM "{name}"', **{name: table}).to_arrow()["s"].to_pylist() == [sum(values)]


def test_pandas_index_levels_are_columns() -> None:
    panel = pd.DataFrame({"firm": ["a", "a"], "year": [1, 2], "sales": [1.0, 2.0]}).set_index(["firm", "year"])

    assert rows("SELECT firm, sum(sales) AS s FROM panel GROUP BY firm", panel=panel) == [{"firm": "a", "s": 3.0}]
