"""Whether whoever reads a release knows that amounts may lie below zero: published numbers tell it, records do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from industria.errors import NotAdditiveError
from industria.release._attacked import no_ends
from industria.release._judged import Judged
from industria.release._narrowest import columns_of
from industria.release._protected import Protected
from industria.release._reader import Columns, lines
from industria.release._relations import Relations
from industria.release.policy import Policy

__all__ = ["signs_untold", "with_signs"]


def with_signs(
    systems: Sequence[Relations], several: Sequence[Protected], judged: Mapping[str, Judged], policy: Policy
) -> list[Relations]:
    """Say of each variable whether it may lie below zero, as what is published says.

    A published number below zero tells it, and so do numbers that no amounts from zero up could make. Of a variable
    of which only records tell, a reader supposes what readers of sales do: that no amount is below zero.

    Parameters
    ----------
    systems : sequence of Relations
        As if no amount was below zero.
    several : sequence of Protected
        The same, as they were protected.
    judged : mapping of str to Judged
        What leaves of each step.
    policy : Policy
        How numbers are cut.
    """
    return [_with_sign(*of, judged, policy) for of in zip(systems, several, strict=True)]


def _with_sign(system: Relations, one: Protected, judged: Mapping[str, Judged], policy: Policy) -> Relations:
    # Amounts from zero up always fit what is published of them: the long question need not be asked.
    if not _has_negative(one):
        return system
    columns = columns_of(one, [system], judged, policy)
    told = any(x is not None and x < 0 for column in columns.values() for x in column.numbers.values())
    if told or (not no_ends(one.reached) and not _fits(system, columns)):
        return replace(system, signed=True, ordered=system.ordered[:0])
    return system


def _fits(system: Relations, columns: Columns) -> bool:
    try:
        list(lines(system, columns))
    except NotAdditiveError:
        return False
    return True


def signs_untold(systems: Sequence[Relations], several: Sequence[Protected]) -> list[list[str]]:
    """List step and column of what only records tell to be below zero somewhere; confidential."""
    return [
        [told.step, told.column]
        for system, one in zip(systems, several, strict=True)
        if _has_negative(one) and not system.signed
        for told in system.shown
        if told.release is None
    ]


def _has_negative(one: Protected) -> bool:
    return bool(one.found.negative[: one.joint.start[-1]].any())
