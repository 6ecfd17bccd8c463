"""Labels as whole numbers, so that groups are blocks of arrays and never loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.errors import ColumnTypeError

Ids: TypeAlias = npt.NDArray[np.int64]
Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of several tables under one numbering, in the order of their labels."""

    size: int
    labels: pa.Table

    def columns(self, ids: Ids) -> dict[str, Any]:
        """Write the labels of rows as columns."""
        rows = self.labels.take(pa.array(ids)) if self.labels.num_columns else self.labels
        return {name: rows[name] for name in rows.column_names}


def encode(*columns: pa.ChunkedArray) -> tuple[pa.Array, list[Ids]]:
    """Give the labels of several columns of one type common numbers, in sorted order; a missing one gets -1."""
    kind = _kind(columns[0].type)
    chunks = [chunk for column in columns for chunk in column.cast(kind).chunks]
    if not chunks:
        return pa.array([], kind), [np.zeros(0, np.int64) for _ in columns]
    coded = pa.chunked_array(chunks).combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    order = pc.sort_indices(coded.dictionary)
    place = np.empty(len(order), np.int64)
    place[order.to_numpy()] = np.arange(len(order))
    raw = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    ids = np.where(raw < 0, -1, place[raw]) if len(place) else raw
    ends = np.cumsum([len(column) for column in columns])[:-1]
    return coded.dictionary.take(order), np.split(ids, ends)


def groups(by: Sequence[str], **tables: pa.Table) -> tuple[Groups, list[Ids]]:
    """Give the groups of several tables common numbers; a missing key is a group of its own.

    Raises
    ------
    ColumnTypeError
        If a column is of one type here and of another there.
    """
    tables = {name: _short(table) for name, table in tables.items()}
    rows = list(tables.values())
    lengths = [table.num_rows for table in rows]
    if not by:
        return Groups(min(1, sum(lengths)), pa.table({})), [np.zeros(n, np.int64) for n in lengths]
    key = np.zeros(sum(lengths), np.int64)
    for column in by:
        kinds = {name: table.schema.field(column).type for name, table in tables.items()}
        for name, kind in kinds.items():
            if kind != rows[0].schema.field(column).type:
                raise ColumnTypeError(name, column, f"{rows[0].schema.field(column).type} as elsewhere", str(kind))
        labels, ids = encode(*(table[column] for table in rows))
        # Renumbered at every column: products of many long columns would overflow.
        _, key = np.unique(key * (len(labels) + 1) + np.concatenate(ids) + 1, return_inverse=True)
    size = int(key.max()) + 1 if len(key) else 0
    first = np.full(size, -1)
    first[key[::-1]] = np.arange(len(key))[::-1]
    every = pa.concat_tables([table.select(list(by)) for table in rows])
    return Groups(size, every.take(pa.array(first)).combine_chunks()), np.split(key, np.cumsum(lengths)[:-1])


def _short(table: pa.Table) -> pa.Table:
    return table.cast(pa.schema([field.with_type(_kind(field.type)) for field in table.schema]))


def _kind(kind: pa.DataType) -> pa.DataType:
    """Polars hands long texts on, DuckDB short ones."""
    return pa.string() if pa.types.is_large_string(kind) else kind


def meet(left: Ids, right: Ids) -> tuple[Ids, Ids]:
    """Join two columns of keys: places of all pairs of rows with one key, in the order of the left."""
    order = np.argsort(right, kind="stable")
    there = right[order]
    starts = np.searchsorted(there, left, "left")
    counts = np.searchsorted(there, left, "right") - starts
    rows = np.repeat(np.arange(len(left)), counts)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rows, order[np.repeat(starts, counts) + within]
