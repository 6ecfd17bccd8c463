from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from industria.kernels.structural_holes import structural_holes


def drawn(n: int, m: int, seed: int) -> tuple[Any, Any]:
    """Distinct arcs at random, none from a node to itself."""
    rng = np.random.default_rng(seed)
    i, k = np.divmod(np.unique(rng.integers(0, n * (n - 1), m)), n - 1)
    return i, k + (k >= i)


def attached(n: int, each: int, seed: int) -> tuple[Any, Any]:
    """A network with hubs: every node ties itself to ends of ties there are (Barabási & Albert 1999)."""
    rng = np.random.default_rng(seed)
    ends = list(range(each))
    i, j = [], []
    for node in range(each, n):
        friends = set(rng.choice(ends, each).tolist())
        i += [node] * len(friends)
        j += friends
        ends += [*friends, *[node] * len(friends)]
    return np.array(i), np.array(j)


def pairs(i: Any, j: Any) -> tuple[Any, Any]:
    both = np.unique(np.column_stack([np.minimum(i, j), np.maximum(i, j)]), axis=0)
    return both[:, 0], both[:, 1]


@pytest.mark.parametrize("shape", ["even", "with hubs"])
def test_constraint_of_three_thousand_actors_against_igraph(
    benchmark: Any, seconds: Callable[..., float], shape: str
) -> None:
    igraph = pytest.importorskip("igraph", reason="the peer igraph is not installed: pip install igraph")
    i, j = pairs(*(drawn(3000, 15_000, seed=1) if shape == "even" else attached(3000, 5, seed=1)))
    graph = igraph.Graph(n=3000, edges=np.column_stack([i, j]))

    found = benchmark(structural_holes, 3000, i, j, np.ones(len(i)))

    np.testing.assert_allclose(found.constraint, graph.constraint(), atol=1e-12)
    ratio = benchmark.stats.stats.min / seconds(graph.constraint, 7)
    benchmark.extra_info[f"times igraph {igraph.__version__}"] = round(ratio, 3)
    assert ratio < 2
