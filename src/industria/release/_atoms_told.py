"""What published cells together tell of few units: whatever lies in their span, not only in a difference of two."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from industria.kernels.row_space import combination, null_vectors
from industria.release._atoms import Atoms, atoms
from industria.release._behind import Behind
from industria.release._joint import Joint, Made
from industria.release._primary import primary
from industria.release.policy import Policy

__all__ = ["Told", "told_together"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

ROWS: Final = 4_000_000
"""Contributions up to which the cells of a variable are taken apart."""
ENTRIES: Final = 400_000
"""Memberships of atoms up to which it is found out what cells tell of them."""
VECTORS: Final = 3
"""That are projected: where all are nothing, or two of a kind, it is no chance."""
NOTHING: Final = 1e-6
AT_ONCE: Final = 20
"""Leaks that are protected before it is asked again what is told."""
PARTS: Final = 12
"""Weights of cells are whole multiples of one by this, where they are next to one."""


class Told(NamedTuple):
    """What a pattern tells.

    Attributes
    ----------
    made : list of Made
        Sums of few units, or of units of which one has nearly all, as published cells make them.
    notes : list of str
        What was not looked at.
    """

    made: list[Made]
    notes: list[str]


def told_together(joint: Joint, withheld: Truth, policy: Policy) -> Told:
    """Find what published cells tell together, and no policy would publish.

    Whoever adds published cells up, with whatever weights, knows just the sums in their span. A group of units that
    always stand together is in it if each vector that all published cells take for nothing is nothing there.

    Parameters
    ----------
    joint : Joint
        Cells of one variable, of this release and of earlier ones.
    withheld : array of bool, shape (n_cells,)
        Which are not published.
    policy : Policy
        Whose rules hold for such groups as for cells.
    """
    variable = joint.blocks[0].variable
    too_many = [f"sums and differences of more than two cells of {variable}: too many"]
    whole = np.repeat([one.apart for one in joint.blocks], np.diff(joint.start))
    shown = (joint.rows > 0) & ~withheld
    shown[: len(whole)] &= whole
    notes = [f"sums of several numbers beside estimates of {variable} that effects were taken out of"] * (
        not whole.all()
    )
    if not shown.any():
        return Told([], notes)
    if len(joint.behind.cell) > ROWS:
        return Told([], too_many + notes)
    of = atoms(joint, shown)
    if of.M.nnz > ENTRIES:
        return Told([], too_many + notes)
    z, settled = null_vectors(of.M, VECTORS)
    notes += [] if settled else [f"some sums and differences of more than two cells of {variable}: they did not settle"]
    alone = np.abs(z).max(axis=1) < NOTHING
    if not policy.unions:
        # What several bring together is then for everybody to know.
        alone &= np.bincount(of.behind.cell, minlength=len(z)) == 1
    groups = [np.array([atom]) for atom in np.flatnonzero(alone)]
    groups += _sums(of, z, policy) if policy.unions else []
    behind = _behind(of.behind, groups)
    found = primary(behind, len(groups), policy, counts=joint.counts, weighted=joint.has_weights)
    leaks = np.flatnonzero(found.sensitive)
    leaks = leaks[~_told_before(joint, of, [groups[i] for i in leaks])]
    made: list[Made] = []
    lost = 0
    for i in leaks:
        one = _made(joint, of, groups[i], behind.rows(np.flatnonzero(behind.cell == i)))
        made += [] if one is None else [one]
        lost += one is None
        if len(made) == AT_ONCE:
            break
    if lost:
        notes.append(f"{lost} groups of few units of {variable} that cells may tell: by which ones was not found")
    return Told(made, notes)


def _sums(of: Atoms, z: Array, policy: Policy) -> list[Ids]:
    """List pairs of small atoms whose sum is told though neither is; sums of whole cells are looked at as such."""
    number = np.bincount(of.behind.cell, minlength=len(z))
    small = np.flatnonzero((np.abs(z).max(axis=1) >= NOTHING) & (number > 0) & (number < policy.threshold))
    if len(small) < 2:
        return []
    # The sum of two is told where their vectors are opposite.
    near = KDTree(z[small]).query_ball_point(-z[small], NOTHING)
    pairs = [(int(small[i]), int(small[j])) for i, others in enumerate(near) for j in others if i < j]
    return [
        np.array(pair) for pair in pairs if not of.is_cell[[*pair]].all() and number[[*pair]].sum() < policy.threshold
    ]


def _behind(behind: Behind, groups: list[Ids]) -> Behind:
    number = np.repeat(np.arange(len(groups)), [len(of) for of in groups])
    return behind.summed(number, np.concatenate([*groups, np.zeros(0, np.int64)]))


def _told_before(joint: Joint, of: Atoms, groups: list[Ids]) -> Truth:
    """Tell which groups earlier releases told already: nothing that is withheld now takes that back."""
    known = (of.cell < 0) | joint.fixed[of.cell]
    if not groups or not known.any():
        return np.zeros(len(groups), bool)
    z, _ = null_vectors(csr_array(of.M[np.flatnonzero(known)]), VECTORS)
    return np.array([np.abs(z[group].sum(axis=0)).max() < NOTHING for group in groups], bool)


def _made(joint: Joint, of: Atoms, group: Ids, behind: Behind) -> Made | None:
    """Make a group of cells, of few of them; None where there is no way to."""
    told = np.zeros(of.M.shape[1])
    told[group] = 1.0
    weights = combination(of.M, told, (of.cell >= 0).astype(float))
    if weights is None:
        return None
    used = np.flatnonzero((weights != 0) & (of.cell >= 0))
    cells, signs = of.cell[used], weights[used]
    whole = np.rint(signs * PARTS) / PARTS
    signs = np.where(np.abs(signs - whole) < NOTHING, whole, signs)
    size = float(np.abs(signs * joint.x[cells]).sum())
    if not len(cells) or abs(float(signs @ joint.x[cells]) - float(behind.weighted.sum())) > NOTHING * max(1.0, size):
        return None
    names = [joint.named(int(cell)) for cell in cells[:3]]
    more = f" and {len(cells) - 3} more" if len(cells) > 3 else ""
    order = np.argsort(cells)
    return Made(cells[order], signs[order], behind, f"what {', '.join(names)}{more} tell together of few")
