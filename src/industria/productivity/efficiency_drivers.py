"""What goes with inefficiency: a truncated regression of distances, with a bootstrap that draws the frontier too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.replicate import seeds
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ParameterRangeError
from industria.kernels.frontier_bootstrap import behind
from industria.productivity._accounts import beside, dropped_table, refuse_names
from industria.productivity._collinear import refuse_collinear
from industria.productivity._driver_cells import Asked, Cell, cell_of
from industria.productivity._frontier_tables import DOUBTFUL, doubtful_table
from industria.productivity._intervals import check_intervals
from industria.productivity._technology import (
    ORIENTATIONS,
    RETURNS,
    Units,
    choose,
    read_units,
    refuse_no_outputs,
    slices,
)

__all__ = ["EfficiencyDrivers", "efficiency_drivers"]

Returns = Literal["variable", "constant", "nonincreasing", "nondecreasing"]
Orientation = Literal["input", "output"]
COLUMNS: Final = ("term", "estimate", "standard_error", "low", "high", "score", "corrected", "n_units", *DOUBTFUL)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EfficiencyDrivers(Result):
    """Coefficients of distances to the frontier.

    Attributes
    ----------
    table : Table
        One row a cell and term: `intercept`, the drivers, `sigma`.
    fits : Table
        One row a cell: `n_units`, `n_obs` (rows of the regression), `n_on_frontier`, `log_likelihood`, `n_failed`.
    efficiencies : Table
        One row a unit: `score`, and `corrected` with algorithm 2.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    n_units, n_obs, n_failed, n_doubtful : int
        Units; rows of the regressions; draws whose regression has no maximum; rows of `doubtful`.
    log_likelihood : float or None
        Of the one cell; None where there are several.
    algorithm : int
        1 or 2.
    returns, orientation : str
        As asked for.
    """

    fits: Table
    efficiencies: Table
    doubtful: Table
    dropped: Table
    n_units: int
    n_obs: int
    n_failed: int
    n_doubtful: int
    log_likelihood: float | None
    algorithm: int
    returns: str
    orientation: str


@measure(
    gives={
        "term": "intercept, driver, or sigma of the errors [name]",
        "estimate": "change of the distance, 1 on the frontier, with one more of the driver [1]",
        "standard_error": "of the draws [1]",
        "low": "lower end of the interval [1]",
        "high": "upper end [1]",
        "support_df": "rows of the regression less coefficients [count]",
        "support_units": "units of the cell [units]",
        "n_units": "units of the cell [units]",
        "n_obs": "rows of the regression [count]",
        "n_on_frontier": "units on the frontier [units]",
        "log_likelihood": "of the truncated regression [1]",
        "n_failed": "draws whose regression has no maximum [count]",
        "score": "share θ of inputs that would do, or multiple φ of outputs that inputs allow [1]",
        "corrected": "the same without bias; null with algorithm 1 [1]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "which column [name]",
        "reason": "why rows were left out [name]",
        "rows": "how many [count]",
    },
    cites="Simar & Wilson (2007), Journal of Econometrics 136(1), 31-64",
    design="associational",
    pools="estimates",
    support="estimates",
)
def efficiency_drivers(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    drivers: Sequence[Column],
    algorithm: Literal[1, 2] = 2,
    returns: Returns = "variable",
    orientation: Orientation = "input",
    by: Sequence[Column] = (),
    allow_thin: bool = False,
    confidence: float = 0.95,
    replications: int = 2000,
    first_replications: int = 100,
    rng: int = 0,
) -> EfficiencyDrivers:
    """Regress distances to the frontier on what may go with them.

    δ = zβ + e, e ~ N(0, σ²) cut off where δ would fall below 1; δ = 1/θ or φ, so a positive coefficient goes with
    more inefficiency. Scores depend on each other through the frontier, and those of 1 lie there by its
    construction: least squares and Tobit on scores have neither the right mean nor the right errors, and are
    not offered. Algorithm 1 regresses the units off the frontier and draws errors. Algorithm 2 first corrects
    δ of all units for the bias of the frontier, by draws in which δ hangs on the drivers. The drivers must
    move how far units lie behind, not what is possible; that cannot be seen here.

    Parameters
    ----------
    units : Table
        One row a unit. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        Amounts of 0 or more, in any units.
    drivers : sequence of columns
        Numbers, as they are.
    algorithm : {2, 1}
        Of Simar and Wilson.
    returns : {"variable", "constant", "nonincreasing", "nondecreasing"}
        To scale.
    orientation : {"input", "output"}
        Whether inputs shrink or outputs grow.
    by : sequence of columns
        One frontier and regression for each cell.
    allow_thin : bool
        Whether a cell may have fewer than three units per input and output.
    confidence : float
        Of the intervals.
    replications, first_replications : int
        Draws of the regression; draws that correct δ in algorithm 2. 2 or more.
    rng : int
        Seed of the draws.

    Returns
    -------
    EfficiencyDrivers
        One row a cell and term. Intervals are those of the draws, turned around the estimate.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, no number, or without values.
    RepeatedColumnError, ReservedNameError, DuplicateRowError
        If a column plays two roles or is called as one of the result, or a unit stands twice.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero or infinite, a row has no input, or no output where outputs grow or
        returns to scale are constant or nonincreasing.
    ThinFrontierError, FewOffFrontierError
        If a cell has too few units, or too few off the frontier.
    ConstantColumnError, CollinearTermError
        If a driver does not vary or repeats others.
    ConvergenceError
        If the regression has no maximum: the distances spread wider than a normal distribution.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range, or `rng` is no seed.

    See Also
    --------
    industria.productivity.bias_corrected_efficiency : the scores alone.

    Examples
    --------
    States of the US in 1986: a point of unemployment more goes with .008 more input than needed, give or
    take as much (Munnell 1990).

    >>> from industria import sources
    >>> states = sources.find("packages.linearmodels_munnell")().read().collect("pandas").to_native()
    >>> roles = {"unit": "ST_ABB", "inputs": ["P_CAP", "PC", "EMP"], "outputs": ["GSP"], "drivers": ["UNEMP"]}
    >>> found = efficiency_drivers(states[states["YR"] == 1986], replications=200, **roles)
    >>> print(found.to_pandas()[["term", "estimate", "low", "high"]].round(3).to_string(index=False))
         term  estimate    low  high
    intercept     1.122  1.064 1.179
        UNEMP     0.008 -0.000 0.017
        sigma     0.068  0.052 0.084
    """
    cell, given = columns_of(by, "by"), list(columns_of(drivers, "drivers"))
    choose(returns=(returns, RETURNS[:-1]), orientation=(orientation, ORIENTATIONS))
    if algorithm not in (1, 2):
        raise ParameterRangeError("algorithm", algorithm, "1 or 2")
    check_intervals(confidence, replications)
    check_intervals(confidence, first_replications)
    for parameter, value in (("replications", replications), ("first_replications", first_replications)):
        if value < 2:
            raise ParameterRangeError(parameter, value, "2 or more")
    if not given:
        raise ParameterRangeError("drivers", given, "one column or more")
    seeds(rng, 1)
    refuse_names("units", [*cell, unit], COLUMNS)
    found = read_units(units, unit=unit, inputs=inputs, outputs=outputs, by=cell, others=given, allow_thin=allow_thin)
    refuse_no_outputs(found, returns, orientation)
    asked = Asked(
        algorithm=algorithm,
        frontier=partial(behind, returns=returns, orientation=orientation),
        orientation=orientation,
        confidence=confidence,
        replications=replications,
        first_replications=first_replications,
    )
    cells = _cells(found, cell, given, asked, rng)
    tables = _tables(cells, found, cell, given)
    doubtful, n_doubtful = doubtful_table(found.panel, found.goods, found.amounts)
    return EfficiencyDrivers(
        table=tables["table"],
        fits=tables["fits"],
        efficiencies=tables["efficiencies"],
        doubtful=doubtful,
        dropped=tables["dropped"],
        n_units=len(found),
        n_obs=int(sum(one.facts["n_obs"] for one in cells)),
        n_failed=int(sum(one.facts["n_failed"] for one in cells)),
        n_doubtful=n_doubtful,
        log_likelihood=cells[0].facts["log_likelihood"] if len(cells) == 1 else None,
        algorithm=algorithm,
        returns=returns,
        orientation=orientation,
    )


def _cells(found: Units, by: Sequence[str], drivers: Sequence[str], asked: Asked, rng: int) -> list[Cell]:
    Z = np.column_stack([np.ones(len(found)), found.panel.matrix(drivers)])
    rows, cells = list(slices(found.panel)), []
    for row, child in zip(rows, seeds(rng, len(rows)), strict=True):
        where = ", ".join(f"{key} = {found.panel.keys[key][row.start].as_py()!r}" for key in by) or "all rows stand"
        refuse_collinear(found.panel.name, Z[row], ["intercept", *drivers], where)
        cells.append(cell_of(found.X[row], found.Y[row], Z[row], asked, child))
    return cells


def _tables(cells: Sequence[Cell], found: Units, by: Sequence[str], drivers: Sequence[str]) -> dict[str, Table]:
    terms = ["intercept", *drivers, "sigma"]
    of_term = np.repeat(np.arange(len(cells)), len(terms))
    keys = found.panel.cells if by else pa.table({})
    fits = {name: np.array([one.facts[name] for one in cells]) for name in cells[0].facts}
    return {
        "table": beside(
            keys.take(pa.array(of_term)) if by else keys,
            {
                "term": terms * len(cells),
                **{name: np.concatenate([one.terms[name] for one in cells]) for name in cells[0].terms},
                "support_df": (fits["n_obs"] - len(terms))[of_term],
                "support_units": fits["n_units"][of_term],
            },
        ),
        "fits": beside(keys, fits),
        "efficiencies": beside(
            found.panel.keys,
            {name: np.concatenate([one.scores[name] for one in cells]) for name in cells[0].scores},
        ),
        "dropped": dropped_table(found.panel),
    }
