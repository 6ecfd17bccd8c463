"""Wedges by hand, and what they cost."""

from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.misallocation import kept, tfp_ratios, wedges

PY, K, wL = np.array([100.0, 60.0, 40.0]), np.array([50.0, 80.0, 10.0]), np.array([60.0, 20.0, 30.0])
ONE, HERE, ALPHA = np.ones(3), np.zeros(3, np.int64), np.array([1 / 3])


def test_three_units_by_hand() -> None:
    """Hsieh & Klenow (2009), equations 15 to 19, on paper with capital's share 1/3 and an elasticity of 3."""
    x = wedges(PY, K, wL, ALPHA, 3.0, ONE, HERE, 1)

    # Printed to eight digits.
    np.testing.assert_allclose(np.exp(x.tfpr), [1.77109762, 1.88988157, 1.92299943], atol=5e-9)
    np.testing.assert_allclose(np.exp(x.tfpq), [17.71097615, 14.63895973, 12.16211626], atol=5e-8)
    np.testing.assert_allclose(np.exp(x.mean), [1.67774335], atol=5e-9)
    ratio = tfp_ratios(x, 3.0, ONE, HERE)
    np.testing.assert_allclose(ratio, [0.91264303], atol=5e-9)
    np.testing.assert_allclose(1 / ratio - 1, [0.09571866], atol=5e-9)


def test_the_mean_is_that_of_marginal_products() -> None:
    """σ/(σ-1) (MRPK/α)^α (MRPL/(1-α))^(1-α), with harmonic means weighted by revenue."""
    a, sigma = 1 / 3, 3.0
    share = PY / PY.sum()
    harmonic = [1 / (share / (part * (sigma - 1) / sigma * PY / of)).sum() for part, of in ((a, K), (1 - a, wL))]
    wanted = sigma / (sigma - 1) * (harmonic[0] / a) ** a * (harmonic[1] / (1 - a)) ** (1 - a)

    x = wedges(PY, K, wL, ALPHA, sigma, ONE, HERE, 1)
    assert np.exp(x.mean[0]) == pytest.approx(wanted, rel=1e-12)


def test_tails_are_whole_units() -> None:
    n = 200
    rng = np.random.default_rng(1)
    x = wedges(rng.lognormal(size=n), np.ones(n), np.ones(n), ALPHA, 3.0, np.ones(n), np.zeros(n, np.int64), 1)
    stays = kept(x, 3.0, np.ones(n), np.zeros(n, np.int64), np.zeros(n, np.int64), 0.01)

    # Two of 200 in each tail, the same for both measures where inputs are equal.
    assert (~stays).sum() == 4
    assert kept(x, 3.0, np.ones(n), np.zeros(n, np.int64), np.zeros(n, np.int64), 0.004).all()


def test_equal_units_leave_a_tail_together_or_stay() -> None:
    """Five lowest of 100 are the same but for rounding: a tail of 3 has no room for them, one of 5 has."""
    n, same = 100, np.zeros(100, np.int64)
    revenue = np.linspace(2.0, 3.0, n)
    revenue[:5] = 1 + np.array([2, 0, 4, 1, 3]) * np.finfo(float).eps
    inputs = np.ones(n)
    x = wedges(revenue, inputs, inputs, ALPHA, 3.0, np.ones(n), same, 1)
    few, more = (kept(x, 3.0, np.ones(n), same, same, trim) for trim in (0.03, 0.05))

    assert few[:5].all()
    assert not more[:5].any()
    # The top, where all differ, is cut as before.
    assert np.flatnonzero(~few).tolist() == [97, 98, 99]
