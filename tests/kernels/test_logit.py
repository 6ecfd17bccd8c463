from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ConvergenceError
from industria.kernels.logit import curvature, logit, nearby_logit, separated

seeds = st.integers(0, 9999)


@given(seeds)
def test_the_fitted_weight_of_ones_is_theirs(seed: int) -> None:
    """First-order conditions: Z'(W1 - W p) = 0, for any weights."""
    rng = np.random.default_rng(seed)
    Z = np.column_stack([np.ones(60), rng.normal(size=(60, 3))])
    W1, W0 = rng.uniform(0.1, 3, 60), rng.uniform(0.1, 3, 60)

    p = 1 / (1 + np.exp(-Z @ logit(Z, W1, W0)))
    np.testing.assert_allclose(Z.T @ (W1 - (W1 + W0) * p), 0, atol=1e-8)


@given(seeds)
def test_where_it_begins_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    Z = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    W1, W0 = rng.uniform(0.1, 3, 40), rng.uniform(0.1, 3, 40)

    near, far = logit(Z, W1, W0), logit(Z, W1, W0, rng.normal(size=3) * 3)
    np.testing.assert_allclose(near, far, atol=1e-7)


@given(seeds, st.floats(0, 3))
def test_short_steps_lead_to_the_same_fit(seed: int, far: float) -> None:
    """From the fit of one set of weights to that of another, near or not."""
    rng = np.random.default_rng(seed)
    Z = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    W1, W0 = rng.uniform(0.1, 3, 40), rng.uniform(0.1, 3, 40)
    known = logit(Z, W1, W0)
    bread = np.linalg.inv(curvature(Z, W1 + W0, known))
    V1, V0 = W1 * rng.uniform(size=40) ** far, W0 * rng.uniform(size=40) ** far

    np.testing.assert_allclose(nearby_logit(Z, V1, V0, known, bread), logit(Z, V1, V0), atol=1e-6)


def test_it_agrees_with_statsmodels() -> None:
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(3)
    Z = np.column_stack([np.ones(500), rng.normal(size=(500, 3))])
    one = rng.uniform(size=500) < 1 / (1 + np.exp(-Z @ [0.2, 1, -0.5, 0.3]))

    theirs = sm.Logit(one.astype(float), Z).fit(disp=0, tol=1e-12).params
    np.testing.assert_allclose(logit(Z, one.astype(float), 1.0 - one), theirs, atol=1e-7)


@pytest.mark.parametrize("mixed", [0, 5])
def test_separation_is_no_fit_and_its_cells_are_found(mixed: int) -> None:
    """Above 0 ones alone, below zeros alone; with cells of both at 0 the separation is not complete, but there."""
    x = np.concatenate([np.arange(-5.0, 0), np.arange(1.0, 6), np.zeros(mixed)])
    Z = np.column_stack([np.ones(len(x)), x])
    ones, zeros = x >= 0, x <= 0

    with pytest.raises(ConvergenceError):
        logit(Z, ones.astype(float), zeros.astype(float))
    assert separated(Z, ones, zeros)[x != 0].all()
    assert not separated(Z, ones, zeros)[x == 0].any()


@given(seeds)
def test_where_every_cell_has_both_nothing_is_separated(seed: int) -> None:
    Z = np.random.default_rng(seed).normal(size=(30, 3))
    both = np.ones(30, dtype=bool)

    assert not separated(Z, both, both).any()
