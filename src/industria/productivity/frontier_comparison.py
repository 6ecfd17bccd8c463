"""Mean efficiency under several frontiers at once, and the unit that most hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of
from industria.errors import ParameterRangeError
from industria.productivity._accounts import beside, refuse_names
from industria.productivity._panel import Array, Codes
from industria.productivity._technology import NAME
from industria.productivity.bias_corrected_efficiency import Orientation, Returns, bias_corrected_efficiency
from industria.productivity.dea import dea
from industria.productivity.frontier_leverage import frontier_leverage
from industria.productivity.partial_frontier import partial_frontier

__all__ = ["FrontierComparison", "frontier_comparison"]

MADE: Final = ("place", "frontier", "left_out", "efficiency", "n_units", "n_ahead")
SCORES: Final = ("envelope", "bias_corrected", "low", "high", "order_m", "leverage")
SCHEMA: Final = (
    *(pa.field("place", pa.int64()), pa.field("frontier", pa.string()), pa.field("left_out", pa.string())),
    *(pa.field("efficiency", pa.float64()), pa.field("n_units", pa.int64()), pa.field("n_ahead", pa.int64())),
)
AHEAD: Final = 1e-9
"""Distance from 1 up to which a unit is on the frontier."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FrontierComparison(Result):
    """Efficiency under several frontiers.

    Attributes
    ----------
    table : Table
        One row a cell and frontier: `place, frontier, left_out, efficiency, n_units, n_ahead`. The frontiers are
        "envelope" (data envelopment of all units), "without_highest" (of all but the unit of highest leverage, which
        `left_out` names), "bias_corrected" and "order_m".
    scores : Table
        One row a unit: its efficiency under each as `envelope, bias_corrected, low, high, order_m`, and its `leverage`.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts that may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    highest : str
        Unit of the highest leverage; with cells, and its cell.
    highest_leverage : float or None
        Its leverage.
    times_peer, n_units, n_doubtful : int
        How many are measured by it; units; rows of `doubtful`.
    m, replications : int
        Units that the expected best is of; draws of the correction.
    confidence : float
        Of `low` and `high`.
    returns, orientation : str
        As asked for.
    """

    scores: Table
    doubtful: Table
    dropped: Table
    highest: str
    highest_leverage: float | None
    times_peer: int
    n_units: int
    n_doubtful: int
    m: int
    replications: int
    confidence: float
    returns: str
    orientation: str


