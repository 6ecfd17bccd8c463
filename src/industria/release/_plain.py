"""Numbers as those who judge them know them: whole ones, and floating ones."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["plain"]


def plain(rows: pa.Table) -> pa.Table:
    """Return a table without decimals, which engines make of sums of whole numbers.

    Parameters
    ----------
    rows : pyarrow.Table
        Any table.

    Returns
    -------
    pyarrow.Table
        Decimals without a fraction as whole numbers of 64 bits where they fit, all others as floating numbers; names,
        meanings and order as they were.
    """
    for i, field in enumerate(rows.schema):
        if pa.types.is_decimal(field.type):
            column = _plain(rows[field.name])
            rows = rows.set_column(i, field.with_type(column.type), column)
    return rows


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if column.type.scale == 0:
        try:
            return pc.cast(column, pa.int64())
        except pa.ArrowInvalid:
            # Beyond 64 bits no number of units is counted.
            pass
    return pc.cast(column, pa.float64())
