"""Groups within groups: cells, what lies in them, and what lies in that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from industria.productivity._panel import Codes, Panel

__all__ = ["Nests", "keys_of", "nests", "together"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nests:
    """Groups within groups.

    Attributes
    ----------
    up : tuple of array
        For each nest, from the largest groups on, the group of the one above that holds each; those of
        the first lie in cells.
    sizes : tuple of int
        Cells, then groups of each nest.
    """

    up: tuple[Codes, ...]
    sizes: tuple[int, ...]

    @property
    def cells(self) -> Codes:
        """The cell of each of the smallest groups, shape (groups,)."""
        cell = np.arange(self.sizes[-1])
        for up in reversed(self.up):
            cell = up[cell]
        return cell


def nests(panel: Panel, by: int) -> Nests:
    """Give the groups of every nest numbers; the first `by` columns of the panel's cells make cells."""
    new = np.zeros(int(panel.cell.max()) + 1, bool)
    new[:1] = True
    code = np.zeros(len(new), np.int64)
    codes = [code]
    for column in panel.cells.column_names:
        words = panel.cells[column].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False)
        new[1:] |= words[1:] != words[:-1]
        code = np.cumsum(new) - 1
        codes.append(code)
    levels = codes[by:]
    first = [np.unique(one, return_index=True)[1] for one in levels]
    up = tuple(above[at] for above, at in zip(levels, first[1:], strict=False))
    return Nests(up=up, sizes=tuple(len(at) for at in first))


def keys_of(panel: Panel, held: Nests) -> pa.Table:
    """List the labels of the cells; one row a cell, or a table without columns."""
    by = panel.cells.column_names[: panel.cells.num_columns - len(held.up)]
    first = np.unique(held.cells, return_index=True)[1]
    keys = panel.cells.select(by)
    return keys.take(pa.array(first)) if by else keys


def together(one: pa.Table, other: pa.Table) -> tuple[Codes, Codes]:
    """Give rows of two tables with the same columns numbers, the same where all their labels are."""
    code = np.zeros(one.num_rows + other.num_rows, np.int64)
    for column in one.column_names:
        words = pa.chunked_array([*one[column].chunks, *other[column].chunks], one[column].type).combine_chunks()
        indices = words.dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
        code = np.unique(code * (indices.max(initial=0) + 1) + indices, return_inverse=True)[1]
    return code[: one.num_rows], code[one.num_rows :]
