"""CSV, read strictly and lazily by DuckDB; what is wrong is told with its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NoReturn

import duckdb

from industria.core import engine
from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, MissingColumnError, UsageError, hint
from industria.sources.formats.csv_kinds import casts, find_kinds
from industria.sources.formats.csv_layout import KINDS, Layout
from industria.sources.formats.plain_text import new_file, plain
from industria.sources.formats.sql import identifier, literal, one_file

__all__ = ["read_csv", "refuse_repeats"]

DELIMITERS: Final = (",", ";", "\t", "|")
PAGES: Final = ("<!doctype", "<html", "<?xml")
SHOWN: Final = 60
LONGEST_LINE: Final = 1 << 24


def read_csv(path: Path, name: str, layout: Layout) -> Table:
    """Check a CSV file from its first line to its last, and return its rows as a lazy table.

    Raises
    ------
    BrokenFileError
        If the file is empty, cut off or ragged, or its header is no list of different names.
    MissingColumnError
        If `types` names a column that the file does not have.
    UsageError
        If an option makes no sense.
    """
    _check_options(layout)
    text = plain(path, name, layout.encoding)
    text = _without_first_lines(text, layout.skip) if layout.skip else text
    delimiter, columns = _header(text, name, layout)
    for column in layout.types:
        if column not in columns:
            raise MissingColumnError(name, column, columns)

    def line_of(column: str, value: str) -> int | None:
        place = columns.index(column)
        rows = _records(text, delimiter, layout)
        return next((line for line, record in rows if record and record[place] == value), None)

    # DuckDB wants one kind of line end in a file. Where it stumbles over what the standard library reads,
    # the rows are written anew.
    for again in (False, True):
        text = _rewritten(text, delimiter, layout) if again else text
        try:
            rows = _as_text(text, delimiter, columns, layout)
            kinds = find_kinds(rows, name, layout.notation, layout.types, line_of)
            return as_table(rows.project(", ".join(casts(kinds, layout.notation))), name)
        except duckdb.Error as error:
            _blame(text, name, delimiter, len(columns), layout)
            if again:
                raise BrokenFileError(name, str(error).split("\n")[0]) from None
    raise AssertionError


def _check_options(layout: Layout) -> None:
    marks = [layout.delimiter, layout.notation.decimal, layout.notation.thousands, layout.quote]
    given = [mark for mark in marks if mark is not None]
    if any(len(mark) != 1 for mark in given) or len(set(given)) < len(given):
        raise UsageError(f"delimiter, decimal, thousands and quote are different single characters, not {given}.")
    for column, kind in layout.types.items():
        if kind not in KINDS:
            raise UsageError(f"types: {column} has {kind!r}; it may have {', '.join(KINDS)}.{hint(kind, KINDS)}")


def _without_first_lines(text: Path, skip: int) -> Path:
    copy = new_file(".csv")
    with text.open("rb") as source, copy.open("wb") as out:
        for _ in islice(source, skip):
            pass
        while piece := source.read(1 << 20):
            out.write(piece)
    return copy


def _header(text: Path, name: str, layout: Layout) -> tuple[str, list[str]]:
    with text.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
    if not first:
        raise BrokenFileError(name, "the file is empty.", None if not layout.skip else layout.skip + 1)
    if first.lstrip()[:9].casefold().startswith(PAGES):
        raise BrokenFileError(
            name, "this is a web page under the name of a table. Get the file itself.", layout.skip + 1
        )
    if not first.strip():
        raise BrokenFileError(name, "the header is an empty line. Pass skip = 1, or more.", layout.skip + 1)
    delimiter = layout.delimiter or _delimiter(first, layout)
    records = _records(text, delimiter, layout)
    try:
        _, found = next(records)
    except csv.Error as error:
        raise BrokenFileError(name, f"the header cannot be read: {error}.", layout.skip + 1) from None
    if layout.names is not None:
        if len(layout.names) != len(found):
            raise BrokenFileError(
                name, f"{len(found)} values where {len(layout.names)} names were given.", layout.skip + 1
            )
        found = list(layout.names)
    columns = [column.strip() for column in found]
    # R writes row names under a header without a name.
    if not columns[0] and len(columns) > 1 and "row" not in columns:
        columns[0] = "row"
    if "" in columns:
        place = columns.index("") + 1
        raise BrokenFileError(name, f"column {place} of {len(columns)} has no name.", layout.skip + 1)
    refuse_repeats(columns, name, layout.skip + 1)
    return delimiter, columns


def refuse_repeats(columns: Sequence[str], name: str, line: int | None = None) -> None:
    """Refuse names that stand twice; DuckDB, which takes no notice of case, would rename one.

    Raises
    ------
    BrokenFileError
        With the two places.
    """
    seen: dict[str, int] = {}
    for place, column in enumerate(columns, 1):
        if (before := seen.setdefault(column.casefold(), place)) != place:
            raise BrokenFileError(
                name, f"columns {before} and {place} are both named {columns[before - 1]!r}, whatever the case.", line
            )


def _delimiter(header: str, layout: Layout) -> str:
    outside = "".join(header.split(layout.quote)[::2])
    taken = (layout.notation.decimal, layout.notation.thousands)
    open_ones = [mark for mark in DELIMITERS if mark not in taken]
    return max(open_ones, key=outside.count)


def _as_text(text: Path, delimiter: str, columns: Sequence[str], layout: Layout) -> duckdb.DuckDBPyRelation:
    names = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in columns)
    nulls = ", ".join(literal(word) for word in dict.fromkeys(["", *layout.null]))
    # `hive_partitioning` would add a column for a folder named year=2020.
    return engine.connection().sql(f"""
        SELECT {", ".join(identifier(column) for column in columns)}
        FROM read_csv({one_file(text)}, auto_detect = false, columns = {{{names}}}, header = {layout.names is None},
             delim = {literal(delimiter)}, quote = {literal(layout.quote)}, escape = {literal(layout.quote)},
             nullstr = [{nulls}], strict_mode = true, null_padding = false, max_line_size = {LONGEST_LINE},
             hive_partitioning = false, compression = 'none')
    """)


def _records(text: Path, delimiter: str, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line that it begins on."""
    with text.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, quotechar=layout.quote, strict=True)
        line = layout.skip + 1
        try:
            for record in reader:
                yield line, record
                line = layout.skip + reader.line_num + 1
        except csv.Error as error:
            error.add_note(str(line))
            raise


