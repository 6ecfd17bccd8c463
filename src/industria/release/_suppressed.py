"""From sensitive cells to a pattern of withheld ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from industria.errors import ReleaseRefusedError, UnprotectableError, listing
from industria.kernels.suppression import suppression
from industria.release._costs import costs as costs_of
from industria.release._costs import kept as kept_of
from industria.release._deadline import Deadline
from industria.release._joint import Joint
from industria.release._primary import Primary
from industria.release.policy import Policy

__all__ = ["Pattern", "bounds", "costs", "refuse_kept", "suppressed"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]


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
    exact_only : array of bool, shape (n_cells,)
        Sensitive cells of which, when time was over, it was only certain that they are not exact.
    """

    withheld: Truth
    low: Array
    high: Array
    bound: float
    method: str
    exact_only: Truth

    def grown(self, other: Pattern, x: Array) -> Pattern:
        """Withhold what either does; whatever was possible beside what one of them publishes still is."""
        more = len(x) - len(self.withheld)
        low, high = (np.concatenate([of, x[len(x) - more :]]) for of in (self.low, self.high))
        withheld = np.concatenate([self.withheld, np.ones(more, bool)]) | other.withheld
        low, high = np.minimum(low, other.low), np.maximum(high, other.high)
        exact_only = np.concatenate([self.exact_only, np.zeros(more, bool)]) | other.exact_only
        return self._replace(withheld=withheld, low=low, high=high, exact_only=exact_only)


def costs(joint: Joint, policy: Policy, number: Ids | None = None) -> Array:
    """Return what it costs to withhold each cell: infinite where it must be published, 0 where no table shows it.

    Numbers of contributors are told where nobody is told behind the cells.
    """
    n, behind = len(joint.x), joint.behind
    zeros = np.zeros(n, bool)
    if (joint.x == 0).any():
        zeros = (joint.x == 0) & (np.bincount(behind.cell, behind.x != 0, n) == 0)
    units = number
    if policy.cost == "units" and number is None:
        units = behind.owners(n, policy.threshold_level).number
    cost = costs_of(joint.x, joint.rows, policy, units=units, sums=joint.margins(), zeros=zeros)
    cost[_kept(joint, policy) | joint.fixed] = np.inf
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
    if joint.known is not None:
        # Of rounded or noised numbers that left before, everybody keeps what they told.
        n = joint.known.shape[1]
        low[:n], high[:n] = np.maximum(low[:n], joint.known[0]), np.minimum(high[:n], joint.known[1])
    return low, high


def suppressed(
    joint: Joint,
    found: Primary,
    policy: Policy,
    deadline: Deadline,
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
    deadline : Deadline
        For the proof that nothing costs less.
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
    try:
        of = suppression(
            joint.A,
            joint.x,
            primary=found.sensitive,
            up=found.up,
            down=found.down,
            width=found.width,
            cost=cost,
            low=low,
            high=high,
            method=policy.secondary,
            time_limit=deadline.left,
            seed=policy.seed,
        )
    except UnprotectableError as error:
        raise _refused(joint, error.cell) from None
    return Pattern(of.withheld | (cost == 0), of.low, of.high, float(of.bound), str(of.method), of.exact_only)


def refuse_kept(joint: Joint, told: Truth) -> None:
    """Refuse sensitive cells that the policy keeps published."""
    kept = np.flatnonzero(told)
    if len(kept):
        raise ReleaseRefusedError(
            joint.named(int(kept[0])), "the policy keeps it published, but it is sensitive; take it out of `keep`"
        )


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
        kept[joint.start[at] : joint.start[at + 1]] = kept_of(one.system, policy) & (one.rows > 0)
    return kept
