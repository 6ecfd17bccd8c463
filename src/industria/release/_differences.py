"""Differences of cells of two populations: who is in one and not in the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.errors import ReleaseRefusedError
from industria.release._behind import EQUAL, REST, Behind, together
from industria.release._joint import Joint, Made
from industria.release._overlaps import apart, brought_whole, several_ways
from industria.release._populations import with_populations
from industria.release._primary import primary
from industria.release.policy import Policy

__all__ = ["with_differences"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

MEETINGS: Final = 20_000_000
"""Times that two cells share a unit up to which all pairs of cells are compared, not only those of equal codes."""
FEW: Final = 50
"""Units in a difference up to which rules of concentration are asked of cells with different codes."""


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
        for b, other in enumerate(joint.blocks[: a + 1]):
            if one.period != other.period and one.period and other.period:
                continue
            if not (one.unit and other.unit):
                notes += [f"differences of {one.variable} between populations of units that no step tells"] * (a != b)
                continue
            if a == b and not several_ways(joint, a):
                continue
            first, second, whole = _nested(joint, b, a)
            if not whole and one.period == other.period:
                notes.append(f"differences of {joint.blocks[0].variable} between cells of different codes: too many")
            joint = _added(joint, first, second, policy)
    joint, skipped = with_populations(joint, policy)
    return joint, notes + skipped


def _nested(joint: Joint, a: int, b: int) -> tuple[Ids, Ids, bool]:
    """List pairs of cells of two blocks, the second with all units of the first, and whether all were compared."""
    unit = np.unique(np.stack([joint.behind.cell, joint.behind.unit]), axis=1)
    unit = unit[:, (unit[1] != REST) & (joint.rows[unit[0]] > 0)]
    sides = [unit[:, (unit[0] >= joint.start[at]) & (unit[0] < joint.start[at + 1])] for at in (a, b)]
    n, units = len(joint.x), len(joint.units)
    E, C = (csr_array((np.ones(side.shape[1], np.int64), (side[0], side[1])), shape=(n, units)) for side in sides)
    size = np.bincount(unit[0], minlength=n)
    meetings = int(np.bincount(sides[0][1], minlength=units) @ np.bincount(sides[1][1], minlength=units))
    whole = meetings <= MEETINGS and joint.blocks[a].period == joint.blocks[b].period
    if whole:
        shared = (E @ C.T).tocoo()
        e, c, common = shared.coords[0], shared.coords[1], shared.data
    else:
        e, c = _same_codes(joint, a, b)
        common = np.asarray(E[e].multiply(C[c]).sum(axis=1)).ravel()
    inner, outer = common == size[e], common == size[c]
    both = inner | outer
    if a == b:
        both &= e < c
        e, c, inner = e[both], c[both], inner[both]
        both = apart(joint, a, e, c) & brought_whole(joint, a)[np.where(inner, e, c)]
    first, second = np.where(inner, e, c)[both], np.where(inner, c, e)[both]
    order = np.lexsort((second, first))
    return first[order].astype(np.int64), second[order].astype(np.int64), whole


def _same_codes(joint: Joint, a: int, b: int) -> tuple[Ids, Ids]:
    """List pairs of cells of two blocks with the same codes; where one block is of one period, with its code."""
    periods = [joint.blocks[at].period for at in (b, a)]
    keys: list[dict[frozenset[tuple[str, str]], int]] = []
    for at, other in zip((a, b), periods, strict=True):
        block = joint.blocks[at]
        dims = [dim.name for dim in block.system.dimensions if other != block.period and other in dim.codes]
        cells = {cell: joint.codes(int(cell)) for cell in np.flatnonzero(block.rows) + joint.start[at]}
        if dims:
            cells = {cell: of - {(dims[0], other)} for cell, of in cells.items() if (dims[0], other) in of}
        keys.append({of: int(cell) for cell, of in cells.items()})
    pairs = [(cell, keys[1][key]) for key, cell in keys[0].items() if key in keys[1]]
    return np.array([e for e, _ in pairs], np.int64), np.array([c for _, c in pairs], np.int64)


def _added(joint: Joint, first: Ids, second: Ids, policy: Policy) -> Joint:
    """Add the differences of some pairs that are sensitive."""
    joint = _met(joint, first, second)
    size = _units(joint)
    alike = _alike(joint, first, second)
    asked = alike | (size[second] - size[first] <= FEW)
    first, second, alike = first[asked], second[asked], alike[asked]
    k = len(first)
    if not k:
        return joint
    pair = np.arange(k)
    minus = joint.behind.summed(pair, first).negative()
    behind = together(joint.behind.summed(pair, second), minus).net()
    left = np.bincount(behind.cell, minlength=k)
    nothing = left == 0
    # Of cells of one block that no sum joins, one is within the other only if it has the same of each unit.
    here = _of(joint, first) == _of(joint, second)
    within = ~here | (left == size[second] - size[first])
    joint = _shared(joint, first[nothing], second[nothing])
    # Who sees one of two cells that are the same of the same units sees the other.
    joint = joint.with_equal(second[nothing], [np.array([cell]) for cell in first[nothing]])
    found = primary(behind, k, policy, counts=joint.counts, weighted=joint.has_weights)
    return joint.with_made(_made(joint, first, second, behind, found.sensitive & within))


def _met(joint: Joint, first: Ids, second: Ids) -> Joint:
    """Add relations for differences that are cells themselves: of just these units, and of that value."""
    sums, size = _signatures(joint), _units(joint)
    cells = np.flatnonzero((joint.rows > 0) & (size > 0))
    order = cells[np.argsort(sums[cells], kind="stable")]
    wanted = sums[second] - sums[first]
    at = np.minimum(np.searchsorted(sums[order], wanted), len(order) - 1)
    met = order[at]
    left = joint.x[second] - joint.x[first]
    close = np.abs(joint.x[met] - left) <= EQUAL * np.maximum(1.0, np.abs(joint.x[second]))
    found = (sums[met] == wanted) & (size[met] == size[second] - size[first]) & close & (met != second) & (met != first)
    return joint.with_equal(second[found], [np.array(pair) for pair in zip(first[found], met[found], strict=True)])


def _signatures(joint: Joint) -> npt.NDArray[np.uint64]:
    """Return a number for each cell that adds up over its units: a difference has that of what is left of them."""
    pairs = np.unique(np.stack([joint.behind.cell, joint.behind.unit]), axis=1)
    pairs = pairs[:, pairs[1] != REST]
    drawn = np.random.default_rng(0).integers(0, 2**63, len(joint.units), dtype=np.uint64)
    sums = np.zeros(len(joint.x), np.uint64)
    np.add.at(sums, pairs[0], drawn[pairs[1]])
    return sums


def _made(joint: Joint, first: Ids, second: Ids, behind: Behind, asked: Truth) -> list[Made]:
    made = []
    order = np.argsort(behind.cell, kind="stable")
    start = np.searchsorted(behind.cell[order], np.arange(len(first) + 1))
    for i in np.flatnonzero(asked):
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


def _shared(joint: Joint, first: Ids, second: Ids) -> Joint:
    """Give cells that are the same number the same fate."""
    fixed, gone = joint.fixed.copy(), joint.gone.copy()
    for fate in (fixed, gone):
        either = fate[first] | fate[second]
        fate[first] |= either
        fate[second] |= either
    return replace(joint, fixed=fixed, gone=gone & ~fixed)


def _of(joint: Joint, cell: Ids) -> Ids:
    """Return the block of each cell."""
    return np.searchsorted(joint.start, cell, "right")


def _units(joint: Joint) -> Ids:
    pairs = np.unique(np.stack([joint.behind.cell, joint.behind.unit]), axis=1)
    return np.bincount(pairs[0], minlength=len(joint.x))


def _alike(joint: Joint, first: Ids, second: Ids) -> Truth:
    """Tell which pairs have the same codes."""
    keys = {int(cell): joint.codes(int(cell)) for cell in np.unique(np.concatenate([first, second]))}
    return np.array([keys[int(a)] == keys[int(b)] for a, b in zip(first, second, strict=True)], bool)
