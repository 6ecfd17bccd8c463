"""Core and periphery: the split of a graph that comes nearest to a dense core around which nothing else is tied."""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import eigsh

__all__ = ["NEAR", "Flags", "OffDiagonal", "Split", "best_split", "coreness", "null_correlation"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
OffDiagonal = Literal["missing", "one", "zero"]

NEAR: Final = 1e-12
"""Correlations that differ by less are equal: the sums behind them are rounded."""
TOGETHER: Final = 1 << 12
"""Splits looked at together."""
DENSE: Final = 1_000
"""Nodes up to which all eigenvectors are computed."""


class Split(NamedTuple):
    """A core, how well it fits, and how many of its size fit as well."""

    core: Flags | None
    correlation: float
    n_equal: int


NO_SPLIT: Final = Split(None, float("nan"), 0)


def best_split(
    n: int, i: Ids, j: Ids, w: Array, *, off_diagonal: OffDiagonal, exact: bool, restarts: int, rng: np.random.Generator
) -> Split:
    """Find the core whose ideal pattern correlates most with the ties (Borgatti & Everett 2000).

    In the pattern two nodes of the core are tied and two of the periphery are not; pairs
    of one of each are left out, tied, or not tied. Among equal splits that with the
    smallest core is taken, then that with the first nodes.

    Parameters
    ----------
    n : int
        Nodes.
    i, j : array, shape (m,)
        Ends of each edge, no edge twice and none from a node to itself.
    w : array, shape (m,)
        Weights.
    off_diagonal : {"missing", "one", "zero"}
        What pairs of one node of each are in the pattern.
    exact : bool
        Look at all 2^n splits; else climb from several starts, one node at a time.
    restarts : int
        Starts besides that by degree.
    rng : Generator
        What the starts are drawn by.

    Returns
    -------
    core : array of bool, shape (n,), or None
        None where no split has a correlation.
    correlation : float
        Its Pearson correlation over the pairs of the pattern; NaN without a core.
    n_equal : int
        Cores of its size that correlate as much, this one too; of a search, those that it came upon.
    """
    if n < 3:
        return NO_SPLIT
    if exact:
        splits, found = _all_splits(n, i, j, w, off_diagonal)
    else:
        splits, found = _climbed(n, i, j, w, off_diagonal, restarts, rng)
    if not np.isfinite(found).any():
        return NO_SPLIT
    best = np.flatnonzero(found >= found.max() - NEAR)
    size = splits[best].sum(axis=1)
    best = best[size == size.min()]
    equal = np.unique(splits[best], axis=0)
    first = equal[-1]  # in the order of their rows, true after false
    return Split(first, float(min(found[best[0]], 1.0)), len(equal))


def null_correlation(
    rng: np.random.Generator, w: Array, *, n: int, off_diagonal: OffDiagonal, exact: bool, restarts: int
) -> float:
    """Find the best correlation where as many ties, of the same weights, lie between random pairs.

    Parameters
    ----------
    rng : Generator
        What draws the pairs and the starts.
    w : array, shape (m,)
        Weights.
    n, off_diagonal, exact, restarts
        As in `best_split`: chance is given the same search.

    Returns
    -------
    float
        -1 where no split has a correlation.
    """
    pairs = np.sort(rng.choice(n * (n - 1) // 2, len(w), replace=False))
    # Pairs by their larger end: those of j are numbered from j (j - 1) / 2.
    j = np.floor((1 + np.sqrt(1 + 8 * pairs.astype(float))) / 2).astype(np.int64)
    j -= j * (j - 1) // 2 > pairs
    i = pairs - j * (j - 1) // 2
    found = best_split(n, i, j, rng.permutation(w), off_diagonal=off_diagonal, exact=exact, restarts=restarts, rng=rng)
    return -1.0 if found.core is None else found.correlation


def coreness(n: int, i: Ids, j: Ids, w: Array) -> Array:
    """Tell how close each node is to the core: the leading eigenvector, its largest entry 1.

    Where several parts of the graph lead alike, all are in it.
    """
    if not len(w):
        return np.zeros(n)
    A = _matrix(n, i, j, w)
    if n <= DENSE:
        values, vectors = np.linalg.eigh(A.toarray())
        leading = vectors[:, values >= values[-1] * (1 - 1e-9)]
        found = leading @ leading.sum(axis=0)
    else:
        found = eigsh(A, k=1, v0=np.ones(n))[1][:, 0]
    found = np.abs(found)
    found[found < 1e-9 * found.max()] = 0.0
    return np.asarray(found / found.max(), float)


def _matrix(n: int, i: Ids, j: Ids, w: Array) -> csr_array:
    ends = np.concatenate([i, j]), np.concatenate([j, i])
    return coo_array((np.concatenate([w, w]), ends), shape=(n, n)).tocsr()


def _correlation(k: Any, core: Any, periphery: Any, squares: Any, n: int, w: Array, off_diagonal: OffDiagonal) -> Array:
    """Correlate ties with the pattern, from sums alone.

    Parameters
    ----------
    k : array
        Nodes of the core.
    core, periphery : array
        Weights within each, added up.
    squares : array
        Squares of the weights within both, added up.

    Returns
    -------
    array
        -inf where ties or pattern do not vary.
    """
    rest = n - k
    every = n * (n - 1) / 2
    one, none = k * (k - 1) / 2, rest * (rest - 1) / 2
    tied, loose = core, periphery
    if off_diagonal == "one":
        one, tied, squares = every - none, w.sum() - periphery, (w**2).sum()
    elif off_diagonal == "zero":
        none, loose, squares = every - one, w.sum() - core, (w**2).sum()
    N = one + none
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = squares / N - ((tied + loose) / N) ** 2
        found = (tied / one - loose / none) * np.sqrt(one * none) / N / np.sqrt(variance)
    varies = (one > 0) & (none > 0) & (variance > NEAR * squares / np.maximum(N, 1))
    return np.where(varies, found, -np.inf)


def _all_splits(n: int, i: Ids, j: Ids, w: Array, off_diagonal: OffDiagonal) -> tuple[Flags, Array]:
    """Look at every split; hand on the best of each lot."""
    sums = _Sums(n, i, j, w)
    kept, correlations = [], []
    for first in range(0, 1 << n, TOGETHER):
        numbers = np.arange(first, min(first + TOGETHER, 1 << n))
        X = (numbers[:, None] >> np.arange(n)[::-1]) & 1 == 1
        found = _correlation(*sums.of(X)[0], n, w, off_diagonal)
        best = np.flatnonzero(np.isfinite(found) & (found >= found.max() - NEAR))
        kept.append(X[best])
        correlations.append(found[best])
    return np.concatenate(kept), np.concatenate(correlations)


class _Sums:
    """Ties within core and periphery, for many splits at once."""

    def __init__(self, n: int, i: Ids, j: Ids, w: Array) -> None:
        self.A = _matrix(n, i, j, w)
        self.squared = self.A if (w == 1).all() else self.A.multiply(self.A).tocsr()
        self.degree, self.degree2 = (np.asarray(part.sum(axis=0), float) for part in (self.A, self.squared))

    def of(self, X: Flags) -> tuple[tuple[Array, Array, Array, Array], tuple[Array, Array]]:
        """Size, core, periphery and squares of each row's split; then each node's ties with the core, and squares."""
        inside = (self.A @ X.T.astype(float)).T
        inside2 = inside if self.squared is self.A else (self.squared @ X.T.astype(float)).T
        core, core2 = ((part * X).sum(axis=1) / 2 for part in (inside, inside2))
        periphery = ((self.degree - inside) * ~X).sum(axis=1) / 2
        periphery2 = ((self.degree2 - inside2) * ~X).sum(axis=1) / 2
        return (X.sum(axis=1).astype(float), core, periphery, core2 + periphery2), (inside, inside2)

    def after_a_move(self, X: Flags) -> tuple[Array, Array, Array, Array]:
        """Tell the same of each row's split with one node moved, for every node."""
        (k, core, periphery, squares), (inside, inside2) = self.of(X)
        step = np.where(X, -1.0, 1.0)
        return (
            k[:, None] + step,
            core[:, None] + step * inside,
            periphery[:, None] - step * (self.degree - inside),
            squares[:, None] + step * (2 * inside2 - self.degree2),
        )


def _climbed(
    n: int, i: Ids, j: Ids, w: Array, off_diagonal: OffDiagonal, restarts: int, rng: np.random.Generator
) -> tuple[Flags, Array]:
    """Climb from every start until no node helps by moving into the core or out of it.

    Many nodes move at once, those that help most; fewer where together they do not help, at last one.
    """
    sums = _Sums(n, i, j, w)
    noise = np.vstack([np.zeros(n), rng.standard_normal((restarts, n))])
    X = np.stack([_best_prefix(n, i, j, w, off_diagonal, sums.degree * np.exp(some)) for some in noise])
    found = _correlation(*sums.of(X)[0], n, w, off_diagonal)
    part, climbing = np.full(len(X), 0.5), np.arange(len(X))
    while len(climbing):
        gain = _correlation(*sums.after_a_move(X[climbing]), n, w, off_diagonal) - found[climbing, None]
        helping = (gain > NEAR).sum(axis=1)
        climbing, gain, helping = climbing[helping > 0], gain[helping > 0], helping[helping > 0]
        if not len(climbing):
            break
        many = np.maximum((helping * part[climbing]).astype(np.int64), 1)
        order = np.argsort(-gain, axis=1, kind="stable")
        moved = X[climbing]
        lot, place = np.nonzero(np.arange(n) < many[:, None])
        node = order[lot, place]
        moved[lot, node] = ~moved[lot, node]
        reached = _correlation(*sums.of(moved)[0], n, w, off_diagonal)
        better = reached > found[climbing]
        X[climbing[better]], found[climbing[better]] = moved[better], reached[better]
        part[climbing] = np.where(better, np.minimum(2 * part[climbing], 0.5), part[climbing] / 4)
        climbing = climbing[better | (many > 1)]
    return X, found


def _best_prefix(n: int, i: Ids, j: Ids, w: Array, off_diagonal: OffDiagonal, score: Array) -> Flags:
    """Put the nodes with the highest scores into the core, as many as fit best."""
    place = np.empty(n, np.int64)
    place[np.lexsort((np.arange(n), -score))] = np.arange(n)
    sooner, later = np.minimum(place[i], place[j]), np.maximum(place[i], place[j])
    core, core2 = (np.cumsum(np.bincount(later, part, n)) for part in (w, w**2))
    away, away2 = (np.cumsum(np.bincount(sooner, part, n)) for part in (w, w**2))
    found = _correlation(np.arange(1.0, n + 1), core, w.sum() - away, core2 + (w**2).sum() - away2, n, w, off_diagonal)
    return place <= found.argmax()
