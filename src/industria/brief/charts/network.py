"""Actors listed by role, as large as what hangs on them, with arcs for who deals with whom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from industria.brief.charts.columns import Columns
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.page import Page
from industria.brief.charts.rows import Row, items
from industria.brief.charts.scales import pixels
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.theme import BASE, LABEL, LINE, QUIET, SMALL, Ink, ink
from industria.errors import FigureDataError, hint

__all__ = ["network"]

LARGEST = 11.0
SMALLEST = 2.0
UNKNOWN = 4.0
ARCS = 0.24
"""Share of the width that the arcs take."""

ROW = 26.0
HEADING = LABEL * LINE + 6
BETWEEN = 12.0
GAP = 8.0
FAR = 36.0
"""Pixels between the longest name and the figures, where there is room."""

HEAD_AT_MOST = 0.6
ARC = Ink(BASE, BASE, "triangle-right", ())
STEPS = 24


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor.

    Attributes
    ----------
    name, role : str
        In the reader's words.
    size : float or None
        What hangs on it; None where nobody knows.
    """

    name: str
    role: str
    size: float | None


def network(
    columns: Columns,
    page: Page,
    *,
    actor: str = "actor",
    role: str = "role",
    size: str = "size",
    to: str | None = None,
    directed: bool = True,
    axis: str | None = None,
    digits: int | None = None,
) -> Drawing:
    """Draw actors by role with circles whose areas are their sizes, and their ties as arcs.

    A tie stands in a row of its own: `actor` and `to` name its two ends, role and size
    are missing. Every other row is an actor.

    Parameters
    ----------
    columns : Columns
        The table, one row an actor and one a tie; roles and actors are listed in its order.
    page : Page
        Width, language, words.
    actor, role, size : str
        Columns of the name, of what the actor does, and of what hangs on it, none below
        zero; an actor whose size is not known has a hollow circle.
    to : str, optional
        Column of the other end of a tie.
    directed : bool
        Whether ties go from `actor` to `to`; an arrow stands at the end then.
    axis : {"linear", "percent", "percent change"}, optional
        How the sizes are read.
    digits : int, optional
        Decimals of the sizes.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    read = columns.reading(size, axis)
    names, sizes, roles = columns.labels(actor), columns.numbers(size), columns.words(role)
    ends = columns.words(to) if to else [None] * len(names)
    lone = [i for i, end in enumerate(ends) if not end]
    actors = _by_role([_actor(columns, role, size, i, names[i], roles[i], sizes[i]) for i in lone])
    ties = _ties(columns, [made.name for made in actors], names, ends)
    decimals = read.digits(sizes) if digits is None else digits
    columns.write_as(read, decimals, size)
    columns.leave_blank([i for i, end in enumerate(ends) if end], size)

    order = list(dict.fromkeys(made.role for made in actors))
    missing = page.spoken.word("missing")
    said = [missing if made.size is None else read.write(made.size, decimals) for made in actors]
    edge = page.width * ARCS if ties else 2.0
    sheet, middles, height = _list(page, columns.unit(size, read), page.head(size), actors, said, edge)
    largest = max((made.size or 0.0 for made in actors), default=0.0) or 1.0
    radii = [
        UNKNOWN if made.size is None else max(LARGEST * math.sqrt(made.size / largest), SMALLEST) for made in actors
    ]
    x = edge + LARGEST
    _arcs(sheet, ties, middles, radii, x, edge, directed=directed)
    for made, y, radius in zip(actors, middles, radii, strict=True):
        drawn = Ink(ink(order.index(made.role)).mark, "", "circle", ())
        sheet.points([(x, y)], drawn, hollow=made.size is None, size=4 * radius**2)

    rows = [Row("", f"{a.role}, {a.name}", text, "", "", 0) for a, text in zip(actors, said, strict=True)]
    description = page.spoken.describe("network", items=items(rows, page))
    if ties:
        arrow = " → " if directed else " – "
        listed = "; ".join(actors[a].name + arrow + actors[b].name for a, b in ties)
        description += " " + page.spoken.describe("ties", items=listed)
    return Drawing(sheet, float(page.width), height, Margins(), description)


def _actor(
    columns: Columns, column: str, size: str, i: int, name: str, role: str | None, amount: float | None
) -> Actor:
    """Read a row that is no tie."""
    if role is None:
        raise FigureDataError(f"{columns.TABLE} has no label in column {column!r}, row {i + 1}, {name!r}.")
    if amount is not None and amount < 0:
        raise FigureDataError(f"{columns.TABLE} has {size} = {amount:g} in row {i + 1}; no circle is below 0.")
    return Actor(name, role, amount)


def _by_role(actors: Sequence[Actor]) -> list[Actor]:
    """List actors role by role, both in the order of the table."""
    order = list(dict.fromkeys(made.role for made in actors))
    return sorted(actors, key=lambda made: order.index(made.role))


def _ties(
    columns: Columns, listed: Sequence[str], names: Sequence[str], ends: Sequence[str | None]
) -> list[tuple[int, int]]:
    """Find both ends of each tie among the actors."""
    for name in listed:
        if listed.count(name) > 1:
            raise FigureDataError(f"{columns.TABLE} has the actor {name!r} twice; what is a tie names its other end.")
    found = []
    for row, (name, end) in enumerate(zip(names, ends, strict=True), start=1):
        if not end:
            continue
        for one in (name, end):
            if one not in listed:
                raise FigureDataError(
                    f"{columns.TABLE} has a tie of {one!r}, row {row}, who has no row of its own.{hint(one, listed)}"
                )
        if name == end:
            raise FigureDataError(f"{columns.TABLE} has a tie of {name!r} to itself, row {row}.")
        found.append((listed.index(name), listed.index(end)))
    return found


def _list(
    page: Page, unit: str, head: str, actors: Sequence[Actor], said: Sequence[str], edge: float
) -> tuple[Sheet, list[float], float]:
    """Write names and sizes under the headings of their roles; return the middles of the rows and the height."""
    over = wrap(", ".join(filter(None, [head, unit])), SMALL, page.width * HEAD_AT_MOST)
    left = edge + 2 * LARGEST + GAP
    wide = max(text_width(text, LABEL) for text in said)
    blocks = [wrap(made.name, LABEL, page.width - left - wide - GAP - 2) for made in actors]
    named = max(text_width(line, LABEL) for block in blocks for line in block)
    headed = max(text_width(line, SMALL) for line in over)
    right = min(page.width - 2, left + max(named + FAR + wide, headed))
    y = len(over) * SMALL * LINE + 4
    words, headings, middles = [], [], []
    for i, (made, block) in enumerate(zip(actors, blocks, strict=True)):
        if not i or actors[i - 1].role != made.role:
            y += BETWEEN if i else 0
            headings.append((left, y + HEADING / 2, made.role))
            y += HEADING
        high = max(ROW, len(block) * LABEL * LINE + 6)
        first = y + high / 2 - (len(block) - 1) / 2 * LABEL * LINE
        words += [(left, first + k * LABEL * LINE, line) for k, line in enumerate(block)]
        middles.append(y + high / 2)
        y += high
    sheet = Sheet(pixels(0, page.width), pixels(0, y))
    heads = [(right, (i + 0.5) * SMALL * LINE, line) for i, line in enumerate(over)]
    sheet.words(heads, color=QUIET, size=SMALL, align="right")
    sheet.words(headings, bold=True)
    sheet.words(words)
    sheet.words([(right, at, text) for at, text in zip(middles, said, strict=True)], align="right")
    return sheet, middles, y


def _arcs(
    sheet: Sheet,
    ties: Sequence[tuple[int, int]],
    middles: Sequence[float],
    radii: Sequence[float],
    x: float,
    room: float,
    *,
    directed: bool,
) -> None:
    """Draw ties as arcs beside the circles, the farther apart their ends the wider."""
    longest = max((abs(middles[a] - middles[b]) for a, b in ties), default=1.0)
    heads = []
    for a, b in ties:
        deep = max((room - 4) * abs(middles[a] - middles[b]) / longest, 10.0)
        last = x - radii[b] - (5 if directed else 1)
        ends = (x - radii[a] - 1, middles[a]), (last, middles[b])
        turns = [math.pi * k / STEPS for k in range(STEPS + 1)]
        line = [
            (
                ends[0][0] + (ends[1][0] - ends[0][0]) * (1 - math.cos(turn)) / 2 - deep * math.sin(turn),
                ends[0][1] + (ends[1][1] - ends[0][1]) * (1 - math.cos(turn)) / 2,
            )
            for turn in turns
        ]
        sheet.path(line, ARC, width=1.1)
        heads.append((last, middles[b]))
    if directed:
        sheet.points(heads, ARC, size=20.0)
