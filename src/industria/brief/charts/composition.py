"""A plot becomes a figure: title above, source below, margins all around."""

from __future__ import annotations

from typing import Any

import altair as alt

from industria.brief.charts.columns import Page
from industria.brief.charts.lettering import wrap
from industria.brief.charts.sheet import Drawing
from industria.brief.theme import LINE, QUIET, SMALL, SUBTITLE, TITLE, config

__all__ = ["compose"]

BELOW_TITLE = 14.0
EDGE = 2.0


def compose(
    drawing: Drawing, page: Page, *, title: str | None, subtitle: str | None, source: str | None, description: str
) -> tuple[dict[str, Any], int]:
    """Put title, subtitle and source around a plot.

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
    credit = wrap(source, SMALL, page.width - EDGE) if source else []
    top = _title_high(finding, base) + margins.top + EDGE
    bottom = margins.bottom + (len(credit) * SMALL * LINE + 8 if credit else 0) + EDGE

    if credit:
        _write_credit(drawing, credit)
    chart = alt.layer(*drawing.sheet.layers).properties(
        width=drawing.width,
        height=drawing.height,
        padding={"left": margins.left, "top": top, "right": margins.right, "bottom": bottom},
        autosize=alt.AutoSizeParams(type="none"),
        description=description,
        **({"title": _title(finding, base, drawing)} if finding or base else {}),
    )
    return chart.configure(**config()).to_dict(), round(top + drawing.height + bottom)


def _title_high(finding: list[str], base: list[str]) -> float:
    """Return the height of title and subtitle with the air below them, in pixels."""
    if not finding and not base:
        return 0.0
    return (len(finding) * TITLE + len(base) * SUBTITLE) * LINE + (8 if finding and base else 0) + BELOW_TITLE


def _title(finding: list[str], base: list[str], drawing: Drawing) -> Any:
    return alt.Title(
        finding or [""],
        **({"subtitle": base} if base else {}),
        dx=-drawing.margins.left,
        offset=drawing.margins.top + BELOW_TITLE,
    )


def _write_credit(drawing: Drawing, lines: list[str]) -> None:
    """Write the source line under the plot."""
    start = drawing.height + drawing.margins.bottom + 8
    left = -drawing.margins.left
    drawing.sheet.words(
        [(left, start + (i + 0.5) * SMALL * LINE, line) for i, line in enumerate(lines)], color=QUIET, size=SMALL
    )
