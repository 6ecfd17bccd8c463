"""Patterns of systems that are too large to solve whole."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from industria.errors import UnprotectableError
from industria.kernels import suppression_near, suppression_neighborhoods
from industria.kernels.suppression import Suppression, suppression
from industria.kernels.suppression_program import moves

MISSED = 1e-6


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take systems of a few cells for large ones, and look at few cells at a time."""
    for name, value in {"FEW": 0, "CROSSED": 0.0, "CELLS": 12, "FREE": 20, "SINGLE": 8}.items():
        monkeypatch.setattr(suppression_near, name, value)


def cube(inner: Any) -> tuple[csr_array, Any]:
    """All cells of a table with its margins, and their sums along each dimension."""
    whole = np.asarray(inner, float)
    for axis in range(whole.ndim):
        whole = np.concatenate([whole, whole.sum(axis, keepdims=True)], axis)
    at = np.arange(whole.size).reshape(whole.shape)
    rows = []
    for axis, size in enumerate(whole.shape):
        others = [range(n) if d != axis else [slice(None)] for d, n in enumerate(whole.shape)]
        for place in product(*others):
            row = np.zeros(whole.size)
            row[at[place]] = np.where(np.arange(size) == size - 1, 1.0, -1.0)
            rows.append(row)
    return csr_array(np.array(rows)), whole.ravel()


def protect(A: csr_array, x: Any, primary: Any, share: float, **more: Any) -> Suppression:
    level, size = share * x * primary, np.maximum(x, 1e-3 * x.max())
    told = {"low": np.zeros(len(x)), "high": np.full(len(x), np.inf), "cost": size} | more
    return suppression(A, x, primary=primary, up=level, down=level, method="heuristic", **told)


def interval(A: csr_array, x: Any, withheld: Any, cell: int) -> tuple[float, float]:
    """What an outsider reckons."""
    bounds = [(0.0 if w else v, None if w else v) for w, v in zip(withheld, x, strict=True)]
    c = (np.arange(len(x)) == cell).astype(float)
    least, most = (
        linprog(sign * c, A_eq=A.toarray(), b_eq=np.zeros(A.shape[0]), bounds=bounds, method="highs")
        for sign in (1, -1)
    )
    return least.fun if least.status == 0 else -np.inf, -most.fun if most.status == 0 else np.inf


@st.composite
def cubes(draw: st.DrawFn) -> tuple[csr_array, Any, Any, float]:
    values = draw(st.lists(st.integers(0, 30), min_size=18, max_size=18))
    A, x = cube(np.array(values).reshape(2, 3, 3))
    chosen = draw(st.lists(st.integers(0, len(x) - 1), min_size=1, max_size=8, unique=True))
    return A, x, np.isin(np.arange(len(x)), chosen), draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))


@settings(max_examples=60)
@given(cubes())
def test_every_requirement_is_met(case: Any) -> None:
    A, x, primary, share = case
    if x.max() == 0:
        return
    found = protect(A, x, primary, share)

    assert found.certified[primary].all()
    assert not found.exact_only.any()
    for cell in np.flatnonzero(primary):
        low, high = interval(A, x, found.withheld, int(cell))
        slack = MISSED * max(1.0, x[cell])
        assert high >= x[cell] * (1 + share) - slack
        assert low <= x[cell] * (1 - share) + slack
        assert high - low > slack, "never exact"
        assert low - slack <= found.low[cell]
        assert found.high[cell] <= high + slack


