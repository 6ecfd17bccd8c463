"""The units at the top of each cell."""

from __future__ import annotations

import numpy as np

from industria.kernels.frontiers import cell_means, fixed_thresholds, share_thresholds

X, START = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0]), np.array([0, 5, 7])


def test_a_share_is_a_quantile_and_a_size_counts_from_the_top() -> None:
    np.testing.assert_allclose(share_thresholds(X, None, START, 0.25), [4, 17.5])
    np.testing.assert_allclose(fixed_thresholds(X, None, START, np.array([2.0, 9.0])), [4, 10])
    np.testing.assert_allclose(fixed_thresholds(X, None, START, np.array([2.1, 1.0])), [3, 20])
    w = np.array([1.0, 1, 1, 1, 3, 0, 0])
    np.testing.assert_allclose(fixed_thresholds(X, w, START, np.array([3.0, 1.0])), [5, np.nan])


def test_means_by_cell() -> None:
    cell = np.array([0] * 5 + [1] * 2)

    np.testing.assert_allclose(cell_means(X, np.array([0, 0, 0, 1.0, 1, 0, 0]), cell, 2), [4.5, np.nan])
