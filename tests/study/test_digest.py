"""Digests of rows: order and noise do not count, everything else does."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core import engine
from industria.study.digest import canonical, rows_digest

FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=64)
ROWS = st.lists(st.tuples(st.none() | FLOATS, st.none() | st.text(max_size=3), st.integers(-5, 5)), max_size=20)


def digest(columns: dict[str, list[Any]] | pa.Table) -> str:
    table = columns if isinstance(columns, pa.Table) else pa.table(columns)
    return rows_digest(engine.connection().from_arrow(table))[0]


def table(rows: list[tuple[float | None, str | None, int]]) -> pa.Table:
    x, word, n = zip(*rows, strict=True) if rows else ((), (), ())
    return pa.table({"x": pa.array(x, pa.float64()), "word": pa.array(word, pa.string()), "n": pa.array(n, pa.int64())})


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_count(rows: list[tuple[float | None, str | None, int]], random: Any) -> None:
    shuffled = rows.copy()
    random.shuffle(shuffled)

    assert digest(table(rows)) == digest(table(shuffled))


@given(ROWS.filter(bool))
def test_a_row_more_counts(rows: list[tuple[float | None, str | None, int]]) -> None:
    """Twice the same row too, which an exclusive or alone would cancel."""
    assert len({digest(table(rows * n)) for n in (1, 2, 3)}) == 3


@pytest.mark.parametrize("x", [1.0, -7.25, 123456.789, 3.3e-9, 2.5e200, 999.9999999999999])
def test_the_last_bits_do_not_count_and_the_eleventh_digit_does(x: float) -> None:
    """Two threads add in another order: that moves the 15th digit, an effect the 11th."""
    assert digest({"x": [x]}) == digest({"x": [math.nextafter(x, math.inf)]}) == digest({"x": [x * (1 + 1e-14)]})
    assert digest({"x": [x]}) != digest({"x": [x * (1 + 1e-10)]})


def test_a_change_in_the_13th_digit_is_noise() -> None:
    assert digest({"x": [1.234567890123]}) == digest({"x": [1.2345678901234]})
    assert digest({"x": [1.23456789012]}) != digest({"x": [1.23456789013]})


def test_just_below_a_power_of_ten_is_that_power() -> None:
    assert digest({"x": [99999999999.9999]}) == digest({"x": [1e11]})


def test_zero_has_no_sign_and_missing_is_not_zero() -> None:
    assert digest({"x": [0.0]}) == digest({"x": [-0.0]})
    assert digest({"x": [0.0]}) != digest({"x": pa.array([None], pa.float64())})


@pytest.mark.parametrize("x", [math.inf, -math.inf, math.nan, 5e-324, 1.7e308])
def test_floats_at_the_edge_have_a_digest(x: float) -> None:
    assert digest({"x": [x]}) != digest({"x": [1.0]})


def test_names_and_types_count() -> None:
    assert digest({"x": [1]}) != digest({"y": [1]})
    assert digest({"x": [1]}) != digest({"x": [1.0]})
    assert digest({"x": ["1"]}) != digest({"x": [1]})


def test_values_do_not_wander_between_rows_or_columns() -> None:
    assert digest({"x": [1, 2], "y": [3, 4]}) != digest({"x": [1, 2], "y": [4, 3]})
    assert digest({"x": ["ab"], "y": ["c"]}) != digest({"x": ["a"], "y": ["bc"]})


def test_dates_and_truth_values_have_a_digest() -> None:
    rows = {"day": [dt.date(2020, 1, 1)], "yes": [True]}

    assert digest(rows) != digest({**rows, "yes": [False]})


def test_plain_data_is_written_in_one_form() -> None:
    assert canonical({"b": 1, "a": [1.0, "é"]}) == '{"a":[1.0,"é"],"b":1}'
