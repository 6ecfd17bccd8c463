"""One system of all cells: each parent is the sum of its children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
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


def system(
    dimensions: list[Dimension],
    labels: Sequence[Sequence[str] | pa.ChunkedArray],
    table: str,
    *,
    every_sum: bool = False,
) -> System:
    """Join the rows of a table by the trees of its dimensions.

    Parameters
    ----------
    dimensions : list of Dimension
        Their trees.
    labels : sequence of sequence of str, or of pyarrow.ChunkedArray
        By dimension, the code of each row; a column of texts is read without a list of them.
    table : str
        What error messages call the table.
    every_sum : bool
        Whether sums that join nothing are cells, too: other numbers may tell them.

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
        key += stride * _numbered(one, of)
    shown, first, times = np.unique(key, return_index=True, return_counts=True)
    if (times > 1).any():
        twice = int(key[first[times > 1][0]])
        names = [one.name for one in dimensions]
        places = [twice // stride % size for stride, size in zip(strides, sizes, strict=True)]
        first_row = ", ".join(repr(one.codes[place]) for one, place in zip(dimensions, places, strict=True))
        raise DuplicateRowError(table, names, first_row, int(times[times > 1][0]), int((times > 1).sum()))
    keys = np.concatenate([shown, _hidden(shown, dimensions, strides, sizes)])
    order = np.argsort(keys)
    A = _sums(keys, order, dimensions, strides, sizes)
    codes = np.stack([keys // stride % size for stride, size in zip(strides, sizes, strict=True)], axis=1)
    joined = A if every_sum else _without_loose_ends(A, len(shown))
    used = np.bincount(joined.indices, minlength=len(keys)) > 0
    used[: len(shown)] = True
    kept = np.flatnonzero(used)
    whole = joined if used.all() else csr_array(joined[:, kept])
    return System(dimensions, np.searchsorted(shown, key), codes[kept], whole)


def _numbered(one: Dimension, of: Sequence[str] | pa.ChunkedArray) -> Ids:
    """Return the place of the code of each row."""
    number = {code: i for i, code in enumerate(one.codes)}
    if not isinstance(of, pa.ChunkedArray):
        return np.array([number[code] for code in of], np.int64)
    told = of.dictionary_encode().unify_dictionaries()
    places: list[Ids] = [
        np.array([number[code] for code in chunk.dictionary.to_pylist()], np.int64)[chunk.indices.to_numpy()]
        for chunk in told.chunks
    ]
    return np.concatenate([*places, np.zeros(0, np.int64)])


def _above(keys: Ids, one: Dimension, parent: Ids, stride: int, size: int) -> tuple[Ids, Ids]:
    """Return which cells have a parent in a tree, and its key."""
    code = keys // stride % size
    there = np.flatnonzero(parent[code] >= 0)
    return there, keys[there] + (parent[code[there]] - code[there]) * stride


def _hidden(shown: Ids, dimensions: list[Dimension], strides: list[int], sizes: list[int]) -> Ids:
    """Return sums that the table does not show: an outsider can add them up, too."""
    known, new = shown, shown
    while len(new):
        found = []
        for one, stride, size in zip(dimensions, strides, sizes, strict=True):
            for parent in one.parents:
                above = np.unique(_above(new, one, parent, stride, size)[1])
                place = np.minimum(np.searchsorted(known, above), len(known) - 1)
                found.append(above[known[place] != above])
        new = np.unique(np.concatenate(found))
        known = np.sort(np.concatenate([known, new])) if len(new) else known
    return np.setdiff1d(known, shown) if len(known) > len(shown) else known[:0]


def _sums(keys: Ids, order: Ids, dimensions: list[Dimension], strides: list[int], sizes: list[int]) -> csr_array:
    """Write each sum as a row: of millions, no list of triples is made first."""
    indices, data, lengths = [], [], []
    ordered = keys[order]
    for one, stride, size in zip(dimensions, strides, sizes, strict=True):
        for parent in one.parents:
            child, above = _above(keys, one, parent, stride, size)
            by_parent = np.argsort(above, kind="stable")
            above = above[by_parent]
            first = np.flatnonzero(np.diff(above, prepend=-1))
            head = first + np.arange(len(first))
            row, sign = np.empty(len(child) + len(first), np.int32), np.full(len(child) + len(first), -1.0)
            own = np.ones(len(row), bool)
            own[head] = False
            row[own], row[head], sign[head] = child[by_parent], order[np.searchsorted(ordered, above[first])], 1.0
            indices.append(row)
            data.append(sign)
            lengths.append(np.diff(head, append=len(row)))
    ends = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    # Ends of 64 bits would make all places so.
    ends = ends.astype(np.int32) if ends[-1] <= np.iinfo(np.int32).max else ends
    A = csr_array((np.concatenate(data), np.concatenate(indices), ends), shape=(len(ends) - 1, len(keys)))
    A.sort_indices()
    return A


def _without_loose_ends(A: csr_array, shown: int) -> csr_array:
    """Drop sums that the table does not show and that join nothing; each could be anything."""
    while True:
        uses = np.bincount(A.indices, minlength=A.shape[1])
        loose = np.flatnonzero((uses == 1) & (np.arange(A.shape[1]) >= shown))
        if not len(loose):
            return A
        dropped = np.unique(csr_array(A[:, loose]).tocsc().indices)
        A = csr_array(A[np.setdiff1d(np.arange(A.shape[0]), dropped)])
