"""Percentiles as means of neighbors: ranks, windows, weights and who stands between them."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import (
    InfiniteValueError,
    MissingValueError,
    NegativeWeightError,
    ParameterRangeError,
    ReservedNameError,
)
from industria.tables import percentile_table

FIRMS = pa.table(
    {
        "firm": [f"f{i}" for i in range(24)],
        "industry": ["x"] * 20 + ["y"] * 3 + [None],
        "sales": [float(i * i) for i in range(1, 21)] + [1.0, 2.0, 3.0, None],
        "weight": [1.0, 2.0] * 12,
    }
)
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"records": FIRMS},
    {"variable": "sales", "by": ["industry"], "percentiles": [0.25, 0.5, 0.75], "unit": "firm", "weight": "weight"},
)


def rows(records: pa.Table = FIRMS, **options: Any) -> list[dict[str, Any]]:
    return collect(percentile_table(records, **({"variable": "sales"} | options)).table).to_pylist()


def test_a_value_is_the_mean_of_the_five_around_its_rank() -> None:
    x = [row for row in rows(by="industry") if row["industry"] == "x"]

    # Twenty squares: ranks 2, 5, 10, 15 and 18; the first and the last mean would reach an end.
    assert [row["percentile"] for row in x] == [0.1, 0.25, 0.5, 0.75, 0.9]
    assert [row["value"] for row in x] == [
        None,
        *(sum((r + d) ** 2 for d in range(-2, 3)) / 5 for r in (5, 10, 15)),
        None,
    ]
    assert [row["support_window"] for row in x] == [1, 2, 4, 2, 2]
    assert {row["support_units"] for row in x} == {20}


def test_a_window_never_holds_the_least_or_the_largest() -> None:
    three = [row["value"] for row in rows(by="industry", window=3) if row["industry"] == "y"]
    assert three == [None] * 5

    alone = [row["value"] for row in rows(by="industry", window=1) if row["industry"] == "y"]
    assert alone == [None, None, 2.0, None, None]


def test_units_between_percentiles_are_counted_once() -> None:
    of_two = FIRMS.set_column(0, "firm", pa.array([f"f{i // 10}" for i in range(24)]))
    x = [row for row in rows(of_two, by="industry", unit="firm", percentiles=[0.5]) if row["industry"] == "x"]

    assert (x[0]["support_units"], x[0]["support_window"]) == (2, 1)  # ranks 1-9 are of one unit


def test_a_mean_of_rows_of_one_unit_tells_so() -> None:
    mine = FIRMS.set_column(0, "firm", pa.array(["m" if 7 <= i <= 11 else f"f{i}" for i in range(24)]))
    x = [row for row in rows(mine, by="industry", unit="firm", percentiles=[0.5]) if row["industry"] == "x"]

    assert x[0]["support_window"] == 1


def test_weights_move_the_rank_and_the_mean() -> None:
    table = pa.table({"sales": [1.0, 2.0, 3.0, 4.0, 5.0], "weight": [1.0, 1.0, 1.0, 1.0, 10.0]})
    found = rows(table, percentiles=[0.2, 0.3], window=3, weight="weight")
    assert [row["value"] for row in found] == [3.0, None]  # 3 of 14 are up to rank 3; 0.3 is of the largest

    heavy = table.set_column(1, "weight", pa.array([1.0, 1.0, 1.0, 3.0, 1.0]))
    assert rows(heavy, percentiles=[0.4], window=3, weight="weight")[0]["value"] == pytest.approx((2 + 3 + 12) / 5)


def test_rows_that_do_not_count_are_told() -> None:
    light = FIRMS.set_column(3, "weight", pa.array([0.0, 0.0] + [1.0] * 22))

    assert percentile_table(light, variable="sales", weight="weight").n_missing == 3
    assert [row for row in rows(by="industry") if row["industry"] is None] == []


@settings(max_examples=20)
@given(
    values=st.lists(st.integers(0, 30), min_size=1, max_size=40),
    window=st.sampled_from([1, 3, 5]),
    percentiles=st.lists(st.sampled_from([0.1, 0.25, 0.5, 0.7, 0.9]), min_size=1, max_size=3, unique=True),
)
def test_ranks_are_those_of_the_sorted_values(values: list[int], window: int, percentiles: list[float]) -> None:
    table = pa.table({"sales": [float(v) for v in values]})
    x, n, side = np.sort(np.array(values, float)), len(values), window // 2
    ranks = [ceil(round(p * n, 9)) for p in sorted(percentiles)]
    ends = [0, *ranks, n + 1]
    for i, row in enumerate(rows(table, window=window, percentiles=percentiles)):
        r = ranks[i]
        inside = r - side > 1 and r + side < n
        assert row["value"] == (pytest.approx(x[r - side - 1 : r + side].mean(), rel=1e-12) if inside else None)
        gaps = [max(0, ends[i + 1] - ends[i] - 1), max(0, ends[i + 2] - ends[i + 1] - 1)]
        within = len(x[max(0, r - side - 1) : r + side])
        assert row["support_window"] == min(*gaps, within if within < window else n)


def test_bad_input_is_told() -> None:
    for percentiles in ([], [0.0], [50], [0.5, 0.5]):
        with pytest.raises(ParameterRangeError, match="numbers between 0 and 1, each once"):
            rows(percentiles=percentiles)
    for window in (0, 4, -1):
        with pytest.raises(ParameterRangeError, match="an odd number"):
            rows(window=window)
    with pytest.raises(InfiniteValueError, match=r"records\.sales is infinite in 1 rows\. "):
        rows(pa.table({"sales": [1.0, float("inf")]}))
    with pytest.raises(MissingValueError, match=r"records\.firm is missing in 1 of 2 rows\. "):
        rows(pa.table({"sales": [1.0, 2.0], "firm": ["a", None]}), unit="firm")
    with pytest.raises(NegativeWeightError, match="below zero"):
        rows(pa.table({"sales": [1.0, 2.0], "weight": [1.0, -2.0]}), weight="weight")
    with pytest.raises(ReservedNameError):
        rows(pa.table({"sales": [1.0], "value": ["a"]}), by="value")
