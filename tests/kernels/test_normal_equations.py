"""Sums against the rows that they are of; the measure's tests hold them to fixed effects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.kernels import covariance
from industria.kernels.least_squares import least_squares
from industria.kernels.moments_in_rows import from_long, to_long
from industria.kernels.normal_equations import Moments, moments, solved, told_alone

NAMES = ("a", "b", "c")


def of(y: np.ndarray, X: np.ndarray, g: np.ndarray) -> Moments:
    counts = {"rows": float(len(y)), "units": float(g.max() + 1), "clusters": float(g.max() + 1)}
    counts |= {"clustered": 1.0, "parts": 1.0, "parts_with_cluster_sums": 1.0}
    return moments(NAMES[: X.shape[1]], y, X, g, counts, {}, {})


def rows(seed: int, clusters: int = 12, k: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    g = np.concatenate([np.arange(clusters), rng.integers(clusters, size=4 * clusters)])
    return rng.normal(size=len(g)), rng.normal(size=(len(g), k)), g


def test_one_round_gives_the_clustered_errors_of_the_rows() -> None:
    """release-and-network.md 12: the meat from sums over clusters, against the scores themselves, to 2e-12."""
    y, X, g = rows(0, clusters=40)
    direct = least_squares(y, X)

    found = solved(of(y, X, g), NAMES)

    np.testing.assert_allclose(found.b, direct.b, rtol=1e-12)
    np.testing.assert_allclose(found.V, covariance.clustered(direct.bread, direct.scores, g, 3), rtol=2e-12)
    assert found.rss == pytest.approx(direct.dispersion)
    assert found.df == 39


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
@settings(deadline=None, max_examples=20)
def test_moments_of_parts_add_up_as_rows_of_a_table(seed: int, parts: int) -> None:
    y, X, g = rows(seed)
    part = np.random.default_rng(seed).permutation(12) % parts
    long = [
        to_long(of(y[s], X[s], np.unique(g[s], return_inverse=True)[1])) for s in (part[g] == p for p in range(parts))
    ]

    kinds, of_rows, columns, values = ([x for one in long for x in one[i]] for i in range(4))
    pooled = from_long(kinds, of_rows, columns, values)  # type: ignore[arg-type]
    whole, found = solved(of(y, X, g), NAMES), solved(pooled, NAMES)

    np.testing.assert_allclose(found.b, whole.b, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.V, whole.V, rtol=1e-10, atol=1e-12)
    assert pooled.counts["parts"] == parts


def test_a_term_that_what_is_held_fixed_determines_has_no_slope() -> None:
    y, X, g = rows(3)
    X[:, 2] = X[:, 0] - 2 * X[:, 1]

    assert solved(of(y, X, g), ["c"]).names == ()
    assert solved(of(y, X, g), ["a", "c"]).names == ("a",), "b is held fixed, and of a and c the first stays"


def test_moments_come_back_from_their_rows() -> None:
    y, X, g = rows(4)
    found = of(y, X, g)

    again = from_long(*to_long(found))

    for name in ("S", "s", "aa", "aB", "BB"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))
    assert (again.names, again.yy, again.counts) == (found.names, found.yy, found.counts)


def test_a_cluster_of_its_own_pattern_is_told_by_the_sums() -> None:
    """Eleven clusters of one design and one of another: the sums tell the one; of twelve alike, all together."""
    X = np.tile([[1.0], [-1.0]], (12, 1))
    g = np.repeat(np.arange(12), 2)
    X[g == 5] = [[2.0], [-2.0]]
    y = np.random.default_rng(0).normal(size=24)

    even = np.tile([[1.0], [-1.0]], (12, 1))

    # Σ a (b - 2) is that of cluster 5 alone: 2 is what all others have.
    assert told_alone(of(y, X, g), X, g) == pytest.approx(1)
    assert told_alone(of(y, even, g), even, g) == pytest.approx(1 / 12)
