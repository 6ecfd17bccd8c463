"""What the rows of a matrix tell of single columns: a column is told if its unit vector lies in their span."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array, diags_array, hstack
from scipy.sparse.linalg import lsmr

__all__ = ["combination", "null_vectors"]

Array = npt.NDArray[np.float64]

DENSE: Final = 150
"""Rows or columns up to which the span is found by a singular value decomposition."""
STEPS: Final = 400
"""Of an iteration; it is begun anew with what is left, as long as that is more than `CLOSE`."""
ROUNDS: Final = 5
CLOSE: Final = 1e-10
SMALL: Final = 1e-9
"""Beside the largest: a singular value, or a weight of a row, that is nothing."""


def null_vectors(M: csr_array, k: int, *, seed: int = 0) -> tuple[Array, bool]:
    """Project random vectors on what M takes for nothing: z = r - M⁺ M r.

    Parameters
    ----------
    M : csr_array, shape (m, n)
        Rows that are known.
    k : int
        Vectors. A column is told by the rows if, and but for chance only if, all of them are zero there.
    seed : int
        Of the vectors.

    Returns
    -------
    array, shape (n, k)
        One a column.
    bool
        Whether the projections have settled.
    """
    r = np.random.default_rng(seed).standard_normal((M.shape[1], k))
    length = np.sqrt(np.asarray(M.multiply(M).sum(axis=1)).ravel())
    there = np.flatnonzero(length)
    if not len(there):
        return r, True
    # Rows of one length span the same, and iterations settle sooner.
    rows = csr_array(diags_array(1 / length[there]) @ M[there])
    if min(rows.shape) <= DENSE:
        _, size, V = np.linalg.svd(rows.toarray(), full_matrices=False)
        V = V[size > SMALL * size[0]]
        return r - V.T @ (V @ r), True
    z = np.stack([_projected(rows, column) for column in r.T], axis=1)
    return z, bool(np.abs(rows @ z).max() <= 100 * CLOSE)


def _projected(M: csr_array, r: Array) -> Array:
    for _ in range(ROUNDS):
        left = M @ r
        if np.abs(left).max() <= CLOSE:
            break
        r = r - lsmr(M, left, atol=CLOSE / 100, btol=CLOSE / 100, conlim=0.0, maxiter=STEPS)[0]
    return r


def combination(M: csr_array, told: Array, cost: Array) -> Array | None:
    """Find weights of rows that add up to a vector, the cheapest: M' w = told; None where there are none.

    Parameters
    ----------
    M : csr_array, shape (m, n)
        Rows that are known.
    told : array, shape (n,)
        A vector that their span may hold.
    cost : array, shape (m,)
        Of a weight of one, or of minus one.

    Returns
    -------
    array, shape (m,), or None
        Weights: of few rows, since those of the others cost.
    """
    wide = hstack([M.T, -M.T], format="csc")
    found = linprog(np.concatenate([cost, cost]), A_eq=wide, b_eq=told, bounds=(0, None), method="highs")
    if found.status != 0:
        return None
    weights = found.x[: M.shape[0]] - found.x[M.shape[0] :]
    weights[np.abs(weights) <= SMALL * np.abs(weights).max(initial=1.0)] = 0.0
    return np.asarray(weights, float)
