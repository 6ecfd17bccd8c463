from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.pooling import mean_and_variance, quantile_bounds

numbers = st.lists(st.floats(-1e4, 1e4, width=32), min_size=2, max_size=30)
INF = np.inf


@given(numbers, st.integers(1, 29))
def test_sums_of_sites_tell_mean_and_variance_of_all(values: list[float], cut: int) -> None:
    parts = [np.array(part) for part in (values[:cut], values[cut:])]
    n, s, ss = (sum(np.array([part.size, part.sum(), (part**2).sum()])[i] for part in parts) for i in range(3))

    mean, variance = mean_and_variance(np.array([n]), np.array([n]), np.array([s]), np.array([ss]))

    x = np.array(values)
    # Σx² of 30 values up to 1e4 has digits down to 1e-6.
    np.testing.assert_allclose(mean, x.mean(), atol=1e-9)
    np.testing.assert_allclose(variance, x.var(ddof=1), atol=1e-6)


@given(numbers, st.floats(0.1, 10))
def test_weights_of_one_size_change_nothing(values: list[float], weight: float) -> None:
    x, n = np.array(values), np.array([float(len(values))])
    sums = [np.array([x.sum()]), np.array([(x**2).sum()])]

    weighted = mean_and_variance(n, weight * n, weight * sums[0], weight * sums[1])

    np.testing.assert_allclose(weighted, mean_and_variance(n, n, *sums), rtol=1e-9, atol=1e-6)


def test_too_few_values_have_no_mean_and_no_variance() -> None:
    n = np.array([0.0, 1.0])
    mean, variance = mean_and_variance(n, n, np.array([0.0, 3.0]), np.array([0.0, 9.0]))

    np.testing.assert_array_equal(mean, [np.nan, 3.0])
    assert np.isnan(variance).all()


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=40),
    st.lists(st.floats(0, 100), min_size=2, max_size=6, unique=True),
    st.sampled_from([0.01, 0.1, 0.25, 0.5, 0.9, 1.0]),
    st.booleans(),
)
def test_a_quantile_of_all_lies_between_its_bounds(
    values: list[float], edges: list[float], q: float, merged: bool
) -> None:
    """Whatever the bins, and though one site has merged two of them."""
    inner = sorted(edges)
    low, high = np.array([-INF, *inner]), np.array([*inner, INF])
    x = np.array(values)
    sites = [(low, high, x[::2]), (low, high, x[1::2])]
    if merged:
        sites[1] = (np.delete(low, 1), np.delete(high, 0), x[1::2])
    counts = [[((a <= part) & (part < b)).sum() for a, b in zip(low, high, strict=True)] for low, high, part in sites]

    bounds = [np.concatenate([site[i] for site in sites]) for i in (0, 1)]
    least, most, point = quantile_bounds(*bounds, np.concatenate(counts).astype(float), np.array([q]))

    found = np.sort(x)[max(int(np.ceil(q * len(x) - 1e-9)), 1) - 1]
    assert least[0] <= found <= most[0]
    assert np.isnan(point[0]) or least[0] <= point[0] <= most[0]


def test_the_point_is_where_even_spread_puts_it() -> None:
    low, high, count = np.array([0.0, 10.0, 20.0]), np.array([10.0, 20.0, 40.0]), np.array([2.0, 4.0, 4.0])

    least, most, point = quantile_bounds(low, high, count, np.array([0.1, 0.5, 1.0]))

    np.testing.assert_array_equal(least, [0, 10, 20])
    np.testing.assert_array_equal(most, [10, 20, 40])
    # 10⁻⁹ of all values are taken from what is needed, so that 0.1 · 10 is one value.
    np.testing.assert_allclose(point, [5.0, 17.5, 40.0], rtol=1e-7)


@pytest.mark.parametrize("count", [np.zeros(2), np.zeros(0)])
def test_no_values_have_no_quantile(count: np.ndarray) -> None:
    edges = np.arange(float(len(count)))

    assert all(np.isnan(told).all() for told in quantile_bounds(edges, edges + 1, count, np.array([0.5])))


def test_an_open_bin_has_bounds_and_no_point() -> None:
    low, high, count = np.array([-INF, 0.0, 10.0]), np.array([0.0, 10.0, INF]), np.array([5.0, 2.0, 5.0])

    least, most, point = quantile_bounds(low, high, count, np.array([0.25, 0.5, 0.75]))

    np.testing.assert_array_equal(least, [-INF, 0, 10])
    np.testing.assert_array_equal(most, [0, 10, INF])
    np.testing.assert_allclose(point, [np.nan, 5.0, np.nan], rtol=1e-7)
