from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from industria.kernels.feasible_intervals import INCONSISTENT, PROGRAM, TREE, feasible_intervals


def intervals(A: Any, b: Any, low: float = 0.0, high: float = np.inf) -> Any:
    A = np.array(A, float)
    n = A.shape[1]
    return feasible_intervals(csr_array(A), np.array(b, float), np.full(n, low), np.full(n, high))


def test_a_lone_sum_is_divided_in_any_way() -> None:
    found = intervals([[1, 1, 1]], [10])

    assert found.low.tolist() == [0, 0, 0]
    assert found.high.tolist() == [10, 10, 10]
    assert set(found.method) == {TREE}


def test_chains_of_sums_are_exact_in_passes() -> None:
    """T = a + b, a = c + d with b known to be 3 and T 10; c at most what a is."""
    found = intervals([[1, -1, 0, 0], [0, 1, -1, -1]], [3, 0])

    assert found.low.tolist() == [3, 0, 0, 0]
    assert np.isinf(found.high).all(), "without the total nothing bounds them above"


def test_a_square_is_solved_by_programs() -> None:
    """Geurts: rows (x11, x12 | 7), (x21, x22 | 3), columns 9 - 3, 7 - 3 (Handbook on SDC, example 3)."""
    found = intervals([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]], [7, 3, 6, 4])

    np.testing.assert_allclose(found.low, [3, 1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(found.high, [6, 4, 3, 3], atol=1e-9)


def test_what_cannot_be_is_said() -> None:
    found = intervals([[1, 1], [1, 1]], [1, 2])
    assert set(found.method) == {INCONSISTENT}
    found = intervals([[1, 1, 0], [0, 1, 1], [1, 0, 1]], [1, 1, 5])
    assert set(found.method) == {INCONSISTENT}


def test_no_bound_is_no_bound() -> None:
    found = intervals([[1, -1, 0], [0, 1, -1]], [0, 2], low=-np.inf)

    assert np.isneginf(found.low).all()
    assert np.isposinf(found.high).all()


@pytest.mark.parametrize(("seed", "shape"), [(1, (4, 4, 3)), (3, (3, 3, 4, 3)), (4, (6, 3, 3, 3)), (7, (6, 3, 3, 3))])
def test_a_table_of_which_some_cells_may_lie_below_zero_is_no_contradiction(seed: int, shape: tuple[int, ...]) -> None:
    """Most cells are unknown, and many have no end: corners drift by the last bits from one aim to the next."""
    rng = np.random.default_rng(seed)
    A, x = table(shape, rng)
    unknown, free = rng.random(len(x)) < 0.9, rng.random(len(x)) < 0.4
    B, low = csr_array(A[:, unknown]), np.where(free[unknown], -np.inf, 0.0)
    asked = np.arange(unknown.sum()) < 30

    found = feasible_intervals(B, B @ x[unknown], low, np.full(len(low), np.inf), asked)

    assert INCONSISTENT not in found.method
    assert (found.low <= x[unknown] + 1e-3).all()
    assert (found.high >= x[unknown] - 1e-3).all()


def table(shape: tuple[int, ...], rng: np.random.Generator) -> tuple[Any, Any]:
    """Draw a table with all its margins, half of it empty; relations and cells."""
    full = tuple(size + 1 for size in shape)
    cells = np.arange(np.prod(full)).reshape(full)
    x = np.zeros(full)
    x[tuple(slice(1, None) for _ in shape)] = rng.integers(0, 20_000, shape) * (rng.random(shape) < 0.5)
    relations = []
    for axis in range(len(shape)):
        first, others = (
            tuple(cut if i == axis else slice(None) for i in range(len(shape))) for cut in (0, slice(1, None))
        )
        x[first] = x[others].sum(axis)
        relations.append(np.moveaxis(cells, axis, -1).reshape(-1, full[axis]))
    A = np.zeros((sum(map(len, relations)), x.size))
    for row, line in enumerate(line for of in relations for line in of):
        A[row, line] = -1.0
        A[row, line[0]] = 1.0
    return csr_array(A), x.ravel()


def test_values_may_be_of_any_size() -> None:
    A = [[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]
    for size in (1e-6, 1e12):
        found = intervals(A, np.array([7, 3, 6, 4]) * size)
        np.testing.assert_allclose(found.low / size, [3, 1, 0, 0], atol=1e-7)
        np.testing.assert_allclose(found.high / size, [6, 4, 3, 3], rtol=1e-9)


@st.composite
def systems(draw: st.DrawFn) -> tuple[Any, Any]:
    """A table of unknown cells with known sums of some rows and columns."""
    r, c = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    x = np.array(draw(st.lists(st.integers(0, 9), min_size=r * c, max_size=r * c)), float)
    cells = np.arange(r * c).reshape(r, c)
    hidden = np.array(draw(st.lists(st.booleans(), min_size=r * c, max_size=r * c)))
    sums = [line for line in [*cells, *cells.T] if draw(st.booleans()) or len(line) == 1]
    A = np.zeros((max(len(sums), 1), r * c))
    for i, line in enumerate(sums):
        A[i, line] = 1
    shown = ~hidden
    return A[:, hidden], A @ x - A[:, shown] @ x[shown]


@settings(max_examples=200)
@given(systems(), st.sampled_from([0.0, -3.0]), st.sampled_from([np.inf, 12.0]))
def test_ends_are_those_of_programs_solved_one_by_one(system: tuple[Any, Any], low: float, high: float) -> None:
    A, b = system
    n = A.shape[1]
    found = intervals(A, b, low, high)
    for j in range(n):
        for sign, end in ((1.0, found.low[j]), (-1.0, found.high[j])):
            c = np.zeros(n)
            c[j] = sign
            peer = linprog(c, A_eq=A, b_eq=b, bounds=[(low, None if np.isinf(high) else high)] * n, method="highs")
            wanted = sign * peer.fun if peer.status == 0 else -sign * np.inf
            assert end == pytest.approx(wanted, abs=1e-7)


@pytest.mark.parametrize("large", [1e9, 1e11, 1e12, 9e12])
def test_small_cells_beside_a_huge_one_are_told_to_the_last_unit(large: float) -> None:
    """Of two rows and two columns with five cells one is known; in its column stands the huge one."""
    A = [[1, 1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 0, 0], [1, 0, 0, 1, 0, 0, 0], [0, 0, 1, 0, 1, 0, 0]]
    A += [[0, 1, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 1, 1]]
    x = np.array([30, 47, 64, 90, 5, 92, large])
    found = intervals(A, np.array(A) @ x)

    assert (found.low[1], found.high[1]) == (47, 47)
    assert found.resolution[1] < large * 1e-14


def test_sides_may_be_off() -> None:
    A = csr_array(np.array([[1.0, 1.0], [1.0, 0.0]]))
    found = feasible_intervals(A, np.array([10.0, 4.0]), np.zeros(2), np.full(2, 9.0), slack=np.array([0.5, 0.5]))

    assert found.low.tolist() == [3.5, 5.0]
    assert found.high.tolist() == [4.5, 7.0]


def test_programs_are_named() -> None:
    found = intervals([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]], [7, 3, 6, 4])

    assert set(found.method) == {PROGRAM}
