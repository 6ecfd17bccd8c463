"""Differences of cells of two populations: who is in one and not in the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.errors import ReleaseRefusedError
from industria.release._behind import REST, Behind, together
from industria.release._joint import Joint, Made
from industria.release._primary import Primary, primary
from industria.release.policy import Policy

__all__ = ["with_differences"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

MEETINGS: Final = 20_000_000
"""Times that two cells share a unit up to which all pairs of cells are compared, not only those of equal codes."""
FEW: Final = 50
"""Units in a difference up to which rules of concentration are asked of cells with different codes."""
EQUAL: Final = 1e-9
"""Part of a contribution by which it may differ in the last bits."""


def with_differences(joint: Joint, policy: Policy) -> tuple[Joint, list[str]]:
    """Add the sensitive differences between cells of which one has all units of the other.

    Cells that are the same number, of the same units, share what became of them before.

    Parameters
    ----------
    joint : Joint
        Cells of one variable, of several populations.
    policy : Policy
        Whose rules hold for differences as for cells.

    Returns
    -------
    Joint
        With a cell for each difference that is sensitive.
    list of str
        What was not looked at.

    Raises
    ------
    ReleaseRefusedError
        If a difference is sensitive and both cells were published before.
    """
    notes: list[str] = []
    for a, one in enumerate(joint.blocks):
        for b, other in enumerate(joint.blocks[:a]):
            if one.period != other.period or not (one.unit and other.unit):
                continue
            first, second, whole = _nested(joint, b, a)
            if not whole:
                notes.append(f"differences of {joint.blocks[0].variable} between cells of different codes: too many")
            joint = _added(joint, first, second, policy)
    return joint, notes


def _nested(joint: Joint, a: int, b: int) -> tuple[Ids, Ids, bool]:
    """List pairs of cells of two blocks, the second with all units of the first, and whether all were compared."""
    unit = np.unique(np.stack([joint.behind.cell, joint.behind.unit]), axis=1)
    unit = unit[:, (unit[1] != REST) & (joint.rows[unit[0]] > 0)]
    sides = [unit[:, (unit[0] >= joint.start[at]) & (unit[0] < joint.start[at + 1])] for at in (a, b)]
    n, units = len(joint.x), len(joint.units)
    E, C = (csr_array((np.ones(side.shape[1], np.int64), (side[0], side[1])), shape=(n, units)) for side in sides)
    size = np.bincount(unit[0], minlength=n)
    meetings = int(np.bincount(sides[0][1], minlength=units) @ np.bincount(sides[1][1], minlength=units))
    whole = meetings <= MEETINGS
    if whole:
        shared = (E @ C.T).tocoo()
        e, c, common = shared.coords[0], shared.coords[1], shared.data
    else:
        e, c = _same_codes(joint, a, b)
        common = np.asarray(E[e].multiply(C[c]).sum(axis=1)).ravel()
    inner, outer = common == size[e], common == size[c]
    both = inner | outer
    first, second = np.where(inner, e, c)[both], np.where(inner, c, e)[both]
    order = np.lexsort((second, first))
    return first[order].astype(np.int64), second[order].astype(np.int64), whole


def _same_codes(joint: Joint, a: int, b: int) -> tuple[Ids, Ids]:
    """List pairs of cells of two blocks with the same codes."""
    keys = [
        {
            tuple(sorted(joint.blocks[at].key(int(cell)).items())): int(cell + joint.start[at])
            for cell in np.flatnonzero(joint.blocks[at].rows)
        }
        for at in (a, b)
    ]
    pairs = [(cell, keys[1][key]) for key, cell in keys[0].items() if key in keys[1]]
    return np.array([e for e, _ in pairs], np.int64), np.array([c for _, c in pairs], np.int64)


def _added(joint: Joint, first: Ids, second: Ids, policy: Policy) -> Joint:
    """Add the differences of some pairs that are sensitive."""
    size = _units(joint)
    few = size[second] - size[first] <= FEW
    first, second = first[few | _alike(joint, first, second)], second[few | _alike(joint, first, second)]
    k = len(first)
    if not k:
        return joint
    pair = np.arange(k)
    minus = joint.behind.summed(pair, first)
    minus = replace(minus, x=-minus.x, weighted=-minus.weighted)
    behind = _net(together(joint.behind.summed(pair, second), minus))
    nothing = np.bincount(behind.cell, minlength=k) == 0
    joint = _shared(joint, first[nothing], second[nothing])
    found = primary(behind, k, policy, counts=joint.counts, weighted=joint.has_weights)
    return joint.with_made(_made(joint, first, second, behind, found))


def _made(joint: Joint, first: Ids, second: Ids, behind: Behind, found: Primary) -> list[Made]:
    made = []
    order = np.argsort(behind.cell, kind="stable")
    start = np.searchsorted(behind.cell[order], np.arange(len(first) + 1))
    for i in np.flatnonzero(found.sensitive):
        names = [joint.named(int(cell)) for cell in (second[i], first[i])]
        if joint.fixed[first[i]] and joint.fixed[second[i]]:
            raise ReleaseRefusedError(
                f"the difference between {names[0]} and {names[1]}",
                "it is sensitive, and both were published before; nothing can be withheld any more",
            )
        cells = np.array([second[i], first[i]])
        rows = behind.rows(order[start[i] : start[i + 1]])
        made.append(Made(cells, np.array([1.0, -1.0]), rows, f"the difference between {names[0]} and {names[1]}"))
    return made


def _net(behind: Behind) -> Behind:
    """Add up by unit, and leave out units of which nothing is left."""
    span = int(behind.unit.max(initial=0)) + 1
    key, first, inverse = np.unique(behind.cell * span + behind.unit, return_index=True, return_inverse=True)
    x, weighted = (np.bincount(inverse, of, len(key)) for of in (behind.x, behind.weighted))
    times = np.bincount(inverse, minlength=len(key))
    size = np.bincount(inverse, np.abs(behind.x), len(key))
    # Units of one of the two cells are in the difference, whatever they bring.
    left = (times == 1) | (np.abs(x) > EQUAL * size)
    of = replace(behind.rows(first), x=np.asarray(x, float), weighted=np.asarray(weighted, float))
    return of.rows(left)


def _shared(joint: Joint, first: Ids, second: Ids) -> Joint:
    """Give cells that are the same number the same fate."""
    fixed, gone = joint.fixed.copy(), joint.gone.copy()
    for fate in (fixed, gone):
        either = fate[first] | fate[second]
        fate[first] |= either
        fate[second] |= either
    return replace(joint, fixed=fixed, gone=gone & ~fixed)


def _units(joint: Joint) -> Ids:
    pairs = np.unique(np.stack([joint.behind.cell, joint.behind.unit]), axis=1)
    return np.bincount(pairs[0], minlength=len(joint.x))


def _alike(joint: Joint, first: Ids, second: Ids) -> Truth:
    """Tell which pairs have the same codes."""
    keys = {int(cell): joint.named(int(cell)) for cell in np.unique(np.concatenate([first, second]))}
    return np.array([keys[int(a)] == keys[int(b)] for a, b in zip(first, second, strict=True)], bool)
