"""Sheets of Excel and OpenDocument workbooks, by calamine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, UnknownSheetError
from industria.sources.formats.csv_text import refuse_repeats
from industria.sources.formats.workbook import opened

__all__ = ["read_excel", "shown"]

ERRORS: Final = frozenset({"#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"})
EXACT: Final = 2.0**53


def read_excel(path: Path, name: str, sheet: str | None, header: int) -> Table:
    """Return a sheet as a table; cells in error and empty cells are null, empty rows are left out.

    Parameters
    ----------
    path : Path
        xlsx, xlsb, xls or ods.
    name : str
        What messages call it.
    sheet : str, optional
        The first one without it.
    header : int
        The row that holds the names, counted from one.

    Raises
    ------
    BrokenFileError
        If the file is no workbook, or the header has gaps or repeats.
    UnknownSheetError
        If there is no such sheet; the message has the nearest.
    """
    with opened(path, name) as book:
        found = book.sheet_names
        if sheet is not None and sheet not in found:
            raise UnknownSheetError(name, sheet, found)
        cells = book.get_sheet_by_name(found[0] if sheet is None else sheet).to_python(skip_empty_area=False)
    if len(cells) < header:
        raise BrokenFileError(name, f"the sheet has {len(cells)} rows, so no header in row {header}.")
    columns = _names(cells[header - 1], name, header)
    rows = [row for row in cells[header:] if any(value != "" for value in row)]
    _refuse_beyond(rows, cells, columns, name)
    made = {column: _column([row[i] for row in rows]) for i, column in enumerate(columns)}
    return as_table(pa.table(made), name)


def _names(row: Sequence[Any], name: str, line: int) -> list[str]:
    columns = [shown(cell).strip() for cell in row]
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise BrokenFileError(name, "the header is an empty row. Pass header = 2, or more.", line)
    if "" in columns:
        raise BrokenFileError(name, f"column {columns.index('') + 1} of {len(columns)} has no name.", line)
    refuse_repeats(columns, name, line)
    return columns


def _refuse_beyond(
    rows: Sequence[Sequence[Any]], cells: Sequence[Sequence[Any]], columns: Sequence[str], name: str
) -> None:
    for row in rows:
        beyond = [value for value in row[len(columns) :] if value != ""]
        if beyond:
            line = cells.index(row) + 1
            raise BrokenFileError(name, f"{beyond[0]!r} stands right of the last of {len(columns)} columns.", line)


def _column(cells: Sequence[Any]) -> pa.Array:
    values = [None if cell == "" or (isinstance(cell, str) and cell.strip() in ERRORS) else cell for cell in cells]
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and kinds:
        whole = all(value is None or (float(value).is_integer() and abs(value) < EXACT) for value in values)
        return pa.array([None if v is None else int(v) if whole else float(v) for v in values])
    if kinds == {date}:
        return pa.array(values, pa.date32())
    if kinds and kinds <= {date, datetime}:
        return pa.array([_moment(value) for value in values], pa.timestamp("us"))
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    return pa.array([None if value is None else shown(value) for value in values], pa.string())


def _moment(value: date | datetime | None) -> datetime | None:
    return datetime.combine(value, time()) if type(value) is date else value  # type: ignore[return-value]


def shown(value: Any) -> str:
    """Write a cell as the sheet shows it: Excel holds the code 111 as 111.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value))
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value.total_seconds()) if isinstance(value, timedelta) else str(value)
