"""Figures: a result or a table, drawn in the one style of the house."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import pyarrow as pa

from industria.brief import charts
from industria.brief.figure_rows import gaps, kept, rows_of
from industria.brief.language import speak
from industria.brief.shown import SIGN
from industria.brief.theme import PAGE, font_folder
from industria.brief.usual import usual_figure
from industria.brief.withheld import last, rows_withheld
from industria.core.result import MARK, Result, is_synthetic
from industria.core.table import TableLike
from industria.errors import FigureOptionError, UnknownFigureError

if TYPE_CHECKING:
    from industria.brief.charts.sheet import Drawing

__all__ = ["KINDS", "Figure", "check_options", "figure"]

KINDS = (
    "bars",
    "coefficients",
    "event_study",
    "fan",
    "funnel",
    "gantt",
    "lines",
    "network",
    "ranges",
    "ranks",
    "removals",
    "shortfall",
    "slope",
    "strip",
    "tornado",
)

SCHEMA = "6.4"
"""Version of Vega-Lite that altair writes; vl-convert moves slower and must be told."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawn figure, with its data and what it shows in words.

    Attributes
    ----------
    kind : str
        Kind of figure.
    spec : mapping
        Vega-Lite, complete: data, scales, words, fonts.
    data : pyarrow.Table
        What was drawn, a row a mark, unrounded: the CSV of the figure.
    written : pyarrow.Table
        The same as text, in the figure's units, digits and language: its data table.
    description : str
        For whoever cannot see the figure; never empty.
    title, subtitle, source : str or None
        As given.
    language : str
        Of labels and numbers.
    width, height : int
        In pixels.
    synthetic : bool
        Whether its rows go back to such as were drawn: the picture, its description and
        its data say so.
    withheld : tuple of str
        Of a released table, the rows of which something may not leave, in the words of their labels.
    """

    kind: str
    spec: Mapping[str, Any] = field(repr=False)
    data: pa.Table = field(repr=False)
    written: pa.Table = field(repr=False)
    description: str
    title: str | None
    subtitle: str | None
    source: str | None
    language: str
    width: int
    height: int
    synthetic: bool = False
    withheld: tuple[str, ...] = ()

    @property
    def chart(self) -> Any:
        """The figure as an altair chart, to go on from."""
        import altair as alt

        return alt.LayerChart.from_dict(dict(self.spec))

    def svg(self) -> str:
        """Draw the figure as SVG: the same figure, the same bytes.

        Returns
        -------
        str
            Text stays text, in the font that `brief` ships; the description is
            its accessible name.
        """
        drawn: str = _renderer().vegalite_to_svg(dict(self.spec), vl_version=SCHEMA)
        return drawn.replace("<svg ", f'<svg role="img" aria-label={quoteattr(self.description)} ', 1)

    def png(self, scale: float = 2) -> bytes:
        """Draw the figure as PNG.

        Parameters
        ----------
        scale : float
            Pixels of the picture per pixel of the figure.
        """
        drawn: bytes = _renderer().svg_to_png(self.svg(), scale=scale)
        return drawn

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"image/svg+xml": self.svg(), "text/plain": self.description}


def figure(
    data: Result | TableLike,
    *,
    kind: str | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    source: str | None = None,
    description: str | None = None,
    language: str = "en",
    width: int = PAGE,
    names: Mapping[str, str] | None = None,
    unit: str | None = None,
    synthetic: bool = False,
    where: Mapping[str, str] | None = None,
    **encodings: Any,
) -> Figure:
    """Draw a result or a table.

    Parameters
    ----------
    data : Result or table
        A result of a measure, or a pandas, polars, pyarrow or DuckDB table; the
        rows are drawn in their order.
    kind : str, optional
        One of `KINDS`: "bars", "coefficients", "event_study", "fan", "funnel", "gantt",
        "lines", "network", "ranges", "ranks", "removals", "shortfall", "slope", "strip", "tornado".
        Without it, the kind that the columns allow: estimates with intervals by
        `relative_time` are an event study, by `term` coefficients; quantiles by `week` are a
        fan, changes by `lever` a tornado, stages a funnel, what is lost without each actor
        removals, pivots with their weeks a gantt, and what is `unmet` by week a shortfall.
    title : str, optional
        The finding, in a sentence; it wraps.
    subtitle : str, optional
        Unit and base.
    source : str, optional
        Line below the figure, with its date.
    description : str, optional
        What the figure shows, for whoever cannot see it; without it the values
        are put in words.
    language : str
        Of labels and numbers: one of `industria.brief.language.codes()`.
    width : int
        In pixels; below 480 the figure is laid out for a phone.
    names : mapping of str to str, optional
        Words for codes: `{"grant": "Year of the grant"}`.
    unit : str, optional
        What stands at the axis; without it the unit that the column carries.
    synthetic : bool
        Whether the rows go back to such as were drawn. A result, and its Arrow or pandas
        table, tell that themselves and cannot be made to keep silent.
    where : mapping of str to str, optional
        Rows kept: the text of a column by its name, empty for what is missing.
    **encodings
        Options of the kind: columns by name, and how to read them. See
        `industria.brief.charts.<kind>`.

    Returns
    -------
    Figure
        Nothing is drawn before `svg()` or `png()`.

    Raises
    ------
    UnknownFigureError
        If there is no such kind, or none fits the columns.
    FigureOptionError
        If the kind takes no such option.
    MissingColumnError
        If a column is not there; the message names the nearest one.
    FigureDataError
        If there are no rows, or nothing but gaps.
    UnknownLanguageError
        If no catalog speaks the language.

    Examples
    --------
    >>> import pyarrow as pa
    >>> rows = pa.table({"term": ["grant"], "estimate": [-0.25], "low": [-0.49], "high": [-0.01]})
    >>> figure(rows, axis="percent change", digits=0).description
    'Estimates with intervals. grant: −22% (−39 to −1).'
    """
    spoken, synthetic = speak(language), synthetic or is_synthetic(data)
    mark = f"{SIGN} {spoken.word('synthetic')}" if synthetic else None
    table = rows_of(data)
    if kind is None:
        usual = usual_figure(table)
        if usual is None:
            raise UnknownFigureError(None, KINDS, table.column_names)
        kind, where = usual.kind, usual.rows if where is None else where
        encodings = {**usual.options, **encodings}
        codes = table[usual.coded].to_pylist() if usual.coded else []
        names = {code: spoken.column(code) for code in codes} | dict(names or {})
    table = last(kept(table, where or {}))
    if any(rows_withheld(table)):
        # Words of an author who saw all rows may tell of those that are withheld.
        description = None
    draw = _kind(kind)
    taken = _options(draw)
    check_options(kind, encodings)
    if isinstance(data, Result) and "confidence" in taken and "confidence" in data.facts():
        encodings.setdefault("confidence", data.facts()["confidence"])

    from altair.utils.schemapi import debug_mode

    from industria.brief.charts.columns import Columns
    from industria.brief.charts.composition import compose
    from industria.brief.charts.page import Page

    page = Page(kind, width, language, dict(names or {}), unit)
    columns = Columns(table, page)
    # Altair would hold every mark to its schema, which takes longer than drawing; the tests do that.
    with debug_mode(False):
        drawing = draw(columns, page, **encodings)
        said = description if description and description.strip() else drawing.description
        said = f"{said.rstrip()} {mark}." if mark else said
        spec, height = compose(
            drawing, page, title=title, subtitle=subtitle, mark=mark, source=source, description=said
        )
    data_of = columns.drawn().replace_schema_metadata({MARK: "true"} if synthetic else None)
    written = columns.written()
    words = (title, subtitle, source, language)
    return Figure(kind, spec, data_of, written, said, *words, width, height, synthetic, gaps(table, data_of, written))


@cache
def _kind(kind: str) -> Callable[..., Drawing]:
    if kind not in KINDS:
        raise UnknownFigureError(kind, KINDS)
    drawn: Callable[..., Drawing] = getattr(importlib.import_module(f"{charts.__name__}.{kind}"), kind)
    return drawn


def _options(draw: Callable[..., Any]) -> list[str]:
    return [name for name, p in inspect.signature(draw).parameters.items() if p.kind is p.KEYWORD_ONLY]


def check_options(kind: str, options: Iterable[str]) -> None:
    """Refuse what neither a figure nor its kind takes: an option that is ignored is a promise that is not kept.

    Parameters
    ----------
    kind : str
        Kind of figure.
    options : iterable of str
        Their names.

    Raises
    ------
    UnknownFigureError, FigureOptionError
        If there is no such kind, or it takes no such option.
    """
    taken = _options(_kind(kind))
    for option in options:
        if option not in taken and option not in _options(figure):
            raise FigureOptionError(kind, option, taken)


@cache
def _renderer() -> Any:
    """Load the renderer with the shipped font, once."""
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))
    return vl_convert
