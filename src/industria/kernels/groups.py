"""Rows by group: sums, nesting, and rows that stand alone."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Codes", "alone", "nested", "present", "renumbered", "sums"]

Array: TypeAlias = npt.NDArray[np.floating[Any]]
Codes: TypeAlias = npt.NDArray[np.int64]


def present(codes: npt.NDArray[np.integer[Any]]) -> Codes:
    """List the codes that occur, without hashing or sorting the rows.

    Parameters
    ----------
    codes : array, shape (n,)
        Whole numbers of 0 or more, with gaps between them.

    Returns
    -------
    array
        Each code once, rising.
    """
    return np.flatnonzero(np.bincount(codes))


def renumbered(codes: npt.NDArray[np.integer[Any]]) -> Codes:
    """Renumber the groups that are left 0, 1, 2 ... in the order of their codes.

    Parameters
    ----------
    codes : array, shape (n,)
        Whole numbers of 0 or more, with gaps between them.

    Returns
    -------
    array, shape (n,)
        The same groups without gaps.
    """
    rank = np.cumsum(np.bincount(codes) > 0) - 1
    return np.asarray(rank[codes], dtype=np.int64)


def sums(X: npt.NDArray[Any], g: Codes) -> npt.NDArray[Any]:
    """Add up the rows of each group.

    Parameters
    ----------
    X : array, shape (n, ...)
        Rows, in any unit.
    g : array, shape (n,)
        Group of each row, numbered 0 to G - 1 without gaps.

    Returns
    -------
    array, shape (G, ...)
        In the unit of X.
    """
    if len(g) and (np.diff(g) < 0).any():
        order = np.argsort(g, kind="stable")
        X, g = X[order], g[order]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(g) > 0]))
    return np.asarray(np.add.reduceat(X, starts, axis=0))


def nested(inner: Codes, outer: Codes) -> bool:
    """Tell whether every inner group lies within one outer group.

    Parameters
    ----------
    inner, outer : array, shape (n,)
        Group of each row, numbered from 0.

    Returns
    -------
    bool
        True where `outer` is constant within each group of `inner`.
    """
    of_group = np.empty(int(inner.max(initial=-1)) + 1, dtype=outer.dtype)
    of_group[inner] = outer
    return bool((of_group[inner] == outer).all())


def alone(F: Codes) -> npt.NDArray[np.int64]:
    """Find the rows that are the only one of some level, again and again until none is.

    Such a row is fitted exactly by that level and says nothing about slopes.
    Correia (2015), "Singletons, cluster-robust standard errors and fixed effects".

    Parameters
    ----------
    F : array, shape (n, q)
        Level of each row in each of q effects, numbered from 0.

    Returns
    -------
    array, shape (n,)
        For each row the effect (0 to q - 1) that leaves it alone, or -1 where none does.
    """
    why = np.full(len(F), -1, dtype=np.int64)
    found = True
    while found:
        found = False
        for effect in range(F.shape[1]):
            kept = why < 0
            rows = np.bincount(F[kept, effect], minlength=int(F[:, effect].max(initial=-1)) + 1)
            single = kept & (rows[F[:, effect]] == 1)
            why[single] = effect
            found = found or bool(single.any())
    return why
