"""Covariance of slopes: homoskedastic, heteroskedastic, clustered, cluster jackknife."""

from __future__ import annotations

import numpy as np

from industria.kernels.groups import Array, Codes, nested, sums

__all__ = ["clustered", "estimated", "heteroskedastic", "homoskedastic", "jackknifed"]


def estimated(slopes: int, F: Codes, g: Codes | None = None) -> int:
    """Count the coefficients K of the small-sample factors.

    Slopes plus levels of the effects; one level less for each effect after the
    first. With clusters, an effect nested in them counts as one level in all:
    its levels are estimated within clusters and take no degrees of freedom from
    comparisons between them (the rule of Stata's reghdfe and R's fixest).

    Parameters
    ----------
    slopes : int
        Regressors.
    F : array, shape (n, q)
        Level of each row in each effect, numbered from 0 without gaps.
    g : array, shape (n,), optional
        Cluster of each row, numbered from 0.

    Returns
    -------
    int
        At least `slopes` + 1.
    """
    levels = F.max(axis=0) + 1
    if g is not None:
        within = np.array([nested(effect, g) for effect in F.T])
        levels = np.where(within, 1, levels)
    return int(slopes + levels.sum() - (F.shape[1] - 1))


def homoskedastic(bread: Array, dispersion: float, n: int, K: int) -> Array:
    """Return s² (X'X)⁻¹ with s² = RSS / (N - K).

    Parameters
    ----------
    bread : array, shape (k, k)
        Inverse of X'X.
    dispersion : float
        Sum of squared residuals; NaN for a family whose dispersion is known to be one.
    n, K : int
        Rows and coefficients.

    Returns
    -------
    array, shape (k, k)
        In squared units of the slopes.
    """
    scale = (n - 1) / (n - K) if np.isnan(dispersion) else dispersion / (n - K)
    return bread * scale


def heteroskedastic(bread: Array, scores: Array, K: int) -> Array:
    """Return the HC1 sandwich, N / (N - K) times that of White (1980).

    Parameters
    ----------
    bread : array, shape (k, k)
        Inverse of X'X.
    scores : array, shape (n, k)
        x_i u_i.
    K : int
        Coefficients.

    Returns
    -------
    array, shape (k, k)
        In squared units of the slopes.
    """
    n = len(scores)
    return np.asarray(n / (n - K) * bread @ (scores.T @ scores) @ bread)


def clustered(bread: Array, scores: Array, g: Codes, K: int) -> Array:
    """Return the CRV1 sandwich with G/(G-1) × (N-1)/(N-K) (Liang & Zeger 1986).

    Parameters
    ----------
    bread : array, shape (k, k)
        Inverse of X'X.
    scores : array, shape (n, k)
        x_i u_i.
    g : array, shape (n,)
        Cluster of each row, numbered from 0 without gaps.
    K : int
        Coefficients, effects nested in the clusters left out.

    Returns
    -------
    array, shape (k, k)
        In squared units of the slopes.
    """
    S = sums(scores, g)
    return np.asarray(_factor(len(S), len(scores), K) * bread @ (S.T @ S) @ bread)


def jackknifed(y: Array, X: Array, Q: Array, g: Codes, K: int) -> tuple[Array, Array]:
    """Return the CRV3 covariance: each cluster left out in turn (Bell & McCaffrey 2002).

    The squared changes of the slopes are added up and scaled as CRV1 is, by
    G/(G-1) × (N-1)/(N-K), which is how fixest and pyfixest have it; the
    textbook's (G-1)/G gives errors smaller by about 2/G.

    Parameters
    ----------
    y : array, shape (n,)
        Outcome net of the effects nested in the clusters.
    X : array, shape (n, k)
        Regressors, likewise.
    Q : array, shape (n, m)
        Orthonormal basis of the controls and other effects, likewise.
    g : array, shape (n,)
        Cluster of each row, numbered from 0 without gaps.
    K : int
        Coefficients, effects nested in the clusters left out.

    Returns
    -------
    covariance : array, shape (k, k)
        In squared units of the slopes.
    identified : array, shape (G,)
        Whether all slopes exist without this cluster; if not, the covariance is NaN.
    """
    k = X.shape[1]
    # Net of Q the normal equations of the full sample are block diagonal, hence well conditioned.
    X, y = X - Q @ (Q.T @ X), y - Q @ (Q.T @ y)
    size = np.linalg.norm(X, axis=0)
    W = np.column_stack([X / size, Q])
    A, a = W.T @ W, W.T @ y
    b = np.linalg.solve(A[:k, :k], a[:k])
    order = np.argsort(g, kind="stable")
    ends = np.cumsum(np.bincount(g))
    G = len(ends)
    changes, identified = np.empty((G, k)), np.empty(G, dtype=bool)
    for h in range(G):
        rows = order[(ends[h - 1] if h else 0) : ends[h]]
        rest = A - W[rows].T @ W[rows]
        inverse = np.linalg.pinv(rest, rcond=1e-10, hermitian=True)
        changes[h] = ((inverse @ (a - W[rows].T @ y[rows]))[:k] - b) / size
        identified[h] = np.allclose((inverse @ rest)[:k], np.eye(k, len(A)), atol=1e-6)
    V = _factor(G, len(y), K) * (changes.T @ changes)
    return (V if identified.all() else np.full_like(V, np.nan)), identified


def _factor(G: int, n: int, K: int) -> float:
    return G / (G - 1) * (n - 1) / (n - K)
