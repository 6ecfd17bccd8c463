from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import ibis
import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given

from industria.core.result import Result
from industria.core.table import arrays, as_matrix, as_table, as_vector, collect, columns_of, from_arrays, labels
from industria.errors import (
    ColumnTypeError,
    DataError,
    DuplicateLabelError,
    EmptyTableError,
    MissingColumnError,
    MissingValueError,
    NotATableError,
    ParameterRangeError,
    UnknownLabelError,
)
from tests.strategies import plants

FIRMS = pa.table({"firm": ["a", "b", "c"], "year": [2019, 2019, 2020], "sales": [1.5, None, 3.0]})


def _ibis() -> Any:
    return ibis.memtable(FIRMS)


HOLDERS: dict[str, Callable[[], Any]] = {
    "pandas": lambda: FIRMS.to_pandas(),
    "pandas-index": lambda: FIRMS.to_pandas().set_index(["firm", "year"]),
    "polars": lambda: pl.from_arrow(FIRMS),
    "polars-lazy": lambda: pl.from_arrow(FIRMS).lazy(),  # type: ignore[union-attr]
    "pyarrow": lambda: FIRMS,
    "duckdb": lambda: duckdb.connect().from_arrow(FIRMS),
    "ibis": _ibis,
    "narwhals": lambda: nw.from_native(FIRMS),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_whatever_holds_it_the_table_is_the_same(holder: str) -> None:
    table = as_table(HOLDERS[holder](), "firms", "firm", "sales")

    rows = collect(table.sort("firm")).select(FIRMS.column_names).to_pylist()
    assert rows == FIRMS.to_pylist()


def test_a_text_is_one_column_and_never_its_letters() -> None:
    assert columns_of("firm", "by") == ("firm",)
    assert columns_of(["firm", "year"], "by") == columns_of(iter(["firm", "year"]), "by") == ("firm", "year")
    assert columns_of((), "by") == ()


@pytest.mark.parametrize("wrong", [None, 3, ["firm", 3]])
def test_what_names_no_columns_is_told(wrong: Any) -> None:
    with pytest.raises(ParameterRangeError, match=r"by=.*; it takes names of columns"):
        columns_of(wrong, "by")


@pytest.mark.spark
def test_a_spark_table_is_a_table(spark: Any) -> None:
    native = spark.createDataFrame(FIRMS)
    table = as_table(native, "firms", "firm")
    beside = as_table(pd.DataFrame({"firm": ["a"], "grant": [1]}), "grants", near=table)

    assert collect(table.sort("firm")).to_pylist() == FIRMS.to_pylist()
    assert collect(table.join(beside, on="firm"))["grant"].to_pylist() == [1]


@pytest.mark.parametrize("holder", ["polars-lazy", "duckdb", "ibis"])
def test_lazy_input_stays_on_its_engine(holder: str) -> None:
    native = HOLDERS[holder]()

    assert as_table(native, "firms").implementation == nw.from_native(native).implementation


ODD: dict[str, tuple[Callable[[], Any], nw.dtypes.DType | type, list[Any]]] = {
    "NaN is missing (pandas)": (lambda: pd.DataFrame({"x": [1.0, np.nan]}), nw.Float64, [1.0, None]),
    "NaN is missing (polars)": (lambda: pl.LazyFrame({"x": [1.0, float("nan")]}), nw.Float64, [1.0, None]),
    "NaN is missing (duckdb)": (
        lambda: duckdb.sql("SELECT unnest([1.0::DOUBLE, 'nan'::DOUBLE]) AS x"),
        nw.Float64,
        [1.0, None],
    ),
    "NaN is missing (float32)": (
        lambda: pa.table({"x": pa.array([1.5, np.nan], pa.float32())}),
        nw.Float64,
        [1.5, None],
    ),
    "infinity stays, for measures to refuse": (lambda: pa.table({"x": [np.inf, None]}), nw.Float64, [np.inf, None]),
    "half floats": (lambda: pa.table({"x": pa.array([np.float16(1.5), None], pa.float16())}), nw.Float64, [1.5, None]),
    "decimals": (lambda: pa.table({"x": [Decimal("1.25"), None]}), nw.Float64, [1.25, None]),
    "decimals of SQL": (lambda: duckdb.sql("SELECT unnest([0.5, NULL]) AS x"), nw.Float64, [0.5, None]),
    "unsigned": (lambda: pa.table({"x": pa.array([7, None], pa.uint64())}), nw.Int64, [7, None]),
    "small": (lambda: pl.LazyFrame({"x": pl.Series([7, None], dtype=pl.Int8)}), nw.Int64, [7, None]),
    "128 bits": (lambda: pl.DataFrame({"x": pl.Series([7, None], dtype=pl.Int128)}), nw.Int64, [7, None]),
    "sums of SQL": (lambda: duckdb.sql("SELECT unnest([7::HUGEINT, NULL]) AS x"), nw.Int64, [7, None]),
    "nullable integers": (lambda: pd.DataFrame({"x": pd.array([7, None], "Int64")}), nw.Int64, [7, None]),
    "categories (pandas)": (lambda: pd.DataFrame({"x": pd.Categorical(["u", None])}), nw.String, ["u", None]),
    "categories (polars)": (
        lambda: pl.DataFrame({"x": pl.Series(["u", None], dtype=pl.Categorical)}),
        nw.String,
        ["u", None],
    ),
    "enumerations": (lambda: duckdb.sql("SELECT unnest(['u'::ENUM('u', 'v'), NULL]) AS x"), nw.String, ["u", None]),
    "dictionaries": (lambda: pa.table({"x": pa.array(["u", None]).dictionary_encode()}), nw.String, ["u", None]),
    "truth values": (lambda: pd.DataFrame({"x": [True, None]}), nw.Boolean, [True, None]),
    "dates": (lambda: pa.table({"x": [dt.date(1988, 1, 2), None]}), nw.Date, [dt.date(1988, 1, 2), None]),
    "times": (
        lambda: pd.DataFrame({"x": pd.to_datetime(["1988-01-02", None])}),
        nw.Datetime,
        [dt.datetime(1988, 1, 2), None],
    ),
    "nothing at all": (lambda: pa.table({"x": pa.nulls(2)}), nw.String, [None, None]),
}


@pytest.mark.parametrize("case", ODD)
def test_every_column_becomes_one_of_six_kinds(case: str) -> None:
    make, kind, values = ODD[case]
    table = as_table(make(), "t", "x")

    assert table.collect_schema()["x"] == kind
    assert sorted(collect(table)["x"].to_pylist(), key=str) == sorted(values, key=str)


UNREADABLE: dict[str, Callable[[], Any]] = {
    "time": lambda: pl.LazyFrame({"x": [dt.time(1)]}),
    "duration": lambda: pd.DataFrame({"x": pd.to_timedelta([1], unit="h")}),
    "list": lambda: pl.LazyFrame({"x": [[1]]}),
    "struct": lambda: pa.table({"x": [{"a": 1}]}),
    "binary": lambda: duckdb.sql("SELECT 'x'::BLOB AS x"),
    "period": lambda: pd.DataFrame({"x": pd.period_range("2020", periods=2, freq="Y")}),
    "struct(": lambda: pd.DataFrame({"x": pd.cut([1, 2], 2)}),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_no_measure_reads_is_refused_by_name(kind: str) -> None:
    with pytest.raises(ColumnTypeError, match=rf"t\.x holds .*{kind.rstrip('(')}"):
        as_table(UNREADABLE[kind](), "t")


def test_a_column_of_several_types_is_told_by_name() -> None:
    with pytest.raises(ColumnTypeError, match=r"t\.size holds int and str, where one type"):
        as_table(pd.DataFrame({"firm": ["a", "b"], "size": [12, "n/a"]}), "t")


@pytest.mark.parametrize(
    "found",
    [
        pd.DataFrame({"x": [1.0, 2.0], "size": [1, 2**70]}),
        pd.DataFrame({"size": [{"k": 1}, {"k": "secret 77"}]}),
        pl.DataFrame({"size": pl.Series([1, 2**100], dtype=pl.Int128)}),
    ],
    ids=["wide number", "record", "number of 128 bits"],
)
def test_a_value_that_no_column_can_hold_is_told_without_it(found: Any) -> None:
    with pytest.raises(ColumnTypeError, match=r"t\.size holds") as told:
        as_table(found, "t")
    assert not any(secret in str(told.value) for secret in ("77", str(2**70), str(2**100)))


@pytest.mark.parametrize("found", [{"a": [1]}, [1], None, "firms.csv", pd.Series([1.0]), pl.Series([1.0])], ids=repr)
def test_what_is_no_table_is_told(found: Any) -> None:
    with pytest.raises(NotATableError, match=f"firms is a {type(found).__name__}, not a table"):
        as_table(found, "firms")


def test_a_result_in_place_of_its_table_is_told() -> None:
    """Measures are chained by the tables of their results."""
    result = Result(table=as_table(pa.table({"firm": ["a"]}), "firms"))

    with pytest.raises(
        NotATableError, match=r"firms is a Result, not a table\. Hand in its table, as \.tidy\(\) returns it\."
    ):
        as_table(result, "firms")  # type: ignore[arg-type]


def test_a_missing_column_is_told_with_the_nearest_name() -> None:
    with pytest.raises(MissingColumnError, match=r"has no column .sale.; it has firm, .*Did you mean .sales."):
        as_table(FIRMS, "firms", "firm", "sale")


@pytest.mark.parametrize(
    "twice",
    [
        pd.DataFrame([[1, 2]], columns=["firm", "firm"]),
        pa.table([[1], [2]], names=["firm", "firm"]),
        pd.DataFrame({"firm": [1]}, index=pd.Index([1], name="firm")),
    ],
    ids=["pandas", "pyarrow", "index-and-column"],
)
def test_two_columns_of_one_name_are_refused(twice: Any) -> None:
    with pytest.raises(DuplicateLabelError, match="'firm' 2 times"):
        as_table(twice, "firms")


def test_a_table_without_columns_is_refused() -> None:
    with pytest.raises(EmptyTableError, match="firms"):
        as_table(pd.DataFrame(), "firms")


def test_unnamed_index_levels_vanish_and_columns_that_are_numbers_become_text() -> None:
    index = pd.MultiIndex.from_tuples([("a", 0), ("b", 1)], names=["firm", None])
    table = as_table(pd.DataFrame({1987: [1.0, 2.0]}, index=index), "t", "1987")

    assert table.collect_schema().names() == ["firm", "1987"]


def test_the_frame_of_the_caller_is_left_alone() -> None:
    frame = FIRMS.to_pandas().set_index(["firm", "year"])
    before = frame.copy()
    collect(as_table(frame, "firms"))

    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("there", ["duckdb", "polars-lazy", "ibis"])
@pytest.mark.parametrize("here", ["pandas", "duckdb", "polars-lazy"])
def test_near_brings_tables_together(here: str, there: str) -> None:
    """DuckDB relations of different connections do not join, nor do engines with each other."""
    firms = as_table(HOLDERS[there](), "firms")
    others = as_table(HOLDERS[here](), "others", near=firms)
    met = firms.join(others.select("firm", again="sales"), on="firm").sort("firm")

    assert collect(met)["again"].to_pylist() == [1.5, None, 3.0]


def test_a_table_that_is_near_already_is_not_moved() -> None:
    firms = as_table(HOLDERS["polars-lazy"](), "firms")
    others = as_table(HOLDERS["polars-lazy"](), "others", near=firms)

    assert others.implementation.is_polars()


@given(plants())
def test_taking_a_table_in_twice_changes_nothing(rows: pa.Table) -> None:
    once = as_table(rows, "plants")

    assert collect(as_table(once, "plants")).sort_by("firm").equals(collect(once).sort_by("firm")) or sorted(
        map(str, collect(as_table(once, "plants")).to_pylist())
    ) == sorted(map(str, collect(once).to_pylist()))


# Arrays


def test_arrays_come_in_the_order_asked_for() -> None:
    table = as_table(FIRMS, "firms").sort("firm")
    sales, firm, year = arrays(table, "firms", "sales", "firm", "year")

    np.testing.assert_array_equal(sales, [1.5, np.nan, 3.0])
    assert list(firm) == ["a", "b", "c"]
    assert year.dtype == np.int64


def test_arrays_mark_what_is_missing() -> None:
    rows = pa.table({"truth": [True, None], "n": [1, None], "code": ["x", None], "none": pa.nulls(2, pa.float64())})
    truth, n, code, none = arrays(as_table(rows, "t").sort("n", nulls_last=True), "t", *rows.column_names)

    np.testing.assert_array_equal(truth, [1.0, np.nan])
    np.testing.assert_array_equal(n, [1.0, np.nan])
    np.testing.assert_array_equal(none, [np.nan, np.nan])
    assert list(code) == ["x", None]


def test_no_rows_are_told() -> None:
    empty = as_table(FIRMS.slice(0, 0), "firms")
    for take in (
        lambda: arrays(empty, "firms", "sales"),
        lambda: labels(empty, "firms", "firm"),
        lambda: as_vector(empty, "firms", ["a"], "firm", "sales"),
        lambda: as_matrix(empty, "firms", ["a"], "firm", "year", "sales"),
    ):
        with pytest.raises(EmptyTableError, match="firms has no rows"):
            take()


def test_arrays_of_unequal_length_make_no_table() -> None:
    with pytest.raises(DataError, match="a 2, b 1"):
        from_arrays({"a": [1, 2], "b": [1]})


def test_a_table_of_arrays_has_null_for_nan() -> None:
    table = from_arrays({"x": np.array([1.0, np.nan]), "code": np.array(["a", "b"]), "n": np.array([1, 2], "int16")})

    assert collect(table.sort("code")).to_pydict() == {"x": [1.0, None], "code": ["a", "b"], "n": [1, 2]}


def test_labels_are_sorted_text() -> None:
    assert labels(from_arrays({"industry": [10, 9]}), "output", "industry") == ["10", "9"]


def test_labels_with_gaps_or_repetitions_are_refused() -> None:
    with pytest.raises(MissingValueError, match=r"output\.industry is missing in 1 of 2 rows"):
        labels(from_arrays({"industry": ["a", None]}), "output", "industry")
    with pytest.raises(DuplicateLabelError, match="'a' 2 times"):
        labels(from_arrays({"industry": ["a", "b", "a"]}), "output", "industry")


def test_a_vector_stands_in_the_order_given() -> None:
    table = from_arrays({"industry": ["b", "a"], "output": [2, 1]})

    np.testing.assert_array_equal(as_vector(table, "output", ["a", "b"], "industry", "output"), [1.0, 2.0])


@pytest.mark.parametrize(
    ("industries", "values", "error", "said"),
    [
        (["a", "b"], [1.0, None], MissingValueError, "missing in 1 of 2 rows, first where industry = 'b'"),
        (["a"], [1.0], MissingValueError, "first where industry = 'b'"),
        (["a", "a", "b"], [1.0, 1.0, 1.0], DuplicateLabelError, "'a' 2 times"),
        (["a", "b", "bb"], [1.0, 1.0, 1.0], UnknownLabelError, "has 'bb'.*Did you mean 'b'"),
    ],
    ids=["null", "gap", "twice", "unknown"],
)
def test_a_vector_with_a_flaw_names_it(
    industries: list[str], values: list[float | None], error: type[DataError], said: str
) -> None:
    table = from_arrays({"industry": industries, "output": values})

    with pytest.raises(error, match=said):
        as_vector(table, "output", ["a", "b"], "industry", "output")


def test_a_matrix_has_rows_and_columns_in_order_and_zero_where_nothing_is_listed() -> None:
    flows = from_arrays({"from": ["b", "a"], "to": ["a", "a"], "value": [3.0, 1.0]})

    np.testing.assert_array_equal(as_matrix(flows, "flows", ["a", "b"], "from", "to", "value"), [[1, 0], [3, 0]])


@pytest.mark.parametrize(
    ("rows", "error", "said"),
    [
        ([("a", "b", 1.0), ("a", "b", 2.0)], DuplicateLabelError, "'a, b' 2 times"),
        ([("a", "c", 1.0)], UnknownLabelError, "'c'"),
        ([("a", None, 1.0)], MissingValueError, "flows.to is missing in 1 of 1 rows, first where from = 'a'"),
        ([("a", "b", None)], MissingValueError, "from = 'a', to = 'b'"),
    ],
    ids=["twice", "unknown", "no-label", "no-value"],
)
def test_a_matrix_with_a_flaw_names_it(rows: list[tuple[Any, ...]], error: type[DataError], said: str) -> None:
    sellers, buyers, values = zip(*rows, strict=True)
    flows = from_arrays(
        {"from": pa.array(sellers, pa.string()), "to": pa.array(buyers, pa.string()), "value": pa.array(values, "f8")}
    )
    with pytest.raises(error, match=said):
        as_matrix(flows, "flows", ["a", "b"], "from", "to", "value")


def test_rows_of_a_small_table_in_pieces_keep_their_order() -> None:
    pieces = pa.concat_tables(pa.table({"place": [i], "site": [f"site {i}"]}) for i in range(200))

    assert collect(as_table(pieces, "rows"))["place"].to_pylist() == list(range(200))
    assert collect(as_table(pieces.to_pandas(), "rows"))["place"].to_pylist() == list(range(200))
