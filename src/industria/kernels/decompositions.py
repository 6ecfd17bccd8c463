"""Decompositions of the change of a weighted mean, item by item: who changed, who gained weight, who came and went.

An item is a unit, or a group of units in a larger one; its parent is what the mean is of. Each method
writes the change as Σ (ω₁ p₁ - ω₀ p₀), the part within items, and terms of each item for the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["COMPONENTS", "METHODS", "Items", "Terms", "Truth", "petrin_levinsohn", "reallocated"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Truth: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Items:
    """Items in two periods, 0 and 1.

    Attributes
    ----------
    parent : array, shape (n,)
        Parent of each item, numbered from 0 to `parents` - 1.
    parents : int
        How many.
    s0, s1 : array, shape (n,)
        Share of the item in its parent, adding up to 1 in a period; 0 where the item is absent.
    p0, p1 : array, shape (n,)
        Its productivity, most often in logs; 0 where the item is absent.
    a0, a1 : array, shape (n,)
        How much it counts in means that are not weighted by shares: 1, or the units it stands for; 0 where absent.
    in0, in1 : array, shape (n,)
        Whether it is there, though it may count for nothing.
    """

    parent: Codes
    parents: int
    s0: Array
    s1: Array
    p0: Array
    p1: Array
    a0: Array
    a1: Array
    in0: Truth
    in1: Truth

    def sum(self, values: Array) -> Array:
        """Add up within parents, and hand each item the sum of its parent (shapes (n,))."""
        total: Array = np.bincount(self.parent, values, self.parents).astype(np.float64)[self.parent]
        return total

    def shares(self, values: Array) -> Array:
        """Divide by the sum within the parent; 0 where that is 0 (shapes (n,))."""
        total = self.sum(values)
        share: Array = np.divide(values, total, out=np.zeros(len(values)), where=total > 0)
        return share

    @cached_property
    def stays(self) -> Array:
        """1 for items of both periods, else 0, shape (n,)."""
        return np.asarray(self.in0 & self.in1, np.float64)

    @cached_property
    def comes(self) -> Array:
        """1 for items of period 1 alone, else 0, shape (n,)."""
        return np.asarray(~self.in0 & self.in1, np.float64)

    @cached_property
    def leaves(self) -> Array:
        """1 for items of period 0 alone, else 0, shape (n,)."""
        return np.asarray(self.in0 & ~self.in1, np.float64)

    @cached_property
    def survivors(self) -> tuple[Array, Array, Array, dict[str, tuple[Array, Array]]]:
        """Set entrants and exits against those who stay: 1 for these, their shares among themselves, entry and exit.

        Where nobody with a share stays, both sides are set against the mean of period 0.
        """
        C = self.stays
        C = C * (self.sum(C * self.s0) > 0) * (self.sum(C * self.s1) > 0)
        some, P0, zero = self.sum(C) > 0, self.sum(self.s0 * self.p0), np.zeros(len(C))
        q0, q1 = self.shares(C * self.s0), self.shares(C * self.s1)
        C0, C1 = np.where(some, self.sum(q0 * self.p0), P0), np.where(some, self.sum(q1 * self.p1), P0)
        gone, new = (1 - C) * self.s0, (1 - C) * self.s1
        return C, q0, q1, {"entry": (new * (self.p1 - C1), zero), "exit": (-gone * (self.p0 - C0), zero)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terms:
    """What each item adds to the change of its parent.

    Attributes
    ----------
    w0, w1 : array, shape (n,)
        ω of both periods: the item adds ω₁ p₁ - ω₀ p₀ within itself.
    rest : mapping of str to (array, array)
        By component, what it adds in period 1 and takes away in period 0; each of shape (n,).
    """

    w0: Array
    w1: Array
    rest: Mapping[str, tuple[Array, Array]]


def _foster_haltiwanger_krizan(x: Items) -> Terms:
    P0, C = x.sum(x.s0 * x.p0), x.stays
    change, zero = C * (x.s1 - x.s0), np.zeros(len(C))
    return Terms(
        w0=C * x.s0,
        w1=C * x.s0,
        rest={
            "between": (change * (x.p0 - P0), zero),
            "cross": (change * (x.p1 - x.p0), zero),
            "entry": (x.comes * x.s1 * (x.p1 - P0), zero),
            "exit": (-x.leaves * x.s0 * (x.p0 - P0), zero),
        },
    )


def _griliches_regev(x: Items) -> Terms:
    P, C = (x.sum(x.s0 * x.p0) + x.sum(x.s1 * x.p1)) / 2, x.stays
    mean, zero = C * (x.s0 + x.s1) / 2, np.zeros(len(C))
    return Terms(
        w0=mean,
        w1=mean,
        rest={
            "between": (C * (x.s1 - x.s0) * ((x.p0 + x.p1) / 2 - P), zero),
            "entry": (x.comes * x.s1 * (x.p1 - P), zero),
            "exit": (-x.leaves * x.s0 * (x.p0 - P), zero),
        },
    )


def _baily_hulten_campbell(x: Items) -> Terms:
    C, zero = x.stays, np.zeros(len(x.parent))
    return Terms(
        w0=C * x.s0,
        w1=C * x.s0,
        rest={
            "between": (C * (x.s1 - x.s0) * x.p1, zero),
            "entry": (x.comes * x.s1 * x.p1, zero),
            "exit": (-x.leaves * x.s0 * x.p0, zero),
        },
    )


def _baldwin_gu(x: Items) -> Terms:
    """Entrants take the place of those who leave; where nobody leaves, they are set against the mean of period 0."""
    C, gone = x.stays, x.leaves * x.s0
    lost = x.sum(gone)
    P0 = x.sum(x.s0 * x.p0)
    X0 = np.divide(x.sum(gone * x.p0), lost, out=P0, where=lost > 0)
    mean, zero = C * (x.s0 + x.s1) / 2, np.zeros(len(C))
    return Terms(
        w0=mean,
        w1=mean,
        rest={
            "between": (C * (x.s1 - x.s0) * ((x.p0 + x.p1) / 2 - X0), zero),
            "entry": (x.comes * x.s1 * (x.p1 - X0), zero),
            "exit": (zero, zero),
        },
    )


def _melitz_polanec(x: Items) -> Terms:
    C, q0, q1, rest = x.survivors
    w0, w1 = x.shares(C * x.a0), x.shares(C * x.a1)
    return Terms(w0=w0, w1=w1, rest={"covariance": ((q1 - w1) * x.p1, (q0 - w0) * x.p0), **rest})


def _diewert_fox(x: Items) -> Terms:
    _, q0, q1, rest = x.survivors
    mean, zero = (q0 + q1) / 2, np.zeros(len(q0))
    return Terms(w0=mean, w1=mean, rest={"between": ((x.p0 + x.p1) / 2 * (q1 - q0), zero), **rest})


def _olley_pakes(x: Items) -> Terms:
    w0, w1 = x.shares(x.a0), x.shares(x.a1)
    return Terms(w0=w0, w1=w1, rest={"covariance": ((x.s1 - w1) * x.p1, (x.s0 - w0) * x.p0)})


METHODS: Final[Mapping[str, Callable[[Items], Terms]]] = {
    "foster_haltiwanger_krizan": _foster_haltiwanger_krizan,
    "melitz_polanec": _melitz_polanec,
    "griliches_regev": _griliches_regev,
    "olley_pakes": _olley_pakes,
    "baily_hulten_campbell": _baily_hulten_campbell,
    "baldwin_gu": _baldwin_gu,
    "diewert_fox": _diewert_fox,
}
"""From the items of two periods to what each adds, by method."""

COMPONENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "foster_haltiwanger_krizan": ("within", "between", "cross", "entry", "exit"),
    "melitz_polanec": ("within", "covariance", "entry", "exit"),
    "griliches_regev": ("within", "between", "entry", "exit"),
    "olley_pakes": ("within", "covariance"),
    "baily_hulten_campbell": ("within", "between", "entry", "exit"),
    "baldwin_gu": ("within", "between", "entry", "exit"),
    "diewert_fox": ("within", "between", "entry", "exit"),
}
"""What each method splits a change into, in the order of its paper."""


def reallocated(e0: Array, e1: Array, s0: Array, s1: Array, X0: Array, X1: Array) -> Array:
    """Return (ε̄ - s̄) ΔX of one input: what more of it brings beyond what it costs.

    Parameters
    ----------
    e0, e1, s0, s1 : array, shape (n,)
        Elasticity of output, and share in revenue, in both periods.
    X0, X1 : array, shape (n,)
        Quantity, in logs.

    Returns
    -------
    array, shape (n,)
        In log points of the unit's output.
    """
    return np.asarray(((e0 + e1) - (s0 + s1)) / 2 * (X1 - X0))


def petrin_levinsohn(D0: Array, D1: Array, A0: Array, A1: Array, moved: Array, stays: Array) -> Mapping[str, Array]:
    """Split aggregate growth into D̄ Δ ln A, within units, and D̄ Σ_k (ε̄_k - s̄_k) Δ ln X_k, by moves between them.

    Parameters
    ----------
    D0, D1 : array, shape (n,)
        Domar weights of both periods: output over the sum of value added.
    A0, A1 : array, shape (n,)
        Productivity, in logs.
    moved : array, shape (n,)
        Sum of `reallocated` over inputs.
    stays : array, shape (n,)
        1 for units of both periods, else 0: a change of logs has no meaning for others.

    Returns
    -------
    mapping of str to array, each of shape (n,)
        By component, what each unit adds.
    """
    D = stays * (D0 + D1) / 2
    return {"within": D * (A1 - A0), "reallocation": D * moved}
