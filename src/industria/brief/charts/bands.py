"""Quantiles by week as bands, and the median over them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from industria.brief.charts.page import Page
from industria.brief.charts.panels import Panel, Swatch
from industria.brief.charts.sheet import Sheet
from industria.brief.numbers import percent
from industria.brief.theme import ink

__all__ = ["Quantiles", "draw_bands", "key_of", "trail"]

OUTER = 0.18
INNER = 0.34

Quantiles: TypeAlias = tuple[float | None, ...]


def key_of(page: Page, named: Sequence[str]) -> list[Swatch]:
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


def draw_bands(sheet: Sheet, panel: Panel, run: Sequence[tuple[float, Quantiles]]) -> None:
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


def trail(sheet: Sheet, panel: Panel, run: Sequence[tuple[float, Quantiles]]) -> list[tuple[float, float]]:
    """Lay pixels along the median, three apart, to see what a label would cover."""
    trail = []
    for part in _unbroken([(at, row[len(row) // 2]) for at, row in run]):
        dots = [(sheet.x.pixel(at), panel.scale.pixel(value)) for at, value in part]
        for (a, b), (c, d) in pairwise(dots):
            steps = max(2, int(max(abs(c - a), abs(d - b)) / 3))
            trail += [(a + (c - a) * i / steps, b + (d - b) * i / steps) for i in range(steps + 1)]
    return trail
