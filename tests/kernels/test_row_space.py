"""What rows tell of columns is what a solver finds, by decomposition and by iteration."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_array

from industria.kernels import row_space
from industria.kernels.row_space import combination, null_vectors


def memberships(m: int, n: int, seed: int) -> csr_array:
    """Rows of ones and zeros, each of a few columns."""
    rng = np.random.default_rng(seed)
    return csr_array((rng.random((m, n)) < 3 / n).astype(float))


def told(M: csr_array) -> npt.NDArray[np.bool_]:
    """Tell of which columns least squares reach the unit vector."""
    dense = M.toarray()
    left = np.eye(M.shape[1]) - dense.T @ np.linalg.lstsq(dense.T, np.eye(M.shape[1]), rcond=None)[0]
    return np.asarray(np.abs(left).max(axis=0) < 1e-9)


@pytest.mark.parametrize("most", [0, 150], ids=["by iteration", "by decomposition"])
@pytest.mark.parametrize("seed", range(5))
def test_vectors_are_nothing_where_columns_are_told(most: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_space, "DENSE", most)
    M = memberships(30, 40, seed)

    z, settled = null_vectors(M, 3)

    assert settled
    assert 0 < told(M).sum() < 40
    np.testing.assert_array_equal(np.abs(z).max(axis=1) < 1e-6, told(M))


@pytest.mark.parametrize("seed", range(5))
def test_weights_of_rows_make_the_columns_that_are_told_and_no_others(seed: int) -> None:
    M = memberships(30, 40, seed)

    for column, known in enumerate(told(M)):
        weights = combination(M, np.eye(40)[column], np.ones(30))
        assert (weights is not None) == known
        if weights is not None:
            np.testing.assert_allclose(M.T @ weights, np.eye(40)[column], atol=1e-7)


def test_free_rows_are_taken_first() -> None:
    """A column is told by its own row, or by a sum less its other part."""
    M = csr_array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])

    weights = combination(M, np.array([1.0, 0.0]), np.array([3.0, 1.0, 0.0]))

    assert weights is not None
    np.testing.assert_allclose(weights, np.array([0.0, 1.0, -1.0]))
