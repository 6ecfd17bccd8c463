"""How much of a cost, a revenue or a profit is lost, and whether by waste or by the wrong mix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ChoiceError, NeededParameterError, OutsideRangeError, ParameterRangeError
from industria.productivity._accounts import beside, dropped_table, once, pairs, refuse_names
from industria.productivity._economic_parts import NEEDED, RETURNS_OF, Objective, Parts, Priced, parted
from industria.productivity._frontier_tables import DOUBTFUL, doubtful_table
from industria.productivity._technology import (
    NAME,
    RETURNS,
    Returns,
    Units,
    choose,
    read_units,
    refuse_no_outputs,
    slices,
)

__all__ = ["EconomicEfficiency", "economic_efficiency"]

MADE: Final = (
    *("score", "technical", "allocative", "value", "optimum", "certified", "n_units"),
    *("role", "target", *DOUBTFUL),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EconomicEfficiency(Result):
    """Scores of units at their prices, their two parts, and where the units would be best.

    Attributes
    ----------
    table : Table
        One row a unit: `score, technical, allocative, value, optimum, certified, n_units`.
    targets : Table
        The unit, `good, role, observed, target`: what it uses and makes, and what it would at the optimum.
        Not unique where prices lie along an edge of the frontier.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    objective, returns : str
        As asked for.
    parts : str
        How the two make the score: their product, or their sum of profits.
    n_measured, n_infeasible, n_uncertified, n_doubtful : int
        Units, those without a score, those whose score no certificate proves, and rows of `doubtful`.
    mean_score, mean_technical, mean_allocative : float or None
        Over the units that have it.
    """

    targets: Table
    doubtful: Table
    dropped: Table
    objective: str
    returns: str
    parts: str
    n_measured: int
    n_infeasible: int
    n_uncertified: int
    n_doubtful: int
    mean_score: float | None
    mean_technical: float | None
    mean_allocative: float | None


@measure(
    gives={
        "score": "least over own cost, own over largest revenue or ratio; of profit, loss over revenue plus cost [1]",
        "technical": "part that is waste: the score of `dea`, prices aside [1]",
        "allocative": "part that is the mix, given the prices [1]",
        "value": "cost, revenue or profit of the unit; revenue with profitability [currency]",
        "optimum": "the best it could be; with profitability revenue of the same cost at the best ratio [currency]",
        "certified": "whether a pricing of all units proves the score [1]",
        "n_units": "units that draw the frontier of the cell [units]",
        "good": "column of input or output [name]",
        "role": "input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "target": "amount at the optimum [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Farrell (1957), Journal of the Royal Statistical Society A 120(3), 253-290; "
    "Färe, Grosskopf & Lovell (1985), The Measurement of Efficiency of Production, ch. 3-5; "
    "Chambers, Chung & Färe (1998), Journal of Optimization Theory and Applications 98(2), 351-364; "
    "Zofío & Prieto (2006), International Transactions in Operational Research 13(3), 257-272",
    design="descriptive",
)
def economic_efficiency(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    prices: Mapping[Column, Column],
    objective: Objective = "cost",
    returns: Returns | None = None,
    reference: Column | None = None,
    by: Sequence[Column] = (),
    allow_thin: bool = False,
) -> EconomicEfficiency:
    """Compare the cost, revenue or profit of each unit with the best at its prices, and part what is lost.

    Cost: C(y, w) / wx = θ · allocative with C = min {wx' : x' makes y}. Revenue: py / R(x, p) = 1/φ · allocative.
    Profitability: (py / wx) / max (py' / wx') = θ of constant returns · allocative. Profit, which may be below zero:
    [π(w, p) - (py - wx)] / (py + wx) = β + allocative, 0 where nothing is lost, with β the directional distance
    along the unit's own amounts.

    Prices are those that the unit pays and gets, and taken as given: where they tell quality, or power over a
    market, the mix looks wrong that is right. One wrong row moves the scores of many, as in `dea`; read it with
    `frontier_leverage` beside it.

    Parameters
    ----------
    units : Table
        One row a unit. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        Amounts of 0 or more, in any unit of measurement.
    prices : mapping of column to column
        The price of each input (cost), output (revenue), or of both; others are not read.
    objective : {"cost", "revenue", "profit", "profitability"}
        What the unit wants.
    returns : {"variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"}, optional
        How units may be combined. None is variable, and constant for profitability, whose best ratio is the same
        with all of them. Profit has an end with variable, nonincreasing ones and free disposal.
    reference : column, optional
        Truth values: units that draw the frontier. All do where it is not given.
    by : sequence of columns
        Cells with a frontier of their own.
    allow_thin : bool
        Whether a cell may have fewer than three units for each input and output.

    Returns
    -------
    EconomicEfficiency
        One row a unit. No score where no combination of units compares, as may be where others draw the frontier.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, holds no numbers, or no row is complete.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero or infinite, a price not above zero, or all inputs or outputs of a unit are zero.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a cell, a column plays two roles, or a key is called as a column made.
    ChoiceError, ParameterRangeError, NeededParameterError
        If a word is none of those above, returns leave a profit without end, or a good lacks its price.
    NobodyDrawsError, ThinFrontierError
        If nobody draws the frontier of a cell, or too few do.
    MissingPackageError, ConvergenceError
        If numba is not installed, or ties lead a program round in circles.

    See Also
    --------
    industria.productivity.dea : the technical part alone, in more models.
    industria.productivity.frontier_leverage : who draws the frontier.

    Examples
    --------
    Five firms whose inputs cost 1 and 3 (Coelli, Rao, O'Donnell & Battese 2005, ch. 7).

    >>> import pandas as pd
    >>> firms = pd.DataFrame({"firm": list("12345"), "q": [1, 2, 3, 1, 2], "x1": [2, 2, 6, 3, 6],
    ...     "x2": [5, 4, 6, 2, 2], "w1": 1.0, "w2": 3.0})
    >>> found = economic_efficiency(firms, unit="firm", inputs=["x1", "x2"], outputs=["q"],
    ...     prices={"x1": "w1", "x2": "w2"}, returns="constant", allow_thin=True)
    >>> print(found.to_pandas()[["firm", "score", "technical", "allocative"]].round(3).to_string(index=False))
    firm  score  technical  allocative
       1  0.353      0.500       0.706
       2  0.857      1.000       0.857
       3  0.750      0.833       0.900
       4  0.667      0.714       0.933
       5  1.000      1.000       1.000
    """
    cell = columns_of(by, "by")
    xs, ys = columns_of(inputs, "inputs"), columns_of(outputs, "outputs")
    refuse_names(NAME, [*cell, unit], MADE)
    choose(objective=(objective, tuple(NEEDED)))
    returns = returns or RETURNS_OF[objective][0]
    choose(returns=(returns, RETURNS))
    if returns not in RETURNS_OF[objective]:
        allowed = " or ".join(repr(word) for word in RETURNS_OF[objective])
        raise ParameterRangeError("returns", returns, f"{allowed} with objective={objective!r}")
    priced = _prices(prices, xs, ys, objective)
    read = read_units(
        units,
        unit=unit,
        inputs=xs,
        outputs=ys,
        by=cell,
        reference=reference,
        others=list(dict.fromkeys(priced.values())),
        allow_thin=allow_thin,
    )
    for column in dict.fromkeys(priced.values()):
        _refuse_free(read, column)
    refuse_no_outputs(read, returns, "input" if objective == "cost" else "output")
    W, P = (read.panel.matrix([priced[good] for good in goods if good in priced]) for goods in (xs, ys))
    parts = [
        parted(
            Priced(X=read.X[rows], Y=read.Y[rows], W=W[rows], P=P[rows], drawing=read.drawing[rows]), objective, returns
        )
        for rows in slices(read.panel)
    ]
    return _result(read, parts, objective, returns)


def _prices(
    prices: Mapping[Column, Column], inputs: Sequence[str], outputs: Sequence[str], objective: Objective
) -> dict[str, str]:
    """Keep the prices that the objective hangs on; refuse those of no good, and a good without one."""
    told = pairs(prices, "prices", "columns of quantities, each with its column of prices")
    for good in told:
        if good not in (*inputs, *outputs):
            raise ChoiceError("prices", good, [*inputs, *outputs])
    sides = {"inputs": inputs, "outputs": outputs}
    needed = [good for side in NEEDED[objective] for good in sides[side]]
    for good in needed:
        if good not in told:
            raise NeededParameterError(f'objective="{objective}"', f"prices of {good}, as {{{good!r}: a column}}")
    once(inputs=inputs, outputs=outputs, prices=list(dict.fromkeys(told[good] for good in needed)))
    return {good: told[good] for good in needed}


def _refuse_free(units: Units, column: str) -> None:
    """Refuse prices of zero or less, at which more would be no worse, or better."""
    free = np.flatnonzero(units.panel[column] <= 0)
    if len(free):
        row = int(free[0])
        price = float(units.panel[column][row])
        raise OutsideRangeError(NAME, column, price, units.panel.where(row), "must be above 0")


def _result(units: Units, parts: Sequence[Parts], objective: str, returns: str) -> EconomicEfficiency:
    made = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("score", "technical", "allocative", "value", "optimum", "certified")
    }
    known = np.isfinite(made["score"])
    doubtful, n_doubtful = doubtful_table(units.panel, units.goods, units.amounts)
    told = {name: made[name][np.isfinite(made[name])] for name in MADE[:3]}
    means = {name: float(of.mean()) if len(of) else None for name, of in told.items()}
    return EconomicEfficiency(
        table=beside(
            units.panel.keys, made | {"n_units": np.concatenate([np.full(len(p.score), p.n_drawing) for p in parts])}
        ),
        targets=_targets(units, parts, known),
        doubtful=doubtful,
        dropped=dropped_table(units.panel),
        objective=objective,
        returns=returns,
        parts="sum" if objective == "profit" else "product",
        n_measured=len(units),
        n_infeasible=int((~known).sum()),
        n_uncertified=int((known & ~made["certified"]).sum()),
        n_doubtful=n_doubtful,
        mean_score=means["score"],
        mean_technical=means["technical"],
        mean_allocative=means["allocative"],
    )


def _targets(units: Units, parts: Sequence[Parts], known: npt.NDArray[np.bool_]) -> Table:
    """One row a unit and good; none for a unit without a score."""
    rows, goods = np.flatnonzero(known), [*units.inputs, *units.outputs]
    best = np.concatenate([np.hstack([part.best.X, part.best.Y]) for part in parts])
    return beside(
        units.panel.keys.take(pa.array(np.repeat(rows, len(goods)))),
        {
            "good": goods * len(rows),
            "role": (["input"] * len(units.inputs) + ["output"] * len(units.outputs)) * len(rows),
            "observed": units.amounts[rows].ravel(),
            "target": best[rows].ravel(),
        },
    )
