"""Which draws of a plan agree with what is known to have happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field, Rows, read
from industria.core.table import Array, Table, TableLike, as_table
from industria.ecosystems._matches import in_order
from industria.ecosystems._milestones import MILESTONES, agreement, in_words, milestone_table, refuse_impossible
from industria.ecosystems._quantiles import QUANTILES, quantiles
from industria.errors import EmptyTableError, WeeksError
from industria.kernels.binomial import exact_interval

__all__ = ["MilestoneReplay", "milestone_replay"]

DRAWS: Final = (
    Field("draw", "count"),
    Field("product", "text", "all"),
    Field("week", "week"),
    Field("output", "amount"),
)
RESULTS: Final = ("demand", "delivered", "unmet")
"""What a draw of an ensemble came to besides its output: no parameters, even where they are the same in all weeks."""
CONFIDENCE: Final = 0.95
WEEK: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MilestoneReplay(Result):
    """Draws held to dated bounds.

    Attributes
    ----------
    table : Table
        `product, week, q05, q25, q50, q75, q95` of output cumulated to the end of the week, over the draws that
        survive, and `prior_q05` to `prior_q95` over all; product is null for all together.
    milestones : Table
        The milestones, and of each `tested`, `satisfied`, `share_without`, `decisive`.
    draws : Table
        `draw, survives, missed` (milestones that it does not satisfy).
    parameters : Table
        `parameter, prior_mean, prior_sd, mean, sd, q05, q50, q95` of each column with one value a draw.
    n_draws, n_surviving, n_untested : int
        Draws, those that satisfy every milestone, and milestones outside the weeks of the draws.
    share_surviving, share_low, share_high : float
        Of the draws, with its exact interval of 95 %.
    decisive : str or None
        The milestone without which most draws would survive; None where all do.
    """

    milestones: Table
    draws: Table
    parameters: Table
    n_draws: int
    n_surviving: int
    n_untested: int
    share_surviving: float
    share_low: float
    share_high: float
    decisive: str | None


@measure(
    gives={
        "week": "week to whose end output is cumulated [date]",
        **dict.fromkeys(QUANTILES, "quantile over the draws that survive; of a parameter in its own unit [1]"),
        **{f"prior_{name}": "quantile of cumulated output over all draws [unit of output]" for name in QUANTILES},
        "product": "product that the bound, or the row, is about; null for all together [name]",
        "at_least": "what cumulated output was at least by date_to [unit of output]",
        "at_most": "what cumulated output was at most on date_from [unit of output]",
        "source": "who says so [name]",
        "tested": "whether the dates lie within the weeks of the draws [1]",
        "satisfied": "share of the draws that satisfy this milestone [fraction]",
        "share_without": "share of the draws that would survive without this milestone [fraction]",
        "decisive": "whether it is the one without which most draws would survive [1]",
        "survives": "whether the draw satisfies every milestone that can be tested [1]",
        "missed": "milestones that the draw does not satisfy [count]",
        "parameter": "column of the draws with one value a draw [name]",
        "prior_mean": "mean over all draws [unit of parameter]",
        "prior_sd": "standard deviation over all draws [unit of parameter]",
        "mean": "mean over the draws that survive [unit of parameter]",
        "sd": "standard deviation over the draws that survive [unit of parameter]",
    },
    cites="Rubin (1984), Bayesianly justifiable and relevant frequency calculations, Annals of Statistics 12(4), 1151",
    design="descriptive",
)
def milestone_replay(draws: TableLike, milestones: TableLike) -> MilestoneReplay:
    """Keep the draws that agree with dated facts, and tell what they say then.

    A fact of which only a span of dates is known binds weakly: `at_least` by the last of its dates, `at_most`
    on the first. Within a week output grows evenly. What is left of the draws is a sample from their
    distribution given the facts.

    Parameters
    ----------
    draws : Table
        `draw, week, output` (units in the week), and `product` where there are several; weeks are dates 7
        days apart, and what has no row is 0. Columns of numbers with one value a draw are its parameters.
        `draws` of `surge_ensemble` are such a table.
    milestones : Table
        `date_from, date_to`, and if there `product` (null for all together), `at_least`, `at_most`, `source`: bounds on
        output cumulated since the first week.

    Returns
    -------
    MilestoneReplay
        Quantiles are null where no draw survives. Milestones outside the weeks of the draws are marked,
        and bind nothing.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError
        If a column or a cell lacks, or is of another kind, or a milestone has neither bound.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called.
    DuplicateRowError
        If a draw has a product and week twice.
    UnknownLabelError
        If a milestone names a product that the draws do not have.
    WeeksError
        If weeks are no dates 7 days apart, or a milestone ends before it begins.
    EmptyTableError
        If there are no draws, or no milestones.

    Examples
    --------
    At least 30 pieces were made by 20 April: the slow draw goes.

    >>> import pandas as pd
    >>> draws = pd.DataFrame({
    ...     "draw": [0, 0, 1, 1, 2, 2],
    ...     "week": pd.to_datetime(["2020-04-06", "2020-04-13"] * 3).date,
    ...     "output": [10.0, 30.0, 5.0, 5.0, 20.0, 40.0],
    ... })
    >>> day = pd.to_datetime(["2020-04-20"]).date
    >>> known = pd.DataFrame({"date_from": day, "date_to": day, "at_least": [30.0]})
    >>> found = milestone_replay(draws, known)
    >>> found.n_surviving, found.decisive
    (2, 'at least 30 by 2020-04-20')
    >>> print(found.to_pandas()[["week", "prior_q50", "q50"]].to_string(index=False))
          week  prior_q50  q50
    2020-04-06       10.0 15.0
    2020-04-13       40.0 50.0
    """
    rows = read(draws, "draws", *DRAWS, key=("draw", "product", "week"))
    bounds = read(milestones, "milestones", *MILESTONES)
    for table in (rows, bounds):
        if not table.n:
            raise EmptyTableError(table.name)
    names, products, edges, output = _laid_out(rows)
    parameters = _parameters(draws, names)
    refuse_impossible(bounds, products)
    cumulated = np.concatenate([np.zeros((*output.shape[:2], 1)), output.cumsum(axis=2)], axis=2)

    agrees = np.array([agreement(bounds, i, products, edges, cumulated) for i in range(bounds.n)])
    tested = ~np.isnan(agrees).any(axis=1)
    kept = np.where(tested[:, None], agrees, 1.0) > 0
    survives: Array = np.asarray(kept.all(axis=0))
    without = np.array([np.delete(kept, i, axis=0).all(axis=0).mean() for i in range(bounds.n)])
    decisive = _decisive(kept, without)
    low, high = exact_interval(np.array([survives.sum()]), np.array([len(names)]), CONFIDENCE)
    return MilestoneReplay(
        table=in_order(_curve(products, edges, cumulated, survives), "curve"),
        milestones=in_order(milestone_table(bounds, tested, agrees, without, decisive), "milestones"),
        draws=in_order(pa.table({"draw": names, "survives": survives, "missed": (~kept).sum(axis=0)}), "draws"),
        parameters=in_order(_posterior(parameters, survives), "parameters"),
        n_draws=len(names),
        n_surviving=int(survives.sum()),
        n_untested=int((~tested).sum()),
        share_surviving=float(survives.mean()),
        share_low=float(low[0]),
        share_high=float(high[0]),
        decisive=None if decisive is None else in_words(bounds, decisive),
    )


def _laid_out(rows: Rows) -> tuple[Array, list[str], Array, Array]:
    """Lay output out by draw, product and week, with the days on which weeks begin, and the end of the last."""
    days = [week for week in rows["week"] if not isinstance(week, date)]
    if days:
        raise WeeksError(
            "draws", "week", f"has {days[0]!r}, which is no date", "Milestones have dates, and so must weeks."
        )
    weeks = sorted(set(rows["week"]))
    for before, after in pairwise(weeks):
        if (after - before).days != WEEK:
            raise WeeksError("draws", "week", f"goes from {before} to {after}", "Weeks are dates 7 days apart.")
    names, products = np.unique(rows["draw"]).astype(np.int64), sorted(set(rows["product"]))
    output = np.zeros((len(names), len(products), len(weeks)))
    place = (np.searchsorted(names, rows["draw"]), rows.places("product", products, "draws"))
    output[(*place, [(week - weeks[0]).days // WEEK for week in rows["week"]])] = rows["output"]
    first = weeks[0].toordinal()
    return names, products, np.arange(first, first + WEEK * len(weeks) + 1, WEEK), output


def _parameters(draws: TableLike, names: Array) -> dict[str, Array]:
    """Find the columns of numbers that have one value a draw."""
    table = as_table(draws, "draws")
    known = {*(field.name for field in DRAWS), *RESULTS}
    further = [name for name, kind in table.collect_schema().items() if kind in (nw.Int64, nw.Float64)]
    fields = [Field(name, "number", None) for name in sorted(further) if name not in known]
    rows = read(draws, "draws", DRAWS[0], *fields)
    place = np.searchsorted(names, rows["draw"])
    found = {}
    for field in fields:
        told = ~np.isnan(rows[field.name])
        value = np.full(len(names), np.nan)
        value[place[told]] = rows[field.name][told]
        if (value[place[told]] == rows[field.name][told]).all() and not np.isnan(value).any():
            found[field.name] = value
    return found


def _decisive(kept: Array, without: Array) -> int | None:
    """Find the milestone whose absence leaves most draws; among equals, that which fewest draws satisfy."""
    if kept.all():
        return None
    alone = kept.mean(axis=1)
    return min(range(len(kept)), key=lambda i: (-without[i], alone[i], i))


def _curve(products: Sequence[str], edges: Array, cumulated: Array, survives: Array) -> pa.Table:
    """Tell quantiles of cumulated output at the end of each week, of all products together first."""
    weeks = [date.fromordinal(int(day)) for day in edges[:-1]]
    curves: list[tuple[str | None, Array]] = [(None, cumulated.sum(axis=1))]
    curves += [(product, cumulated[:, k]) for k, product in enumerate(products)] if len(products) > 1 else []
    parts = []
    for product, curve in curves:
        upto = curve[:, 1:]
        columns: dict[str, Any] = {"product": pa.array([product] * len(weeks), pa.string()), "week": weeks}
        told = quantiles(upto[survives]) | {f"prior_{name}": q for name, q in quantiles(upto).items()}
        columns |= {name: pa.array(q, from_pandas=True) for name, q in told.items()}
        parts.append(pa.table(columns))
    return pa.concat_tables(parts)


def _posterior(parameters: dict[str, Array], survives: Array) -> pa.Table:
    rows = []
    for name, values in parameters.items():
        left = values[survives]
        told = {"parameter": name, "prior_mean": values.mean(), "prior_sd": _sd(values)}
        told |= {"mean": left.mean() if len(left) else None, "sd": _sd(left)}
        told |= {q: np.quantile(left, QUANTILES[q]) if len(left) else None for q in ("q05", "q50", "q95")}
        rows.append(told)
    numbers = ("prior_mean", "prior_sd", "mean", "sd", "q05", "q50", "q95")
    return pa.Table.from_pylist(
        rows, pa.schema([("parameter", pa.string()), *((name, pa.float64()) for name in numbers)])
    )


def _sd(values: Array) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None
