"""How probable it is that an actor can do what it does not say: from its industry, and from what else it can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError

__all__ = ["Branches", "Score", "branches", "combined", "score", "smoothed"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

ROUNDS = 50
# Keeps the regression finite where one of its columns tells all who hold a capability.
RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Branches:
    """Actors by the groups that they are in, from the widest to the narrowest.

    Attributes
    ----------
    branch : array of int, shape (n,)
        Which actors share all of their groups.
    n : array, shape (b, levels)
        Actors in the group of each branch and level; NaN where a branch does not go so far.
    k : list of array, each of shape (b, c)
        Of these, how many hold each capability.
    held : array, shape (b, c)
        Actors of the branch itself that hold it.
    """

    branch: Ids
    n: Array
    k: list[Array]
    held: Array


def branches(groups: Ids, H: Any) -> Branches:
    """Count who holds what in every group.

    Parameters
    ----------
    groups : array of int, shape (n, levels)
        The group of each actor at each level, the widest first; -1 where it has none, and at all levels after.
    H : sparse array, shape (n, c)
        1 where an actor holds a capability.

    Returns
    -------
    Branches
        Nested groups that have the same members are one: what they tell is told once.
    """
    paths, branch = np.unique(groups, axis=0, return_inverse=True)
    branch = branch.ravel().astype(np.int64)
    held = np.zeros((len(paths), H.shape[1]))
    coo = H.tocoo()
    np.add.at(held, (branch[coo.row], coo.col), coo.data)
    sizes = np.bincount(branch, minlength=len(paths)).astype(float)
    n, k = np.full(paths.shape, np.nan), []
    for level in range(paths.shape[1]):
        there = paths[:, level] >= 0
        which = np.where(there, paths[:, level], 0)
        total, counts = np.zeros(which.max(initial=0) + 1), np.zeros((which.max(initial=0) + 1, H.shape[1]))
        np.add.at(total, which[there], sizes[there])
        np.add.at(counts, which[there], held[there])
        n[there, level] = total[which[there]]
        k.append(counts[which])
    return Branches(branch, n, k, held)


def smoothed(found: Branches, m: float, out: float | None = None) -> Array:
    """Smooth shares up the levels: p = (k + m p above)/(n + m), and k/n at the widest.

    Parameters
    ----------
    found : Branches
        Counts by branch and level.
    m : float
        Strength of the level above, in actors.
    out : {0, 1}, optional
        Leave out one actor of each branch, who holds the capability or does not.

    Returns
    -------
    array, shape (b, c)
        NaN where nobody is left.
    """
    one, h = (0.0, 0.0) if out is None else (1.0, out)
    n = found.n - one
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(n[:, :1] > 0, (found.k[0] - h) / n[:, :1], np.nan)
    before = found.n[:, 0]
    for level in range(1, found.n.shape[1]):
        there = ~np.isnan(found.n[:, level]) & (found.n[:, level] != before)
        p[there] = (found.k[level][there] - h + m * p[there]) / (n[there, level, None] + m)
        before = np.where(there, found.n[:, level], before)
    return p


class Score(NamedTuple):
    """How well probabilities foretold what was declared.

    `bins` has low, high, weight, mean probability and share declared, a row a bin with pairs.
    """

    log_loss: float
    auc: float
    brier: float
    bins: Array


def score(p: Sequence[Array], y: Sequence[float], weight: Sequence[Array], least: float) -> Score:
    """Score probabilities of pairs that are held (y = 1) and not (y = 0).

    Parameters
    ----------
    p, weight : sequence of array
        Probabilities, and how many pairs have each; NaN is left out.
    y : sequence of {0, 1}
        What became of each array.
    least : float
        For the log loss, probabilities are held so far from 0 and 1.

    Returns
    -------
    Score
        NaN where nothing can be told.
    """
    q, w = np.concatenate([a.ravel() for a in p]), np.concatenate([a.ravel() for a in weight])
    truth = np.repeat(np.asarray(y, float), [a.size for a in p])
    kept = (w > 0) & ~np.isnan(q)
    q, w, truth = q[kept], w[kept], truth[kept]
    if not len(q):
        return Score(np.nan, np.nan, np.nan, np.zeros((0, 5)))
    held = np.clip(q, least, 1 - least)
    log_loss = -np.average(np.where(truth > 0, np.log(held), np.log1p(-held)), weights=w)
    # Probabilities that differ by rounding are one.
    values, place = np.unique(q.round(12), return_inverse=True)
    ones, zeros = np.bincount(place, w * truth, len(values)), np.bincount(place, w * (1 - truth), len(values))
    pairs = ones.sum() * zeros.sum()
    below = np.cumsum(zeros) - zeros / 2
    auc = float((ones * below).sum() / pairs) if pairs else np.nan
    cell = np.minimum((q * 10).astype(np.int64), 9)
    mass = np.bincount(cell, w, 10)
    some = np.flatnonzero(mass)
    means = [np.bincount(cell, w * column, 10)[some] / mass[some] for column in (q, truth)]
    bins = np.column_stack([some / 10, (some + 1) / 10, mass[some], *means])
    return Score(float(log_loss), auc, float(np.average((q - truth) ** 2, weights=w)), bins)


def combined(p: Array, omega: Array, Y: Array, least: float) -> tuple[Array, Array]:
    """Combine two probabilities by a logistic regression of what is declared on both.

    Parameters
    ----------
    p, omega, Y : array, shape (n, c)
        From industries, of others alone; from related capabilities; what is declared, 0 or 1.
    least : float
        p is held so far from 0 and 1.

    Returns
    -------
    tuple of array, each of shape (n, c)
        Fitted probabilities; and those with coefficients from which the actor is left
        out, by one step of Newton's from those of all.

    Raises
    ------
    ConvergenceError
        If the regression does not settle.
    """
    held = np.clip(p, least, 1 - least)
    X = np.stack([np.ones_like(p), np.log(held / (1 - held)), omega], axis=-1)
    penalty = RIDGE * np.diag([0.0, 1.0, 1.0])
    beta = np.array([0.0, 1.0, 0.0])
    for _ in range(ROUNDS):
        q = _logistic(X @ beta)
        gradient = np.einsum("ac,acx->x", Y - q, X) - penalty @ beta
        curvature = np.einsum("ac,acx,acz->xz", q * (1 - q), X, X) + penalty + 1e-12 * np.eye(3)
        step = np.linalg.solve(curvature, gradient)
        beta = beta + step * min(1.0, 5.0 / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < 1e-10:
            break
    else:
        raise ConvergenceError("the regression of both methods", ROUNDS, "ask for one of them")
    q = _logistic(X @ beta)
    own = np.einsum("ac,acx->ax", Y - q, X)
    theirs = np.einsum("ac,acx,acz->axz", q * (1 - q), X, X)
    moved = beta - np.linalg.solve(curvature - theirs, own[..., None])[..., 0]
    return q, _logistic(np.einsum("acx,ax->ac", X, moved))


def _logistic(x: Array) -> Array:
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))
