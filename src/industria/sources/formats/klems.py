"""Productivity by KLEMS of US industries: a row a measure and unit, a column a year."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import BrokenFileError
from industria.sources.formats.long_form import by_name, numbers, one_of_each
from industria.sources.formats.official_columns import snake
from industria.sources.formats.raw_cells import Rows, read_cells

__all__ = ["read_klems"]

# What the workbooks of two generations call the same columns.
NAMES: Final = (
    {"industry": "NAICS", "title": "NAICS Title", "measure": "Measure Title", "unit": "Duration Title"},
    {"industry": "NAICS", "title": "Industry", "measure": "Measure", "unit": "Units"},
)
HEADER_WITHIN: Final = 10
MISSING: Final = ("N.A.", "n.a.", "NA", "-", "--", ".")
PERCENT: Final = re.compile(r"%|percent", re.IGNORECASE)
BASE: Final = re.compile(r"index.*\((\d{4})\s*=\s*100\)", re.IGNORECASE)
BILLIONS: Final = re.compile(r",?\s*billions? of (current )?dollars", re.IGNORECASE)


def read_klems(path: Path, name: str, *, base: int, last: int, sheet: str | None) -> Table:
    """Read the table, a number a row.

    Parameters
    ----------
    path : Path
        The publisher's workbook, or the same as text.
    name : str
        What messages call it.
    base : int
        The year whose index is 100, where the file does not say it.
    last : int
        The last year that the release covers.
    sheet : str, optional
        Of the workbook; the first one without it.

    Returns
    -------
    Table
        `industry`, `title`, `year`, `variable`, `measure`, `value`, `unit`.

    Raises
    ------
    BrokenFileError
        If the file cannot be opened or is cut off, is of another release, has a row
        twice, or a word where a number belongs.
    MissingColumnError, UnknownSheetError
        If it lacks a column, or the sheet.
    """
    text = path.suffix.lower() == ".csv"
    rows = read_cells(path.read_bytes(), path.name if text else name, None if text else sheet)
    names, header = _header(rows, name)
    columns = by_name(rows, name, header=header, notes=True)
    labels = {column: columns.texts(official) for column, official in names.items()}
    years = [word for word in columns.cells if re.fullmatch(r"\d{4}", word)]
    if not years or int(years[-1]) != last:
        told = f"they end with {years[-1]}" if years else "it has none"
        raise BrokenFileError(name, f"the release has years up to {last}, and {told}: it is of another release.")
    known = [
        _known(measure, unit, base)
        for measure, unit in zip(columns[names["measure"]], columns[names["unit"]], strict=True)
    ]
    variables, units = (pa.array([word or None for word in words], pa.string()) for words in zip(*known, strict=True))
    one_of_each({"industry": labels["industry"], "variable": variables, "unit": units}, columns)
    scales = [100.0 if PERCENT.search(unit) else 1.0 for unit in columns[names["unit"]]]
    blocks = []
    for year in years:
        values = zip(numbers(columns, year, missing=MISSING).to_pylist(), scales, strict=True)
        blocks.append(
            pa.table(
                {
                    "industry": labels["industry"],
                    "title": labels["title"],
                    "year": pa.repeat(int(year), len(known)),
                    "variable": variables,
                    "measure": labels["measure"],
                    "value": pa.array(
                        [None if value is None else value / scale for value, scale in values], pa.float64()
                    ),
                    "unit": units,
                }
            )
        )
    return as_table(pa.concat_tables(blocks), name)


def _header(rows: Rows, name: str) -> tuple[dict[str, str], int]:
    """Find the header below the titles, and which generation it is of."""
    for line, row in enumerate(rows[:HEADER_WITHIN], 1):
        for names in NAMES:
            if names["unit"] in row and names["industry"] in row:
                return names, line
    wanted = " or ".join(repr(names["unit"]) for names in NAMES)
    first = next((row for row in rows if any(row)), [])
    raise BrokenFileError(
        name, f"none of the first {HEADER_WITHIN} lines has the columns 'NAICS' and {wanted}; line 1 has {first[:6]}."
    )


def _known(measure: str, unit: str, base: int) -> tuple[str, str]:
    """Name a variable and its unit: one measure is told as an index and as a change."""
    variable = snake(BILLIONS.sub("", measure))
    if PERCENT.search(unit):
        return f"{variable}_growth" if "change" in unit.lower() else variable, "fraction"
    if unit.lower().startswith("index"):
        told = BASE.search(unit)
        return variable, f"index, {told[1] if told else base} is 100"
    if "share" in measure.lower():
        return variable, "fraction"
    if unit == "Levels" or BILLIONS.search(unit):
        return variable, "billion US dollars"
    return variable, unit
