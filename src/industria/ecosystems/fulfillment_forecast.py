"""How many units will be delivered in the weeks to come, told at past dates and held to what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.measure import measure
from industria.core.replicate import RNG, replicate, seeds
from industria.core.result import Result
from industria.core.table import Array, Table, TableLike
from industria.ecosystems._doubts import doubts, heaps_of
from industria.ecosystems._matches import in_order, lines_of
from industria.ecosystems._weeks_ahead import WEEK, Known, Lines, draw, errors_of, undated
from industria.errors import EmptyTableError, ParameterRangeError

__all__ = ["FulfillmentForecast", "fulfillment_forecast"]

HEAP: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FulfillmentForecast(Result):
    """Forecasts at past dates, and their scores.

    Attributes
    ----------
    table : Table
        One row a cut-off: `cutoff, open_lines, forecast, low, high, naive, actual, covered, pinball, pinball_naive`.
    issues : Table
        As `match_funnel` tells them.
    n_negative, n_undated : int
        Lines left out: closed before they were made, and without a date.
    n_scored : int
        Cut-offs whose weeks lie within the lines.
    coverage, share_covered : float
        The share of intervals that should hold what came, and the share that does.
    pinball, pinball_naive : float
        Mean losses of forecast and of the naive one.
    skill : float
        One less the ratio of the two; below 0 the naive forecast is better. None where nothing is scored.
    """

    issues: Table
    n_negative: int
    n_undated: int
    n_scored: int
    coverage: float
    share_covered: float | None
    pinball: float | None
    pinball_naive: float | None
    skill: float | None


@measure(
    gives={
        "cutoff": "day on which the forecast is made; only earlier dates are known to it [date]",
        "open_lines": "lines that were open then [count]",
        "forecast": "units that will be delivered in the weeks after, median of the draws [unit of quantity]",
        "low": "lower end of the interval of the coverage asked for [unit of quantity]",
        "high": "upper end of that interval [unit of quantity]",
        "naive": "units delivered in as many weeks before the cut-off [unit of quantity]",
        "actual": "units delivered in the weeks after; null where the lines end before [unit of quantity]",
        "covered": "whether the interval holds what came [1]",
        "pinball": "loss of low end, median and high end, their mean [unit of quantity]",
        "pinball_naive": "the same loss of the naive forecast, which has no interval [unit of quantity]",
        "column": "column that is doubtful [name]",
        "value": "what stands there [name]",
        "problem": "why it is doubtful [name]",
        "nearest": "what was probably meant, where that can be told [name]",
    },
    cites=(
        "Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 8; scores: Gneiting & Raftery (2007), "
        "Strictly Proper Scoring Rules, Prediction, and Estimation, JASA 102, 359-378"
    ),
    design="descriptive",
)
def fulfillment_forecast(
    matches: TableLike,
    *,
    cutoffs: Sequence[str],
    horizon_weeks: int = 8,
    coverage: float = 0.8,
    draws: int = 500,
    rng: RNG,
) -> FulfillmentForecast:
    """Forecast units delivered in the next weeks from what was known at each cut-off, and score it.

    A week to come is, in each draw, one of all the weeks before, taken with replacement: open lines are
    delivered and closed with the shares of that week, and its new lines come. So weeks in which somebody
    cleaned up come again, as they did. To each draw an error is added that forecasts of earlier Mondays had,
    as far as their weeks are over, on the scale of square roots: when business grows, past weeks alone
    tell too little. What was known on a day is told by the dates of the lines; a line that was
    closed before it was made is left out, and counted.

    Parameters
    ----------
    matches : Table
        `match, donor, facility, item, quantity, created, closed, status` (delivered, closed or open),
        and `reason` if there.
    cutoffs : sequence of str
        Days as 2020-11-01.
    horizon_weeks : int
        How many weeks are forecast.
    coverage : float
        Of the intervals, between 0 and 1.
    draws : int
        How often.
    rng : int, SeedSequence or Generator
        Where the random numbers come from.

    Returns
    -------
    FulfillmentForecast
        One row a cut-off; without a forecast where not one whole week was known. Quantities count as they stand.

    Raises
    ------
    MissingColumnError, ColumnTypeError
        If a column lacks, or holds another kind of value than its name says.
    MissingValueError, UnknownLabelError
        If a status is missing, or none of the three; the message has the nearest.
    InfiniteValueError
        If a quantity is infinite.
    EmptyTableError
        If no line can be dated.
    ParameterRangeError
        If a cut-off is no day, or a number is out of range.
    UsageError
        If `rng` is no seed, or `draws` is below one.

    Examples
    --------
    Ten gowns a day, delivered after three days: two weeks bring 140.

    >>> import pandas as pd
    >>> days = pd.date_range("2020-05-04", periods=84)
    >>> matches = pd.DataFrame({
    ...     "match": [f"m{i}" for i in range(84)],
    ...     "donor": "d1",
    ...     "facility": "f1",
    ...     "item": "gown",
    ...     "quantity": 10.0,
    ...     "created": days,
    ...     "closed": days + pd.Timedelta(days=3),
    ...     "status": "delivered",
    ... })
    >>> found = fulfillment_forecast(matches, cutoffs=["2020-06-29"], horizon_weeks=2, draws=50, rng=1)
    >>> print(found.to_pandas()[["cutoff", "open_lines", "forecast", "naive", "actual"]].to_string(index=False))
        cutoff  open_lines  forecast  naive  actual
    2020-06-29           3     140.0  140.0   140.0
    """
    days = _cutoffs(cutoffs)
    if horizon_weeks < 1:
        raise ParameterRangeError("horizon_weeks", horizon_weeks, "a whole number of 1 or more")
    if not 0 < coverage < 1:
        raise ParameterRangeError("coverage", coverage, "a number between 0 and 1")
    rows = lines_of(matches)
    lines = Lines.of(rows)
    if not len(lines.created):
        raise EmptyTableError("matches (lines that can be dated)")
    span = float(WEEK * horizon_weeks)
    tails = ((1 - coverage) / 2, 0.5, (1 + coverage) / 2)
    told: list[dict[str, Any]] = []
    seed_of_earlier, *own = seeds(rng, len(days) + 1)
    errors = errors_of(lines, days[-1], horizon_weeks, np.random.default_rng(seed_of_earlier))
    for day, seed in zip(days, own, strict=True):
        known = lines.known(float(day.toordinal()))
        row: dict[str, Any] = {"cutoff": day, "open_lines": len(known.open_units), "naive": lines.delivered(day, -span)}
        row["actual"] = lines.delivered(day, span) if day.toordinal() + span <= lines.end else None
        if len(known.ended):
            # What an earlier forecast erred by is known once its weeks are over.
            past = [error for end, error in errors if end <= day.toordinal()]
            sums = _sums(known, past, horizon_weeks, draws, seed)
            row["low"], row["forecast"], row["high"] = (float(q) for q in np.quantile(sums, tails))
        told.append(row | _scores(row, tails))
    scored = [row for row in told if row["pinball"] is not None]
    loss, naive = (np.mean([row[name] for row in scored]) if scored else None for name in ("pinball", "pinball_naive"))
    return FulfillmentForecast(
        table=in_order(pa.Table.from_pylist(told, SCHEMA), "forecasts"),
        issues=in_order(doubts(rows, heaps_of(rows, HEAP)), "issues"),
        n_negative=int(pc.sum(pc.less(rows["days"], 0)).as_py() or 0),
        n_undated=int(pc.sum(undated(rows)).as_py() or 0),
        n_scored=len(scored),
        coverage=coverage,
        share_covered=float(np.mean([row["covered"] for row in scored])) if scored else None,
        pinball=None if loss is None else float(loss),
        pinball_naive=None if naive is None else float(naive),
        skill=float(1 - loss / naive) if loss is not None and naive else None,
    )


NUMBERS: Final = ("forecast", "low", "high", "naive", "actual")
SCHEMA: Final = pa.schema(
    [
        ("cutoff", pa.date32()),
        ("open_lines", pa.int64()),
        *((name, pa.float64()) for name in NUMBERS),
        ("covered", pa.bool_()),
        ("pinball", pa.float64()),
        ("pinball_naive", pa.float64()),
    ]
)


def _cutoffs(cutoffs: Sequence[str]) -> list[date]:
    named = [cutoffs] if isinstance(cutoffs, str | date) else list(cutoffs)
    try:
        days = sorted({date.fromisoformat(str(day)[:10]) for day in named})
    except ValueError:
        raise ParameterRangeError("cutoffs", cutoffs, "days, as ['2020-11-01', '2020-12-01']") from None
    if not days:
        raise ParameterRangeError("cutoffs", cutoffs, "one day or more, as ['2020-11-01']")
    return days


def _sums(known: Known, errors: Sequence[float], weeks: int, draws: int, seed: np.random.SeedSequence) -> Array:
    """Draw units, and add to each an error of an earlier forecast."""
    for_draws, for_errors = seed.spawn(2)
    sums = replicate(draw, draws, arrays=(*known, np.array([weeks])), rng=for_draws)
    added = np.random.default_rng(for_errors).choice(errors or [0.0], draws)
    moved: Array = np.clip(np.sqrt(np.clip(sums, 0, None)) + added, 0, None) ** 2
    return moved


def _scores(row: dict[str, Any], tails: Sequence[float]) -> dict[str, Any]:
    """Score quantiles by the pinball loss; the naive forecast is one number for all of them."""
    actual = row["actual"]
    if actual is None or "forecast" not in row:
        return {"covered": None, "pinball": None, "pinball_naive": None}

    def loss(values: Sequence[float]) -> float:
        missed = [(tail, actual - value) for tail, value in zip(tails, values, strict=True)]
        return float(np.mean([max(tail * miss, (tail - 1) * miss) for tail, miss in missed]))

    return {
        "covered": row["low"] <= actual <= row["high"],
        "pinball": loss([row["low"], row["forecast"], row["high"]]),
        "pinball_naive": loss([row["naive"]] * 3),
    }
