"""Tests of index-number theory: identity, proportionality, units, reversals, mean value, exactness."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.index_numbers import FORMULAS, Pairs, contributions, index_numbers, logarithmic_mean

positive = st.floats(0.01, 100)
# Prices, earlier and later, and quantities, earlier and later, of two to six items.
markets = (
    st.integers(2, 6)
    .flatmap(lambda n: st.lists(st.lists(positive, min_size=n, max_size=n), min_size=4, max_size=4))
    .map(np.array)
)
REVERSES_TIME = [
    "jevons",
    "dutot",
    "cswd",
    "fisher",
    "tornqvist",
    "walsh",
    "marshall_edgeworth",
    "sato_vartia",
    "stuvel",
    "time_product_dummy",
]
REVERSES_FACTORS = ["fisher", "sato_vartia", "stuvel"]
# Ratios of sums of six products, and powers of them, keep this many digits.
EXACT = 1e-9


def pairs(p0: Any, p1: Any, q0: Any, q1: Any, sigma: float = 2.0) -> Pairs:
    return Pairs(p0=p0, p1=p1, q0=q0, q1=q1, g=np.zeros(len(p0), np.int64), G=1, sigma=sigma)


def index(formula: str, *market: Any, sigma: float = 2.0) -> float:
    return float(index_numbers(formula, pairs(*market, sigma=sigma))[0])


@pytest.mark.parametrize("formula", FORMULAS)
@given(market=markets, factor=st.floats(0.1, 10))
def test_prices_that_all_rise_alike_rise_by_that(formula: str, market: Any, factor: float) -> None:
    """Proportionality, and with a factor of 1 identity, whatever the quantities."""
    p0, _, q0, q1 = market
    for by in (factor, 1.0):
        assert index(formula, p0, p0 * by, q0, q1) == pytest.approx(by, rel=EXACT)


@pytest.mark.parametrize("formula", [formula for formula in FORMULAS if formula != "dutot"])
@given(market=markets)
def test_units_of_items_do_not_matter(formula: str, market: Any) -> None:
    p0, p1, q0, q1 = market
    units = np.linspace(0.1, 50, len(p0))
    scaled = index(formula, p0 * units, p1 * units, q0 / units, q1 / units)
    assert scaled == pytest.approx(index(formula, *market), rel=EXACT)


def test_dutot_depends_on_units() -> None:
    """Balk (2008), ch. 3.3: the ratio of mean prices fails commensurability."""
    p0, p1, q = np.array([1.0, 10.0]), np.array([2.0, 10.0]), np.ones(2)
    assert index("dutot", p0, p1, q, q) == pytest.approx(12 / 11)
    assert index("dutot", p0 * [1000, 1], p1 * [1000, 1], q, q) == pytest.approx(2010 / 1010)


@pytest.mark.parametrize("formula", REVERSES_TIME)
@given(market=markets)
def test_back_and_forth_is_no_change(formula: str, market: Any) -> None:
    p0, p1, q0, q1 = market
    assert index(formula, *market) * index(formula, p1, p0, q1, q0) == pytest.approx(1, rel=EXACT)


@pytest.mark.parametrize("formula", REVERSES_FACTORS)
@given(market=markets)
def test_prices_times_quantities_are_values(formula: str, market: Any) -> None:
    p0, p1, q0, q1 = market
    value = p1 @ q1 / (p0 @ q0)
    assert index(formula, *market) * index(formula, q0, q1, p0, p1) == pytest.approx(value, rel=EXACT)


@pytest.mark.parametrize("formula", FORMULAS)
@given(market=markets)
def test_an_index_lies_among_the_changes_of_its_items(formula: str, market: Any) -> None:
    change = market[1] / market[0]
    found = index(formula, *market)
    assert change.min() * (1 - EXACT) <= found <= change.max() * (1 + EXACT)


@given(market=markets, taste=st.floats(0.1, 10), sigma=st.floats(0.2, 5))
def test_sato_vartia_and_lloyd_moulton_are_exact_for_their_preferences(market: Any, taste: float, sigma: float) -> None:
    """Shares of a p^(1-σ) give the unit cost (Σ a p^(1-σ))^(1/(1-σ))."""
    sigma = sigma if abs(sigma - 1) > 0.1 else 1.5
    p0, p1, _, _ = market
    a = np.linspace(1, 1 + taste, len(p0))
    shares = [a * p ** (1 - sigma) / (a @ p ** (1 - sigma)) for p in (p0, p1)]
    q0, q1 = (share / p for share, p in zip(shares, (p0, p1), strict=True))
    cost = (a @ p1 ** (1 - sigma) / (a @ p0 ** (1 - sigma))) ** (1 / (1 - sigma))

    # Powers of up to 4 of ratios of up to 10,000 cost some digits.
    assert index("sato_vartia", p0, p1, q0, q1) == pytest.approx(cost, rel=1e-7)
    assert index("lloyd_moulton", p0, p1, q0, q1, sigma=sigma) == pytest.approx(cost, rel=1e-7)


@given(market=markets)
def test_lloyd_moulton_without_substitution_is_laspeyres(market: Any) -> None:
    assert index("lloyd_moulton", *market, sigma=0.0) == pytest.approx(index("laspeyres", *market), rel=EXACT)
    assert index("lloyd_moulton", *market, sigma=1.0) == pytest.approx(index("geometric_laspeyres", *market), rel=EXACT)


@pytest.mark.parametrize("formula", ["laspeyres", "fisher", "tornqvist"])
@given(market=markets)
def test_contributions_add_up(formula: str, market: Any) -> None:
    found = index_numbers(formula, pairs(*market))
    parts = contributions(formula, pairs(*market), found)
    # A sum of six parts, each up to the size of the index.
    assert parts.sum() == pytest.approx(found[0] - 1, abs=1e-9 * max(1.0, found[0], abs(parts).max()))


def test_weights_of_another_period() -> None:
    p0, p1, qb, pb = np.array([1.0, 2.0]), np.array([2.0, 2.0]), np.array([3.0, 1.0]), np.array([1.0, 5.0])
    x = Pairs(p0=p0, p1=p1, q0=p0, q1=p0, g=np.zeros(2, np.int64), G=1, pb=pb, qb=qb)
    assert index_numbers("lowe", x)[0] == pytest.approx((2 * 3 + 2) / (3 + 2))
    assert index_numbers("young", x)[0] == pytest.approx((3 * 2 + 5 * 1) / 8)


def test_the_dummy_of_two_periods_is_least_squares() -> None:
    rng = np.random.default_rng(3)
    p0, p1, q0, q1 = rng.uniform(1, 5, (4, 7))
    s = np.concatenate([p0 * q0 / (p0 @ q0), p1 * q1 / (p1 @ q1)])
    X = np.column_stack([np.tile(np.eye(7), (2, 1)), np.repeat([0.0, 1.0], 7)]) * np.sqrt(s)[:, None]
    b = np.linalg.lstsq(X, np.log(np.concatenate([p0, p1])) * np.sqrt(s), rcond=None)[0]
    # Least squares by orthogonal factors against one weighted mean: the last digits differ.
    assert index("time_product_dummy", p0, p1, q0, q1) == pytest.approx(np.exp(b[-1]), rel=1e-12)


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_matched_is_no_index(formula: str) -> None:
    """IndexNumR answers 1 (its issue 15); there is nothing to compare."""
    empty = np.zeros(0)
    none = Pairs(p0=empty, p1=empty, q0=empty, q1=empty, g=np.zeros(0, np.int64), G=2)
    assert np.isnan(index_numbers(formula, none)).all()


def test_the_logarithmic_mean_keeps_its_digits() -> None:
    a, b = np.array([0.5, 0.5, 0.0, 0.3]), np.array([0.5, 0.5 + 1e-12, 0.4, 0.6])
    found = logarithmic_mean(a, b)
    # Two units of the last place.
    assert found[:3] == pytest.approx([0.5, 0.5 + 5e-13, 0], abs=2.3e-16)
    assert found[3] == pytest.approx(0.3 / np.log(2), rel=1e-15)
