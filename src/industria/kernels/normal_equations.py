"""Normal equations that add up over parts of a sample, clustered errors of one round among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from industria.kernels.groups import Array, Codes

__all__ = ["COUNTS", "Moments", "Solution", "largest_parts", "moments", "solved", "told_alone"]


MANY: Final = 4_000_000
"""Products of regressors held at one time."""
GONE: Final = 1e-9
"""Share of a column's square, net of those before it, below which it is a combination of them."""
ROUNDING: Final = 1e-12
"""Eigenvalues below this share of the largest are zero."""
COUNTS: Final = ("rows", "units", "clusters", "clustered", "parts", "parts_with_cluster_sums")


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What least squares with clustered errors needs of a sample; every number is a sum over its clusters.

    Attributes
    ----------
    names : tuple of str
        The k regressors in the order of their text, dummies of common effects among them.
    S, s, yy : array, shape (k, k); array, shape (k,); float
        X'X, X'y and y'y, net of what is absorbed and times the root of the weights.
    aa : array, shape (k, k)
        Sum of a a' over clusters, with a = X_g'y_g.
    aB : array, shape (k, m)
        Sum of a b', with b the m = k(k+1)/2 entries of B = X_g'X_g on and above its diagonal, row by row.
    BB : array, shape (m, m)
        Sum of b b'.
    counts : dict of str to float
        `rows`, `units`, `clusters`; `parts` of the sample, those `clustered`, in which rows of one cluster hang
        together, and `parts_with_cluster_sums`: where one withholds its sums over clusters, there is no covariance.
    levels, across : dict of str to float
        Levels of each absorbed effect; those of effects that are not nested in the clusters, 0 for the others.
    """

    names: tuple[str, ...]
    S: Array
    s: Array
    yy: float
    aa: Array
    aB: Array
    BB: Array
    counts: dict[str, float]
    levels: dict[str, float]
    across: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Slopes that normal equations give.

    Attributes
    ----------
    names : tuple of str
        Regressors that stand on their own, in the order asked for.
    b, V : array, shape (r,); array, shape (r, r)
        Slopes, and their covariance: CRV1 with G/(G-1) × (N-1)/(N-K), HC1 where each row is a cluster;
        NaN with a single cluster, or where cluster sums of a part are withheld.
    df : float
        Of the t distribution: G - 1, or N - K where each row is a cluster.
    rss : float
        Sum of squared residuals.
    K : int
        Coefficients, absorbed levels among them.
    """

    names: tuple[str, ...]
    b: Array
    V: Array
    df: float
    rss: float
    K: int


def moments(
    names: Sequence[str],
    y: Array,
    X: Array,
    g: Codes,
    counts: dict[str, float],
    levels: dict[str, float],
    across: dict[str, float],
) -> Moments:
    """Add up a sample.

    Parameters
    ----------
    names : sequence of str
        Of the columns of X, each once, in the order of their text.
    y, X : array, shape (n,); array, shape (n, k)
        Outcome and regressors, net of what is absorbed and times the root of the weights.
    g : array, shape (n,)
        Cluster of each row, numbered from 0 without gaps.
    counts, levels, across : dict
        As `Moments` has them.

    Returns
    -------
    Moments
        Of all rows.
    """
    rows = np.argsort(g, kind="stable")
    X, y, g = X[rows], y[rows], g[rows]
    k = X.shape[1]
    m = k * (k + 1) // 2
    aa, aB, BB = np.zeros((k, k)), np.zeros((k, m)), np.zeros((m, m))
    for a, b in _by_cluster(y, X, g):
        aa, aB, BB = aa + a.T @ a, aB + a.T @ b, BB + b.T @ b
    return Moments(tuple(names), X.T @ X, X.T @ y, float(y @ y), aa, aB, BB, counts, levels, across)


