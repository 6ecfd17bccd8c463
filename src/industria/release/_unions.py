"""Sums of withheld cells: a published total tells what its withheld parts are together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from industria.release._joint import Joint, Made
from industria.release._primary import primary
from industria.release.policy import Policy

__all__ = ["known", "unions"]

Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]


def unions(joint: Joint, withheld: Truth, policy: Policy) -> list[Made]:
    """List the sums of withheld parts of a total that are sensitive as cells of their own.

    Parameters
    ----------
    joint : Joint
        The cells.
    withheld : array of bool, shape (n_cells,)
        Which are not published.
    policy : Policy
        Whose rules hold for sums as for cells.

    Returns
    -------
    list of Made
        One a sum, each once; those that are a cell already are left out.
    """
    A = joint.A
    row = np.repeat(np.arange(A.shape[0]), np.diff(A.indptr))
    part = (A.data < 0) & (withheld & ~known(joint, withheld))[A.indices]
    number = np.bincount(row[part], minlength=A.shape[0])
    whole = np.bincount(row[A.data < 0], minlength=A.shape[0])
    # A relation that made a sum says nothing new; all parts of a total together are the total.
    asked = (number > 1) & (number < whole) & (np.bincount(row[A.data > 0], minlength=A.shape[0]) == 1)
    part &= asked[row]
    groups: dict[bytes, int] = {}
    cells: list[Ids] = []
    for of in np.split(A.indices[part], np.cumsum(number[asked])[:-1]) if asked.any() else []:
        ordered = np.sort(of).astype(np.int64)
        if groups.setdefault(ordered.tobytes(), len(cells)) == len(cells):
            cells.append(ordered)
    if not cells:
        return []
    sums = np.repeat(np.arange(len(cells)), [len(of) for of in cells])
    behind = joint.behind.summed(sums, np.concatenate(cells))
    found = primary(behind, len(cells), policy, counts=joint.counts, weighted=joint.has_weights)
    made = []
    order = np.argsort(behind.cell, kind="stable")
    first = np.searchsorted(behind.cell[order], np.arange(len(cells) + 1))
    for i in np.flatnonzero(found.sensitive):
        of = cells[i]
        name = " and ".join([joint.named(int(cell)) for cell in of[:3]] + [f"{len(of) - 3} more"] * (len(of) > 3))
        made.append(Made(of, np.ones(len(of)), behind.rows(order[first[i] : first[i + 1]]), f"the sum of {name}"))
    return made


def known(joint: Joint, withheld: Truth) -> Truth:
    """Tell which sums that no table shows follow at once from published cells."""
    A = joint.A
    row = np.repeat(np.arange(A.shape[0]), np.diff(A.indptr))
    open_, hidden = withheld.copy(), joint.rows == 0
    while True:
        left = np.bincount(row[open_[A.indices]], minlength=A.shape[0])
        told = np.unique(A.indices[(left[row] == 1) & open_[A.indices] & hidden[A.indices]])
        if not len(told):
            return withheld & ~open_
        open_[told] = False
