"""Lines through time with their names at the end: what `lines` and `slope` share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from industria.brief.charts.columns import Columns
from industria.brief.charts.page import Page
from industria.brief.charts.scales import Reading
from industria.brief.charts.sheet import Sheet
from industria.brief.charts.upright import Periods
from industria.brief.numbers import integer, number
from industria.brief.theme import BEHIND, MOST_INKS, Ink, ink
from industria.errors import FigureDataError

__all__ = ["Path", "Stop", "draw", "draw_behind", "notes", "paths", "said", "split"]

QUIETER: Final = Ink(BEHIND, BEHIND, "circle", ())


@dataclass(frozen=True, slots=True)
class Stop:
    """One point of a line.

    Attributes
    ----------
    at, value : float
        Period and value.
    hollow : bool
        Drawn hollow.
    words : list of str
        Written at the point, a line each.
    """

    at: float
    value: float
    hollow: bool
    words: list[str]


@dataclass(frozen=True, slots=True)
class Path:
    """One line, its points in the order of time; a gap in the table is None."""

    name: str
    ink: Ink
    stops: list[Stop | None]

    @property
    def points(self) -> list[Stop]:
        """The points that there are."""
        return [stop for stop in self.stops if stop is not None]

    @property
    def last(self) -> Stop:
        """The latest point."""
        return self.points[-1]


def paths(
    times: Periods,
    values: Sequence[float | None],
    groups: Sequence[str | None],
    hollow: Sequence[bool],
    words: Sequence[list[str]],
) -> list[Path]:
    """Sort the rows of a table into lines, in the order in which names first appear; rows without one stay out."""
    made = []
    for i, name in enumerate(name for name in dict.fromkeys(groups) if name is not None):
        rows = sorted((row for row, group in enumerate(groups) if group == name), key=lambda row: times.at[row])
        stops = [
            None if (value := values[row]) is None else Stop(times.at[row], value, hollow[row], words[row])
            for row in rows
        ]
        if any(stops):
            made.append(Path(name, ink(i), stops))
    return made


def split(columns: Columns, group: str | None, named: str | None) -> tuple[Sequence[str | None], Sequence[str | None]]:
    """Tell the lines that are named from those behind them; each row has a line among the one or the other.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError
        If a column cannot be read, or more lines are named than can be told apart.
    """
    if named is None or group is None:
        return columns.groups(group), [None] * columns.table.num_rows
    lines, flags = columns.labels(group), columns.flags(named)
    front = {line for line, flag in zip(lines, flags, strict=True) if flag}
    if not front:
        raise FigureDataError(f"{columns.TABLE} has no line that column {named!r} is true for.")
    if len(front) > MOST_INKS:
        raise FigureDataError(
            f"{columns.TABLE} names {len(front)} lines by column {named!r}; colors, shapes and line styles tell "
            f"{MOST_INKS} apart. Name the ones that the title speaks of."
        )
    return [line if line in front else None for line in lines], [None if line in front else line for line in lines]


def notes(columns: Columns, page: Page, *, note: str | None, n: str | None) -> list[list[str]]:
    """Read what is written at each point: a second label, and the number of observations.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError
        If a column is named and cannot be read.
    """
    lines: list[list[str]] = [[] for _ in range(columns.table.num_rows)]
    if note is not None:
        for line, word in zip(lines, _second(columns, page, note), strict=True):
            line += [word] if word else []
    if n is not None:
        for line, count in zip(lines, columns.numbers(n), strict=True):
            if count is not None:
                line.append(f"{page.spoken.word('n')}\u00a0{integer(count, language=page.language)}")
    return lines


def _second(columns: Columns, page: Page, note: str) -> list[str]:
    if not columns.holds_numbers(note):
        return [word or "" for word in columns.words(note)]
    values = columns.numbers(note)
    digits = 0 if all(value is None or value.is_integer() for value in values) else 1
    return ["" if value is None else number(value, digits, language=page.language) for value in values]


def draw(sheet: Sheet, lines: Sequence[Path], *, points: bool) -> None:
    """Draw the lines, and over them their points; a gap in the table is a gap in the line."""
    for line in lines:
        run: list[tuple[float, float]] = []
        for stop in [*line.stops, None]:
            if stop is not None:
                run.append((stop.at, stop.value))
            elif run:
                sheet.path(run, line.ink)
                run = []
    for line in lines:
        for hollow in (False, True):
            shown = [stop for stop in line.points if stop.hollow is hollow and (points or hollow or _alone(line, stop))]
            sheet.points([(stop.at, stop.value) for stop in shown], line.ink, hollow=hollow)


def draw_behind(sheet: Sheet, lines: Sequence[Path]) -> None:
    """Draw lines thin and gray, without points."""
    for line in lines:
        if len(line.points) > 1:
            sheet.path([(stop.at, stop.value) for stop in line.points], QUIETER, width=0.9)


def _alone(line: Path, stop: Stop) -> bool:
    """Tell whether a point has a gap on either side, so that no line shows it."""
    i = line.stops.index(stop)
    before = line.stops[i - 1] if i else None
    after = line.stops[i + 1] if i + 1 < len(line.stops) else None
    return before is None and after is None


def said(lines: Sequence[Path], times: Periods, read: Reading, decimals: int, page: Page, most: int = 6) -> str:
    """Say in words where each line runs, for the description of the figure: all points of few, the ends of many."""
    names = dict(zip(times.marks, times.names, strict=True))
    parts = []
    for line in lines:
        shown = line.points if len(line.points) <= most else [line.points[0], line.points[-1]]
        run = ", ".join(f"{names[stop.at]} {read.write(stop.value, decimals)}" for stop in shown)
        parts.append(f"{line.name}: {run}" if line.name else run)
    return "; ".join(parts)
