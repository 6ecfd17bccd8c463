"""Tables of scores as their authors publish them: named columns between commas or tabs, codes as texts."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from industria.errors import BrokenFileError, MissingColumnError, hint
from industria.sources.formats.csv_text import refuse_repeats
from industria.sources.formats.plain_text import plain
from industria.sources.formats.raw_cells import read_cells
from industria.sources.formats.score_table import Cells, Kind, ScoreTable, Stack

__all__ = ["read_scores"]

TYPES: Final[dict[Kind, pa.DataType]] = {
    "text": pa.string(),
    "number": pa.float64(),
    "whole": pa.int64(),
    "mark": pa.bool_(),
}
MARKS: Final = {"0": False, "1": True, "False": False, "True": True}
MARKS_SAID: Final = "0, 1, False or True"
WORKBOOKS: Final = (".xlsx", ".xlsb", ".xls", ".ods")
WORDS: Final = {"\t": "tabs", ",": "commas", ";": "semicolons"}


def read_scores(path: Path, name: str, table: ScoreTable) -> pa.Table:
    """Read a published table of scores.

    Parameters
    ----------
    path : Path
        A file of text, or a workbook: its first sheet.
    name : str
        What messages call it; its ending tells which it is.
    table : ScoreTable
        What it holds.

    Returns
    -------
    pyarrow.Table
        One column for each of `table.columns`, and those of its `stack`.

    Raises
    ------
    BrokenFileError
        If it is a web page or another kind of file, not UTF-8, empty or cut off, if a cell
        is not what its column holds, or if there are not as many rows as in the known edition.
    MissingColumnError
        If its header lacks a column.
    """
    held = _sheet(path, name) if name.lower().endswith(WORKBOOKS) else _text_file(path, name, table)
    if table.stack is None:
        return _counted(held.columns(table.columns), name, table)
    return _counted(_stacked(held, table.columns, table.stack), name, table)


@dataclass(frozen=True, slots=True)
class _Held:
    """Header and rows of a file, and the line that each row ends on."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int]

    def columns(self, wanted: Mapping[str, Cells]) -> pa.Table:
        made: dict[str, pa.Array] = {}
        for published, cells in wanted.items():
            if published not in self.header:
                raise MissingColumnError(self.name, published, [cell for cell in self.header if cell])
            place = self.header.index(published)
            made[cells.name] = _column([row[place] for row in self.rows], self.lines, self.name, published, cells)
        return pa.table(made)


def _text_file(path: Path, name: str, table: ScoreTable) -> _Held:
    rows: list[list[str]] = []
    lines: list[int] = []
    text = plain(path, name)
    with text.open(encoding="utf-8-sig", newline="") as file:
        if file.read(512).lstrip().startswith("<"):
            raise BrokenFileError(name, "this is a web page: the publisher answered with words, not with the file.")
        file.seek(0)
        read = csv.reader(file, delimiter=table.delimiter, strict=True)
        try:
            for row in read:
                if row:
                    rows.append([cell.strip() for cell in row])
                    lines.append(read.line_num)
        except csv.Error as error:
            cut = " The file looks cut off." if "end of data" in str(error) else ""
            raise BrokenFileError(name, f"{error}.{cut}", read.line_num) from None
    if rows:
        _refuse_other_delimiter(rows[0], name, table.delimiter)
    held = _held(name, rows, lines)
    if table.ends and not _ends(text):
        raise BrokenFileError(name, "its last line has no end: the file looks cut off.", lines[-1])
    return held


def _ends(text: Path) -> bool:
    """Tell whether a text ends with the end of a line: a number that is cut short is a number."""
    with text.open("rb") as file:
        file.seek(-1, 2)
        return file.read() in (b"\n", b"\r")


def _sheet(path: Path, name: str) -> _Held:
    cells = read_cells(path.read_bytes(), name)
    numbered = [(row, line) for line, row in enumerate(cells, 1) if any(row)]
    return _held(name, [row for row, _ in numbered], [line for _, line in numbered])


def _held(name: str, rows: Sequence[Sequence[str]], lines: Sequence[int]) -> _Held:
    if not rows:
        raise BrokenFileError(name, "it is empty.")
    header = rows[0]
    refuse_repeats([cell for cell in header if cell], name, 1)
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            cut = " The file ends here: it looks cut off." if line == lines[-1] else ""
            raise BrokenFileError(name, f"it has {len(row)} values, not {len(header)}.{cut}", line)
    if len(rows) == 1:
        raise BrokenFileError(name, "it has a header, and no rows.")
    return _Held(name, header, rows[1:], lines[1:])


