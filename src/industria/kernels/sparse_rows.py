"""Rows of a sparse matrix in the making."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array

__all__ = ["Rows", "blocks", "stacked"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]


class Rows:
    """So many rows of a sparse matrix, to which entries are added.

    Attributes
    ----------
    n : int
        How many.
    parts : list of tuple of array
        Row, column and value of the entries added so far.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.parts: list[tuple[Ids, Ids, Array]] = []

    def add(self, rows: Ids | np.int64, columns: Ids, values: Array | float) -> Rows:
        """Add entries, of one shape; those with a row below 0 are no rows of this matrix."""
        v = np.broadcast_to(np.asarray(values, float), np.shape(columns)).ravel()
        i, j = np.broadcast_to(rows, np.shape(columns)).ravel(), np.ravel(columns)
        kept = (i >= 0) & (v != 0)
        self.parts.append((i[kept], j[kept], v[kept]))
        return self


def stacked(blocks: Iterable[Rows], width: int) -> csr_array:
    """Lay rows upon rows, each of so many columns."""
    i, j, v, above = [np.zeros(0, int)], [np.zeros(0, int)], [np.zeros(0)], 0
    for rows in blocks:
        for part in rows.parts:
            i.append(part[0] + above)
            j.append(part[1])
            v.append(part[2])
        above += rows.n
    return csr_array(coo_array((np.concatenate(v), (np.concatenate(i), np.concatenate(j))), shape=(above, width)))


def blocks(**sizes: int) -> dict[str, slice]:
    """Lay named blocks one behind another."""
    ends = np.cumsum([0, *sizes.values()]).tolist()
    return {name: slice(low, high) for name, low, high in zip(sizes, ends[:-1], ends[1:], strict=True)}
