"""Efficiencies without what a frontier of few units flatters them by, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.replicate import replicate, seeds
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ParameterRangeError
from industria.kernels.frontier_bootstrap import behind, cross_validated, normal_reference, pulled, smooth
from industria.productivity._accounts import beside, dropped_table, refuse_names
from industria.productivity._frontier_tables import DOUBTFUL, doubtful_table
from industria.productivity._intervals import check_intervals
from industria.productivity._panel import Array
from industria.productivity._technology import ORIENTATIONS, RETURNS, choose, read_units, refuse_no_outputs, slices

__all__ = ["BiasCorrectedEfficiency", "bias_corrected_efficiency"]

Returns = Literal["variable", "constant", "nonincreasing", "nondecreasing"]
Orientation = Literal["input", "output"]
RULES: Final = {"cross_validation": cross_validated, "normal_reference": normal_reference}
COLUMNS: Final = ("score", "corrected", "bias", "low", "high", "worthwhile", "n_units", *DOUBTFUL)
# Simar & Wilson (2000): below, the correction adds more noise than it takes bias.
PAYS: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class BiasCorrectedEfficiency(Result):
    """Scores, and what is left of them.

    Attributes
    ----------
    table : Table
        One row a unit.
    frontiers : Table
        One row a cell: `bandwidth`, `n_units`, `n_drawing`, `n_on_frontier`, `mean_score`, `mean_corrected`,
        `n_worthwhile`.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    n_units, n_infeasible, n_worthwhile, n_doubtful : int
        Units; those whom no point of the frontier can be compared with, whose score is null, as it may be where
        others draw it; those for which the correction pays; rows of `doubtful`.
    mean_score, mean_corrected : float
        Over the units with a score.
    returns, orientation, method : str
        As asked for.
    replications : int
        Draws.
    """

    frontiers: Table
    doubtful: Table
    dropped: Table
    n_units: int
    n_infeasible: int
    n_worthwhile: int
    n_doubtful: int
    mean_score: float
    mean_corrected: float
    returns: str
    orientation: str
    method: str
    replications: int


@measure(
    gives={
        "score": "share θ of inputs that would do, or multiple φ of outputs that inputs allow [1]",
        "corrected": "the same without bias [1]",
        "bias": "score less corrected [1]",
        "low": "lower end of the interval [1]",
        "high": "upper end [1]",
        "worthwhile": "whether the squared bias is above three times the variance of the draws [1]",
        "n_units": "units of the cell [units]",
        "bandwidth": "of the smoothed distribution of distances [1]",
        "n_drawing": "units that draw the frontier [units]",
        "n_on_frontier": "units on it [units]",
        "mean_score": "mean over units with a score [1]",
        "mean_corrected": "mean over units with a score [1]",
        "n_worthwhile": "units for which the correction pays [units]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "which column [name]",
        "reason": "why rows were left out [name]",
        "rows": "how many [count]",
    },
    cites="Simar & Wilson (1998), Management Science 44(1), 49-61; "
    "Daraio & Simar (2007), Advanced Robust and Nonparametric Methods in Efficiency Analysis, ch. 3",
    design="descriptive",
)
def bias_corrected_efficiency(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    returns: Returns = "variable",
    orientation: Orientation = "input",
    reference: Column | None = None,
    method: Literal["homogeneous"] = "homogeneous",
    bandwidth: float | str = "cross_validation",
    by: Sequence[Column] = (),
    allow_thin: bool = False,
    confidence: float = 0.95,
    replications: int = 2000,
    rng: int = 0,
) -> BiasCorrectedEfficiency:
    """Correct efficiencies for a frontier that lies inside the true one, by the smooth bootstrap.

    Units that are seen never lie beyond what is possible, so distances to them are too short. With
    δ = 1/θ or φ, each draw puts units at distances δ* from the smoothed distribution of δ behind their
    frontier and measures the real units against those; corrected is 2 δ - mean δ*, never below δ, so that
    θ stays in (0, score]. Correcting adds noise: where `worthwhile` is false, report the score.

    Parameters
    ----------
    units : Table
        One row a unit. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        Amounts of 0 or more, in any units.
    returns : {"variable", "constant", "nonincreasing", "nondecreasing"}
        To scale. The bootstrap is not consistent for free disposal.
    orientation : {"input", "output"}
        Whether inputs shrink or outputs grow.
    reference : column, optional
        Truth values: who draws the frontier; all where not told.
    method : {"homogeneous"}
        Distances are taken to be spread alike whatever the mix and size of a unit.
    bandwidth : {"cross_validation", "normal_reference"} or number
        Of the smoothing: least squared error by leaving one out, Silverman's rule, or as told.
    by : sequence of columns
        One frontier for each cell.
    allow_thin : bool
        Whether a cell may have fewer than three units per input and output.
    confidence : float
        Of the intervals.
    replications : int
        Draws, 2 or more.
    rng : int
        Seed of the draws.

    Returns
    -------
    BiasCorrectedEfficiency
        One row a unit.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, no number, or without values.
    RepeatedColumnError, ReservedNameError, DuplicateRowError
        If a column plays two roles or is called as one of the result, or a unit stands twice.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero or infinite, a row has no input, or no output where outputs grow or
        returns to scale are constant or nonincreasing.
    NobodyDrawsError, ThinFrontierError
        If nobody draws the frontier of a cell, or too few do.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range, or `rng` is no seed.

    See Also
    --------
    industria.productivity.partial_frontier : frontiers that outliers do not draw.
    industria.productivity.efficiency_drivers : what goes with the distances.

    Examples
    --------
    States of the US in 1986 (Munnell 1990).

    >>> from industria import sources
    >>> states = sources.find("packages.linearmodels_munnell")().read().collect("pandas").to_native()
    >>> roles = {"unit": "ST_ABB", "inputs": ["P_CAP", "PC", "EMP"], "outputs": ["GSP"]}
    >>> found = bias_corrected_efficiency(states[states["YR"] == 1986], replications=200, **roles)
    >>> table = found.to_pandas()[["ST_ABB", "score", "corrected", "low", "high"]]
    >>> print(table.head(4).round(2).to_string(index=False))
    ST_ABB  score  corrected  low  high
        AL   0.79       0.78 0.76  0.79
        AR   0.88       0.86 0.83  0.87
        AZ   0.86       0.85 0.84  0.86
        CA   1.00       0.92 0.82  1.00
    >>> found.n_worthwhile
    12
    """
    cell = columns_of(by, "by")
    _refuse(returns, orientation, method, bandwidth)
    check_intervals(confidence, replications)
    if replications < 2:
        raise ParameterRangeError("replications", replications, "2 or more: a bias is the mean of draws")
    seeds(rng, 1)
    refuse_names("units", [*cell, unit], COLUMNS)
    found = read_units(
        units, unit=unit, inputs=inputs, outputs=outputs, by=cell, reference=reference, allow_thin=allow_thin
    )
    refuse_no_outputs(found, returns, orientation)
    rows = list(slices(found.panel))
    columns, frontiers = [], []
    for row, child in zip(rows, seeds(rng, len(rows)), strict=True):
        X, Y, drawing = found.X[row], found.Y[row], found.drawing[row]
        delta = behind(X[drawing], Y[drawing], X, Y, returns=returns, orientation=orientation)
        h = RULES[bandwidth](delta[drawing]) if isinstance(bandwidth, str) else float(bandwidth)
        draw = partial(_draw, returns=returns, orientation=orientation, h=h)
        draws = np.array(replicate(draw, replications, arrays=(X, Y, delta, drawing), rng=child))
        columns.append(_columns(delta, draws, orientation, confidence))
        frontiers.append(_frontier(columns[-1], delta, int(drawing.sum()), h))
    doubtful, n_doubtful = doubtful_table(found.panel, found.goods, found.amounts)
    made = {name: np.concatenate([column[name] for column in columns]) for name in columns[0]}
    of_cells = {name: [frontier[name] for frontier in frontiers] for name in frontiers[0]}
    return BiasCorrectedEfficiency(
        table=beside(found.panel.keys, made),
        frontiers=beside(found.panel.cells if cell else pa.table({}), of_cells),
        doubtful=doubtful,
        dropped=dropped_table(found.panel),
        n_units=len(found),
        n_worthwhile=int(made["worthwhile"].sum()),
        n_infeasible=int(np.isnan(made["score"]).sum()),
        n_doubtful=n_doubtful,
        mean_score=float(np.nanmean(made["score"])),
        mean_corrected=float(np.nanmean(made["corrected"])),
        returns=returns,
        orientation=orientation,
        method=method,
        replications=replications,
    )


def _refuse(returns: str, orientation: str, method: str, bandwidth: float | str) -> None:
    """Refuse words that are not known, and a bandwidth that smooths nothing."""
    choose(returns=(returns, RETURNS[:-1]), orientation=(orientation, ORIENTATIONS), method=(method, ("homogeneous",)))
    if isinstance(bandwidth, str):
        choose(bandwidth=(bandwidth, tuple(RULES)))
    elif not 0 < bandwidth < np.inf:
        raise ParameterRangeError("bandwidth", bandwidth, "a number above 0, 'cross_validation' or 'normal_reference'")


def _draw(
    rng: np.random.Generator,
    X: Array,
    Y: Array,
    delta: Array,
    drawing: Array,
    *,
    returns: Returns,
    orientation: Orientation,
    h: float,
) -> Array:
    own = delta[drawing]
    frontier = pulled(X[drawing], Y[drawing], own, smooth(rng, own, h), orientation)
    return behind(*frontier, X, Y, returns=returns, orientation=orientation)


def _columns(delta: Array, draws: Array, orientation: Orientation, confidence: float) -> dict[str, Array]:
    """Correct δ, which cannot fall below what is seen, and only then turn it into θ."""
    corrected = 2 * delta - draws.mean(axis=0)
    near, far = np.quantile(draws, [(1 + confidence) / 2, (1 - confidence) / 2], axis=0)
    low, high = 2 * delta - near, 2 * delta - far
    bias = delta - corrected
    worthwhile = bias**2 > PAYS * draws.var(axis=0, ddof=1)
    if orientation == "input":
        score, corrected, low, high = 1 / delta, 1 / corrected, 1 / high, 1 / low
    else:
        score = delta
    return {
        "score": score,
        "corrected": corrected,
        "bias": score - corrected,
        "low": low,
        "high": high,
        "worthwhile": worthwhile,
        "n_units": np.full(len(delta), len(delta)),
    }


def _frontier(columns: dict[str, Array], delta: Array, n_drawing: int, h: float) -> dict[str, float]:
    return {
        "bandwidth": h,
        "n_units": len(delta),
        "n_drawing": n_drawing,
        "n_on_frontier": int((np.abs(delta - 1) < 1e-6).sum()),
        "mean_score": float(np.nanmean(columns["score"])),
        "mean_corrected": float(np.nanmean(columns["corrected"])),
        "n_worthwhile": int(columns["worthwhile"].sum()),
    }
