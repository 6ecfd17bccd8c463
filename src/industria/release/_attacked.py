"""The attack on a pattern before it leaves: what an outsider, and whoever is alone in a cell, can reckon."""

from __future__ import annotations

from time import monotonic
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.errors import ReleaseRefusedError
from industria.kernels.connected_relations import connected_relations
from industria.kernels.feasible_intervals import INCONSISTENT, PROGRAM, TREE, Intervals, feasible_intervals
from industria.release._deadline import Deadline
from industria.release._digits import NOISE, WHOLE, whole_unit
from industria.release._joint import Joint
from industria.release._primary import NARROW, Primary
from industria.release._suppressed import Pattern, bounds
from industria.release.policy import Policy

__all__ = [
    "PROOF",
    "SURE",
    "TOLERANCE",
    "WORDS",
    "Reached",
    "attacked",
    "attacked_in_time",
    "fails",
    "is_told",
    "narrow",
    "no_ends",
    "parts",
    "solved",
    "witnessed",
]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

TOLERANCE: Final = 1e-6
"""Part of a value, or of 1, by which an interval may fall short of what is required."""
SURE: Final = 300
"""Cells of which both ends are solved for whatever time is left; by them it is reckoned how long more would take."""
WORDS: Final = {TREE: "tree", PROGRAM: "linear program"}
WITNESS: Final = "witness"
PROOF: Final = "exact proof"
"""That a cell is not determined, whatever its ends."""


class Reached(NamedTuple):
    """Intervals that an outsider reaches.

    Attributes
    ----------
    low, high : array, shape (n_cells,)
        Ends; the value itself where a cell is published.
    method : list of str
        By which each was reached; empty where a cell is published.
    """

    low: Array
    high: Array
    method: list[str]


def attacked(
    joint: Joint,
    found: Primary,
    withheld: Truth,
    policy: Policy,
    asked: Truth | None = None,
    at_least: Array | None = None,
) -> Reached:
    """Solve all relations for the cells that are withheld.

    Parameters
    ----------
    joint : Joint
        The cells.
    found : Primary
        Which have a contribution below zero, and are not known to be above it.
    withheld : array of bool, shape (n_cells,)
        Not published.
    policy : Policy
        What everybody knows before.
    asked : array of bool, shape (n_cells,), optional
        The cells wanted; all, without it.
    at_least : array, shape (n_cells,), optional
        What the attacker knows each cell to reach at least.

    Raises
    ------
    ReleaseRefusedError
        If no values are found that fit what is published: then nothing is known of any interval.
    """
    unknown = np.flatnonzero(withheld)
    low, high = joint.x.copy(), joint.x.copy()
    method = [""] * len(joint.x)
    if not len(unknown):
        return Reached(low, high, method)
    least, most = bounds(joint, found, policy)
    least = least if at_least is None else np.maximum(least, at_least)
    told = solved(joint, unknown, least[unknown], most[unknown], None if asked is None else asked[unknown])
    low[unknown], high[unknown] = told.low, told.high
    for cell, how in zip(unknown, told.method, strict=True):
        method[cell] = WORDS[int(how)]
    return Reached(low, high, method)


def attacked_in_time(
    joint: Joint, found: Primary, withheld: Truth, policy: Policy, deadline: Deadline
) -> Reached | None:
    """Attack some cells, then as many as there is time for, and so on; None where not all of them could be."""
    unknown = np.flatnonzero(withheld)
    if len(unknown) > SURE and not deadline.left_for_attack:
        return None
    low, high = joint.x.copy(), joint.x.copy()
    method = [""] * len(low)
    done, number = 0, SURE
    while True:
        some = unknown[done : done + number]
        began, asked = monotonic(), np.zeros(len(low), bool)
        asked[some] = True
        told = attacked(joint, found, withheld, policy, asked)
        low[some], high[some] = told.low[some], told.high[some]
        for cell in some:
            method[cell] = told.method[cell]
        done += len(some)
        if done == len(unknown):
            return Reached(low, high, method)
        each = (monotonic() - began) / max(len(some), 1)
        number = int(deadline.left_for_attack / max(each, 1e-9))
        if number < min(SURE, len(unknown) - done):
            return None


