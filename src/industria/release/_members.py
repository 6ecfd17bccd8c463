"""Who is in which cell, and which cells are of the same units."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.release._behind import REST
from industria.release._digits import are_one, whole_unit
from industria.release._joint import Joint

__all__ = ["Members", "members"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


class Members(NamedTuple):
    """Who is in which cell of a system.

    Attributes
    ----------
    cell, unit : array of int, shape (m,)
        Pairs, in the order of cells.
    size : array of int, shape (n_cells,)
        Units of each cell.
    signature : array of int, shape (n_cells,)
        A number for each cell that adds up over its units: a difference has that of what is left of them.
    per_unit : float or None
        What the values of all cells are multiplied by to become whole.
    """

    cell: npt.NDArray[np.int32]
    unit: npt.NDArray[np.int32]
    size: Ids
    signature: npt.NDArray[np.uint64]
    per_unit: float | None

    def differences(self, x: Array, first: Ids, second: Ids) -> Ids:
        """Find the cells that the second without the first are: of just these units, and of that value; -1 for none."""
        wanted, size = self.signature[second] - self.signature[first], self.size[second] - self.size[first]
        met = self._of(np.flatnonzero(self.size > 0), wanted, size)
        close = are_one(x[met], x[second] - x[first], x[second], self.per_unit)
        return np.where((met >= 0) & close & (met != second) & (met != first), met, -1)

    def among(self, cells: Ids, others: Ids) -> Ids:
        """Find of each cell the one among others that has the same units, whatever they bring; -1 for none."""
        return self._of(others[self.size[others] > 0], self.signature[cells], self.size[cells])

    def _of(self, cells: Ids, signature: npt.NDArray[np.uint64], size: Ids) -> Ids:
        """Find the first of some cells that has a signature and so many units; -1 for none."""
        if not len(cells):
            return np.full(len(size), -1)
        order = cells[np.argsort(self.signature[cells], kind="stable")]
        met = order[np.minimum(np.searchsorted(self.signature[order], signature), len(order) - 1)]
        return np.where((self.signature[met] == signature) & (self.size[met] == size), met, -1)


def members(joint: Joint) -> Members:
    """List who is in which cell of the blocks of a system; those who are not told one by one count for one."""
    behind, told = joint.behind, joint.behind.unit != REST
    every, units = int(joint.start[-1]), max(len(joint.units), 1)
    pairs = behind.cell[told], behind.unit[told]
    # Ones of a byte: of millions of pairs only the places are kept.
    there = csr_array((np.ones(len(pairs[0]), np.int8), pairs), shape=(every, units))
    del pairs
    there.sum_duplicates()
    size, unit = np.diff(there.indptr), there.indices
    drawn = np.random.default_rng(0).integers(0, 2**63, units, dtype=np.uint64)
    signature = np.zeros(every, np.uint64)
    signature[size > 0] = np.add.reduceat(drawn[unit], there.indptr[:-1][size > 0])
    many = np.zeros(every, bool)
    many[behind.cell[~told]] = True
    cell = np.repeat(np.arange(every, dtype=np.int32), size)
    return Members(cell, unit, size.astype(np.int64) + many, signature, whole_unit(joint.x))
