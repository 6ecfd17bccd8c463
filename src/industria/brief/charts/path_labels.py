"""The words on lines through time: at their points, where they start and where they end."""

from __future__ import annotations

from collections.abc import Sequence

from industria.brief.charts.labels import Box, place, spread
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.page import Page
from industria.brief.charts.paths import Path, Stop
from industria.brief.charts.sheet import Sheet
from industria.brief.theme import LABEL, LINE, QUIET, SMALL

__all__ = ["end_labels", "end_names", "joined", "point_labels", "start_labels"]

NAMES_AT_MOST = 0.28
"""Share of the width that the names of the lines take at most."""

LEADER_FROM = 5.0
"""A label that was moved by fewer pixels needs no leader."""

FAR = 30.0
"""A line that ends so many pixels before its name is led to it; where points have words, it ends 24 before."""

POINT = 5.0


def end_names(lines: Sequence[Path], page: Page) -> tuple[list[list[str]], float]:
    """Break the names of the lines for the column at their ends; return them and the width of the column."""
    most = page.width * NAMES_AT_MOST
    blocks = [wrap(line.name, LABEL, most, bold=True) if line.name else [] for line in lines]
    wide = max((text_width(word, LABEL, bold=True) for block in blocks for word in block), default=0.0)
    return blocks, wide


def joined(words: Sequence[str]) -> str:
    """Put the words of a point on one line."""
    return " · ".join(words)


def start_labels(sheet: Sheet, lines: Sequence[Path], edge: float, height: float) -> None:
    """Write the words of the first points beside them, to the left, apart from each other.

    Parameters
    ----------
    sheet : Sheet
        With the lines on it.
    lines : sequence of Path
        Those that begin in the first period.
    edge : float
        Right edge of the words, in pixels.
    height : float
        Of the plot, in pixels.
    """
    wanted = [sheet.y.pixel(line.points[0].value) for line in lines]
    middles = spread(wanted, [SMALL * LINE + 1] * len(lines), 0.0, height)
    for line, want, middle in zip(lines, wanted, middles, strict=True):
        sheet.words([(edge, middle, joined(line.points[0].words))], color=line.ink.text, size=SMALL, align="right")
        if abs(middle - want) > LEADER_FROM:
            start = sheet.x.pixel(line.points[0].at) - POINT - 1
            _leader(sheet, (start, want), (edge + 2, middle), line.ink.mark)


def end_labels(
    sheet: Sheet,
    lines: Sequence[Path],
    blocks: Sequence[Sequence[str]],
    quiet: Sequence[str],
    edge: float,
    height: float,
) -> None:
    """Write the name of each line where it ends, apart from its neighbors.

    Parameters
    ----------
    sheet : Sheet
        With the lines on it.
    lines, blocks : sequence of shape (n,)
        The lines, and their names broken into lines of text.
    quiet : sequence of str, shape (n,)
        Written under each name: value and observations of the last point.
    edge : float
        Left edge of the names, in pixels.
    height : float
        Of the plot, in pixels.
    """
    texts = [
        [(word, line.ink.text, LABEL, True) for word in block] + ([(small, QUIET, SMALL, False)] if small else [])
        for line, block, small in zip(lines, blocks, quiet, strict=True)
    ]
    sizes = [sum(size * LINE for _, _, size, _ in text) + 3 for text in texts]
    wanted = [sheet.y.pixel(line.last.value) for line in lines]
    middles = spread(wanted, sizes, -LABEL, height + LABEL)
    for line, text, size, want, middle in zip(lines, texts, sizes, wanted, middles, strict=True):
        y = middle - size / 2 + 1.5
        for word, color, letters, bold in text:
            sheet.words([(edge, y + letters * LINE / 2, word)], color=color, size=letters, bold=bold)
            y += letters * LINE
        end = sheet.x.pixel(line.last.at) + POINT + 1
        if text and (abs(middle - want) > LEADER_FROM or edge - end > FAR):
            _leader(sheet, (end, want), (edge - 3, middle), line.ink.mark, far=edge - end > FAR)


