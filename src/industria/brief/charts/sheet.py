"""Marks on a sheet: points, lines, bars and words in one pair of scales."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import altair as alt

from industria.brief.charts.scales import Scale
from industria.brief.theme import BASE, INK, LABEL, PAPER, Ink

__all__ = ["Align", "Drawing", "Margins", "Sheet"]

Align = Literal["left", "center", "right"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Margins:
    """What stands around the plot, in pixels: labels, tick labels, the line of the unit."""

    left: float = 0.0
    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0


@dataclass(slots=True)
class Sheet:
    """A plot in the making.

    Positions are values of the two scales, except in `words`, which takes
    pixels: Vega-Lite knows one pair of scales a plot, so pixels are turned
    back into values.

    Attributes
    ----------
    x, y : Scale
        Ticks of a scale become its grid and its labels.
    layers : list of altair.Chart
        What was drawn so far.
    """

    x: Scale
    y: Scale
    layers: list[Any] = field(default_factory=list)

    def points(self, at: Sequence[Point], ink: Ink, *, hollow: bool = False, size: float = 62.0) -> None:
        """Draw points; a hollow one is filled with paper, so that no line shows through."""
        mark = {"shape": ink.shape, "size": size, "stroke": ink.mark, "strokeWidth": 1.8, "opacity": 1.0}
        self._add([{"x": x, "y": y} for x, y in at], "point", filled=True, fill=PAPER if hollow else ink.mark, **mark)

    def path(self, at: Sequence[Point], ink: Ink, *, width: float = 2.2) -> None:
        """Draw a line through points in their order."""
        rows = [{"x": x, "y": y, "order": i} for i, (x, y) in enumerate(at)]
        dash = {"strokeDash": list(ink.dash)} if ink.dash else {}
        self._add(
            rows, "line", order=alt.Order("order:Q"), color=ink.mark, strokeWidth=width, strokeCap="round", **dash
        )

    def rules(
        self,
        at: Sequence[tuple[Point, Point]],
        color: str = BASE,
        *,
        width: float = 1.0,
        dash: Sequence[int] = (),
    ) -> None:
        """Draw straight strokes from point to point."""
        rows = [{"x": a, "y": b, "x2": c, "y2": d} for (a, b), (c, d) in at]
        style = {"strokeDash": list(dash)} if dash else {}
        self._add(rows, "rule", x2=alt.X2("x2"), y2=alt.Y2("y2"), color=color, strokeWidth=width, **style)

    def bars(self, at: Sequence[tuple[Point, Point]], color: str, *, opacity: float = 1.0) -> None:
        """Fill rectangles between two corners."""
        rows = [{"x": a, "y": b, "x2": c, "y2": d} for (a, b), (c, d) in at]
        pale = {"opacity": opacity} if opacity < 1 else {}
        self._add(rows, "rect", x2=alt.X2("x2"), y2=alt.Y2("y2"), color=color, **pale)

    def band(self, at: Sequence[tuple[float, float, float]], color: str, *, opacity: float = 0.16) -> None:
        """Fill the band between a low and a high line, pale enough to see the grid through it."""
        rows = [{"x": x, "y": low, "y2": high} for x, low, high in at]
        self._add(rows, "area", y2=alt.Y2("y2"), color=color, opacity=opacity)

    def words(
        self,
        at: Iterable[tuple[float, float, str]],
        *,
        color: str = INK,
        size: float = LABEL,
        align: Align = "left",
        bold: bool = False,
        italic: bool = False,
    ) -> None:
        """Write lines of text, each around the height of its middle; positions are pixels."""
        rows = [{"x": self.x.value(x), "y": self.y.value(y), "text": text} for x, y, text in at if text]
        style = {"fontWeight": "bold" if bold else "normal", "fontStyle": "italic" if italic else "normal"}
        # "middle" is the middle of small letters in some viewers and of capitals in others;
        # a baseline a third of the size below the middle is the same in all of them.
        self._add(
            rows,
            "text",
            text=alt.Text("text:N"),
            color=color,
            fontSize=size,
            align=align,
            baseline="alphabetic",
            dy=size * 0.35,
            **style,
        )

    def _add(self, rows: Sequence[dict[str, Any]], mark: str, **style: Any) -> None:
        if not rows:
            return
        channels = {key: style.pop(key) for key in ("x2", "y2", "text", "order") if key in style}
        chart = getattr(alt.Chart(alt.InlineData(values=list(rows))), f"mark_{mark}")(clip=False, **style)
        self.layers.append(chart.encode(x=self._position("x"), y=self._position("y"), **channels))

    def _position(self, channel: Literal["x", "y"]) -> Any:
        scale = self.x if channel == "x" else self.y
        straight = alt.Scale(domain=[scale.low, scale.high], range=[scale.first, scale.last], nice=False, zero=False)
        make = alt.X if channel == "x" else alt.Y
        # The first layer brings the axes: a later one that asked for none would take them away.
        if self.layers:
            return make(f"{channel}:Q", scale=straight)
        return make(f"{channel}:Q", scale=straight, axis=_axis(scale) if scale.ticks else None)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished plot without its title.

    Attributes
    ----------
    sheet : Sheet
        With everything drawn on it.
    width, height : float
        Of the plot, in pixels.
    margins : Margins
        Around it.
    description : str
        What the plot shows, for whoever cannot see it.
    """

    sheet: Sheet
    width: float
    height: float
    margins: Margins
    description: str


def _axis(scale: Scale) -> Any:
    """Let each tick say what the figure's own language says, instead of what Vega would."""
    ticks, labels = list(scale.ticks), list(scale.labels)
    return alt.Axis(
        values=ticks, labelExpr=f"{json.dumps(labels)}[indexof({json.dumps(ticks)}, datum.value)]", grid=scale.grid
    )
