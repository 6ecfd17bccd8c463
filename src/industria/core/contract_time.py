"""Whether time goes on within a key: no period twice, none left out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import narwhals.stable.v2 as nw

from industria.core.contract_rules import TimeRule
from industria.core.contract_violation import Violation, distinct, failing, of_table, repeated
from industria.core.table import Table, as_table, from_arrays

__all__ = ["broken_time"]

GRID: Final = "_grid"
PHASE: Final = "_phase"
MARKS: Final = (GRID, PHASE, "_n", "_first", "_last", "_low", "_high")

_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "years": re.compile(r"\d{4}"),
    "quarters": re.compile(r"(\d{4})-?[Qq]([1-4])"),
    "months": re.compile(r"(\d{4})-?(?:-|M|m)(0[1-9]|1[0-2])"),
    "days": re.compile(r"\d{4}-\d\d-\d\d"),
}
_IN_YEAR: Final = {"quarters": 4, "months": 12}


def broken_time(table: Table, rule: TimeRule) -> list[Violation]:
    """List what of a rule on time a table breaks."""
    rows, by = table.filter(~nw.col(rule.period).is_null()), [*rule.by]
    within = f" within {', '.join(by)}" if by else ""
    broken: list[Violation] = []
    if rule.increasing:
        broken += repeated(rows, [*by, rule.period], f"{rule.period} is increasing{within}: no period stands twice")
    if rule.no_gaps:
        places = _places(list(distinct(table, rule.period)))
        if isinstance(places, str):
            return broken + of_table(f"{rule.period} has no gaps{within}, but {places}")
        broken += _gaps(rows, rule, places, f"{rule.period} has no gaps{within}")
    return broken


def _gaps(rows: Table, rule: TimeRule, places: Mapping[Any, int], text: str) -> list[Violation]:
    """Count the periods of each key against those from its first to its last."""
    if not places:
        return []
    by, step = [*rule.by], rule.step
    grid = {
        rule.period: list(places),
        GRID: [place // step for place in places.values()],
        PHASE: [place % step for place in places.values()],
    }
    counted = rows.join(as_table(from_arrays(grid), "periods", near=rows), on=rule.period, how="inner")
    flat = by or ["_all"]
    each = (counted if by else counted.with_columns(_all=nw.lit(0))).select(*flat, rule.period, GRID, PHASE).unique()
    spans = each.group_by(*flat).agg(
        _n=nw.len().cast(nw.Int64),
        _first=nw.col(GRID).min(),
        _last=nw.col(GRID).max(),
        _low=nw.col(PHASE).min(),
        _high=nw.col(PHASE).max(),
        first=nw.col(rule.period).min(),
        last=nw.col(rule.period).max(),
    )
    spans = spans.with_columns(missing_periods=nw.col("_last") - nw.col("_first") + 1 - nw.col("_n"))
    off = spans.filter((nw.col("missing_periods") != 0) | (nw.col("_low") != nw.col("_high")))
    return failing(off, text, by, ["first", "last", "missing_periods"])


def _places(periods: list[Any]) -> dict[Any, int] | str:
    """Put periods on a line of whole numbers, or tell the one that cannot be put there."""
    if not periods or all(isinstance(period, int) for period in periods):
        return {period: period for period in periods}
    if all(isinstance(period, dt.date) for period in periods):
        return _dates(periods)
    if all(isinstance(period, float) and period.is_integer() for period in periods):
        return {period: int(period) for period in periods}
    if not all(isinstance(period, str) for period in periods):
        return f"{periods[0]!r} is no whole number"
    return _texts(periods)


def _texts(periods: list[str]) -> dict[Any, int] | str:
    kinds: dict[str, str] = {}
    for period in periods:
        kind = next((kind for kind, form in _FORMS.items() if form.fullmatch(period)), None)
        if kind is None:
            return f"{period!r} is no year, quarter, month or day as 2019, 2019-Q1, 2019-01, 2019-01-31"
        kinds.setdefault(kind, period)
    if len(kinds) > 1:
        return "holds " + " and ".join(f"{kind} ({period!r})" for kind, period in kinds.items())
    (kind,) = kinds
    try:
        return _placed(periods, lambda period: _place(period, kind))
    except ValueError as error:
        return f"a day of it cannot be: {error}"


def _place(period: str, kind: str) -> int:
    if kind == "years":
        return int(period)
    if kind == "days":
        return dt.date.fromisoformat(period).toordinal()
    found = _FORMS[kind].fullmatch(period)
    return int(found[1]) * _IN_YEAR[kind] + int(found[2]) - 1 if found else 0


def _dates(dates: list[dt.date]) -> dict[Any, int]:
    """Count years where all dates are of one day of the year, months where of one day of the month, else days."""
    if len({date.day for date in dates}) > 1:
        return _placed(dates, lambda date: date.toordinal())
    if len({date.month for date in dates}) > 1:
        return _placed(dates, lambda date: date.year * 12 + date.month)
    return _placed(dates, lambda date: date.year)


def _placed(periods: Iterable[Any], place: Callable[[Any], int]) -> dict[Any, int]:
    return {period: place(period) for period in periods}
