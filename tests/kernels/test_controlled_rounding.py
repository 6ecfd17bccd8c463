from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from industria.errors import NoAdditiveTableError
from industria.kernels.controlled_rounding import controlled_rounding, conventional_rounding, random_rounding

# release-and-network.md 13 h: rows, then the row of totals; the last of each row is its total.
TABLE = np.array([[1.0, 0, 1], [3, 3, 6], [12, 20, 32], [16, 23, 39]])


def relations(rows: int, columns: int) -> csr_array:
    """Sums of a table with margins, the cells row by row."""
    place = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    lines = [*place, *place.T]
    A = np.zeros((len(lines), place.size))
    for i, line in enumerate(lines):
        A[i, line[:-1]], A[i, line[-1]] = -1, 1
    return csr_array(A)


def additive(A: csr_array, x: np.ndarray, base: int) -> list[np.ndarray]:
    """Try every table of neighboring multiples."""
    ends = [sorted({base * np.floor(value / base), base * np.ceil(value / base)}) for value in x]
    return [np.array(y) for y in product(*ends) if not (A @ np.array(y)).any()]


def test_the_nearest_of_six_additive_tables_is_found() -> None:
    A, x = relations(3, 2), TABLE.ravel()
    all_of_them = additive(A, x, 5)

    found = controlled_rounding(A, x, 5)

    assert len(all_of_them) == 6
    assert min(np.abs(y - x).sum() for y in all_of_them) == found.distance == 18
    assert found.proven
    assert not found.further
    assert found.y[[1, 7]].tolist() == [0, 20], "multiples stay"


@given(
    st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=3), st.sampled_from([3, 5, 10])
)
@settings(deadline=None, max_examples=25)
def test_no_additive_table_of_neighbors_is_nearer(inner: list[list[int]], base: int) -> None:
    """Every table of one plane has one (Cox 1987); none is nearer than the one found."""
    table = np.array(inner, float)
    table = np.column_stack([table, table.sum(axis=1)])
    table = np.vstack([table, table.sum(axis=0)])
    A, x = relations(len(inner), 2), table.ravel()

    found = controlled_rounding(A, x, base)

    assert not (A @ found.y).any()
    assert not (found.y % base).any()
    assert (np.abs(found.y - x) < base).all()
    assert found.distance == min(np.abs(y - x).sum() for y in additive(A, x, base))


def test_linked_tables_may_need_a_further_multiple_and_say_so() -> None:
    """Three parts of half a multiple, each two of which make one: two go up or down together, and a third cannot."""
    A = csr_array(np.array([[-1.0, -1, 0, 1, 0, 0], [0, -1, -1, 0, 1, 0], [-1, 0, -1, 0, 0, 1]]))
    x = np.array([1.5, 1.5, 1.5, 3, 3, 3])

    found = controlled_rounding(A, x, 3)

    assert found.further
    assert not (A @ found.y).any()
    assert (np.abs(found.y - x) < 6).all()


def test_what_cannot_add_up_is_refused() -> None:
    """One number that would have to be half of another, and a quarter of it, too."""
    A = csr_array(np.array([[2.0, -1.0], [4.0, -1.0]]))
    with pytest.raises(NoAdditiveTableError, match="rounding to multiples of 5"):
        controlled_rounding(A, np.array([100.0, 300.0]), 5, time_limit=5)


def test_random_rounding_is_right_on_average() -> None:
    """The rest over the base is the chance to go up; multiples stay."""
    u = (np.arange(10_000) + 0.5) / 10_000
    for value in (0, 1, 4, 12, 20):
        y = random_rounding(np.full(len(u), float(value)), 5, u)

        assert y.mean() == pytest.approx(value, abs=5e-4)  # the grid of draws is a ten-thousandth wide
        assert set(y) <= {5 * (value // 5), 5 * -(-value // 5)}


def test_conventional_rounding_takes_the_nearest_and_halves_up() -> None:
    assert conventional_rounding(np.array([0.0, 2, 3, 12.5, 20]), 5).tolist() == [0, 0, 5, 15, 20]
    assert conventional_rounding(np.array([0.3 * 10, 7.5]), 1).tolist() == [3, 8]
