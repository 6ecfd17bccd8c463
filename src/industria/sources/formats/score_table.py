"""Tables of scores as their authors publish them: named columns between commas or tabs, codes as texts."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa

from industria.errors import BrokenFileError, MissingColumnError, hint
from industria.sources.formats.csv_text import refuse_repeats
from industria.sources.formats.plain_text import plain

__all__ = ["Cells", "ScoreTable", "columns_of_scores", "counted", "read_lines", "read_scores"]

Kind = Literal["text", "number", "whole", "mark"]
TYPES: Final[dict[Kind, pa.DataType]] = {
    "text": pa.string(),
    "number": pa.float64(),
    "whole": pa.int64(),
    "mark": pa.bool_(),
}
MARKS: Final = {"0": False, "1": True, "False": False, "True": True}
MARKS_SAID: Final = "0, 1, False or True"
WORDS: Final = {"\t": "tabs", ",": "commas", ";": "semicolons"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What the cells of a column are.

    Attributes
    ----------
    name : str
        What the column is called here.
    kind : {"text", "number", "whole", "mark"}
        A text, a number, a whole number, or a mark that is set or not.
    form : str
        Pattern of every text: that of a code.
    shape : str
        A code of that pattern, for people.
    among : tuple of str
        Every text there may be.
    lacking : bool
        Whether a cell may be empty.
    identifier : bool
        Whether a text is a whole number that is written as 8823.0: it becomes 8823.
    per : float
        What a number is divided by: 100 makes a fraction of a percent.
    least, most : float
        Bounds of a number, as it is published.
    """

    name: str
    kind: Kind = "text"
    form: str = ""
    shape: str = ""
    among: tuple[str, ...] = ()
    lacking: bool = False
    identifier: bool = False
    per: float = 1.0
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreTable:
    """A published table, and where it has what.

    Attributes
    ----------
    columns : mapping of str to Cells
        From the names in its header, in the order they are given in; columns that are
        not named here are left out.
    edition : str
        Which one `counts` are of.
    counts : mapping of str to int
        Of that edition: `rows`, and how many different texts there are in a column.
    delimiter : str
        Between its cells.
    """

    columns: Mapping[str, Cells]
    edition: str
    counts: Mapping[str, int] = field(default_factory=dict)
    delimiter: str = ","


def read_scores(path: Path, name: str, table: ScoreTable) -> pa.Table:
    """Read a published table of scores.

    Parameters
    ----------
    path : Path
        The file of text.
    name : str
        What messages call it.
    table : ScoreTable
        What it holds.

    Returns
    -------
    pyarrow.Table
        One column for each of `table.columns`.

    Raises
    ------
    BrokenFileError
        If it is a web page or a workbook, not UTF-8, empty or cut off, if a cell is not
        what its column holds, or if there are not as many rows as in the known edition.
    MissingColumnError
        If its header lacks a column.
    """
    header, rows, lines = read_lines(path, name, table.delimiter)
    return counted(columns_of_scores(header, rows, lines, name, table.columns), name, table)


def read_lines(path: Path, name: str, delimiter: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Read header, rows, and the line that each row ends on.

    Raises
    ------
    BrokenFileError
        If it is no text, is empty, or a row has more or fewer cells than the header.
    """
    rows: list[list[str]] = []
    lines: list[int] = []
    with plain(path, name).open(encoding="utf-8-sig", newline="") as file:
        if file.read(512).lstrip().startswith("<"):
            raise BrokenFileError(name, "this is a web page: the publisher answered with words, not with the file.")
        file.seek(0)
        read = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            for row in read:
                if row:
                    rows.append([cell.strip() for cell in row])
                    lines.append(read.line_num)
        except csv.Error as error:
            cut = " The file looks cut off." if "end of data" in str(error) else ""
            raise BrokenFileError(name, f"{error}.{cut}", read.line_num) from None
    if not rows:
        raise BrokenFileError(name, "it is empty.")
    header = rows[0]
    _refuse_other_delimiter(header, name, delimiter)
    refuse_repeats([cell for cell in header if cell], name, 1)
    for row, line in zip(rows, lines, strict=True):
        if len(row) != len(header):
            cut = " The file ends here: it looks cut off." if line == lines[-1] else ""
            raise BrokenFileError(name, f"it has {len(row)} values, not {len(header)}.{cut}", line)
    if len(rows) == 1:
        raise BrokenFileError(name, "it has a header, and no rows.")
    return header, rows[1:], lines[1:]


def columns_of_scores(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    lines: Sequence[int],
    name: str,
    columns: Mapping[str, Cells],
) -> pa.Table:
    """Make a column of each that is asked for.

    Raises
    ------
    MissingColumnError
        If the header lacks one; the message has the nearest.
    BrokenFileError
        If a cell is not what its column holds; the message has column, line and value.
    """
    made: dict[str, pa.Array] = {}
    for published, cells in columns.items():
        if published not in header:
            raise MissingColumnError(name, published, [cell for cell in header if cell])
        place = header.index(published)
        made[cells.name] = _column([row[place] for row in rows], lines, name, published, cells)
    return pa.table(made)


def counted(table: pa.Table, name: str, known: ScoreTable) -> pa.Table:
    """Return a table that holds what its known edition holds.

    Raises
    ------
    BrokenFileError
        If it does not; the message has both counts.
    """
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
    if not cell:
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
        raise ValueError(f"it is one of {_listed(wanted.among)}{hint(cell, wanted.among).rstrip('.')}")
    if wanted.identifier:
        cell = cell.removesuffix(".0")
        if not cell.isdigit():
            raise ValueError("it is a whole number")
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


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
