"""Index numbers of many periods, countries or firms at once, which agree with each other whatever the path."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.sparse.csgraph import connected_components

from industria.kernels.index_numbers import Array, over

__all__ = ["KERNELS", "bilateral_logs", "fisher_levels", "geary_khamis", "geks", "spliced", "time_product_dummy"]


def bilateral_logs(kernel: str, P: Array, Q: Array) -> Array:
    """Compare all pairs of periods by their matched items, as masked matrix products.

    Parameters
    ----------
    kernel : str
        fisher, tornqvist, walsh or jevons.
    P : array, shape (T, N)
        Prices; 0 where an item is not seen.
    Q : array, shape (T, N)
        Quantities; 0 where an item is not seen.

    Returns
    -------
    array, shape (T, T)
        [r, t] is the log of prices in t over those in r; NaN where the two have no item in common.
    """
    M = (P > 0).astype(np.float64)
    lp = np.log(np.where(P > 0, P, 1.0))
    V = P * Q
    if kernel == "jevons":
        return over(M @ lp.T - lp @ M.T, M @ M.T)
    if kernel == "walsh":
        R = np.sqrt(Q)
        W = over(R @ (P * R).T, (P * R) @ R.T)
        return np.log(np.where(W > 0, W, np.nan))
    earlier, later = V @ M.T, M @ V.T
    if kernel == "fisher":
        F = over(Q @ P.T, earlier) * over(later, P @ Q.T)
        return np.log(np.where(F > 0, F, np.nan)) / 2
    weighted = V * lp
    return over(V @ lp.T - weighted @ M.T, 2 * earlier) + over(M @ weighted.T - lp @ V.T, 2 * later)


KERNELS = ("tornqvist", "fisher", "walsh", "jevons")


def geks(L: Array) -> Array:
    """Turn bilateral comparisons into transitive ones, by least squares.

    Where every pair has items in common this is ln P_t = mean_r L[r, t] - mean_r L[r, 1].

    Parameters
    ----------
    L : array, shape (T, T)
        Log comparisons; NaN where a pair has none.

    Returns
    -------
    array, shape (T,)
        Log prices, 0 in the first period; NaN where no chain of pairs leads there.
    """
    told = np.isfinite(L)
    if told.all():
        mean = L.mean(axis=0)
        return np.asarray(mean - mean[0])
    return _solved(np.diag(told.sum(axis=0)) - told.astype(np.float64), np.where(told, L, 0.0).sum(axis=0), told)


def geary_khamis(P: Array, Q: Array) -> Array:
    """Return log prices by Geary and Khamis: P_t = Σ p q / Σ π q with π_i = Σ_t (p q / P_t) / Σ_t q.

    In x = 1/P this is V_t x_t = Σ_s B[t, s] x_s with B[t, s] = Σ_i q_it v_is / Σ_u q_iu: T linear equations.

    Parameters
    ----------
    P, Q : array, shape (T, N)
        Prices and quantities; 0 where an item is not seen.

    Returns
    -------
    array, shape (T,)
        0 in the first period; NaN where no chain of common items leads there.
    """
    V, bought = P * Q, (Q > 0).astype(np.float64)
    B = (Q / np.where(bought.any(axis=0), Q.sum(axis=0), 1.0)) @ V.T
    inside = _reached(bought @ bought.T > 0)
    rest = np.flatnonzero(inside)[1:]
    A = np.diag(V.sum(axis=1)) - B
    x = np.where(inside, 1.0, np.nan)
    x[rest] = np.linalg.solve(A[np.ix_(rest, rest)], B[rest, 0])
    return np.asarray(-np.log(x))


def time_product_dummy(P: Array, Q: Array) -> Array:
    """Return the period effects of log prices on items and periods, by least squares weighted with value shares.

    Items are eliminated, which leaves T linear equations.

    Parameters
    ----------
    P, Q : array, shape (T, N)
        Prices and quantities; 0 where an item is not seen.

    Returns
    -------
    array, shape (T,)
        0 in the first period; NaN where no chain of common items leads there.
    """
    V = P * Q
    S = V / np.where(V.any(axis=1), V.sum(axis=1), 1.0)[:, None]
    weight = S.sum(axis=0)
    share = S / np.where(weight > 0, weight, 1.0)
    lp = np.log(np.where(P > 0, P, 1.0))
    b = (S * lp).sum(axis=1) - S @ (share * lp).sum(axis=0)
    A = np.diag(S.sum(axis=1)) - S @ share.T
    bought = (V > 0).astype(np.float64)
    return _solved(A, b, bought @ bought.T > 0)


def fisher_levels(Q: Array, P: Array, block: int = 1024) -> Array:
    """Return log quantity levels of many bundles, transitive by the mean of Fisher indexes over all pairs.

    With A[r, t] = p_r q_t this is ½ (mean_r ln A[r, t] - mean_r ln A[t, r] + ln A[t, t] - mean_r ln A[r, r]), so
    that no matrix of pairs need stand in memory.

    Parameters
    ----------
    Q, P : array, shape (n, M)
        Quantities and their prices; every bundle is worth something at the prices of every other.
    block : int
        Rows of A made at once.

    Returns
    -------
    array, shape (n,)
        Mean 0.
    """
    n = len(Q)
    down, across = np.zeros(n), np.zeros(n)
    for start in range(0, n, block):
        A = np.log(P[start : start + block] @ Q.T)
        down += A.sum(axis=0) / n
        across[start : start + block] = A.mean(axis=1)
    own = np.log((P * Q).sum(axis=1))
    return np.asarray((down - across + own - own.mean()) / 2)


def spliced(window: Callable[[int, int], Array], T: int, W: int, splice: str) -> Array:
    """Extend an index of the first W periods by windows of W, never revising what was published.

    With N the index of the new window and V that of the one before, the link over the period k of the new
    window is (N_{W-1} / N_k) / (V_{W-1} / V_{k+1}); the movement, window and half splice take k = W - 2, 0 and
    ⌊(W - 1) / 2⌋, the mean splice the geometric mean of all (Krsinich 2016; Diewert & Fox 2020). On the
    published series R: wisp and hasp take R_{t-W+1+k} N_{W-1} / N_k at k = 0 and ⌊(W - 1) / 2⌋, mean_published
    the geometric mean of all. fixed_base_expanding and fixed_base_moving compare with a base period that moves
    every W - 1 periods, in a window that grows from it or that moves along (Chessa 2016).

    Parameters
    ----------
    window : callable
        Log index of the periods from its first argument to its second, exclusive; 0 in the first of them.
    T, W : int
        Periods in all, and of a window; 2 <= W <= T.
    splice : str
        How windows are joined.

    Returns
    -------
    array, shape (T,)
        Log index, 0 in the first period.
    """
    R = np.full(T, np.nan)
    if splice == "fixed_base_expanding":
        R[0] = 0.0
        for t in range(1, T):
            base = (t - 1) // (W - 1) * (W - 1)
            R[t] = R[base] + window(base, t + 1)[-1]
        return R
    V = window(0, W)
    R[:W] = V
    for t in range(W, T):
        N = window(t - W + 1, t + 1)
        R[t] = _extended(R[t - W + 1 : t], N, V, splice, (t - 1) % (W - 1) + 1)
        V = N
    return R


def _extended(R: Array, N: Array, V: Array, splice: str, since_base: int) -> float:
    """Extend the published series R of the W - 1 periods before by the last of the new window."""
    W = len(N)
    links = (N[-1] - N[:-1]) - (V[-1] - V[1:])
    published = R + N[-1] - N[:-1]
    half = (W - 1) // 2
    found = {
        "movement": lambda: R[-1] + links[-1],
        "window": lambda: R[-1] + links[0],
        "half": lambda: R[-1] + links[half],
        "mean": lambda: R[-1] + links.mean(),
        "wisp": lambda: published[0],
        "hasp": lambda: published[half],
        "mean_published": lambda: published.mean(),
        "fixed_base_moving": lambda: published[W - 1 - since_base],
    }[splice]()
    return float(found)


def _solved(A: Array, b: Array, links: npt.NDArray[np.bool_]) -> Array:
    """Solve for effects that are 0 in the first period; NaN where no link leads there."""
    inside = _reached(links)
    rest = np.flatnonzero(inside)[1:]
    x = np.where(inside, 0.0, np.nan)
    x[rest] = np.linalg.solve(A[np.ix_(rest, rest)], b[rest])
    return np.asarray(x)


def _reached(links: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Find the periods that a chain of links joins to the first, shape (T,)."""
    _, part = connected_components(links, directed=False)
    return np.asarray(part == part[0])
