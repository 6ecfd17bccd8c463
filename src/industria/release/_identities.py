"""Variables that an equation joins: whoever knows two of sales, costs and profit knows the third."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_diag, csr_array, vstack

from industria.release._behind import together
from industria.release._joint import Joint, Made, renumbered
from industria.release._names import in_one_list

__all__ = ["with_identities"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

Terms = Mapping[str, float]
"""Factors of variables in an equation terms = 0."""
SAME: Final = 1e-9
"""Part of the sum of its terms by which an equation may be off in the last bits."""


def with_identities(joints: Sequence[Joint], identities: Sequence[Terms]) -> tuple[list[Joint], list[str]]:
    """Set variables side by side that an equation joins, with the equation for every cell.

    Where one variable of an equation is not released, it is what the others leave of it: a cell that no table
    shows, with contributors of its own.

    Parameters
    ----------
    joints : sequence of Joint
        One a variable.
    identities : sequence of Terms
        Equations between variables.

    Returns
    -------
    list of Joint
        Those that no equation joins as they were.
    list of str
        Equations that were left out.
    """
    found, notes = list(joints), []
    for terms in identities:
        words = " ".join(f"{'+' if factor > 0 else '-'} {name}" for name, factor in terms.items())
        if any(abs(factor) != 1 for factor in terms.values()):
            notes.append(f"the equation {words} = 0, in which a variable stands more than once")
            continue
        for unit in dict.fromkeys(one.blocks[0].unit for one in found):
            of = [one for one in found if not one.counts and one.blocks[0].unit == unit and _speaks_of(one, terms)]
            if not of:
                continue
            joined, n_broken = _joined(_beside(of), terms)
            found = [one for one in found if one not in of] + [joined]
            if n_broken:
                notes.append(f"the equation {words} = 0 in {n_broken} cells, which do not keep it")
    return found, notes


def _speaks_of(joint: Joint, terms: Terms) -> bool:
    return any(block.variable in terms for block in joint.blocks)


def _beside(joints: Sequence[Joint]) -> Joint:
    """Make one system of several: first the cells of all blocks, then what was made of them."""
    if len(joints) == 1:
        return joints[0]
    whole = np.cumsum([0, *(int(one.start[-1]) for one in joints)])
    made = whole[-1] + np.cumsum([0, *(len(one.made) for one in joints)])
    place = np.concatenate(
        [
            np.concatenate([whole[i] + np.arange(one.start[-1]), made[i] + np.arange(len(one.made))])
            for i, one in enumerate(joints)
        ]
    ).astype(np.int64)
    order = np.argsort(place)
    units, of_units = in_one_list([one.units for one in joints])
    owners, of_owners = in_one_list([one.owners for one in joints])
    offsets = np.cumsum([0, *(len(one.x) for one in joints)])
    behind = [
        renumbered(one.behind, of_units[i], of_owners[i], place[offsets[i] :][one.behind.cell])
        for i, one in enumerate(joints)
    ]
    sizes = [len(block.x) for one in joints for block in one.blocks]
    return Joint(
        blocks=[block for one in joints for block in one.blocks],
        start=np.cumsum([0, *sizes]).astype(np.int64),
        made=[name for one in joints for name in one.made],
        A=csr_array(csr_array(block_diag([one.A for one in joints], format="csr"))[:, order]),
        x=np.concatenate([one.x for one in joints])[order],
        rows=np.concatenate([one.rows for one in joints])[order],
        behind=together(*behind),
        fixed=np.concatenate([one.fixed for one in joints])[order],
        gone=np.concatenate([one.gone for one in joints])[order],
        units=units,
        owners=owners,
        known=_known(joints),
    )


def _known(joints: Sequence[Joint]) -> npt.NDArray[np.float64] | None:
    """Set side by side what earlier numbers in another shape tell of cells; None where there are none."""
    if all(one.known is None for one in joints):
        return None
    ends = np.array([[-np.inf], [np.inf]])
    told = [np.repeat(ends, one.start[-1], axis=1) if one.known is None else one.known for one in joints]
    return np.concatenate(told, axis=1)


def _joined(joint: Joint, terms: Terms) -> tuple[Joint, int]:
    """Add an equation for each cell of which all variables, or all but one, are released."""
    n_broken = 0
    for told in _variables(joint, terms):
        keys = {name: _keys(joint, at) for name, at in told.items()}
        for missing in (None, *terms):
            names = [name for name in terms if name != missing]
            if len(names) < 2 or not keys.keys() >= set(names):
                continue
            shared = [key for key in keys[names[0]] if all(key in keys[name] for name in names[1:])]
            lacking = [key for key in shared if missing is None or key not in keys.get(missing, {})]
            cells = np.array([[keys[name][key] for name in names] for key in lacking], np.int64)
            cells = cells.reshape(len(lacking), len(names))
            factors = np.array([terms[name] for name in names])
            if missing is not None:
                period = joint.blocks[next(iter(told.values()))].period
                joint = _with_rest(joint, cells, -factors / terms[missing], missing, period)
                continue
            off = np.abs(joint.x[cells] @ factors)
            kept = off <= SAME * np.maximum(1.0, np.abs(joint.x[cells]).sum(axis=1))
            n_broken += int((~kept).sum())
            joint = _with_rows(joint, cells[kept], factors)
    return joint, n_broken


def _with_rows(joint: Joint, cells: Ids, factors: Array) -> Joint:
    """Add a relation for each row of cells."""
    k = len(cells)
    row = np.repeat(np.arange(k), len(factors))
    more = csr_array((np.tile(factors, k), (row, cells.ravel())), shape=(k, len(joint.x)))
    return replace(joint, A=csr_array(vstack([joint.A, more])))


def _variables(joint: Joint, terms: Terms) -> Iterator[dict[str, int]]:
    """By population and period, list the blocks of the variables."""
    groups: dict[tuple[str, str], dict[str, int]] = {}
    for at, block in enumerate(joint.blocks):
        if block.variable in terms:
            groups.setdefault((block.population, block.period), {})[block.variable] = at
    yield from groups.values()


def _with_rest(joint: Joint, cells: Ids, signs: Array, name: str, period: str) -> Joint:
    """Tie what the others tell of a variable to a cell of another population that is the same; make the rest anew."""
    elsewhere: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for at, block in enumerate(joint.blocks):
        if block.variable == name and block.period == period:
            for key, cell in _keys(joint, at).items():
                elsewhere.setdefault(key, []).append(cell)
    told = joint.x[cells] @ signs
    met = np.full(len(cells), -1)
    for i, (of, x) in enumerate(zip(cells, told, strict=True)):
        close = SAME * max(1.0, float(np.abs(joint.x[of]).sum()))
        same = (cell for cell in elsewhere.get(_key(joint, int(of[0])), ()) if abs(joint.x[cell] - x) <= close)
        met[i] = next(same, -1)
    there = met >= 0
    tied = _with_rows(joint, np.column_stack([cells[there], met[there]]), np.append(signs, -1.0))
    return tied.with_made(_rest(joint, cells[~there], signs, name))


def _keys(joint: Joint, at: int) -> dict[tuple[tuple[str, str], ...], int]:
    block = joint.blocks[at]
    return {tuple(sorted(block.key(cell).items())): int(cell + joint.start[at]) for cell in range(len(block.x))}


def _key(joint: Joint, cell: int) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(joint.codes(cell)))


def _rest(joint: Joint, cells: Ids, signs: Array, name: str) -> list[Made]:
    """Make the variable that the others tell, unit by unit."""
    k = len(cells)
    parts = []
    for j, sign in enumerate(signs):
        rows = joint.behind.summed(np.arange(k), cells[:, j])
        parts.append(rows if sign > 0 else rows.negative())
    behind = together(*parts).net()
    order = np.argsort(behind.cell, kind="stable")
    start = np.searchsorted(behind.cell[order], np.arange(k + 1))
    return [
        Made(
            cells[i],
            signs,
            behind.rows(order[start[i] : start[i + 1]]),
            f"{name}, as it is told by {joint.named(int(cells[i, 0]))}",
        )
        for i in range(k)
    ]
