"""Very large tables of counts: cubes protect them, and one move of whole numbers proves that no cell is determined."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.kernels.suppression_by_cubes import by_cubes
from industria.release._attacked import PROOF, Reached
from industria.release._behind import nobody
from industria.release._counted import counted
from industria.release._framed import framed
from industria.release._given import Given
from industria.release._joint import Joint, joined
from industria.release._overlaps import several_ways
from industria.release._primary import RULES, Primary
from industria.release._protected import Protected
from industria.release._suppressed import bounds, costs, refuse_kept
from industria.release._together import block_of
from industria.release._unions import known
from industria.release.policy import Policy

__all__ = ["are_large_counts", "protected_counts"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

LARGE: Final = 200_000
"""Cells beyond which neither programs nor a list of everybody behind each of them comes to an end."""
TOGETHER: Final = 500_000
"""Relations that are looked at together."""
INTERVALS: Final = (
    "how closely withheld cells of {variable} are told: it is proven that none of them is determined, and no more"
)
OWN: Final = "what contributors know of themselves of {variable}"
PARTS: Final = ", but for whoever is alone in one of the withheld parts of a published total"
SUMS: Final = "sums and differences of more than two cells of {variable}: too many"
SHARED: Final = "withheld parts of one total of {variable} in which the same contributors stand"


def are_large_counts(of: Sequence[Sequence[Given]], policy: Policy) -> bool:
    """Tell whether a variable is one table of counts of so many cells, and beside it nothing else tells of them.

    Parameters
    ----------
    of : sequence of sequence of Given
        Its columns by block, those of earlier releases among them.
    policy : Policy
        One that asks for the cheapest pattern, or for another shape, asks for something else.
    """
    one = of[0][0]
    plain = one.counts and one.has_contributors and not (one.has_weights or one.beside or one.is_share)
    alone = len(of) == 1 and len(of[0]) == 1 and one.times == 1
    asked = not policy.alters(one.variable) and policy.secondary != "optimal"
    return plain and alone and asked and int(one.shown.sum()) > LARGE


def protected_counts(one: Given, policy: Policy) -> Protected | None:
    """Withhold cells below the threshold, and others with them, until no withheld cell is determined.

    A pattern holds where one table of whole moves keeps every sum, moves every withheld cell, and takes none across
    what everybody knows: at least one unit stands in each cell that the table lists. How far each cell could be moved
    is not asked. Where a published total tells what too few units bring together, more is withheld.

    Parameters
    ----------
    one : Given
        The counts.
    policy : Policy
        The rules.

    Returns
    -------
    Protected or None
        None where cubes protect not all, or the table divides its units in several ways.

    Raises
    ------
    ReleaseRefusedError
        If a cell that must be published is sensitive.
    """
    frame = framed([one])
    x, number = counted(one, frame, policy.threshold_level)
    block = block_of([one], frame, x, nobody(), one.who.names, one.owner.names)
    joint = joined([block])
    if several_ways(joint, 0):
        return None
    found = _sensitive(number, policy)
    cost = costs(joint, policy, number)
    refuse_kept(joint, found.sensitive & np.isinf(cost))
    low, high = bounds(joint, found, policy)
    # Everybody knows that they are whole numbers.
    low, high = np.ceil(low), np.floor(high)
    unions = _Unions(joint, number, cost, policy)
    pattern = by_cubes(
        joint.A,
        joint.x,
        block.system.codes,
        [dim.parents for dim in block.system.dimensions],
        primary=found.sensitive,
        cost=cost,
        low=low,
        high=high,
        time_limit=policy.time_limit,
        seed=policy.seed,
        besides=unions,
    )
    if pattern is None or unions.unanswered:
        return None
    return Protected(
        joint=joint,
        found=found,
        withheld=pattern.withheld,
        reached=Reached(pattern.low, pattern.high, [PROOF if gone else "" for gone in pattern.withheld]),
        failed=np.zeros(len(x), bool),
        cost=float(cost[pattern.withheld].sum()),
        bound=pattern.bound,
        method=pattern.method,
        everywhere=False,
        notes=_not_asked(one, number, policy),
    )


def _not_asked(one: Given, number: Ids, policy: Policy) -> list[str]:
    """Say what a proof that no cell is determined does not tell."""
    told = [INTERVALS, *[OWN + (PARTS if policy.unions else "")] * (policy.insiders != "none"), SUMS]
    told += [SHARED] * (policy.unions and int(number.max(initial=0)) < len(one.x))
    return [note.format(variable=one.variable) for note in told]


def _sensitive(number: Ids, policy: Policy) -> Primary:
    """Hold numbers of contributors to the threshold: no other rule is one of counts."""
    few = (number > 0) & (number < policy.threshold)
    rules = np.zeros((len(few), len(RULES)), bool)
    rules[:, 0] = few
    return Primary(few, few.astype(float), np.zeros(len(few)), 2 * few.astype(float), rules, np.zeros(len(few), bool))


class _Unions:
    """Finds what must be withheld besides, where a published total tells of its withheld parts together.

    Whoever is alone in one of the parts takes that part off, where the policy asks what contributors know.

    Attributes
    ----------
    unanswered : bool
        Whether nothing can be withheld of a total: it follows from others though no table shows it, or the policy
        keeps the rest of it published.
    """

    def __init__(self, joint: Joint, number: Ids, cost: Array, policy: Policy) -> None:
        self._joint, self._number, self._cost, self._policy = joint, number, cost, policy
        self.unanswered = False

    def __call__(self, withheld: Truth) -> Truth:
        more = np.zeros(len(withheld), bool)
        if not self._policy.unions:
            return more
        A = self._joint.A
        # Where tables show all sums there is none to follow from others.
        gone = withheld if (self._joint.rows > 0).all() else withheld & ~known(self._joint, withheld)
        for start in range(0, A.shape[0], TOGETHER):
            for r in start + self._short(start, min(start + TOGETHER, A.shape[0]), gone):
                cells = A.indices[A.indptr[r] : A.indptr[r + 1]]
                cells = cells[~withheld[cells] & np.isfinite(self._cost[cells])]
                self.unanswered |= not len(cells)
                if len(cells) and not more[cells].any():
                    more[cells[np.argmin(self._cost[cells])]] = True
        return more

    def _short(self, start: int, stop: int, gone: Truth) -> Ids:
        """Tell which of some relations have a published total, and withheld parts that too few bring."""
        A = self._joint.A
        first = A.indptr[start:stop] - A.indptr[start]
        here = slice(A.indptr[start], A.indptr[stop])
        cells, is_part = A.indices[here], A.data[here] < 0
        part, number = is_part & gone[cells], self._number[cells]
        parts, open_ = (np.add.reduceat(of, first, dtype=np.int64) for of in (part, ~is_part & ~gone[cells]))
        together = np.add.reduceat(np.where(part, number, 0), first)
        own = np.logical_or.reduceat(part & (number == 1), first) & (self._policy.insiders != "none")
        return np.flatnonzero((parts > 1) & (open_ > 0) & (together - own < self._policy.threshold))
