"""Cells of one population that no table shows together: tables that divide it in ways of their own."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from industria.release._behind import EQUAL, REST
from industria.release._joint import Joint
from industria.release._trees import Dimension

__all__ = ["apart", "brought_whole", "several_ways"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]


def several_ways(joint: Joint, at: int) -> bool:
    """Tell whether tables of a block divide its population in ways that no table joins."""
    block, shown = joint.blocks[at], _tables(joint, at)
    shapes = _shapes(joint, at)[joint.start[at] : joint.start[at + 1]]
    there = np.unique(shapes[block.rows > 0])
    if any(_no_table(there, there, np.full(len(there), shape)).any() for shape in there):
        return True
    for i, one in enumerate(shown):
        for other in shown[:i]:
            alike = np.isin(shapes, np.intersect1d(shapes[one], shapes[other]))
            if (one & ~other & alike).any() and (other & ~one & alike).any():
                return True
    return False


def apart(joint: Joint, at: int, first: Ids, second: Ids) -> Truth:
    """Tell of pairs of cells of a block whether no table shows both, and no sum joins them.

    They have codes of dimensions that stand in no table together, or different codes of one dimension, none of which
    is part of the other: of two classifications under one name.
    """
    block, start = joint.blocks[at], joint.start[at]
    shapes = _shapes(joint, at)
    there = np.unique(shapes[start : joint.start[at + 1]][block.rows > 0])
    found = _no_table(there, shapes[first], shapes[second])
    codes = block.system.codes
    for d, dim in enumerate(block.system.dimensions):
        a, b = codes[first - start, d], codes[second - start, d]
        within = _within(dim)
        found |= ~within[a, b] & ~within[b, a]
    for shown in _tables(joint, at):
        found &= ~(shown[first - start] & shown[second - start])
    return found


def brought_whole(joint: Joint, at: int) -> Truth:
    """Tell in which cells of a block all units are with all that they bring: each wider cell has the same of them."""
    behind, n = joint.behind, len(joint.units)
    there = (behind.cell >= joint.start[at]) & (behind.cell < joint.start[at + 1]) & (behind.unit != REST)
    key, inverse = np.unique(behind.cell[there] * n + behind.unit[there], return_inverse=True)
    brought = np.abs(np.bincount(inverse, behind.x[there], len(key)))
    size = np.zeros(n)
    np.maximum.at(size, key % n, brought)
    part = brought < (1 - EQUAL) * size[key % n]
    return np.asarray(np.bincount(key // n, part, len(joint.x)) == 0)


def _shapes(joint: Joint, at: int) -> Ids:
    """Return for each cell of a block which dimensions it has a code of: bit d for dimension d."""
    block = joint.blocks[at]
    root = np.array([dim.codes.index(block.root) for dim in block.system.dimensions])
    shapes = np.zeros(len(joint.x), np.int64)
    shapes[joint.start[at] : joint.start[at + 1]] = (block.system.codes != root) @ (2 ** np.arange(len(root)))
    return shapes


def _no_table(shown: Ids, first: Ids, second: Ids) -> Truth:
    """Tell of pairs of shapes whether none that is shown has the dimensions of both."""
    found = np.ones(len(first), bool)
    for shape in shown:
        found &= (first | second) & ~shape != 0
    return found


def _tables(joint: Joint, at: int) -> list[Truth]:
    """Tell by table which cells of a block it shows."""
    block = joint.blocks[at]
    found = []
    for place in block.places.values():
        shown = np.zeros(len(block.x), bool)
        shown[place[place >= 0]] = True
        found.append(shown)
    return found


def _within(dim: Dimension) -> Truth:
    """Tell of pairs of codes whether the first is the second or part of it, in any tree."""
    n = len(dim.codes)
    found = np.eye(n, dtype=bool)
    for code in range(n):
        seen = [code]
        for one in seen:
            seen += [int(parent[one]) for parent in dim.parents if parent[one] >= 0 and int(parent[one]) not in seen]
        found[code, seen] = True
    return found
