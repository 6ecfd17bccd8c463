"""Draws of units and the intervals made of them."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from industria.errors import ParameterRangeError
from industria.productivity._intervals import check_intervals, drawn, percentile_interval


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


@pytest.mark.parametrize(
    ("confidence", "replications"), [(0.0, 1), (1.0, 1), (95, 1), (0.9, -1), (0.9, 1.5), (0.9, True)]
)
def test_what_makes_no_interval_is_refused(confidence: float, replications: int) -> None:
    with pytest.raises(ParameterRangeError):
        check_intervals(confidence, replications)
