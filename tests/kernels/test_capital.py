"""Stocks of capital against sums by hand and closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.capital import (
    efficiency,
    geometric_stock,
    lives,
    prices_by_age,
    rate_of_return,
    vintages,
)

EXACT = 1e-12  # sums of a few dozen products


@given(st.floats(0.01, 0.5), st.floats(-0.005, 0.2), st.booleans())
def test_a_steady_state_stays_one(d: float, g: float, half: bool) -> None:
    """OECD (2009): with investment growing at g the stock is I (1 + g) / (g + δ) and grows at g, too."""
    I = 100 * (1 + g) ** np.arange(30.0)
    start = I[0] * (1 - d / 2 if half else 1) / (g + d)
    K = geometric_stock(I, np.full(30, d), start, half)
    np.testing.assert_allclose(K, start * (1 + g) ** np.arange(1, 31.0), rtol=1e-10)
    if not half:
        np.testing.assert_allclose(K, I / (g + d) * (1 + g), rtol=1e-10)


def test_three_years_by_hand() -> None:
    I, d = np.array([10.0, 0.0, 20.0]), np.array([0.1, 0.2, 0.1])
    np.testing.assert_allclose(geometric_stock(I, d, 100.0, False), [100, 80, 92], atol=EXACT)
    np.testing.assert_allclose(geometric_stock(I, d, 100.0, True), [99.5, 79.6, 71.64 + 19], atol=EXACT)


@pytest.mark.parametrize("kind", ["normal", "weibull", "one_hoss"])
@pytest.mark.parametrize("mean", [6.0, 20.0, 60.0])
def test_lives_have_the_mean_and_spread_asked_for(kind: Any, mean: float) -> None:
    L, f = lives(kind, mean, 0.25)
    assert f.sum() == pytest.approx(1, abs=EXACT)
    # Whole lives, and tails cut off, move the mean by less than a hundredth.
    assert L @ f == pytest.approx(mean, rel=0.01)
    spread = np.sqrt(f @ (L - L @ f) ** 2)
    assert spread == pytest.approx(0 if kind == "one_hoss" else 0.25 * mean, rel=0.03, abs=EXACT)


@given(st.floats(2, 50), st.floats(0, 1))
def test_efficiency_falls_from_1_to_0(life: float, beta: float) -> None:
    age = np.arange(60.0)
    left, serves = efficiency(age, np.array([life]), np.ones(1), beta)
    assert left[0] == serves[0] == 1
    assert (np.diff(left) <= EXACT).all()
    assert (left <= serves + EXACT).all()
    assert left[-1] == 0


def test_efficiency_by_hand() -> None:
    """BLS: (L - a) / (L - β a); a light bulb (β = 1) yields all to its last day, β = 0 loses alike each year."""
    age, ten = np.arange(11.0), (np.array([10.0]), np.ones(1))
    assert efficiency(age, *ten, 0.5)[0][5] == pytest.approx(5 / 7.5, abs=EXACT)
    np.testing.assert_allclose(efficiency(age, *ten, 1.0)[0], [1.0] * 10 + [0.0], atol=EXACT)
    np.testing.assert_allclose(efficiency(age, *ten, 0.0)[0], 1 - age / 10, atol=EXACT)


def test_prices_of_what_wears_geometrically_fall_geometrically() -> None:
    """The one profile for which services and value fall alike, whatever the discount (Jorgenson 1973)."""
    age = np.arange(400.0)
    price = prices_by_age(lambda a: 0.9**a, age, 0.04)
    # What lies beyond 400 years is worth 1e-19 of the whole.
    np.testing.assert_allclose(price[:50], 0.9 ** age[:50], rtol=1e-12)


def test_prices_of_a_light_bulb_are_those_of_an_annuity() -> None:
    age, r = np.arange(6.0), 0.05
    price = prices_by_age(lambda a: (a < 5) * 1.0, age, r)
    np.testing.assert_allclose(price, (1 - 1.05 ** -(5 - age)) / (1 - 1.05**-5), atol=EXACT)


def test_vintages_by_hand() -> None:
    np.testing.assert_allclose(vintages(np.array([1.0, 2.0, 4.0]), np.array([1.0, 0.5])), [1, 2.5, 5], atol=EXACT)


@given(st.lists(st.floats(0.1, 100), min_size=12, max_size=12), st.floats(1, 1000))
def test_user_costs_at_the_rate_exhaust_income(values: list[float], income: float) -> None:
    K, q0, q1 = np.array(values).reshape(3, 4)
    d, tax, of = np.linspace(0.02, 0.3, 4), np.linspace(0.9, 1.2, 4), np.zeros(4, np.int64)
    r = rate_of_return(np.array([income]), K, q0, q1, d, tax, of)[0]
    cost = tax * (q0 * r + d * q1 - (q1 - q0))
    # Sums of amounts up to a thousand times the income.
    assert cost @ K == pytest.approx(income, rel=1e-9, abs=1e-9)
