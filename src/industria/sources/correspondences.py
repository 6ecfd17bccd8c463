"""Official correspondence tables: which codes of one classification lead to which of another.

A publisher tells of each pair where the codes stand in its file, how they are
written, and how many links there are; this module reads, cleans and counts them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import BrokenFileError, LinkCountError, MissingColumnError, UnknownPairError
from industria.sources.formats.raw_cells import read_cells
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.source import Source

__all__ = ["COLUMNS", "Counts", "Numbered", "Pair", "Side", "correspondence", "links"]

MARKS: Final = ("*", "p", "1", "x")
POWER: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
COLUMNS: Final = {
    "origin_code": "code of the classification that the pair names first [code]",
    "destination_code": "code of the classification that the pair names second [code]",
    "partial": "whether the origin leads to this destination in part alone: true or false [1]",
    "title": "title of the destination, or of the origin where the file has no other [name]",
}
"""What every correspondence gives."""

MARKED: Final = {"destination_partial": "whether a part of the destination alone is meant: true or false [1]"}
"""What a correspondence gives besides, where its file marks both sides."""

Numbered = list[tuple[int, list[str]]]
"""Rows of a file, each with its line, counted from one."""


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
    links, origins, destinations : int or None
        Each link once; None where nobody has published how many there are.
    repeated : int or None
        Rows that repeat a link, usually with another note.
    """

    links: int | None
    origins: int
    destinations: int
    repeated: int | None = 0


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
    publisher : Publisher
        Whose file it is.
    url : str
        Where the file is published: itself, or the .zip that holds it.
    title, vintage, page : str
        What is known of it; `page` is where a person gets the file.
    citation : str, optional
        How its authors want to be named; publisher, title and vintage without it.
    sheet : str, optional
        The first one without it.
    weight : str, optional
        Header of published weights.
    only : tuple of (str, str), optional
        Header and value of the rows that are meant, where others stand among them.
    prepare : callable, optional
        Brings rows that are laid out otherwise into a header and links.
    notes : tuple of str
        What a reader of the numbers should know.
    """

    file: str
    origin: Side
    destination: Side
    counts: Counts
    publisher: Publisher
    url: str
    title: str
    vintage: str
    page: str
    citation: str | None = None
    sheet: str | None = None
    weight: str | None = None
    only: tuple[str, str] | None = None
    prepare: Callable[[Numbered], Numbered] | None = None
    otherwise: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def turned(self) -> Pair:
        """Return the same file in the other direction."""
        counts = replace(self.counts, origins=self.counts.destinations, destinations=self.counts.origins)
        return replace(self, origin=self.destination, destination=self.origin, counts=counts)


def correspondence(use: str, pairs: Mapping[str, Pair], pair: str, as_of: str | None = None) -> Source:
    """Return a pair of a publisher as a source: from the mirror, from the store, or from its publisher.

    Parameters
    ----------
    use : str
        The reader, as a study names it.
    pairs : mapping of str to Pair
        What the publisher has.
    pair : str
        One of them, or one turned round.
    as_of : str, optional
        A day: the newest file that was had no later.

    Raises
    ------
    UnknownPairError
        If there is none; the message has the nearest.
    NotMirroredError
        If the file is nowhere and the network is closed; the message has the page to get it from.
    MissingVintageError, RefusedError, UnexpectedAnswerError, UnreachableError
        If nothing is old enough, or the publisher does not give it.
    """
    origin, _, destination = pair.partition("-")
    back = f"{destination}-{origin}"
    if pair not in pairs and back not in pairs:
        raise UnknownPairError(use, pair, list(pairs))
    found = pairs[pair] if pair in pairs else pairs[back].turned()
    file = had(found.publisher, found.file, found.url, page=found.page, as_of=as_of, otherwise=(*found.otherwise,))
    counted = {side: getattr(found.counts, side) for side in ("links", "origins", "destinations")}
    return file.source(
        use,
        partial(_counted, file.path, replace(found, file=file.name)),
        {"pair": pair, "as_of": as_of},
        title=found.title,
        vintage=found.vintage,
        citation=found.citation or f"{found.publisher.title}, {found.title} ({found.vintage})",
        documentation=found.page,
        notes=found.notes,
        facts={side: number for side, number in counted.items() if number is not None},
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


def _counted(path: Path, pair: Pair) -> Table:
    table, repeated = links(path.read_bytes(), pair)
    origins, destinations = (len(table[side].unique()) for side in ("origin_code", "destination_code"))
    known = pair.counts
    found = Counts(
        None if known.links is None else len(table),
        origins,
        destinations,
        None if known.repeated is None else repeated,
    )
    if found != known:
        raise LinkCountError(pair.file, pair.vintage, _told(found), _told(known), pair.page)
    return as_table(table, pair.file)


def _told(counts: Counts) -> str:
    linked = "links" if counts.links is None else f"{counts.links} links"
    again = "" if counts.repeated is None else f" and {counts.repeated} repeated rows"
    return f"{linked} of {counts.origins} to {counts.destinations} codes{again}"


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
    if not all(codes) and not any(fits):
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
