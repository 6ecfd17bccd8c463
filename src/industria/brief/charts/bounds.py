"""Bounds that are known by their date, marked in a plot and written where their words hide least."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from industria.brief.charts.bands import Quantiles, trail
from industria.brief.charts.columns import Columns
from industria.brief.charts.labels import Box, place
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.page import Page
from industria.brief.charts.panels import Panel
from industria.brief.charts.scales import Reading, Weeks
from industria.brief.charts.sheet import Sheet
from industria.brief.theme import INK, LINE, SMALL, Ink

__all__ = ["Bound", "list_below", "read_bounds", "write_bounds"]

NOTES_AT_MOST = 0.35
"""Share of the width that the words beside a bound take at most."""

POINT = 6.0
END = 5.0
EDGE = 3.0
FAR = (2.0, 10.0, 20.0, 34.0, 50.0, 70.0)
LEADER_FROM = 18.0
"""A label that is nearer to its mark needs no leader, in pixels."""

NUMBERED = 18.0


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound that is known.

    Attributes
    ----------
    row : int
        Where it stands in the table.
    group : str
        What it is about.
    since, until : float
        The first and the last day on which it may have come true, in weeks.
    value : float
        How much.
    least : bool
        At least as much, or at most.
    words : list of str
        Written beside it, a line each.
    said : str
        The same in one line.
    """

    row: int
    group: str
    since: float
    until: float
    value: float
    least: bool
    words: list[str]
    said: str

    @property
    def at(self) -> float:
        """When it binds: what is known by the last day is at least so much, what is known on the first at most."""
        return self.until if self.least else self.since


def read_bounds(
    columns: Columns,
    page: Page,
    name: str | None,
    least: bool,
    told: Weeks,
    read: Reading,
    digits: int,
    spans: Sequence[tuple[float, float]],
    groups: Sequence[str],
    note: str | None,
) -> list[Bound]:
    """Read a column of bounds, and put them in words."""
    if name is None:
        return []
    notes = columns.words(note) if note else [None] * len(spans)
    found = []
    for i, bound in enumerate(columns.numbers(name)):
        if bound is not None:
            words = page.spoken.word("at_least" if least else "at_most", value=read.write(bound, digits))
            days = list(dict.fromkeys(told.write(day, 0) for day in spans[i]))
            when = " → ".join(days) if told.first else f"{page.spoken.word('week')} {' → '.join(days)}"
            by = wrap(notes[i] or "", SMALL, page.width * NOTES_AT_MOST)
            said = ", ".join(filter(None, [groups[i], words, when, notes[i]]))
            found.append(Bound(i, groups[i], *spans[i], bound, least, [words, when, *filter(None, by)], said))
    return found


def write_bounds(
    sheet: Sheet, panel: Panel, run: Sequence[tuple[float, Quantiles]], marks: Sequence[Bound], width: float
) -> None:
    """Draw the bounds, and write what each is where it hides least."""
    for mark in marks:
        drawn = Ink(INK, INK, "triangle-up" if mark.least else "triangle-down", ())
        y = panel.scale.pixel(mark.value)
        if mark.since < mark.until:
            other = mark.since if mark.least else mark.until
            sheet.rules([((mark.since, y), (mark.until, y)), ((other, y - END), (other, y + END))], INK, width=1.8)
        sheet.points([(mark.at, y)], drawn)
    if not marks:
        return
    around = [_around(sheet, panel, mark) for mark in marks]
    under = trail(sheet, panel, run)

    def cost(box: Box) -> float:
        on_marks = sum(box.overlap(other) for other in around)
        on_line = sum(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in under)
        return 100 * on_marks + 30 * on_line

    choices = [_places(panel, box, mark.words, width) for box, mark in zip(around, marks, strict=True)]
    for mark, own, boxes, choice in zip(marks, around, choices, place(choices, cost), strict=True):
        box = boxes[choice]
        _lead(sheet, own, box)
        beside = box.right < own.left
        for i, word in enumerate(mark.words):
            y = box.top + (i + 0.5) * SMALL * LINE
            at = (box.right if beside else box.left, y, word)
            sheet.words([at], size=SMALL, bold=not i, align="right" if beside else "left")


def list_below(sheet: Sheet, page: Page, marks: Sequence[Bound], left: float, top: float) -> float:
    """Write the words of numbered bounds, one below the other, and return how much room they take, in pixels."""
    y = top + SMALL * LINE / 2
    for mark in marks:
        lines = wrap(mark.said, SMALL, page.width - NUMBERED - 2)
        sheet.words([(left, y + SMALL * LINE / 2, mark.words[0])], size=SMALL, bold=True)
        words = [(left + NUMBERED, y + (i + 0.5) * SMALL * LINE, line) for i, line in enumerate(lines)]
        sheet.words(words, size=SMALL)
        y += (len(lines) + 0.25) * SMALL * LINE
    return y - top


def _lead(sheet: Sheet, mark: Box, label: Box) -> None:
    """Draw a stroke from a mark to a label that had to move away from it."""
    y = (mark.top + mark.bottom) / 2
    x = min(max((label.left + label.right) / 2, mark.left + POINT), mark.right - POINT)
    to = min(max(x, label.left), label.right), min(max(y, label.top), label.bottom)
    far = math.dist((x, y), to)
    if far > LEADER_FROM:
        start, end = [
            (sheet.x.value(x + (to[0] - x) * part), y + (to[1] - y) * part) for part in (POINT / far, 1 - 2 / far)
        ]
        sheet.rules([(start, end)], INK, width=0.8)


def _around(sheet: Sheet, panel: Panel, mark: Bound) -> Box:
    y = panel.scale.pixel(mark.value)
    return Box(sheet.x.pixel(mark.since) - POINT, y - POINT, sheet.x.pixel(mark.until) + POINT, y + POINT)


def _places(panel: Panel, around: Box, words: Sequence[str], width: float) -> list[Box]:
    """List the places of a label around its mark, inside the plot: beside it, over and under it, then farther out."""
    wide = max(text_width(word, SMALL, bold=not i) for i, word in enumerate(words))
    high = len(words) * SMALL * LINE
    x, y = (around.left + around.right) / 2, (around.top + around.bottom) / 2
    boxes = []
    for far in FAR:
        left, right = around.left - far - wide, around.right + far
        up, down = around.top - far - high, around.bottom + far
        beside = [(side, top) for side in (left, right) for top in (y - high / 2, y - high, y)]
        over = [(side, top) for side in (x - wide / 2, left, right) for top in (up, down)]
        for side, top in (*beside, *over):
            inside = max(min(side, width - wide - 1), EDGE), max(min(top, panel.bottom - high - 1), panel.top + 1)
            boxes.append(Box(*inside, inside[0] + wide, inside[1] + high))
    return boxes
