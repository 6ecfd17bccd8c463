from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import rankdata

from industria.kernels.rank_ranges import rank_ranges, weightings

SEEDS = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(("k", "n"), [(1, 1), (2, 11), (3, 66), (7, 8008)])
def test_weightings_cover_the_simplex(k: int, n: int) -> None:
    """All in tenths, each once: stars and bars."""
    W = weightings(k)

    assert W.shape == (n, k)
    assert len(np.unique(W, axis=0)) == n
    np.testing.assert_allclose(W.sum(axis=1), 1)
    assert W.min() >= 0


def test_steps_grow_coarser_before_the_list_grows_too_long() -> None:
    W = weightings(12)

    assert len(W) == comb(16, 11)
    assert set(np.unique(W)) == {0, 0.2, 0.4, 0.6, 0.8, 1}
    assert len(weightings(3, most=2)) == 3


@given(SEEDS)
def test_ranks_are_those_of_each_weighting(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, (6, 3)) / 3
    W = weightings(3)
    found = rank_ranges(scores, W)
    each = np.array([rankdata((-scores @ w).round(12), method="min") for w in W])
    even = rankdata(-scores.mean(axis=1).round(12), method="min")

    np.testing.assert_array_equal(found.rank, even)
    np.testing.assert_array_equal(found.best, each.min(axis=0))
    np.testing.assert_array_equal(found.worst, each.max(axis=0))
    np.testing.assert_allclose(found.confidence, (each == even).mean(axis=0))


def test_the_best_in_everything_is_first_whatever_the_weights() -> None:
    scores = np.array([[0.9, 0.8], [0.5, 0.2], [0.1, 0.6]])
    found = rank_ranges(scores, weightings(2))

    assert (found.best[0], found.worst[0], found.confidence[0]) == (1, 1, 1.0)
    assert found.best[1] == 2
    assert found.worst[1] == 3


def test_nobody_has_no_rank() -> None:
    assert rank_ranges(np.zeros((0, 3)), weightings(3)).rank.size == 0
