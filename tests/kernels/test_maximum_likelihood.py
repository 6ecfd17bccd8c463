"""Maxima that are known, and functions that have none."""

from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.maximum_likelihood import Array, curvature, maximize


def hill(theta: Array) -> tuple[float, Array]:
    """A log-likelihood with its maximum at (1, 1), along a bent ridge."""
    x, y = theta
    value = -100 * ((1 - x) ** 2 + 10 * (y - x * x) ** 2)
    return float(value), 100 * np.array([2 * (1 - x) + 40 * x * (y - x * x), -20 * (y - x * x)])


def test_a_bent_ridge_is_climbed_to_the_last_digits() -> None:
    found = maximize(hill, np.array([-1.2, 1.0]), 100)
    assert found.converged
    np.testing.assert_allclose(found.theta, [1, 1], atol=1e-9)
    # Minus the second derivatives at (1, 1), by hand.
    np.testing.assert_allclose(found.information, [[8200, -4000], [-4000, 2000]], rtol=1e-6)


def test_curvature_is_symmetric() -> None:
    information = curvature(hill, np.array([0.3, -0.7]))
    np.testing.assert_array_equal(information, information.T)


def test_a_slope_without_a_top_is_not_called_one() -> None:
    found = maximize(lambda theta: (float(theta.sum()), np.ones(2)), np.zeros(2), 1, steps=5)
    assert not found.converged


def test_a_cliff_is_not_stepped_over() -> None:
    def cliff(theta: Array) -> tuple[float, Array]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(np.log(theta[0]) - theta[0]), 1 / theta - 1

    assert maximize(cliff, np.array([1e-3]), 1).theta[0] == pytest.approx(1, abs=1e-8)
