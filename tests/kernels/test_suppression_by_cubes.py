"""Tables of many dimensions of which no cell may be exact: the proof beside all null vectors, and beside programs."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.linalg import null_space
from scipy.optimize import linprog
from scipy.sparse import csr_array

from industria.kernels.exact_disclosure import undetermined
from industria.kernels.suppression_by_cubes import by_cubes
from industria.kernels.suppression_neighborhoods import peeled

ZERO = 1e-9  # rounding of a singular value decomposition of some hundred cells

# By dimension what each code adds up to: flat, but the first, which has two levels.
TREE = [np.array([-1, 0, 0, 1, 1, 1, 2, 2, 2])]
SHAPES = {
    "three dimensions": [TREE, [np.array([-1, 0, 0, 0, 0])], [np.array([-1, 0, 0, 0])]],
    "four dimensions": [TREE, [np.array([-1, 0, 0, 0])], [np.array([-1, 0, 0])], [np.array([-1, 0, 0, 0])]],
    "five dimensions": [
        TREE,
        [np.array([-1, 0, 0, 0])],
        [np.array([-1, 0, 0])],
        [np.array([-1, 0, 0, 0])],
        [np.array([-1, 0, 0])],
    ],
    "two trees of a dimension": [
        [np.array([-1, 0, 0, 1, 1, 2, 2, -1, -1]), np.array([-1, -1, -1, 7, 8, 7, 8, 0, 0])],
        [np.array([-1, 0, 0, 0])],
        [np.array([-1, 0, 0, 0])],
    ],
}


def table(parents: Any, rng: Any, filled: float, zeros: float = 0.0) -> tuple[csr_array, Any, Any]:
    """Cells of a drawn table with all margins: relations, values, codes."""
    ends = [[c for c in range(len(t[0])) if not any((one == c).any() for one in t)] for t in parents]
    inner = {cell: int(rng.geometric(0.35)) for cell in product(*ends) if rng.random() < filled}
    for cell in inner:
        if rng.random() < zeros:
            inner[cell] = 0
    values: Counter[Any] = Counter()
    for cell, count in inner.items():
        for up in product(*(above(trees, code) for trees, code in zip(parents, cell, strict=True))):
            values[up] += count
    cells = sorted(values)
    at = {cell: i for i, cell in enumerate(cells)}
    rows = []
    for d, trees in enumerate(parents):
        for tree in trees:
            children: dict[Any, list[int]] = {}
            for cell in cells:
                if tree[cell[d]] >= 0:
                    children.setdefault((*cell[:d], int(tree[cell[d]]), *cell[d + 1 :]), []).append(at[cell])
            for parent, of in children.items():
                row = np.zeros(len(cells))
                row[at[parent]], row[of] = 1.0, -1.0
                rows.append(row)
    return csr_array(np.array(rows)), np.array([float(values[c]) for c in cells]), np.array(cells)


def above(trees: Any, code: int) -> set[int]:
    return {code}.union(*(above(trees, int(tree[code])) for tree in trees if tree[code] >= 0))


def protected(A: Any, x: Any, codes: Any, parents: Any, primary: Any, low: Any = None) -> Any:
    low = np.zeros(len(x)) if low is None else low
    cost = np.maximum(x, 0.1)
    found = by_cubes(A, x, codes, parents, primary=primary, cost=cost, low=low, high=np.full(len(x), np.inf))
    assert found is not None
    return found


def determined(A: Any, withheld: Any) -> Any:
    """Withheld cells that are nothing in every null vector of the withheld."""
    null = null_space(A.toarray()[:, withheld])
    still = np.zeros(len(withheld), bool)
    still[withheld] = np.abs(null).max(axis=1, initial=0.0) < ZERO
    return still


@pytest.mark.parametrize("parents", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("filled", [0.3, 0.8])
def test_no_withheld_cell_is_told_by_any_sum(parents: Any, filled: float) -> None:
    A, x, codes = table(parents, np.random.default_rng(7), filled)
    primary = x < 3
    found = protected(A, x, codes, parents, primary)

    assert not determined(A, found.withheld).any()
    assert found.withheld[primary].all()
    assert found.certified[primary].all()
    assert not found.exact_only.any()
    assert not found.withheld.all() or filled < 0.5, "or else nothing was tried"


def test_the_cheapest_partner_of_each_sum_hides_little() -> None:
    """Why cubes: when each sum has two withheld cells, sums of several dimensions together still tell most."""
    parents = SHAPES["five dimensions"]
    A, x, codes = table(parents, np.random.default_rng(7), 0.3)
    primary = x < 3
    told = determined(A, peeled(A, primary, x))

    assert told[primary].mean() > 0.5
    assert not determined(A, protected(A, x, codes, parents, primary).withheld).any()


@pytest.mark.parametrize("known", [0.0, 1.0], ids=["zero or more", "one or more where there is one"])
def test_intervals_hold_what_is_said_to_be_reached(known: float) -> None:
    """Bounds that everybody knows narrow intervals: of programs, none is narrower than what cubes reach."""
    parents = SHAPES["three dimensions"]
    A, x, codes = table(parents, np.random.default_rng(3), 0.7, zeros=0.1)
    primary, low = (x < 3) & (x > 0), np.minimum(x, known)
    found = protected(A, x, codes, parents, primary, low)
    bounds = [(at, None) if out else (v, v) for at, out, v in zip(low, found.withheld, x, strict=True)]

    for cell in np.flatnonzero(primary):
        c = (np.arange(len(x)) == cell).astype(float)
        least, most = (
            linprog(way * c, A_eq=A.toarray(), b_eq=np.zeros(A.shape[0]), bounds=bounds, method="highs")
            for way in (1, -1)
        )
        top = np.inf if most.status == 3 else -most.fun
        assert least.fun <= found.low[cell] + 1e-7
        assert found.high[cell] <= top + 1e-7
        assert found.high[cell] - found.low[cell] >= 1, "whole units, so that whole numbers do not tell it either"


def test_what_is_reached_is_a_table_of_whole_numbers() -> None:
    A, x, codes = table(TREES := SHAPES["four dimensions"], np.random.default_rng(5), 0.5)
    found = protected(A, x, codes, TREES, x < 3)
    out = found.withheld

    np.testing.assert_array_equal(found.low[out], np.rint(found.low[out]))
    assert (found.low[out] >= 0).all()
    np.testing.assert_array_equal(found.low[~out], x[~out])


def test_one_result_for_one_seed() -> None:
    A, x, codes = table(TREES := SHAPES["four dimensions"], np.random.default_rng(5), 0.5)

    first, second = (protected(A, x, codes, TREES, x < 3).withheld for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_table_without_its_inner_cells_is_left_to_programs() -> None:
    """Rows and columns by themselves: their inner cells do not tell the total, which is of both."""
    parents = [[np.array([-1, 0, 0])], [np.array([-1, 0, 0])]]
    codes = np.array([[0, 0], [0, 1], [0, 2], [1, 0], [2, 0]])
    A = csr_array(np.array([[1.0, -1, -1, 0, 0], [1.0, 0, 0, -1, -1]]))
    x = np.array([9.0, 4, 5, 2, 7])
    ends = {"cost": x, "low": np.zeros(5), "high": np.full(5, np.inf)}

    assert by_cubes(A, x, codes, parents, primary=x == 2, **ends) is None


def test_what_must_be_published_is() -> None:
    A, x, codes = table(TREES := SHAPES["three dimensions"], np.random.default_rng(4), 0.9)
    cost = np.where((codes == 0).sum(axis=1) >= 2, np.inf, x)
    ends = {"low": np.zeros(len(x)), "high": np.full(len(x), np.inf)}
    found = by_cubes(A, x, codes, TREES, primary=x < 2, cost=cost, **ends)

    assert found is not None
    assert not found.withheld[np.isinf(cost)].any()
    assert not determined(A, found.withheld).any()


A_SQUARE = csr_array(np.array([[1.0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]))
MOVE = np.array([1, -1, -1, 1])


def test_a_move_proves_of_what_it_moves_that_nothing_tells_it() -> None:
    everything, far = np.ones(4, bool), np.ones(4)

    assert undetermined(A_SQUARE, MOVE, everything, far, far).all()
    assert not undetermined(A_SQUARE, np.array([1, -1, -1, 2]), everything, far, far).any(), "it keeps not all sums"
    assert not undetermined(A_SQUARE, MOVE, MOVE > 0, far, far).any(), "it moves what is published"
    assert not undetermined(A_SQUARE, MOVE, everything, far, np.array([1.0, 0, 1, 1])).any(), "nothing is below zero"
    assert not undetermined(A_SQUARE, MOVE * 2**53, everything, far, far).any(), "such numbers are rounded"
