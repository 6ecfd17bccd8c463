"""Labels of actors: text or whole numbers, of one kind, none missing."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.table import TableLike, as_table, collect
from industria.errors import ColumnTypeError, DuplicateLabelError, EmptyTableError, MissingValueError

Ids = npt.NDArray[np.int64]
Labels: TypeAlias = pa.Array

LABELS: Final = (nw.String, nw.Int64)


def read_labels(data: TableLike, name: str, column: str) -> tuple[Labels, pa.Table]:
    """Read the table that lists actors, in the order of their labels.

    Returns
    -------
    tuple
        The labels, each there once, and `actor` with the column asked for, text that may lack.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, EmptyTableError, DuplicateLabelError
        If there are no rows, a column or a label lacks, is of another kind, or stands twice.
    """
    table = as_table(data, name, "actor", column)
    there = table.collect_schema()
    rows = collect(table.select("actor", column))
    if not rows.num_rows:
        raise EmptyTableError(name)
    refuse_gaps(rows, name, "actor")
    refuse_kind(name, "actor", there["actor"], there["actor"])
    if there[column] not in LABELS and rows[column].null_count < rows.num_rows:
        raise ColumnTypeError(name, column, "text", str(there[column]).lower())
    rows = rows.sort_by("actor").combine_chunks()
    actors = rows["actor"].combine_chunks()
    twice = pc.equal(actors[1:], actors[:-1]).index(True).as_py()
    if twice >= 0:
        label = actors[twice]
        raise DuplicateLabelError(name, "actor", label.as_py(), pc.sum(pc.equal(actors, label)).as_py())
    return actors, rows


def natural_order(labels: Labels) -> Ids:
    """Order labels as people do: the 2nd before the 10th."""
    words = labels.to_pylist()
    if not words or isinstance(words[0], int):
        return np.arange(len(words))
    parts = [[(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", word)]
             for word in words]  # fmt: skip
    return np.array(sorted(range(len(words)), key=parts.__getitem__), np.int64)


def kind_of(labels: Labels) -> nw.dtypes.DType:
    """Tell whether labels are text or whole numbers."""
    return nw.Int64() if pa.types.is_integer(labels.type) else nw.String()


def refuse_kind(name: str, column: str, kind: nw.dtypes.DType, wanted: nw.dtypes.DType) -> None:
    """Refuse labels of another kind than those beside them."""
    if kind not in LABELS:
        raise ColumnTypeError(name, column, "text or whole numbers", str(kind).lower())
    if kind != wanted:
        raise ColumnTypeError(name, column, "text" if wanted == nw.String else "whole numbers", str(kind).lower())


def refuse_gaps(rows: pa.Table, name: str, column: str) -> None:
    """Refuse a column in which something is missing."""
    gaps = rows[column].null_count
    if gaps:
        missing = np.asarray(rows[column].is_null().to_numpy(), bool)
        raise MissingValueError(name, column, gaps, rows.num_rows, first_wrong(rows, missing, but=column))


def first_wrong(rows: pa.Table, wrong: npt.NDArray[np.bool_], but: str = "weight") -> str:
    """Name the first row that is wrong by its labels."""
    i = int(np.flatnonzero(wrong)[0])
    named = [f"{c} = {rows[c][i].as_py()!r}" for c in rows.column_names if c not in (but, "weight")]
    return ", ".join(named) or f"row {i + 1}"
