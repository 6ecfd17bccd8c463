"""Cells near a cell, by relations; and those that stand alone in one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["Neighborhoods", "peeled"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]


class Neighborhoods:
    """Relations, looked up from both sides.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations.
    """

    def __init__(self, A: csr_array) -> None:
        self.A, self.by_cell = A, csr_array(A.T)
        self.visit = np.zeros(A.shape[1], np.int64)
        self.visits = 0

    def around(self, cell: int, may: Truth, dear: Array, most: int) -> tuple[Ids, Ids]:
        """Go from relation to relation over cells that may move, until so many are met.

        Parameters
        ----------
        cell : int
            Where to begin.
        may : array of bool, shape (n,)
            Cells to go over.
        dear : array, shape (n,)
            The last round takes cells by this, the least first.
        most : int
            Cells at most.

        Returns
        -------
        cells, inner : array of int
            Those met, and those of them of which all neighbors have been, in order.
        """
        self.visits += 1
        self.visit[cell] = self.visits
        met, edge = [np.array([cell])], np.array([cell])
        number = 1
        while len(edge):
            beside = np.unique(_entries(self.A, np.unique(_entries(self.by_cell, edge))))
            edge = beside[(self.visit[beside] != self.visits) & may[beside]]
            over = number + len(edge) > most
            if over:
                edge = edge[np.lexsort([edge, dear[edge]])][: most - number]
            self.visit[edge] = self.visits
            met.append(edge)
            number += len(edge)
            if over:
                break
        cells = np.sort(np.concatenate(met))
        inner = np.sort(np.concatenate(met[:-1])) if len(met) > 2 else met[0]
        return cells, inner

    def joined(self, cells: Ids) -> csr_array:
        """Return the relations of some cells, without the others."""
        return csr_array(self.A[np.unique(_entries(self.by_cell, cells))][:, cells])


def peeled(A: csr_array, withheld: Truth, cost: Array) -> Truth:
    """Withhold the cheapest other cell of each relation in which only one is withheld, until there is none.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations.
    withheld : array of bool, shape (n,)
        What is withheld before.
    cost : array, shape (n,)
        Of withholding, infinite where a cell must not be.
    """
    withheld = withheld.copy()
    several = np.diff(A.indptr) > 2
    pattern = abs(A)
    while True:
        alone = np.flatnonzero(several & (np.rint(pattern @ withheld.astype(float)) == 1))
        before = int(withheld.sum())
        for relation in alone:
            cells = A.indices[A.indptr[relation] : A.indptr[relation + 1]]
            others = cells[~withheld[cells]]
            # A partner of a relation before it may be one of this, too.
            if len(others) == len(cells) - 1:
                cheapest = others[np.argmin(cost[others])]
                withheld[cheapest] = np.isfinite(cost[cheapest])
        if withheld.sum() == before:
            return withheld


def _entries(A: csr_array, rows: Ids) -> Ids:
    """Return the columns in which some rows have entries."""
    start = A.indptr[rows]
    length = A.indptr[rows + 1] - start
    before = np.cumsum(length) - length
    entries: Ids = A.indices[np.repeat(start - before, length) + np.arange(int(length.sum()))]
    return entries
