"""Indexes of shares."""

from __future__ import annotations

import numpy as np

from industria.kernels.shares import entropy, herfindahl, largest_shares

X, CELL, START = np.array([1.0, 3.0, 6.0, 0.0]), np.array([0, 0, 0, 1]), np.array([0, 3, 4])


def test_indexes_by_hand() -> None:
    h = np.ones(4)

    np.testing.assert_allclose(herfindahl(X, h, CELL, 2), [0.46, np.nan])
    np.testing.assert_allclose(entropy(X, h, CELL, 2), [-(np.array([0.1, 0.3, 0.6]) @ np.log([0.1, 0.3, 0.6])), np.nan])
    np.testing.assert_allclose(largest_shares(X, h, START, [1, 2, 9]), [[0.6, 0.9, 1.0], [np.nan] * 3])


def test_the_last_of_the_largest_counts_with_what_is_left() -> None:
    """Two of 6 and four of 3: of the three largest, one is a 3. With halves, two of the largest are four rows."""
    x, start = np.array([3.0, 6.0]), np.array([0, 2])

    np.testing.assert_allclose(largest_shares(x, np.array([4.0, 2.0]), start, [3]), [[15 / 24]])
    np.testing.assert_allclose(largest_shares(x, np.array([4.0, 0.5]), start, [1]), [[4.5 / 15]])
