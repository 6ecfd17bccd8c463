"""The links of a correspondence file: its header found, its codes clean, its footnotes out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from industria.errors import BrokenFileError, MissingColumnError
from industria.sources.correspondences import Pair, Side
from industria.sources.formats.raw_cells import read_cells

__all__ = ["links"]

MARKS: Final = ("*", "p", "1", "x")
POWER: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


def links(content: bytes, pair: Pair) -> tuple[pa.Table, int]:
    """Read the links of a file, each once and with clean codes, in the order of the file.

    Rows without a code on either side are titles and footnotes, and left out.

    Returns
    -------
    table
        `origin_code`, `destination_code`, `partial`, `weight` where the publisher
        has one, `title`, and `destination_partial` where both sides are marked.
    int
        Rows that repeat a link.

    Raises
    ------
    BrokenFileError
        If a code does not look like one; the message has its line, column and value.
    MissingColumnError
        If the header is not there.
    """
    rows = list(enumerate(read_cells(content, pair.file, pair.sheet), 1))
    rows = rows[_header_line(rows, pair) :] if pair.prepare is None else pair.prepare(rows)
    header = [_word(cell) for cell in rows[0][1]]
    place = {name: header.index(_word(name)) for name in _wanted(pair)}
    made: dict[tuple[str, str], list[str]] = {}
    repeated = 0
    for line, row in rows[1:]:
        if pair.only is not None and _cell(row, place[pair.only[0]]) != pair.only[1]:
            continue
        link = _link(row, place, pair, line)
        if link is None:
            continue
        repeated += link in made
        made.setdefault(link, row)
    return _table(made, place, pair), repeated


def _wanted(pair: Pair) -> list[str]:
    columns = [c for side in (pair.origin, pair.destination) for c in (side.column, side.title, side.partial)]
    rest = (pair.weight, None if pair.only is None else pair.only[0])
    return [column for column in (*columns, *rest) if column is not None]


def _header_line(rows: Sequence[tuple[int, list[str]]], pair: Pair) -> int:
    """Find the row that names both columns of codes: publishers put titles and dates above it."""
    both = {_word(side.column) for side in (pair.origin, pair.destination)}
    for place, (_, row) in enumerate(rows):
        words = [_word(cell) for cell in row]
        if both <= set(words):
            for column in _wanted(pair):
                if _word(column) not in words:
                    raise MissingColumnError(pair.file, column, [_squeezed(cell) for cell in row if cell])
            return place
    seen = [_squeezed(cell) for _, row in rows[:12] for cell in row if cell]
    there = {_word(cell) for cell in seen}
    missing = next((c for c in (pair.origin.column, pair.destination.column) if _word(c) not in there), None)
    raise MissingColumnError(pair.file, missing or pair.origin.column, seen or ["no cells"])


def _link(row: list[str], place: Mapping[str, int], pair: Pair, line: int) -> tuple[str, str] | None:
    codes = [_code(_cell(row, place[side.column]), side) for side in (pair.origin, pair.destination)]
    sides = list(zip(codes, (pair.origin, pair.destination), strict=True))
    fits = [re.fullmatch(side.code, code) is not None for code, side in sides]
    if all(fits):
        return codes[0], codes[1]
    if not all(codes) and (pair.alone or not any(fits)):
        return None
    code, side = sides[fits.index(False)]
    rounded = " A spreadsheet took it for a number and rounded it: take the publisher's own file."
    said = f"{side.column} has {code!r}, which is no code.{rounded if POWER.fullmatch(code) else ''}"
    raise BrokenFileError(pair.file, said, line)


def _code(cell: str, side: Side) -> str:
    code = cell.replace("\xa0", " ").strip()
    zeros = (side.zeros or {}).get(len(code), 0) if code.isdigit() else 0
    return "0" * zeros + code


def _cell(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _squeezed(cell: str) -> str:
    return " ".join(cell.split())


def _word(cell: str) -> str:
    """Squeeze a name for comparison: publishers write NACE2_CODE in one file, and NACE2_Code in another."""
    return _squeezed(cell).casefold()


def _table(made: Mapping[tuple[str, str], list[str]], place: Mapping[str, int], pair: Pair) -> pa.Table:
    def column(name: str | None) -> list[str | None]:
        return [_squeezed(_cell(row, place[name])) or None if name else None for row in made.values()]

    def marked(name: str) -> list[bool]:
        return [cell in MARKS for cell in column(name)]

    here, there = pair.origin.partial, pair.destination.partial
    targets = Counter(origin for origin, _ in made)
    # Without marks in the file, a code that leads to several goes to each of them in part.
    marks = marked(here or there or "") if here or there else [targets[origin] > 1 for origin, _ in made]
    columns = {
        "origin_code": pa.array([origin for origin, _ in made], pa.string()),
        "destination_code": pa.array([destination for _, destination in made], pa.string()),
        "partial": pa.array(marks, pa.bool_()),
    }
    if pair.weight is not None:
        columns["weight"] = pa.array([None if w is None else float(w) for w in column(pair.weight)], pa.float64())
    columns["title"] = pa.array(column(pair.destination.title or pair.origin.title), pa.string())
    if here and there:
        columns["destination_partial"] = pa.array(marked(there), pa.bool_())
    return pa.table(columns)
