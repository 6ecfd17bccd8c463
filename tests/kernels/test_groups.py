from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.groups import alone, nested, present, renumbered, sums

CODES = st.lists(st.integers(0, 4), min_size=1, max_size=20).map(lambda codes: np.array(codes, dtype=np.int64))


@given(CODES)
def test_sums_add_up_each_group(codes: np.ndarray) -> None:
    """Whatever the order of the rows; the groups together hold everything."""
    g, X = renumbered(codes), np.arange(2.0 * len(codes)).reshape(-1, 2)

    found = sums(X, g)

    np.testing.assert_allclose(found, [X[g == h].sum(axis=0) for h in range(g.max() + 1)])
    np.testing.assert_allclose(found.sum(axis=0), X.sum(axis=0))


@given(CODES)
def test_renumbering_closes_gaps_and_keeps_order(codes: np.ndarray) -> None:
    """Same groups, numbered 0 to G - 1."""
    np.testing.assert_array_equal(renumbered(codes), np.unique(codes, return_inverse=True)[1])


def test_plants_are_nested_in_states_and_not_the_reverse() -> None:
    """A plant that moves breaks the nesting."""
    plant, state = np.array([0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 1])

    assert nested(plant, state)
    assert not nested(state, plant)
    assert not nested(plant, np.array([0, 1, 1, 1, 1]))


def test_one_singleton_makes_the_next() -> None:
    """Without its only row, a year has one row left, and so on down the chain."""
    plant = np.array([0, 1, 1, 2, 2, 3, 3, 3])
    year = np.array([0, 0, 1, 1, 2, 2, 3, 3])

    why = alone(np.column_stack([plant, year]))

    np.testing.assert_array_equal(why, [0, 1, 0, 1, 0, 1, -1, -1])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=25))
def test_nothing_that_is_left_is_alone(rows: list[tuple[int, int]]) -> None:
    """What remains has two rows or more at every level, and no such row was taken out needlessly."""
    F = np.array(rows, dtype=np.int64)

    left = F[alone(F) < 0]

    assert all(np.bincount(effect)[effect].min(initial=2) >= 2 for effect in left.T)
    assert (alone(left) < 0).all()


def test_codes_that_occur_are_listed_once_rising() -> None:
    assert present(np.array([7, 0, 7, 3])).tolist() == [0, 3, 7]
    assert present(np.array([], dtype=np.int64)).tolist() == []
