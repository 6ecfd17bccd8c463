"""What a table must say of its figures once and for all: the product of an index, the benchmark of a parity."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from industria.core.table import Table, collect
from industria.errors import ChoiceNotRecordedError

__all__ = ["stated"]


def stated(table: Table, name: str, column: str, wanted: str) -> str:
    """Read the one word that a column holds in every row.

    Parameters
    ----------
    table : Table
        With rows.
    name, column : str
        The table, as messages call it, and its column.
    wanted : str
        What the column is there to tell.

    Raises
    ------
    ChoiceNotRecordedError
        If it holds none, or several.
    """
    words = collect(table.select(nw.col(column).cast(nw.String)).unique())[column].to_pylist()
    if len(words) != 1 or words[0] is None:
        raise ChoiceNotRecordedError(name, column, sorted(str(word) for word in words if word), wanted)
    return str(words[0])
