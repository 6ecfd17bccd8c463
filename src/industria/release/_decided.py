"""What leaves of each step, decided over all steps together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.errors import PolicyError, ReleaseRefusedError, hint, listing
from industria.release._altered_tables import altered_cells, in_another_shape, marked
from industria.release._classes import is_ours
from industria.release._differences import with_differences
from industria.release._given import Given, given
from industria.release._identities import with_identities
from industria.release._joint import Joint, joined
from industria.release._judged import Judged, judged_together
from industria.release._leaving import Leaving
from industria.release._ledger import digested, givens_of, ledger, refuse_another_salt
from industria.release._protected import Protected, protected
from industria.release._tables import Placed, judged_cells, placed
from industria.release._together import Block, blocks
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
    salt : bytes
        Of the digests.
    """

    judged: dict[str, Judged]
    refused: dict[str, str]
    places: dict[str, list[Placed]]
    several: list[Protected]
    notes: list[str]
    givens: list[Given]
    salt: bytes

    def ledger(self, name: str) -> pa.Table:
        """Write down what the next release must know of this one."""
        # What left in another shape was not published either.
        withheld = {(step, one.column): one.withheld | marked(one) for step, of in self.places.items() for one in of}
        return ledger(name, self.givens, withheld, self.salt)


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
    givens = [digested(one, salt) for step in cells for one in given(step, most)]
    for one in givens:
        _refuse_without_rule(one, policy)
    _refuse_two_units(givens)
    _refuse_strange_keep(givens, policy)
    for rows in earlier:
        refuse_another_salt(rows, salt)
    before = [pair for rows in earlier for pair in givens_of(rows)]
    _refuse_without_unit(givens, [told for told, _ in before])
    _refuse_strangers(givens, before)
    several, notes = _protected(givens, before, policy, salt, identities)
    places = {step.name: placed(step, several) for step in cells}
    leave = judged_cells if policy.method == "suppress" else altered_cells
    found = {step.name: leave(step, places[step.name], policy) for step in cells}
    others = [step for step in steps if step.kind in ("units", "percentiles", "estimates")]
    found |= judged_together(others, policy)
    if earlier and (others or not all("cell" in rows["kind"].to_pylist() for rows in earlier)):
        notes.append("estimates, percentiles and averages beside those of earlier releases")
    strange = [step.name for step in cells if "contributors" not in step.tables and not is_ours(step.measure)]
    if strange:
        notes.append(f"what measures that are not of Industria tell of their rows: {listing(strange)}")
    return Decided(
        judged={step.name: found[step.name] for step in steps if step.name in found},
        refused={step.name: step.why for step in steps if step.kind == "none"},
        places=places,
        several=several,
        notes=notes,
        givens=givens,
        salt=salt,
    )


def _protected(
    givens: Sequence[Given],
    before: Sequence[tuple[Given, Truth]],
    policy: Policy,
    salt: bytes,
    identities: Sequence[Mapping[str, float]],
) -> tuple[list[Protected], list[str]]:
    joints: list[Joint] = []
    notes: list[str] = []
    variables: dict[tuple[bool, str, str], list[Block]] = {}
    # Of two patterns that cost the same one is taken, whatever the order of steps.
    for one in sorted(blocks([*givens, *(told for told, _ in before)]), key=_named):
        variables.setdefault((one.counts, one.variable, one.unit), []).append(one)
    withheld = {(told.step, told.column): mask for told, mask in before}
    new = {(one.step, one.column) for one in givens}
    for of in variables.values():
        # What only earlier releases speak of has left already.
        if not any(new & one.places.keys() for one in of):
            continue
        joint, skipped = with_differences(_remembered(joined(of), withheld), policy)
        notes += skipped
        broken = sum(one.n_broken for one in of)
        if broken:
            notes.append(f"{broken} totals of {of[0].variable} that are not the sum of their parts")
        joints.append(joint)
    if policy.method != "suppress":
        return [in_another_shape(joint, policy, salt) for joint in joints], notes
    joints, skipped = with_identities(joints, identities)
    return [protected(joint, policy) for joint in joints], notes + skipped


def _named(one: Block) -> tuple[bool, str, str, str, str]:
    return one.counts, one.variable, one.unit, one.population, one.period


def _remembered(joint: Joint, withheld: Mapping[tuple[str, str], Truth]) -> Joint:
    """Mark what was published before, and what was withheld."""
    fixed, gone = joint.fixed.copy(), joint.gone.copy()
    for at, block in enumerate(joint.blocks):
        for key, place in block.places.items():
            if key in withheld:
                cells, mask = place + joint.start[at], withheld[key]
                fixed[cells[~mask]] = True
                gone[cells[mask]] = True
    return replace(joint, fixed=fixed, gone=gone & ~fixed)


def _refuse_without_rule(one: Given, policy: Policy) -> None:
    """Refuse a magnitude under a policy that says nothing on who may have how much of it."""
    where = f"step {one.step!r}"
    if not one.counts and not policy.has_concentration and policy.concentration != "none":
        raise ReleaseRefusedError(
            where,
            f"{one.column!r} is a magnitude, and the policy has no rule of concentration; "
            'give it p, pq or dominance, or say concentration = "none"',
        )
    if policy.threshold_level == "holding" and not one.has_holdings:
        raise ReleaseRefusedError(
            where, "the policy counts holdings, and the step tells units but not who owns them; give it `holding`"
        )
    if one.has_weights and policy.weights == "expanded" and one.has_holdings:
        raise ReleaseRefusedError(
            where, 'weights = "expanded" makes copies of units, and nobody knows to which holding a copy belongs'
        )


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
    for told, _ in before:
        release = told.step.rpartition(" of ")[2]
        names[release] = names.get(release, False) or (told.counts, told.variable, told.unit) in here
    strange = [name for name, known in names.items() if not known]
    if strange:
        raise ReleaseRefusedError(
            f"earlier release {strange[0]}", "no variable of it is in this one; it is of another study"
        )
