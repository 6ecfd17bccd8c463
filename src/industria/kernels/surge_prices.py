"""What the limits of a surge are worth in its relaxation, and what further starts cost at these prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import OptimizeResult

from industria.kernels.surge_program import Statement, SurgeProgram

__all__ = ["Prices", "prices_of", "reduced_costs"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Loss avoided per further unit of what limits a plan, never below 0.

    Attributes
    ----------
    input : array, shape (K, T)
        Of arriving inputs.
    week : array
        Of resources in a week, as `Statement.weekly` lists them.
    total : array
        Of resources over all weeks, as `Statement.totals` lists them.
    incumbent : array, shape (P, T)
        Of capacity of incumbents.
    actor : array, shape (F,)
        Of one further pivot of an actor.
    stockpile : array, shape (P,)
        Of a unit in stock at the start.
    """

    input: Array
    week: Array
    total: Array
    incumbent: Array
    actor: Array
    stockpile: Array


def prices_of(program: Statement, found: OptimizeResult) -> Prices:
    """Read the prices of the limits off the solution of a linear program."""
    below, exact, upper = -found.ineqlin.marginals, -found.eqlin.marginals, -found.upper.marginals
    at, T = program.rows, program.weeks

    def positive(values: Array) -> Array:
        return np.maximum(values, 0.0) + 0.0

    # What spoils stands on the right of two kinds of rows, and one more unit moves all of them.
    stockpile = exact[at["product"]].reshape(-1, T)[:, 0].copy()
    still = program.opening >= 0
    np.add.at(stockpile, program.opening[still], below[at["shelf"]][still])
    return Prices(
        input=positive(exact[at["input"]]).reshape(-1, T),
        week=positive(below[at["week"]]),
        total=positive(below[at["total"]]),
        incumbent=positive(upper[program.places["z"]]).reshape(-1, T),
        actor=positive(below[at["actor"]]),
        stockpile=positive(stockpile),
    )


def reduced_costs(
    surge: SurgeProgram, bare: Statement, program: Statement, found: OptimizeResult, *, actors: bool = True
) -> Array:
    """Value every start, in the statement or not, at its prices: what it takes less what it adds, shape (A, T)."""
    T, at = program.weeks, program.rows
    below, exact = -found.ineqlin.marginals, -found.eqlin.marginals
    # Of capacity the least price that leaves no output of a class with a gain: classes are those of all options.
    rows = np.zeros(len(bare.b))
    for name in ("week", "total", "shelf"):
        rows[bare.rows[name]] = below[at[name]]
    x = bare.places["x"]
    worth = np.maximum(0.0, -(bare.A[:, x].T @ rows) - bare.E[:, x].T @ exact).reshape(-1, T)
    ramps, ramp = np.unique(surge.ramp, axis=0, return_inverse=True)
    kinds, kind = np.unique(np.column_stack([bare.g, ramp.ravel()]), axis=0, return_inverse=True)
    from_week = np.zeros((len(kinds), T + 1))
    for first in range(T):
        from_week[:, first] = (ramps[kinds[:, 1], : T - first] * worth[kinds[:, 0], first:]).sum(axis=1)
    week = np.arange(T)
    output = np.minimum(week + surge.lead[:, None], T)
    value: Array = -surge.capacity[:, None] * from_week[kind.ravel()[:, None], output]
    price = np.zeros((len(surge.total), T + 1))
    price[program.weekly] = below[at["week"]]
    value += surge.at_start @ price[:, :T]
    test = np.minimum(week + surge.certification[:, None], T)
    for k in np.flatnonzero(surge.at_certification.any(axis=0)):
        value += surge.at_certification[:, [k]] * price[k][test]
    of_all = np.zeros(len(surge.total))
    of_all[program.totals] = below[at["total"]]
    value += ((surge.at_start + surge.at_certification) @ of_all)[:, None]
    if actors:
        value += below[at["actor"]][surge.f][:, None]
    return value