def _leader(
    sheet: Sheet, start: tuple[float, float], end: tuple[float, float], color: str, *, far: bool = False
) -> None:
    """Lead from a point to its words; a long stroke would be read as more of the line, so it is dotted and gray."""
    (a, b), (c, d) = start, end
    at = [((sheet.x.value(a), sheet.y.value(b)), (sheet.x.value(c), sheet.y.value(d)))]
    sheet.rules(at, QUIET if far else color, width=0.8, dash=(1, 3) if far else ())


def point_labels(
    sheet: Sheet, lines: Sequence[Path], width: float, height: float, *, skip: Sequence[float] = ()
) -> None:
    """Write at each point what belongs to it: below it where there is room, else where it hides least.

    Parameters
    ----------
    sheet : Sheet
        With the lines on it.
    lines : sequence of Path
        Whose points have words.
    width, height : float
        Of the plot, in pixels.
    skip : sequence of float
        Periods whose words stand elsewhere.
    """
    labels = [(line, stop) for line in lines for stop in line.points if stop.words and stop.at not in skip]
    if not labels:
        return
    choices = [_places(sheet, stop) for _, stop in labels]
    marks = [_around(sheet, stop) for line in lines for stop in line.points]
    trail = _trail(sheet, lines)

    def cost(box: Box) -> float:
        on_points = sum(box.overlap(mark) for mark in marks)
        on_lines = sum(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in trail)
        outside = max(0.0, -box.left, box.right - width) + max(0.0, -box.top - LABEL, box.bottom - height + 2)
        return 4 * on_points + 30 * on_lines + 60 * outside

    taken = place(choices, cost)
    for (line, stop), boxes, choice in zip(labels, choices, taken, strict=True):
        box = boxes[choice]
        middle = (box.left + box.right) / 2
        first = box.top + SMALL * LINE / 2
        for i, word in enumerate(stop.words):
            sheet.words([(middle, first + i * SMALL * LINE, word)], color=line.ink.text, size=SMALL, align="center")


def _places(sheet: Sheet, stop: Stop) -> list[Box]:
    """List the places of a label around its point: below, above, beside, then the same farther out."""
    x, y = sheet.x.pixel(stop.at), sheet.y.pixel(stop.value)
    wide = max(text_width(word, SMALL) for word in stop.words)
    high = len(stop.words) * SMALL * LINE
    boxes = []
    for far in (0.0, 7.0, 14.0, 22.0):
        near = POINT + 1 + far
        down, up = y + near, y - near - high
        side = y - high / 2
        for left, top in (
            (x - wide / 2, down),
            (x - wide / 2, up),
            (x + near, side),
            (x - near - wide, side),
            (x + POINT, down),
            (x - POINT - wide, down),
            (x + POINT, up),
            (x - POINT - wide, up),
        ):
            boxes.append(Box(left, top, left + wide, top + high))
    return boxes


def _around(sheet: Sheet, stop: Stop) -> Box:
    x, y = sheet.x.pixel(stop.at), sheet.y.pixel(stop.value)
    return Box(x - POINT, y - POINT, x + POINT, y + POINT)


def _trail(sheet: Sheet, lines: Sequence[Path]) -> list[tuple[float, float]]:
    """Lay pixels along the lines, three apart, to see what a label would cover."""
    trail = []
    for line in lines:
        for a, b in zip(line.stops, line.stops[1:], strict=False):
            if a is None or b is None:
                continue
            start, end = (sheet.x.pixel(a.at), sheet.y.pixel(a.value)), (sheet.x.pixel(b.at), sheet.y.pixel(b.value))
            steps = max(2, int(max(abs(end[0] - start[0]), abs(end[1] - start[1])) / 3))
            trail += [
                (start[0] + (end[0] - start[0]) * i / steps, start[1] + (end[1] - start[1]) * i / steps)
                for i in range(steps + 1)
            ]
    return trail