def solved(joint: Joint, cells: Ids, low: Array, high: Array, asked: Truth | None = None) -> Intervals:
    """Solve all relations for some cells, where all others are known.

    Known sides are reckoned from the true values, so that these fit: in a unit in which they are whole, and without
    loss. Where there is none, each side is known but for what a machine loses.

    Parameters
    ----------
    joint : Joint
        The cells.
    cells : array of int, shape (n,)
        Those that are not known.
    low, high : array, shape (n,)
        Between which values each is known to lie.
    asked : array of bool, shape (n,), optional
        Which are wanted; all, without it.

    Raises
    ------
    ReleaseRefusedError
        If no values are found that fit.
    """
    A, x = csr_array(joint.A[:, cells]), joint.x[cells]
    whole = whole_unit(x)
    unit = whole or 1.0
    x = x * unit if whole is None else np.rint(x * unit)
    size = abs(A) @ np.abs(x)
    slack = np.where((whole is None) | (size > WHOLE), NOISE * size, 0.0)
    # What is known of a value, as a part of it or from its largest contributor, may exclude it by its last bits.
    low, high = np.minimum(low * unit, x), np.maximum(high * unit, x)
    told = feasible_intervals(A, np.asarray(A @ x), low, high, asked, slack)
    lost = np.flatnonzero(told.method == INCONSISTENT)
    if len(lost):
        raise ReleaseRefusedError(
            joint.named(int(cells[lost[0]])), "the attack finds no values that fit what would be published"
        )
    return told._replace(low=told.low / unit, high=told.high / unit, resolution=told.resolution / unit)


def witnessed(joint: Joint, pattern: Pattern) -> Reached:
    """Return what witnesses tell: an outsider can exclude nothing between these ends, and may not exclude more."""
    method = [WITNESS if withheld else "" for withheld in pattern.withheld]
    return Reached(
        np.where(pattern.withheld, pattern.low, joint.x), np.where(pattern.withheld, pattern.high, joint.x), method
    )


def no_ends(reached: Reached) -> bool:
    """Tell whether nobody has solved for the ends: those of a witness stand where the rules ask for, or anywhere."""
    return WITNESS in reached.method or PROOF in reached.method


def fails(joint: Joint, found: Primary, reached: Reached) -> Truth:
    """Tell which sensitive cells an outsider comes too close to."""
    slack = TOLERANCE * np.maximum(1.0, np.abs(joint.x))
    short = reached.high < joint.x + found.up - slack
    short |= reached.low > joint.x - found.down + slack
    # Half of the narrowest interval that counts as one is what tells a value.
    short |= reached.high - reached.low < np.maximum(found.width - slack, slack)
    return found.sensitive & short


def is_told(joint: Joint, found: Primary, reached: Reached) -> Truth:
    """Tell which sensitive cells are known, whatever their levels."""
    width = NARROW * np.maximum(1.0, np.abs(joint.x)) * (1 - TOLERANCE)
    return np.asarray(found.sensitive & (reached.high - reached.low < width))


def narrow(joint: Joint, reached: Reached) -> Truth:
    """Tell which cells are known to whoever solves all relations."""
    return np.asarray(reached.high - reached.low < TOLERANCE * np.maximum(1.0, np.abs(joint.x)))


def parts(A: csr_array, withheld: Truth) -> Ids:
    """Tell the part of the system that each withheld cell is in, no relation joining two; -1 for published cells."""
    unknown = np.flatnonzero(withheld)
    label = np.full(len(withheld), -1, np.int64)
    label[unknown] = connected_relations(csr_array(A[:, unknown]))[1]
    return label