def _by_cluster(y: Array, X: Array, g: Codes) -> Iterable[tuple[Array, Array]]:
    """Make a and b of each cluster, row by row, for some clusters at a time."""
    left, right = np.triu_indices(X.shape[1])
    starts = np.flatnonzero(np.diff(g, prepend=-1))
    most = max(1, MANY // max(len(left), 1))
    start = 0
    while start < len(g):
        after = int(np.searchsorted(starts, start + most))
        end = int(starts[after]) if after < len(starts) else len(g)
        part, own = X[start:end], starts[np.searchsorted(starts, start) : after] - start
        a = np.add.reduceat(part * y[start:end, None], own, axis=0)
        yield a, np.add.reduceat(part[:, left] * part[:, right], own, axis=0)
        start = end


def largest_parts(y: Array, owner: Codes) -> tuple[float, float]:
    """Return the parts that the two largest contributors have in the sum of squares of y; 1 and 0 where it is nothing.

    Parameters
    ----------
    y : array of float, shape (n,)
        Outcomes, less their absorbed effects.
    owner : array of int, shape (n,)
        Who contributes each row.
    """
    parts = np.sort(np.bincount(owner, y**2))[::-1]
    whole = float(parts.sum())
    if not whole > 0.0:
        return 1.0, 0.0
    return float(parts[0] / whole), float(parts[1] / whole) if len(parts) > 1 else 0.0


def told_alone(found: Moments, X: Array, g: Codes) -> float:
    """Return how far one cluster can be told from sums over clusters of the products of its moments.

    The sums of a and of a b' tell, for any c, the sum of a weighted by c'(1, b). Where some c leaves one cluster
    alone, its a is known: its leverage among the rows (1, b) is then 1, and 1/s where s clusters of like regressors
    stand alone.

    Parameters
    ----------
    found : Moments
        Of the sample.
    X : array, shape (n, k)
        As they were added up.
    g : array, shape (n,)
        Cluster of each row, numbered from 0 without gaps.

    Returns
    -------
    float
        From 0 to 1.
    """
    rows = np.argsort(g, kind="stable")
    total = found.S[np.triu_indices(len(found.names))]
    gram = np.block([[np.array([[found.counts["clusters"]]]), total[None]], [total[:, None], found.BB]])
    size = np.sqrt(np.diag(gram))
    some = size > 0
    values, vectors = np.linalg.eigh(gram[np.ix_(some, some)] / np.outer(size[some], size[some]))
    told = values > ROUNDING * values.max(initial=0.0)
    towards = vectors[:, told] / np.sqrt(values[told]) / size[some, None]
    largest = 0.0
    for _, b in _by_cluster(np.zeros(len(g)), X[rows], g[rows]):
        own = np.column_stack([np.ones(len(b)), b])[:, some]
        largest = max(largest, float(((own @ towards) ** 2).sum(axis=1).max()))
    return min(largest, 1.0)


def solved(found: Moments, terms: Sequence[str]) -> Solution:
    """Solve normal equations and reckon the errors of their slopes.

    With residual sums X_g'u_g = a - Bβ, the sum of their squares over clusters is
    Σaa' - (Σa⊗B)β - [(Σa⊗B)β]' + (ΣB⊗B)ββ': one round suffices, β need not be known before.

    Parameters
    ----------
    found : Moments
        Of one sample, or the sums of those of its parts.
    terms : sequence of str
        Regressors whose slopes are wanted. All others, common effects, are held fixed: a term that they
        determine, or that terms before it do, has no slope.

    Returns
    -------
    Solution
        Without slopes where nothing is left to tell them apart.
    """
    kept = _independent(found.S, _order(found.names, terms))
    k, r = len(found.names), len(kept)
    bread = np.linalg.inv(found.S[np.ix_(kept, kept)]) if r else np.empty((0, 0))
    # A second pass takes out what the inverse lost.
    b = bread @ found.s[kept]
    b = b + bread @ (found.s[kept] - found.S[np.ix_(kept, kept)] @ b)
    beta = np.zeros(k)
    beta[kept] = b
    meat = _meat(found, beta)[np.ix_(kept, kept)]

    n, G = found.counts["rows"], found.counts["clusters"]
    effects, across = len(found.levels), [levels for levels in found.across.values() if levels]
    K = r + (int(sum(found.levels.values())) - effects + 1 if effects else 0)
    K_clustered = r + (int(sum(across)) - len(across) + 1 if effects else 0)
    clustered = found.counts["clustered"] > 0
    left = n - (K_clustered if clustered else K)
    defined = G > 1 and left > 0 and found.counts["parts_with_cluster_sums"] == found.counts["parts"]
    factor = G / (G - 1) * (n - 1) / left if defined else np.nan
    asked = [i for i, j in enumerate(kept) if found.names[j] in set(terms)]
    return Solution(
        names=tuple(found.names[kept[i]] for i in asked),
        b=b[asked],
        V=(factor * bread @ meat @ bread)[np.ix_(asked, asked)],
        df=G - 1 if clustered else n - K,
        rss=found.yy - float(b @ found.s[kept]),
        K=K,
    )


def _order(names: Sequence[str], terms: Sequence[str]) -> list[int]:
    """Put what is held fixed first, then the terms as they were asked for."""
    place = {name: j for j, name in enumerate(names)}
    wanted = [place[term] for term in terms if term in place]
    return [*(j for j in range(len(names)) if j not in set(wanted)), *wanted]


def _independent(S: Array, order: Sequence[int]) -> list[int]:
    """Pick, in this order, the columns that are no combination of those picked before."""
    size = np.sqrt(np.where(np.diag(S) > 0, np.diag(S), 1.0))
    rest = S / np.outer(size, size)
    kept = []
    for j in order:
        left = float(rest[j, j])
        if S[j, j] > 0 and left > GONE:
            kept.append(j)
            rest = rest - np.outer(rest[:, j], rest[j]) / left
    return kept


def _meat(found: Moments, beta: Array) -> Array:
    """Sum of (a - Bβ)(a - Bβ)' over clusters."""
    k = len(beta)
    left, right = np.triu_indices(k)
    # Bβ is linear in the entries b of B: row i of `along` takes b to its i-th entry.
    along = np.zeros((k, len(left)))
    entry = np.arange(len(left))
    along[left, entry] = beta[right]
    along[right, entry] = np.where(left == right, along[right, entry], beta[left])
    cross = found.aB @ along.T
    return np.asarray(found.aa - cross - cross.T + along @ found.BB @ along.T)
