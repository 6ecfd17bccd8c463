"""Tables of the Annual Business Survey on technology, already a number a row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, UnknownGroupError
from industria.sources.formats.long_form import Columns, by_name, integers, numbers, one_of_each, refuse_unknown
from industria.sources.formats.raw_cells import read_cells

__all__ = ["read_abs_technology"]

COLUMNS: Final = ("table_id", "table_number", "title", "data_year", "row", "naics", "measure", "value", "flag")
FLAGS: Final = {"": None, "r": "revised", "D": "withheld"}
# All other columns of the published tables are percentages of companies.
COMPANIES: Final = "companies_number"
ALL: Final = "all_companies"


def read_abs_technology(path: Path, name: str, tables: Sequence[str] | None) -> Table:
    """Read some of the tables.

    Parameters
    ----------
    path : Path
        A text between commas.
    name : str
        What messages call it.
    tables : sequence of str, optional
        Their numbers in the publisher's addresses; all of them without.

    Returns
    -------
    Table
        `table`, `title`, `year`, `row`, `industry`, `measure`, `value`, `value_flag`, `unit`.

    Raises
    ------
    BrokenFileError
        If the file is cut off, has a column that nobody knows, a mark that nobody
        knows, or a word where a number belongs.
    MissingColumnError
        If it lacks a column.
    UnknownGroupError
        If it has no such table.
    """
    columns = by_name(read_cells(path.read_bytes(), path.name), name)
    refuse_unknown(columns, set(COLUMNS), "those of these tables")
    keys = {"table": columns.texts("table_id"), "row": columns.texts("row"), "measure": columns.texts("measure")}
    one_of_each(keys, columns)
    counts = _counts(columns)
    values = [
        value if value is None or count else value / 100
        for value, count in zip(numbers(columns, "value").to_pylist(), counts, strict=True)
    ]
    made = pa.table(
        {
            "table": keys["table"],
            "title": columns.texts("title"),
            "year": integers(columns, "data_year"),
            "row": keys["row"],
            # NAICS ranges are written with a dash of their own width.
            "industry": pa.array([cell.replace("–", "-") or None for cell in columns["naics"]], pa.string()),
            "measure": keys["measure"],
            "value": pa.array(values, pa.float64()),
            "value_flag": pa.array(_flags(columns), pa.string()),
            "unit": pa.array(["firms" if count else "fraction" for count in counts]),
        }
    )
    return as_table(_kept(made, name, tables), name)


def _counts(columns: Columns) -> list[bool]:
    """Tell which rows count companies; where sizes stand side by side, `all_companies` is their share."""
    pairs = list(zip(columns["table_id"], columns["measure"], strict=True))
    by_size = {table for table, measure in pairs if measure.endswith("_employees")}
    return [measure == COMPANIES or (measure == ALL and table not in by_size) for table, measure in pairs]


def _flags(columns: Columns) -> list[str | None]:
    for line, mark in enumerate(columns["flag"], columns.line):
        if mark not in FLAGS:
            raise BrokenFileError(columns.file, f"flag has {mark!r}; known are r (revised) and D (withheld).", line)
    return [FLAGS[mark] for mark in columns["flag"]]


def _kept(rows: pa.Table, name: str, tables: Sequence[str] | None) -> pa.Table:
    if tables is None:
        return rows
    there = rows["table"].to_pylist()
    for table in tables:
        if table not in there:
            raise UnknownGroupError(name, "table", table, sorted(set(there)))
    return rows.filter(pa.array([table in tables for table in there]))
