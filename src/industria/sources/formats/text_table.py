"""Official tables of texts: every column a text, whatever its values look like."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, MissingColumnError
from industria.sources.formats.csv_text import refuse_repeats

__all__ = ["read_texts", "text_rows"]


def read_texts(path: Path, name: str, rename: Callable[[str], str], required: Sequence[str] = ()) -> Table:
    """Read a CSV file whose values may hold line ends; what is empty is null.

    Parameters
    ----------
    path : Path
        UTF-8, between commas.
    name : str
        What messages call it.
    rename : callable
        From the official name of a column to the one that it gets.
    required : sequence of str
        Columns that must be there, as they are renamed.

    Raises
    ------
    BrokenFileError
        If the file is empty, cut off, ragged, not UTF-8 or no text.
    MissingColumnError
        If a required column is not there.
    """
    rows = text_rows(path, name)
    columns = [rename(word.strip()) for word in rows[0][1]]
    refuse_repeats(columns, name, 1)
    for column in required:
        if column not in columns:
            raise MissingColumnError(name, column, columns)
    cells = zip(*(row for _, row in rows[1:]), strict=True) if len(rows) > 1 else [()] * len(columns)
    made = {column: [word or None for word in words] for column, words in zip(columns, cells, strict=True)}
    return as_table(pa.table({column: pa.array(words, pa.string()) for column, words in made.items()}), name)


def text_rows(path: Path, name: str, otherwise: str | None = None) -> list[tuple[int, list[str]]]:
    """Read the rows of a CSV file, the header first, each with the line that it ends on.

    Parameters
    ----------
    path : Path
        UTF-8, between commas.
    name : str
        What messages call it.
    otherwise : str, optional
        The encoding of what is not UTF-8.

    Returns
    -------
    list of (int, list of str)
        At least the header; all rows are as long as it.

    Raises
    ------
    BrokenFileError
        If the file is empty, cut off, ragged, not UTF-8 or no text.
    """
    content = path.read_bytes()
    if content[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        raise BrokenFileError(name, "this is a web page: the publisher answered with words, not with the file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if otherwise is None:
            line = content[: error.start].count(b"\n") + 1
            raise BrokenFileError(name, f"byte {error.object[error.start]:02x} is not utf-8.", line) from None
        text = content.decode(otherwise)
    return _rows(io.StringIO(text, newline=""), name)


def _rows(text: io.StringIO, name: str) -> list[tuple[int, list[str]]]:
    records = csv.reader(text, strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows = [(records.line_num, row) for row in records if row]
    except csv.Error as error:
        raise BrokenFileError(name, f"it is cut off or damaged ({error}).", records.line_num) from None
    if not rows:
        raise BrokenFileError(name, "the file is empty.")
    for line, row in rows:
        if len(row) != len(rows[0][1]):
            raise BrokenFileError(name, f"it has {len(row)} values, not {len(rows[0][1])}.", line)
    return rows
