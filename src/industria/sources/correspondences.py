"""Official correspondence tables: which codes of one classification lead to which of another.

A publisher tells of each pair where the codes stand in its file, how they are
written, and how many links there are; this module reads, cleans and counts them.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import (
    BrokenFileError,
    LinkCountError,
    MissingColumnError,
    NotMirroredError,
    UnknownPairError,
)
from industria.sources import mirror
from industria.sources.formats.raw_cells import Rows, read_cells
from industria.sources.source import Source

__all__ = ["Counts", "Pair", "Side", "correspondence", "links"]

MARKS: Final = ("*", "p", "1", "x")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two classifications of a file.

    Attributes
    ----------
    column : str
        Header of the codes, blanks and line ends squeezed.
    code : str
        Pattern that every code matches.
    title : str, optional
        Header of the titles.
    partial : str, optional
        Header of the marks that only a part of a code is meant.
    zeros : mapping of int to int, optional
        From the digits that a spreadsheet left to the zeros that it took away.
    """

    column: str
    code: str
    title: str | None = None
    partial: str | None = None
    zeros: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are in the edition that is known.

    Attributes
    ----------
    links, origins, destinations : int
        Each link once.
    repeated : int
        Rows that repeat a link, usually with another note.
    """

    links: int
    origins: int
    destinations: int
    repeated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A file, and where it has what.

    Attributes
    ----------
    file : str
        The publisher's own name, with a folder where the name alone says little.
    otherwise : tuple of str
        Names of renditions with the same columns, for mirrors that have those.
    origin, destination : Side
        In the direction of the pair, whatever the order of the columns.
    counts : Counts
        Of the edition that `vintage` names.
    publisher, title, vintage, page, license : str
        What is known of it; `page` is where a person gets the file.
    citation : str, optional
        How its authors want to be named; publisher, title and vintage without it.
    sheet : str, optional
        The first one without it.
    weight : str, optional
        Header of published weights.
    prepare : callable, optional
        Brings rows that are laid out otherwise into a header and links.
    notes : tuple of str
        What a reader of the numbers should know.
    """

    file: str
    origin: Side
    destination: Side
    counts: Counts
    publisher: str
    title: str
    vintage: str
    page: str
    license: str
    citation: str | None = None
    sheet: str | None = None
    weight: str | None = None
    prepare: Callable[[Rows], Rows] | None = None
    otherwise: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def turned(self) -> Pair:
        """Return the same file in the other direction."""
        counts = replace(self.counts, origins=self.counts.destinations, destinations=self.counts.origins)
        return replace(self, origin=self.destination, destination=self.origin, counts=counts)


def correspondence(use: str, pairs: Mapping[str, Pair], pair: str) -> Source:
    """Return a pair of a publisher as a source; its file is looked for in the mirror.

    Parameters
    ----------
    use : str
        The reader, as a study names it.
    pairs : mapping of str to Pair
        What the publisher has.
    pair : str
        One of them, or one turned round.

    Raises
    ------
    UnknownPairError
        If there is none; the message has the nearest.
    NotMirroredError
        If the mirror lacks the file; the message has the page to get it from.
    """
    origin, _, destination = pair.partition("-")
    back = f"{destination}-{origin}"
    if pair not in pairs and back not in pairs:
        raise UnknownPairError(use, pair, list(pairs))
    found = pairs[pair] if pair in pairs else pairs[back].turned()
    for file in (found.file, *found.otherwise):
        path = mirror.find(file)
        if path is not None:
            return _source(use, pair, path, replace(found, file=file))
    raise NotMirroredError(found.file, [str(folder) for folder in mirror.folders()], found.publisher, found.page)


def _source(use: str, pair: str, path: Path, found: Pair) -> Source:
    content = mirror.unpacked(path, found.file)
    return Source(
        use=use,
        name=Path(found.file).name,
        path=path,
        load=lambda: _counted(content, found),
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        request={"pair": pair},
        publisher=found.publisher,
        title=found.title,
        vintage=found.vintage,
        url=found.page,
        license=found.license,
        citation=found.citation or f"{found.publisher}, {found.title} ({found.vintage})",
        # Nobody wrote down when the file was had; the day it was last written here is all that is known.
        retrieved=datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat(),
        redistributable=True,
        notes=found.notes,
        facts={side: getattr(found.counts, side) for side in ("links", "origins", "destinations")},
    )


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
    rows = read_cells(content, pair.file, pair.sheet)
    start = 0
    if pair.prepare is None:
        start = _header_line(rows, pair)
    else:
        rows = pair.prepare(rows)
    header = [_squeezed(cell) for cell in rows[start]]
    place = {name: header.index(name) for name in _wanted(pair)}
    made: dict[tuple[str, str], list[str]] = {}
    repeated = 0
    for line, row in zip(count(start + 2), rows[start + 1 :], strict=False):
        link = _link(row, place, pair, line if pair.prepare is None else None)
        if link is None:
            continue
        repeated += link in made
        made.setdefault(link, row)
    return _table(made, place, pair), repeated


def _counted(content: bytes, pair: Pair) -> Table:
    table, repeated = links(content, pair)
    origins, destinations = (len(table[side].unique()) for side in ("origin_code", "destination_code"))
    found = Counts(len(table), origins, destinations, repeated)
    if found != pair.counts:
        raise LinkCountError(pair.file, pair.vintage, _told(found), _told(pair.counts), pair.page)
    return as_table(table, pair.file)


def _told(counts: Counts) -> str:
    return (
        f"{counts.links} links of {counts.origins} to {counts.destinations} codes and {counts.repeated} repeated rows"
    )


def _wanted(pair: Pair) -> list[str]:
    columns = [c for side in (pair.origin, pair.destination) for c in (side.column, side.title, side.partial)]
    return [column for column in (*columns, pair.weight) if column is not None]


def _header_line(rows: Rows, pair: Pair) -> int:
    """Find the row that names both columns of codes: publishers put titles and dates above it."""
    wanted = _wanted(pair)
    for line, row in enumerate(rows):
        cells = [_squeezed(cell) for cell in row]
        if pair.origin.column in cells and pair.destination.column in cells:
            for column in wanted:
                if column not in cells:
                    raise MissingColumnError(pair.file, column, [cell for cell in cells if cell])
            return line
    seen = [_squeezed(cell) for row in rows[:12] for cell in row if cell]
    missing = next((c for c in (pair.origin.column, pair.destination.column) if c not in seen), pair.origin.column)
    raise MissingColumnError(pair.file, missing, seen or ["no cells"])


def _link(row: list[str], place: Mapping[str, int], pair: Pair, line: int | None) -> tuple[str, str] | None:
    codes = [_code(_cell(row, place[side.column]), side) for side in (pair.origin, pair.destination)]
    sides = list(zip(codes, (pair.origin, pair.destination), strict=True))
    fits = [re.fullmatch(side.code, code) is not None for code, side in sides]
    if all(fits):
        return codes[0], codes[1]
    if not all(codes) and not any(fits):
        return None
    code, side = sides[fits.index(False)]
    raise BrokenFileError(pair.file, f"{side.column} has {code!r}, which is no code.", line)


def _code(cell: str, side: Side) -> str:
    code = cell.replace("\xa0", " ").strip()
    zeros = (side.zeros or {}).get(len(code), 0) if code.isdigit() else 0
    return "0" * zeros + code


def _cell(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _squeezed(cell: str) -> str:
    return " ".join(cell.split())


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
