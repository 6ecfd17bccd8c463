"""Quantiles by week as bands around the median, with what is known by its date."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from industria.brief.charts.columns import Columns, Page
from industria.brief.charts.labels import Box, place
from industria.brief.charts.lettering import text_width, wrap
from industria.brief.charts.panels import Panel, Swatch, along, open_sheet, stack
from industria.brief.charts.scales import Reading, Weeks
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.charts.upright import baseline, write_under
from industria.brief.numbers import percent
from industria.brief.theme import INK, LINE, SMALL, Ink, ink
from industria.errors import FigureDataError

__all__ = ["fan"]

OUTER = 0.18
INNER = 0.34
NOTES_AT_MOST = 0.35
"""Share of the width that the words beside a bound take at most."""

POINT = 6.0
END = 5.0
EDGE = 3.0
FAR = (2.0, 10.0, 20.0, 34.0, 50.0, 70.0)
LEADER_FROM = 18.0
"""A label that is nearer to its mark needs no leader, in pixels."""

SAID_AT_MOST = 6
WRITTEN, WRITTEN_ON_A_PHONE = 5, 2
"""Bounds whose words stand in the plot; more have numbers there, and their words below."""

NUMBERED = 18.0

Quantiles = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Mark:
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


def fan(
    columns: Columns,
    page: Page,
    *,
    week: str = "week",
    group: str | None = None,
    low: str = "q05",
    lower: str | None = "q25",
    middle: str = "q50",
    upper: str | None = "q75",
    high: str = "q95",
    at_least: str | None = None,
    at_most: str | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    note: str | None = None,
    cumulated: bool = True,
    shared: bool = True,
    axis: str | None = None,
    digits: int | None = None,
) -> Drawing:
    """Draw quantiles of what is not known, week by week, and the bounds that are known.

    A bound stands in a row of its own, whose week is its day and whose quantiles are
    missing; in the row of a week it stands where the quantiles of that week do. Of a
    bound with a span of dates the week may be missing.

    Parameters
    ----------
    columns : Columns
        The table, one row a week and group, and one a bound.
    page : Page
        Width, language, words.
    week : str
        Column of weeks, whole numbers or dates of their first days.
    group : str, optional
        Column of what has a plot of its own.
    low, lower, middle, upper, high : str
        Columns of the quantiles, from the lowest to the highest; without `lower` and
        `upper` there is one band.
    at_least, at_most : str, optional
        Columns of bounds that are known to hold.
    date_from, date_to : str, optional
        Columns of the first and the last day on which a bound may have come true, in the kind of
        `week`. A line joins the two, and the mark stands where the bound holds for sure: at the last
        for `at_least`, at the first for `at_most`.
    note : str, optional
        Column of words beside a bound, such as who says so.
    cumulated : bool
        Whether a value counts all up to the end of its week: among dates it stands there.
    shared : bool
        Let all groups have the same scale.
    axis : {"linear", "percent", "percent change"}, optional
        How the values are read.
    digits : int, optional
        Decimals of the figures in the description and beside bounds.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError, FigureOptionError
        Each names the column or the option.
    """
    named = (low, lower, middle, upper, high) if lower and upper else (low, middle, high)
    read = columns.reading(middle, axis)
    told, found = columns.weeks(*filter(None, (week, date_from, date_to)))
    groups = columns.groups(group)
    rows: list[Quantiles] = list(zip(*(columns.numbers(name) for name in named), strict=True))
    _refuse(columns, named, rows)
    decimals = read.digits([value for row in rows for value in row]) if digits is None else digits
    drawn = [any(value is not None for value in row) for row in rows]
    weeks, told_spans = _days(columns, (week, date_from, date_to), told, found, drawn)
    later = cumulated and told.first is not None
    at = [day + (later and there) for day, there in zip(weeks, drawn, strict=True)]
    spans = [span or (day, day) for span, day in zip(told_spans, at, strict=True)]

    marks = []
    for name, least in ((at_least, True), (at_most, False)):
        marks += _marks(columns, page, name, least, told, read, decimals, spans, groups, note)
    marks.sort(key=lambda mark: (mark.at, mark.row))
    listed = len(marks) > (WRITTEN_ON_A_PHONE if page.phone else WRITTEN)
    if listed:
        marks = [replace(mark, words=[str(i)]) for i, mark in enumerate(marks, start=1)]
    bare = [day for day, there in enumerate(drawn) if not there and any(mark.row == day for mark in marks)]
    columns.write_as(read, decimals, *named, *filter(None, (at_least, at_most)))
    columns.leave_blank(bare, *named)
    columns.leave_blank(range(len(rows)), *filter(None, (at_least, at_most)))
    runs = {
        name: [(at[i], rows[i]) for i in sorted(range(len(rows)), key=at.__getitem__) if groups[i] == name and drawn[i]]
        for name in dict.fromkeys(groups)
    }
    for name, run in runs.items():
        _refuse_twice(columns, week, name, [day for day, _ in run])

    taken_in = {name: [v for _, row in run for v in row if v is not None] for name, run in runs.items()}
    for mark in marks:
        taken_in[mark.group].append(mark.value)
    # An axis of dates begins with the first day, where nothing has come yet.
    span = [min([*weeks, *(mark.since for mark in marks)]), max([*at, *(mark.until for mark in marks)])]
    ends = [told.write(end, 0) for end in span]
    unit, key = columns.unit(middle, read), _key(page, named)
    made = stack(taken_in, page, read, unit=unit, key=key, shared=shared, ends=ends)
    sheet = open_sheet(made, along(span, told, made.width))
    for panel in made.panels:
        _bands(sheet, panel, runs[panel.name])
        baseline(sheet, panel.scale.pixel(0.0), 0, made.width)
        _write_marks(sheet, panel, runs[panel.name], [mark for mark in marks if mark.group == panel.name], made.width)
    bottom = write_under(sheet, "" if told.first else page.spoken.word("week"), made.width / 2, made.height)
    if listed:
        bottom += _list_below(sheet, page, marks, -made.left, made.height + bottom)

    said = [_said(name, run, page, told, read, decimals) for name, run in runs.items()]
    description = page.spoken.describe("fan", items="; ".join(said))
    if marks:
        description += " " + page.spoken.describe("milestones", items="; ".join(mark.said for mark in marks))
    return Drawing(sheet, made.width, made.height, Margins(made.left, 0.0, made.right, bottom), description)


def _days(
    columns: Columns,
    names: tuple[str, str | None, str | None],
    told: Weeks,
    found: Sequence[Sequence[float | None]],
    drawn: Sequence[bool],
) -> tuple[list[float], list[tuple[float, float] | None]]:
    """Return the week of each row, and the span of its bound where the table tells one."""
    asked = [name for name in names if name]
    by_name = dict(zip(asked, found, strict=True))
    none = [None] * len(drawn)
    starts, ends = (by_name[name] if name else none for name in names[1:])
    weeks, spans = [], []
    for i, (day, first, last) in enumerate(zip(by_name[names[0]], starts, ends, strict=True)):
        first, last = last if first is None else first, first if last is None else last
        day = last if day is None and not drawn[i] else day
        if day is None:
            raise FigureDataError(f"{columns.TABLE} has no week in column {names[0]!r}, row {i + 1}.")
        if first is not None and last is not None and last < first:
            raise FigureDataError(
                f"{columns.TABLE} has {names[2]} = {told.write(last, 0)} before {names[1]} = {told.write(first, 0)}, "
                f"row {i + 1}."
            )
        weeks.append(day)
        spans.append(None if first is None or last is None else (first, last))
    for name in asked:
        if told.first is None and all(value is None or value.is_integer() for value in by_name[name]):
            columns.write_as(told, 0, name)
    columns.leave_blank(range(len(drawn)), *asked)
    return weeks, spans


def _refuse(columns: Columns, named: Sequence[str], rows: Sequence[Quantiles]) -> None:
    """Refuse quantiles that are not in their order."""
    for i, row in enumerate(rows, start=1):
        there = [(name, value) for name, value in zip(named, row, strict=True) if value is not None]
        for (name, value), (above, larger) in pairwise(there):
            if value > larger:
                raise FigureDataError(
                    f"{columns.TABLE} has {name} = {value:g} above {above} = {larger:g}, row {i}; quantiles rise."
                )


def _refuse_twice(columns: Columns, week: str, name: str, days: Sequence[float]) -> None:
    if not days:
        raise FigureDataError(f"{columns.TABLE} has no quantile of {name!r}, bounds alone.")
    for day, then in pairwise(days):
        if day == then:
            of = f" of {name!r}" if name else ""
            raise FigureDataError(f"{columns.TABLE} has a week of {week!r} twice{of}; a fan has one row a week.")


def _marks(
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
) -> list[Mark]:
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
            found.append(Mark(i, groups[i], *spans[i], bound, least, [words, when, *filter(None, by)], said))
    return found


def _key(page: Page, named: Sequence[str]) -> list[Swatch]:
    """Name the bands, the widest last, and the line."""
    color = ink(0).mark
    middle = named[len(named) // 2]
    shades = (INNER, OUTER) if len(named) == 5 else (OUTER,)
    pairs = [(named[i], named[-1 - i]) for i in range(len(named) // 2)][::-1]
    swatches = [Swatch(page.spoken.word("median") if _share(middle) == 50 else page.head(middle), color, drawn="line")]
    for (low, high), shade in zip(pairs, shades, strict=True):
        swatches.append(Swatch(_band_name(page, low, high), color, shade if shade == OUTER else OUTER + INNER))
    return swatches


def _band_name(page: Page, low: str, high: str) -> str:
    first, last = _share(low), _share(high)
    if first is None or last is None or first + last != 100:
        return f"{page.head(low)} – {page.head(high)}"
    return page.spoken.word("middle_share", share=percent((last - first) / 100, 0, language=page.language))


def _share(name: str) -> int | None:
    """Read which quantile a column is from its name: q05 is 5."""
    found = re.search(r"(?:^|_)q(\d\d)$", name)
    return int(found[1]) if found else None


def _bands(sheet: Sheet, panel: Panel, run: Sequence[tuple[float, Quantiles]]) -> None:
    """Draw the bands and the median over them; a gap in the table is a gap in the picture."""
    pixel = panel.scale.pixel
    many = len(run[0][1]) // 2
    for i, shade in zip(range(many), (OUTER, INNER), strict=False):
        for part in _unbroken([(at, row[i], row[-1 - i]) for at, row in run]):
            edges = [(at, pixel(low), pixel(high)) for at, low, high in part]
            if len(edges) == 1:
                sheet.rules([((at, a), (at, b)) for at, a, b in edges], ink(0).mark, width=3.0)
            else:
                sheet.band(edges, ink(0).mark, opacity=shade)
    for part in _unbroken([(at, row[many]) for at, row in run]):
        line = [(at, pixel(value)) for at, value in part]
        if len(line) == 1:
            sheet.points(line, ink(0))
        else:
            sheet.path(line, ink(0))


def _unbroken(run: Sequence[tuple[float | None, ...]]) -> list[list[tuple[float, ...]]]:
    """Split a run where it leaves out a week."""
    weeks = [float(point[0]) for point in run if point[0] is not None]
    step = min((after - before for before, after in pairwise(weeks)), default=1.0)
    parts: list[list[tuple[float, ...]]] = []
    for point in run:
        there = tuple(value for value in point if value is not None)
        if len(there) < len(point):
            continue
        if not parts or there[0] - parts[-1][-1][0] > 1.5 * step:
            parts.append([])
        parts[-1].append(there)
    return parts


def _write_marks(
    sheet: Sheet, panel: Panel, run: Sequence[tuple[float, Quantiles]], marks: Sequence[Mark], width: float
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
    trail = _trail(sheet, panel, run)

    def cost(box: Box) -> float:
        on_marks = sum(box.overlap(other) for other in around)
        on_line = sum(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in trail)
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


def _list_below(sheet: Sheet, page: Page, marks: Sequence[Mark], left: float, top: float) -> float:
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


def _around(sheet: Sheet, panel: Panel, mark: Mark) -> Box:
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


def _trail(sheet: Sheet, panel: Panel, run: Sequence[tuple[float, Quantiles]]) -> list[tuple[float, float]]:
    """Lay pixels along the median, three apart, to see what a label would cover."""
    trail = []
    for part in _unbroken([(at, row[len(row) // 2]) for at, row in run]):
        dots = [(sheet.x.pixel(at), panel.scale.pixel(value)) for at, value in part]
        for (a, b), (c, d) in pairwise(dots):
            steps = max(2, int(max(abs(c - a), abs(d - b)) / 3))
            trail += [(a + (c - a) * i / steps, b + (d - b) * i / steps) for i in range(steps + 1)]
    return trail


def _said(
    name: str, run: Sequence[tuple[float, Quantiles]], page: Page, told: Weeks, read: Reading, digits: int
) -> str:
    """Say in words where the median runs: all weeks of few, the first, the middle and the last of many."""
    there = [(at, row) for at, row in run if row[len(row) // 2] is not None]
    shown = there if len(there) <= SAID_AT_MOST else [there[0], there[len(there) // 2], there[-1]]
    parts = []
    for at, row in shown:
        low, middle, high = row[0], row[len(row) // 2], row[-1]
        assert middle is not None
        bounds = "" if low is None or high is None else f" ({read.bounds(low, high, digits)})"
        parts.append(f"{told.write(at, 0)} {read.write(middle, digits)}{bounds}")
    return f"{name}: {', '.join(parts)}" if name else ", ".join(parts)
