"""Tables on disk: streamed, in order, with units on their fields."""

from __future__ import annotations

from pathlib import Path

import duckdb
import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from industria.core import engine
from industria.core.table import Table, as_table, from_arrays
from industria.study.tables import _in_order, _plan, read, relation_of, write

ROWS = from_arrays({"sector": ["b", "a", "c"], "x": [1.0, np.nan, 3.0]})


def written(table: Table, folder: Path, name: str = "rows.parquet") -> Path:
    path = folder / name
    write(relation_of(table), path, {"x": {"unit": "log points", "meaning": "it's é"}})
    return path


def test_fields_carry_unit_and_meaning(tmp_path: Path) -> None:
    schema = pq.read_schema(written(ROWS, tmp_path))

    assert schema.field("x").metadata == {b"unit": b"log points", b"meaning": "it's é".encode()}
    assert schema.field("sector").metadata is None


def test_rows_keep_their_order_and_missing_stays_missing(tmp_path: Path) -> None:
    rows = read(written(ROWS, tmp_path)).collect("pyarrow").to_native().to_pydict()

    assert rows == {"sector": ["b", "a", "c"], "x": [1.0, None, 3.0]}


def test_a_path_with_a_quote_is_written(tmp_path: Path) -> None:
    assert written(ROWS, tmp_path, "it's.parquet").is_file()


def test_rows_that_threads_would_scatter_come_in_one_order(tmp_path: Path) -> None:
    """Half a million rows: enough for several threads, which finish as they like."""
    rng = np.random.default_rng(1)
    firms = from_arrays({"firm": rng.integers(0, 50_000, 500_000), "n": np.ones(500_000, dtype=np.int64)})
    sums = firms.group_by("firm").agg(nw.col("n").sum().cast(nw.Int64))

    files = [written(sums, tmp_path, f"{i}.parquet").read_bytes() for i in range(3)]

    assert files[0] == files[1] == files[2]


@pytest.mark.parametrize(
    ("table", "ordered"),
    [
        (ROWS, True),
        (ROWS.filter(nw.col("x") > 0), True),
        (ROWS.group_by("sector").agg(nw.col("x").sum()), False),
        (ROWS.group_by("sector").agg(nw.col("x").sum()).sort("sector"), True),
        (ROWS.with_columns(mean=nw.col("x").mean().over("sector")), False),
        (ROWS.join(ROWS, on="sector"), False),
        (ROWS.join(ROWS, on="sector").sort("sector").with_columns(one=nw.lit(1)), True),
    ],
    ids=["rows", "filter", "sums", "sorted", "window", "join", "sorted-join"],
)
def test_order_is_read_from_the_plan(table: Table, ordered: bool) -> None:
    assert _in_order(_plan(relation_of(table))) is ordered


def test_rows_that_somebody_sorts_stay_so(tmp_path: Path) -> None:
    n = np.arange(300_000)
    rows = from_arrays({"n": n, "half": n // 2}).sort("n", descending=True)

    kept = pq.read_table(written(rows.filter(nw.col("half") >= 0).select("n"), tmp_path))

    assert kept["n"].to_pylist() == n[::-1].tolist()


def test_rows_that_are_scattered_after_they_were_sorted_come_in_one_order(tmp_path: Path) -> None:
    firms = from_arrays({"firm": np.arange(500_000) * 7919 % 50_000, "n": np.ones(500_000, dtype=np.int64)})
    sums = firms.sort("firm", descending=True).head(400_000).group_by("firm").agg(nw.col("n").sum().cast(nw.Int64))

    kept = pq.read_table(written(sums, tmp_path))["firm"].to_pylist()

    assert kept == sorted(kept)
    assert [file.name for file in tmp_path.iterdir()] == ["rows.parquet"]


@pytest.mark.parametrize("statement", ["SELECT $x + i AS x FROM range(3) t(i) ORDER BY x", "SELECT $x + 0 AS x -- one"])
def test_a_statement_with_parameters_is_written(tmp_path: Path, statement: str) -> None:
    rows = engine.connection().sql(statement, params={"x": 1})

    assert pq.read_table(written(nw.from_native(rows), tmp_path))["x"].to_pylist()[0] == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 2 AS x;",
        "SELECT 2 AS x ORDER BY x -- last",
        "VALUES (2)",
        "DESCRIBE SELECT 2 AS x",
        "SUMMARIZE SELECT 2",
    ],
)
def test_a_statement_of_any_connection_is_written(tmp_path: Path, statement: str) -> None:
    """A measure of a study's own may ask a connection of its own."""
    for here in (engine.connection(), duckdb.connect()):
        assert pq.read_table(written(nw.from_native(here.sql(statement)), tmp_path)).num_rows == 1


def test_a_table_of_another_engine_is_written(tmp_path: Path) -> None:
    table = as_table(pl.LazyFrame({"x": [1.0, 2.0]}), "rows")

    assert pq.read_table(written(table, tmp_path))["x"].to_pylist() == [1.0, 2.0]


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    path = written(ROWS.filter(nw.col("x") > 10), tmp_path)

    assert pq.read_table(path).num_rows == 0
    assert pq.read_schema(path).names == ["sector", "x"]
