"""Stages of a funnel: how many reach each, and which share of the stage that it is part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from industria.brief.charts.columns import Columns
from industria.brief.charts.estimates import confidence_words
from industria.brief.charts.page import Page
from industria.brief.charts.rows import Row, items
from industria.brief.charts.scales import Reading, Scale
from industria.brief.charts.sheet import Drawing, Margins, Sheet
from industria.brief.charts.side_by_side import Entry, Plot, lay_out
from industria.brief.numbers import digits_beside_zero, number
from industria.brief.theme import QUIET, Ink, ink

__all__ = ["funnel"]

THICK = 13.0
PALE = 0.4
CAP = 6.0
DIGITS_AT_MOST = 2
DASH = (3, 3)
HOLLOW = Ink(QUIET, QUIET, "diamond", ())
SIGNS: Final = {"exact": "", "at_least": "≥\u00a0", "at_most": "≤\u00a0"}
SHAPES: Final = {"exact": "circle", "at_least": "triangle-right", "at_most": "triangle-left"}
PLACES: Final = ("start", "nested", "apart")


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage.

    Attributes
    ----------
    name, place : str
        What it is called; start, nested or apart.
    whole : str or None
        The stage that it is part of.
    count : float or None
        How many reach it.
    more : bool
        Whether the count may be larger.
    reached : float or None
        Share of the first stage of its chain.
    share, low, high : float or None
        Share of the stage that it is part of, with its interval.
    bound : str or None
        What that share is: exact, at_least, at_most or unknown.
    """

    name: str
    place: str
    whole: str | None
    count: float | None
    more: bool
    reached: float | None
    share: float | None
    low: float | None
    high: float | None
    bound: str | None


def funnel(
    columns: Columns,
    page: Page,
    *,
    stage: str = "stage",
    count: str = "count",
    place: str = "place",
    nested_in: str = "nested_in",
    reached: str = "from_start",
    share: str = "conversion",
    low: str = "low",
    high: str = "high",
    bound: str | None = "bound",
    at_least: str | None = "at_least",
    digits: int | None = None,
    confidence: float | None = None,
) -> Drawing:
    """Draw how many of the first stage reach each, and the share of the stage that it is part of.

    A stage that is part of no other is no step of the funnel: it has its count, a hollow
    mark and words, and no share.

    Parameters
    ----------
    columns : Columns
        The table, one row a stage in their order, as `conversion_funnel` gives it.
    page : Page
        Width, language, words.
    stage, count : str
        Columns that name the stage and count it.
    place : str
        Column of what it is: start of a chain, nested in another stage, or apart.
    nested_in : str
        Column of the stage that it is part of.
    reached : str
        Column of the count over that of the first stage of the chain.
    share, low, high : str
        Columns of the count over that of the stage that it is part of, with its interval.
    bound : str, optional
        Column of what the share is: exact, at_least, at_most or unknown.
    at_least : str, optional
        Column of whether the count may be larger.
    digits : int, optional
        Decimals of the shares in percent.
    confidence : float, optional
        Of the intervals, as a fraction; named over them.

    Raises
    ------
    MissingColumnError, ColumnTypeError, FigureDataError
        Each names the column.
    """
    read, word = Reading("percent", page.language), page.spoken.word
    names, wholes, counts = columns.labels(stage), columns.words(nested_in), columns.numbers(count)
    places = columns.codes(place, {code: word(f"stage_{code}") for code in PLACES})
    more = columns.flags(at_least)
    shares = [columns.numbers(name, empty=True) for name in (reached, share, low, high)]
    bounds = columns.codes(bound, _bound_words(page)) if bound else ["exact"] * len(names)
    rows = zip(names, places, wholes, counts, more, *shares, bounds, strict=True)
    stages = [Stage(name, code or "apart", *rest) for name, code, *rest in rows]

    decimals = _decimals(read, [v for values in shares[1:] for v in values]) if digits is None else digits
    columns.write_as(read, decimals, reached, share, low, high)
    columns.leave_blank([i for i, one in enumerate(stages) if one.place != "nested"], reached, share, low, high)
    counted = [_count(page, one) for one in stages]
    told = [_share(page, read, one, decimals) for one in stages]
    heads = (
        f"{page.unit or page.head(count)}; {word('percent_of_first')}",
        f"{word('percent_of_whole')} ({confidence_words(page, confidence)})",
    )
    plots = [Plot(head, (0.0, 1.0), figures, read) for head, figures in zip(heads, (counted, told), strict=True)]
    made = lay_out([Entry(one.name, _under(page, one)) for one in stages], plots, page)
    for row, (one, y) in enumerate(zip(stages, made.middles, strict=True)):
        if one.place == "apart":
            made.bare(row)
        _bar(made.sheet, made.scales[0], y, one)
        _interval(made.sheet, made.scales[1], y, one)

    under = [", ".join(filter(None, [one.name, _under(page, one)])) for one in stages]
    said = [
        Row("", name, amount, share_told if one.place == "nested" else "", "", 0)
        for name, amount, share_told, one in zip(under, counted, told, stages, strict=True)
    ]
    description = page.spoken.describe("funnel", items=items(said, page))
    return Drawing(made.sheet, float(page.width), made.height, Margins(), description)


