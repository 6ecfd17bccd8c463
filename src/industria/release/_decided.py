"""What leaves of each step, decided over all steps together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.errors import PolicyError, ReleaseRefusedError, hint, listing
from industria.release._altered_tables import altered_cells, known, moved
from industria.release._classes import is_ours
from industria.release._given import Given, given
from industria.release._hidden_counts import counts_hidden
from industria.release._judged import Judged
from industria.release._known_owners import with_known_owners
from industria.release._leaving import Leaving
from industria.release._ledger import digested, fits_of, givens_of, ledger, refuse_another_salt, unknown_of
from industria.release._names import give_back
from industria.release._not_looked_at import strangers
from industria.release._numbers import Numbers, numbers_beside
from industria.release._outcomes import earlier_in_words_of_tables
from industria.release._positions import pages_of, positions_of
from industria.release._protected import Protected
from industria.release._readings import refuse_two_readings
from industria.release._slopes_told import with_slopes
from industria.release._systems import systems
from industria.release._tables import Placed, judged_cells, placed
from industria.release._vintages import as_of_then
from industria.release.policy import Policy

__all__ = ["Decided", "decided"]

Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """What leaves, and how that was found.

    Attributes
    ----------
    judged : dict of str to Judged
        By step.
    refused : dict of str to str
        Steps that do not leave, and why.
    places : dict of str to list of Placed
        Of steps of cells: where their rows stand among all cells.
    several : list of Protected
        One a variable.
    notes : list of str
        What was not checked.
    givens : list of Given
        The additive columns, with digests for names.
    numbers : Numbers
        What stands beside estimates and averages, as cells.
    unknown : list of str
        Steps of which no later release can tell who stood behind them.
    salt : bytes
        Of the digests.
    """

    judged: dict[str, Judged]
    refused: dict[str, str]
    places: dict[str, list[Placed]]
    several: list[Protected]
    notes: list[str]
    givens: list[Given]
    numbers: Numbers
    unknown: list[str]
    salt: bytes

    def ledger(self, name: str) -> pa.Table:
        """Write down what the next release must know of this one."""
        return pa.concat_tables(self.pages(name))

    def pages(self, name: str) -> Iterator[pa.Table]:
        """Write the same some rows at a time: it tells of everybody."""
        # What left in another shape was not published either.
        withheld = {(step, one.column): one.withheld | moved(one) for step, of in self.places.items() for one in of}
        told = self.numbers
        masks, ranked = withheld | told.withheld, pages_of(name, told.ranked)
        places = [(step, one) for step, at in self.places.items() for one in at]
        ends = {(step, one.column): of for step, one in places if (of := known(one)) is not None}
        givens = [*self.givens, *told.givens]
        return chain(ledger(name, givens, masks, self.salt, told.fits, self.unknown, ends), ranked)


def decided(
    steps: Sequence[Leaving],
    policy: Policy,
    *,
    earlier: Sequence[pa.Table] = (),
    salt: bytes = b"",
    identities: Sequence[Mapping[str, float]] = (),
) -> Decided:
    """Judge all steps; those of cells together, as one system a variable.

    Parameters
    ----------
    steps : sequence of Leaving
        What is asked to leave.
    policy : Policy
        The rules.
    earlier : sequence of pyarrow.Table
        Ledgers of earlier releases.
    salt : bytes
        Of the digests in the ledgers.
    identities : sequence of mapping of str to float
        Equations between variables: factors of terms that add up to nothing.

    Raises
    ------
    ReleaseRefusedError
        If a rule lacks that a step needs, no pattern protects all cells, or an earlier release is of another salt
        or of cells that cannot be compared.
    """
    most = max([2, policy.coalition + 1, *(n for n, _ in policy.dominance)])
    cells = [step for step in steps if step.kind == "cells"]
    givens = digested([one for step in cells for one in given(step, most)], salt)
    give_back()  # of the names before they were digested
    for one in givens:
        _refuse_without_rule(one, policy)
    _refuse_two_units(givens)
    _refuse_strange_keep(givens, policy)
    for rows in earlier:
        refuse_another_salt(rows, salt)
    before = [pair for rows in earlier for pair in givens_of(rows)]
    fits = [fit for rows in earlier for fit in fits_of(rows)]
    _refuse_without_unit(givens, [told for told, _ in before])
    before, strange_words = earlier_in_words_of_tables(as_of_then(before, givens), fits, givens)
    others = [step for step in steps if step.kind in ("units", "percentiles", "estimates")]
    ranked = [one for rows in earlier for one in positions_of(rows)]
    numbers = numbers_beside(others, givens, policy, fits, salt, [told for told, _ in before], ranked)
    refuse_two_readings([*givens, *numbers.givens], [told for told, _ in before], policy)
    owned = [*givens, *numbers.givens, *(told for told, _ in before)]
    _refuse_without_holdings(givens, owned, policy)
    givens = with_known_owners(givens, owned, policy)
    numbers = replace(numbers, givens=with_known_owners(numbers.givens, owned, policy))
    _refuse_strangers([*givens, *numbers.givens], before)
    several, notes = systems(givens, numbers.givens, before, policy, salt, identities)
    places = {step.name: placed(step, several) for step in cells}
    told = {one.step for one in numbers.givens}
    hidden = counts_hidden(several, [*cells, *(step for step in others if numbers.leaves(step))], told, policy)
    found = {step.name: _leave(step, places[step.name], policy, step.name in hidden) for step in cells}
    numbers = with_slopes(numbers.protected(several, hidden), givens, several)
    found |= numbers.judged
    notes += [*strange_words, *strangers([*givens, *numbers.givens], [told for told, _ in before]), *numbers.notes]
    unknown = [*(step.name for step in cells if "contributors" not in step.tables), *numbers.unknown]
    other = [*unknown, *(name for rows in earlier for name in unknown_of(rows))]
    if other:
        notes.append(f"differences to other tables and releases of what tells nobody one by one: {listing(other)}")
    strange = [step.name for step in cells if step.name in unknown and not is_ours(step.measure)]
    if strange:
        notes.append(f"what measures that are not of Industria tell of their rows: {listing(strange)}")
    return Decided(
        judged={step.name: found[step.name] for step in steps if step.name in found},
        refused={step.name: step.why for step in steps if step.kind == "none"},
        places=places,
        several=several,
        notes=notes,
        givens=givens,
        numbers=numbers,
        unknown=unknown,
        salt=salt,
    )


def _leave(step: Leaving, places: Sequence[Placed], policy: Policy, hidden: bool) -> Judged:
    """Take the cells of a step that are suppressed, or those that leave in another shape; not both side by side."""
    altered = {one.of.altered is not None for one in places}
    if len(altered) > 1:
        columns = listing([one.column for one in places if one.of.altered is None])
        raise ReleaseRefusedError(
            f"step {step.name!r}",
            f"it tells {columns} beside numbers that are rounded; name all in rounding_of, or none",
        )
    if altered == {True}:
        return altered_cells(step, places, policy)
    return judged_cells(step, places, policy, hidden)


def _refuse_without_rule(one: Given, policy: Policy) -> None:
    """Refuse a magnitude under a policy that says nothing on who may have how much of it."""
    where = f"step {one.step!r}"
    if not one.counts and not policy.has_concentration and policy.concentration != "none":
        raise ReleaseRefusedError(
            where,
            f"{one.column!r} is a magnitude, and the policy has no rule of concentration; "
            'give it p, pq or dominance, or say concentration = "none"',
        )
    if one.has_weights and policy.weights == "expanded" and one.has_holdings:
        raise ReleaseRefusedError(
            where, 'weights = "expanded" makes copies of units, and nobody knows to which holding a copy belongs'
        )


def _refuse_without_holdings(givens: Sequence[Given], told: Sequence[Given], policy: Policy) -> None:
    """Refuse units of which neither their own step nor others tell who owns them, where holdings are counted."""
    without = [one for one in givens if not one.has_holdings] if policy.threshold_level == "holding" else []
    for one in without:
        others = [other for other in told if other.has_holdings and other.has_contributors and other.unit == one.unit]
        known = pa.concat_arrays([pa.array([], pa.string()), *map(_units, others)])
        # Of units that no other step has, each would pass for independent; copies of a unit are of no known holding.
        untold = not one.unit or not one.has_contributors or (one.has_weights and policy.weights == "expanded")
        if untold or not pc.all(pc.is_in(_units(one), known), min_count=0).as_py():
            raise ReleaseRefusedError(
                f"step {one.step!r}",
                "the policy counts holdings, and neither the step nor others tell of all its units who owns them; "
                "give it `holding`",
            )


def _units(one: Given) -> pa.Array:
    """List the units behind a column; the names that it holds may be those of all steps."""
    return one.who.names.words.take(pa.array(np.unique(one.who.ids)))


def _refuse_two_units(givens: Sequence[Given]) -> None:
    """Refuse an amount that is added up over two kinds of units: the same number would be two cells."""
    first: dict[str, Given] = {}
    for one in givens:
        if one.counts or not one.has_contributors:
            continue
        other = first.setdefault(one.variable, one)
        if other.unit != one.unit:
            units = [repr(of.unit) if of.unit else "single records" for of in (other, one)]
            raise ReleaseRefusedError(
                f"steps {other.step!r} and {one.step!r}",
                f"they add {one.variable!r} up over {units[0]} and over {units[1]}; protect one kind of units, or "
                "let one of the two stay",
            )


def _refuse_strange_keep(givens: Sequence[Given], policy: Policy) -> None:
    """Refuse to keep a cell that no table has: a code that is misspelled would be withheld in silence."""
    codes: dict[str, set[str]] = {}
    for one in givens:
        for name, label in zip(one.by, one.labels, strict=True):
            codes.setdefault(name, set()).update(label.words)
    for cell in policy.keep if givens else ():
        for name, code in cell.items():
            if name not in codes:
                raise PolicyError(
                    [f"keep names {name!r}; there are {listing(sorted(codes))}.{hint(name, list(codes))}"]
                )
            if str(code) not in codes[name]:
                near = hint(str(code), sorted(codes[name]))
                raise PolicyError([f"keep names {name} = {str(code)!r}, which no table has.{near}"])


def _refuse_without_unit(givens: Sequence[Given], before: Sequence[Given]) -> None:
    """Refuse sums over single records beside earlier cells: nobody can tell who is in one and not in the other."""
    for one in givens if before else ():
        if one.has_contributors and not one.unit:
            raise ReleaseRefusedError(
                f"step {one.step!r}",
                f"{one.column!r} is of single records, so nobody can tell who is in it and not in an earlier release; "
                "say `unit`",
            )
    for one in before:
        if not one.unit:
            step, _, release = one.step.rpartition(" of ")
            raise ReleaseRefusedError(
                f"step {step!r} of earlier release {release[:12]}",
                "it left without `unit`, so nobody can tell who is in it and not in this release",
            )


def _refuse_strangers(givens: Sequence[Given], before: Sequence[tuple[Given, Truth]]) -> None:
    """Refuse earlier releases that have nothing in common with this one."""
    here = {(one.counts, one.variable, one.unit) for one in givens}
    names: dict[str, bool] = {}
    for told in (one for one, _ in before if not one.beside):
        release = told.step.rpartition(" of ")[2]
        names[release] = names.get(release, False) or (told.counts, told.variable, told.unit) in here
    strange = [name for name, known in names.items() if not known]
    if strange:
        raise ReleaseRefusedError(
            f"earlier release {strange[0]}", "no variable of it is in this one; it is of another study"
        )
