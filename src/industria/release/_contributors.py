"""Contributors who attack with what they know of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.release._attacked import attacked, fails
from industria.release._behind import REST, Owners
from industria.release._joint import Joint
from industria.release._primary import Primary
from industria.release._suppressed import bounds
from industria.release.policy import Policy

__all__ = ["Asked", "Contributor", "Near", "at_least_of", "contributors", "exposed"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

ROUNDING: Final = 1e-9
"""Part of a sum that may be lost in the last bits."""


class Contributor(NamedTuple):
    """What somebody knows who stands behind withheld cells.

    Attributes
    ----------
    known, whole : array of int
        Cells behind which nobody else stands, and those to which nobody else brings anything.
    cells : array of int
        Cells of which they have a part.
    part : array
        Their part of each of these.
    own : array
        What they know each of these to reach: their part, where it bounds the cell.
    """

    known: Ids
    whole: Ids
    cells: Ids
    part: Array
    own: Array

    @property
    def key(self) -> bytes:
        """What they know, to tell whether they have been asked before."""
        return self.known.tobytes() + self.cells.tobytes()

    @property
    def told(self) -> Ids:
        """Cells of which they know more than an outsider."""
        return self.cells if np.isfinite(self.own).any() else self.known


class Asked(NamedTuple):
    """Contributors who attack: those who are asked, and how many there are."""

    who: list[Contributor]
    number: int


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """Cells that stand in relations with each other."""

    rows: csr_array
    columns: csr_array

    @classmethod
    def of(cls, A: csr_array) -> Near:
        """Index relations by their cells."""
        return cls(A, csr_array(A.T))

    def beside(self, cells: Ids) -> Ids:
        """List the cells that stand in a relation with some of these."""
        return _of_rows(self.rows, _of_rows(self.columns, cells))

    def around(self, cells: Ids) -> Ids:
        """List the cells that are two relations or less from some of these."""
        return self.beside(self.beside(cells))


def contributors(joint: Joint, found: Primary, withheld: Truth, policy: Policy, most: int) -> Asked:
    """List those who attack: whoever is alone in a withheld cell, and with `largest` the two largest of each.

    Of more than `most` those are asked who know the most: whose cells stand beside the most sensitive cells, then
    those who have a part in the most withheld cells.
    """
    if policy.insiders == "none":
        return Asked([], 0)
    behind, n = joint.behind, len(joint.x)
    # Of cells that are published nobody knows more than everybody.
    owners = behind.rows(withheld[behind.cell]).owners(n, policy.threshold_level)
    wanted = np.zeros(max(int(owners.owner.max(initial=-1)), int(owners.lone.max(initial=-1))) + 1, bool)
    wanted[owners.lone[withheld & (owners.lone != REST)]] = True
    if policy.insiders == "largest" and not joint.counts:
        wanted[_two_largest(owners)] = True
    rows = np.flatnonzero(wanted[owners.owner])
    rows = rows[np.argsort(owners.owner[rows], kind="stable")]
    first = np.flatnonzero(np.diff(owners.owner[rows], prepend=REST))
    last = np.append(first[1:], len(rows))
    order = _most_knowing(joint, found, withheld, owners, rows, first)[:most]
    size = np.asarray(np.bincount(owners.cell, np.abs(owners.weighted), n) + owners.rest)
    return Asked([_of(owners, rows[first[i] : last[i]], size, found, policy) for i in order], len(first))


def exposed(
    joint: Joint,
    found: Primary,
    withheld: Truth,
    policy: Policy,
    who: Contributor,
    *,
    label: Ids,
    near: Near,
    everywhere: bool,
) -> Primary:
    """Tell which sensitive cells a contributor comes too close to.

    Parameters
    ----------
    joint, found, withheld, policy
        As of `attacked`.
    who : Contributor
        Who attacks.
    label : array of int, shape (n_cells,)
        Which part of the system each withheld cell is in, as `parts` tells.
    near : Near
        Cells that relations join.
    everywhere : bool
        Whether all sensitive cells of these parts are asked for, or those in one relation with a cell of theirs.

    Returns
    -------
    Primary
        With these cells as the sensitive ones.
    """
    reach = withheld & np.isin(label, np.unique(label[who.told]))
    asked = reach & found.sensitive
    # Of a cell that is all theirs they learn nothing.
    asked[who.known] = asked[who.whole] = False
    if not everywhere:
        asked &= _marked(near.beside(who.told), len(asked))
    left = reach.copy()
    left[who.known] = False
    at_least = at_least_of(joint, who)
    most = bounds(joint, found, policy)[1]
    # What is only withheld far away can only help: whoever is safe without it is safe.
    for there in _narrow_then_wide(left, near, asked):
        found = _for(found, joint, who, asked, most)
        if not asked.any():
            break
        asked = fails(joint, found, attacked(joint, found, there, policy, asked, at_least))
    return _for(found, joint, who, asked, most)


def at_least_of(joint: Joint, who: Contributor) -> Array:
    """Return what a contributor knows each cell to reach."""
    at_least = np.full(len(joint.x), -np.inf)
    at_least[who.cells] = who.own
    return at_least


def _two_largest(owners: Owners) -> Ids:
    """Name the two largest of each cell."""
    order = np.lexsort((-np.abs(owners.weighted), owners.cell))
    cell = owners.cell[order]
    place = np.arange(len(cell)) - np.searchsorted(cell, cell)
    return owners.owner[order[place < 2]]


def _most_knowing(joint: Joint, found: Primary, withheld: Truth, owners: Owners, rows: Ids, first: Ids) -> Ids:
    """Order contributors, whose rows begin at `first`, by what they could find out; equals by their first cell."""
    if not len(first):
        return first
    number, B = np.diff(np.append(first, len(rows))), abs(joint.A)
    beside = np.asarray(B.T @ (B @ (withheld & found.sensitive).astype(float)))
    knows = np.add.reduceat(beside[owners.cell[rows]], first)
    start = rows[first]
    return np.lexsort((-np.abs(owners.weighted[start]), owners.cell[start], -number, -knows))


def _of(owners: Owners, mine: Ids, size: Array, found: Primary, policy: Policy) -> Contributor:
    cells, part = owners.cell[mine], owners.weighted[mine]
    # Where parts may lie below zero, nobody can tell what a cell reaches at least.
    knows = (policy.insiders == "largest") & (part > 0) & ~found.negative[cells]
    whole = cells[np.abs(part) >= (1 - ROUNDING) * size[cells]]
    return Contributor(cells[owners.lone[cells] != REST], whole, cells, part, np.where(knows, part, -np.inf))


def _narrow_then_wide(left: Truth, near: Near, asked: Truth) -> Iterator[Truth]:
    yield left & _marked(near.around(np.flatnonzero(asked)), len(left))
    yield left


def _for(found: Primary, joint: Joint, who: Contributor, sensitive: Truth, most: Array) -> Primary:
    """Ask of cells with a part of their own no more than is left beside that part, which is no secret to them."""
    x = joint.x[who.cells]
    others = np.where(found.negative[who.cells], np.inf, np.maximum(x - who.part, 0.0))
    down, width = found.down.copy(), found.width.copy()
    down[who.cells] = np.minimum(down[who.cells], others)
    width[who.cells] = np.minimum(width[who.cells], others + np.maximum(most[who.cells] - x, 0.0))
    return found._replace(
        sensitive=sensitive,
        up=np.where(sensitive, found.up, 0.0),
        down=np.where(sensitive, down, 0.0),
        width=np.where(sensitive, width, 0.0),
    )


def _of_rows(A: csr_array, rows: Ids) -> Ids:
    """List the columns in which some rows have entries."""
    first, times = A.indptr[rows].astype(np.int64), np.diff(A.indptr)[rows].astype(np.int64)
    within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    return np.unique(A.indices[np.repeat(first, times) + within]).astype(np.int64)


def _marked(cells: Ids, n: int) -> Truth:
    there = np.zeros(n, bool)
    there[cells] = True
    return there
