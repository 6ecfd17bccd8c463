"""Whether the size of units matters, or their frontier only looks as if it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.replicate import seeds
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ParameterRangeError
from industria.productivity._accounts import beside, dropped_table, refuse_names
from industria.productivity._frontier_tables import DOUBTFUL, doubtful_table
from industria.productivity._intervals import check_intervals
from industria.productivity._scale_test import EVEN, NULLS, RULES, Null, Orientation, ScaleTest, scale_test
from industria.productivity._technology import NAME, ORIENTATIONS, Units, choose, read_units, refuse_no_outputs, slices

__all__ = ["ReturnsToScale", "returns_to_scale_test"]

LEVELS: Final = (0.1, 0.05, 0.01)
MADE: Final = (
    *("null", "statistic", "p_value", "critical_value", "rejected", "mean_null", "mean_variable"),
    *("bandwidth", "n_units", "level", *DOUBTFUL),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ReturnsToScale(Result):
    """What is rejected, and by how much.

    Attributes
    ----------
    table : Table
        One row a cell and null: `statistic, p_value, critical_value, rejected, mean_null, mean_variable,
        bandwidth, n_units`.
    critical_values : Table
        The cell, `null`, `level` (.1, .05, .01), `critical_value`.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    statistic, p_value : float or None
        Of the one row, None where there are several.
    n_units, n_rejected, n_doubtful : int
        Units, rows of the table that are rejected, and rows of `doubtful`.
    orientation : str
        As asked for.
    confidence : float
        One less the level of the test.
    replications : int
        Draws.
    """

    critical_values: Table
    doubtful: Table
    dropped: Table
    statistic: float | None
    p_value: float | None
    n_units: int
    n_rejected: int
    n_doubtful: int
    orientation: str
    confidence: float
    replications: int


@measure(
    gives={
        "null": "returns to scale that are tested, against variable ones [name]",
        "statistic": "mean efficiency under the null over that at variable returns; 1 where they are one [fraction]",
        "p_value": "how often draws under the null have a statistic so small [fraction]",
        "critical_value": "statistic below which the null is rejected; null where draws are too few to tell [fraction]",
        "rejected": "whether it is [1]",
        "mean_null": "mean efficiency at the returns of the null [fraction]",
        "mean_variable": "mean efficiency at variable returns [fraction]",
        "bandwidth": "of the smoothed distribution of distances [1]",
        "n_units": "units of the cell [units]",
        "level": "of the test: how often a true null is rejected [fraction]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "which column [name]",
        "reason": "why rows were left out [name]",
        "rows": "how many [count]",
    },
    cites="Simar & Wilson (2002), European Journal of Operational Research 139(1), 115-132; "
    "Simar & Wilson (1998), Management Science 44(1), 49-61",
    design="descriptive",
)
def returns_to_scale_test(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    nulls: Sequence[Null] = NULLS,
    orientation: Orientation = "input",
    bandwidth: float | str = "cross_validation",
    by: Sequence[Column] = (),
    allow_thin: bool = False,
    confidence: float = 0.95,
    replications: int = 2000,
    rng: int = 0,
) -> ReturnsToScale:
    """Test constant and nonincreasing against variable returns to scale, by the smooth bootstrap.

    S = Σ E(null) / Σ E(variable), with E = θ of inputs or 1/φ of outputs: far below 1, size matters. The frontier
    of the null lies above that of variable returns also where it is true, so S is compared with draws: units at
    distances from the smoothed distribution behind the frontier of the null draw both frontiers anew, and the real
    units are measured by them. p = (1 + draws with S* ≤ S) / (1 + draws).

    Read the second null only where the first is rejected: nonincreasing returns that are not rejected then leave
    units that are too large, and rejected ones some that are too small. Distances are taken to be spread alike
    whatever the mix and size of a unit; where they are not, the test rejects too often. What is not rejected is not
    proven.

    Parameters
    ----------
    units : Table
        One row a unit. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        Amounts of 0 or more, in any units.
    nulls : sequence of {"constant", "nonincreasing"}
        What is tested.
    orientation : {"input", "output"}
        Whether inputs shrink or outputs grow; choose the side along which distances do not hang on size.
    bandwidth : {"cross_validation", "normal_reference"} or number
        Of the smoothing: least squared error by leaving one out, Silverman's rule, or as told.
    by : sequence of columns
        One test for each cell.
    allow_thin : bool
        Whether a cell may have fewer than three units per input and output.
    confidence : float
        One less the level at which a null is rejected.
    replications : int
        Draws, 2 or more.
    rng : int
        Seed of the draws.

    Returns
    -------
    ReturnsToScale
        One row a cell and null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, no number, or without values.
    RepeatedColumnError, ReservedNameError, DuplicateRowError
        If a column plays two roles or is called as one of the result, or a unit stands twice.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero or infinite, a row has no input or no output.
    ThinFrontierError
        If a cell has too few units.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range, or `rng` is no seed.
    MissingPackageError, ConvergenceError
        If numba is not installed, or ties lead a program round in circles.

    See Also
    --------
    industria.productivity.dea : where each unit stands, with `scale_efficiency` and `returns_here`.

    Examples
    --------
    States of the US in 1986 (Munnell 1990).

    >>> from industria import sources
    >>> states = sources.find("packages.linearmodels_munnell")().read().collect("pandas").to_native()
    >>> roles = {"unit": "ST_ABB", "inputs": ["P_CAP", "PC", "EMP"], "outputs": ["GSP"]}
    >>> found = returns_to_scale_test(states[states["YR"] == 1986], replications=200, **roles)
    >>> print(found.to_pandas()[["null", "statistic", "rejected", "n_units"]].round(3).to_string(index=False))
             null  statistic  rejected  n_units
         constant      0.965     False       48
    nonincreasing      0.967      True       48
    """
    cell = columns_of(by, "by")
    given = (nulls,) if isinstance(nulls, str) else tuple(nulls)
    if not given:
        raise ParameterRangeError("nulls", [], "one or both of 'constant' and 'nonincreasing'")
    for null in given:
        choose(nulls=(null, NULLS))
    wanted = [null for null in NULLS if null in given]
    choose(
        orientation=(orientation, ORIENTATIONS),
        **({"bandwidth": (bandwidth, tuple(RULES))} if isinstance(bandwidth, str) else {}),
    )
    if not isinstance(bandwidth, str) and not 0 < bandwidth < np.inf:
        raise ParameterRangeError("bandwidth", bandwidth, "a number above 0, 'cross_validation' or 'normal_reference'")
    check_intervals(confidence, replications)
    if replications < 2:
        raise ParameterRangeError("replications", replications, "2 or more: a test compares with draws")
    seeds(rng, 1)
    refuse_names(NAME, [*cell, unit], MADE)
    found = read_units(units, unit=unit, inputs=inputs, outputs=outputs, by=cell, allow_thin=allow_thin)
    refuse_no_outputs(found, "constant", orientation)
    cells = list(slices(found.panel))
    tests = []
    for row, child in zip(cells, seeds(rng, len(cells)), strict=True):
        # The draws of a null hang on its cell and itself alone, whatever else is tested.
        seed = dict(zip(NULLS, child.spawn(len(NULLS)), strict=True))
        tests += [
            scale_test(found.X[row], found.Y[row], null, orientation, bandwidth, replications, seed[null])
            for null in wanted
        ]
    return _result(found, bool(cell), tests, orientation, confidence, replications)


def _result(
    units: Units, celled: bool, tests: Sequence[ScaleTest], orientation: str, confidence: float, replications: int
) -> ReturnsToScale:
    panel, level = units.panel, 1 - confidence
    often = len(tests) // panel.cells.num_rows
    doubtful, n_doubtful = doubtful_table(panel, units.goods, units.amounts)
    of_test = np.repeat(np.arange(panel.cells.num_rows), often)
    keys = panel.cells.take(pa.array(of_test)) if celled else pa.table({})
    further = keys.take(pa.array(np.repeat(np.arange(len(tests)), len(LEVELS)))) if celled else keys
    rejected = [one.p <= level * (1 + EVEN) for one in tests]
    return ReturnsToScale(
        table=beside(
            keys,
            {
                "null": [one.null for one in tests],
                "statistic": [one.statistic for one in tests],
                "p_value": [one.p for one in tests],
                "critical_value": np.array([one.critical(level) for one in tests]),
                "rejected": rejected,
                "mean_null": [one.means[0] for one in tests],
                "mean_variable": [one.means[1] for one in tests],
                "bandwidth": [one.bandwidth for one in tests],
                "n_units": [one.n for one in tests],
            },
        ),
        critical_values=beside(
            further,
            {
                "null": np.repeat([one.null for one in tests], len(LEVELS)),
                "level": np.tile(LEVELS, len(tests)),
                "critical_value": np.array([one.critical(at) for one in tests for at in LEVELS]),
            },
        ),
        doubtful=doubtful,
        dropped=dropped_table(panel),
        statistic=tests[0].statistic if len(tests) == 1 else None,
        p_value=tests[0].p if len(tests) == 1 else None,
        n_units=len(panel),
        n_rejected=sum(rejected),
        n_doubtful=n_doubtful,
        orientation=orientation,
        confidence=confidence,
        replications=replications,
    )
