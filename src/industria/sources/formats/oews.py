"""Tables of the Occupational Employment and Wage Statistics: numbers, and the marks in their place."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, MissingColumnError, UnknownGroupError
from industria.sources.formats.workbook import opened

__all__ = ["NUMBERS", "read_oews"]

LABELS: Final = {
    "area": ("AREA",),
    "industry": ("NAICS",),
    "ownership": ("OWN_CODE",),
    "occupation": ("OCC_CODE",),
    "title": ("OCC_TITLE",),
    "group": ("O_GROUP", "OCC_GROUP"),
}
NUMBERS: Final = {
    "employment": "TOT_EMP",
    "employment_prse": "EMP_PRSE",
    "hourly_mean": "H_MEAN",
    "annual_mean": "A_MEAN",
    "annual_p10": "A_PCT10",
    "annual_p25": "A_PCT25",
    "annual_median": "A_MEDIAN",
    "annual_p75": "A_PCT75",
    "annual_p90": "A_PCT90",
}
PERCENTS: Final = ("EMP_PRSE",)
MARKS: Final = {"*": "missing", "**": "missing", "#": "top_coded"}

# Files before 2019 name neither the area nor the owners; all of them are national and of all areas.
OPTIONAL: Final = {"area": "99", "ownership": None, "industry": "000000"}

Cells = Sequence[Any]


def read_oews(path: Path, name: str, *, digits: int | None = None, ownership: str | None = None) -> Table:
    """Read a table of estimates.

    Parameters
    ----------
    path : Path
        A workbook whose first sheet holds the estimates, or the same as text.
    name : str
        What messages call it.
    digits : {5, 6}, optional
        Keep the industries of so many digits, where a file has both.
    ownership : str, optional
        Keep the establishments of these owners.

    Returns
    -------
    Table
        `area`, `industry`, `ownership`, `occupation`, `title`, `group`, and each number
        with its `<number>_flag`: null, `missing` or `top_coded`. Codes are texts, and
        the relative standard error is a fraction.

    Raises
    ------
    BrokenFileError
        If the file cannot be opened, or a number is neither number nor mark.
    MissingColumnError
        If the file lacks a column.
    UnknownGroupError
        If no row is of these owners.
    """
    rows = _text_rows(path) if path.suffix.lower() == ".csv" else _sheet_rows(path, name)
    if len(rows) < 2:
        raise BrokenFileError(name, "it holds no estimates.")
    header = [str(cell).strip().upper() for cell in rows[0]]
    for line, row in enumerate(rows, 1):
        if len(row) != len(header):
            raise BrokenFileError(name, f"it has {len(row)} values, not {len(header)}.", line)
    columns = dict(zip(header, zip(*rows[1:], strict=True), strict=True))
    made: dict[str, pa.Array] = {}
    for column, names in LABELS.items():
        made[column] = _labels(columns, column, names, len(rows) - 1, name)
    for column, official in NUMBERS.items():
        if official not in columns:
            raise MissingColumnError(name, official, header)
        made[column], made[f"{column}_flag"] = _numbers(columns[official], official, name)
    return as_table(_kept(pa.table(made), name, digits, ownership), name)


def _sheet_rows(path: Path, name: str) -> Sequence[Cells]:
    with opened(path, name) as book:
        rows: Sequence[Cells] = book.get_sheet_by_index(0).to_python()
    return rows


def _text_rows(path: Path) -> Sequence[Cells]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _labels(columns: Mapping[str, Cells], column: str, names: Sequence[str], n: int, file: str) -> pa.Array:
    found = next((name for name in names if name in columns), None)
    if found is None:
        if column not in OPTIONAL:
            raise MissingColumnError(file, names[0], list(columns))
        return pa.array([OPTIONAL[column]] * n, pa.string())
    return pa.array([_code(cell) for cell in columns[found]], pa.string())


def _code(cell: Any) -> str:
    """Write a code as a text, even where the sheet holds it as a number."""
    return cell.strip() if isinstance(cell, str) else f"{cell:.0f}"


def _numbers(cells: Cells, column: str, file: str) -> tuple[pa.Array, pa.Array]:
    """Tell numbers from marks; each text is looked at once."""
    texts = {cell: _read(cell) for cell in set(cells) if isinstance(cell, str)}
    for cell, (_, flag) in texts.items():
        if flag == "unknown":
            line = cells.index(cell) + 2
            raise BrokenFileError(file, f"{column} has {cell!r}, which is neither a number nor a mark.", line)
    values = [texts[cell][0] if isinstance(cell, str) else cell for cell in cells]
    if column in PERCENTS:
        values = [None if value is None else value / 100 for value in values]
    flags = [texts[cell][1] if isinstance(cell, str) else None for cell in cells]
    kind = pa.int64() if column == "TOT_EMP" else pa.float64()
    return pa.array(values, pa.float64()).cast(kind), pa.array(flags, pa.string())


def _read(cell: str) -> tuple[float | None, str | None]:
    text = cell.strip().replace(",", "")
    if text in MARKS or not text:
        return None, MARKS.get(text)
    try:
        return float(text), None
    except ValueError:
        return None, "unknown"


def _kept(rows: pa.Table, name: str, digits: int | None, ownership: str | None) -> pa.Table:
    tests: list[Callable[[str | None, str | None], bool]] = []
    if digits is not None:
        # A five-digit industry is published with a zero behind it, and no six-digit one ends with zero.
        tests.append(lambda industry, _: str(industry).endswith("0") == (digits == 5))
    if ownership is not None:
        found = sorted({str(owner) for owner in rows["ownership"].to_pylist()})
        if ownership not in found:
            raise UnknownGroupError(name, "ownership", ownership, found)
        tests.append(lambda _, owner: owner == ownership)
    if not tests:
        return rows
    pairs = zip(rows["industry"].to_pylist(), rows["ownership"].to_pylist(), strict=True)
    keep = [all(test(*pair) for test in tests) for pair in pairs]
    return rows.take(list(compress(range(rows.num_rows), keep)))
