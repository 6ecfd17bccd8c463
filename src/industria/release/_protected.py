"""All cells of one variable, protected together and attacked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from industria.errors import ReleaseRefusedError
from industria.release._attacked import Reached, attacked, fails, narrow, parts, witnessed
from industria.release._contributors import around, at_least_of, contributors, exposed
from industria.release._joint import Joint, Made
from industria.release._primary import Primary, primary
from industria.release._suppressed import Pattern, costs, suppressed
from industria.release._unions import unions
from industria.release.policy import Policy

if TYPE_CHECKING:
    from industria.release._alternatives import Altered

__all__ = ["Protected", "protected"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

SMALL: Final = 200_000
"""Sensitive cells times cells up to which a pattern is sought anew when a sum turns out to be sensitive."""
SOLVED: Final = 20_000
"""Withheld cells up to which both ends of every interval are solved for; beyond, witnesses tell what they contain."""
MANY: Final = 2_000
"""Contributors who attack with what they know of themselves; that there are more is told."""
UNKNOWN: Final = (0.0, float("inf"))
"""Parts of a value between which it is known to lie, where nothing is known of it."""
EVERYWHERE: Final = 20_000
"""Contributors times withheld cells up to which each attacks all of them, not only those beside their own."""


@dataclass(frozen=True, slots=True, eq=False)
class Protected:
    """A pattern that has withstood the attack.

    Attributes
    ----------
    joint : Joint
        All cells, with the sums and differences that turned out to be sensitive.
    found : Primary
        Which are sensitive, and why.
    withheld : array of bool, shape (n_cells,)
        Not published.
    reached : Reached
        What an outsider reaches who knows before what the policy takes for known.
    failed : array of bool, shape (n_cells,)
        Cells that an outsider comes too close to: none, where cells were suppressed.
    cost, bound : float
        What withholding costs, and what it costs at least.
    method : str
        How the pattern was found.
    n_unions, n_contributors : int
        Sums that had to be protected besides, and contributors who attacked with what they know.
    everywhere : bool
        Whether they attacked all cells that they can reach, or those in a relation with their own.
    altered : Altered or None
        What leaves in place of the values, where they are not suppressed but rounded, noised or adjusted.
    outside : Reached or None
        What an outsider reaches who knows nothing before, where that is something else; of the two only this may be
        told outside, since what is known before is a part of the value.
    """

    joint: Joint
    found: Primary
    withheld: Truth
    reached: Reached
    failed: Truth
    cost: float
    bound: float
    method: str
    n_unions: int = 0
    n_contributors: int = 0
    everywhere: bool = True
    notes: list[str] = field(default_factory=list)
    altered: Altered | None = None
    outside: Reached | None = None

    @property
    def forced(self) -> list[str]:
        """Sums and differences of cells, in words, that are sensitive themselves; confidential."""
        made = self.joint.start[-1] + np.arange(len(self.joint.made))
        return [self.joint.named(int(cell)) for cell in made[self.found.sensitive[made]]]


def protected(joint: Joint, policy: Policy) -> Protected:
    """Withhold what the rules of a policy ask for, and prove it.

    Parameters
    ----------
    joint : Joint
        All cells of one variable, with differences to earlier releases.
    policy : Policy
        The rules.

    Raises
    ------
    ReleaseRefusedError
        If a cell that must be published is sensitive, or no pattern protects all cells.
    """
    found = _sensitive(joint, policy)
    pattern = suppressed(joint, found, policy)
    bound, n_unions, sums, satisfied = pattern.bound, 0, set[bytes](), set[bytes]()
    notes: list[str] = []
    while True:
        made = _new(unions(joint, pattern.withheld, policy), sums) if policy.unions else []
        if made:
            n_unions += len(made)
            small = int(found.sensitive.sum()) * len(joint.x) <= SMALL
            before = np.concatenate([pattern.withheld, np.ones(len(made), bool)])
            joint = joint.with_made(made)
            found = _sensitive(joint, policy)
            # Once contributors have been asked, what was withheld for them stays so.
            if small and not satisfied:
                pattern = suppressed(joint, found, policy)
            else:
                new = _alone(found, np.arange(len(before)) >= len(before) - len(made))
                pattern = pattern.grown(_wider(joint, new, before, policy), joint.x)
            satisfied.clear()
            continue
        wider, n_contributors, everywhere = _told_to_contributors(joint, found, pattern, policy, satisfied)
        grown, pattern = bool((wider.withheld & ~pattern.withheld).any()), wider
        if grown:
            continue
        if pattern.withheld.sum() > SOLVED:
            reached = witnessed(joint, pattern)
            notes.append(
                f"{joint.blocks[0].variable}: the ends of intervals, of which witnesses tell that they lie inside"
            )
            break
        reached = attacked(joint, found, pattern.withheld, policy)
        # What is known to everybody, and needs no protection, is published: it protects nothing.
        vain = pattern.withheld & ~found.sensitive & ~joint.gone & (joint.rows > 0) & narrow(joint, reached)
        if not vain.any():
            break
        pattern = pattern._replace(withheld=pattern.withheld & ~vain)
    if n_contributors == MANY:
        notes.append(f"{joint.blocks[0].variable}: what more than {MANY} contributors know of themselves")
    failed = fails(joint, found, reached)
    _refuse_failed(joint, failed)
    cost = costs(joint, policy)
    return Protected(
        joint=joint,
        found=found,
        withheld=pattern.withheld,
        reached=reached,
        outside=None if policy.prior == UNKNOWN else attacked(joint, found, pattern.withheld, _stranger(policy)),
        failed=failed,
        cost=float(cost[pattern.withheld].sum()),
        bound=bound,
        method=pattern.method,
        n_unions=n_unions,
        n_contributors=n_contributors,
        everywhere=everywhere,
        notes=notes,
    )


def _refuse_failed(joint: Joint, failed: Truth) -> None:
    """Refuse a pattern that does not withstand the attack."""
    if failed.any():
        raise ReleaseRefusedError(
            joint.named(int(np.flatnonzero(failed)[0])),
            f"the attack comes too close to it, and to {int(failed.sum()) - 1} more; nothing was written",
        )


def _sensitive(joint: Joint, policy: Policy) -> Primary:
    """Hold all cells to the rules; what was published before is known, whatever they say now."""
    found = primary(joint.behind, len(joint.x), policy, counts=joint.counts, weighted=joint.has_weights)
    if policy.negatives == "refuse" and (found.negative & (joint.rows > 0)).any():
        cell = int(np.flatnonzero(found.negative & (joint.rows > 0))[0])
        raise ReleaseRefusedError(
            joint.named(cell), 'it has a contribution below zero, and the policy says negatives = "refuse"'
        )
    told = found.sensitive & ~joint.fixed
    kept = np.flatnonzero(told & np.isinf(costs(joint, policy)))
    if len(kept):
        raise ReleaseRefusedError(
            joint.named(int(kept[0])), "the policy keeps it published, but it is sensitive; take it out of `keep`"
        )
    return _alone(found, ~joint.fixed)


def _new(made: Sequence[Made], asked: set[bytes]) -> list[Made]:
    """Take the sums that have not been asked for before."""
    fresh = [one for one in made if one.cells.tobytes() not in asked]
    asked.update(one.cells.tobytes() for one in fresh)
    return fresh


def _told_to_contributors(
    joint: Joint, found: Primary, pattern: Pattern, policy: Policy, satisfied: set[bytes]
) -> tuple[Pattern, int, bool]:
    """Withhold more where a contributor would come too close to a cell.

    What is withheld for one widens what all others can reach, so that each is asked once.
    Returns the pattern, the number of contributors, and whether they looked everywhere.
    """
    asked = contributors(joint, pattern.withheld, policy)[:MANY]
    everywhere = len(asked) * int(pattern.withheld.sum()) <= EVERYWHERE
    label = parts(joint.A, pattern.withheld) if asked else np.zeros(0, np.int64)
    for who in asked:
        if who.key in satisfied:
            continue
        satisfied.add(who.key)
        short = exposed(joint, found, pattern.withheld, policy, who, label, everywhere)
        if short.sensitive.any():
            told = {"seen": who.known, "at_least": at_least_of(joint, who)}
            pattern = pattern.grown(_wider(joint, short, pattern.withheld, policy, **told), joint.x)
            label = parts(joint.A, pattern.withheld)
    return pattern, len(asked), everywhere


def _wider(joint: Joint, short: Primary, withheld: Truth, policy: Policy, **told: Any) -> Pattern:
    """Withhold what protects some cells besides what is withheld, near them if that will do."""
    try:
        near = around(joint.A, short.sensitive)
        return suppressed(joint, short, policy, forced=withheld, only=near, **told)
    except ReleaseRefusedError:
        return suppressed(joint, short, policy, forced=withheld, **told)


def _alone(found: Primary, cells: Truth) -> Primary:
    """Take some cells for the only sensitive ones."""
    told = found.sensitive & cells
    sides = {side: np.where(told, getattr(found, side), 0.0) for side in ("up", "down", "width")}
    return found._replace(sensitive=told, **sides)


def _stranger(policy: Policy) -> Policy:
    """Return the policy for an outsider who knows nothing before."""
    return policy.model_copy(update={"prior": UNKNOWN})
