"""Units that no published cell tells apart: the atoms of which published cells are sums."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.release._behind import EQUAL, REST, Behind
from industria.release._joint import Joint
from industria.release._trees import Dimension

__all__ = ["Atoms", "atoms"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Signature = npt.NDArray[np.uint64]
Truth = npt.NDArray[np.bool_]


class Atoms(NamedTuple):
    """Published cells as sums of atoms.

    Attributes
    ----------
    M : csr_array, shape (m, n_atoms)
        Which atoms are in which published cell; then, for units that bring different amounts to different cells,
        that these add up: of such rows the sum is 0.
    cell : array of int, shape (m,)
        Of the row; -1 for what adds up within a unit.
    behind : Behind
        Who is in which atom, which stands in the place of the cell.
    is_cell : array of bool, shape (n_atoms,)
        Whether a cell, published or not, has just these units.
    """

    M: csr_array
    cell: Ids
    behind: Behind
    is_cell: Truth


class _Pairs(NamedTuple):
    """Cells and units in them, each pair once: who brings what.

    Attributes
    ----------
    cell, unit, who : array of int, shape (k,)
        The cell, the unit, and the unit as one that brings one variable (and, where it is counted, at one time).
    x : array, shape (k,)
        What it brings, weighted.
    """

    cell: Ids
    unit: Ids
    who: Ids
    x: Array


def atoms(joint: Joint, shown: Truth) -> Atoms:
    """Take published cells for sums of what units bring, and units that always stand together for one.

    A unit that brings the same amount to all published cells that it is in is one unknown. One that brings different
    amounts, as a firm with plants in several regions, is one unknown an amount; whatever adds up within it is known.

    Parameters
    ----------
    joint : Joint
        Cells of one variable.
    shown : array of bool, shape (n_cells,)
        Which are published.
    """
    pairs, row_of = _pairs(joint)
    part, several = _parts(joint, pairs, shown)
    cells = np.flatnonzero(shown)
    number = np.full(len(joint.x), -1, np.int64)
    number[cells] = np.arange(len(cells))
    # Of units that are told as one row nobody knows who they are: each such cell holds something of its own.
    many = np.unique(joint.behind.cell[joint.behind.unit == REST])
    many = many[shown[many]]
    n = int(part.max(initial=-1)) + 1
    seen = np.flatnonzero(shown[pairs.cell])
    members = csr_array(
        (
            np.ones(len(seen) + len(many)),
            (
                np.concatenate([number[pairs.cell[seen]], number[many]]),
                np.concatenate([part[seen], n + np.arange(len(many))]),
            ),
        ),
        shape=(len(cells), n + len(many)),
    )
    sums = _sums_of_units(joint, pairs, part, several, n + len(many))
    atom, first = _alike(members, sums)
    M = csr_array(_below(members, sums)[:, first])
    rows_cell = np.concatenate([cells, np.full(sums.shape[0], -1)])
    stands_for = np.full(len(pairs.cell), -1, np.int64)
    used = np.flatnonzero(part >= 0)
    parts, at = np.unique(part[used], return_index=True)
    stands_for[used[at]] = atom[parts]
    told = row_of >= 0
    of = np.full(len(row_of), -1, np.int64)
    of[told] = stands_for[row_of[told]]
    behind = joint.behind.rows(of >= 0, of[of >= 0])
    return Atoms(M, rows_cell, behind, _are_cells(pairs, used[at], atom[parts], len(first)))


def _pairs(joint: Joint) -> tuple[_Pairs, Ids]:
    """List cells and units once, and the pair of each contribution, -1 for what is of nobody in particular."""
    behind, n = joint.behind, int(joint.start[-1])
    told = np.flatnonzero((behind.unit != REST) & (behind.cell < n))
    span = max(len(joint.units), 1)
    key, inverse = np.unique(behind.cell[told] * span + behind.unit[told], return_inverse=True)
    x = np.asarray(np.bincount(inverse, behind.weighted[told], len(key)), float)
    row_of = np.full(len(behind.cell), -1, np.int64)
    row_of[told] = inverse
    cell, unit = key // span, key % span
    kinds: dict[tuple[str, str], int] = {}
    kind = np.array(
        # That somebody counts in two years is no amount that is the same in both.
        [kinds.setdefault((one.variable, one.period if one.counts else ""), len(kinds)) for one in joint.blocks],
        np.int64,
    )
    who = unit * max(len(kinds), 1) + kind[np.searchsorted(joint.start, cell, "right") - 1]
    return _Pairs(cell, unit, who, x), row_of


def _parts(joint: Joint, pairs: _Pairs, shown: Truth) -> tuple[Ids, Truth]:
    """Give each pair its unknown, -1 for none; and tell which pairs are of units with several."""
    span = int(pairs.who.max(initial=-1)) + 1
    low, high = np.full(span, np.inf), np.full(span, -np.inf)
    seen = shown[pairs.cell]
    np.minimum.at(low, pairs.who[seen], pairs.x[seen])
    np.maximum.at(high, pairs.who[seen], pairs.x[seen])
    varies = high - low > EQUAL * np.maximum(np.abs(low), np.abs(high))
    if joint.counts:
        varies[_twice(joint, pairs)] = True
    several = varies[pairs.who] & np.isfinite(low)[pairs.who]
    # Who brings nothing somewhere brings the same to a part as to the whole, and that is not known; nor is it
    # of who counts twice.
    loose = np.zeros(span, bool)
    loose[pairs.who[several & (pairs.x == 0)]] = True
    loose |= varies & joint.counts
    part = np.full(len(pairs.who), -1, np.int64)
    plain = seen & ~several
    part[plain] = np.unique(pairs.who[plain], return_inverse=True)[1]
    order = np.flatnonzero(several)[np.lexsort((pairs.x[several], pairs.who[several]))]
    if len(order):
        who, x = pairs.who[order], pairs.x[order]
        new = loose[who] | (np.diff(who, prepend=-1) != 0)
        new |= np.diff(x, prepend=0.0) > EQUAL * np.abs(x)
        part[order] = int(part.max(initial=-1)) + np.cumsum(new)
    return part, several


def _twice(joint: Joint, pairs: _Pairs) -> Ids:
    """List who stands in two cells of one depth of a table: counted twice, not once under two names."""
    depth = np.full(len(joint.x), -1, np.int64)
    for at, block in enumerate(joint.blocks):
        if not block.beside:
            depth[joint.start[at] : joint.start[at + 1]] = _depths(block.system.dimensions, block.system.codes)
    block_of = np.searchsorted(joint.start, pairs.cell, "right") - 1
    there = np.flatnonzero(depth[pairs.cell] >= 0)
    places = np.stack([pairs.who[there], block_of[there], depth[pairs.cell[there]]])
    found, times = np.unique(places, axis=1, return_counts=True)
    return np.asarray(found[0, times > 1])


def _depths(dimensions: list[Dimension], codes: Ids) -> Ids:
    """Tell by a number how deep cells lie in all their trees."""
    depth = np.zeros(len(codes), np.int64)
    for d, dim in enumerate(dimensions):
        above = []
        for code in range(len(dim.codes)):
            found = [code]
            for one in found:
                found += [int(of[one]) for of in dim.parents if of[one] >= 0 and int(of[one]) not in found]
            above.append(len(found))
        depth = depth * (max(above, default=0) + 1) + np.array(above, np.int64)[codes[:, d]]
    return depth


def _sums_of_units(joint: Joint, pairs: _Pairs, part: Ids, several: Truth, n: int) -> csr_array:
    """Write what adds up within a unit, of those that bring different amounts to different cells."""
    here = np.flatnonzero(several)
    if not len(here):
        return csr_array((0, n))
    every = int(joint.start[-1])
    made = np.zeros(joint.A.shape[0], bool)
    made[np.repeat(np.arange(joint.A.shape[0]), np.diff(joint.A.indptr))[joint.A.indices >= every]] = True
    A = csr_array(joint.A[np.flatnonzero(~made)]).tocsc()
    times = np.diff(A.indptr)[pairs.cell[here]]
    of = np.repeat(here, times)
    at = np.repeat(A.indptr[pairs.cell[here]] - np.concatenate([[0], np.cumsum(times)[:-1]]), times)
    at = at + np.arange(len(at))
    sign = A.data[at]
    span = int(pairs.who.max(initial=0)) + 1
    key, row = np.unique(A.indices[at].astype(np.int64) * span + pairs.who[of], return_inverse=True)
    left, size = (np.bincount(row, x, len(key)) for x in (sign * pairs.x[of], np.abs(sign * pairs.x[of])))
    holds = (np.abs(left) <= EQUAL * size)[row]
    found = csr_array((sign[holds], (row[holds], part[of[holds]])), shape=(len(key), n))
    found.eliminate_zeros()
    return csr_array(found[np.flatnonzero(np.diff(found.indptr))])


def _alike(members: csr_array, sums: csr_array) -> tuple[Ids, Ids]:
    """Take unknowns that stand in just the same published cells for one atom; return it, and an unknown of each."""
    random = np.random.default_rng(0)
    m, n = members.shape
    drawn = random.integers(1, 2**63, m, dtype=np.uint64)
    signature = np.zeros(n, np.uint64)
    columns = members.tocsc()
    there = np.flatnonzero(np.diff(columns.indptr))
    if len(there):
        signature[there] = np.add.reduceat(drawn[columns.indices], columns.indptr[there])
    # What else is known of an unknown makes it one of its own.
    own = np.unique(sums.indices)
    signature[own] += random.integers(1, 2**63, len(own), dtype=np.uint64)
    _, first, atom = np.unique(signature, return_index=True, return_inverse=True)
    return atom, first


def _below(members: csr_array, sums: csr_array) -> csr_array:
    indptr = np.concatenate([members.indptr, members.indptr[-1] + sums.indptr[1:]])
    indices, data = (np.concatenate([getattr(of, name) for of in (members, sums)]) for name in ("indices", "data"))
    return csr_array((data, indices, indptr), shape=(members.shape[0] + sums.shape[0], members.shape[1]))


def _are_cells(pairs: _Pairs, first: Ids, atom: Ids, n: int) -> Truth:
    """Tell which atoms have just the units of a cell."""
    drawn = np.random.default_rng(1).integers(1, 2**63, int(pairs.unit.max(initial=0)) + 1, dtype=np.uint64)
    cells = np.zeros(int(pairs.cell.max(initial=-1)) + 1, np.uint64)
    of_atoms = np.zeros(n, np.uint64)
    np.add.at(cells, pairs.cell, drawn[pairs.unit])
    np.add.at(of_atoms, atom, drawn[pairs.unit[first]])
    return np.isin(of_atoms, cells)
