"""Vintages of a series, put together into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of, from_arrays
from industria.errors import ChoiceError, ReservedNameError
from industria.tables._moments import check_columns
from industria.tables._splicing import METHODS, Key, Link, Method, Point, chained, vintages_of, words

__all__ = ["Splice", "splice"]

MADE = ("spliced", "factor", "older", "newer", "link", "ratio", "overlap")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Splice(Result):
    """One series out of several vintages.

    Attributes
    ----------
    table : Table
        One row a group and period.
    links : Table
        One row a group and older vintage: where it meets the newer ones. A ratio far
        from one is a change of definition or of base, which `level` leaves as a jump.
    method : str
        How the vintages were put together.
    """

    links: Table
    method: str


@measure(
    gives={
        "spliced": "value, in the level of the newest vintage where growth is chained [unit of value]",
        "factor": "what the value of this row's vintage was multiplied by [1]",
        "older": "the vintage that is linked [name]",
        "newer": "the vintage after it [name]",
        "link": "first period that both have [name]",
        "ratio": "newer over older level in that period [1]",
        "overlap": "periods that both have [count]",
    },
    cites="Hill & Fox (1997), Splicing Index Numbers, Journal of Business & Economic Statistics 15(3), 387-389",
    design="descriptive",
)
def splice(
    series: TableLike,
    *,
    value: Column,
    period: Column,
    vintage: Column,
    method: Method,
    by: Sequence[Column] = (),
) -> Splice:
    """Put overlapping vintages of a series together, the newest one first.

    The newest vintage stays as it was published. An older one gives the periods
    that no newer one has: its growth, multiplied by newer over older at the nearest
    period before that both have (else at the first), or its level as it stands.
    Which of the two is a choice that moves every older figure; the result records it.

    Parameters
    ----------
    series : Table
        `value`, `period`, `vintage` and the columns of `by`. Rows without a value are
        left out. Vintages and periods count by their own order, as years and dates do.
    value : column
        What was published.
    period : column
        What it is of.
    vintage : column
        Which edition, base year or classification it was published in.
    method : {"growth", "level"}
        Whether older vintages are chained by growth or taken as they stand.
    by : sequence of columns
        What makes a series; all rows are one without it.

    Returns
    -------
    Splice
        One row a group and period, with the vintage that it comes from.

    Raises
    ------
    MissingColumnError
        If `series` lacks a column.
    ColumnTypeError
        If `value` holds no numbers.
    ChoiceError
        If the method is no such word.
    ParameterRangeError
        If `by` is no list of columns.
    EmptyTableError
        If no row has a value.
    MissingValueError
        If a row with a value lacks its period or vintage.
    DuplicateRowError
        If a vintage has two rows of one period.
    NoOverlapError
        If growth is to be chained between vintages that share no period.
    ReservedNameError
        If a column bears a name that the result needs.
    """
    by = columns_of(by, "by")
    series = as_table(series, "series", value, period, vintage, *by)
    if method not in METHODS:
        raise ChoiceError("method", method, METHODS)
    check_columns(series, "series", [value], (), ())
    for column in (period, vintage, *by):
        if column in MADE:
            raise ReservedNameError("series", column, MADE)

    points: list[tuple[Key, Any, Point]] = []
    links: list[tuple[Key, Link]] = []
    for group, vintages in vintages_of(series, "series", value, period, vintage, by).items():
        where = f" where {words(by, group)}" if by else ""
        made, met = chained(vintages, method, "series", where)
        points += [(group, when, point) for when, point in made.items()]
        links += [(group, link) for link in met]
    told = "older vintages give their growth" if method == "growth" else "older vintages stand as published"
    return Splice(
        table=_table(points, by, period, vintage),
        links=_links(links, by),
        method=method,
        meanings={"spliced": f"{value}, spliced over {vintage}: {told}"},
    )


def _table(points: Sequence[tuple[Key, Any, Point]], by: Sequence[str], period: str, vintage: str) -> Table:
    return from_arrays(
        {
            **{column: [group[i] for group, _, _ in points] for i, column in enumerate(by)},
            period: [when for _, when, _ in points],
            vintage: [point.vintage for _, _, point in points],
            "spliced": [point.value for _, _, point in points],
            "factor": [point.factor for _, _, point in points],
        }
    )


def _links(links: Sequence[tuple[Key, Link]], by: Sequence[str]) -> Table:
    told = [link for _, link in links]
    rows = {
        **{column: pa.array([group[i] for group, _ in links]) for i, column in enumerate(by)},
        "older": pa.array([str(link.older) for link in told], pa.string()),
        "newer": pa.array([str(link.newer) for link in told], pa.string()),
        "link": pa.array([str(link.period) for link in told], pa.string()),
        "ratio": pa.array([link.ratio for link in told], pa.float64()),
        "overlap": pa.array([link.overlap for link in told], pa.int64()),
    }
    return as_table(pa.table(rows), "links")
