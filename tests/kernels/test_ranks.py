"""Which differences are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.ranks import rank_sets


def test_two_units_are_told_apart_by_the_two_sided_normal_quantile() -> None:
    """With two units the largest of both differences is |N(0, 1)|."""
    sets = rank_sets(np.array([1.0, 0.0]), np.diag([0.02, 0.02]), 0.95, 100_000, np.random.default_rng(1))
    near = rank_sets(np.array([0.35, 0.0]), np.diag([0.02, 0.02]), 0.95, 100_000, np.random.default_rng(1))

    # A quantile of 100,000 draws has an error of .01.
    assert near.critical == pytest.approx(1.96, abs=0.04)
    assert sets.above.tolist() == [[False, True], [False, False]]
    assert (near.low.tolist(), near.high.tolist()) == ([1, 1], [2, 2])


def test_steps_down_tell_more_than_one_step() -> None:
    """What is told at once is told against the largest of all pairs; the rest against the largest of what is left."""
    theta, Sigma = np.array([100.0, 50.0, 3.1, 0.0]), np.eye(4) / 2
    sets = rank_sets(theta, Sigma, 0.95, 50_000, np.random.default_rng(2))

    # Four units and all pairs need 3.63/√2 = 2.57; the last pair and the directions left need less.
    assert sets.critical < 2.57
    assert sets.high.tolist() == [1, 2, 3, 4]


def test_one_unit_is_first() -> None:
    sets = rank_sets(np.array([3.0]), np.eye(1), 0.95, 200, np.random.default_rng(3))

    assert (sets.rank[0], sets.low[0], sets.high[0]) == (1, 1, 1)
