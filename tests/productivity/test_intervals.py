"""Draws of units and the intervals made of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.errors import ParameterRangeError
from industria.productivity import allocation, concentration, dispersion, frontier_gap, growth_decomposition
from industria.productivity._intervals import answered, check_intervals, drawn, percentile_interval


def test_a_draw_takes_as_many_units_as_there_are() -> None:
    often = drawn(np.random.default_rng(0), 50)
    assert often.sum() == 50
    assert often.shape == (50,)
    assert (often == 0).any()


def test_an_interval_is_that_of_the_draws_with_an_answer() -> None:
    draws = np.column_stack([np.arange(101.0), np.where(np.arange(101) < 50, np.nan, 7.0), np.full(101, np.nan)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        low, high = percentile_interval(draws, 0.9)
    np.testing.assert_allclose(low, [5, 7, np.nan])
    np.testing.assert_allclose(high, [95, 7, np.nan])
    np.testing.assert_allclose(answered(draws), [1, 51 / 101, 0])
    low, high = percentile_interval(draws, 0.9, np.array([False, True, True]))
    np.testing.assert_allclose(low, [np.nan, 7, np.nan])
    np.testing.assert_allclose(high, [np.nan, 7, np.nan])


@pytest.mark.parametrize(
    ("confidence", "replications"), [(0.0, 1), (1.0, 1), (95, 1), (0.9, -1), (0.9, 1.5), (0.9, True)]
)
def test_what_makes_no_interval_is_refused(confidence: float, replications: int) -> None:
    with pytest.raises(ParameterRangeError):
        check_intervals(confidence, replications)


@pytest.mark.parametrize(
    ("measure", "roles"),
    [
        (dispersion, {}),
        (allocation, {"weight": "sales"}),
        (concentration, {}),
        (frontier_gap, {"groups": "kind"}),
        (growth_decomposition, {"weight": "sales", "time": "year", "methods": ["griliches_regev", "olley_pakes"]}),
    ],
    ids=["dispersion", "allocation", "concentration", "frontier_gap", "growth_decomposition"],
)
def test_one_unit_alone_is_no_certainty(measure: Callable[..., Result], roles: dict[str, Any]) -> None:
    """Cell a has six plants, cell b has one, and some draws do without it."""
    rows = pd.DataFrame({"plant": range(7), "cell": ["a"] * 6 + ["b"], "kind": "x", "sales": [2.5, 1, 2, 3, 4, 5, 6]})
    by = ["cell"] if measure is growth_decomposition else ["cell", "year"]
    panel = pd.concat([rows.assign(year=1), rows.assign(year=2, sales=rows["sales"] + rows["plant"] / 9)])
    result = measure(panel, value="sales", unit="plant", by=by, replications=40, **roles)
    told = getattr(result, "intervals", result.table).collect("pandas").to_native()
    one, many = told[told["cell"] == "b"], told[told["cell"] == "a"]

    assert one[["low", "high"]].isna().all(axis=None)
    assert many["low"].notna().any()
    if "answered" in told:
        # A plant of seven is in 1 - (6/7)^7 = .66 of the draws; of 40, give or take three deviations.
        assert one["answered"].between(0.4, 0.9).sum() >= 2
