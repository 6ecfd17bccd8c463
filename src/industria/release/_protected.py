"""All cells of one variable, protected together and attacked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from industria.errors import ReleaseRefusedError
from industria.release._attacked import Reached, attacked, fails, is_told, witnessed
from industria.release._joint import Joint
from industria.release._primary import Primary
from industria.release._search import MANY, Search
from industria.release._suppressed import costs
from industria.release.policy import Policy

if TYPE_CHECKING:
    from industria.release._alternatives import Altered

__all__ = ["Protected", "protected"]

Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

UNKNOWN: Final = (0.0, float("inf"))
"""Parts of a value between which it is known to lie, where nothing is known of it."""


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
    n_unions, n_contributors, n_asked : int
        Sums that had to be protected besides, contributors who know more than an outsider, and those of them who
        attacked with what they know.
    everywhere : bool
        Whether they attacked all cells that they can reach, or those in a relation with their own.
    altered : Altered or None
        What leaves in place of the values, where they are not suppressed but rounded, noised or adjusted.
    outside : Reached or None
        What an outsider reaches who knows nothing before, where that is something else; of the two only this may be
        told outside, since what is known before is a part of the value.
    exact_only : array of bool, shape (n_cells,), or None
        Sensitive cells of which, when time was over, it was only certain that nobody knows them exactly.
    ordered : array of int, shape (k, 2)
        Cells, and others that are part of them in a population within theirs, where values leave as they are.
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
    n_asked: int = 0
    everywhere: bool = True
    notes: list[str] = field(default_factory=list)
    altered: Altered | None = None
    outside: Reached | None = None
    exact_only: Truth | None = None
    ordered: Ids = field(default_factory=lambda: np.zeros((0, 2), np.int64))

    @property
    def forced(self) -> list[str]:
        """Sums and differences of cells, in words, that are sensitive themselves; confidential."""
        made = self.joint.start[-1] + np.arange(len(self.joint.made))
        return [self.joint.named(int(cell)) for cell in made[self.found.sensitive[made]]]

    @property
    def only_not_exact(self) -> list[str]:
        """Cells, in words, of which it is only certain that nobody knows them exactly; confidential."""
        return [] if self.exact_only is None else [self.joint.named(int(at)) for at in np.flatnonzero(self.exact_only)]

    @property
    def ran_out_of_time(self) -> bool:
        """Whether contributors who were to attack did not, since time was over."""
        return self.n_asked < min(self.n_contributors, MANY)

    @property
    def attackers(self) -> dict[str, str | int]:
        """How many contributors know more than an outsider, and how many of them attacked; confidential."""
        variable = self.joint.blocks[0].variable
        return {"variable": variable, "number": self.n_contributors, "asked": self.n_asked}


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
    search = Search(joint, policy)
    # What costs most comes last, when the others have nothing more to withhold.
    while (
        search.protects_sums()
        or search.protects_from_contributors()
        or search.publishes_what_is_known()
        or search.protects_few()
    ):
        pass
    joint, found, withheld = search.joint, search.found, search.pattern.withheld
    reached = search.reached or witnessed(joint, search.pattern)
    failed = fails(joint, found, reached)
    # Of some cells of a large system there was time for this only: that nobody knows them exactly.
    weak = search.pattern.exact_only & failed & ~is_told(joint, found, reached)
    _refuse_failed(joint, failed & ~weak)
    return Protected(
        joint=joint,
        found=found,
        withheld=withheld,
        reached=reached,
        outside=None if policy.prior == UNKNOWN else attacked(joint, found, withheld, _stranger(policy)),
        failed=weak & (search.reached is not None),
        exact_only=weak,
        cost=float(costs(joint, policy)[withheld].sum()),
        bound=search.bound,
        method=search.pattern.method,
        n_unions=search.n_unions,
        n_contributors=search.n_contributors,
        n_asked=search.n_asked,
        everywhere=search.everywhere,
        notes=_not_checked(search, weak),
    )


def _not_checked(search: Search, weak: Truth) -> list[str]:
    """Say what there was too much of; not how much, which with the threshold would tell small counts."""
    variable, notes = search.joint.blocks[0].variable, [*search.notes]
    if search.reached is None:
        notes.append(f"{variable}: the ends of intervals, of which witnesses tell that they lie inside")
    if weak.any():
        notes.append(f"{variable}: the levels of some cells, of which it is only certain that they are not exact")
    if search.told_before:
        notes.append(f"{variable}: levels of cells of which what left before leaves less open")
    if search.n_contributors > MANY:
        notes.append(f"{variable}: what more than {MANY} contributors know of themselves")
    if search.n_asked < min(search.n_contributors, MANY):
        notes.append(f"{variable}: what some contributors know of themselves, for whom no time was left")
    return notes


def _refuse_failed(joint: Joint, failed: Truth) -> None:
    """Refuse a pattern that does not withstand the attack."""
    if failed.any():
        raise ReleaseRefusedError(
            joint.named(int(np.flatnonzero(failed)[0])),
            f"the attack comes too close to it, and to {int(failed.sum()) - 1} more; nothing was written",
        )


def _stranger(policy: Policy) -> Policy:
    """Return the policy for an outsider who knows nothing before."""
    return policy.model_copy(update={"prior": UNKNOWN})
