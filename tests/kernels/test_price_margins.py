from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.price_margins import hall, roeger, slope

SEEDS = st.integers(0, 10_000)
MARKUPS = st.floats(0.8, 2.5)


@given(SEEDS, MARKUPS)
def test_output_grows_by_inputs_times_shares_times_the_markup(seed: int, mu: float) -> None:
    """Hall (1988): elasticities are shares of revenue times the markup."""
    rng = np.random.default_rng(seed)
    dX, S = rng.normal(0, 0.1, (50, 3)), rng.uniform(0.1, 0.3, (50, 3))
    y, x = hall(0.02 + ((mu * S) * dX).sum(axis=1), dX, S)
    found = slope(y, x, np.empty((50, 0)), np.ones(50), np.arange(50))

    assert (found.b, found.a) == pytest.approx((mu, 0.02), abs=1e-10)  # no error at all: rounding


@given(SEEDS, MARKUPS)
def test_primal_less_dual_residual_is_the_margin_times_growth_over_capital(seed: int, mu: float) -> None:
    """Roeger (1995): quantities obey the function and prices its dual, and productivity cancels between them."""
    rng = np.random.default_rng(seed)
    dX, dW, dk, dR, dtheta = (rng.normal(0, 0.1, shape) for shape in [(50, 2), (50, 2), 50, 50, 50])
    S = rng.uniform(0.1, 0.25, (50, 2))
    capital = 1 - mu * S.sum(axis=1)
    dy = (mu * S * dX).sum(axis=1) + capital * dk + dtheta
    dp = (mu * S * dW).sum(axis=1) + capital * dR - dtheta
    y, x = roeger(dy + dp, dX + dW, S, dk + dR)
    found = slope(y, x, np.empty((50, 0)), np.ones(50), np.arange(50))

    np.testing.assert_allclose(y, (1 - 1 / mu) * x, atol=1e-12)
    assert found.b == pytest.approx(1 - 1 / mu, abs=1e-10)


def test_instruments_take_out_what_productivity_does_to_inputs() -> None:
    rng = np.random.default_rng(0)
    z, theta = rng.normal(size=(2, 20_000))
    x = z + theta
    y = 1.3 * x + theta
    unit = np.repeat(np.arange(2000), 10)
    least, two = (slope(y, x, Z, np.ones(20_000), unit) for Z in (np.empty((20_000, 0)), z[:, None]))

    # Least squares are off by var(theta) / var(x); the errors of both are below .01 with so many rows.
    assert least.b == pytest.approx(1.8, abs=0.03)
    assert two.b == pytest.approx(1.3, abs=0.03)
    assert np.isnan(least.strength)
    assert two.strength > 5000


def test_strength_of_one_instrument_is_its_t_squared() -> None:
    """By dense algebra, clustered by unit, times G/(G-1) (n-1)/(n-p)."""
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(30), 4)
    z = rng.normal(size=120)
    x = 0.3 * z + rng.normal(size=120) + rng.normal(size=30)[unit]
    y = x + rng.normal(size=120)
    found = slope(y, x, z[:, None], np.ones(120), unit)
    Z = np.column_stack([np.ones(120), z])
    bread = np.linalg.inv(Z.T @ Z)
    b = bread @ Z.T @ x
    scores = np.array([(Z * (x - Z @ b)[:, None])[unit == g].sum(axis=0) for g in range(30)])
    V = bread @ scores.T @ scores @ bread * (30 / 29) * (119 / 118)

    assert found.strength == pytest.approx(b[1] ** 2 / V[1, 1], rel=1e-10)
    assert found.clusters == 30
    assert slope(y, x, z[:, None], np.ones(120), np.zeros(120, np.int64)).clusters == 120
