"""Official correspondence tables: which codes of one classification lead to which of another.

A publisher tells of each pair where the codes stand in its file, how they are
written, and how many links there are; this module has the file, and counts them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from industria.errors import LinkCountError, UnknownPairError
from industria.sources.published import had
from industria.sources.publisher import Publisher
from industria.sources.source import Source

if TYPE_CHECKING:
    from industria.core.table import Table

__all__ = ["COLUMNS", "MARKED", "Counts", "Numbered", "Pair", "Side", "correspondence"]

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
    alone : bool
        Whether a code may stand in a row without another, as the head of its links: the
        counts tell where it has none.
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
    alone: bool = False
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


def _counted(path: Path, pair: Pair) -> Table:
    """Read the links of a file, and hold their number against that of its known edition."""
    from industria.core.table import as_table
    from industria.sources.formats.links import links

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
