"""Differences of cells of two populations: who is in one and not in the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array

from industria.errors import ReleaseRefusedError
from industria.release._behind import Behind, together
from industria.release._digits import are_one
from industria.release._joint import Joint, Made
from industria.release._large_differences import affordable, may_break
from industria.release._members import Members, members
from industria.release._overlaps import apart, brought_whole, several_ways
from industria.release._populations import with_populations
from industria.release._primary import primary
from industria.release._vintages import half_a_step
from industria.release.policy import Policy

__all__ = ["with_differences"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

MEETINGS: Final = 20_000_000
"""Times that two cells share a unit up to which all pairs of cells are compared, not only those of equal codes."""
FEW: Final = 50
"""Units in a difference up to which it is taken apart; of more, where the largest of both cells may break a rule."""
ORDERED: Final = 5_000
"""Differences up to which the attack knows of each that it is not below zero, sensitive or not."""


def with_differences(joint: Joint, policy: Policy) -> tuple[Joint, list[str]]:
    """Add differences between cells of which one has all units of the other: sensitive ones, and of parts.

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
        With a cell for each difference that is sensitive, or where codes tell that one is part of the other.
    list of str
        What was not looked at.

    Raises
    ------
    ReleaseRefusedError
        If a difference is sensitive and both cells were published before.
    """
    notes: list[str] = []
    if len(joint.blocks) == 1 and not (joint.blocks[0].beside or several_ways(joint, 0)):
        return joint, notes
    sets = members(joint)
    for a, one in enumerate(joint.blocks):
        for b, other in enumerate(joint.blocks[: a + 1]):
            if one.period != other.period and one.period and other.period:
                continue
            if not (one.unit and other.unit):
                notes += [f"differences of {one.variable} between populations of units that no step tells"] * (a != b)
                continue
            if a == b and not (one.beside or several_ways(joint, a)):
                continue
            first, second, whole = _nested(joint, sets, b, a)
            if not whole and one.period == other.period:
                notes.append(f"differences of {joint.blocks[0].variable} between cells of different codes: too many")
            joint, skipped = _added(joint, sets, first, second, policy, whole=whole, held=a != b or one.apart)
            notes += skipped
    joint, skipped = with_populations(joint, policy)
    return joint, notes + skipped


def _nested(joint: Joint, sets: Members, a: int, b: int) -> tuple[Ids, Ids, bool]:
    """List pairs of cells of two blocks, the second with all units of the first, and whether all were compared."""
    # What nobody sums up of a table may stand in another one as the sum.
    E, C = (_members(joint, sets, at) for at in (a, b))
    size, one, other = sets.size, joint.blocks[a], joint.blocks[b]
    # Nobody tells the period of what stands beside estimates; who is behind it, and with how much, is compared.
    comparable = one.period == other.period or one.beside or other.beside
    whole = comparable and _meetings(E, C) <= MEETINGS
    if whole:
        e, c, common = _shared_units(E, C)
    else:
        e, c = _same_codes(joint, a, b)
        common = np.asarray(E[e].multiply(C[c]).sum(axis=1)).ravel()
        shown = diags_array((joint.rows > 0).astype(float))
        E, C = (csr_array(shown @ of).astype(np.int64) for of in (E, C))
        if comparable and _meetings(E, C) <= MEETINGS:
            found = np.concatenate([np.stack([e, c, common]), np.stack(_shared_units(E, C))], axis=1)
            e, c, common = np.unique(found, axis=1)
    inner, outer = common == size[e], common == size[c]
    both = inner | outer
    if a == b:
        both &= e < c
        e, c, inner = e[both], c[both], inner[both]
        if not one.beside:
            both = apart(joint, a, e, c) & brought_whole(joint, a)[np.where(inner, e, c)]
        else:
            both = np.ones(len(e), bool)
    first, second = np.where(inner, e, c)[both], np.where(inner, c, e)[both]
    order = np.lexsort((second, first))
    return first[order].astype(np.int64), second[order].astype(np.int64), whole


def _members(joint: Joint, sets: Members, at: int) -> csr_array:
    """Tell of each cell of a block which units it has."""
    here = slice(*np.searchsorted(sets.cell, joint.start[at : at + 2]))
    cell, unit = sets.cell[here], sets.unit[here]
    return csr_array((np.ones(len(cell), np.int64), (cell, unit)), shape=(len(joint.x), max(len(joint.units), 1)))


def _meetings(E: csr_array, C: csr_array) -> int:
    """Count how often two cells share a unit."""
    return int(E.sum(axis=0) @ C.sum(axis=0))


def _shared_units(E: csr_array, C: csr_array) -> tuple[Ids, Ids, Ids]:
    """List pairs of cells that share units, and how many."""
    shared = (E @ C.T).tocoo()
    return shared.coords[0].astype(np.int64), shared.coords[1].astype(np.int64), shared.data


def _same_codes(joint: Joint, a: int, b: int) -> tuple[Ids, Ids]:
    """List pairs of cells of two blocks with the same codes; where one block is of one period, with its code."""
    periods = [joint.blocks[at].period for at in (b, a)]
    keys: list[dict[frozenset[tuple[str, str]], int]] = []
    for at, other in zip((a, b), periods, strict=True):
        block = joint.blocks[at]
        dims = [dim.name for dim in block.system.dimensions if other != block.period and other in dim.codes]
        cells = {cell: joint.codes(int(cell)) for cell in range(*joint.start[at : at + 2])}
        if dims:
            cells = {cell: of - {(dims[0], other)} for cell, of in cells.items() if (dims[0], other) in of}
        keys.append({of: int(cell) for cell, of in cells.items()})
    pairs = [(cell, keys[1][key]) for key, cell in keys[0].items() if key in keys[1]]
    return np.array([e for e, _ in pairs], np.int64), np.array([c for _, c in pairs], np.int64)


def _added(
    joint: Joint, sets: Members, first: Ids, second: Ids, policy: Policy, *, whole: bool, held: bool
) -> tuple[Joint, list[str]]:
    """Add the differences of some pairs that are sensitive, and say what was not looked at."""
    if not len(first):
        return joint, []
    size, met = sets.size, sets.differences(joint.x, first, second)
    joint = joint.with_equal(second[met >= 0], list(np.stack([first, met], axis=1)[met >= 0]))
    alike = _alike(joint, first, second)
    # A difference that stands in a table is protected there; of sums beside estimates there are many.
    near = alike | (size[second] - size[first] <= max(FEW, policy.threshold))
    asked = ~(_beside(joint, first, second) & (met >= 0)) & ~(whole & _of_one_block(joint, sets, first, second))
    far = asked & ~near
    far[far] = may_break(joint, first[far], second[far], policy)
    looked = affordable(size[first] + size[second], far)
    notes = [f"differences of {joint.blocks[0].variable} between cells of many units: too many"] * bool(
        (far != looked).any()
    )
    asked &= near | looked
    first, second, alike, near = first[asked], second[asked], alike[asked], near[asked]
    k = len(first)
    if not k:
        return joint, notes
    pair = np.arange(k)
    plus, minus = joint.behind.summed(pair, second), joint.behind.summed(pair, first).negative()
    behind = together(plus, minus)
    of = np.concatenate([_of(joint, second)[plus.cell], _of(joint, first)[minus.cell]])
    step = half_a_step(behind, of)
    behind = behind.net(step)
    left = np.bincount(behind.cell, minlength=k)
    # With weights of their own, the same units make another number.
    alike = are_one(joint.x[second], joint.x[first], joint.x[second], sets.per_unit)
    nothing = (left == 0) & alike
    # Of cells of one block that no sum joins, one is within the other only if it has the same of each unit.
    here = _of(joint, first) == _of(joint, second)
    within = ~here | (left == size[second] - size[first])
    # Numbers that are the same but for their rounding are no differences, and tell each other.
    again = nothing | ((left == 0) & (step > 0))
    joint = _shared(joint, first[again], second[again])
    corrected = ~here & ~_beside(joint, first, second) & (sets.signature[first] == sets.signature[second])
    joint = _withheld_again(joint, first[corrected], second[corrected])
    # Who sees one of two cells that are the same of the same units sees the other.
    joint = joint.with_equal(second[nothing], [np.array([cell]) for cell in first[nothing]])
    found = primary(behind, k, policy, counts=joint.counts, weighted=joint.has_weights)
    # Whoever reads that one population is within another knows it of each cell and those that it is part of.
    ordered = near & _part_of(joint, first, second) & ~here & ~nothing
    if ordered.sum() > ORDERED:
        ordered &= (joint.rows[first] > 0) & (joint.rows[second] > 0)
    asked = found.sensitive | (ordered if ordered.sum() <= ORDERED else False)
    return joint.with_made(_made(joint, first, second, behind, asked & within & held, found.sensitive)), notes


def _beside(joint: Joint, first: Ids, second: Ids) -> Truth:
    """Tell of which pairs a cell stands beside estimates or averages."""
    beside = np.array([one.beside for one in joint.blocks], bool)
    return np.asarray(beside[_of(joint, first)] | beside[_of(joint, second)])


def _of_one_block(joint: Joint, sets: Members, first: Ids, second: Ids) -> Truth:
    """Tell of which pairs of tables one has both of their numbers: there, by its sums, they are judged.

    Of the same units a corrected number is another one: what is withheld of the one may be published of the other.
    """
    a, b = _of(joint, first), _of(joint, second)
    tables = np.flatnonzero(~_beside(joint, first, second) & (a != b))
    found = np.zeros(len(first), bool)
    for cells, block in ((first, b), (second, a)):
        for at in np.unique(block[tables]):
            pairs = tables[block[tables] == at]
            same = sets.among(cells[pairs], np.arange(*joint.start[at : at + 2]))
            x, y = joint.x[cells[pairs]], joint.x[same]
            found[pairs] |= (same >= 0) & are_one(x, y, x, sets.per_unit)
    # Those that are the same number are held together here.
    return np.asarray(found & (sets.signature[first] != sets.signature[second]))


def _made(joint: Joint, first: Ids, second: Ids, behind: Behind, asked: Truth, sensitive: Truth) -> list[Made]:
    made = []
    order = np.argsort(behind.cell, kind="stable")
    start = np.searchsorted(behind.cell[order], np.arange(len(first) + 1))
    for i in np.flatnonzero(asked):
        names = [joint.named(int(cell)) for cell in (second[i], first[i])]
        if sensitive[i] and joint.fixed[first[i]] and joint.fixed[second[i]]:
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


def _withheld_again(joint: Joint, first: Ids, second: Ids) -> Joint:
    """Withhold again what was withheld of the same units before they were corrected: that may be by little."""
    gone = joint.gone.copy()
    gone[first] |= joint.gone[second]
    gone[second] |= joint.gone[first]
    return replace(joint, gone=gone & ~joint.fixed)


def _of(joint: Joint, cell: Ids) -> Ids:
    """Return the block of each cell."""
    return np.searchsorted(joint.start, cell, "right") - 1


def _part_of(joint: Joint, first: Ids, second: Ids) -> Truth:
    """Tell in which pairs the first has all codes of the second, and perhaps more."""
    keys = {int(cell): joint.codes(int(cell)) for cell in np.unique(np.concatenate([first, second]))}
    return np.array([keys[int(b)] <= keys[int(a)] for a, b in zip(first, second, strict=True)], bool)


def _alike(joint: Joint, first: Ids, second: Ids) -> Truth:
    """Tell which pairs have the same codes."""
    keys = {int(cell): joint.codes(int(cell)) for cell in np.unique(np.concatenate([first, second]))}
    return np.array([keys[int(a)] == keys[int(b)] for a, b in zip(first, second, strict=True)], bool)
