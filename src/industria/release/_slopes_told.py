"""Regressions that give way to tables: slopes tell sums of the outcome with factors that anybody may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.errors import listing
from industria.release._beside_judged import Said, unseen
from industria.release._deadline import Deadline
from industria.release._fits import USED, digests, straight
from industria.release._given import Given
from industria.release._judged import Judged, judged
from industria.release._leaving import Leaving
from industria.release._numbers import Numbers
from industria.release._outcomes import in_words_of_tables
from industria.release._protected import Protected
from industria.release._regressions import MOMENTS, SLOPES
from industria.release._slopes_attacked import comes_too_close
from industria.release._slopes_rows import Part
from industria.release.policy import Policy

__all__ = ["with_slopes"]

Array = npt.NDArray[np.float64]

SLOPE: Final = "slope "
AMOUNT: Final = "amount "
"""Before what slopes of amounts tell, of which not everybody knows the value of each row."""
MOMENT: Final = "moment "
WHY: Final = "with published sums of its outcome it tells one that is withheld to whoever knows its regressors"
UNTOLD: Final = (
    "sums of its outcome are withheld, and nobody tells what its slopes tell of them; "
    "say the unit of their table in it, or let the table stay"
)
UNKNOWN: Final = "what estimates tell of withheld sums of their outcome"
ALTERED: Final = "what slopes tell against rounded, noised or adjusted sums of their outcome"
AMID: Final = "withheld sums of their outcome that slopes beside amounts tell to whoever knows these amounts"
NARROWER: Final = "how far slopes narrow the intervals told here, of which they leave what the rules ask for"


@dataclass(frozen=True, slots=True, eq=False)
class _Slopes:
    """What slopes tell.

    Attributes
    ----------
    gone : dict of str to str
        Steps that do not leave, and why.
    moments : dict of str to str
        Steps of which only the moments do not leave, and why.
    notes : list of str
        What was not checked.
    """

    gone: dict[str, str] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def with_slopes(numbers: Numbers, givens: Sequence[Given], several: Sequence[Protected]) -> Numbers:
    """Attack what is withheld with what slopes tell; of several regressions the later one gives way.

    Slopes b of y on X tell X'y, a sum of the outcome with a factor for each row. Where sums of the same outcome are
    published, it is one more relation between them: of the rows of each cell that have the same factor.

    Parameters
    ----------
    numbers : Numbers
        Estimates as they would leave.
    givens : sequence of Given
        Of tables, with digests for names.
    several : sequence of Protected
        One a variable.
    """
    steps = [one for one in numbers.steps if one.kind == "estimates" and "mean_treated" not in one.table.column_names]
    steps = [one for one in steps if _leaves(numbers.judged[one.name])]
    told = _told(steps, numbers, [*givens, *numbers.givens], several)
    found = dict(numbers.judged)
    for step in steps:
        if step.name in told.gone:
            found[step.name] = judged(step, numbers.policy, said=Said({}, whole=told.gone[step.name]))
        elif step.name in told.moments:
            one = found[step.name]
            kept = {name: rows for name, rows in one.tables.items() if name != MOMENTS}
            found[step.name] = replace(one, tables=kept, reasons=[*one.reasons, told.moments[step.name]])
    kinds = {step.name: step for step in steps if step.name in told.gone or step.name in told.moments}
    withheld = {
        (one.step, one.column): numbers.withheld[one.step, one.column] | unseen(kinds[one.step], one, found[one.step])
        for one in numbers.givens
        if one.step in kinds
    }
    return replace(
        numbers,
        judged=found,
        withheld=numbers.withheld | withheld,
        fits=[fit for fit in numbers.fits if fit.name not in told.gone],
        notes=[*numbers.notes, *told.notes],
    )


def _leaves(one: Judged) -> bool:
    told = "estimate" in one.table.column_names
    return bool(one.tables) or (told and one.table["estimate"].null_count < one.table.num_rows)


def _told(steps: Sequence[Leaving], numbers: Numbers, givens: Sequence[Given], several: Sequence[Protected]) -> _Slopes:
    """Ask of one step after the other what its slopes, and its moments, tell."""
    found = _Slopes()
    deadline = Deadline.within(numbers.policy.time_limit)
    secrets = [_Secret(one, givens, numbers.policy, deadline) for one in several if _withholds(one)]
    notes: dict[str, list[str]] = {UNKNOWN: [], ALTERED: [], AMID: [], NARROWER: []}
    for step in steps if secrets else ():
        words = in_words_of_tables(step, givens, numbers.salt)
        secret = next((one for one in secrets if one.speaks_of(words)), None)
        if secret is None:
            notes[UNKNOWN] += [] if SLOPES in step.tables else [step.name]
        elif secret.of.altered is not None:
            notes[ALTERED].append(step.name)
        elif SLOPES not in step.tables or not secret.is_over(step):
            found.gone[step.name] = UNTOLD
        elif not secret.falls_by(_part(step, words, (SLOPE, AMOUNT), numbers.salt)):
            notes[NARROWER].append(step.name)
        elif _published(step, givens):
            found.gone[step.name] = WHY
        else:
            notes[AMID].append(step.name)
        leaves = MOMENTS in numbers.judged[step.name].tables and step.name not in found.gone
        asked = secret if leaves and secret is not None and secret.of.altered is None else None
        if asked is not None and asked.falls_by(_part(step, words, (MOMENT,), numbers.salt)):
            found.moments[step.name] = f"{MOMENTS}: {WHY}"
    found.notes.extend(f"{why}: {listing(names)}" for why, names in notes.items() if names)
    return found


def _published(step: Leaving, givens: Sequence[Given]) -> bool:
    """Tell whether sums of all its amounts are told, so that it is no help that nobody knows them row by row."""
    amounts = {name.removeprefix(AMOUNT) for name in step.tables[SLOPES].column_names if name.startswith(AMOUNT)}
    return amounts <= {one.variable for one in givens if not one.counts}


class _Secret:
    """A variable of which cells are withheld, with what slopes have told of it."""

    def __init__(self, of: Protected, givens: Sequence[Given], policy: Policy, deadline: Deadline) -> None:
        self.of, self.policy, self.deadline = of, policy, deadline
        places = {place for block in of.joint.blocks for place in block.places}
        self.givens = [one for one in givens if (one.step, one.column) in places]
        self.told: list[Part] = []

    def speaks_of(self, step: Leaving) -> bool:
        """Tell whether the outcome of a step is it."""
        outcome = str(step.facts.get("outcome") or step.parameters.get("outcome"))
        names = {one.variable for one in self.givens} | {block.variable for block in self.of.joint.blocks}
        return outcome in names

    def is_over(self, step: Leaving) -> bool:
        """Tell whether a step is of its units."""
        return {block.unit for block in self.of.joint.blocks} == {str(step.facts.get("unit") or "")}

    def falls_by(self, part: Part) -> bool:
        """Tell whether somebody comes too close to it who knows one part more; what leaves is known from then on."""
        falls = comes_too_close([*self.told, part], self.givens, self.of, self.policy, self.deadline)
        if not falls:
            self.told.append(part)
        return falls


def _withholds(one: Protected) -> bool:
    withheld = one.altered is not None or bool((one.found.sensitive & one.withheld).any())
    return not one.joint.counts and withheld


def _part(step: Leaving, words: Leaving, kinds: tuple[str, ...], salt: bytes) -> Part:
    """Read what slopes, or moments, tell, in the words of the table."""
    rows = step.tables[SLOPES]
    units = rows["unit"].combine_chunks().dictionary_encode()
    names = [name for name in rows.column_names if name.startswith(kinds)]
    factors = [np.asarray(rows[name].to_numpy(), float) for name in names]
    y = np.asarray(rows["outcome"].to_numpy(), float)
    by, shift = _words(step, words)
    return Part(
        who=pa.array(digests(units.dictionary.to_pylist(), salt), pa.string()),
        unit=units.indices.to_numpy(),
        y=(y - shift) / by,
        factors=np.column_stack(factors) if factors else np.zeros((len(y), 0)),
    )


def _words(step: Leaving, words: Leaving) -> tuple[float, float]:
    """Return b and a of an outcome that is b times the variable of a table, and a more in each row."""
    if words.tables is step.tables:
        return 1.0, 0.0
    told, same, rows = (
        np.asarray(one.tables[USED][name].to_numpy(), float)
        for one, name in ((step, "outcome"), (words, "outcome"), (step, "rows"))
    )
    return straight(told, same, rows) or (1.0, 0.0)
