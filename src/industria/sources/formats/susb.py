"""Statistics of US Businesses: firms by place, industry and size, as workbook or text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, UnknownGroupError
from industria.sources.formats.long_form import Columns, by_name, one_of_each
from industria.sources.formats.official_columns import snake
from industria.sources.formats.raw_cells import Rows, read_cells

__all__ = ["NUMBERS", "read_susb"]

# The text has short names, the workbook words; and the words of the payroll changed.
SIZES: Final = ("entrsizedscr", "enterprise_size", "entrsize")
NUMBERED: Final = re.compile(r"(\d+):\s*(.*)")
NUMBERS: Final = {
    "firms": (("firm", "firms"), ()),
    "establishments": (("estb", "establishments"), ()),
    "employment": (("empl", "employment"), ("emplfl_n", "employment_noise_flag")),
    "payroll": (
        ("payr", "annual_payroll_1_000", "annual_payroll_1000"),
        ("payrfl_n", "annual_payroll_noise_flag"),
    ),
    "receipts": (("rcpt", "receipts_1_000", "receipts_1000"), ("rcptfl_n", "receipts_noise_flag")),
}
FLAGS: Final = {
    "": None,
    "G": "low_noise",
    "H": "medium_noise",
    "J": "high_noise",
    "D": "withheld",
    "S": "withheld",
    "N": "not_available",
    "X": "not_applicable",
}
# Until 2017 the text tells in which class a withheld employment lies.
RANGES: Final = {
    "A": "0-19",
    "B": "20-99",
    "C": "100-249",
    "E": "250-499",
    "F": "500-999",
    "G": "1000-2499",
    "H": "2500-4999",
    "I": "5000-9999",
    "J": "10000-24999",
    "K": "25000-49999",
    "L": "50000-99999",
    "M": "100000-",
}
RANGE: Final = "emplfl_r"
HIDDEN: Final = ("withheld", "not_available", "not_applicable")
HEADER_WITHIN: Final = 15


def read_susb(
    path: Path, name: str, *, areas: Sequence[str] | None, naics: Sequence[str] | None, sizes: Sequence[str] | None
) -> Table:
    """Read the rows of some places, industries and sizes.

    Parameters
    ----------
    path : Path
        The publisher's text or workbook.
    name : str
        What messages call it.
    areas, naics, sizes : sequence of str, optional
        Codes; all of them without. The area `*` is every state, and not the nation.

    Returns
    -------
    Table
        `area`, `industry`, `size`, `size_title`, each of `NUMBERS` with its `<number>_flag`, and
        `employment_range`.

    Raises
    ------
    BrokenFileError
        If the file cannot be opened or is cut off, lacks a column, or has a word where
        a number belongs.
    UnknownGroupError
        If no row has one of the codes.
    """
    text = path.suffix.lower() in (".csv", ".txt")
    rows, header = _below_titles(read_cells(path.read_bytes(), path.name if text else name), name)
    columns = by_name(rows, name, header=header, notes=True)
    made: dict[str, pa.Array] = {
        "area": _padded(columns["state"]),
        "industry": columns.texts("naics"),
    }
    made["size"], title = _sizes(columns)
    one_of_each(made, columns)
    made["size_title"] = title
    for number, (names, flags) in NUMBERS.items():
        made[number], made[f"{number}_flag"] = _numbers(columns, number, names, flags)
    made["employment_range"] = pa.array(_ranges(columns, rows_below=len(made["area"])), pa.string())
    return as_table(_kept(pa.table(made), name, {"area": areas, "industry": naics, "size": sizes}), name)


def _sizes(columns: Columns) -> tuple[pa.Array, pa.Array]:
    """Tell classes of size by the number before their words, which is the same in texts and workbooks.

    The text's own ENTRSIZE counts the classes of its file, which differ between files. Texts of
    older years have words without numbers, and there it is all that there is.
    """
    words = [NUMBERED.fullmatch(cell) for cell in columns[_found(columns, SIZES)]]
    if all(words):
        return _padded([word[1] for word in words if word]), pa.array([word[2] for word in words if word])
    titles = columns.texts(SIZES[0]) if SIZES[0] in columns.cells else pa.nulls(len(words), pa.string())
    return _padded(columns[SIZES[2]]), titles


def _padded(codes: Sequence[str]) -> pa.Array:
    """Give codes of two digits back the zero that a sheet of numbers took."""
    return pa.array([code.zfill(2) if code else None for code in codes], pa.string())


def _below_titles(rows: Rows, name: str) -> tuple[Rows, int]:
    """Find the header below the titles of a workbook, and write its words alike."""
    for line, row in enumerate(rows[:HEADER_WITHIN], 1):
        words = [snake(cell) for cell in row]
        if "state" in words and "naics" in words:
            return [*rows[: line - 1], words, *rows[line:]], line
    first = next((row for row in rows if any(row)), [])
    raise BrokenFileError(
        name, f"none of its first {HEADER_WITHIN} lines has the columns State and NAICS; line 1 has {first[:6]}."
    )


def _found(columns: Columns, names: Sequence[str]) -> str:
    # Where none is there, the first name says what lacks.
    return next((name for name in names if name in columns.cells), names[0])


def _numbers(columns: Columns, number: str, names: Sequence[str], flags: Sequence[str]) -> tuple[pa.Array, pa.Array]:
    told = _found(columns, names)
    n = len(columns[next(iter(columns.cells))])
    if told not in columns.cells and number == "receipts":
        # Receipts are told in years of the Economic Census alone.
        return pa.nulls(n, pa.int64()), pa.array(["not_available"] * n)
    flag = _found(columns, flags) if flags else None
    marks = (
        [_flag(mark, columns, line) for line, mark in enumerate(columns[flag], columns.line)] if flag else [None] * n
    )
    values = [
        None if mark in HIDDEN else _whole(cell, told, columns, line)
        for line, (cell, mark) in enumerate(zip(columns[told], marks, strict=True), columns.line)
    ]
    return pa.array(values, pa.int64()), pa.array(marks, pa.string())


def _ranges(columns: Columns, rows_below: int) -> list[str | None]:
    if RANGE not in columns.cells:
        return [None] * rows_below
    for line, letter in enumerate(columns[RANGE], columns.line):
        if letter and letter not in RANGES:
            raise BrokenFileError(
                columns.file, f"the range {letter!r} is not known; known are {' '.join(RANGES)}.", line
            )
    return [RANGES.get(letter) for letter in columns[RANGE]]


def _flag(mark: str, columns: Columns, line: int) -> str | None:
    if mark not in FLAGS:
        raise BrokenFileError(columns.file, f"the noise flag {mark!r} is not known; known are {' '.join(FLAGS)}.", line)
    return FLAGS[mark]


def _whole(cell: str, name: str, columns: Columns, line: int) -> int:
    word = cell.replace(",", "")
    if not word.isdecimal():
        raise BrokenFileError(columns.file, f"{name} has {cell!r}, which is no whole number.", line)
    return int(word)


def _kept(rows: pa.Table, name: str, asked: Mapping[str, Sequence[str] | None]) -> pa.Table:
    keep = [True] * rows.num_rows
    for column, codes in asked.items():
        if codes is None:
            continue
        there = rows[column].to_pylist()
        for code in codes:
            if code != "*" and code not in there:
                raise UnknownGroupError(name, column, code, sorted(set(there)))
        # All states are all areas but the nation.
        keep = [
            kept and (code in codes or ("*" in codes and code != "00")) for kept, code in zip(keep, there, strict=True)
        ]
    return rows.filter(pa.array(keep))
