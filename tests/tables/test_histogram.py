"""Counts by bin: edges, groups, weights, and that they add up."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import (
    ColumnTypeError,
    MissingColumnError,
    NegativeWeightError,
    ParameterRangeError,
    ReservedNameError,
)
from industria.tables import histogram

PLANTS = pa.table(
    {
        "industry": ["x", "x", "x", "x", "x", "y", "y", None, "x"],
        "firm": ["a", "a", "b", "c", "c", "d", "e", "f", "a"],
        "employees": [1, 9, 10, 49, 50, 0, 250, 60, None],
        "weight": [1.0, 2.0, 1.0, 0.5, 4.0, 1.0, 1.0, 3.0, 1.0],
    }
)
EDGES = [1, 10, 50, 250]
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"records": PLANTS},
    {"column": "employees", "edges": [-math.inf, 10, 50, math.inf], "by": ["industry"], "unit": "firm"},
)


def counts(data: Any = PLANTS, **options: Any) -> list[float]:
    found: list[float] = (
        histogram(data, **({"column": "employees", "edges": EDGES} | options)).to_pandas()["count"].tolist()
    )
    return found


def test_a_bin_holds_its_lower_edge_and_the_last_bin_both() -> None:
    result = histogram(PLANTS, column="employees", edges=EDGES)

    assert result.to_arrow().to_pylist() == [
        {"bin_low": 1.0, "bin_high": 10.0, "count": 2},
        {"bin_low": 10.0, "bin_high": 50.0, "count": 2},
        {"bin_low": 50.0, "bin_high": 250.0, "count": 3},
    ]
    assert (result.n_below, result.n_above, result.n_missing) == (1, 0, 1)
    assert histogram(PLANTS, column="employees", edges=[1, 249]).n_above == 1


def test_open_bins_hold_everything() -> None:
    result = histogram(PLANTS, column="employees", edges=[-math.inf, 10, math.inf])

    assert result.to_arrow().to_pylist() == [
        {"bin_low": None, "bin_high": 10.0, "count": 3},
        {"bin_low": 10.0, "bin_high": None, "count": 5},
    ]
    assert (result.n_below, result.n_above) == (0, 0)
    endless = pa.table({"employees": [-math.inf, math.inf, 3.0]})
    assert counts(endless, edges=[-math.inf, 10, math.inf]) == [2, 1]


def test_every_group_has_every_bin() -> None:
    rows = histogram(PLANTS, column="employees", edges=EDGES, by="industry").to_arrow().to_pylist()

    assert [(row["industry"], row["bin_low"], row["count"]) for row in rows] == [
        (None, 1, 0),
        (None, 10, 0),
        (None, 50, 1),
        ("x", 1, 2),
        ("x", 10, 2),
        ("x", 50, 1),
        ("y", 1, 0),
        ("y", 10, 0),
        ("y", 50, 1),
    ]


def test_weights_add_up_and_rows_without_one_are_missing() -> None:
    weighted = histogram(PLANTS, column="employees", edges=EDGES, weight="weight")
    none = PLANTS.to_pandas().assign(weight=[0, None, 1, 1, 1, 1, 1, 1, 1])

    assert weighted.to_pandas()["count"].tolist() == [3.0, 1.5, 8.0]
    assert histogram(none, column="employees", edges=EDGES, weight="weight").n_missing == 3
    assert counts(none, weight="weight") == [0, 2, 3]


def test_support_counts_firms_and_the_rows_of_the_largest() -> None:
    table = histogram(PLANTS, column="employees", edges=EDGES, unit="firm").table
    support = collect(table).select(["support_units", "support_count_largest", "support_count_second"]).to_pylist()

    assert [tuple(row.values()) for row in support] == [(1, 2.0, None), (2, 1.0, 1.0), (3, 1.0, 1.0)]
    empty = collect(histogram(PLANTS, column="employees", edges=[300, 400], unit="firm").table).to_pylist()
    assert empty[0]["support_units"] == 0


def test_truth_values_are_counted_as_ones_and_zeros() -> None:
    assert counts(pa.table({"employees": [True, False, True, None]}), edges=[0, 0.5, 1]) == [1, 2]


def test_no_rows_have_no_bins() -> None:
    for by in ([], ["industry"]):
        result = histogram(PLANTS.slice(0, 0), column="employees", edges=EDGES, by=by)
        assert result.to_arrow().num_rows == 0
        assert (result.n_below, result.n_above, result.n_missing) == (0, 0, 0)


@given(
    st.lists(st.floats(-10, 10, width=16), min_size=1, max_size=30),
    st.lists(st.integers(-9, 9), min_size=2, max_size=12, unique=True),
)
@settings(deadline=None, max_examples=40)
def test_counts_are_those_of_numpy(values: list[float], edges: list[int]) -> None:
    wanted, _ = np.histogram(values, sorted(edges))
    result = histogram(pl.DataFrame({"employees": values}).lazy(), column="employees", edges=sorted(edges))

    assert result.to_pandas()["count"].tolist() == wanted.tolist()
    assert result.n_below + wanted.sum() + result.n_above == len(values)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2)), min_size=1, max_size=30))
@settings(deadline=None, max_examples=25)
def test_counts_of_sites_add_up_to_those_of_all(pairs: list[tuple[int, int]]) -> None:
    rows = pd.DataFrame(pairs, columns=["employees", "site"])
    by_site = [counts(plants) for _, plants in rows.groupby("site")]

    assert np.sum(by_site, axis=0).tolist() == counts(rows)


def test_a_thousand_bins_are_no_burden() -> None:
    rows = pl.DataFrame({"employees": np.arange(5_000) / 5})

    assert counts(rows, edges=list(range(1_001))) == [5] * 1_000


@pytest.mark.parametrize("edges", [[], [1], [1, 1], [2, 1], [1, math.nan]])
def test_edges_rise(edges: list[float]) -> None:
    with pytest.raises(ParameterRangeError, match=r"edges=.*each above the one before"):
        counts(edges=edges)


def test_names_what_is_wrong() -> None:
    with pytest.raises(MissingColumnError, match="Did you mean 'employees'"):
        counts(column="employee")
    with pytest.raises(ColumnTypeError, match=r"records\.firm holds string"):
        counts(column="firm")
    with pytest.raises(NegativeWeightError, match="below zero"):
        counts(PLANTS.to_pandas().assign(weight=-1.0), weight="weight")
    with pytest.raises(ReservedNameError, match="count"):
        counts(PLANTS.to_pandas().assign(count=1), by="count")
