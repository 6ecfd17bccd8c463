from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from industria.kernels.enveloping import least_squares_above, least_sum_above


def points(seed: int, n: int) -> tuple[Any, Any]:
    """Terms of sizes that differ by powers of ten, and points that a few of them carry."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, 3)) * [1, 100, 0.01]])
    return X, X @ [1, 0.5, 0.01, 20] + rng.normal(size=n)


@pytest.mark.parametrize("above", [least_sum_above, least_squares_above])
@given(st.integers(0, 1000), st.sampled_from([8, 40, 300]))
def test_lies_above_and_is_held_up_by_what_it_touches(above: Any, seed: int, n: int) -> None:
    """Karush-Kuhn-Tucker: the gradient of what is made small is a nonnegative sum of the terms of touched points."""
    X, g = points(seed, n)
    beta = above(X, g)
    # The solver meets its constraints to 1e-7 of residuals of size 1; what lies below is lifted.
    gap = X @ beta - g
    assert gap.min() >= -1e-12
    gradient = X.sum(axis=0) if above is least_sum_above else X.T @ gap
    size = np.abs(X).sum(axis=0)
    _, short = nnls((X[gap < 1e-6] / size).T, gradient / size)
    assert short < 1e-6


@pytest.mark.parametrize("above", [least_sum_above, least_squares_above])
def test_points_on_a_surface_are_the_surface(above: Any) -> None:
    X, _ = points(1, 30)
    np.testing.assert_allclose(above(X, X @ [1, -2, 0.3, 5]), [1, -2, 0.3, 5], rtol=1e-9)


def test_a_line_above_three_points_by_hand() -> None:
    """Points (0, 0), (1, 2), (3, 0): with slope b through the middle one gaps are 2 - b, 0, 2 + 2b.

    Their sum is least with the least slope that stays above, -1; the sum of squares where 4 + 10b = 0.
    """
    X, g = np.column_stack([np.ones(3), [0.0, 1, 3]]), np.array([0.0, 2, 0])
    np.testing.assert_allclose(least_sum_above(X, g), [3, -1], atol=1e-9)
    np.testing.assert_allclose(least_squares_above(X, g), [2.4, -0.4], atol=1e-9)
