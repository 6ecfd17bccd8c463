"""Vintages of one series, put together: the arithmetic that splice and constant_prices share."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import narwhals.stable.v2 as nw

from industria.core.table import Table, collect
from industria.errors import DuplicateRowError, EmptyTableError, MissingValueError, NoOverlapError

__all__ = ["METHODS", "Key", "Link", "Method", "Point", "chained", "vintages_of", "words"]

Method: TypeAlias = Literal["growth", "level"]
METHODS: tuple[Method, ...] = ("growth", "level")
Key: TypeAlias = tuple[Any, ...]
Series: TypeAlias = dict[Any, float]


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a spliced series: its value, the vintage it comes from, and what that was multiplied by."""

    value: float
    vintage: Any
    factor: float


@dataclass(frozen=True, slots=True)
class Link:
    """Where an older vintage meets those after it, and the newer level over the older there."""

    older: Any
    newer: Any
    period: Any
    ratio: float
    overlap: int


def vintages_of(
    table: Table, name: str, value: str, period: str, vintage: str | None, by: Sequence[str]
) -> dict[Key, dict[Any, Series]]:
    """Collect the values of every group by vintage and period; rows without a value are left out.

    Returns
    -------
    dict of tuple to (dict of vintage to (dict of period to float))
        Without a column of vintages there is one, None.

    Raises
    ------
    EmptyTableError
        If no row has a value.
    MissingValueError
        If a row with a value lacks its period or vintage.
    DuplicateRowError
        If a group, vintage and period has two rows.
    """
    keys = [*by, *([vintage] if vintage else []), period]
    rows = collect(table.select(*keys, nw.col(value).cast(nw.Float64).alias("_value")).sort(*keys)).to_pylist()
    held: dict[Key, dict[Any, Series]] = {}
    seen: dict[Key, int] = {}
    for row in rows:
        if row["_value"] is None:
            continue
        for column in keys[len(by) :]:
            if row[column] is None:
                missing = sum(one[column] is None for one in rows)
                raise MissingValueError(name, column, missing, len(rows), f"{value} = {row['_value']:g}")
        place = tuple(row[key] for key in keys)
        seen[place] = seen.get(place, 0) + 1
        series = held.setdefault(place[: len(by)], {}).setdefault(row[vintage] if vintage else None, {})
        series[row[period]] = row["_value"]
    if not seen:
        raise EmptyTableError(name)
    repeated = {place: times for place, times in seen.items() if times > 1}
    if repeated:
        first, times = next(iter(repeated.items()))
        raise DuplicateRowError(name, keys, words(keys, first), times, sum(repeated.values()) - len(repeated))
    return held


def chained(
    vintages: Mapping[Any, Series], method: Method, name: str, where: str = ""
) -> tuple[dict[Any, Point], list[Link]]:
    """Put the vintages of one series together, the newest first.

    Parameters
    ----------
    vintages : mapping of vintage to (mapping of period to float)
        The newest is the last in their order.
    method : {"growth", "level"}
        Whether an older vintage gives its growth, or its level as it stands.
    name, where : str
        What a message calls the table and the group.

    Returns
    -------
    tuple of (dict of period to Point, list of Link)
        The newest vintage stays as it is; an older one gives the periods that no newer
        one has. With growth it is multiplied by newer over older at the nearest
        period at or before it that both have, or else at the first one.

    Raises
    ------
    NoOverlapError
        If growth is to be chained and there is no such period.
    """
    newest, *older = sorted(vintages, reverse=True)
    spliced = {period: Point(value, newest, 1.0) for period, value in vintages[newest].items()}
    links: list[Link] = []
    newer = newest
    for vintage in older:
        series = vintages[vintage]
        shared = sorted(p for p, v in series.items() if p in spliced and v != 0 and spliced[p].value != 0)
        if not shared and method == "growth":
            raise NoOverlapError(name, vintage, newer, where)
        ratios = [spliced[period].value / series[period] for period in shared]
        for period, value in series.items():
            if period in spliced:
                continue
            place = max(bisect_right(shared, period) - 1, 0)
            factor = ratios[place] if method == "growth" else 1.0
            spliced[period] = Point(value * factor, vintage, factor)
        if shared:
            links.append(Link(vintage, newer, shared[0], ratios[0], len(shared)))
        newer = vintage
    return dict(sorted(spliced.items())), links[::-1]


def words(columns: Sequence[str], values: Sequence[Any]) -> str:
    """Write a place as messages do: `year = 2010, region = 'north'`."""
    return ", ".join(f"{column} = {value!r}" for column, value in zip(columns, values, strict=True))
