"""Severe and critical cases of an epidemic, the patients that they make, and the beds that these find.

Severe stands before critical in every array of two; T weeks of a horizon come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Beds", "beds_of_cases", "beds_of_census"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Beds:
    """Patients in hospital and their beds.

    Attributes
    ----------
    cases, patients, in_use, admitted : array, shape (2, T)
        New cases of the week; those who need a bed; beds in use; cases that get a bed.
    beds : array, shape (2,)
        What there is; infinite where it does not bind.
    """

    cases: Array
    patients: Array
    in_use: Array
    admitted: Array
    beds: Array


def beds_of_cases(
    new: Array, stays: Sequence[int], beds: Array, *, start: int, weeks: int, as_coded: bool, history: int
) -> Beds:
    """Follow new cases into beds.

    Parameters
    ----------
    new : array, shape (2, n)
        New cases, the weeks before the horizon too.
    stays : sequence of int, length 2
        Weeks in a bed, 1 or more.
    beds : array, shape (2,)
        What there is.
    start, weeks : int
        The horizon is [start, start + weeks).
    as_coded : bool
        Admissions as the R package esft counts them, from `history` weeks before the
        horizon on: with all beds taken they alternate between none and all. Without it
        they are the part of new cases that beds in use are of patients.
    history : int
        Weeks before the horizon that the package looks at.

    Returns
    -------
    Beds
        In the weeks of the horizon.
    """
    before = max(0, start - history) if as_coded else 0
    new = new[:, before : start + weeks]
    patients = np.stack([_last(one, stay) for one, stay in zip(new, stays, strict=True)])
    if as_coded:
        for one, stay in zip(patients, stays, strict=True):
            one[:stay] = 0.0
    in_use = np.minimum(patients, beds[:, None])
    if as_coded:
        admitted = np.stack([_admitted(new[x], in_use[x], beds[x], stays[x], min(stays)) for x in (0, 1)])
    else:
        admitted = new * np.divide(in_use, patients, out=np.zeros_like(patients), where=patients != 0)
    horizon = slice(start - before, None)
    return Beds(new[:, horizon], patients[:, horizon], in_use[:, horizon], admitted[:, horizon], beds)


def beds_of_census(patients: Array, stays: Sequence[int]) -> Beds:
    """Take patients that were counted in beds, shape (2, T); in a steady state one in `stay` is new."""
    unknown = np.full_like(patients, np.nan)
    return Beds(unknown, patients, patients, patients / np.array(stays)[:, None], np.full(2, np.inf))


def _last(new: Array, stay: int) -> Array:
    """Add up the last `stay` weeks of each week."""
    return np.asarray(np.convolve(new, np.ones(stay))[: len(new)])


def _admitted(new: Array, in_use: Array, beds: float, stay: int, shortest: int) -> Array:
    """Fill the beds that those who were admitted `stay` weeks before have left."""
    found = np.zeros(len(new))
    for i in range(len(new)):
        if i >= stay:
            free = beds - (in_use[i - 1] - found[i - stay])
            found[i] = min(new[i], free)
        elif i < shortest:
            found[i] = in_use[i]
    return found
