"""A plot becomes a figure: title above, source below, margins all around."""

from __future__ import annotations

from typing import Any

import altair as alt

from industria.brief.charts.lettering import wrap
from industria.brief.charts.page import Page
from industria.brief.charts.sheet import Drawing
from industria.brief.theme import INK, LINE, QUIET, SMALL, SUBTITLE, TITLE, config

__all__ = ["compose"]

BETWEEN_TITLES = 4.0
BELOW_TITLE = 14.0
ABOVE_SOURCE = 8.0
EDGE = 2.0


def compose(
    drawing: Drawing,
    page: Page,
    *,
    title: str | None,
    subtitle: str | None,
    source: str | None,
    description: str,
    mark: str | None = None,
) -> tuple[dict[str, Any], int]:
    """Put title and subtitle above a plot, the mark of synthetic data and the source below it.

    Everything is placed in pixels beforehand, so that the figure is exactly as
    wide as its column and nothing is cut.

    Returns
    -------
    tuple of dict and int
        The Vega-Lite specification and the height of the figure in pixels.
    """
    margins = drawing.margins
    finding = wrap(title, TITLE, page.width - EDGE, bold=True) if title else []
    base = wrap(subtitle, SUBTITLE, page.width - EDGE) if subtitle else []
    drawn = wrap(mark, SMALL, page.width - EDGE, bold=True) if mark else []
    credit = wrap(source, SMALL, page.width - EDGE) if source else []
    top = _title_high(finding, base) + margins.top + EDGE
    below = len(drawn) + len(credit)
    bottom = margins.bottom + (below * SMALL * LINE + ABOVE_SOURCE if below else 0) + EDGE

    _write(drawing, finding, -top + EDGE, TITLE, INK, bold=True)
    _write(drawing, base, -top + EDGE + len(finding) * TITLE * LINE + BETWEEN_TITLES, SUBTITLE, QUIET)
    under = drawing.height + margins.bottom + ABOVE_SOURCE
    _write(drawing, drawn, under, SMALL, INK, bold=True)
    _write(drawing, credit, under + len(drawn) * SMALL * LINE, SMALL, QUIET)
    # In one call: each further method would copy every mark.
    chart = alt.LayerChart(
        layer=list(drawing.sheet.layers),
        width=drawing.width,
        height=drawing.height,
        padding={"left": margins.left, "top": top, "right": margins.right, "bottom": bottom},
        autosize=alt.AutoSizeParams(type="none"),
        description=description,
        config=alt.Config(**config()),
    )
    return chart.to_dict(validate=False), round(top + drawing.height + bottom)


def _title_high(finding: list[str], base: list[str]) -> float:
    """Return the height of title and subtitle with the air around them, in pixels."""
    if not finding and not base:
        return 0.0
    return (len(finding) * TITLE + len(base) * SUBTITLE) * LINE + BETWEEN_TITLES + BELOW_TITLE


def _write(drawing: Drawing, lines: list[str], top: float, size: float, color: str, *, bold: bool = False) -> None:
    """Write lines from the left edge of the figure.

    Vega would set a title above whatever sticks out of the plot, at a height
    that only Vega knows; as words it stands where there is room for it.
    """
    left = -drawing.margins.left
    middles = [top + (i + 0.5) * size * LINE for i in range(len(lines))]
    drawing.sheet.words(
        [(left, y, line) for y, line in zip(middles, lines, strict=True)], color=color, size=size, bold=bold
    )
