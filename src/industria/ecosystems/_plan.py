"""A solved surge as tables: what is made, by whom and from what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from industria.core.rows import Array
from industria.core.table import Table
from industria.ecosystems._surge import Ids, Surge
from industria.ecosystems._week_tables import long, table_of
from industria.kernels.surge_program import Statement, output_by_week
from industria.kernels.surge_relaxation import Flows
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