def _decimals(read: Reading, shares: Sequence[float | None]) -> int:
    """Choose decimals that write no small share as none."""
    shown = [read.shown(share) for share in shares if share is not None]
    return min(DIGITS_AT_MOST, digits_beside_zero(shown, read.digits(shares)))


def _bound_words(page: Page) -> dict[str, str]:
    """Say what a share can be."""
    word = page.spoken.word
    signs = {"at_least": "≥", "at_most": "≤"}
    return {"exact": word("exact"), **signs, "unknown": word("missing")}


def _count(page: Page, one: Stage) -> str:
    if one.count is None:
        return page.spoken.word("missing")
    return (SIGNS["at_least"] if one.more else "") + number(one.count, 0, language=page.language)


def _share(page: Page, read: Reading, one: Stage, digits: int) -> str:
    """Write a share with its interval; what is apart has none, and what starts is the whole."""
    if one.place == "start":
        return ""
    if one.place == "apart":
        return page.spoken.word("no_share")
    if one.share is None or one.bound not in SIGNS:
        return page.spoken.word("missing")
    interval = "" if one.low is None or one.high is None else f" ({read.bounds(one.low, one.high, digits)})"
    return SIGNS[one.bound] + read.write(one.share, digits) + interval


def _under(page: Page, one: Stage) -> str:
    """Say what a stage is part of."""
    if one.place == "apart":
        return page.spoken.word("part_of_none")
    return page.spoken.word("part_of", whole=one.whole) if one.whole else ""


def _bar(sheet: Sheet, scale: Scale, y: float, one: Stage) -> None:
    """Draw how many of the first stage are left; a hollow mark where there is no chain."""
    if one.place == "apart":
        sheet.points([(scale.pixel(0.0) + THICK / 2, y)], HOLLOW, hollow=True)
        return
    reached = 1.0 if one.place == "start" else one.reached
    if reached is not None:
        corners = (scale.pixel(0.0), y - THICK / 2), (scale.pixel(reached), y + THICK / 2)
        settled = not one.more and one.bound in (None, "exact")
        sheet.bars([corners], ink(0).mark, opacity=1.0 if settled else PALE)


def _interval(sheet: Sheet, scale: Scale, y: float, one: Stage) -> None:
    """Draw a share with its interval; a triangle points where it may lie beyond."""
    if one.place != "nested":
        return
    known = one.share is not None and one.bound in SIGNS
    if one.low is not None and one.high is not None:
        ends = (scale.pixel(one.low), y), (scale.pixel(one.high), y)
        sheet.rules([ends], ink(0).mark, width=2.4 if known else 1.4, dash=() if known else DASH)
        if one.bound == "exact":
            sheet.rules([((x, y - CAP), (x, y + CAP)) for (x, _) in ends], ink(0).mark, width=1.6)
    if one.share is not None and one.bound in SHAPES:
        sheet.points([(scale.pixel(one.share), y)], Ink(ink(0).mark, "", SHAPES[one.bound], ()), size=44.0)
