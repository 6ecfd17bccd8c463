"""Columns net of effects."""

from __future__ import annotations

import numpy as np

from industria.kernels.within import net_of_effects


def test_what_is_left_is_what_weighted_dummies_leave() -> None:
    rng = np.random.default_rng(2)
    F = np.column_stack([rng.integers(0, 5, 60), rng.integers(0, 4, 60)])
    M, w = rng.normal(size=(60, 2)), rng.uniform(0.5, 2, 60)
    D = np.column_stack([np.eye(5)[F[:, 0]], np.eye(4)[F[:, 1]]]) * np.sqrt(w)[:, None]
    y = M * np.sqrt(w)[:, None]
    wanted = (y - D @ np.linalg.lstsq(D, y)[0]) / np.sqrt(w)[:, None]

    np.testing.assert_allclose(net_of_effects(M, F, w), wanted, atol=1e-11)


def test_one_effect_needs_one_round_and_the_columns_given_stay() -> None:
    M = np.array([[1.0], [3.0], [10.0]])
    F = np.array([[0], [0], [1]])

    np.testing.assert_allclose(net_of_effects(M, F, np.ones(3)), [[-1], [1], [0]])
    assert M.ravel().tolist() == [1, 3, 10]
