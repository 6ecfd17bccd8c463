"""The attack on a pattern before it leaves: what an outsider, and whoever is alone in a cell, can reckon."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from industria.kernels.feasible_intervals import PROGRAM, TREE, feasible_intervals
from industria.release._joint import Joint
from industria.release._primary import Primary
from industria.release._suppressed import Pattern, bounds
from industria.release.policy import Policy

__all__ = ["Reached", "attacked", "fails", "narrow", "parts", "witnessed"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

TOLERANCE: Final = 1e-6
"""Part of a value, or of 1, by which an interval may fall short of what is required."""
WORDS: Final = {TREE: "tree", PROGRAM: "linear program"}


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
    """
    unknown = np.flatnonzero(withheld)
    low, high = joint.x.copy(), joint.x.copy()
    method = [""] * len(joint.x)
    if not len(unknown):
        return Reached(low, high, method)
    least, most = bounds(joint, found, policy)
    least = least if at_least is None else np.maximum(least, at_least)
    published = np.flatnonzero(~withheld)
    b = -(joint.A[:, published] @ joint.x[published])
    size = abs(joint.A[:, published]) @ np.abs(joint.x[published])
    b[np.abs(b) <= 1e-12 * size] = 0.0
    wanted = None if asked is None else asked[unknown]
    told = feasible_intervals(csr_array(joint.A[:, unknown]), b, least[unknown], most[unknown], wanted)
    low[unknown], high[unknown] = told.low, told.high
    for cell, how in zip(unknown, told.method, strict=True):
        method[cell] = WORDS.get(int(how), "")
    return Reached(low, high, method)


def witnessed(joint: Joint, pattern: Pattern) -> Reached:
    """Return what witnesses tell: an outsider can exclude nothing between these ends, and may not exclude more."""
    method = ["witness" if withheld else "" for withheld in pattern.withheld]
    return Reached(
        np.where(pattern.withheld, pattern.low, joint.x), np.where(pattern.withheld, pattern.high, joint.x), method
    )


def fails(joint: Joint, found: Primary, reached: Reached) -> Truth:
    """Tell which sensitive cells an outsider comes too close to."""
    slack = TOLERANCE * np.maximum(1.0, np.abs(joint.x))
    short = reached.high < joint.x + found.up - slack
    short |= reached.low > joint.x - found.down + slack
    # Half of the narrowest interval that counts as one is what tells a value.
    short |= reached.high - reached.low < np.maximum(found.width - slack, slack)
    return found.sensitive & short


def narrow(joint: Joint, reached: Reached) -> Truth:
    """Tell which cells are known to whoever solves all relations."""
    return np.asarray(reached.high - reached.low < TOLERANCE * np.maximum(1.0, np.abs(joint.x)))


def parts(A: csr_array, withheld: Truth) -> Ids:
    """Tell the part of the system that each withheld cell is in, no relation joining two; -1 for published cells."""
    unknown = np.flatnonzero(withheld)
    open_ = csr_array(A[:, unknown])
    m, n = open_.shape
    ends = np.concatenate([open_.indptr, np.full(n, open_.nnz)])
    pattern = csr_array((np.ones(open_.nnz, np.int8), open_.indices + m, ends), shape=(m + n, m + n))
    label = np.full(len(withheld), -1, np.int64)
    label[unknown] = connected_components(pattern, directed=False)[1][m:]
    return label
