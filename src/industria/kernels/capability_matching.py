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


@dataclass(frozen=True, slots=True)
class Met:
    """Pairs of actor and product of which at least one requirement is held.

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
        In any order; of several rows of one capability the largest count.
    needs : Needs
        Requirements by group and product.
    threshold : float
        Probability from which a group is met.

    Returns
    -------
    Met
        The same for any order of rows.
    """
    a, r, q, units = _joined(held, needs)
    g = needs.group[r]
    first = _changes(a, g)
    alone = np.diff(np.append(first, len(a))) == 1
    chance = np.where(alone, q[first], 1 - _reduced(np.multiply, 1 - q, first))
    units = _reduced(np.fmax, units, first)
    a, g = a[first], g[first]

    met = chance >= threshold - ROUNDING
    p = needs.product[g]
    first = _changes(a, p)
    bits = _reduced(np.add, np.where(met, np.left_shift(np.int64(1), needs.bit[g]), 0), first)
    probability = _reduced(np.multiply, np.where(needs.fixed[g], chance, 1.0), first)
    wanted = np.bincount(needs.product, needs.fixed, int(p.max(initial=-1)) + 1)
    probability[_reduced(np.add, needs.fixed[g].astype(np.int64), first) < wanted[p[first]]] = 0.0
    bound = np.where(met & ~np.isnan(units), units, np.inf)
    capacity = _reduced(np.minimum, bound, first)
    pair = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(a))))
    binding = np.flatnonzero(np.isfinite(bound) & (bound == capacity[pair]))
    basis = np.full(len(first), -1)
    basis[pair[binding[::-1]]] = g[binding[::-1]]  # the first of several that bind alike
    return Met(a[first], p[first], bits, probability, np.where(np.isfinite(capacity), capacity, np.nan), basis)


def _joined(held: Held, needs: Needs) -> tuple[Ids, Ids, Array, Array]:
    """Pair every capability with the requirements that it satisfies, once each, sorted."""
    times = needs.start[held.k + 1] - needs.start[held.k]
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    row = needs.row[np.repeat(needs.start[held.k], times) + within]
    a = np.repeat(held.a, times)
    order = _sorted(a, row)
    a, row = a[order], row[order]
    first = _changes(a, row)
    source = np.repeat(np.arange(len(times)), times)[order]
    with np.errstate(divide="ignore", invalid="ignore"):
        units = held.scale[source] / np.where(needs.quantity[row] > 0, needs.quantity[row], np.nan)
    return a[first], row[first], _reduced(np.maximum, held.q[source], first), _reduced(np.fmax, units, first)


def _sorted(a: Ids, row: Ids) -> Ids:
    """Order pairs by both labels, in time that goes with their number: by the second, then stably by the first."""
    few = row.astype(np.int16) if row.max(initial=0) < 2**15 else row
    order = np.argsort(few, kind="stable")  # a radix sort on short numbers
    places = (np.ones(len(a), np.int8), (a[order], np.arange(len(a))))
    # The columns of a sparse matrix by rows are in order: a counting sort.
    by_actor: Ids = sparse.coo_array(places, shape=(a.max(initial=-1) + 1, len(a))).tocsr().indices
    return order[by_actor]


def _changes(one: Ids, other: Ids) -> Ids:
    """Tell where either of two sorted labels changes."""
    return np.flatnonzero((np.diff(one, prepend=-1) != 0) | (np.diff(other, prepend=-1) != 0))


def _reduced(add: np.ufunc, values: npt.NDArray[T], first: Ids) -> npt.NDArray[T]:
    reduced: npt.NDArray[T] = add.reduceat(values, first) if len(first) else values[:0]
    return reduced
