"""Variables of two names that are the same numbers: what one withholds must not stand in another one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.release._given import Given

__all__ = ["have_one_name", "with_one_name"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

DIGITS: Final = 9
"""Of a sum that two tables must agree in."""


def with_one_name(givens: Sequence[Given]) -> list[Given]:
    """Give columns that bring the same of every unit of one population the name of the first of them."""
    names: dict[tuple[str, str], str] = {}
    first: dict[tuple[str, str, str], str] = {}
    for one in givens:
        if one.counts or not one.has_contributors:
            continue
        told = (one.unit, one.population, _numbers(one))
        names.setdefault((one.unit, one.variable), first.setdefault(told, one.variable))
    return [
        one if one.counts else replace(one, variable=names.get((one.unit, one.variable), one.variable))
        for one in givens
    ]


def have_one_name(one: Given, other: Given) -> bool:
    """Tell whether two variables get one name; their units have the same numbers."""
    return one.population == other.population and _numbers(one) == _numbers(other)


def _of_units(one: Given) -> tuple[Ids, Array]:
    """Add up what each unit brings; units have the same numbers in all columns."""
    n = len(one.who.names)
    there = np.flatnonzero(np.bincount(one.who.ids, minlength=n)).astype(np.int64)
    return there, np.asarray(np.bincount(one.who.ids, one.x, n), float)[there]


def _numbers(one: Given) -> str:
    """Write a digest of what each unit brings."""
    there, sums = _of_units(one)
    # Sums of other tables differ in the last bits.
    size = np.floor(np.log10(np.abs(sums), where=sums != 0, out=np.zeros(len(there))))
    rounded = np.rint(sums * 10.0 ** (DIGITS - 1 - size)).astype(np.int64)
    told = hashlib.sha256()
    for column in (there, rounded, size.astype(np.int64)):
        told.update(np.ascontiguousarray(column).data)
    return told.hexdigest()
