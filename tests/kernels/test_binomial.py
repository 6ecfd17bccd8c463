"""Exact intervals, against printed ones and by their law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from industria.kernels.binomial import exact_interval


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2527, 0.3676), (15, 148, 0.0578, 0.1617), (0, 20, 0.0, 0.1684), (1, 29, 0.0009, 0.1776)],
)
def test_meets_the_intervals_of_newcombe(k: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), Two-sided confidence intervals for the single proportion, table I, method 5: four decimals."""
    found = exact_interval(np.array([k]), np.array([n]), 0.95)

    assert [float(end[0]) for end in found] == pytest.approx([low, high], abs=5e-5)


@given(st.integers(1, 60), st.floats(0.001, 0.999), st.sampled_from([0.5, 0.8, 0.95]))
def test_coverage_is_never_below_what_it_says(n: int, p: float, confidence: float) -> None:
    k = np.arange(n + 1)
    low, high = exact_interval(k, np.full(n + 1, n), confidence)

    assert binom.pmf(k, n, p)[(low <= p) & (p <= high)].sum() >= confidence - 1e-12


@given(st.integers(0, 60), st.integers(0, 60))
def test_successes_and_failures_mirror_each_other(k: int, rest: int) -> None:
    low, high = exact_interval(np.array([k]), np.array([k + rest]), 0.9)
    mirrored = exact_interval(np.array([rest]), np.array([k + rest]), 0.9)

    np.testing.assert_allclose([1 - high, 1 - low], mirrored, atol=1e-12)
