from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.weighted_statistics import (
    Statistic,
    bandwidth,
    density,
    gini,
    influence,
    quantile,
    statistic,
    variance,
)

ALL: tuple[tuple[Statistic, tuple[float, ...]], ...] = (
    ("mean", ()),
    ("variance", ()),
    ("gini", ()),
    ("quantile", (0.3,)),
    ("interquantile_range", (0.1, 0.9)),
    ("interquantile_ratio", (0.25, 0.75)),
)


@st.composite
def samples(draw: st.DrawFn) -> tuple[Any, Any, Any]:
    """Positive wages with ties, and weights."""
    n = draw(st.integers(8, 60))
    rng = np.random.default_rng(draw(st.integers(0, 9999)))
    y = np.round(rng.lognormal(2, 0.6, n), draw(st.integers(0, 3))) + 1
    y[0], y[1] = 1.0, 9.0
    return y, rng.uniform(0.1, 4, n), np.argsort(y, kind="stable")


@given(samples(), st.sampled_from(ALL))
def test_an_influence_function_averages_to_its_statistic(sample: Any, of: Any) -> None:
    y, w, order = sample
    rif = influence(*of, y, w, order, bandwidth(y, w, order) or 1.0)

    assert np.average(rif, weights=w) == pytest.approx(statistic(*of, y, w, order), rel=1e-10)


@given(samples(), st.sampled_from(ALL[:3]))
def test_an_influence_function_is_the_change_with_one_more_worker(sample: Any, of: Any) -> None:
    """Gâteaux: put a millionth of the weight on one value; the statistic moves by a millionth of its influence."""
    y, w, order = sample
    share = 1e-6
    i = len(y) // 2
    mixed = (1 - share) * w / w.sum()
    mixed[i] += share

    moved = (statistic(*of, y, mixed, order) - statistic(*of, y, w, order)) / share
    rif = influence(*of, y, w, order)[i] - statistic(*of, y, w, order)
    assert moved == pytest.approx(rif, rel=1e-3, abs=1e-4 * float(np.ptp(y)) ** 2)


@given(samples(), st.floats(0.01, 0.99))
def test_a_quantile_is_the_least_value_that_reaches_its_level(sample: Any, level: float) -> None:
    y, w, order = sample
    q = quantile(y, w, order, (level,))[0]

    assert w[y <= q].sum() >= (level - 1e-11) * w.sum()
    assert w[y < q].sum() < (level + 1e-11) * w.sum()


def test_levels_that_are_met_to_the_last_bit_are_met() -> None:
    """Ten tenths cumulate to .7999999999999999: the eighth value is still the quantile at .8."""
    y, w = np.arange(1.0, 11.0), np.full(10, 0.1)

    found = quantile(y, w, np.arange(10), tuple(np.arange(1, 10) / 10))
    np.testing.assert_array_equal(found, np.arange(1.0, 10.0))


def test_hmisc_interpolates_between_ranks() -> None:
    """Hmisc::wtd.quantile(c(1, 2, 4, 8), c(1, 1, 1, 1), c(.25, .5, .9)) is R's type 7."""
    y = np.array([1.0, 2.0, 4.0, 8.0])
    found = quantile(y, np.ones(4), np.arange(4), (0.25, 0.5, 0.9), "hmisc")

    np.testing.assert_allclose(found, [1.75, 3.0, 6.8], atol=1e-12)


def test_hmisc_reads_weights_as_counts() -> None:
    """A worker of weight three is three workers; of the doubled sample ranks are other ranks, as in R."""
    y, w = np.array([1.0, 2.0, 4.0, 8.0]), np.array([3.0, 1.0, 2.0, 1.0])
    levels = (0.1, 0.5, 0.8)

    found = quantile(y, w, np.arange(4), levels, "hmisc")
    np.testing.assert_allclose(found, np.quantile(np.repeat(y, w.astype(int)), levels), atol=1e-12)


@pytest.mark.parametrize("total", [1.0, 0.01, 3.9])
def test_hmisc_brings_shares_to_as_many_workers_as_there_are(total: float) -> None:
    """Hmisc::wtd.quantile(normwt = TRUE): equal shares are R's type 7, whatever they sum to; a zero is no worker."""
    y, w = np.array([1.0, 2.0, 4.0, 8.0, 99.0]), np.array([1.0, 1.0, 1.0, 1.0, 0.0])
    found = quantile(y, w * total / 4, np.arange(5), (0.25, 0.5, 0.9), "hmisc")

    np.testing.assert_allclose(found, [1.75, 3.0, 6.8], atol=1e-12)


@given(samples())
def test_gini_and_variance_are_those_of_all_pairs(sample: Any) -> None:
    y, w, order = sample
    p = w / w.sum()
    apart = y[:, None] - y[None, :]

    assert gini(y, w, order) == pytest.approx(p @ np.abs(apart) @ p / (2 * p @ y), rel=1e-10)
    assert variance(y, w) == pytest.approx(p @ apart**2 @ p / 2, rel=1e-10)


@given(samples(), st.floats(0.1, 10))
def test_a_change_of_units_changes_what_it_should(sample: Any, unit: float) -> None:
    y, w, order = sample

    assert gini(unit * y, w, order) == pytest.approx(gini(y, w, order), rel=1e-9)
    assert variance(unit * y, w) == pytest.approx(unit**2 * variance(y, w), rel=1e-9)
    assert bandwidth(unit * y, w, order) == pytest.approx(unit * bandwidth(y, w, order), rel=1e-9)


def test_a_density_adds_up_to_one() -> None:
    y, w = np.random.default_rng(0).normal(size=50), np.random.default_rng(1).uniform(size=50)
    grid = np.linspace(-8, 8, 4001)

    total = sum(density(float(at), y, w, 0.4) for at in grid) * (grid[1] - grid[0])
    assert total == pytest.approx(1, abs=1e-6)
