"""The rows that a figure draws: computed, with their units, and of them those that were asked for."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from industria.brief.withheld import rows_withheld
from industria.core.result import Result
from industria.core.table import TableLike, as_table, collect
from industria.errors import FigureDataError, MissingColumnError, hint, listing

__all__ = ["gaps", "kept", "rows_of"]


def rows_of(data: Result | TableLike) -> pa.Table:
    """Compute what is handed in, and keep or add the units that are known."""
    if isinstance(data, Result):
        rows = _with_units(data.to_arrow(), data.units)
    else:
        rows = data if isinstance(data, pa.Table) else collect(as_table(data, "the data of the figure"))
    if not rows.num_rows:
        raise FigureDataError(f"the table of the figure has no rows; its columns are {', '.join(rows.column_names)}.")
    return rows


def _with_units(rows: pa.Table, units: Mapping[str, str]) -> pa.Table:
    fields = [own.with_metadata({"unit": units[own.name]}) if own.name in units else own for own in rows.schema]
    return rows.cast(pa.schema(fields))


def kept(table: pa.Table, where: Mapping[str, str]) -> pa.Table:
    """Keep the rows whose columns have these texts."""
    for column, text in where.items():
        if column not in table.column_names:
            raise MissingColumnError("the table of the figure", column, table.column_names)
        there = [_text(value) for value in table[column].to_pylist()]
        if text not in there:
            known = sorted(set(there))
            raise FigureDataError(
                f"the table of the figure has no row where {column} = {text!r}; there is {listing(known)}."
                f"{hint(text, known)}"
            )
        table = table.filter(pa.array([own == text for own in there]))
    return table


def _text(value: object) -> str:
    """Write a cell as a text to compare with; what is missing is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def gaps(table: pa.Table, drawn: pa.Table, written: pa.Table) -> tuple[str, ...]:
    """Name the rows of which something may not leave by their labels, as the figure writes them: a line (its years)."""
    hidden = rows_withheld(table)
    labels = [
        i
        for i, field in enumerate(drawn.schema)
        if pa.types.is_string(field.type) or (pa.types.is_integer(field.type) and not drawn[i].null_count)
    ]
    words = [[written[i][row].as_py() for i in labels] for row, gone in enumerate(hidden) if gone]
    places: dict[str, list[str]] = {}
    for said in words:
        *outer, inner = list(filter(None, said)) or [""]
        places.setdefault(", ".join(outer), []).append(inner)
    alone = places.pop("", [])
    return (*alone, *(f"{outer} ({', '.join(inner)})" for outer, inner in places.items()))
