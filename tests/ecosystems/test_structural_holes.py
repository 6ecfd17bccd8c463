from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.ecosystems import structural_holes
from industria.errors import (
    ColumnTypeError,
    EmptyTableError,
    InfiniteValueError,
    MissingValueError,
    NegativeValueError,
)
from industria.kernels.triangles import graph_of, triangles
from tests.ecosystems.networks import KARATE, drawn, ties

EXAMPLE = (
    {"ties": ties([("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("e", "e")], weight=[1, 2, 1, 3, 1])},
    {"missing_rate": 0.2, "rng": 1},
)
EXACT = 1e-12  # sums of a few products of fractions


def holes(rows: pa.Table, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["actor"]: row for row in structural_holes(rows, **parameters).to_arrow().to_pylist()}


def by_definition(W: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Effective size, constraint and hierarchy by Burt's sums, one term after the other."""
    n, S = len(W), W + W.T
    p, m = S / S.sum(axis=1, keepdims=True), S / S.max(axis=1, keepdims=True)
    size, constraint, hierarchy = np.zeros(n), np.zeros(n), np.zeros(n)
    for i in range(n):
        friends = np.flatnonzero(S[i])
        others = {j: [q for q in range(n) if q not in (i, j)] for j in friends}
        size[i] = sum(1 - sum(p[i, q] * m[j, q] for q in others[j]) for j in friends)
        c = [(p[i, j] + sum(p[i, q] * p[q, j] for q in others[j])) ** 2 for j in friends]
        constraint[i] = sum(c)
        r = [one * len(friends) / sum(c) for one in c]
        hierarchy[i] = sum(x * math.log(x) for x in r) / (len(r) * math.log(len(r))) if len(friends) > 1 else np.nan
    return size, constraint, hierarchy


def test_meets_the_karate_club() -> None:
    """Constraint as networkx 3.6 and igraph 1.0 give it, printed to six decimals."""
    found = holes(KARATE)

    assert found["0"]["constraint"] == pytest.approx(0.155423, abs=5e-7)
    assert found["33"]["constraint"] == pytest.approx(0.156419, abs=5e-7)


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_meets_the_definition(directed: bool, weighted: bool) -> None:
    """So does networkx 3.6 where nodes are named; over all nodes its weighted effective size is another."""
    pairs = drawn(14, 40, seed=4)
    weights = np.random.default_rng(5).integers(1, 7, len(pairs)) / 2
    W = np.zeros((14, 14))
    W[tuple(np.transpose(pairs))] = weights if weighted else 1.0
    if not directed and not weighted:
        W = np.maximum(W, W.T)
    found = holes(ties(pairs, **({"weight": list(weights)} if weighted else {})), directed=directed)

    for name, values in zip(("effective_size", "constraint", "hierarchy"), by_definition(W), strict=True):
        wanted = {str(i): value for i, value in enumerate(values)}
        assert {actor: row[name] for actor, row in found.items()} == pytest.approx(wanted, abs=EXACT)


@pytest.mark.parametrize("n", [3, 4, 9])
def test_a_clique_in_closed_form(n: int) -> None:
    """Every p is 1/(n-1) and reaches each contact over n - 2 others as well; nothing is gained by a second contact."""
    found = holes(ties((i, j) for i in range(n) for j in range(i)))
    constraint = (n - 1) * (1 / (n - 1) + (n - 2) / (n - 1) ** 2) ** 2

    for row in found.values():
        assert row["constraint"] == pytest.approx(constraint, abs=EXACT)
        assert row["effective_size"] == pytest.approx(1, abs=EXACT)
        assert row["hierarchy"] == pytest.approx(0, abs=EXACT)


@pytest.mark.parametrize("n", [3, 4, 9])
def test_a_star_in_closed_form(n: int) -> None:
    found = holes(ties(("center", i) for i in range(1, n)))

    assert found["center"]["constraint"] == pytest.approx(1 / (n - 1), abs=EXACT)
    assert found["center"]["efficiency"] == pytest.approx(1, abs=EXACT)
    for leaf in range(1, n):
        assert found[str(leaf)]["constraint"] == pytest.approx(1, abs=EXACT)
        assert found[str(leaf)]["hierarchy"] is None  # 0/0 with one contact


def test_an_actor_without_ties_is_null_and_what_is_no_tie_is_counted() -> None:
    rows = ties([("a", "b"), ("b", "b"), ("c", "c"), ("d", "a"), ("a", "b")], weight=[1, 1, 2, 0, 3])
    result = structural_holes(rows)
    found = holes(rows)

    assert (result.n_actors, result.n_ties, result.n_self_ties, result.n_zero_ties) == (4, 1, 2, 1)
    for actor in ("c", "d"):
        row = {"actor": actor, "degree": 0}
        assert found[actor] == row | dict.fromkeys(["effective_size", "efficiency", "constraint", "hierarchy"])


def test_whole_numbers_are_labels_too() -> None:
    rows = pa.table({"from_actor": [10, 2, 1], "to_actor": [2, 1, 10]})

    assert list(holes(rows)) == [1, 2, 10]


@given(st.floats(0.01, 100), st.integers(0, 50))
def test_the_unit_of_weights_is_irrelevant(factor: float, seed: int) -> None:
    pairs = drawn(10, 25, seed)
    weights = np.random.default_rng(seed).random(25) + 0.1
    one, other = (holes(ties(pairs, weight=list(weights * by))) for by in (1.0, factor))

    for actor, row in one.items():
        for column in ("effective_size", "constraint"):
            assert other[actor][column] == pytest.approx(row[column], rel=1e-9)


@given(st.integers(0, 1000))
def test_every_triangle_is_listed_once(seed: int) -> None:
    pairs = np.unique(np.sort(drawn(12, 50, seed), axis=1), axis=0)
    i, j = pairs.T
    A = np.zeros((12, 12), int)
    A[i, j] = A[j, i] = 1
    listed = list(triangles(graph_of(12, i, j)))
    corners = [tuple(sorted(corner)) for t in listed for corner in zip(t.a, t.b, t.c, strict=True)]

    assert len(corners) == len(set(corners)) == np.trace(A @ A @ A) // 6
    for t in listed:
        for edge, one, other in ((t.ab, t.a, t.b), (t.ac, t.a, t.c), (t.bc, t.b, t.c)):
            assert (np.sort([i[edge], j[edge]], axis=0) == np.sort([one, other], axis=0)).all()


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        (ties([("a", "b")], weight=[-1]), NegativeValueError, "ties.weight .* first -1 where from_actor = 'a'"),
        (ties([("a", "b")], weight=[math.inf]), InfiniteValueError, "ties.weight is infinite in 1"),
        (pa.table({"from_actor": ["a"], "to_actor": pa.array([None], pa.string())}), MissingValueError, "to_actor"),
        (pa.table({"from_actor": ["a", "b"], "to_actor": [1, 2]}), ColumnTypeError, "ties.to_actor holds int64"),
        (pa.table({"from_actor": [0.5], "to_actor": [1.5]}), ColumnTypeError, "text or whole numbers"),
        (pa.table({"from_actor": ["a"], "to_actor": ["b"], "weight": ["2"]}), ColumnTypeError, "ties.weight"),
        (ties([]), EmptyTableError, "ties has no rows"),
    ],
)
def test_bad_ties_are_told(rows: pa.Table, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        structural_holes(rows)
