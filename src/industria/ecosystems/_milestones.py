"""Dated bounds on what was made, and which draws agree with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.rows import Field, Rows
from industria.core.table import Array
from industria.errors import MissingValueError, UnknownLabelError, WeeksError

MILESTONES: Final = (
    Field("date_from", "week"),
    Field("date_to", "week"),
    Field("product", "text", None),
    Field("at_least", "amount", None),
    Field("at_most", "amount", None),
    Field("source", "text", None),
)


def refuse_impossible(bounds: Rows, products: Sequence[str]) -> None:
    """Refuse milestones that bound nothing, end before they begin, or are of a product that is not drawn.

    Raises
    ------
    WeeksError, UnknownLabelError, MissingValueError
        The first that is wrong.
    """
    for i in range(bounds.n):
        first, last = bounds["date_from"][i], bounds["date_to"][i]
        for column, day in (("date_from", first), ("date_to", last)):
            if not isinstance(day, date):
                raise WeeksError("milestones", column, f"has {day!r}, which is no date", "Write it as 2020-05-21.")
        if last < first:
            raise WeeksError("milestones", "date_to", f"has {last}, before date_from {first}", "Exchange the two.")
        product = bounds["product"][i]
        if product is not None and product not in products:
            raise UnknownLabelError("milestones", "product", product, "draws", products)
        if np.isnan(bounds["at_least"][i]) and np.isnan(bounds["at_most"][i]):
            raise MissingValueError(
                "milestones", "at_least", 1, bounds.n, f"date_to = {last}, and at_most is missing too"
            )


def agreement(bounds: Rows, i: int, products: Sequence[str], edges: Array, cumulated: Array) -> Array:
    """Tell of each draw whether it satisfies a milestone; NaN where its date lies outside the weeks."""
    product = bounds["product"][i]
    curves = cumulated.sum(axis=1) if product is None else cumulated[:, products.index(product)]
    agrees = np.ones(len(curves))
    for column, day, sign in (("at_least", "date_to", 1), ("at_most", "date_from", -1)):
        bound = bounds[column][i]
        if np.isnan(bound):
            continue
        when = bounds[day][i].toordinal()
        if not edges[0] <= when <= edges[-1]:
            return np.full(len(curves), np.nan)
        reached = np.array([np.interp(when, edges, curve) for curve in curves])
        agrees *= sign * reached >= sign * bound
    return agrees


def in_words(bounds: Rows, i: int) -> str:
    """Say what a milestone bounds."""
    least, most = bounds["at_least"][i], bounds["at_most"][i]
    said = [] if np.isnan(least) else [f"at least {least:,.0f} by {bounds['date_to'][i]}"]
    said += [] if np.isnan(most) else [f"at most {most:,.0f} on {bounds['date_from'][i]}"]
    return " and ".join(said) + ("" if bounds["product"][i] is None else f" ({bounds['product'][i]})")


def milestone_table(bounds: Rows, tested: Array, agrees: Array, without: Array, decisive: int | None) -> pa.Table:
    """One row a milestone: what it bounds, and what it does to the draws."""
    satisfied = np.where(tested, agrees.mean(axis=1), np.nan)
    return pa.table(
        {
            "date_from": bounds["date_from"],
            "date_to": bounds["date_to"],
            "product": pa.array(bounds["product"], pa.string()),
            "at_least": pa.array(bounds["at_least"], from_pandas=True),
            "at_most": pa.array(bounds["at_most"], from_pandas=True),
            "source": pa.array(bounds["source"], pa.string()),
            "tested": tested,
            "satisfied": pa.array(satisfied, from_pandas=True),
            "share_without": without,
            "decisive": [i == decisive for i in range(bounds.n)],
        }
    )
