"""What became of matches, by item, and what is doubtful in their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Array, Column, Table, TableLike, as_table, columns_of
from industria.ecosystems._doubts import doubts, heaps_of
from industria.ecosystems._matches import in_order, lines_of
from industria.errors import ParameterRangeError, ReservedNameError

__all__ = ["MatchFunnel", "match_funnel"]

COUNTS: Final = ("lines", "delivered", "closed", "open", "units_matched", "units_delivered", "delivered_share")
MADE: Final = (*COUNTS, "median_days", "p90_days", "negative_days")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MatchFunnel(Result):
    """What became of matches.

    Attributes
    ----------
    table : Table
        One row a group: the columns of `by`, `lines, delivered, closed, open, units_matched,
        units_delivered, delivered_share, median_days, p90_days, negative_days`.
    reasons : Table
        `reason, lines, share`, of lines that were closed without delivery; null where none is told.
    heaps : Table
        `date, closings, share`: days with more than `heap_share` of all closings.
    issues : Table
        `match, item, column, value, problem, nearest`: what is doubtful, a row each; null where it is a whole day.
    n_lines, n_issues : int
        Lines read, and rows of `issues`.
    median_days, median_days_with_negatives : float or None
        Of all deliveries together, without and with those that are dated before their match.
    """

    reasons: Table
    heaps: Table
    issues: Table
    n_lines: int
    n_issues: int
    median_days: float | None
    median_days_with_negatives: float | None


@measure(
    gives={
        "lines": "lines of matches; of reasons, lines closed for the reason [count]",
        "delivered": "lines that were delivered [count]",
        "closed": "lines that were closed without delivery [count]",
        "open": "lines that are open [count]",
        "units_matched": "sum of the quantities of all lines as they stand [units]",
        "units_delivered": "sum of the quantities of delivered lines as they stand [units]",
        "delivered_share": "delivered lines over lines [fraction]",
        "median_days": "median days from match to delivery, those dated before the match left out [count]",
        "p90_days": "90th percentile of the same days [count]",
        "negative_days": "deliveries dated before the match [count]",
        "reason": "why lines were closed; null where nothing is told [name]",
        "share": "lines over all that were closed; of heaps, closings of the day over all closings [fraction]",
        "date": "day on which an unlikely share of all lines was closed [date]",
        "closings": "lines delivered or closed on the day [count]",
        "column": "column that is doubtful [name]",
        "value": "what stands there [name]",
        "problem": "why it is doubtful [name]",
        "nearest": "what was probably meant, where that can be told [name]",
    },
    cites="Hyndman & Fan (1996), Sample Quantiles in Statistical Packages, The American Statistician 50(4), 361-365",
    design="descriptive",
)
def match_funnel(matches: TableLike, *, by: Sequence[Column] = ("item",), heap_share: float = 0.1) -> MatchFunnel:
    """Count what became of matches, and list what is doubtful in their lines.

    Every line counts, whatever is doubtful in it: quantities are added up as they stand,
    so that one of 2e14 shows, and `issues` names it. Units of different items (boxes, pairs,
    liters) add up to nothing that means much.

    Parameters
    ----------
    matches : Table
        `match, donor, facility, item, quantity, created, closed, status` (delivered, closed or open),
        and `reason` if there. Columns named `state`, or ending in `_state`, are held to the
        codes of US states.
    by : sequence of columns
        What makes a group; all lines are one without it.
    heap_share : float
        A day with more than this share of all closings is a heap: somebody cleaned up that day.

    Returns
    -------
    MatchFunnel
        One row a group. Days are null where nothing was delivered; percentiles lie between the two
        nearest days (type 7 of Hyndman and Fan).

    Raises
    ------
    MissingColumnError, ColumnTypeError
        If a column lacks, or holds another kind of value than its name says.
    MissingValueError, UnknownLabelError
        If a status is missing, or none of the three; the message has the nearest.
    InfiniteValueError
        If a quantity is infinite.
    ReservedNameError
        If a column of `by` bears a name that the result needs.
    ParameterRangeError
        If `heap_share` is not between 0 and 1, or `by` is no list of columns.

    Examples
    --------
    Two of four matches were delivered, one of them before it was made.

    >>> import pandas as pd
    >>> matches = pd.DataFrame({
    ...     "match": ["m1", "m2", "m3", "m4"],
    ...     "donor": "d1",
    ...     "facility": ["f1", "f2", "f3", "f4"],
    ...     "item": "gown",
    ...     "quantity": [100.0, 50.0, -1.0, 80.0],
    ...     "created": pd.Timestamp("2020-05-01"),
    ...     "closed": pd.to_datetime(["2020-05-08", "2020-05-22", "2020-04-20", None]),
    ...     "status": ["delivered", "closed", "delivered", "open"],
    ...     "reason": [None, "no_need", None, None],
    ... })
    >>> found = match_funnel(matches, heap_share=0.5)
    >>> shown = ["lines", "delivered", "closed", "open", "median_days", "negative_days"]
    >>> print(found.to_pandas()[shown].to_string(index=False))
     lines  delivered  closed  open  median_days  negative_days
         4          2       1     1          7.0              1
    >>> issues = found.issues.collect("pandas").to_native()
    >>> print(issues[["match", "column", "problem"]].to_string(index=False))
    match   column                         problem
       m3   closed it is before the match was made
       m3 quantity               it is not above 0
    """
    by = columns_of(by, "by")
    if not 0 < heap_share <= 1:
        raise ParameterRangeError("heap_share", heap_share, "a share above 0, to 1")
    for column in by:
        if column in MADE:
            raise ReservedNameError("matches", column, MADE)
    rows = lines_of(matches, *by)
    heaps = heaps_of(rows, heap_share)
    issues = doubts(rows, heaps)
    lines = as_table(rows, "matches")
    days = _days_to_delivery(rows)
    return MatchFunnel(
        table=_groups(lines, by),
        reasons=_reasons(lines),
        heaps=in_order(heaps, "heaps"),
        issues=in_order(issues, "issues"),
        n_lines=rows.num_rows,
        n_issues=issues.num_rows,
        median_days=_median(days[days >= 0]),
        median_days_with_negatives=_median(days),
    )


def _groups(lines: Table, by: Sequence[str]) -> Table:
    """Add lines up; what is null in a group counts for nothing."""
    delivered = nw.col("status") == "delivered"
    days = nw.when(delivered).then(nw.col("days"))
    told = lines.select(
        *by,
        _group=nw.lit(0),
        lines=nw.lit(1),
        delivered=delivered.cast(nw.Int64),
        _closed=(nw.col("status") == "closed").cast(nw.Int64),
        open=(nw.col("status") == "open").cast(nw.Int64),
        units_matched=nw.col("quantity"),
        units_delivered=nw.when(delivered).then(nw.col("quantity")).otherwise(nw.lit(0.0)),
        days=nw.when(days >= 0).then(days),
        negative_days=nw.when(days < 0).then(nw.lit(1)).otherwise(nw.lit(0)),
    )
    sums = ("lines", "delivered", "_closed", "open", "negative_days")
    cells = told.group_by(*(by or ("_group",))).agg(
        *(nw.col(name).sum().cast(nw.Int64) for name in sums),
        nw.col("units_matched").sum(),
        nw.col("units_delivered").sum(),
        median_days=nw.col("days").quantile(0.5, "linear"),
        p90_days=nw.col("days").quantile(0.9, "linear"),
    )
    share = nw.col("delivered").cast(nw.Float64) / nw.col("lines").cast(nw.Float64)
    cells = cells.with_columns(delivered_share=share, closed=nw.col("_closed"))
    return cells.select(*by, *MADE).sort(*(by or ("lines",)))


def _reasons(lines: Table) -> Table:
    closed = lines.filter(nw.col("status") == "closed").select("reason", lines=nw.lit(1))
    counts = closed.group_by("reason").agg(nw.col("lines").sum().cast(nw.Int64))
    counts = counts.with_columns(share=nw.col("lines").cast(nw.Float64) / nw.col("lines").sum().cast(nw.Float64))
    return counts.sort("lines", "reason", descending=[True, False])


def _days_to_delivery(rows: pa.Table) -> Array:
    delivered = np.array([word == "delivered" for word in rows["status"].to_pylist()], bool)
    days: Array = rows["days"].to_numpy()
    return days[delivered & ~np.isnan(days)]


def _median(days: Array) -> float | None:
    return float(np.median(days)) if len(days) else None
