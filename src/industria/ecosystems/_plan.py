"""A solved surge as tables: what is made, by whom, from what, and what holds it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.rows import Array
from industria.core.table import Table, as_table
from industria.ecosystems._surge import Ids, Surge
from industria.kernels.surge_program import Statement, output_by_week
from industria.kernels.surge_relaxation import Flows, Prices
from industria.kernels.surge_solution import Solution

# Output and prices below this are rounding errors of the solver.
TRACE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Solved:
    """A surge with the starts of its plan and what follows from them.

    Attributes
    ----------
    surge : Surge
        What was asked.
    solution : Solution
        Starts and bound.
    program : Statement
        Of these starts; of the relaxation where the plan is relaxed.
    flows : Flows
        Their output, or that of the relaxation.
    loose : Flows
        The relaxation.
    loose_program : Statement
        Its statement.
    """

    surge: Surge
    solution: Solution
    program: Statement
    flows: Flows
    loose: Flows
    loose_program: Statement

    @property
    def pivot_output(self) -> Array:
        """Good units that pivots deliver, by product and week."""
        program = self.surge.program
        made = np.zeros(program.d.shape)
        product, good = class_of(self.program, program.p, program.good, len(self.flows.x))
        np.add.at(made, product, good[:, None] * self.flows.x)
        return made


def class_of(program: Statement, p: Ids, good: Array, n: int) -> tuple[Ids, Array]:
    """Tell product and yield of every class of options."""
    product, share = np.zeros(n, np.int64), np.zeros(n)
    product[program.g], share[program.g] = p, good
    return product, share


def product_table(solved: Solved) -> Table:
    """One row a product and week."""
    surge, flows = solved.surge, solved.flows
    d = surge.program.d
    # What waits is counted every week it waits; what is delivered is what leaves the shelf.
    before = np.column_stack([np.zeros(len(d)), flows.u[:, :-1]]) if surge.program.backlog else 0.0
    return long(
        {"product": surge.products, "week": surge.weeks},
        demand=d,
        delivered=d + before - flows.u,
        unmet=flows.u,
        pivot_output=solved.pivot_output,
        incumbent_output=flows.z,
        stock=flows.s,
    )


def spread(solved: Solved) -> tuple[Ids, Ids, Ids, Array]:
    """Give the output of every class to its starts, those that began first first, then by actor.

    Returns
    -------
    tuple of array
        Place among the starts, option, week, gross output.
    """
    program, surge = solved.program, solved.surge.program
    part = solved.flows.starts
    k, t, units = output_by_week(surge, program.a, program.q)
    units = units * part[k]
    order = np.lexsort((surge.f[program.a[k]], program.q[k], t, program.g[program.a[k]]))
    k, t, units = k[order], t[order], units[order]
    cell = program.g[program.a[k]] * program.weeks + t
    ends = np.cumsum(units)
    first = np.concatenate([[True], cell[1:] != cell[:-1]]) if len(cell) else np.zeros(0, bool)
    opened = np.repeat((ends - units)[first], np.diff(np.append(np.flatnonzero(first), len(cell))))
    made = np.clip(solved.flows.x.ravel()[cell] - (ends - units - opened), 0.0, units)
    return k, program.a[k], t, made


def pivot_table(solved: Solved) -> Table:
    """One row a start of the plan; a relaxation, which starts in parts, has none."""
    surge, program = solved.surge, solved.program
    options, weeks = surge.options, surge.weeks
    k, _, _, made = spread(solved)
    output = np.bincount(k, made, len(program.a))
    ramp, lead = surge.program.ramp[program.a], surge.program.lead[program.a]
    full = program.q + lead + (ramp >= ramp.max(axis=1, initial=0.0)[:, None]).argmax(axis=1)
    order = np.lexsort((surge.program.p[program.a], program.q, surge.program.f[program.a]))
    order = order[: len(solved.solution.a)]

    def week(t: Ids) -> list[Any]:
        return [weeks[i] if i < len(weeks) else None for i in t[order].tolist()]

    a = program.a[order]
    return table_of(
        {
            "actor": [options["actor"][i] for i in a],
            "product": [options["product"][i] for i in a],
            "start_week": week(program.q),
            "first_output_week": week(program.q + lead),
            "full_output_week": week(full),
            "capacity": options["capacity"][a],
            "broker_hours": options["broker_hours"][a],
            "pivot_cost": options["pivot_cost"][a],
            "output": output[order],
        },
        weeks,
        ("start_week", "first_output_week", "full_output_week"),
    )


def production_table(solved: Solved) -> Table:
    """One row an actor, product and week with output."""
    surge = solved.surge
    _, a, t, made = spread(solved)
    T = len(surge.weeks)
    cells, row = np.unique(a * T + t, return_inverse=True)
    output = np.bincount(row, made, len(cells))
    kept = output > TRACE
    options, weeks = surge.options, surge.weeks
    rows = sorted(
        (options["actor"][cell // T], options["product"][cell // T], int(cell % T), float(units))
        for cell, units in zip(cells[kept], output[kept], strict=True)
    )
    return table_of(
        {
            "actor": [row[0] for row in rows],
            "product": [row[1] for row in rows],
            "week": [weeks[row[2]] for row in rows],
            "output": np.array([row[3] for row in rows], float),
        },
        weeks,
        ("week",),
    )


def input_table(solved: Solved) -> Table:
    """One row an input and week."""
    surge, flows = solved.surge, solved.flows
    supply = surge.program.supply
    opening = np.column_stack([np.zeros(len(supply)), flows.m[:, :-1]])
    return long(
        {"input": surge.inputs, "week": surge.weeks}, supply=supply, used=opening + supply - flows.m, stock=flows.m
    )


def resource_table(solved: Solved) -> Table:
    """One row a resource and week; a limit over all weeks together stands in a row without a week."""
    surge = solved.surge
    program = surge.program
    used = resource_use(surge, solved.program, solved.flows)
    names: list[str] = []
    weeks: list[Any] = []
    available: list[float] = []
    taken: list[float] = []
    for k, name in enumerate(surge.resources):
        if np.isfinite(program.limit[k]).any():
            names += [name] * len(surge.weeks)
            weeks += surge.weeks
            available += program.limit[k].tolist()
            taken += used[k].tolist()
        if np.isfinite(program.total[k]):
            names.append(name)
            weeks.append(None)
            available.append(float(program.total[k]))
            taken.append(float(used[k].sum()))
    columns = {"resource": names, "week": weeks, "available": np.array(available), "used": np.array(taken)}
    return table_of(columns, surge.weeks, ("week",))


def resource_use(surge: Surge, program: Statement, flows: Flows) -> Array:
    """Add up what is taken of each resource in each week, shape (R, T)."""
    takes, part = surge.program, flows.starts
    used = np.zeros(takes.limit.shape)
    for k in range(len(used)):
        np.add.at(used[k], program.q, part * takes.at_start[program.a, k])
        np.add.at(used[k], program.q + takes.certification[program.a], part * takes.at_certification[program.a, k])
    per_unit = np.zeros((len(flows.x), len(used)))
    per_unit[program.g] = takes.per_unit
    return used + per_unit.T @ flows.x


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


def long(keys: Mapping[str, Sequence[Any]], **values: Array) -> Table:
    """Lay matrices out as rows, by the labels of their two sides."""
    (row, rows), (column, columns) = keys.items()
    wide = {
        row: [label for label in rows for _ in columns],
        column: [label for _ in rows for label in columns],
        **{name: matrix.ravel() for name, matrix in values.items()},
    }
    return table_of(wide, columns, (column,))


def table_of(columns: Mapping[str, Any], weeks: Sequence[Any], of_week: Sequence[str]) -> Table:
    """Make a table whose columns have their types also where it has no rows."""
    week = pa.date32() if isinstance(weeks[0], dt.date) else pa.int64()
    made = {
        name: values
        if isinstance(values, pa.Array)
        else pa.array(values, week)
        if name in of_week
        else pa.array(np.asarray(values, float), from_pandas=True)
        if isinstance(values, np.ndarray)
        else pa.array(values, pa.bool_() if isinstance(next(iter(values), None), bool) else pa.string())
        for name, values in columns.items()
    }
    return as_table(pa.table(made), "plan")