def _stacked(held: _Held, columns: Mapping[str, Cells], stack: Stack) -> pa.Table:
    """Let columns that stand side by side become rows, row by row in the order of the file."""
    labels = stack.labels or tuple(cell for cell in held.header if cell and cell not in columns)
    if not labels:
        raise MissingColumnError(held.name, stack.key.name, list(held.header))
    keys = held.columns(columns)
    # A label is checked as the cells of its column are, and the header is line 1.
    told = _column(labels, [1] * len(labels), held.name, f"the header, for {stack.key.name},", stack.key)
    parts = []
    for label, key in zip(labels, told.to_pylist(), strict=True):
        named = {published.format(label): cells for published, cells in stack.values.items()}
        values = held.columns(named)
        part = keys.append_column(stack.key.name, pa.array([key] * len(keys), pa.string()))
        for column in values.column_names:
            part = part.append_column(column, values[column])
        parts.append(part)
    by_row = [part * len(keys) + row for row in range(len(keys)) for part in range(len(parts))]
    return pa.concat_tables(parts).take(pa.array(by_row, pa.int64())).combine_chunks()


def _counted(table: pa.Table, name: str, known: ScoreTable) -> pa.Table:
    found = {what: len(table) if what == "rows" else len(table[what].unique()) for what in known.counts}
    if found != dict(known.counts):
        raise BrokenFileError(
            name,
            f"it has {_told(found)}; the edition of {known.edition} has {_told(known.counts)}. It is cut off, or "
            "another edition: to use it as it is, read it with files.csv or files.excel and tell its vintage in about.",
        )
    return table


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {what if what == 'rows' else f'different {what}'}" for what, n in counts.items())


def _refuse_other_delimiter(header: Sequence[str], name: str, delimiter: str) -> None:
    other = next((mark for mark in WORDS if mark != delimiter and len(header) == 1 and mark in header[0]), None)
    if other is not None:
        raise BrokenFileError(name, f"there are {WORDS[other]} between its cells, not {WORDS[delimiter]}.", 1)


def _column(cells: Sequence[str], lines: Sequence[int], name: str, published: str, wanted: Cells) -> pa.Array:
    known: dict[str, Any] = {}
    # Each different cell is read once.
    for cell in dict.fromkeys(cells):
        try:
            known[cell] = _value(cell, wanted)
        except ValueError as error:
            line = lines[cells.index(cell)]
            raise BrokenFileError(name, f"{published} has {cell!r}; {error}.", line) from None
    return pa.array([known[cell] for cell in cells], TYPES[wanted.kind])


def _value(cell: str, wanted: Cells) -> Any:
    if not cell or cell in wanted.missing:
        if wanted.lacking:
            return None
        raise ValueError("it may not be empty")
    if wanted.kind == "text":
        return _text(cell, wanted)
    if wanted.kind == "mark":
        if cell not in MARKS:
            raise ValueError(f"it is {MARKS_SAID}")
        return MARKS[cell]
    return _number(cell, wanted)


def _text(cell: str, wanted: Cells) -> str:
    if wanted.among and cell not in wanted.among:
        raise ValueError(f"it is one of {', '.join(wanted.among)}{hint(cell, wanted.among).rstrip('.')}")
    if wanted.identifier:
        cell = cell.removesuffix(".0")
        if not cell.isdigit():
            raise ValueError("it is a whole number")
    if wanted.digits and cell.isdigit():
        cell = cell.zfill(wanted.digits)
    if wanted.form and re.fullmatch(wanted.form, cell) is None:
        raise ValueError(f"codes are written as {wanted.shape}")
    return cell


def _number(cell: str, wanted: Cells) -> float | int:
    try:
        number = float(cell)
    except ValueError:
        comma = ", and its decimals stand after a point" if re.fullmatch(r"-?\d+,\d+", cell) else ""
        raise ValueError(f"it is a number{comma}") from None
    if not math.isfinite(number):
        raise ValueError("it is a finite number")
    if not wanted.least <= number <= wanted.most:
        raise ValueError(f"it lies between {wanted.least:g} and {wanted.most:g}")
    if wanted.kind == "whole":
        if not number.is_integer():
            raise ValueError("it is a whole number")
        return int(number)
    return number / wanted.per
