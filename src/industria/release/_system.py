"""One system of all cells: each parent is the sum of its children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.errors import DuplicateRowError, HierarchyError
from industria.release._trees import Dimension

__all__ = ["System", "system"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
LARGEST: Final = 2**62


@dataclass(frozen=True, slots=True)
class System:
    """Cells and the sums that join them.

    Attributes
    ----------
    dimensions : list of Dimension
        Of the cells.
    place : array of int, shape (n_rows,)
        Cell of each row of the table.
    codes : array of int, shape (n_cells, n_dimensions)
        Codes of each cell; after those of the table come sums that it does not show, but that join others.
    A : csr_array, shape (n_relations, n_cells)
        1 for the parent, -1 for its children: A x = 0. A child that is not there is a structural zero.
    """

    dimensions: list[Dimension]
    place: Ids
    codes: Ids
    A: csr_array

    def named(self, cell: int) -> str:
        """Name a cell by its codes."""
        pairs = zip(self.dimensions, self.codes[cell], strict=True)
        return ", ".join(f"{one.name} = {one.codes[code]!r}" for one, code in pairs)


def system(dimensions: list[Dimension], labels: Sequence[Sequence[str]], table: str) -> System:
    """Join the rows of a table by the trees of its dimensions.

    Parameters
    ----------
    dimensions : list of Dimension
        Their trees.
    labels : sequence of sequence of str
        By dimension, the code of each row.
    table : str
        What error messages call the table.

    Raises
    ------
    DuplicateRowError
        If a cell stands twice.
    HierarchyError
        If there are more combinations of codes than can be numbered.
    """
    sizes = [len(one.codes) for one in dimensions]
    if prod(sizes) > LARGEST:
        raise HierarchyError(dimensions[0].name, f"its codes and those of the others make {prod(sizes):.1e} cells")
    strides = [prod(sizes[d + 1 :]) for d in range(len(sizes))]
    key = np.zeros(len(labels[0]), np.int64)
    for one, of, stride in zip(dimensions, labels, strides, strict=True):
        number = {code: i for i, code in enumerate(one.codes)}
        key += stride * np.array([number[code] for code in of], np.int64)
    shown, first, times = np.unique(key, return_index=True, return_counts=True)
    if (times > 1).any():
        i = int(first[times > 1][0])
        names = [one.name for one in dimensions]
        first_row = ", ".join(repr(of[i]) for of in labels)
        raise DuplicateRowError(table, names, first_row, int(times[times > 1][0]), int((times > 1).sum()))
    keys = np.concatenate([shown, _hidden(shown, dimensions, strides, sizes)])
    order = np.argsort(keys)
    A = _sums(keys, order, dimensions, strides, sizes)
    codes = np.stack([keys // stride % size for stride, size in zip(strides, sizes, strict=True)], axis=1)
    joined = _without_loose_ends(A, len(shown))
    kept = np.concatenate(
        [np.arange(len(shown)), len(shown) + np.flatnonzero(np.diff(joined.tocsc().indptr)[len(shown) :])]
    )
    return System(dimensions, np.searchsorted(shown, key), codes[kept], csr_array(joined[:, kept]))


def _above(keys: Ids, one: Dimension, parent: Ids, stride: int, size: int) -> tuple[Ids, Ids]:
    """Return which cells have a parent in a tree, and its key."""
    code = keys // stride % size
    there = np.flatnonzero(parent[code] >= 0)
    return there, keys[there] + (parent[code[there]] - code[there]) * stride


def _hidden(shown: Ids, dimensions: list[Dimension], strides: list[int], sizes: list[int]) -> Ids:
    """Return sums that the table does not show: an outsider can add them up, too."""
    known, new = shown, shown
    while len(new):
        above = [
            _above(new, one, parent, stride, size)[1]
            for one, stride, size in zip(dimensions, strides, sizes, strict=True)
            for parent in one.parents
        ]
        new = np.setdiff1d(np.concatenate(above), known)
        known = np.union1d(known, new)
    return np.setdiff1d(known, shown)


def _sums(keys: Ids, order: Ids, dimensions: list[Dimension], strides: list[int], sizes: list[int]) -> csr_array:
    rows, columns, values = [], [], []
    n = 0
    ordered = keys[order]
    for one, stride, size in zip(dimensions, strides, sizes, strict=True):
        for parent in one.parents:
            child, above = _above(keys, one, parent, stride, size)
            sums, which = np.unique(above, return_inverse=True)
            rows += [n + which, n + np.arange(len(sums))]
            columns += [child, order[np.searchsorted(ordered, sums)]]
            values += [-np.ones(len(child)), np.ones(len(sums))]
            n += len(sums)
    entries = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return csr_array(entries, shape=(n, len(keys)))


def _without_loose_ends(A: csr_array, shown: int) -> csr_array:
    """Drop sums that the table does not show and that join nothing; each could be anything."""
    while True:
        uses = np.bincount(A.indices, minlength=A.shape[1])
        loose = np.flatnonzero((uses == 1) & (np.arange(A.shape[1]) >= shown))
        if not len(loose):
            return A
        dropped = np.unique(csr_array(A[:, loose]).tocsc().indices)
        A = csr_array(A[np.setdiff1d(np.arange(A.shape[0]), dropped)])
