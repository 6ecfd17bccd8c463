"""Labels as numbers in their order, and rows in the order of their labels, at the price of one sort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["WIDEST", "by_content", "coded", "counted", "in_order", "on_calendar"]

Codes: TypeAlias = npt.NDArray[np.int64]

WIDEST: Final = 2**62
SPARSE: Final = 4
"""Whole numbers that span no more than so many times their rows are counted, which is quicker than to hash them."""


def coded(labels: pa.ChunkedArray) -> tuple[Codes, pa.Array]:
    """Give labels numbers in their order, without gaps, and list the labels; a missing one gets the number after all.

    Parameters
    ----------
    labels : pyarrow.ChunkedArray
        Of any kind that sorts.

    Returns
    -------
    tuple of array, shape (n,), and pyarrow.Array
        Codes, and the label of each.
    """
    encoded = labels.combine_chunks().dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order) + 1, np.int64)
    rank[order], rank[-1] = np.arange(len(order)), len(order)
    places = pc.fill_null(encoded.indices, len(order)).to_numpy(zero_copy_only=False)
    return rank[places], encoded.dictionary.take(pa.array(order))


def in_order(rows: pa.Table, keys: Sequence[str]) -> tuple[Codes | None, list[Codes], list[pa.Array | int]]:
    """Sort rows by the labels of keys, the first first; missing labels come last.

    Parameters
    ----------
    rows : pyarrow.Table
        At least one row.
    keys : sequence of str
        Columns.

    Returns
    -------
    tuple
        Places of the rows in order, or None where they are in order already; codes of each key in that order,
        maybe with gaps; and the labels of each key, or the first of whole numbers that codes count from.
    """
    labels: list[pa.Array | int] = []
    sizes: list[int] = []
    whole, span = np.zeros(rows.num_rows, np.int64), 1
    for key in keys:
        codes, found, size = counted(rows[key])
        labels.append(found)
        sizes.append(size)
        span *= size
        if span >= WIDEST:
            return _in_turn(rows, keys)
        whole *= size
        whole += codes
    order = None if (whole[1:] >= whole[:-1]).all() else np.argsort(whole, kind="stable")
    whole = whole if order is None else whole[order]
    parts: list[Codes] = []
    for size in reversed(sizes[1:]):
        whole, part = np.divmod(whole, size)
        parts.insert(0, part)
    return order, [whole, *parts] if keys else [], labels


def by_content(rows: pa.Table, columns: Sequence[str], place: str) -> pa.Table:
    """Tell rows without a name apart by their place, a column of its own, and sort them by what they hold."""
    rows = rows.append_column(place, pa.array(np.arange(1, rows.num_rows + 1)))
    return rows.take(pc.sort_indices(rows, [(column, "ascending") for column in (*columns, place)]))


def on_calendar(codes: Codes, labels: pa.Array | int, places: Mapping[object, int]) -> Codes:
    """Find the place of each row's period on a calendar, from codes and labels as of `in_order`."""
    if isinstance(labels, int):
        return codes + labels
    return np.array([places[one] for one in labels.to_pylist()], np.int64)[codes]


def counted(column: pa.ChunkedArray) -> tuple[Codes, pa.Array | int, int]:
    """Give labels numbers in their order; whole numbers that lie close together are their own, from the lowest on."""
    if pa.types.is_integer(column.type) and len(column) and not column.null_count:
        values = column.to_numpy()
        low, high = int(values.min()), int(values.max())
        if high - low <= SPARSE * len(values):
            return values - low, low, high - low + 1
    codes, found = coded(column)
    return codes, found, len(found) + 1


def _in_turn(rows: pa.Table, keys: Sequence[str]) -> tuple[Codes | None, list[Codes], list[pa.Array | int]]:
    """Sort by one key after the other, where their numbers together were too large for one."""
    found = [coded(rows[key]) for key in keys]
    order = np.lexsort([codes for codes, _ in reversed(found)])
    return order, [codes[order] for codes, _ in found], [labels for _, labels in found]
