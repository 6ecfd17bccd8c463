"""Who is still there after the surge, and what it would take to keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike
from industria.ecosystems._week_tables import table_of
from industria.ecosystems._weeks import following_weeks
from industria.errors import MissingValueError, ParameterRangeError, UnknownLabelError
from industria.kernels.surge_exit import CASH, MARGIN, ROUNDING, Exits, exits

__all__ = ["SurgeViability", "surge_viability"]

PRODUCTION: Final = (Field("product"), Field("actor"), Field("week", "week"), Field("output", "amount"))
OPTIONS: Final = (
    Field("product"),
    Field("actor"),
    Field("unit_cost", "amount"),
    Field("keep_cost", "amount"),
    Field("yield", "share", 1.0),
)
PRICES: Final = (
    Field("product"),
    Field("week", "week"),
    Field("price", "amount"),
    Field("demand", "amount", None),
    Field("offtake", "amount", None),
)
REASONS: Final = {0: None, CASH: "cash", MARGIN: "margin"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SurgeViability(Result):
    """Makers after the surge.

    Attributes
    ----------
    table : Table
        `actor, product, capacity, exit_week, reason, cash, present_value, break_even_offtake, contract_units,
        contract_cost`.
    path : Table
        `actor, product, week, sales, margin, cash, active`.
    actors : Table
        `actor, lines, exit_week, cash, present_value`: the lines of an actor together; its exit is that of the last.
    stayed : int
        How many are there after the last week.
    """

    path: Table
    actors: Table
    stayed: int


@measure(
    gives={
        "capacity": "the most good units a week that the plan had it make [unit of output]",
        "exit_week": "first week in which it no longer makes any; null where it stays [date]",
        "reason": "why it left: cash, or margin; null where it stays [name]",
        "cash": "cash at the end of the week, or of its last [currency]",
        "present_value": "its cash flows, later ones discounted [currency]",
        "break_even_offtake": "units a week whose margin pays for keeping the line, at the mean price; null "
        "where a unit costs what it brings [unit of output]",
        "contract_units": "units a week to be bought beyond what it would sell in the first week, had all makers "
        "stayed, so that it breaks even; null where that takes more than its capacity [unit of output]",
        "contract_cost": "what these cost a week at the mean price; null where they are [currency]",
        "sales": "units sold in the week [unit of output]",
        "margin": "price less unit cost, times sales [currency]",
        "active": "whether the line is kept in the week [1]",
        "lines": "products that the actor makes [count]",
    },
    cites="Dixit (1989), Entry and Exit Decisions under Uncertainty, JPE 97(3), 620-638",
    design="descriptive",
)
def surge_viability(
    plan_production: TableLike,
    options: TableLike,
    prices: TableLike,
    *,
    reserve: float = 0.0,
    discount: float = 0.0,
) -> SurgeViability:
    """Follow the makers of a surge into the weeks after it, until they leave or the weeks end.

    What is asked for is shared among those who are still there, in proportion to their
    capacity and up to it. Cash grows by (price - unit cost) x sales - cost of keeping the
    line. A maker leaves in the first week in which its cash would fall below -`reserve`, or
    from which on its margin stays below the cost of keeping the line. Each line of an
    actor, a product that it makes, is followed by itself, for its costs are told by product: one does not
    pay for another, and `actors` adds them up.

    Parameters
    ----------
    plan_production : Table
        `actor, product, week, output` (gross), as `surge_plan` gives it in `production`.
    options : Table
        `actor, product, unit_cost` (currency a unit), `keep_cost` (currency a week); `yield` if there.
    prices : Table
        `product, week, price` (currency a unit) after the surge; if there, `demand` (units in the week) and
        `offtake` (units that a contract buys at the least). The larger is asked for; where one is null or not
        there the other is, and where both are, all that is made.
    reserve : float
        How far below 0 its cash may fall before a maker leaves [currency].
    discount : float
        Rate a week at which later cash counts less.

    Returns
    -------
    SurgeViability
        Sorted by product and actor.

    Raises
    ------
    UnknownLabelError
        If somebody makes what `options` or `prices` does not list.
    WeeksError
        If the weeks of prices have a gap.
    MissingValueError
        If a product has no price in a week, or a column or cell lacks.
    ParameterRangeError
        If the reserve is negative or the discount not above -1.
    MissingColumnError, ColumnTypeError
        If a column lacks or is of another kind.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If a number cannot be what it is called.
    DuplicateRowError
        If an option, or a price of a week, stands twice.

    Examples
    --------
    After the surge masks sell for 30 cents; one maker can live with that, the other lacks an order.

    >>> import pandas as pd
    >>> made = pd.DataFrame({"actor": ["A", "B"], "product": "mask", "week": 9, "output": [5000, 4000]})
    >>> costs = pd.DataFrame({
    ...     "actor": ["A", "B"], "product": "mask", "unit_cost": [0.10, 0.25], "keep_cost": [600, 150],
    ... })
    >>> prices = pd.DataFrame({"product": "mask", "week": range(10, 14), "price": 0.30, "demand": 6000})
    >>> rows = surge_viability(made, costs, prices).to_pandas()
    >>> print(rows[["actor", "exit_week", "break_even_offtake", "contract_units"]].round(1).to_string(index=False))
    actor  exit_week  break_even_offtake  contract_units
        A       <NA>              3000.0             0.0
        B         10              3000.0           333.3
    """
    made = read(plan_production, "plan_production", *PRODUCTION, key=("actor", "product", "week"))
    known = read(options, "options", *OPTIONS, key=("actor", "product"))
    after = read(prices, "prices", *PRICES, key=("product", "week"))
    if not reserve >= 0:
        raise ParameterRangeError("reserve", reserve, "an amount of 0 or more")
    if not discount > -1:
        raise ParameterRangeError("discount", discount, "a rate above -1")
    weeks = following_weeks(after)
    makers = sorted(set(zip(made["product"], made["actor"], strict=True)))
    place = {pair: i for i, pair in enumerate(zip(known["product"], known["actor"], strict=True))}
    for product, actor in makers:
        if (product, actor) not in place:
            raise UnknownLabelError("plan_production", "actor", actor, f"options for {product}", [a for _, a in place])
    option = [place[maker] for maker in makers]
    capacity = np.zeros(len(makers))
    who = {maker: k for k, maker in enumerate(makers)}
    np.maximum.at(capacity, [who[pair] for pair in zip(made["product"], made["actor"], strict=True)], made["output"])
    capacity = capacity * known["yield"][option]
    products = sorted({product for product, _ in makers})
    price, asked = _markets(after, products, weeks)
    of = np.array([products.index(product) for product, _ in makers], np.int64)
    unit_cost, keep_cost = known["unit_cost"][option], known["keep_cost"][option]
    found = exits(of, capacity, unit_cost, keep_cost, price, asked, reserve)
    return _laid_out(makers, weeks, capacity, (unit_cost, keep_cost), price[of], found, discount)


def _markets(after: Rows, products: Sequence[str], weeks: Sequence[Any]) -> tuple[Array, Array]:
    """Lay out price and units asked for, by product and week; a contract buys at the least its offtake."""
    shape = (len(products), len(weeks))
    price, asked = np.full(shape, np.nan), np.full(shape, np.inf)
    for i, (product, week) in enumerate(zip(after["product"], after["week"], strict=True)):
        if product in products:
            cell = products.index(product), weeks.index(week)
            price[cell] = after["price"][i]
            # The larger of the two, or the one that is told.
            told = np.fmax(after["demand"][i], after["offtake"][i])
            asked[cell] = np.inf if np.isnan(told) else told
    gaps = np.argwhere(np.isnan(price))
    if len(gaps):
        where = f"product = {products[gaps[0][0]]!r}, week = {weeks[gaps[0][1]]}"
        raise MissingValueError("prices", "price", len(gaps), price.size, where)
    return price, asked


def _laid_out(
    makers: Sequence[tuple[str, str]],
    weeks: Sequence[Any],
    capacity: Array,
    cost: tuple[Array, Array],
    price: Array,
    found: Exits,
    discount: float,
) -> SurgeViability:
    """Tell of every maker when it leaves, and what would keep it."""
    unit_cost, keep_cost = cost
    n, T = found.active.shape
    last = np.maximum(found.active.sum(axis=1) - 1, 0)
    gone = found.reason > 0
    flows = np.where(found.active, found.margin - keep_cost[:, None], 0.0)
    mean = price.mean(axis=1)
    gain = mean - unit_cost
    needed = np.divide(keep_cost, gain, out=np.full(n, np.nan), where=gain > 0)
    lacking = np.where(needed > capacity * (1 + ROUNDING), np.nan, np.maximum(needed - found.opening, 0.0))
    cash, value = found.cash[np.arange(n), last], (flows / (1.0 + discount) ** np.arange(T)).sum(axis=1)
    return SurgeViability(
        table=table_of(
            {
                "actor": [actor for _, actor in makers],
                "product": [product for product, _ in makers],
                "capacity": capacity,
                "exit_week": [weeks[int(found.active[k].sum())] if gone[k] else None for k in range(n)],
                "reason": [REASONS[int(reason)] for reason in found.reason],
                "cash": cash,
                "present_value": value,
                "break_even_offtake": needed,
                "contract_units": lacking,
                "contract_cost": lacking * mean,
            },
            weeks,
            ("exit_week",),
        ),
        path=_path(makers, weeks, found),
        actors=_actors(makers, weeks, found, cash, value),
        stayed=int((~gone).sum()),
    )


def _path(makers: Sequence[tuple[str, str]], weeks: Sequence[Any], found: Exits) -> Table:
    """One row a maker and week."""
    rows = [(k, t) for k in range(len(makers)) for t in range(len(weeks))]
    columns = {
        "product": [makers[k][0] for k, _ in rows],
        "actor": [makers[k][1] for k, _ in rows],
        "week": [weeks[t] for _, t in rows],
        "sales": found.sales.ravel(),
        "margin": found.margin.ravel(),
        "cash": found.cash.ravel(),
        "active": found.active.ravel().tolist(),
    }
    return table_of(columns, weeks, ("week",))


def _actors(makers: Sequence[tuple[str, str]], weeks: Sequence[Any], found: Exits, cash: Array, value: Array) -> Table:
    """One row an actor, which is there as long as any of its lines."""
    actors = sorted({actor for _, actor in makers})
    of = np.array([actors.index(actor) for _, actor in makers], np.int64)
    kept = np.zeros(len(actors), np.int64)
    np.maximum.at(kept, of, found.active.sum(axis=1))
    columns = {
        "actor": actors,
        "lines": pa.array(np.bincount(of, minlength=len(actors))),
        "exit_week": [weeks[week] if week < len(weeks) else None for week in kept.tolist()],
        "cash": np.bincount(of, cash, len(actors)),
        "present_value": np.bincount(of, value, len(actors)),
    }
    return table_of(columns, weeks, ("exit_week",))