def _blame(text: Path, name: str, delimiter: str, width: int, layout: Layout) -> None:
    """Find the first line that is wrong, slowly and surely."""
    try:
        for line, record in _records(text, delimiter, layout):
            if record and len(record) != width:
                _refuse_ragged(text, name, delimiter, line, record, width)
    except csv.Error as error:
        line = int(error.__notes__[-1])
        if "end of data" in str(error):
            what = "a quote that opens here is never closed: the file is cut off, or a quote too many."
            raise BrokenFileError(name, what, line) from None
        raise BrokenFileError(name, f"{error}.", line) from None


def _refuse_ragged(text: Path, name: str, delimiter: str, line: int, record: list[str], width: int) -> NoReturn:
    found = delimiter.join(record)
    found = found if len(found) <= SHOWN else found[:SHOWN] + "…"
    with text.open("rb") as file:
        file.seek(0, 2)
        file.seek(-min(file.tell(), 4 * len(delimiter.join(record).encode()) + 2), 2)
        end = file.read()
    last = not end.endswith((b"\n", b"\r")) and end.endswith(delimiter.join(record).encode())
    cut = " The file ends here: it looks cut off." if last else ""
    many = "value" if len(record) == 1 else "values"
    raise BrokenFileError(name, f"{len(record)} {many} where the header has {width}: {found!r}.{cut}", line)


def _rewritten(text: Path, delimiter: str, layout: Layout) -> Path:
    copy = new_file(".csv")
    with copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=delimiter, quotechar=layout.quote, lineterminator="\n")
        writer.writerows(record for _, record in _records(text, delimiter, layout) if record)
    return copy