@measure(
    gives={
        "place": "of the frontier, in the order of the docstring [rank]",
        "frontier": "envelope, without_highest, bias_corrected or order_m [name]",
        "left_out": "unit of the highest leverage, where it does not draw the frontier [name]",
        "efficiency": "mean over units of the share of inputs that would do, or of possible outputs made [fraction]",
        "n_units": "units whose efficiency is averaged [units]",
        "n_ahead": "units on the frontier, or beyond the expected best; null where none can be [units]",
        "envelope": "efficiency beside the best combinations of all units [fraction]",
        "bias_corrected": "the same, free of what the best that are not in the data would add [fraction]",
        "low": "lower end of the interval of the corrected one [fraction]",
        "high": "upper end [fraction]",
        "order_m": "efficiency beside the expected best of m units, above 1 beyond it [fraction]",
        "leverage": "root mean square change of the others' scores without the unit [1]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Bogetoft & Otto (2011), Benchmarking with DEA, SFA, and R, ch. 5; Simar & Wilson (1998), Management Science "
    "44(1), 49-61; Cazals, Florens & Simar (2002), Journal of Econometrics 106(1), 1-25",
    design="descriptive",
)
def frontier_comparison(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    returns: Returns = "variable",
    orientation: Orientation = "input",
    m: int = 50,
    by: Sequence[Column] = (),
    allow_thin: bool = False,
    confidence: float = 0.95,
    replications: int = 2000,
    rng: int = 0,
) -> FrontierComparison:
    """Set an envelope beside frontiers that hang less on single units.

    An envelope is drawn by few units, leaves out the best that are not in the data, and calls the rest
    inefficient. So four answers stand together: the envelope; the same without the unit on which the others'
    scores hang most, by name; the envelope free of its bias; and the expected best of m units. Where they
    disagree, that is the finding.

    All are efficiencies: θ where inputs shrink, 1/φ where outputs grow.

    Parameters
    ----------
    units : Table
        One row a unit. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        0 or more, in any unit of measurement.
    returns : {"variable", "constant", "nonincreasing", "nondecreasing"}
        Of the envelopes. The expected best has free disposal.
    orientation : {"input", "output"}
        Whether inputs shrink or outputs grow.
    m : int
        Units that the expected best is of.
    by : sequence of columns
        Cells with frontiers of their own.
    allow_thin : bool
        Whether a cell may have fewer than three units for each input and output.
    confidence : float
        Of the intervals of corrected scores.
    replications : int
        Draws of the correction.
    rng : int
        Where they start.

    Returns
    -------
    FrontierComparison
        Four rows a cell.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, holds no numbers, or no row is complete.
    NegativeValueError, InfiniteValueError, OutsideRangeError, NotPositiveError
        If an amount is below zero or infinite, or a unit has nothing of what it must have some of.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a cell, a column plays two roles, or a key is called as a column made.
    ChoiceError, ParameterRangeError
        If a parameter is none of those above.
    ThinFrontierError
        If too few units draw the frontier of a cell.
    MissingPackageError, ConvergenceError
        If numba is not installed, or ties lead a program round in circles.

    See Also
    --------
    industria.productivity.stochastic_frontier : A frontier with noise.
    industria.productivity.efficiency_drivers : What goes with being far behind.

    Examples
    --------
    >>> import pandas as pd
    >>> farms = pd.DataFrame({"farm": list("abcdefg"), "land": [100, 200, 300, 500, 100, 200, 600],
    ...     "crop": [75, 100, 300, 400, 25, 50, 400]})
    >>> found = frontier_comparison(farms, unit="farm", inputs=["land"], outputs=["crop"], m=3, replications=200)
    >>> found.to_pandas().set_index("frontier")["efficiency"].round(2).to_dict(), found.highest
    ({'envelope': 0.85, 'without_highest': 0.87, 'bias_corrected': 0.73, 'order_m': 1.24}, 'a')
    """
    by, inputs, outputs = columns_of(by, "by"), columns_of(inputs, "inputs"), columns_of(outputs, "outputs")
    refuse_names(NAME, [*by, unit], [*MADE, *SCORES])
    if m < 1:
        raise ParameterRangeError("m", m, "a whole number of 1 or more")
    asked: dict[str, Any] = {"unit": unit, "inputs": inputs, "outputs": outputs, "orientation": orientation, "by": by}
    drawn: dict[str, Any] = {"confidence": confidence, "replications": replications, "rng": rng}
    envelope = dea(units, returns=returns, allow_thin=allow_thin, **asked)
    leverage = frontier_leverage(units, returns=returns, allow_thin=allow_thin, **asked)
    corrected = bias_corrected_efficiency(units, returns=returns, allow_thin=allow_thin, **asked, **drawn)
    expected = partial_frontier(units, kind="order_m", m=m, allow_thin=allow_thin, **asked)

    keys = envelope.to_arrow().select([*by, unit])
    low, high = ("low", "high") if orientation == "input" else ("high", "low")
    scores = {
        "envelope": _column(envelope, "efficiency"),
        "bias_corrected": _efficiency(corrected, "corrected", orientation),
        "low": _efficiency(corrected, low, orientation),
        "high": _efficiency(corrected, high, orientation),
        "order_m": _efficiency(expected, "score", orientation),
        "leverage": _column(leverage, "leverage"),
    }
    cells = _cells(keys, by)
    highest = [int(rows[np.argmax(np.nan_to_num(scores["leverage"][rows]))]) for rows in cells]
    # A cell that was large enough may lack one unit now.
    others = _without(units, keys.take(pa.array(highest)), [*by, unit, *inputs, *outputs])
    without = dea(others, returns=returns, allow_thin=True, **asked) if len(keys) > len(cells) else None
    return FrontierComparison(
        table=_table(keys, by, unit, cells, highest, scores, without),
        scores=beside(keys, scores),
        doubtful=envelope.doubtful,
        dropped=envelope.dropped,
        highest=leverage.highest,
        highest_leverage=leverage.highest_leverage,
        times_peer=leverage.times_peer,
        n_units=len(keys),
        n_doubtful=envelope.n_doubtful,
        m=m,
        replications=replications,
        confidence=confidence,
        returns=returns,
        orientation=orientation,
    )


def _column(result: Result, name: str) -> Array:
    return np.asarray(result.to_arrow()[name].to_numpy(), float)


def _efficiency(result: Result, name: str, orientation: Orientation) -> Array:
    """Turn a multiple of outputs into the part of possible outputs that is made."""
    score = _column(result, name)
    return score if orientation == "input" else 1 / score


def _cells(keys: pa.Table, by: Sequence[str]) -> list[Codes]:
    """Return the rows of each cell, in the order in which cells come."""
    of = [tuple(row.values()) for row in keys.select(list(by)).to_pylist()] if by else [()] * len(keys)
    number = {cell: i for i, cell in enumerate(dict.fromkeys(of))}
    cell = np.array([number[one] for one in of], np.int64)
    return [np.flatnonzero(cell == i) for i in range(len(number))]


def _without(units: TableLike, left_out: pa.Table, columns: Sequence[str]) -> pa.Table:
    """Leave out the rows of some units."""
    rows = collect(as_table(units, NAME).select(*columns))
    keys = left_out.column_names
    out = {tuple(row.values()) for row in left_out.to_pylist()}
    return rows.filter(pa.array([tuple(row.values()) not in out for row in rows.select(keys).to_pylist()], pa.bool_()))


def _table(
    keys: pa.Table,
    by: Sequence[str],
    unit: str,
    cells: list[Codes],
    highest: list[int],
    scores: dict[str, Array],
    without: Result | None,
) -> Table:
    """Average each frontier over the units of each cell."""
    rest = [] if without is None else [tuple(row.values()) for row in without.to_arrow().select(list(by)).to_pylist()]
    efficiency = np.zeros(0) if without is None else _column(without, "efficiency")
    rows: list[dict[str, Any]] = []
    for of, first in zip(cells, highest, strict=True):
        cell = {name: keys[name][first].as_py() for name in by}
        left = efficiency[[one == tuple(cell.values()) for one in rest]] if rest else efficiency
        told = {
            "envelope": (None, scores["envelope"][of], 1 - AHEAD),
            "without_highest": (f"{keys[unit][first].as_py()}", left, 1 - AHEAD),
            "bias_corrected": (None, scores["bias_corrected"][of], None),
            "order_m": (None, scores["order_m"][of], 1 + AHEAD),
        }
        for place, (frontier, (left_out, e, ahead)) in enumerate(told.items(), 1):
            e = e[np.isfinite(e)]
            made = {"efficiency": float(e.mean()) if len(e) else None, "n_units": len(e)}
            made["n_ahead"] = None if ahead is None else int((e > ahead).sum())
            rows.append({**cell, "place": place, "frontier": frontier, "left_out": left_out, **made})
    schema = pa.schema([*keys.select(list(by)).schema, *SCHEMA])
    return as_table(pa.Table.from_pylist(rows, schema), "table")