@pytest.mark.parametrize("last", [0, 500], ids=["together", "each"])
def test_programs_that_grow_meet_every_requirement(monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    """In very large systems the first programs hold few cells, and later ones more of them; the last, one to move."""
    for name, value in {"AGAIN": 0, "FIRST": 6, "WIDEST": 48, "LAST": last}.items():
        monkeypatch.setattr(suppression_near, name, value)
    moved: list[int] = []

    def noted(*rest: Any) -> Any:
        price, targets = rest[3], rest[4]
        moved.append(len(targets) if price.any() else 0)
        return moves(*rest)

    monkeypatch.setattr(suppression_near, "moves", noted)
    A, x = cube(np.random.default_rng(2).integers(1, 60, (3, 4, 4)))
    primary = np.arange(len(x)) % 4 == 0
    found = protect(A, x, primary, 0.4)

    assert (max(moved) > 1) == (last == 0)

    assert found.certified[primary].all()
    for cell in np.flatnonzero(primary):
        low, high = interval(A, x, found.withheld, int(cell))
        assert high >= x[cell] * 1.4 - MISSED * x[cell]
        assert low <= x[cell] * 0.6 + MISSED * x[cell]


@settings(max_examples=20)
@given(cubes())
def test_when_time_is_over_no_cell_is_exact_and_those_without_a_level_are_told(case: Any) -> None:
    A, x, primary, share = case
    if x.max() == 0:
        return
    found = protect(A, x, primary, share, time_limit=0.0)

    assert (found.exact_only == (primary & ~found.certified)).all()
    for cell in np.flatnonzero(primary):
        low, high = interval(A, x, found.withheld, int(cell))
        slack = MISSED * max(1.0, x[cell])
        assert high - low > slack
        if found.certified[cell]:
            assert high >= x[cell] * (1 + share) - slack


def test_what_time_does_not_reach_is_told() -> None:
    """Without time a cell is kept from being exact, which a few others do; its level is left open, and that is told."""
    A, x = cube(np.full((2, 3, 3), 10.0))
    primary = np.arange(len(x)) == 0
    asked = {"width": np.where(primary, 25.0, 0.0)}
    found = protect(A, x, primary, 1.0, time_limit=0.0, **asked)

    assert found.exact_only[0]
    assert not found.certified[0]
    low, high = interval(A, x, found.withheld, 0)
    assert high - low > MISSED
    unhurried = protect(A, x, primary, 1.0, **asked)
    assert unhurried.certified[0]
    assert not unhurried.exact_only.any()


def test_what_cannot_be_protected_is_named() -> None:
    A, x = cube(np.full((2, 3, 3), 10.0))
    primary = np.arange(len(x)) == 5
    with pytest.raises(UnprotectableError) as told:
        protect(A, x, primary, 0.1, cost=np.where(primary, 10.0, np.inf))

    assert told.value.cell == 5
    assert A.toarray()[told.value.relation, 5] != 0


def test_the_same_is_found_again() -> None:
    x = np.random.default_rng(3).integers(1, 40, (3, 4, 4))
    A, values = cube(x)
    primary = values < 8
    one, other = (protect(A, values, primary, 0.2, seed=5) for _ in range(2))

    assert (one.withheld == other.withheld).all()
    assert (one.low == other.low).all()


def test_a_relation_with_one_withheld_cell_gets_the_cheapest_other() -> None:
    """Of a + b + c = d and c + e = f: a is joined by c (2), which leaves c alone in its other sum; e (1) joins it."""
    A = csr_array(np.array([[-1.0, -1, -1, 1, 0, 0], [0, 0, -1, 0, -1, 1]]))
    withheld = np.array([True, False, False, False, False, False])
    cost = np.array([5.0, 3, 2, 9, 1, 8])

    assert suppression_neighborhoods.peeled(A, withheld, cost).tolist() == [True, False, True, False, True, False]
    cost[[1, 2, 3]] = np.inf
    assert suppression_neighborhoods.peeled(A, withheld, cost).sum() == 1


def test_cells_around_a_cell_are_met_relation_by_relation() -> None:
    A = csr_array(np.array([[1.0, -1, -1, 0, 0, 0], [0, 0, 1, -1, -1, 0], [0, 0, 0, 0, 1, -1]]))
    near = suppression_neighborhoods.Neighborhoods(A)
    may, dear = np.ones(6, bool), np.array([0.0, 0, 0, 2, 1, 0])

    assert near.around(0, may, dear, 10)[0].tolist() == [0, 1, 2, 3, 4, 5]
    cells, inner = near.around(0, may, dear, 4)
    assert (cells.tolist(), inner.tolist()) == ([0, 1, 2, 4], [0, 1, 2])
    may[2] = False
    assert near.around(0, may, dear, 10)[0].tolist() == [0, 1]
    assert near.joined(np.array([2, 3])).toarray().tolist() == [[-1, 0], [1, -1]]
