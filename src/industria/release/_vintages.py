"""Amounts of the same rows that were corrected, or rounded in another way, since an earlier release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.release._behind import EQUAL, Behind
from industria.release._digits import NOISE, whole_unit
from industria.release._given import Given
from industria.release._names import in_one_list

__all__ = ["are_vintages", "as_of_then", "half_a_step"]

Truth = npt.NDArray[np.bool_]
Pair = tuple[Given, Truth]

AS_OF: Final = " as of "


def as_of_then(before: Sequence[Pair], here: Sequence[Given]) -> list[Pair]:
    """Give tables of earlier releases a population of their own where units of this one bring other amounts now.

    Parameters
    ----------
    before : sequence of (Given, array of bool)
        Of earlier releases, with what was withheld.
    here : sequence of Given
        Of this one.
    """
    vintages: dict[tuple[object, ...], list[tuple[str, Given]]] = {}
    for one in here:
        vintages.setdefault(_key(one), [("", one)])
    found = []
    for one, withheld in before:
        release, known = one.step.rpartition(" of ")[2], vintages.setdefault(_key(one), [])
        like = next((other for name, other in known if name == release or _agree(one, other)), None)
        if like is None:
            own = replace(one, population=f"{one.population}{AS_OF}{release}") if known else one
            known.append((release, own))
        else:
            own = replace(one, population=like.population)
        found.append((own, withheld))
    return found


def are_vintages(population: str, other: str) -> bool:
    """Tell whether two populations are the same rows, with other amounts."""
    return population != other and population.partition(AS_OF)[0] == other.partition(AS_OF)[0]


def half_a_step(rows: Behind, block: npt.NDArray[np.int64]) -> float:
    """Return by how much amounts may differ that are the same ones but for rounding in one of two blocks; 0 without.

    Parameters
    ----------
    rows : Behind
        Contributions to cells, and those to others to be taken off.
    block : array of int, shape (m,)
        Where each of them stands.
    """
    span = int(rows.unit.max(initial=0)) + 1
    _, inverse = np.unique(rows.cell * span + rows.unit, return_inverse=True)
    twice = (np.bincount(inverse) == 2)[inverse]
    # What is left of a unit that stands on both sides.
    left = np.abs(np.bincount(inverse, np.where(twice, rows.x, 0.0)))
    units = [whole_unit(rows.x[twice & (block == at)]) for at in np.unique(block)]
    coarse = min(np.inf if one is None else one for one in units)
    if len(set(units)) == 1 or not twice.any():
        return 0.0
    step = 0.5 / coarse + NOISE * float(np.abs(rows.x).max())
    return step if left.max() <= step else 0.0


def _key(one: Given) -> tuple[object, ...]:
    return one.counts, one.variable, one.unit, one.population, one.period


def _agree(one: Given, other: Given) -> bool:
    """Tell whether units that two tables share bring the same to both."""
    if not (one.has_contributors and other.has_contributors):
        return True
    names, places = in_one_list([one.who.names, other.who.names])
    sums = []
    for of, place in zip((one, other), places, strict=True):
        unit = of.who.ids if place is None else place[of.who.ids]
        sums.append([np.bincount(unit, x, len(names)) for x in (np.ones(len(unit)), of.x, of.weighted)])
    (there, *mine), (too, *theirs) = sums
    both = (there > 0) & (too > 0)
    return all(np.allclose(a[both], b[both], EQUAL, 0.0) for a, b in zip(mine, theirs, strict=True))
