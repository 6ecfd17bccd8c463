"""Sums of squares behind variances: with the mean and the number of rows a reader has them, and whoever makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.release._behind import REST, Behind
from industria.release._classes import role_of
from industria.release._given import Given, given
from industria.release._leaving import Leaving
from industria.release._primary import RULES, primary
from industria.release.policy import Policy

__all__ = ["SQUARES", "is_made_of_squares", "of_rows", "squares_of_averages", "tell_one"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

MADE_OF_SQUARES: Final = ("shape", "concentration")
SQUARES: Final = "with a sum and a number it tells the sum of squares, which a few units make nearly alone"
CONCENTRATED: Final = [RULES.index(name) for name in ("dominance", "p", "pq", "request")]


def tell_one(behind: Behind, n: int, policy: Policy, *, weighted: bool) -> Truth:
    """Tell of which of n cells a variance gives away the largest unit.

    Squares are held to the rules of concentration as sums are; so are those of what is left after the mean is taken
    off, where the largest is further off than the rules let a reader come to it.

    Parameters
    ----------
    behind : Behind
        Who stands behind the cells, with what each adds to the sum.
    n : int
        Number of cells.
    policy : Policy
        The rules.
    weighted : bool
        Whether there are sampling weights.
    """
    if policy.concentration == "none" or not len(behind.cell):
        return np.zeros(n, bool)
    x, number = behind.x, np.maximum(behind.number, 1)
    weight = np.divide(behind.weighted, x, out=np.ones(len(x)), where=x != 0)
    # Of those who are not told one by one the squares are least where all are alike.
    each = np.where(behind.unit == REST, x / number, x)
    size = np.bincount(behind.cell, weight * number, n)
    mean = np.divide(np.bincount(behind.cell, behind.weighted, n), size, out=np.zeros(n), where=size > 0)
    off = each - mean[behind.cell]
    far = np.zeros(n, bool)
    asked = np.abs(off) > _distance(policy) * np.abs(each)
    largest = np.zeros(n)
    np.maximum.at(largest, behind.cell, np.abs(off))
    np.logical_or.at(far, behind.cell, asked & (np.abs(off) >= largest[behind.cell]))
    plain, centered = (_concentrated(behind, of**2 * number, weight, n, policy, weighted) for of in (each, off))
    return np.asarray(plain | (centered & far))


def of_rows(step: Leaving, policy: Policy) -> Truth:
    """Tell by which rows of a table of cells a spread gives away the largest unit."""
    gone = np.zeros(step.table.num_rows, bool)
    if policy.concentration == "none" or not any(is_made_of_squares(name) for name in step.table.column_names):
        return gone
    for one in given(step, max([2, policy.coalition + 1, *(n for n, _ in policy.dominance)])):
        gone |= np.zeros(len(gone), bool) if one.counts else _of_given(one, policy)
    return gone


def squares_of_averages(givens: Sequence[Given], policy: Policy) -> dict[tuple[str, str], Truth]:
    """Tell by step and column of averages of which cells a spread gives away the largest unit."""
    return {(one.step, one.column): _of_given(one, policy) for one in givens if not one.counts}


def is_made_of_squares(name: str) -> bool:
    """Tell by its name whether a number is a spread or a concentration."""
    return role_of(name) in MADE_OF_SQUARES


def _of_given(one: Given, policy: Policy) -> Truth:
    """Tell it of the rows of one column."""
    row, cell, n = _numbered(one)
    unit, owner = (np.where(one.number > 0, REST, of.ids) for of in (one.who, one.owner))
    number = np.maximum(one.number, 1)
    behind = Behind(cell, unit, owner, one.x, one.weighted, one.waived, one.requested, number).rows(cell >= 0)
    told = tell_one(behind, n, policy, weighted=one.has_weights)
    return np.asarray(told[row] & one.shown)


def _numbered(one: Given) -> tuple[Ids, Ids, int]:
    """Return the cell of each row and of each contribution, -1 for none that is shown, and how many there are."""
    row, cell = np.zeros(len(one.shown), np.int64), np.zeros(len(one.x), np.int64)
    n = 1
    for label, leaf in zip(one.labels, one.leaf, strict=True):
        number = {word: i for i, word in enumerate(label.words)}
        code = np.array([number.get(word, -1) for word in leaf.words] or [-1], np.int64)[leaf.ids]
        # Numbered anew at each dimension: the product of all would be no number of 64 bits.
        there, row = np.unique(row * len(number) + label.ids, return_inverse=True)
        wanted = np.where((cell < 0) | (code < 0), -1, cell * len(number) + code)
        place = np.minimum(np.searchsorted(there, wanted), max(len(there) - 1, 0))
        cell = np.where(there[place] == wanted, place, -1) if len(there) else np.full(len(cell), -1)
        n = len(there)
    return row, cell, n


def _concentrated(behind: Behind, squares: Array, weight: Array, n: int, policy: Policy, weighted: bool) -> Truth:
    amounts = replace(behind, x=squares, weighted=squares * weight)
    return np.asarray(primary(amounts, n, policy, counts=False, weighted=weighted).rules[:, CONCENTRATED].any(axis=1))


def _distance(policy: Policy) -> float:
    """Return how near a reader may come to the largest contribution, as part of it."""
    asked = [policy.p or 0.0, *((1 - k) / k for _, k in policy.dominance)]
    return max([*asked, policy.pq[0] / policy.pq[1]] if policy.pq else asked)
