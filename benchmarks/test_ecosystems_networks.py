from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import scipy
from scipy.sparse import csr_array

from industria import ecosystems
from industria.kernels.brokerage import arcs_of, census
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


@pytest.fixture(scope="module")
def large() -> tuple[Any, Any, Any]:
    """A hundred thousand actors in twenty groups, a million ties."""
    i, j = drawn(100_000, 1_000_000, seed=2)
    return i, j, np.random.default_rng(3).integers(0, 20, 100_000)


@pytest.fixture(scope="module")
def masked_product(seconds: Callable[..., float], large: tuple[Any, Any, Any]) -> tuple[float, Any]:
    """Seconds of A A masked by A, which counts the closed two-paths by arc, and what it finds."""
    i, j, _ = large
    A = csr_array((np.ones(len(i), np.int64), (i, j)), shape=(100_000, 100_000))
    return seconds(lambda: (A @ A).multiply(A)), (A @ A).multiply(A).sum()


def test_roles_of_a_hundred_thousand_actors_against_a_sparse_product(
    benchmark: Any, large: tuple[Any, Any, Any], masked_product: tuple[float, Any]
) -> None:
    i, j, g = large
    peer, closed = masked_product

    found = benchmark.pedantic(lambda: census(arcs_of(len(g), i, j), g[None, :])[0][0], rounds=3)

    n = len(g)
    arrive, leave = np.bincount(j, minlength=n), np.bincount(i, minlength=n)
    returns = np.isin(i * n + j, j * n + i).sum()
    assert found.sum() == (arrive * leave).sum() - returns - closed
    ratio = benchmark.stats.stats.min / peer
    benchmark.extra_info[f"times A A masked by A, scipy {scipy.__version__}"] = round(ratio, 2)
    assert ratio < 3


def test_the_whole_measure_with_its_null_against_a_sparse_product(
    benchmark: Any, large: tuple[Any, Any, Any], masked_product: tuple[float, Any]
) -> None:
    """Labels read and numbered, roles, and mean and standard deviation over all orders of the groups."""
    i, j, g = large
    names = pa.array([f"actor {k:06d}" for k in range(len(g))])
    ties = pa.table({"from_actor": names.take(pa.array(i)), "to_actor": names.take(pa.array(j))})
    groups = pa.table({"actor": names, "group": [f"group {k:02d}" for k in g]})

    found = benchmark.pedantic(lambda: ecosystems.brokerage_roles(ties, groups).to_arrow(), rounds=3)

    assert sum(found["total"].drop_null().to_pylist()) == census(arcs_of(len(g), i, j), g[None, :])[0].sum()
    ratio = benchmark.stats.stats.min / masked_product[0]
    benchmark.extra_info[f"times A A masked by A, scipy {scipy.__version__}"] = round(ratio, 2)
    assert ratio < 3
