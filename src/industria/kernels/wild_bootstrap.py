"""The restricted wild cluster bootstrap-t."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import numpy as np

from industria.kernels.groups import Array, Codes, sums
from industria.kernels.inverted_test import Draws
from industria.kernels.least_squares import orthonormal

__all__ = ["Weights", "wild_cluster_bootstrap"]

Weights = Literal["rademacher", "webb"]

WEBB: Final = np.sqrt([0.5, 1.0, 1.5])
ENTRIES: Final = 4_000_000
"""Numbers held at once: 32 MB a matrix."""


def wild_cluster_bootstrap(
    y: Array, X: Array, Q: Array, g: Codes, *, replications: int, weights: Weights, seed: np.random.SeedSequence
) -> list[Draws]:
    """Draw t statistics of each slope under the null (Cameron, Gelbach & Miller 2008).

    Residuals r of the model without x_j (its slope held at b0) are multiplied by
    one weight v_g a cluster. With d = x_j net of everything else, W a basis of all
    regressors and u the residuals of the full model, the draw's numerator is
    Σ v_g d_g'r_g and its score in cluster g is v_g d_g'r_g - d_g'W (Σ_h v_h W_h'r_h).
    Since r = u + (b - b0) d, both are linear in b0, and B draws are products of a
    (B, G) matrix of weights with G-row summaries of the data (Roodman, MacKinnon,
    Nielsen & Webb 2019, "Fast and wild"). Factors common to the data and the
    draws, such as G/(G-1), cancel.

    Parameters
    ----------
    y : array, shape (n,)
        Outcome net of the effects nested in the clusters: v_g leaves them at zero.
    X : array, shape (n, k)
        Regressors, likewise.
    Q : array, shape (n, m)
        Orthonormal basis of the controls and other effects, likewise.
    g : array, shape (n,)
        Cluster of each row, numbered from 0 without gaps.
    replications : int
        Draws B. With Rademacher weights and 2^G <= B all 2^G sign patterns are
        taken instead, once each.
    weights : {"rademacher", "webb"}
        ±1, or the six points ±√½, ±1, ±√1½ of Webb (2014) for very few clusters.
    seed : SeedSequence
        The draws depend on it alone, not on threads or memory.

    Returns
    -------
    list of Draws
        One for each column of X.
    """
    X, y = X - Q @ (Q.T @ X), y - Q @ (Q.T @ y)
    b = np.linalg.solve(X.T @ X, X.T @ y)
    u = y - X @ b
    W = np.column_stack([Q, orthonormal(X)])
    WU = sums(W * u[:, None], g)
    signs = _patterns(len(WU)) if weights == "rademacher" and 2.0 ** len(WU) <= replications else None
    return [
        _draws(_net(X, j), u, W, WU, g, float(b[j]), _weights(len(WU), replications, weights, seed, signs), signs)
        for j in range(X.shape[1])
    ]


def _net(X: Array, j: int) -> Array:
    """Regressor j net of the others."""
    others = orthonormal(np.delete(X, j, axis=1))
    return X[:, j] - others @ (others.T @ X[:, j])


def _draws(
    d: Array, u: Array, W: Array, WU: Array, g: Codes, b: float, batches: Iterator[Array], all_of_them: Array | None
) -> Draws:
    du, dd = sums(d * u, g), sums(d * d, g)
    WD = sums(W * d[:, None], g)
    total = dd.sum()
    parts = []
    for V in batches:
        # Scores of the draw where r is u, and what they gain for each unit of b - b0.
        U = V * du - (V @ WU) @ WD.T
        D = V * dd - (V @ WD) @ WD.T
        parts.append(
            [V @ du / total, V @ dd / total]
            + [np.einsum("bg,bg->b", left, right) / total**2 for left, right in ((U, U), (U, 2 * D), (D, D))]
        )
    n0, n1, q0, q1, q2 = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Draws(n0, n1, q0, q1, q2, b, float(du @ du / total**2), all_of_them is not None)


def _patterns(G: int) -> Array:
    """All 2^G rows of signs."""
    return np.where((np.arange(2**G)[:, None] >> np.arange(G)) & 1, 1.0, -1.0)


def _weights(
    G: int, replications: int, weights: Weights, seed: np.random.SeedSequence, signs: Array | None
) -> Iterator[Array]:
    if signs is not None:
        yield signs
        return
    rng = np.random.default_rng(seed)
    size = max(1, ENTRIES // G)
    for start in range(0, replications, size):
        shape = (min(size, replications - start), G)
        V = 2.0 * rng.integers(0, 2, shape, dtype=np.int8) - 1.0
        yield V if weights == "rademacher" else V * WEBB[rng.integers(0, 3, shape, dtype=np.int8)]
