"""All cells of a release and of what left before: one system a variable, protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from industria.errors import PolicyError, hint, listing
from industria.release._altered_tables import in_another_shape
from industria.release._behind import nobody
from industria.release._beside_judged import beside_rounded, counts_of_averages
from industria.release._deadline import Deadline
from industria.release._differences import with_differences
from industria.release._given import Given
from industria.release._identities import with_identities
from industria.release._joint import Joint, joined
from industria.release._large_counts import are_large_counts, protected_counts
from industria.release._ordered import ordered
from industria.release._protected import Protected, protected
from industria.release._together import block, of_one_block
from industria.release._told_by_others import refuse_told_by_others
from industria.release.policy import Policy

__all__ = ["systems"]

Truth = npt.NDArray[np.bool_]
Withheld = Mapping[tuple[str, str], tuple[Truth, npt.NDArray[np.float64] | None]]
"""Of each column that left before: what was withheld, and between which values the other numbers are known to lie."""


def systems(
    givens: Sequence[Given],
    told: Sequence[Given],
    before: Sequence[tuple[Given, Truth]],
    policy: Policy,
    salt: bytes,
    identities: Sequence[Mapping[str, float]],
) -> tuple[list[Protected], list[str]]:
    """Protect the cells of tables and what stands beside estimates, as one system a variable.

    Beside tables whose cells leave in another shape, what stands beside estimates is true: it is a system of its own.
    Numbers of units of averages are in none there, and do not leave: set against rounded ones they would be exact.

    Parameters
    ----------
    givens, told : sequence of Given
        Of tables, and of what stands beside estimates and averages.
    before : sequence of (Given, array of bool)
        Of earlier releases, with what was withheld.
    policy : Policy
        The rules.
    salt : bytes
        Key of noise.
    identities : sequence of mapping of str to float
        Equations between variables.

    Returns
    -------
    list of Protected
        One a variable.
    list of str
        What was not checked.

    Raises
    ------
    ReleaseRefusedError
        If a variable follows from others, and no equation says so.
    """
    deadline = Deadline.within(policy.time_limit)
    unsaid = refuse_told_by_others([*givens, *told], [one for one, _ in before], identities, deadline)

    def aside(one: Given) -> bool:
        return one.beside and policy.alters(one.variable)

    here = [one for one in [*givens, *told] if not aside(one)]
    several, notes = _protected(here, [pair for pair in before if not aside(pair[0])], policy, salt, identities)
    exact = policy.model_copy(update={"method": "suppress", "rounding_of": ()})
    rounded = beside_rounded([*givens, *(one for one, _ in before)], policy)
    rest = [one for one in told if aside(one) and not (counts_of_averages(one) and one.unit in rounded)]
    more, skipped = _protected(rest, [pair for pair in before if aside(pair[0])], exact, salt, ())
    if more:
        skipped.append("true numbers beside estimates and averages against rounded, noised or adjusted ones of tables")
    return [*several, *more], notes + skipped + unsaid


def _protected(
    givens: Sequence[Given],
    before: Sequence[tuple[Given, Truth]],
    policy: Policy,
    salt: bytes,
    identities: Sequence[Mapping[str, float]],
) -> tuple[list[Protected], list[str]]:
    notes: list[str] = []
    variables: dict[tuple[bool, str, str], list[list[Given]]] = {}
    # Of two patterns that cost the same one is taken, whatever the order of steps.
    for of in sorted(of_one_block([*givens, *(told for told, _ in before)]), key=_named):
        variables.setdefault((of[0].counts, of[0].variable, of[0].unit), []).append(of)
    new = {(one.step, one.column) for one in givens}
    # What only earlier releases speak of has left already.
    asked = [of for of in variables.values() if any((one.step, one.column) in new for same in of for one in same)]
    withheld = {(told.step, told.column): (mask, told.known) for told, mask in before}
    _refuse_strange_variables([of[0][0].variable for of in asked], policy)
    equations = identities if policy.method == "suppress" or policy.rounding_of else []
    if not equations:
        # One by one: the system of a variable, which holds everybody several times over, is gone before the next.
        return [_decided(of, withheld, policy, salt, notes) for of in asked], notes
    every = [_joint(of, withheld, policy, notes) for of in asked]
    told = [_alone(one, policy, salt) for one in every if policy.alters(one.blocks[0].variable)]
    rest = [one for one in every if not policy.alters(one.blocks[0].variable)]
    rest, skipped = with_identities(rest, equations)
    return [*told, *(_without_people(protected(joint, policy)) for joint in rest)], notes + skipped


def _decided(
    of: Sequence[Sequence[Given]], withheld: Withheld, policy: Policy, salt: bytes, notes: list[str]
) -> Protected:
    """Decide a variable that no equation joins to another."""
    found = protected_counts(of[0][0], policy) if are_large_counts(of, policy) else None
    return found or _alone(_joint(of, withheld, policy, notes), policy, salt)


def _alone(joint: Joint, policy: Policy, salt: bytes) -> Protected:
    """Decide a system that no equation joins to another."""
    alters = policy.alters(joint.blocks[0].variable)
    return _without_people(in_another_shape(joint, policy, salt) if alters else protected(joint, policy))


def _joint(of: Sequence[Sequence[Given]], withheld: Withheld, policy: Policy, notes: list[str]) -> Joint:
    """Build the system of a variable."""
    joint = joined([block(one, alone=len(of) == 1) for one in of])
    broken = sum(one.n_broken for one in joint.blocks)
    joint, skipped = with_differences(_remembered(joint, withheld), policy)
    notes += skipped
    if broken:
        notes.append(f"{broken} totals of {of[0][0].variable} that are not the sum of their parts")
    return joint


def _without_people(one: Protected) -> Protected:
    """Forget who stands behind cells, but for which of them are part of others: nothing more is asked of them."""
    pairs = ordered(one.joint) if one.altered is None else one.ordered
    return replace(one, joint=replace(one.joint, behind=nobody()), ordered=pairs)


def _refuse_strange_variables(variables: Sequence[str], policy: Policy) -> None:
    """Refuse to round what is not there: it would be suppressed in silence."""
    for name in policy.rounding_of:
        if name not in variables:
            near = hint(name, variables)
            raise PolicyError([f"rounding_of names {name!r}; there are {listing(sorted(set(variables)))}.{near}"])


def _named(of: Sequence[Given]) -> tuple[bool, str, str, str, str]:
    one = of[0]
    return one.counts, one.variable, one.unit, one.population, one.period


def _remembered(joint: Joint, withheld: Withheld) -> Joint:
    """Mark what was published before, what was withheld, and what was told of numbers that left in another shape."""
    fixed, gone = joint.fixed.copy(), joint.gone.copy()
    known = None
    if any(ends is not None for _, ends in withheld.values()):
        known = np.repeat([[-np.inf], [np.inf]], joint.start[-1], axis=1)
    for at, one in enumerate(joint.blocks):
        for key, place in one.places.items():
            if key in withheld:
                cells, (mask, ends) = place + joint.start[at], withheld[key]
                fixed[cells[~mask]] = True
                gone[cells[mask]] = True
                if ends is not None and known is not None:
                    np.maximum.at(known[0], cells, ends[0])
                    np.minimum.at(known[1], cells, ends[1])
    return replace(joint, fixed=fixed, gone=gone & ~fixed, known=known)
