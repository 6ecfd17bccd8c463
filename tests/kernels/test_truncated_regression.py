"""Regressions that see only what lies above a limit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import truncnorm

from industria.kernels.truncated_regression import Array, draw_above, truncated_regression


def sample(n: int, seed: int = 0, sigma: float = 0.5) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    Z = np.column_stack([np.ones(n), rng.normal(size=n)])
    return draw_above(rng, Z @ [1.2, 0.4], sigma), Z


def test_the_truth_is_found() -> None:
    y, Z = sample(20_000)
    found = truncated_regression(y, Z)
    errors = np.sqrt(np.diag(found.covariance))
    assert found.converged
    # Four standard errors, of which 20,000 rows leave a few hundredths.
    assert (np.abs(np.append(found.beta, found.sigma) - [1.2, 0.4, 0.5]) < 4 * errors).all()
    assert errors.max() < 0.05


def test_the_likelihood_is_that_of_the_truncated_normal_and_flat_at_the_top() -> None:
    y, Z = sample(300, 1)
    found = truncated_regression(y, Z)

    def log_likelihood(theta: Array) -> float:
        mean, sigma = Z @ theta[:2], theta[2]
        return float(truncnorm.logpdf(y, (1 - mean) / sigma, np.inf, mean, sigma).sum())

    top = np.append(found.beta, found.sigma)
    assert found.log_likelihood == pytest.approx(log_likelihood(top), abs=1e-8)
    for j in range(3):
        for h in (1e-3, -1e-3):
            assert log_likelihood(top + h * np.eye(3)[j]) < found.log_likelihood


def test_a_start_near_by_changes_nothing() -> None:
    y, Z = sample(300, 2)
    one = truncated_regression(y, Z)
    other = truncated_regression(y, Z, start=(one.beta + 0.1, one.sigma * 1.3))
    np.testing.assert_allclose(other.beta, one.beta, atol=1e-6)


def test_without_rows_near_the_limit_it_is_least_squares() -> None:
    y, Z = sample(300, 3)
    ols = np.linalg.lstsq(Z, y + 100, rcond=None)[0]
    np.testing.assert_allclose(truncated_regression(y + 100, Z).beta, ols, rtol=1e-9)


def test_draws_lie_above_the_limit_and_are_those_of_a_truncated_normal() -> None:
    drawn = draw_above(np.random.default_rng(0), np.full(100_000, -3.0), 1.0)
    law = truncnorm(4, np.inf, -3, 1)
    assert drawn.min() >= 1
    # Four standard errors of the mean.
    assert abs(drawn.mean() - law.mean()) < 4 * law.std() / np.sqrt(len(drawn))


def test_exponential_rows_have_no_maximum_and_it_says_so() -> None:
    """The longer the tail than a normal one's, the further the mean runs from the limit."""
    y = 1 + np.random.default_rng(5).pareto(1.5, 400)
    assert not truncated_regression(y, np.ones((400, 1))).converged
