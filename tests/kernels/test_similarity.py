from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from industria.kernels import similarity as kernel
from industria.kernels.similarity import Kind, blocks, closest, space

VALUES = st.sampled_from([0.0, 0.0, 0.1, 0.5, 2.0, 7.0])
MATRICES = st.tuples(st.integers(1, 7), st.integers(1, 6)).flatmap(lambda shape: arrays(float, shape, elements=VALUES))


def whole(X: Any, w: Any, kind: Kind, standardize: bool = False) -> Any:
    every = np.arange(len(X))
    return np.vstack([S for _, S in blocks([space(csr_array(X), w, kind, standardize)], every)])


@given(MATRICES, st.sampled_from(["jaccard", "needs"]), st.data())
def test_products_of_stacks_are_sums_of_the_smaller_values(X: Any, kind: Kind, data: Any) -> None:
    w = data.draw(arrays(float, X.shape[1], elements=st.floats(0.25, 4)))
    least = (np.minimum(X[:, None], X[None]) * w).sum(axis=2)
    most = (np.maximum(X[:, None], X[None]) * w).sum(axis=2)
    over = most if kind == "jaccard" else np.broadcast_to(X @ w, least.shape)
    wanted = np.divide(least, over, out=np.full(least.shape, np.nan), where=over > 0)

    np.testing.assert_allclose(whole(X, w, kind), wanted, atol=1e-9)


@given(arrays(float, (6, 4), elements=st.floats(-5, 5).map(lambda value: round(value, 2))))
def test_a_cosine_of_standardized_values_is_made_without_standardizing_them(X: Any) -> None:
    spread = X.std(axis=0)
    Z = np.divide(X - X.mean(axis=0), spread, out=np.zeros_like(X), where=spread > 1e-9)
    length = np.linalg.norm(Z, axis=1)
    if (length < 0.01).any():
        return  # rounding alone tells the direction of such a profile
    wanted = Z @ Z.T / np.outer(length, length)

    np.testing.assert_allclose(whole(X, np.ones(4), "cosine", standardize=True), wanted, atol=1e-6)


@pytest.mark.parametrize("kind", ["cosine", "jaccard", "needs"])
def test_sparse_and_dense_products_are_the_same(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    X = rng.integers(0, 4, (40, 30)) * (rng.random((40, 30)) < 0.3)
    found = []
    for bound in (0.0, 1.0):
        monkeypatch.setattr(kernel, "DENSE", bound)
        found.append(whole(X.astype(float), np.ones(30), kind))

    np.testing.assert_allclose(found[0], found[1], atol=1e-12)


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    X = np.random.default_rng(4).random((50, 8))
    together = whole(X, np.ones(8), "cosine")
    monkeypatch.setattr(kernel, "AT_ONCE", 7)

    np.testing.assert_allclose(whole(X, np.ones(8), "cosine"), together, atol=1e-12)


def test_of_equals_the_first_are_kept_and_nothing_is_kept_of_zeros() -> None:
    S = np.array([[1.0, 0.5, 0.5, 0.5, np.nan], [0.0, 1.0, 0.0, 0.2, 0.9]])
    i, j, alike = closest(S, np.array([0, 1]), 2)

    assert list(zip(i.tolist(), j.tolist(), strict=True)) == [(0, 1), (0, 2), (1, 4), (1, 3)]
    assert alike.tolist() == [0.5, 0.5, 0.9, 0.2]
    assert closest(S, np.array([0, 1]), None)[1].tolist() == [1, 2, 3, 4, 3, 0, 2]


def test_three_of_ten_are_not_above_three_tenths() -> None:
    """Bounds of pathways are shares such as .30; a product of roots is a hair off, up or down."""
    X = np.tril(np.ones((10, 10)))
    i, j, alike = closest(whole(X, np.full(10, 0.1), "needs"), np.arange(10), None)

    assert alike[(i == 2) & (j == 9)] == 0.3
    assert alike[(i == 6) & (j == 9)] == 0.7
