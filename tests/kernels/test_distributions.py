"""Quantiles and moments with weights."""

from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.distributions import covariance_parts, moments, quantiles, spans, within_cells

LEVELS = np.array([0.0, 0.25, 0.5, 1.0])


def test_quantiles_by_hand() -> None:
    x = np.array([1.0, 2.0, 4.0])

    np.testing.assert_allclose(quantiles(x, LEVELS), [1, 1.5, 2, 4])
    # Values stand at 0, (1 + 2 - 1 - 0.5) / 3 and 1; a value without weight is as good as absent.
    np.testing.assert_allclose(quantiles(x, LEVELS, np.array([1.0, 2.0, 1.0])), [1, 1.5, 2, 4])
    np.testing.assert_allclose(quantiles(np.r_[0.0, x], LEVELS, np.array([0.0, 1.0, 2.0, 1.0])), [1, 1.5, 2, 4])
    assert np.isnan(quantiles(x, LEVELS, np.zeros(3))).all()
    np.testing.assert_allclose(quantiles(x[:1], LEVELS, np.ones(1)), 1.0)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_drawn_again_stands_where_its_copies_stand(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, w = np.sort(rng.normal(size=12)), rng.uniform(0.5, 2, 12)
    m = np.bincount(rng.integers(0, 12, 12), minlength=12).astype(float)
    n, levels = m.astype(int), np.linspace(0, 1, 11)

    # Rounding of sums of a few numbers near 1.
    copies = np.quantile(np.repeat(x, n), levels)
    np.testing.assert_allclose(quantiles(x, levels, None, m), copies, atol=1e-12)
    np.testing.assert_allclose(quantiles(x, levels, np.full(12, 3.0), m), copies, atol=1e-12)
    np.testing.assert_allclose(
        quantiles(x, levels, w, m), quantiles(np.repeat(x, n), levels, np.repeat(w, n)), atol=1e-12
    )
    np.testing.assert_allclose(quantiles(x, levels, w, np.ones(12)), quantiles(x, levels, w), atol=1e-12)


def test_moments_by_hand() -> None:
    x, w = np.array([1.0, 3.0]), np.array([3.0, 1.0])

    assert moments(x) == pytest.approx((2.0, 2**0.5))
    assert moments(x, w) == pytest.approx((1.5, (0.75 * 2) ** 0.5))
    assert moments(x, w, 4) == pytest.approx((1.5, 1.0))
    assert np.isnan(moments(x[:1])[1])
    assert np.isnan(moments(x, np.zeros(2))).all()


def test_cells_are_sorted_by_value_then_weight() -> None:
    start = spans(np.array([0, 0, 0, 1]))
    order = within_cells(np.array([2.0, 1.0, 1.0, 0.0]), np.array([1.0, 5.0, 3.0, 1.0]), start)

    assert start.tolist() == [0, 3, 4]
    assert order.tolist() == [2, 1, 0, 3]


def test_the_two_means_of_a_cell() -> None:
    weighted, plain = covariance_parts(
        np.array([1.0, 2.0, 3.0]), np.array([3.0, 1.0, 0.0]), np.ones(3), np.array([0, 0, 1]), 2
    )

    np.testing.assert_allclose(weighted, [1.25, np.nan])
    np.testing.assert_allclose(plain, [1.5, 3.0])
