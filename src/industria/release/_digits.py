"""How exactly a published number is known."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["NOISE", "WHOLE", "Exactness", "are_one", "exactness", "in_units", "outward", "whole_unit"]

Array = npt.NDArray[np.float64]
DECIMALS: Final = 6
SIGNIFICANT: Final = 12
"""Digits of the numbers in a sealed release."""
NOISE: Final = 1e-12
"""Part of a sum of a million numbers by which a machine may be off."""
WHOLE: Final = 2.0**53
"""Sum of whole numbers up to which a machine adds them up without loss."""
LAST: Final = 1e-15
"""Part of a number by which a machine may be off in one."""
CLOSE: Final = 0.01


class Exactness(NamedTuple):
    """What the digits of published numbers tell.

    Attributes
    ----------
    per_unit : float
        What numbers are multiplied by to become whole, 1 where they do not.
    off : array, shape (n,)
        By how much each may be off its true value, 0 where it is whole in that unit.
    """

    per_unit: float
    off: Array


def exactness(x: Array, digits: int | None = None) -> Exactness:
    """Read from published numbers, or from the digits they were rounded to, how exactly they are known.

    Decimals and whole numbers are what they say. Twelve significant digits of larger or endless numbers are
    rounded ones, and what has all digits of a machine was added up by one.

    Parameters
    ----------
    x : array, shape (n,)
        Published numbers; NaN where nothing is.
    digits : int, optional
        Decimals that they were rounded to, -3 for thousands.
    """
    shown = np.where(np.isnan(x), 0.0, x)
    if digits is not None:
        return Exactness(2.0 * 10.0 ** max(digits, 0), np.where(np.isnan(x), 0.0, 0.5 * 10.0**-digits))
    size = 10.0 ** (np.floor(np.log10(np.abs(np.where(shown == 0, 1.0, shown)))) + 1)
    last = 0.5 * size * 10.0**-SIGNIFICANT
    cut = np.array([float(f"{one:.{SIGNIFICANT}g}") == one for one in shown]).all()
    per_unit = whole_unit(shown)
    if per_unit is None:
        return Exactness(1.0, np.where(shown == 0, 0.0, last if cut else NOISE * np.abs(shown)))
    rounded = cut and 2 * last.max(initial=0.0) * per_unit > 1
    return Exactness(per_unit, np.where(2 * last * per_unit > 1, last, 0.0) if rounded else np.zeros(len(x)))


def whole_unit(x: Array) -> float | None:
    """Return what numbers are multiplied by to become whole, but for what a machine loses; None with more decimals.

    Parameters
    ----------
    x : array, shape (n,)
        Numbers.
    """
    for decimals in range(DECIMALS + 1):
        per_unit = 10.0**decimals
        if _whole(x * per_unit) is not None:
            return per_unit
    return None


def in_units(x: Array, per_unit: float) -> Array:
    """Multiply numbers, and leave out what a machine loses where all of them become whole.

    Parameters
    ----------
    x : array, shape (n,)
        Numbers.
    per_unit : float
        As `exactness` tells it.
    """
    scaled = x * per_unit
    whole = _whole(scaled)
    return scaled if whole is None else whole


def are_one(x: Array, y: Array, size: Array, per_unit: float | None) -> npt.NDArray[np.bool_]:
    """Tell which sums are the same number, but for what a machine loses.

    Parameters
    ----------
    x, y : array, shape (n,)
        Sums, or differences of sums.
    size : array, shape (n,)
        The largest that each is made of.
    per_unit : float or None
        What all are multiplied by to become whole: then the same number is the same to the last digit.
    """
    if per_unit is not None and np.abs(size).max(initial=0.0) * per_unit < WHOLE:
        return np.asarray(np.rint(x * per_unit) == np.rint(y * per_unit))
    return np.asarray(np.abs(x - y) <= NOISE * np.maximum(1.0, np.abs(size)))


def _whole(x: Array) -> Array | None:
    """Round numbers that are whole but for what a machine loses, more of larger ones; None where one is not."""
    whole = np.rint(x)
    return whole if (np.abs(x - whole) <= np.minimum(NOISE * np.abs(whole), CLOSE)).all() else None


def outward(low: Array, high: Array, digits: int | None) -> tuple[Array, Array]:
    """Round the ends of intervals away from each other, so that they tell no more decimals than numbers do.

    Parameters
    ----------
    low, high : array, shape (n,)
        Ends, also infinite.
    digits : int, optional
        Decimals that numbers are rounded to; the digits of a release, without it.
    """
    if digits is None:
        # Both ends are cut alike, to the digits of the larger.
        size = np.fmax(*(np.where(np.isfinite(end), np.abs(end), 0.0) for end in (low, high)))
        places = SIGNIFICANT - 1 - np.floor(np.log10(size, where=size > 0, out=np.zeros(len(low))))
    per_unit, lost = (10.0**digits, NOISE) if digits is not None else (10.0**places, LAST)
    below, above = low * per_unit, high * per_unit
    # An end that is whole but for what a machine loses is left where it is.
    return (
        np.floor(below + lost * np.abs(np.where(np.isfinite(below), below, 0.0))) / per_unit,
        np.ceil(above - lost * np.abs(np.where(np.isfinite(above), above, 0.0))) / per_unit,
    )
