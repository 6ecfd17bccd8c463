"""Moments by group: means and variances, sums that add up over sites, and centers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import (
    InfiniteValueError,
    MissingColumnError,
    MissingValueError,
    ParameterRangeError,
    ReservedNameError,
    UnsteadyUnitError,
)
from industria.tables import moments

PLANTS = pa.table(
    {
        "firm": ["a", "a", "b", "c", "d", "e"],
        "industry": ["x", "x", "x", "y", "y", "x"],
        "sales": [1.0, 2.0, -6.0, 4.0, 4.0, None],
        "jobs": [1, 1, 4, 2, 0, 9],
        "weight": [1.0, 1.0, 2.0, 1.0, 3.0, 1.0],
    }
)
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"records": PLANTS},
    {"columns": ["sales", "jobs"], "by": ["industry"], "unit": "firm", "weight": "weight"},
)
Moment = dict[tuple[str, ...], float]


def products(records: pa.Table, **options: Any) -> Moment:
    found = collect(moments(records, **({"columns": ["sales", "jobs"]} | options)).moments)
    return {tuple(row)[:-1]: row[-1] for row in zip(*found.to_pydict().values(), strict=True)}


def test_means_and_variances_are_of_complete_rows() -> None:
    found = moments(PLANTS, columns=["sales", "jobs"], by="industry")

    assert found.n_missing == 1
    x, y = found.to_arrow().to_pylist()[:2], found.to_arrow().to_pylist()[2:]
    assert [tuple(row.values()) for row in x] == [
        ("x", "sales", 3, -1.0, 19.0),  # 1, 2 and -6
        ("x", "jobs", 3, 2.0, 3.0),
    ]
    assert [row["variance"] for row in y] == [0.0, 2.0]


def test_each_sum_tells_the_units_behind_it() -> None:
    row = collect(moments(PLANTS, columns="sales", by="industry", unit="firm").table).to_pylist()[0]

    assert {name: value for name, value in row.items() if name.startswith("support_")} == {
        "support_units": 2,
        "support_sum": -3.0,
        "support_sum_largest": 6.0,
        "support_sum_second": 3.0,
        "support_sum_squares": 45.0,
        "support_sum_negative": 1,
    }
    held = collect(moments(PLANTS, columns=["sales", "jobs"], by="industry", unit="firm").contributors).to_pylist()
    a = next(row for row in held if row["unit"] == "a")
    assert (a["industry"], a["contribution_sales"], a["contribution_jobs"], a["weight"]) == ("x", 3.0, 2.0, None)


def test_products_are_weighted_and_about_their_center() -> None:
    found = products(PLANTS, weight="weight", center={"jobs": 1.0})

    w, s, j = np.array([1, 1, 2, 1, 3.0]), np.array([1, 2, -6, 4, 4.0]), np.array([0, 0, 3, 1, -1.0])
    assert found == {
        ("n", "n"): 5.0,
        ("1", "1"): 8.0,
        ("1", "sales"): w @ s,
        ("1", "jobs"): w @ j,
        ("sales", "sales"): w @ (s * s),
        ("sales", "jobs"): w @ (s * j),
        ("jobs", "jobs"): w @ (j * j),
    }


def test_a_variance_far_from_zero_keeps_its_digits() -> None:
    far = pa.table({"sales": [1e9 + 1, 1e9 + 2, 1e9 + 3]})

    assert moments(far, columns="sales").to_arrow()["variance"].to_pylist() == [1.0]


rows = st.lists(st.tuples(st.integers(-40, 40), st.integers(0, 9), st.sampled_from([0.5, 1.0, 3.0])), min_size=2)


@settings(max_examples=12)
@given(rows=rows, share=st.floats(0.1, 0.9), center=st.sampled_from([None, {"sales": 3.0, "jobs": 2.0}]))
def test_sums_of_sites_give_the_moments_of_all(
    rows: list[tuple[int, int, float]], share: float, center: dict[str, float] | None
) -> None:
    every = pa.table({name: [float(row[i]) for row in rows] for i, name in enumerate(("sales", "jobs", "weight"))})
    cut = int(share * len(rows))
    parts = [products(part, weight="weight", center=center) for part in (every.slice(0, cut), every.slice(cut))]
    whole = moments(every, columns=["sales", "jobs"], weight="weight")
    pooled = {pair: sum(part.get(pair, 0.0) for part in parts) for pair in parts[1]}

    n, total = pooled["n", "n"], pooled["1", "1"]
    for row in collect(whole.table).to_pylist():
        column = row["column"]
        mean = pooled["1", column] / total
        assert row["n"] == n
        assert row["mean"] == pytest.approx(mean + (center or {}).get(column, 0.0), abs=1e-9)
        spread = (pooled[column, column] / total - mean**2) * n / (n - 1)
        assert row["variance"] == pytest.approx(spread, abs=1e-9)


def test_bad_input_is_told() -> None:
    endless = PLANTS.set_column(2, "sales", pa.array([float("-inf"), *range(5)], pa.float64()))
    with pytest.raises(InfiniteValueError, match=r"records\.sales is infinite in 1 rows\. "):
        moments(endless, columns="sales")
    gap = PLANTS.set_column(1, "industry", pa.array([None, *"xxyyx"]))
    with pytest.raises(MissingValueError, match=r"records\.industry is missing in 1 of 6 rows\."):
        moments(gap, columns="jobs", by="industry")
    with pytest.raises(UnsteadyUnitError, match=r"records\.jobs has several values"):
        moments(PLANTS.set_column(0, "firm", pa.array([*"aaabcd"])), columns="sales", unit="firm", weight="jobs")
    with pytest.raises(MissingColumnError, match="Did you mean 'sales'"):
        moments(PLANTS, columns="sales", center={"sale": 1.0})
    for columns in ([], ["sales", "sales"]):
        with pytest.raises(ParameterRangeError, match="one column or more, each once"):
            moments(PLANTS, columns=columns)
    with pytest.raises(ReservedNameError):
        moments(PLANTS.rename_columns(["firm", "row", *PLANTS.column_names[2:]]), columns="sales", by="row")
    with pytest.raises(ReservedNameError):
        moments(pa.table({"n": [1.0]}), columns="n")
