from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ConvergenceError
from industria.kernels.least_squares import independent, least_squares, orthonormal, poisson_regression

SEEDS = st.integers(0, 2**32 - 1)


def _mean_out(M: np.ndarray, w: np.ndarray) -> np.ndarray:
    return M - np.average(M, axis=0, weights=w)


@given(SEEDS)
def test_residuals_are_orthogonal_to_regressors(seed: int) -> None:
    """The normal equations hold, and scores add up to nothing."""
    rng = np.random.default_rng(seed)
    y, X = rng.normal(size=30), rng.normal(size=(30, 3))

    fit = least_squares(y, X)

    np.testing.assert_allclose(X.T @ fit.residuals, 0, atol=1e-10)
    np.testing.assert_allclose(fit.scores.sum(axis=0), 0, atol=1e-10)
    assert fit.dispersion <= y @ y


@given(SEEDS)
def test_poisson_solves_its_likelihood_equations(seed: int) -> None:
    """Residuals on the scale of the outcome add up to zero, and so do they with each regressor."""
    rng = np.random.default_rng(seed)
    X, w = rng.normal(size=(60, 2)), rng.uniform(0.5, 2, 60)
    y = rng.poisson(np.exp(0.5 + X @ [0.3, -0.2])).astype(float)

    fit = poisson_regression(y, X, w, _mean_out)

    np.testing.assert_allclose([fit.residuals.sum(), *(X.T @ fit.residuals)], 0, atol=1e-4 * y.sum())


def test_poisson_knows_a_ratio_of_means() -> None:
    """One dummy: the slope is the log of the ratio of the means."""
    y, x = np.array([1.0, 3.0, 2.0, 8.0]), np.array([[0.0], [0.0], [1.0], [1.0]])

    fit = poisson_regression(y, x, np.ones(4), _mean_out)

    np.testing.assert_allclose(fit.b, [np.log(5 / 2)], rtol=1e-8)


def test_poisson_that_runs_away_says_so() -> None:
    """Every treated row is zero: the slope would be minus infinity."""
    y, x = np.array([1.0, 3.0, 0.0, 0.0]), np.array([[0.0], [0.0], [1.0], [1.0]])

    with pytest.raises(ConvergenceError, match="Poisson regression did not settle in 5 rounds"):
        poisson_regression(y, x, np.ones(4), _mean_out, most=5)


def test_keeps_the_first_of_equals() -> None:
    """A sum of two columns, a column of noise and a constant fraction of another all go."""
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 50))
    X = np.column_stack([a, 2 * a, b, a + b, 1e-12 * rng.normal(size=50), rng.normal(size=50)])

    assert independent(X, np.ones(6) * 7) == [0, 2, 5]


def test_keeps_what_is_nearly_but_not_quite_the_same() -> None:
    """A part in a hundred thousand is information."""
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(2, 50))
    X = np.column_stack([a, a + 1e-5 * b])

    assert independent(X, np.linalg.norm(X, axis=0)) == [0, 1]


@given(SEEDS)
def test_a_basis_spans_what_the_columns_span(seed: int) -> None:
    """Orthonormal, of the right rank, whatever the units; zeros are passed over."""
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(20, 3))
    Z = np.column_stack([1e6 * Z, Z @ [1, 1, 1], np.zeros(20)])

    Q = orthonormal(Z)

    assert Q.shape == (20, 3)
    np.testing.assert_allclose(Q.T @ Q, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(Q @ (Q.T @ Z), Z, atol=1e-6)
    assert orthonormal(np.zeros((4, 2))).shape == (4, 0)
