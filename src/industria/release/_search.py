"""The search for a pattern that withstands outsiders, sums of withheld cells, and contributors."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from industria.errors import ReleaseRefusedError
from industria.release._atoms_told import told_together
from industria.release._attacked import SURE, Reached, attacked_in_time, narrow, parts
from industria.release._contributors import Near, at_least_of, contributors, exposed
from industria.release._deadline import Deadline
from industria.release._joint import Joint, Made
from industria.release._primary import Primary, primary
from industria.release._suppressed import Pattern, costs, refuse_kept, suppressed
from industria.release._told_before import no_closer
from industria.release._unions import unions
from industria.release.policy import Policy

__all__ = ["MANY", "SOLVED", "Search"]

Truth = npt.NDArray[np.bool_]

SIDES: Final = ("up", "down", "width")
SMALL: Final = 200_000
"""Sensitive cells times cells up to which a pattern is sought anew when a sum turns out to be sensitive."""
SOLVED: Final = 20_000
"""Withheld cells up to which both ends of every interval are solved for; beyond, witnesses tell what they contain."""
MANY: Final = 2_000
"""Contributors who attack with what they know of themselves; that there are more is told."""
NEARBY: Final = 1_000
"""Cells up to which more is sought near what is short first; a search in a larger system looks near anyway."""
ROUNDS: Final = 50
"""Times that published cells are asked anew what they tell together of few units, before a release is refused."""
EVERYWHERE: Final = 20_000
"""Contributors times withheld cells up to which each attacks all of them, not only those beside their own."""


class Search:
    """A pattern that changes until nobody comes too close any more.

    Parameters
    ----------
    joint : Joint
        All cells of one variable.
    policy : Policy
        The rules.

    Attributes
    ----------
    joint, found, pattern : Joint, Primary, Pattern
        The cells, with sums that turned out to be sensitive; which are sensitive; what is withheld.
    bound : float
        No pattern that protects the cells of tables costs less.
    n_unions : int
        Sums that had to be protected besides.
    n_contributors, n_asked : int
        Contributors who could attack, and those who did.
    everywhere : bool
        Whether they attacked all cells that they can reach, or those in a relation with their own.
    reached : Reached or None
        Intervals of the pattern as it is, where they were solved for.
    told_before : bool
        Whether what left before leaves less open of a cell than the rules ask for, whatever is withheld now.
    notes : list of str
        What was not looked at of what published cells tell together.

    Raises
    ------
    ReleaseRefusedError
        If a cell that must be published is sensitive, or no pattern protects all cells.
    """

    def __init__(self, joint: Joint, policy: Policy) -> None:
        self.joint, self.policy = joint, policy
        self.deadline = Deadline.within(policy.time_limit)
        self.found = _sensitive(joint, policy)
        self.told_before = False
        self.pattern = self._sought()
        self.bound = self.pattern.bound
        self.n_unions = self.n_contributors = self.n_asked = 0
        self.everywhere = True
        self.reached: Reached | None = None
        self._sums, self._satisfied = set[bytes](), set[bytes]()
        self.notes: list[str] = []
        self._rounds, self._groups = 0, dict[bytes, int]()

    def protects_sums(self) -> bool:
        """Withhold more where a published total tells too much of its withheld parts together; tell whether it did."""
        if not self.policy.unions:
            return False
        made = _new(unions(self.joint, self.pattern.withheld, self.policy), self._sums)
        if not made:
            return False
        self.n_unions += len(made)
        self._protects(made)
        return True

    def protects_few(self) -> bool:
        """Withhold more where published cells together tell what few units bring; tell whether it did."""
        told = told_together(self.joint, self.pattern.withheld, self.policy)
        self.notes = told.notes
        if not told.made:
            return False
        self._rounds += 1
        if self._rounds > ROUNDS:
            raise ReleaseRefusedError(told.made[0].name, "whatever is withheld, others tell it; nothing was written")
        self._protects(told.made)
        return True

    def _protects(self, made: Sequence[Made]) -> None:
        """Take sums or differences for cells, and withhold what protects them."""
        before = np.concatenate([self.pattern.withheld, np.ones(len(made), bool)])
        first = len(self.joint.x)
        self.joint = self.joint.with_made(made)
        # What is made of the same units in two ways is one number.
        again = [(first + i, self._groups.setdefault(_who(one), first + i)) for i, one in enumerate(made)]
        twice = [(new, old) for new, old in again if new != old]
        self.joint = self.joint.with_equal(
            np.array([new for new, _ in twice], np.int64), [np.array([old], np.int64) for _, old in twice]
        )
        small = int(self.found.sensitive.sum()) * len(self.pattern.withheld) <= SMALL
        self.found = _with_more(self.found, _sensitive(self.joint, self.policy))
        # Once contributors have been asked, what was withheld for them stays so.
        if small and not self._satisfied:
            self.pattern = self._sought()
        else:
            new = _alone(self.found, np.arange(len(before)) >= len(before) - len(made))
            self.pattern = self.pattern.grown(self._wider(new, before), self.joint.x)
        self._satisfied.clear()

    def protects_from_contributors(self) -> bool:
        """Withhold more where a contributor would come too close to a cell; tell whether it did.

        What is withheld for one widens what all others can reach, so that each is asked once, while there is time.
        """
        before, joint = self.pattern.withheld, self.joint
        told = contributors(joint, self.found, before, self.policy, MANY)
        self.n_contributors = told.number
        self.everywhere = len(told.who) * int(before.sum()) <= EVERYWHERE
        fresh = [who for who in told.who if who.key not in self._satisfied]
        self.n_asked = len(told.who)
        if not fresh:
            return False
        near, label = Near.of(joint.A), parts(joint.A, before)
        for who in fresh:
            if len(before) > SURE and not self.deadline.left_for_attack:
                self.n_asked = sum(one.key in self._satisfied for one in told.who)
                break
            self._satisfied.add(who.key)
            withheld = self.pattern.withheld
            short = exposed(
                joint, self.found, withheld, self.policy, who, label=label, near=near, everywhere=self.everywhere
            )
            if short.sensitive.any():
                told_to = {"seen": who.known, "at_least": at_least_of(joint, who)}
                self.pattern = self.pattern.grown(self._wider(short, withheld, near, **told_to), joint.x)
                label = parts(joint.A, self.pattern.withheld)
        return bool((self.pattern.withheld & ~before).any())

    def publishes_what_is_known(self) -> bool:
        """Publish what protects nothing, since everybody knows it all the same; tell whether anything was."""
        withheld, self.reached = self.pattern.withheld, None
        if withheld.sum() > SOLVED:
            return False
        self.reached = attacked_in_time(self.joint, self.found, withheld, self.policy, self.deadline)
        if self.reached is None:
            return False
        vain = withheld & ~self.found.sensitive & ~self.joint.gone & (self.joint.rows > 0)
        vain &= narrow(self.joint, self.reached)
        self.pattern = self.pattern._replace(withheld=withheld & ~vain)
        return bool(vain.any())

    def _sought(self) -> Pattern:
        """Withhold what protects all sensitive cells."""
        try:
            return suppressed(self.joint, self.found, self.policy, self.deadline)
        except ReleaseRefusedError as error:
            return suppressed(self.joint, self._not_told(self.found, error), self.policy, self.deadline)

    def _wider(self, short: Primary, withheld: Truth, near: Near | None = None, **told: Any) -> Pattern:
        """Withhold what protects some cells besides what is withheld, near them if that will do."""
        way = {"forced": withheld, **told}
        if len(withheld) <= NEARBY:
            here = np.zeros(len(withheld), bool)
            here[(near or Near.of(self.joint.A)).around(np.flatnonzero(short.sensitive))] = True
            with suppress(ReleaseRefusedError):
                return suppressed(self.joint, short, self.policy, self.deadline, only=here, **way)
        try:
            return suppressed(self.joint, short, self.policy, self.deadline, **way)
        except ReleaseRefusedError as error:
            return suppressed(self.joint, self._not_told(short, error, **told), self.policy, self.deadline, **way)

    def _not_told(self, short: Primary, error: ReleaseRefusedError, **told: Any) -> Primary:
        """Ask of cells that nothing protects no more than what left before leaves open; nobody may know one exactly."""
        less = no_closer(self.joint, self.found, self.policy, short, **told)
        if less is None or (short.sensitive & ~less.sensitive).any():
            raise error
        self.told_before = True
        if not told:
            sides = {of: np.where(short.sensitive, getattr(less, of), getattr(self.found, of)) for of in SIDES}
            self.found = self.found._replace(**sides)
        return less


def _sensitive(joint: Joint, policy: Policy) -> Primary:
    """Hold all cells to the rules; what was published before is known, whatever they say now."""
    found = primary(joint.behind, len(joint.x), policy, counts=joint.counts, weighted=joint.has_weights)
    if policy.negatives == "refuse" and (found.negative & (joint.rows > 0)).any():
        cell = int(np.flatnonzero(found.negative & (joint.rows > 0))[0])
        raise ReleaseRefusedError(
            joint.named(cell), 'it has a contribution below zero, and the policy says negatives = "refuse"'
        )
    told = found.sensitive & ~joint.fixed
    refuse_kept(joint, told & np.isinf(costs(joint, policy)))
    return _alone(found, ~joint.fixed)


def _who(one: Made) -> bytes:
    """Write who stands behind a sum, and with how much."""
    order = np.argsort(one.behind.unit, kind="stable")
    return one.behind.unit[order].tobytes() + one.behind.x[order].astype(np.float32).tobytes()


def _new(made: Sequence[Made], asked: set[bytes]) -> list[Made]:
    """Take the sums that have not been asked for before."""
    fresh = [one for one in made if one.cells.tobytes() not in asked]
    asked.update(one.cells.tobytes() for one in fresh)
    return fresh


def _with_more(found: Primary, more: Primary) -> Primary:
    """Take what is asked of further cells, and of the others no more than before."""
    n = len(found.up)
    return more._replace(**{of: np.concatenate([getattr(found, of), getattr(more, of)[n:]]) for of in SIDES})


def _alone(found: Primary, cells: Truth) -> Primary:
    """Take some cells for the only sensitive ones."""
    told = found.sensitive & cells
    sides = {side: np.where(told, getattr(found, side), 0.0) for side in SIDES}
    return found._replace(sensitive=told, **sides)
