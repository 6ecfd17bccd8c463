"""Who meets which requirements: groups of alternatives, all of which a product needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["Held", "Met", "Needs", "meet"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

# A product of probabilities may fall short of the threshold that it meets by rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Held:
    """What actors hold: actor, capability, probability, and scale (NaN where it is not told), all of shape (n,)."""

    a: Ids
    k: Ids
    q: Array
    scale: Array


@dataclass(frozen=True, slots=True)
class Needs:
    """What products need.

    Attributes
    ----------
    start : array of int, shape (capabilities + 1,)
        Where the rows of each capability begin in `row`.
    row : array of int
        Which requirements each capability satisfies, its own and those of its parents.
    group : array of int, shape (requirements,)
        The group of each, ascending.
    quantity : array, shape (requirements,)
        Scale units per unit of product; NaN where none is told.
    product, bit : array of int, shape (groups,)
        The product of each group, ascending, and its place among the groups of the product.
    fixed : array of bool, shape (groups,)
        Whether the group cannot be acquired.
    """

    start: Ids
    row: Ids
    group: Ids
    quantity: Array
    product: Ids
    bit: Ids
    fixed: Flags

    def masks(self) -> Ids:
        """Write the groups of each product that cannot be acquired as bits."""
        masks = np.zeros(int(self.product.max(initial=-1)) + 1, np.int64)
        np.bitwise_or.at(masks, self.product[self.fixed], np.left_shift(np.int64(1), self.bit[self.fixed]))
        return masks


@dataclass(frozen=True, slots=True)
class Met:
    """Pairs of actor and product that meet a group, and lack at most one that cannot be acquired.

    Attributes
    ----------
    a, p : array of int, shape (pairs,)
        Sorted by actor, then product.
    bits : array of int, shape (pairs,)
        The groups that are met, as bits.
    probability : array, shape (pairs,)
        Product over groups that cannot be acquired; 0 where nothing of one is held.
    capacity : array, shape (pairs,)
        Least of scale over quantity of the groups that are met; NaN where none has both.
    basis : array of int, shape (pairs,)
        The group that is so, -1 where there is none.
    """

    a: Ids
    p: Ids
    bits: Ids
    probability: Array
    capacity: Array
    basis: Ids


def meet(held: Held, needs: Needs, threshold: float) -> Met:
    """Join what is held with what is needed, and bring it to pairs of actor and product.

    Parameters
    ----------
    held : Held
        In any order; of several rows of one capability the largest count. Scale counts where the
        probability reaches the threshold, or, if no other does, is the highest.
    needs : Needs
        Requirements by group and product.
    threshold : float
        Probability from which a group is met.

    Returns
    -------
    Met
        The same for any order of rows.
    """
    a, r, q, units = _joined(held, needs, threshold)
    g = needs.group[r]
    first = _changes(a, g)
    alone = np.diff(np.append(first, len(a))) == 1
    chance = np.where(alone, q[first], 1 - _reduced(np.multiply, 1 - q, first))
    units = _most(units, q, first, threshold)
    a, g = a[first], g[first]

    met = chance >= threshold - ROUNDING
    p = needs.product[g]
    first = _changes(a, p)
    bits = _reduced(np.add, np.where(met, np.left_shift(np.int64(1), needs.bit[g]), 0), first)
    # Most pairs lack several groups that cannot be acquired: no more is asked of them.
    lacking = needs.masks()[p[first]] & ~bits
    close = (lacking & (lacking - 1) == 0) & (bits != 0)
    times = np.diff(np.append(first, len(a)))
    kept = np.repeat(close, times)
    a, p, bits, times = a[first[close]], p[first[close]], bits[close], times[close]
    g, chance, bound = g[kept], chance[kept], np.where(met, units, np.nan)[kept]
    first = np.cumsum(times) - times

    fixed = needs.fixed[g]
    probability = _reduced(np.multiply, np.where(fixed, chance, 1.0), first)
    wanted = np.bincount(needs.product, needs.fixed, int(p.max(initial=-1)) + 1)
    probability[_reduced(np.add, fixed.astype(np.int64), first) < wanted[p]] = 0.0
    bound = np.where(np.isnan(bound), np.inf, bound)
    capacity = _reduced(np.minimum, bound, first)
    pair = np.repeat(np.arange(len(first)), times)
    binding = np.flatnonzero((bound == capacity[pair]) & (bound < np.inf))
    basis = np.full(len(first), -1)
    basis[pair[binding[::-1]]] = g[binding[::-1]]  # the first of several that bind alike
    return Met(a, p, bits, probability, np.where(capacity < np.inf, capacity, np.nan), basis)


def _joined(held: Held, needs: Needs, threshold: float) -> tuple[Ids, Ids, Array, Array]:
    """Pair every capability with the requirements that it satisfies, once each, sorted."""
    n = int(held.a.max(initial=-1)) + 1
    # The columns of a sparse matrix by rows are in order: a counting sort, which beats comparing.
    places = (np.ones(len(held.a), np.int8), (held.a, np.arange(len(held.a))))
    by_actor = sparse.coo_array(places, shape=(n, len(held.a))).tocsr().indices
    k = held.k[by_actor]
    times = needs.start[k + 1] - needs.start[k]
    a = np.repeat(held.a[by_actor], times)
    within = np.arange(len(a)) - np.repeat(np.cumsum(times) - times, times)
    row = needs.row[np.repeat(needs.start[k], times) + within]
    ends = np.cumsum(np.concatenate([[0], np.bincount(a, minlength=n)]))
    rows = sparse.csr_array((np.repeat(by_actor, times), row, ends), shape=(n, len(needs.group)))
    rows.sort_indices()
    row, source = rows.indices.astype(np.int64), rows.data
    quantity = np.where(needs.quantity > 0, needs.quantity, np.nan)
    q, units = held.q[source], held.scale[source] / quantity[row]
    first = _changes(a, row)
    if len(first) < len(a):
        units = _most(units, q, first, threshold)
        a, row, q = a[first], row[first], _reduced(np.maximum, q, first)
    return a, row, q, units


def _most(units: Array, q: Array, first: Ids, threshold: float) -> Array:
    """Give the most that is made by what is held: what reaches the threshold, or else is the likeliest."""
    if len(first) == len(units):
        return units
    bar = np.minimum(_reduced(np.maximum, q, first), threshold - ROUNDING)
    there = q >= np.repeat(bar, np.diff(np.append(first, len(q))))
    return _reduced(np.fmax, np.where(there, units, np.nan), first)


def _changes(one: Ids, other: Ids) -> Ids:
    """Tell where either of two sorted labels changes."""
    return np.flatnonzero((np.diff(one, prepend=-1) != 0) | (np.diff(other, prepend=-1) != 0))


def _reduced(add: np.ufunc, values: npt.NDArray[T], first: Ids) -> npt.NDArray[T]:
    reduced: npt.NDArray[T] = add.reduceat(values, first) if len(first) else values[:0]
    return reduced
