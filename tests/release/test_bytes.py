from __future__ import annotations

import datetime as dt
import json
import math
import struct

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ColumnTypeError
from industria.release._bytes import json_bytes, parquet_bytes, read_parquet, rounded, shortened

SECRET = 81_234.567_890_125


def test_rows_units_and_meanings_come_back() -> None:
    day = dt.date(2024, 5, 1)
    rows = pa.table(
        {
            "code": ["b", "a", "a"],
            "year": [1, 3, 2],
            "x": [1.0, None, 2.5],
            "yes": [True, None, False],
            "day": [day] * 3,
        }
    )
    told = rows.schema.field("x").with_metadata({"unit": "currency", "meaning": "turnover", "PARQUET:field_id": "7"})
    rows = rows.cast(rows.schema.set(2, told))

    back = read_parquet(parquet_bytes(rows))

    assert back.to_pydict() == {
        "code": ["a", "a", "b"], "year": [2, 3, 1], "x": [2.5, None, 1.0], "yes": [False, None, True], "day": [day] * 3,
    }  # fmt: skip
    assert back.schema.field("x").metadata == {b"unit": b"currency", b"meaning": b"turnover"}
    assert back.schema.metadata is None


@given(st.permutations(range(7)), st.integers(1, 7))
def test_bytes_follow_from_what_rows_show(order: list[int], cut: int) -> None:
    """Neither their order, nor how they lie in memory, nor the engine that made them."""
    rows = pa.table({"code": list("abcabca"), "year": [1, 1, 1, 2, 2, 2, 3], "x": [0.1 * i for i in range(7)]})
    other = rows.take(order)
    other = pa.concat_tables([other.slice(0, cut), other.slice(cut)])
    other = other.set_column(0, "code", other["code"].dictionary_encode())

    assert parquet_bytes(other) == parquet_bytes(rows)


def test_rows_are_sorted_by_the_columns_that_are_named() -> None:
    rows = pa.table({"code": ["a", "b", "a"], "year": [2, 1, 1]})

    assert read_parquet(parquet_bytes(rows, by=["year"]))["year"].to_pylist() == [1, 1, 2]


def test_nothing_of_a_withheld_value_is_in_the_file() -> None:
    """Neither as bytes behind a null, nor as statistics, nor in a dictionary, nor in the index of a frame."""
    frame = pd.DataFrame(
        {"code": ["a", "b"], "x": [1.0, SECRET], "firm": ["f1", "Acme"]}, index=pd.Index(["x", "Acme"])
    )
    rows = pa.Table.from_pandas(frame)
    hidden = [pa.array([1.0, SECRET]), pa.array(["f1", "Acme"])]
    x = pa.Array.from_buffers(pa.float64(), 2, [pa.py_buffer(b"\x01"), hidden[0].buffers()[1]])
    firm = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x01"), *hidden[1].buffers()[1:]])
    rows = rows.select(["code"]).append_column("x", x).append_column("firm", firm.dictionary_encode())
    assert struct.pack("<d", SECRET) in x.buffers()[1].to_pybytes()  # it was there

    content = parquet_bytes(rows)

    file = pq.ParquetFile(pa.BufferReader(content))
    columns = [file.metadata.row_group(0).column(i) for i in range(3)]
    assert not any(column.is_stats_set or column.has_dictionary_page for column in columns)
    assert b"pandas" not in content
    plain = pa.BufferOutputStream()
    pq.write_table(file.read(), plain, compression="none", use_dictionary=False, write_statistics=False)
    for there in (content, bytes(plain.getvalue())):
        assert struct.pack("<d", SECRET) not in there
        assert struct.pack("<f", SECRET) not in there
        assert b"Acme" not in there


def test_floats_have_twelve_digits() -> None:
    rows = shortened(pa.table({"x": [1 / 3, SECRET, -0.0, math.nan], "y": pa.array([1, 2, None, 4], pa.uint16())}))

    assert rows.to_pydict() == {"x": [0.333333333333, 81234.5678901, 0.0, None], "y": [1, 2, None, 4]}
    assert math.copysign(1, rows["x"][2].as_py()) == 1
    assert rounded(123456789012.6) == 123456789013.0


def test_a_column_of_another_kind_is_told() -> None:
    with pytest.raises(ColumnTypeError, match=r"firms holds values of type list<item: int64>"):
        parquet_bytes(pa.table({"firms": [[1, 2]]}))


def test_an_empty_table_and_an_empty_column_are_written() -> None:
    assert read_parquet(parquet_bytes(pa.table({"x": pa.array([], pa.float64())}))).num_rows == 0
    assert read_parquet(parquet_bytes(pa.table({"x": pa.nulls(2)})))["x"].to_pylist() == [None, None]


def test_words_have_one_form() -> None:
    told = {
        "b": (1 / 3, -0.0),
        "a": {"prior": math.inf, "low": -math.inf, "none": math.nan, "day": dt.date(2024, 5, 1)},
    }

    content = json_bytes(told)

    assert content == json_bytes(dict(reversed(told.items())))
    assert json.loads(content) == {
        "a": {"prior": "inf", "low": "-inf", "none": None, "day": "2024-05-01"},
        "b": [0.333333333333, 0.0],
    }
