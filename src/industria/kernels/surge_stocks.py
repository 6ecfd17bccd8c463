"""The rows of a surge that follow stock from week to week: products, what spoils of them, and inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from industria.kernels.sparse_rows import Rows

__all__ = ["Classes", "Columns", "input_rows", "product_rows", "shelf_rows"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


class Classes(NamedTuple):
    """Options that are alike in product, yield and use of resources per unit.

    Attributes
    ----------
    product : array of int, shape (G,)
        Of each class.
    good : array, shape (G,)
        Its yield.
    use : array, shape (G, R)
        What it takes of resources per gross unit.
    of_option : array of int, shape (A,)
        Class of an option.
    """

    product: Ids
    good: Array
    use: Array
    of_option: Ids

    @classmethod
    def of(cls, p: Ids, good: Array, per_unit: Array, apart: Ids | None = None) -> Classes:
        """Sort options; those with another number in `apart` are in another class, however alike they are."""
        told = np.column_stack([p, good, np.zeros(len(p)) if apart is None else apart, per_unit])
        kinds: Array
        kinds, g = np.unique(told, axis=0, return_inverse=True)
        return cls(kinds[:, 0].astype(np.int64), kinds[:, 1], kinds[:, 3:], g.ravel().astype(np.int64))


class Columns(NamedTuple):
    """Places of the variables of a `Statement`: `y` one by one, all others in a row of weeks each."""

    y: Ids
    x: Ids
    z: Ids
    s: Ids
    u: Ids
    m: Ids
    v: Ids

    @classmethod
    def of(cls, places: Mapping[str, slice], T: int) -> Columns:
        """Give each variable its place."""
        y, *flows = (np.arange(place.start, place.stop) for place in places.values())
        return cls(y, *(flow.reshape(-1, T) for flow in flows))


def product_rows(kinds: Classes, spoils: Ids, backlog: bool, at: Columns) -> Rows:
    """Say where units of a product go: what was kept and is made, less what is kept and spoils, meets demand or not.

    Parameters
    ----------
    kinds : Classes
        Who makes what.
    spoils : array of int
        Products that do not keep for good.
    backlog : bool
        Whether what was unmet the week before is asked for again.
    at : Columns
        The variables.
    """
    P, T = at.s.shape
    line, good = np.arange(P * T).reshape(P, T), kinds.good[:, None] * np.ones(T)
    rows = Rows(P * T).add(line, at.s, 1.0).add(line[:, 1:], at.s[:, :-1], -1.0)
    rows.add(line[kinds.product], at.x, -good).add(line, at.z, -1.0).add(line, at.u, -1.0)
    rows.add(line[spoils], at.v, 1.0)
    return rows.add(line[:, 1:], at.u[:, :-1], 1.0) if backlog else rows


def input_rows(bill: Array, kinds: Classes, at: Columns) -> Rows:
    """Say where units of an input go: what was kept and arrives is taken, by `bill` of shape (P, K), or kept."""
    K, T = at.m.shape
    line, ones = np.arange(K * T).reshape(K, T), np.ones(T)
    rows = Rows(K * T).add(line, at.m, 1.0).add(line[:, 1:], at.m[:, :-1], -1.0)
    for j in range(K):
        rows.add(line[j], at.x, bill[kinds.product, j][:, None] * ones)
        rows.add(line[j], at.z, bill[:, [j]] * ones)
    return rows


def shelf_rows(shelf: Ids, spoils: Ids, kinds: Classes, at: Columns) -> tuple[Rows, Ids]:
    """Hold what is left for the next week below what will still be good then: the oldest is used first.

    Returns
    -------
    tuple
        The rows, and for each the product whose stockpile stands on its right; -1 where it has spoiled.
    """
    T = at.s.shape[1]
    rows, opening = Rows(len(spoils) * T), np.full((len(spoils), T), -1)
    for i, p in enumerate(spoils):
        line = i * T + np.arange(T)
        rows.add(line, at.s[p], 1.0)
        opening[i, : max(shelf[p] - 1, 0)] = p
        for back in range(int(shelf[p]) - 1):
            rows.add(line[back:], at.z[p, : T - back], -1.0)
            for group in np.flatnonzero(kinds.product == p):
                rows.add(line[back:], at.x[group, : T - back], -kinds.good[group])
    return rows, opening.ravel()
