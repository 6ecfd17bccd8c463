"""JSON: a list of records, or one record a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import duckdb

from industria.core import engine
from industria.core.table import Table, as_table
from industria.errors import BrokenFileError
from industria.sources.formats.csv_text import refuse_repeats
from industria.sources.formats.plain_text import new_file, plain
from industria.sources.formats.sql import one_file

__all__ = ["read_json"]

MARK = b"\xef\xbb\xbf"
LARGEST_RECORD = 1 << 26


def read_json(path: Path, name: str, encoding: str | None = None) -> Table:
    """Return the records of a JSON file as a lazy table; a key that a record lacks is null.

    Raises
    ------
    BrokenFileError
        If the file is empty, cut off, or holds something else than records.
    """
    text = _without_mark(plain(path, name, encoding))
    form = _form(text, name)
    try:
        # Texts stay texts: a code "0111" is no number, and dates are told by their ISO form alone.
        rows = engine.connection().sql(f"""
            SELECT * FROM read_json({one_file(text)}, format = '{form}', records = true, sample_size = -1,
                convert_strings_to_integers = false, ignore_errors = false, maximum_object_size = {LARGEST_RECORD},
                map_inference_threshold = -1, hive_partitioning = false, compression = 'none')
        """)
        rows.aggregate("count(*)").fetchall()
    except duckdb.Error as error:
        raise _blame(text, name, form, error) from None
    refuse_repeats(rows.columns, name)
    return as_table(rows, name)


def _without_mark(text: Path) -> Path:
    with text.open("rb") as file:
        if file.read(3) != MARK:
            return text
        copy = new_file(".json")
        with copy.open("wb") as out:
            while piece := file.read(1 << 20):
                out.write(piece)
    return copy


def _form(text: Path, name: str) -> Literal["array", "newline_delimited"]:
    with text.open(encoding="utf-8") as file:
        while (first := file.read(1)) and first.isspace():
            pass
    if not first:
        raise BrokenFileError(name, "the file is empty.")
    if first not in "[{":
        raise BrokenFileError(name, f"records begin with [ or {{, not with {first!r}.")
    return "array" if first == "[" else "newline_delimited"


def _blame(text: Path, name: str, form: str, error: duckdb.Error) -> BrokenFileError:
    """Let the standard library say where; DuckDB counts records and bytes."""
    try:
        with text.open(encoding="utf-8") as file:
            if form == "array":
                json.load(file)
            for line, record in enumerate(file, 1):
                if record.strip():
                    _one_record(record, name, line)
    except json.JSONDecodeError as wrong:
        cut = " The file looks cut off." if wrong.pos >= len(wrong.doc.rstrip()) else ""
        return BrokenFileError(name, f"{wrong.msg}.{cut}", wrong.lineno)
    except BrokenFileError as wrong:
        return wrong
    return BrokenFileError(name, str(error).split("\n")[0])


def _one_record(record: str, name: str, line: int) -> None:
    try:
        json.loads(record)
    except json.JSONDecodeError as wrong:
        cut = " The file looks cut off." if wrong.pos >= len(record.rstrip()) and not record.endswith("\n") else ""
        raise BrokenFileError(name, f"{wrong.msg}; a record stands on one line.{cut}", line) from None
