"""Populations of which one is made up of others: the whole less all parts but one tells that one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.release._averages import COUNTED, MISSING
from industria.release._behind import REST, together
from industria.release._given_beside import NUMBER
from industria.release._joint import Joint, Made
from industria.release._primary import primary
from industria.release._together import Block
from industria.release.policy import Policy

__all__ = ["with_populations"]

Ids = npt.NDArray[np.int64]
Codes = tuple[tuple[str, str], ...]

MANY: Final = 16
"""Populations within one up to which all sets of them are looked at."""
TOGETHER: Final = 4
"""Populations that are taken off a whole at once."""


def with_populations(joint: Joint, policy: Policy) -> tuple[Joint, list[str]]:
    """Join cells of a population to those of the same codes in populations that it holds and that share no unit.

    Where the parts have all units of the whole, they add up to it; where a few are left, these are a cell.

    Parameters
    ----------
    joint : Joint
        Cells of one variable, of several populations.
    policy : Policy
        Whose rules hold for what is left.

    Returns
    -------
    Joint
        With these relations, and a cell for each rest that is sensitive.
    list of str
        What was not looked at.
    """
    units = [_units(joint, at) for at in range(len(joint.blocks))]
    keys: dict[int, dict[Codes, int]] = {}
    notes = []
    for outer, one in enumerate(joint.blocks):
        inner = [
            at
            for at, other in enumerate(joint.blocks)
            if at != outer and other.unit and _comparable(one, other) and 0 < len(units[at]) < len(units[outer])
        ]
        inner = [at for at in inner if one.unit and np.isin(units[at], units[outer]).all()]
        if len(inner) > MANY:
            notes.append(f"sums of more than {MANY} populations of {one.variable} within one")
            continue
        for parts in _disjoint(inner, units):
            for at in {outer, *parts} - keys.keys():
                first, one = int(joint.start[at]), joint.blocks[at]
                keys[at] = {_codes(one, cell): first + cell for cell in range(len(one.x))}
            joint = _joined(joint, list(_groups(joint, outer, parts, keys)), policy)
    return joint, notes


def _comparable(one: Block, other: Block) -> bool:
    """Tell whether cells of two populations may be of one time and of one kind."""
    if not (one.beside or other.beside):
        return one.period == other.period
    # Nobody tells the period of averages; and what stands beside estimates has names that are codes of no table.
    return _names(one) == _names(other) or (_adds_up(one) and _adds_up(other))


def _names(one: Block) -> set[str]:
    return {dim.name for dim in one.system.dimensions}


def _adds_up(one: Block) -> bool:
    """Tell whether cells are parts of a whole: of averages they are, of what stands beside estimates they overlap."""
    told = [dim.codes for dim in one.system.dimensions if dim.name == NUMBER]
    return not one.beside or not told or {*told[0]} <= {one.root, COUNTED, MISSING}


def _codes(one: Block, cell: int) -> Codes:
    """Return the codes of a cell; the rows that an average is of have those of a table, rows with gaps have not."""
    codes = one.key(cell)
    if one.beside and NUMBER in _names(one) and _adds_up(one):
        codes = codes | {NUMBER: codes.get(NUMBER, MISSING)}
        codes = {name: code for name, code in codes.items() if (name, code) != (NUMBER, COUNTED)}
    return tuple(sorted(codes.items()))


def _units(joint: Joint, at: int) -> Ids:
    """List the units behind what a block shows."""
    behind = joint.behind
    there = (behind.cell >= joint.start[at]) & (behind.cell < joint.start[at + 1]) & (behind.unit != REST)
    return np.unique(behind.unit[there])


def _disjoint(inner: list[int], units: list[Ids]) -> Iterator[tuple[int, ...]]:
    for k in range(2, min(TOGETHER, len(inner)) + 1):
        for parts in combinations(inner, k):
            every = np.concatenate([units[at] for at in parts])
            if len(np.unique(every)) == len(every):
                yield parts


def _joined(joint: Joint, groups: list[Ids], policy: Policy) -> Joint:
    """Take cells of the parts off the cells of the whole that have their codes."""
    if not groups:
        return joint
    k = len(groups)
    of = np.repeat(np.arange(k), [len(group) for group in groups])
    cells = np.concatenate(groups)
    first = np.concatenate([[True], of[1:] != of[:-1]])
    whole, taken = (joint.behind.summed(of[which], cells[which]) for which in (first, ~first))
    behind = together(whole, taken.negative()).net()
    left, units, less = (np.bincount(rows.cell, minlength=k) for rows in (behind, whole.net(), taken.net()))
    nothing = np.flatnonzero(left == 0)
    joint = joint.with_equal(cells[first][nothing], [groups[i][1:] for i in nothing])
    found = primary(behind, k, policy, counts=joint.counts, weighted=joint.has_weights)
    made = []
    # A part that has more of a unit than the whole is no part of it.
    for i in np.flatnonzero(found.sensitive & (left == units - less)):
        group = groups[i]
        signs = np.where(np.arange(len(group)) == 0, 1.0, -1.0)
        name = f"what is left of {joint.named(int(group[0]))} without {len(group) - 1} populations"
        made.append(Made(group, signs, behind.rows(behind.cell == i), name))
    return joint.with_made(made)


def _groups(joint: Joint, outer: int, parts: tuple[int, ...], keys: Mapping[int, Mapping[Codes, int]]) -> Iterator[Ids]:
    """List each cell of the whole with those of its codes in two parts or more."""
    names = [_names(joint.blocks[at]) for at in parts]
    for key, cell in keys[outer].items():
        if not all({name for name, _ in key} <= of for of in names):
            continue
        found = [keys[at][key] for at in parts if key in keys[at]]
        if len(found) > 1:
            yield np.array([cell, *found], np.int64)
