"""What limits a plan for a surge, and what a further unit of it would be worth."""

from __future__ import annotations

import numpy as np

from industria.core.rows import Array
from industria.core.table import Table
from industria.ecosystems._plan import TRACE, Solved, resource_use
from industria.ecosystems._surge import Surge
from industria.ecosystems._week_tables import table_of
from industria.kernels.surge_prices import Prices
from industria.kernels.surge_program import Statement


def price_table(solved: Solved) -> Table:
    """One row a limit: loss avoided per further unit, in the relaxation and with the plan's pivots given."""
    surge = solved.surge
    loose = _priced(surge, solved.loose_program, solved.loose.prices)
    relaxed = solved.solution.method == "relaxed"
    fixed = {} if relaxed else _priced(surge, solved.program, solved.flows.prices)
    keys = list(loose)
    columns = {
        "constraint": [key[0] for key in keys],
        "item": [key[1] for key in keys],
        "week": [None if key[2] is None else surge.weeks[key[2]] for key in keys],
        "price": np.array([loose[key] for key in keys]),
        "price_fixed": np.array([fixed.get(key, np.nan) for key in keys]),
    }
    return table_of(columns, surge.weeks, ("week",))


def _priced(surge: Surge, program: Statement, prices: Prices) -> dict[tuple[str, str, int | None], float]:
    """Name every price by constraint, item and week."""
    T = len(surge.weeks)
    found: dict[tuple[str, str, int | None], float] = {}
    for k, name in enumerate(surge.inputs):
        found |= {("input", name, t): float(prices.input[k, t]) for t in range(T)}
    for r, t, price in zip(*program.weekly, prices.week, strict=True):
        found["resource", surge.resources[r], int(t)] = float(price)
    for r, price in zip(program.totals, prices.total, strict=True):
        found["resource", surge.resources[r], None] = float(price)
    for p, name in enumerate(surge.products):
        found |= {("incumbent", name, t): float(prices.incumbent[p, t]) for t in range(T)}
        found["stockpile", name, None] = float(prices.stockpile[p])
    pivots = sorted(set(surge.program.f.tolist()))
    return found | {("actor", surge.actors[f], None): float(prices.actor[f]) for f in pivots}


def binding_table(solved: Solved) -> Table:
    """One row a week and limit with a price: its part of the value of all that limit the week."""
    surge, T = solved.surge, len(solved.surge.weeks)
    value = limit_values(solved)
    sums = sum(value.values(), np.zeros(T))
    rows = [
        (t, -float(v[t] / sums[t]), *key)
        for key, v in value.items()
        for t in np.flatnonzero(v > TRACE * np.maximum(sums, 1.0)).tolist()
    ]
    rows.sort()
    columns = {
        "week": [surge.weeks[row[0]] for row in rows],
        "constraint": [row[2] for row in rows],
        "item": [row[3] for row in rows],
        "value_share": np.array([-row[1] for row in rows], float),
    }
    return table_of(columns, surge.weeks, ("week",))


def limit_values(solved: Solved) -> dict[tuple[str, str], Array]:
    """Tell the value of every limit, by constraint, item and week: its price times what there is of it.

    Limits without a week count where they are used: a budget and an actor when pivots
    start, the opening stock in the first week.
    """
    surge, loose = solved.surge, solved.loose
    program, prices, T = surge.program, loose.prices, len(surge.weeks)
    value: dict[tuple[str, str], Array] = {}
    for k, name in enumerate(surge.inputs):
        value["input", name] = prices.input[k] * program.supply[k]
    for r, t, price in zip(*solved.loose_program.weekly, prices.week, strict=True):
        value.setdefault(("resource", surge.resources[r]), np.zeros(T))[t] += price * program.limit[r, t]
    used = resource_use(surge, solved.loose_program, loose)
    for r, price in zip(solved.loose_program.totals, prices.total, strict=True):
        value.setdefault(("resource", surge.resources[r]), np.zeros(T))[:] += price * used[r]
    for p, name in enumerate(surge.products):
        value["incumbent", name] = prices.incumbent[p] * program.incumbent[p]
        value["stockpile", name] = np.zeros(T)
        value["stockpile", name][0] = prices.stockpile[p] * program.stockpile[p]
    started = np.zeros((len(prices.actor), T))
    np.add.at(started, (program.f[solved.loose_program.a], solved.loose_program.q), loose.starts)
    for f in np.unique(program.f).tolist():
        value["actor", surge.actors[f]] = prices.actor[f] * started[f]
    return value
