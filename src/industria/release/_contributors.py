"""Contributors who attack with what they know of themselves."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.release._attacked import attacked, fails
from industria.release._behind import REST, Owners
from industria.release._joint import Joint
from industria.release._primary import NARROW, Primary
from industria.release.policy import Policy

__all__ = ["Contributor", "around", "at_least_of", "contributors", "exposed"]

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
    own : array
        What they know each of these to reach.
    """

    known: Ids
    whole: Ids
    cells: Ids
    own: Array

    @property
    def key(self) -> bytes:
        """What they know, to tell whether they have been asked before."""
        return self.known.tobytes() + self.cells.tobytes()


def contributors(joint: Joint, withheld: Truth, policy: Policy) -> list[Contributor]:
    """List those who attack: whoever is alone in a withheld cell, and with `largest` the two largest of each."""
    if policy.insiders == "none":
        return []
    owners = joint.behind.owners(len(joint.x), policy.threshold_level)
    lone = withheld & (owners.lone != REST)
    asked = set(owners.lone[lone].tolist())
    if policy.insiders == "largest" and not joint.counts:
        asked |= _two_largest(owners, withheld)
    size = np.asarray(np.bincount(owners.cell, np.abs(owners.weighted), len(joint.x)) + owners.rest)
    return [_of(owner, owners, lone, size, withheld, policy) for owner in sorted(asked)]


def exposed(
    joint: Joint, found: Primary, withheld: Truth, policy: Policy, who: Contributor, label: Ids, everywhere: bool
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
    everywhere : bool
        Whether all sensitive cells of these parts are asked for, or those in one relation with a cell of theirs.

    Returns
    -------
    Primary
        With these cells as the sensitive ones.
    """
    told = who.cells if np.isfinite(who.own).any() else who.known
    near = withheld & np.isin(label, np.unique(label[told]))
    asked = near & found.sensitive
    # Of a cell that is all theirs they learn nothing.
    asked[who.known] = asked[who.whole] = False
    if not everywhere:
        asked &= _beside(joint.A, told)
    left = near.copy()
    left[who.known] = False
    at_least = at_least_of(joint, who)
    # What is only withheld far away can only help: whoever is safe without it is safe.
    for there in (left & around(joint.A, asked), left):
        found = _for(found, joint, who, asked)
        if not asked.any():
            break
        asked = fails(joint, found, attacked(joint, found, there, policy, asked, at_least))
    return _for(found, joint, who, asked)


def at_least_of(joint: Joint, who: Contributor) -> Array:
    """Return what a contributor knows each cell to reach."""
    at_least = np.full(len(joint.x), -np.inf)
    at_least[who.cells] = who.own
    return at_least


def _two_largest(owners: Owners, withheld: Truth) -> set[int]:
    """Name the two largest of each withheld cell."""
    order = np.lexsort((-np.abs(owners.weighted), owners.cell))
    cell = owners.cell[order]
    place = np.arange(len(cell)) - np.searchsorted(cell, cell)
    return set(owners.owner[order][(place < 2) & withheld[cell]].tolist())


def _of(owner: int, owners: Owners, lone: Truth, size: Array, withheld: Truth, policy: Policy) -> Contributor:
    mine = (owners.owner == owner) & withheld[owners.cell]
    known = np.flatnonzero(lone & (owners.lone == owner))
    # Who has a part below zero cannot tell what a cell reaches at least.
    knows = (policy.insiders == "largest") & (owners.weighted[mine] > 0)
    cells, part = owners.cell[mine], owners.weighted[mine]
    whole = cells[np.abs(part) >= (1 - ROUNDING) * size[cells]]
    return Contributor(known, whole, cells, np.where(knows, part, -np.inf))


def _for(found: Primary, joint: Joint, who: Contributor, sensitive: Truth) -> Primary:
    """Ask of cells with a part of their own how far they get above it; the part itself is no secret to them."""
    mine = np.zeros(len(sensitive), bool)
    mine[who.cells] = True
    narrow = NARROW * np.maximum(1.0, np.abs(joint.x))
    return found._replace(
        sensitive=sensitive,
        up=np.where(sensitive, found.up, 0.0),
        down=np.where(sensitive & ~mine, found.down, 0.0),
        width=np.where(sensitive, np.where(mine, narrow, found.width), 0.0),
    )


def _beside(A: csr_array, cells: Ids | Truth) -> Truth:
    """Tell which cells stand in a relation with some of these."""
    here = np.zeros(A.shape[1])
    here[cells] = 1.0
    return np.asarray(abs(A).T @ (abs(A) @ here) > 0)


def around(A: csr_array, cells: Truth) -> Truth:
    """Tell which cells are two relations or less from some of these."""
    return _beside(A, _beside(A, cells))
