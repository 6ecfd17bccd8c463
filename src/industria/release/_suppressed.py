"""From sensitive cells to a pattern of withheld ones."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from industria.errors import ReleaseRefusedError, UnprotectableError, listing
from industria.kernels.suppression import suppression
from industria.release._joint import Joint
from industria.release._primary import Primary
from industria.release.policy import Policy

__all__ = ["Pattern", "bounds", "costs", "suppressed"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

LEAST: Final = 1e-9
"""Part of the dearest cell that any cell costs at least: what costs nothing would count as withheld."""


class Pattern(NamedTuple):
    """What is withheld.

    Attributes
    ----------
    withheld : array of bool, shape (n_cells,)
        Not published; sums that no table shows are among them.
    low, high : array, shape (n_cells,)
        Values that witnesses reach: tables with these values agree with all that is published.
    bound : float
        No pattern costs less.
    method : str
        How it was found.
    """

    withheld: Truth
    low: Array
    high: Array
    bound: float
    method: str

    def grown(self, other: Pattern, x: Array) -> Pattern:
        """Withhold what either does; whatever was possible beside what one of them publishes still is."""
        more = len(x) - len(self.withheld)
        low, high = (np.concatenate([of, x[len(x) - more :]]) for of in (self.low, self.high))
        withheld = np.concatenate([self.withheld, np.ones(more, bool)]) | other.withheld
        return self._replace(withheld=withheld, low=np.minimum(low, other.low), high=np.maximum(high, other.high))


def costs(joint: Joint, policy: Policy) -> Array:
    """Return what it costs to withhold each cell: infinite where it must be published, 0 where no table shows it."""
    owners = joint.behind.owners(len(joint.x), policy.threshold_level)
    size = {
        "value": np.abs(joint.x),
        "units": owners.number.astype(float),
        "one": np.ones(len(joint.x)),
        "log": np.log1p(np.abs(joint.x)),
    }[policy.cost]
    cost = size**policy.cost_power * np.where(joint.margins(), policy.total_weight, 1.0) * joint.rows
    cost = np.maximum(cost, LEAST * max(1.0, float(cost.max(initial=0.0))))
    # Whoever publishes zeros shows them all: that a withheld cell is none is known.
    zero = (joint.x == 0) & (np.bincount(joint.behind.cell, joint.behind.x != 0, len(joint.x)) == 0)
    cost[_kept(joint, policy) | joint.fixed | (zero & (policy.zeros == "publish"))] = np.inf
    cost[(joint.rows == 0) | joint.gone] = 0.0
    cost[(joint.rows == 0) & joint.fixed] = np.inf
    return cost


def bounds(joint: Joint, found: Primary, policy: Policy) -> tuple[Array, Array]:
    """Return between which values everybody knows a cell to lie."""
    least, most = policy.prior
    x = joint.x
    low = np.where(found.negative, -np.inf, least * np.abs(x))
    high = np.where(found.negative | np.isinf(most), np.inf, (1.0 if np.isinf(most) else most) * np.abs(x))
    if joint.counts and not joint.has_weights and (policy.zeros == "publish" or (x[joint.rows > 0] > 0).all()):
        low = np.maximum(low, np.minimum(x, 1.0))
    return low, high


def suppressed(
    joint: Joint,
    found: Primary,
    policy: Policy,
    *,
    forced: Truth | None = None,
    seen: Ids | None = None,
    at_least: Array | None = None,
    only: Truth | None = None,
) -> Pattern:
    """Withhold what protects every sensitive cell.

    Parameters
    ----------
    joint : Joint
        The cells.
    found : Primary
        Those that are sensitive.
    policy : Policy
        What withholding costs.
    forced : array of bool, shape (n_cells,), optional
        Cells that are withheld whatever it costs.
    seen : array of int, optional
        Cells whose values the attacker knows, though they are withheld.
    at_least : array, shape (n_cells,), optional
        What the attacker knows each cell to reach.
    only : array of bool, shape (n_cells,), optional
        Cells among which is sought; all others are taken for published.
    """
    cost = costs(joint, policy)
    low, high = bounds(joint, found, policy)
    low = low if at_least is None else np.maximum(low, at_least)
    if forced is not None:
        cost[forced] = 0.0
    if only is not None:
        cost[~only] = np.inf
    if seen is not None:
        cost[seen] = np.inf
    group, A = _merged(joint.A)
    m = int(group.max()) + 1
    x = np.zeros(m)
    x[group] = joint.x
    try:
        of = suppression(
            A,
            x,
            primary=_largest(group, m, found.sensitive.astype(float)) > 0,
            up=_largest(group, m, found.up),
            down=_largest(group, m, found.down),
            width=_largest(group, m, found.width),
            cost=np.asarray(np.bincount(group, cost, m), float),
            low=_largest(group, m, low, -np.inf),
            high=-_largest(group, m, -high, -np.inf),
            method=policy.secondary,
            time_limit=policy.time_limit,
            seed=policy.seed,
        )
    except UnprotectableError as error:
        raise _refused(joint, int(np.flatnonzero(group == error.cell)[0])) from None
    withheld = of.withheld[group] | (cost == 0)
    return Pattern(withheld, of.low[group], of.high[group], float(of.bound), str(of.method))


def _refused(joint: Joint, cell: int) -> ReleaseRefusedError:
    """Say which cell nothing protects, and which cells were published before or are kept."""
    A = joint.A
    rows = np.unique(A.tocsc().indices[A.tocsc().indptr[cell] : A.tocsc().indptr[cell + 1]])
    beside = np.unique(np.concatenate([A.indices[A.indptr[r] : A.indptr[r + 1]] for r in rows] or [[cell]]))
    held = [joint.named(int(one)) for one in beside if joint.fixed[one]]
    why = f"; {listing(held)} left before" if held else ""
    return ReleaseRefusedError(joint.named(cell), f"it is sensitive, and no cells that may be withheld protect it{why}")


def _kept(joint: Joint, policy: Policy) -> Truth:
    """Tell which cells must be published by their codes."""
    kept = np.zeros(len(joint.x), bool)
    for at, one in enumerate(joint.blocks):
        names = [dim.name for dim in one.system.dimensions]
        for cell in policy.keep:
            if not set(cell) <= set(names):
                continue
            match = np.ones(len(one.x), bool)
            for name, code in cell.items():
                d = names.index(name)
                codes = one.system.dimensions[d].codes
                match &= one.system.codes[:, d] == (codes.index(str(code)) if str(code) in codes else -1)
            kept[joint.start[at] : joint.start[at + 1]] |= match & (one.rows > 0)
    return kept


def _largest(group: Ids, m: int, values: Array, start: float = 0.0) -> Array:
    found = np.full(m, start)
    np.maximum.at(found, group, values)
    return found


def _merged(A: csr_array) -> tuple[Ids, csr_array]:
    """Take cells that are the same number for one: a total with a single part, again and again."""
    n = A.shape[1]
    group = np.arange(n)
    while True:
        single = np.flatnonzero(np.diff(A.indptr) == 2)
        pairs = np.stack([A.indices[A.indptr[single]], A.indices[A.indptr[single] + 1]], axis=1)
        opposite = A.data[A.indptr[single]] == -A.data[A.indptr[single] + 1]
        if not opposite.any():
            return group, A
        pairs = pairs[opposite]
        k = A.shape[1]
        joins = csr_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(k, k))
        m, label = connected_components(joins, directed=False)
        group = label[group]
        A = csr_array(A @ csr_array((np.ones(k), (np.arange(k), label)), shape=(k, m)))
        A.eliminate_zeros()
        A = csr_array(A[np.flatnonzero(np.diff(A.indptr))])
