"""Lines of matches in memory, as they were typed, with the days from match to closing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import Table, TableLike, as_table, collect
from industria.errors import ColumnTypeError, InfiniteValueError, MissingValueError, UnknownLabelError

__all__ = ["A_DAY", "COLUMNS", "LINE", "STATUSES", "in_order", "is_place", "lines_of"]

STATUSES: Final = ("delivered", "closed", "open")
REQUIRED: Final = ("match", "donor", "facility", "item", "quantity", "created", "closed", "status")
COLUMNS: Final = (*REQUIRED, "reason")
LINE: Final = ("match", "item")
TIMES: Final = ("created", "closed")
A_DAY: Final = 86_400e6  # microseconds


def lines_of(matches: TableLike, *further: str) -> pa.Table:
    """Read matches: every line stays, sorted, so that the order of rows never matters.

    Parameters
    ----------
    matches : table
        As the reference of the tables has it; `reason` may lack.
    *further : str
        Columns that are read besides.

    Returns
    -------
    pyarrow.Table
        `COLUMNS`, those of `further`, columns of places, and `days` from `created` to
        `closed`, below 0 where it was closed before, null where either is missing.

    Raises
    ------
    MissingColumnError
        If a column lacks.
    ColumnTypeError
        If a column holds another kind of value than its name says.
    MissingValueError, UnknownLabelError
        If a status is missing, or none of the three.
    InfiniteValueError
        If a quantity is infinite.
    """
    table = as_table(matches, "matches", *REQUIRED, *further)
    schema = table.collect_schema()
    places = [name for name in schema.names() if is_place(name) and schema[name] == nw.String]
    named = dict.fromkeys((*REQUIRED, *(["reason"] if "reason" in schema else []), *further, *places))
    rows = collect(table.select(*named))
    if "reason" not in schema:
        rows = rows.append_column("reason", pa.nulls(rows.num_rows, pa.string()))
    for name in COLUMNS:
        rows = rows.set_column(rows.column_names.index(name), name, _typed(rows[name], name, schema.get(name)))
    _refuse_unknown(rows)
    told = pc.subtract(rows["closed"].cast(pa.int64()), rows["created"].cast(pa.int64()))
    rows = rows.append_column("days", pc.divide(told.cast(pa.float64()), A_DAY))
    return rows.sort_by([(name, "ascending") for name in rows.column_names])


def in_order(rows: pa.Table, name: str) -> Table:
    """Hand rows over as a table that keeps their order, which an engine may not."""
    placed = rows.append_column("_place", pa.array(range(rows.num_rows), pa.int64()))
    return as_table(placed, name).sort("_place").drop("_place")


def is_place(column: str) -> bool:
    """Tell whether a column names US states."""
    return column == "state" or column.endswith("_state")


def _typed(column: pa.ChunkedArray, name: str, kind: Any) -> pa.ChunkedArray:
    """Make a column what its name says; one that is empty throughout may be of any kind."""
    if column.null_count == len(column):
        kind = None
    if name == "quantity":
        if kind is not None and kind not in (nw.Int64, nw.Float64):
            raise ColumnTypeError("matches", name, "numbers", str(kind).lower())
        return column.cast(pa.float64())
    if name in TIMES:
        if kind is not None and kind != nw.Date and not isinstance(kind, nw.Datetime):
            raise ColumnTypeError("matches", name, "dates or times", str(kind).lower())
        # Clocks finer than a microsecond lose what is finer; those of a zone become universal time.
        return column.cast(pa.timestamp("us"), safe=False)
    if kind is not None and kind not in (nw.String, nw.Int64):
        raise ColumnTypeError("matches", name, "text", str(kind).lower())
    return column.cast(pa.string())


def _refuse_unknown(rows: pa.Table) -> None:
    status, quantity = rows["status"], rows["quantity"].to_numpy()
    if status.null_count:
        first = status.is_null().index(True).as_py()
        raise MissingValueError("matches", "status", status.null_count, rows.num_rows, line(rows, first))
    for word in sorted(status.unique().to_pylist()):
        if word not in STATUSES:
            raise UnknownLabelError(
                "matches", "status", word, f"the list of statuses ({', '.join(STATUSES)})", STATUSES
            )
    if (endless := np.isinf(quantity)).any():
        first = int(np.flatnonzero(endless)[0])
        raise InfiniteValueError("matches", "quantity", int(endless.sum()), line(rows, first))


def line(rows: pa.Table, i: int, labels: Sequence[str] = LINE) -> str:
    """Name a line by its labels."""
    return ", ".join(f"{label} = {rows[label][i].as_py()!r}" for label in labels)
