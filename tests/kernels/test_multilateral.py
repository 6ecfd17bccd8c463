"""Transitive index numbers against their definitions, and windows against sums by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.index_numbers import Pairs, index_numbers
from industria.kernels.multilateral import (
    KERNELS,
    bilateral_logs,
    geary_khamis,
    geks,
    spliced,
    time_product_dummy,
)

SPLICES = [
    "movement",
    "window",
    "half",
    "mean",
    "wisp",
    "hasp",
    "mean_published",
    "fixed_base_expanding",
    "fixed_base_moving",
]


def market(seed: int, T: int = 6, N: int = 8, seen: float = 0.8) -> tuple[Any, Any]:
    """Prices and quantities of items that come and go; the first item is always there."""
    rng = np.random.default_rng(seed)
    there = rng.random((T, N)) < seen
    there[:, 0] = True
    return rng.uniform(1, 5, (T, N)) * there, rng.uniform(0.5, 9, (T, N)) * there


@pytest.mark.parametrize("kernel", KERNELS)
@given(seed=st.integers(0, 200))
def test_matrix_products_are_the_index_of_each_pair(kernel: str, seed: int) -> None:
    P, Q = market(seed, T=4)
    L = bilateral_logs(kernel, P, Q)
    for r in range(4):
        for t in range(4):
            both = (P[r] > 0) & (P[t] > 0)
            n = int(both.sum())
            of = Pairs(p0=P[r, both], p1=P[t, both], q0=Q[r, both], q1=Q[t, both], g=np.zeros(n, np.int64), G=1)
            # Sums in another order.
            assert L[r, t] == pytest.approx(np.log(index_numbers(kernel, of)[0]), abs=1e-12)


@given(seed=st.integers(0, 200))
def test_indexes_are_transitive(seed: int) -> None:
    """Whichever period comes first, the ratios of the others stay; a T × T system keeps all but a few digits."""
    P, Q = market(seed)
    turned = np.roll(np.arange(len(P)), 2)
    for found in (lambda P, Q: geks(bilateral_logs("fisher", P, Q)), geary_khamis, time_product_dummy):
        one, other = found(P, Q), found(P[turned], Q[turned])
        np.testing.assert_allclose(np.diff(one[turned]), np.diff(other), atol=1e-10)
        assert one[0] == 0


@given(seed=st.integers(0, 100))
def test_units_of_items_do_not_matter(seed: int) -> None:
    P, Q = market(seed)
    units = np.geomspace(0.01, 100, P.shape[1])
    for found in (lambda P, Q: geks(bilateral_logs("walsh", P, Q)), geary_khamis, time_product_dummy):
        np.testing.assert_allclose(found(P * units, Q / units), found(P, Q), atol=1e-10)


def test_geary_khamis_meets_its_definition() -> None:
    P, Q = market(5)
    level = np.exp(geary_khamis(P, Q))
    pi = (P * Q / level[:, None]).sum(axis=0) / Q.sum(axis=0)
    # The solution of six linear equations.
    np.testing.assert_allclose((P * Q).sum(axis=1) / (Q @ pi), level, rtol=1e-12)


def test_the_time_product_dummy_is_weighted_least_squares() -> None:
    P, Q = market(6)
    t, i = np.nonzero(P)
    V = P * Q
    s = np.sqrt((V / V.sum(axis=1, keepdims=True))[t, i])
    X = np.column_stack([np.eye(8)[i], np.eye(6)[t][:, 1:]]) * s[:, None]
    b = np.linalg.lstsq(X, np.log(P[t, i]) * s, rcond=None)[0]
    np.testing.assert_allclose(time_product_dummy(P, Q)[1:], b[8:], atol=1e-12)


def test_periods_without_a_common_item_are_bridged_by_others_or_have_no_index() -> None:
    P = np.array([[1.0, 0, 0, 0], [2.0, 4, 0, 0], [0, 6.0, 0, 0], [0, 0, 1.0, 0], [0, 0, 0, 0]])
    Q = (P > 0) * 1.0
    for found in (geks(bilateral_logs("fisher", P, Q)), time_product_dummy(P, Q), geary_khamis(P, Q)):
        np.testing.assert_allclose(np.exp(found[:3]), [1, 2, 3], rtol=1e-12)
        assert np.isnan(found[3:]).all()


@pytest.mark.parametrize("splice", SPLICES)
def test_without_revisions_every_splice_is_the_index_itself(splice: str) -> None:
    truth = np.cumsum(np.r_[0.0, np.random.default_rng(1).normal(size=11)])
    found = spliced(lambda a, b: truth[a:b] - truth[a], 12, 4, splice)
    np.testing.assert_allclose(found, truth, atol=1e-12)


def test_splices_by_hand() -> None:
    """Windows of 3 over 4 periods: V = 0, .1, .3 and N = 0, .25, .2 (periods 1 to 3)."""
    V, N = np.array([0.0, 0.1, 0.3]), np.array([0.0, 0.25, 0.2])
    windows = {(0, 3): V, (1, 4): N, (0, 1): V[:1], (0, 2): V[:2], (2, 4): np.array([0.0, -0.04])}

    def last(splice: str) -> float:
        return float(spliced(lambda a, b: windows[a, b], 4, 3, splice)[-1])

    links = [0.2 - (0.3 - 0.1), -0.05]
    expected = {
        "movement": 0.3 + links[1],
        "window": 0.3 + links[0],
        "half": 0.3 + links[1],
        "mean": 0.3 + sum(links) / 2,
        "wisp": 0.1 + 0.2,
        "hasp": 0.3 - 0.05,
        "mean_published": (0.3 + 0.25) / 2,
        "fixed_base_expanding": 0.3 - 0.04,
        "fixed_base_moving": 0.3 - 0.05,
    }
    assert {splice: last(splice) for splice in SPLICES} == pytest.approx(expected, abs=1e-12)
