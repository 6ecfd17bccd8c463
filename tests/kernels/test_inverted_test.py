from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.inverted_test import Draws, interval, p_value


def _normal(seed: int, draws: int = 9_999, *, exhaustive: bool = False) -> Draws:
    """Statistics that do not depend on the null value: the estimate is 2 with standard error 1."""
    n0 = np.random.default_rng(seed).normal(size=draws)
    one, nothing = np.ones(draws), np.zeros(draws)
    return Draws(n0, nothing, one, nothing, nothing, 2.0, 1.0, exhaustive)


def test_normal_draws_give_the_normal_interval() -> None:
    """2 ± 1.96, and p of .0455 at zero, but for 9,999 draws (.03 and .004 are two standard errors)."""
    draws = _normal(1)

    assert interval(draws, 0.95, 1.0) == pytest.approx((0.04, 3.96), abs=0.06)
    assert p_value(draws) == pytest.approx(0.0455, abs=0.004)


@given(st.integers(0, 1000), st.floats(0.5, 0.99))
def test_the_interval_is_what_the_test_does_not_reject(seed: int, confidence: float) -> None:
    """Just inside an end the test stands, just outside it falls; at the estimate p is one."""
    draws = _normal(seed, 199)
    low, high = interval(draws, confidence, 1.0)

    for end, outward in ((low, -1e-6), (high, 1e-6)):
        assert p_value(draws, end - outward) > 1 - confidence >= p_value(draws, end + outward)
    assert p_value(draws, 2.0) == 1.0


def test_sampled_draws_count_the_data_among_them() -> None:
    """With no draw as large the smallest p is 1/(1 + B); of all there are, it is the share."""
    sampled, every = (
        Draws(np.array([0.0, 9.0]), np.zeros(2), np.ones(2), np.zeros(2), np.zeros(2), 3.0, 1.0, exhaustive)
        for exhaustive in (False, True)
    )

    assert p_value(sampled) == pytest.approx(2 / 3)
    assert p_value(every) == pytest.approx(1 / 2)


def test_ties_but_for_rounding_count() -> None:
    """A draw that repeats the data is as large as the data."""
    draws = Draws(np.array([3 - 1e-13]), np.zeros(1), np.ones(1), np.zeros(1), np.zeros(1), 3.0, 1.0, True)

    assert p_value(draws) == 1.0


def test_an_interval_that_nothing_bounds_has_no_ends() -> None:
    """If each draw repeats the data, no value is ever rejected."""
    draws = Draws(np.zeros(4), np.ones(4), np.ones(4), np.zeros(4), np.zeros(4), 1.0, 1.0, True)

    assert interval(draws, 0.95, 0.1) == (-np.inf, np.inf)
