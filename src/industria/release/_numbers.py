"""Estimates and averages beside the tables of a release: judged, their numbers protected with all cells."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.errors import listing
from industria.release._beside import beside, beside_amounts, tells_changes
from industria.release._beside_judged import said_of, unseen, untold
from industria.release._fits import Fit, fit_of
from industria.release._given import Given
from industria.release._hidden_counts import numbers_of_units
from industria.release._judged import OF_UNITS, STATUS, Judged, judged, judged_together
from industria.release._leaving import Leaving
from industria.release._ledger import digested
from industria.release._means import influence, tells_means
from industria.release._outcomes import in_words_of_tables, sum_in_words_of_tables
from industria.release._positions import Ranked, tells_ranked, with_positions
from industria.release._protected import Protected
from industria.release._squares import squares_of_averages
from industria.release.policy import Policy

__all__ = ["Numbers", "numbers_beside"]

Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """What stands beside estimates and averages.

    Attributes
    ----------
    steps : list of Leaving
        Those that are no tables of cells.
    policy : Policy
        The rules.
    salt : bytes
        Of digests.
    judged : dict of str to Judged
        What leaves of each.
    givens : list of Given
        Their numbers as cells, with digests for names.
    without : list of Given
        Numbers that can be in no system, and do not leave.
    withheld : dict of (step, column) to array of bool
        Which of `givens` do not leave.
    fits : list of Fit
        Regressions that leave.
    notes : list of str
        What was not checked.
    ranked : list of Ranked
        Groups of which percentiles left before; once protected, those of which some leave.
    """

    steps: list[Leaving]
    policy: Policy
    salt: bytes
    judged: dict[str, Judged]
    givens: list[Given]
    without: list[Given] = field(default_factory=list)
    withheld: dict[tuple[str, str], Truth] = field(default_factory=dict)
    fits: list[Fit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ranked: list[Ranked] = field(default_factory=list)

    @property
    def unknown(self) -> list[str]:
        """Name the steps that leave, but tell nobody one by one, or tell positions."""
        told = {one.step for one in self.givens}
        return [
            step.name
            for step in self.steps
            if (step.name not in told or step.kind == "percentiles") and not tells_ranked(step)
            if _leaves(self.judged[step.name])
        ]

    def leaves(self, step: Leaving) -> bool:
        """Tell whether any number of a step leaves, as far as it is judged by itself."""
        return _leaves(self.judged[step.name])

    def protected(self, several: Sequence[Protected], hidden: Collection[str]) -> Numbers:
        """Judge steps again, by what became of their numbers among all cells, and by where those of units stay."""
        masks = {(one.step, one.column): _mask(several, one) for one in self.givens}
        every = masks | {(one.step, one.column): np.ones(len(one.shown), bool) for one in self.without}
        found, notes = dict(self.judged), []
        rounded = {one.unit for of in several if of.altered is not None for one in of.joint.blocks if one.counts}
        for step in self.steps:
            of = [one for one in [*self.givens, *self.without] if one.step == step.name]
            if of:
                spreads = influence(step) if tells_means(step) else []
                averages = "column" in step.table.column_names or tells_means(step)
                squares = squares_of_averages([*of, *spreads], self.policy) if averages else {}
                said = said_of(step, of, every, rounded, squares, spreads)
                found[step.name] = judged(step, self.policy, said=said)
            elif step.name in hidden and _leaves(found[step.name]) and _counts(step):
                found[step.name] = judged(step, self.policy, said=untold(step))
            elif _leaves(found[step.name]) and _counts(step):
                notes.append(step.name)
        found, ranked = with_positions(self.steps, found, self.ranked, self.policy, self.salt)
        words = [f"numbers of units of what tells nobody one by one: {listing(notes)}"] if notes else []
        amid = [step.name for step in self.steps if _leaves(found[step.name]) and beside_amounts(step)]
        if amid:
            words.append(f"sums over regressors of two values that estimates beside amounts may tell: {listing(amid)}")
        net = [step.name for step in self.steps if _leaves(found[step.name]) and tells_changes(step)]
        if net:
            words.append(f"sums of changes that estimates net of effects of units may tell: {listing(net)}")
        fits = [fit_of(step, self.salt) for step in self.steps if step.kind == "estimates"]
        fits = [fit for fit in fits if fit.who and _leaves(found[fit.name])]
        steps = {step.name: step for step in self.steps}
        gone = {
            (one.step, one.column): masks[one.step, one.column] | unseen(steps[one.step], one, found[one.step])
            for one in self.givens
        }
        return replace(self, judged=found, withheld=gone, fits=fits, notes=words, ranked=ranked)


def numbers_beside(
    steps: Sequence[Leaving],
    cells: Sequence[Given],
    policy: Policy,
    before: Sequence[Fit],
    salt: bytes,
    told_before: Sequence[Given] = (),
    ranked_before: Sequence[Ranked] = (),
) -> Numbers:
    """Judge estimates and averages by themselves, and read the numbers beside those that leave.

    Parameters
    ----------
    steps : sequence of Leaving
        No tables of cells.
    cells : sequence of Given
        What the tables add up, and over which units.
    policy : Policy
        The rules.
    before : sequence of Fit
        Regressions of earlier releases.
    salt : bytes
        Of digests.
    told_before : sequence of Given
        What earlier releases add up.
    ranked_before : sequence of Ranked
        Groups of which they tell percentiles.
    """
    found = judged_together(steps, policy, before=before, salt=salt)
    unit = {one.variable: one.unit for one in cells if not one.counts and one.has_contributors}
    givens: list[Given] = []
    without: list[Given] = []
    sums: list[Given] = []
    for step in steps:
        # Of a regression that stays nothing is told; averages may stay for want of what the system knows.
        if step.kind == "estimates" and "column" not in step.table.column_names and not _leaves(found[step.name]):
            continue
        told = digested(beside(in_words_of_tables(step, [*cells, *told_before], salt), policy), salt)
        for one in told:
            if tells_means(step):
                one = sum_in_words_of_tables(one, [*cells, *told_before, *sums])
                sums.append(replace(one, beside=False))
            # The same amount over two kinds of units would be two cells.
            alike = one.counts or unit.setdefault(one.variable, one.unit) == one.unit
            (givens if alike else without).append(one)
    ranked = list(ranked_before)
    return Numbers(list(steps), policy, salt, found, givens, without, ranked=ranked)


def _mask(several: Sequence[Protected], one: Given) -> Truth:
    """Tell which cells of a column are withheld."""
    for of in several:
        for at, block in enumerate(of.joint.blocks):
            place = block.places.get((one.step, one.column))
            if place is not None:
                return np.asarray(of.withheld[place + of.joint.start[at]], bool)
    return np.ones(len(one.shown), bool)


def _leaves(one: Judged) -> bool:
    """Tell whether any number of a step leaves."""
    numbers = [
        field.name
        for field in one.table.schema
        if field.name != STATUS and (pa.types.is_floating(field.type) or pa.types.is_integer(field.type))
    ]
    return bool(one.tables) or any(one.table[name].null_count < one.table.num_rows for name in numbers)


def _counts(step: Leaving) -> bool:
    """Tell whether a step shows numbers of units."""
    return bool(numbers_of_units(step)) or any(name in OF_UNITS for name in step.facts)
