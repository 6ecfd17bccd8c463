"""Which cells tell too much of one contributor, and how far an outsider must stay from their value."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Contributions", "Weighting", "contributions", "dominance", "p_percent", "request"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
Weighting = Literal["sample", "known", "expanded"]

EQUAL: Final = 1e-12
"""Relative difference up to which the two sides of a rule are equal, and the cell is not sensitive."""


class Contributions(NamedTuple):
    """What contributors bring to cells.

    Attributes
    ----------
    number : array of int, shape (n,)
        Contributors.
    X : array, shape (n,)
        The total of the cell, weighted; of absolute contributions where one is negative.
    x : array, shape (n, k)
        The largest contributions, absolute, the largest first, 0 where there are fewer. Where some have waived their
        protection, the first is the largest of those that have not, and 0 where all have.
    negative : array of bool, shape (n,)
        Whether a contribution is below zero.
    own : array, shape (n,)
        The first of `x` before its weight, where weights are known: what an outsider must not come close to.
    """

    number: Ids
    X: Array
    x: Array
    negative: Truth
    own: Array


def contributions(
    cell: Ids,
    x: Array,
    n_cells: int,
    k: int,
    *,
    weights: Array | None = None,
    weighting: Weighting = "sample",
    waived: Truth | None = None,
) -> Contributions:
    """Find the largest contributions to each cell.

    Parameters
    ----------
    cell : array of int, shape (m,)
        Cell of each contributor, from 0 on.
    x : array, shape (m,)
        Its contribution, rows of one contributor added up before.
    n_cells, k : int
        Number of cells, and of contributions kept of each.
    weights : array, shape (m,), optional
        Sampling weights of 1 or more.
    weighting : {"sample", "known", "expanded"}
        Whether the weights are secret, so that contributions count as they are beside the weighted total; public, so
        that an outsider knows w·x; or stand for w contributors of x each, a last one for what is left of w.
    waived : array of bool, shape (m,), optional
        Contributors that have waived their protection.

    Returns
    -------
    Contributions
        Of each cell.
    """
    size, w = np.abs(x), np.ones(len(x)) if weights is None else weights
    plain = size
    free = np.zeros(len(x), bool) if waived is None else waived
    number = np.bincount(cell, minlength=n_cells)
    negative = np.bincount(cell, x < 0, n_cells) > 0
    X: Array = np.asarray(np.bincount(cell, w * size, n_cells), float)
    if weighting == "known":
        size = w * size
    of, free_of = cell, free
    if weighting == "expanded" and weights is not None:
        of, size, free_of = _copies(cell, size, w, free, k)
    largest = np.zeros((n_cells, k))
    protected = _top(of[~free_of], size[~free_of], n_cells, k)
    if not free_of.any():
        own = _of_largest(cell, size, plain, n_cells) if weighting == "known" else protected[:, 0]
        return Contributions(number, X, protected, negative, own)
    others = np.concatenate([protected[:, 1:], _top(of[free_of], size[free_of], n_cells, k)], axis=1)
    largest[:, 0] = protected[:, 0]
    largest[:, 1:] = -np.sort(-others, axis=1)[:, : k - 1]
    own = largest[:, 0]
    if weighting == "known":
        own = _of_largest(cell[~free], size[~free], plain[~free], n_cells)
    return Contributions(number, X, largest, negative, own)


def dominance(found: Contributions, n: int, k: float | Array) -> Array:
    """Return the upper protection level under (n, k) dominance, (x₁ + … + xₙ)/k - X, and 0 where it is not broken."""
    return _level(found, found.x[:, :n].sum(axis=1) / k, found.X)


def p_percent(found: Contributions, p: float | Array, coalition: int = 1) -> Array:
    """Return p·x₁ - (X - x₁ - … - x₁₊c), the upper protection level of the p % rule, and 0 where it is not broken.

    With known weights the part in brackets is weighted, and the first x₁ is not: p·x₁ - (X - w₁x₁ - … - w₁₊c·x₁₊c).

    The coalition of c contributors that come after the largest knows what is left for it and the others together.
    Of the (p, q) rule p over q is handed in.
    """
    return _level(found, p * found.own + found.x[:, : coalition + 1].sum(axis=1), found.X)


def request(found: Contributions, share: float, requested: Truth) -> Array:
    """Return x₁/share - X where the largest contributor asked for protection and has more than the share, else 0."""
    return np.where(requested, dominance(found, 1, share), 0.0)


def _level(found: Contributions, reached: Array, X: Array) -> Array:
    level = reached - X
    return np.where((level > EQUAL * X) & (found.x[:, 0] > 0), level, 0.0)


def _top(cell: Ids, size: Array, n_cells: int, k: int) -> Array:
    """Return the k largest of each cell, in order."""
    order = np.lexsort((-size, cell))
    cell, size = cell[order], size[order]
    first = np.searchsorted(cell, np.arange(n_cells))
    place = np.arange(len(cell)) - first[cell]
    kept = place < k
    top = np.zeros((n_cells, k))
    top[cell[kept], place[kept]] = size[kept]
    return top


def _of_largest(cell: Ids, size: Array, told: Array, n_cells: int) -> Array:
    """Return what is told of the largest of each cell, 0 where it has none."""
    order = np.lexsort((-told, -size, cell))
    there, first = np.unique(cell[order], return_index=True)
    found = np.zeros(n_cells)
    found[there] = told[order[first]]
    return found


def _copies(cell: Ids, size: Array, w: Array, free: Truth, k: int) -> tuple[Ids, Array, Truth]:
    """Repeat a contribution w times, up to k times, with what is left of w as the last."""
    whole = np.floor(w)
    times = np.minimum(whole, k).astype(np.int64)
    part = (w - whole) * size
    left = part > 0
    return (
        np.concatenate([np.repeat(cell, times), cell[left]]),
        np.concatenate([np.repeat(size, times), part[left]]),
        np.concatenate([np.repeat(free, times), free[left]]),
    )
