"""How many matches were delivered, or closed and why, so many days after they were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Array, Column, Table, TableLike, columns_of
from industria.ecosystems._doubts import doubts, heaps_of
from industria.ecosystems._ends import Ends
from industria.ecosystems._matches import in_order, lines_of
from industria.errors import ChoiceError, EmptyTableError, ParameterRangeError, ReservedNameError
from industria.kernels.competing_risks import Incidence, aalen_johansen, between, self_consistent

__all__ = ["MatchOutcomes", "match_outcomes"]

Heaps = Literal["keep", "interval"]
HEAP: Final = 0.1
GROUPS: Final = 20
MADE: Final = ("at", "status", "reason", "incidence", "standard_error", "low", "high", "at_risk")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MatchOutcomes(Result):
    """Outcomes of matches over time.

    Attributes
    ----------
    table : Table
        One row a group, time and outcome: the columns of `by`, `at, status, reason, incidence,
        standard_error, low, high, at_risk`; the row whose status is open is what is left.
    issues : Table
        As `match_funnel` tells them.
    n_lines, n_used : int
        Lines read, and lines with an outcome that can be dated.
    n_negative, n_undated : int
        Lines left out: closed before they were made, and without a date.
    n_heaped : int
        Lines closed on a day with more than a tenth of all closings.
    confidence : float
        Of the intervals.
    """

    issues: Table
    n_lines: int
    n_used: int
    n_negative: int
    n_undated: int
    n_heaped: int
    confidence: float


@measure(
    gives={
        "at": "days since the match was made [count]",
        "incidence": "share of matches with the outcome by then; of open, the share that has none yet [fraction]",
        "standard_error": "standard error of the share [fraction]",
        "low": "lower end of the interval [fraction]",
        "high": "upper end of the interval [fraction]",
        "at_risk": "lines that were open, and watched, just before then [count]",
        "column": "column that is doubtful [name]",
        "value": "what stands there [name]",
        "problem": "why it is doubtful [name]",
        "nearest": "what was probably meant, where that can be told [name]",
    },
    cites=(
        "Aalen & Johansen (1978), Scandinavian Journal of Statistics 5, 141-150; variance: Marubini & Valsecchi "
        "(1995), Analysing Survival Data from Clinical Trials and Observational Studies, p. 341; heaps: Hudgens, "
        "Satten & Longini (2001), Biometrics 57, 74-80"
    ),
    design="descriptive",
)
def match_outcomes(
    matches: TableLike,
    *,
    by: Sequence[Column] = (),
    at: Sequence[float] = (7, 28, 90),
    heaps: Heaps = "keep",
    confidence: float = 0.95,
) -> MatchOutcomes:
    """Estimate how many matches end by delivery, and by each other reason, within so many days.

    Delivery and closings compete; lines that are still open count up to the last date in
    the table. One that was closed before it was made is left out and counted.
    Somebody cleaned up on a day with more than a tenth of all closings: such a date tells
    that the line had ended by then, and `heaps="interval"` takes it so.

    Parameters
    ----------
    matches : Table
        `match, donor, facility, item, quantity, created, closed, status` (delivered, closed or open),
        and `reason` if there.
    by : sequence of columns
        What makes a group; all lines are one without it.
    at : sequence of float
        Days since the match.
    heaps : {"keep", "interval"}
        `keep` takes every date as it stands. `interval` takes a line of a heap as ended on that day or before, and all
        others to the day; its errors are those of 20 samples that leave a twentieth of the lines out.
    confidence : float
        Of the intervals.

    Returns
    -------
    MatchOutcomes
        Incidences of all outcomes and what is open sum to 1. Null beyond the last day on which anything was
        watched. Intervals on the scale of log(-log); null where nobody, or everybody, has the outcome.

    Raises
    ------
    MissingColumnError, ColumnTypeError
        If a column lacks, or holds another kind of value than its name says.
    MissingValueError, UnknownLabelError
        If a status is missing, or none of the three; the message has the nearest.
    InfiniteValueError
        If a quantity is infinite.
    EmptyTableError
        If no line has an outcome that can be dated.
    ReservedNameError
        If a column of `by` bears a name that the result needs.
    ChoiceError, ParameterRangeError
        If a parameter is none of its words or out of range.
    ConvergenceError
        If the algorithm for heaps does not settle.

    Examples
    --------
    After three weeks a third is delivered, a third closed, and a third open; what was closed before it was
    made is left out.

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
    >>> found = match_outcomes(matches, at=[7, 21])
    >>> print(found.to_pandas()[["at", "status", "incidence"]].round(3).to_string(index=False))
     at    status  incidence
      7 delivered      0.333
      7    closed      0.000
      7      open      0.667
     21 delivered      0.333
     21    closed      0.333
     21      open      0.333
    >>> found.n_used, found.n_negative
    (3, 1)
    """
    by = columns_of(by, "by")
    times = _times(at)
    if heaps not in ("keep", "interval"):
        raise ChoiceError("heaps", heaps, ("keep", "interval"))
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "a number between 0 and 1")
    for column in by:
        if column in MADE:
            raise ReservedNameError("matches", column, MADE)
    rows = lines_of(matches, *by)
    heap_days = heaps_of(rows, HEAP)
    ends = Ends.of(rows, heap_days)
    if not ends.used.any():
        raise EmptyTableError("matches (lines with an outcome that can be dated)")
    groups = _groups(rows, by, ends.used)
    estimate = _keep if heaps == "keep" else _interval
    parts = [_table(rows, by, i[0], times, ends, estimate(ends.take(i), times), confidence) for i in groups]
    return MatchOutcomes(
        table=in_order(pa.concat_tables(parts), "outcomes"),
        issues=in_order(doubts(rows, heap_days), "issues"),
        n_lines=rows.num_rows,
        n_used=int(ends.used.sum()),
        n_negative=int((ends.days < 0).sum()),
        n_undated=int(np.isnan(ends.days).sum()),
        n_heaped=int((ends.heaped & ends.used).sum()),
        confidence=confidence,
    )


def _times(at: Sequence[float]) -> Array:
    try:
        times = np.unique(np.asarray(list(at), float))
    except (TypeError, ValueError):
        raise ParameterRangeError("at", at, "numbers of days, as [7, 28, 90]") from None
    if not len(times) or not np.isfinite(times).all() or (times < 0).any():
        raise ParameterRangeError("at", at, "numbers of days of 0 or more, as [7, 28, 90]")
    return times


def _groups(rows: pa.Table, by: Sequence[str], used: Array) -> list[Array]:
    """List the places of the used lines of each group, in the order of their labels."""
    labels = list(zip(*(rows[column].to_pylist() for column in by), strict=True)) or [()] * rows.num_rows
    places: dict[tuple[object, ...], list[int]] = {}
    for i in np.flatnonzero(used):
        places.setdefault(labels[i], []).append(int(i))
    ordered = sorted(places, key=lambda label: [(one is None, str(one)) for one in label])
    return [np.array(places[label]) for label in ordered]


def _keep(ends: Ends, times: Array) -> Incidence:
    return aalen_johansen(ends.days, ends.outcome, len(ends.known), times)


def _interval(ends: Ends, times: Array) -> Incidence:
    """Take a heap for a day by which a line had ended; errors by leaving out every twentieth line in turn."""
    counts = _counts(ends)
    shares = self_consistent(*counts)
    found = _upto(shares, ends, times)
    n = min(GROUPS, len(ends.days))
    line, width = np.arange(len(ends.days)), counts[0].shape[1]
    left = [_counts(ends.take(line % n != g), width) for g in range(n if n > 1 else 0)]
    samples = [_upto(self_consistent(*some, start=shares), ends, times) for some in left]
    spread = np.array(samples) - np.mean(samples, axis=0) if samples else np.full((1, *found.shape), np.nan)
    at_risk = (ends.days[:, None] >= times).sum(axis=0)
    return Incidence(found, (n - 1) / n * (spread**2).sum(axis=0), at_risk)


def _counts(ends: Ends, width: int | None = None) -> tuple[Array, Array, Array]:
    """Count ends to the day, ends by a day, and lines open at the end of a day."""
    ended = ends.outcome >= 0
    day = np.where(ended, np.ceil(ends.days), np.floor(ends.days)).astype(np.int64)
    shape = (len(ends.known), int(day.max()) + 1 if width is None else width)
    exact, by_then, still = np.zeros(shape), np.zeros(shape), np.zeros(shape[1])
    for counts, lines in ((exact, ended & ~ends.heaped), (by_then, ended & ends.heaped)):
        np.add.at(counts, (ends.outcome[lines], day[lines]), 1.0)
    np.add.at(still, day[~ended], 1.0)
    return exact, by_then, still


def _upto(shares: Array, ends: Ends, times: Array) -> Array:
    upto = np.cumsum(shares[:, :-1], axis=1).T[np.minimum(times.astype(int), shares.shape[1] - 2)]
    beyond = (times > ends.days.max()) & (shares[:, -1].sum() > 0)
    return np.where(beyond[:, None], np.nan, np.hstack([upto, 1 - upto.sum(axis=1, keepdims=True)]))


def _table(
    rows: pa.Table, by: Sequence[str], i: int, times: Array, ends: Ends, found: Incidence, confidence: float
) -> pa.Table:
    """Lay shares out, one row a time and outcome, under the labels of line i."""
    outcomes = [*ends.known, ("open", None)]
    m, k = found.share.shape
    error = np.sqrt(found.variance)
    low, high = between(found.share, error, confidence)
    cells = {"incidence": found.share, "standard_error": error, "low": low, "high": high}
    labels = {column: pa.repeat(rows[column][int(i)], m * k) for column in by}
    return pa.table(
        labels
        | {
            # As whole numbers, so that a brief can say at=28.
            "at": np.repeat(times.astype(np.int64) if (times % 1 == 0).all() else times, k),
            "status": pa.array([status for status, _ in outcomes] * m, pa.string()),
            "reason": pa.array([reason for _, reason in outcomes] * m, pa.string()),
        }
        | {name: pa.array(values.ravel(), from_pandas=True) for name, values in cells.items()}
        | {"at_risk": np.repeat(found.at_risk, k)}
    )
