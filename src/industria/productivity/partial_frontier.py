"""Frontiers that outliers do not draw: the expected best of m units, or the best but for a share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ExcludedParameterError, NeededParameterError, ParameterRangeError
from industria.kernels.partial_frontiers import order_alpha, order_m
from industria.productivity._accounts import beside, dropped_table, refuse_names
from industria.productivity._frontier_tables import DOUBTFUL, doubtful_table
from industria.productivity._panel import Array, Codes
from industria.productivity._technology import ORIENTATIONS, Units, choose, read_units, refuse_nothing, slices

__all__ = ["PartialFrontier", "partial_frontier"]

Orientation = Literal["input", "output"]
COLUMNS: Final = ("score", "beyond", "free_disposal", "n_compared", "n_units", "order", "mean_score", *DOUBTFUL)
# Orders of the scan, besides the one asked for: each about twice the one before; shares left out, each half.
DRAWS: Final = (1, 2, 5, 10, 25, 50, 100, 200, 500, 1000)
SHARES: Final = (0.8, 0.9, 0.95, 0.975, 0.99, 0.995, 1.0)
# A score this far beyond 1 is beyond the frontier, and not on it but for rounding.
BEYOND: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PartialFrontier(Result):
    """Scores against a frontier that some units lie beyond.

    Attributes
    ----------
    table : Table
        One row a unit.
    scan : Table
        One row a cell and order: `order`, `n_beyond`, `share_beyond`, `mean_score`. A share beyond that falls no
        further as the order rises is of outliers.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    n_units, n_beyond, n_doubtful : int
        Units, those beyond the frontier, and rows of `doubtful`.
    kind, orientation : str
        As asked for.
    order : float
        m or alpha.
    """

    scan: Table
    doubtful: Table
    dropped: Table
    n_units: int
    n_beyond: int
    n_doubtful: int
    kind: str
    orientation: str
    order: float


@measure(
    gives={
        "score": "multiple of inputs that brings the unit to the frontier, or of outputs [1]",
        "beyond": "whether the unit lies beyond the frontier [1]",
        "free_disposal": "the same against the frontier of all units, which no unit lies beyond [1]",
        "n_compared": "units that do at least as well on the other side, itself among them [units]",
        "n_units": "units of the cell [units]",
        "order": "m or alpha [1]",
        "n_beyond": "units beyond the frontier [units]",
        "share_beyond": "of the units of the cell [fraction]",
        "mean_score": "mean over units; null where one is infinite [1]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "which column [name]",
        "reason": "why rows were left out [name]",
        "rows": "how many [count]",
    },
    cites="Cazals, Florens & Simar (2002), Journal of Econometrics 106(1), 1-25; "
    "Aragon, Daouia & Thomas-Agnan (2005), Econometric Theory 21(2), 358-389",
    design="descriptive",
)
def partial_frontier(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    kind: Literal["order_m", "order_alpha"] = "order_m",
    m: int | None = None,
    alpha: float | None = None,
    orientation: Orientation = "input",
    by: Sequence[Column] = (),
    allow_thin: bool = False,
) -> PartialFrontier:
    """Measure units against a frontier that a few outliers cannot draw; exact, without drawing samples.

    Input: among the N units with outputs of at least one's own, θ_j = max_i x_ji / x_oi, rising. Order m is the
    expected least of m of them drawn with replacement, Σ θ_(k) [((N-k+1)/N)^m - ((N-k)/N)^m]. Order alpha is
    θ_(j) with j = ⌈(1-α) N⌉, which a share 1 - α of them undercuts. Output alike, the other way round. Both go
    to free disposal, as m grows and at α = 1. Returns to scale are not assumed.

    Parameters
    ----------
    units : Table
        One row a unit. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        Amounts of 0 or more, in any units.
    kind : {"order_m", "order_alpha"}
        Which frontier.
    m : int, optional
        With order_m: how many units one is set against, 1 or more.
    alpha : float, optional
        With order_alpha: share of comparable units that do no better, in (0, 1].
    orientation : {"input", "output"}
        Whether inputs shrink or outputs grow.
    by : sequence of columns
        One frontier for each cell.
    allow_thin : bool
        Whether a cell may have fewer than three units per input and output.

    Returns
    -------
    PartialFrontier
        One row a unit. Above 1 (input) or below (output) a unit does better than the frontier. Null where a unit
        has none of an input that those compared with it need.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, no number, or without values.
    RepeatedColumnError, ReservedNameError, DuplicateRowError
        If a column plays two roles or is called as one of the result, or a unit stands twice.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero or infinite, a row has no input, or no output where outputs grow.
    ThinFrontierError
        If a cell has too few units.
    ChoiceError, ParameterRangeError, NeededParameterError, ExcludedParameterError
        If a parameter is not among its choices, outside its range, lacks, or belongs to the other kind.

    See Also
    --------
    industria.productivity.bias_corrected_efficiency : the frontier of all units, corrected.
    industria.productivity.frontier_leverage : who draws the frontier of all.

    Examples
    --------
    States of the US in 1986, each against a hundred draws from those that produce as much (Munnell 1990). California
    has nobody to be set against.

    >>> from industria import sources
    >>> states = sources.find("packages.linearmodels_munnell")().read().collect("pandas").to_native()
    >>> roles = {"unit": "ST_ABB", "inputs": ["P_CAP", "PC", "EMP"], "outputs": ["GSP"]}
    >>> found = partial_frontier(states[states["YR"] == 1986], m=100, **roles)
    >>> table = found.to_pandas()[["ST_ABB", "score", "free_disposal", "n_compared"]]
    >>> print(table.head(4).round(3).to_string(index=False))
    ST_ABB  score  free_disposal  n_compared
        AL  0.963          0.962          24
        AR  1.024          1.000          32
        AZ  1.002          1.000          26
        CA  1.000          1.000           1
    """
    cell = columns_of(by, "by")
    choose(kind=(kind, ("order_m", "order_alpha")), orientation=(orientation, ORIENTATIONS))
    order = _order(kind, m, alpha)
    refuse_names("units", [*cell, unit], COLUMNS)
    found = read_units(units, unit=unit, inputs=inputs, outputs=outputs, by=cell, allow_thin=allow_thin)
    if orientation == "output":
        refuse_nothing(found, found.outputs, found.Y)
    doubtful, n_doubtful = doubtful_table(found.panel, found.goods, found.amounts)
    law, grid = (order_m, DRAWS) if kind == "order_m" else (order_alpha, SHARES)
    orders = np.array(sorted({float(order), *map(float, grid)}))
    rows = list(slices(found.panel))
    parts = [law(found.X[row], found.Y[row], orders, orientation=orientation) for row in rows]
    whole = [order_alpha(found.X[row], found.Y[row], np.ones(1), orientation=orientation)[0][:, 0] for row in rows]
    scores = np.concatenate([scores for scores, _ in parts])
    score = scores[:, int(np.searchsorted(orders, order))]
    beyond = _beyond(score, orientation)
    return PartialFrontier(
        table=beside(
            found.panel.keys,
            {
                "score": _told(score),
                "beyond": beyond,
                "free_disposal": _told(np.concatenate(whole)),
                "n_compared": np.concatenate([compared for _, compared in parts]),
                "n_units": np.concatenate([np.full(row.stop - row.start, row.stop - row.start) for row in rows]),
            },
        ),
        scan=_scan(found, [scores for scores, _ in parts], orders, orientation, bool(cell)),
        doubtful=doubtful,
        dropped=dropped_table(found.panel),
        n_units=len(found),
        n_doubtful=n_doubtful,
        n_beyond=int(beyond.sum()),
        kind=kind,
        orientation=orientation,
        order=float(order),
    )


def _order(kind: str, m: float | None, alpha: float | None) -> float:
    """Take the order of the kind that was asked for, and refuse that of the other."""
    own, other = (("m", m), ("alpha", alpha)) if kind == "order_m" else (("alpha", alpha), ("m", m))
    if own[1] is None:
        raise NeededParameterError(f'kind="{kind}"', own[0])
    if other[1] is not None:
        raise ExcludedParameterError(other[0], f'kind="{kind}"', f"hand in {own[0]}")
    if kind == "order_m" and (isinstance(m, bool) or not float(own[1]).is_integer() or own[1] < 1):
        raise ParameterRangeError("m", m, "a whole number of 1 or more")
    if kind == "order_alpha" and not 0 < own[1] <= 1:
        raise ParameterRangeError("alpha", alpha, "above 0, up to 1")
    return float(own[1])


def _beyond(score: Array, orientation: Orientation) -> Any:
    return score > 1 + BEYOND if orientation == "input" else score < 1 - BEYOND


def _told(score: Array) -> Array:
    """Leave out infinite scores: no multiple of nothing is something."""
    return np.where(np.isinf(score), np.nan, score)


def _scan(found: Units, scores: Sequence[Array], orders: Array, orientation: Orientation, cells: bool) -> Table:
    of_cell: Codes = np.repeat(np.arange(len(scores)), len(orders))
    beyond = np.concatenate([_beyond(one, orientation).sum(axis=0) for one in scores])
    sizes = np.array([len(one) for one in scores])[of_cell]
    return beside(
        found.panel.cells.take(pa.array(of_cell)) if cells else pa.table({}),
        {
            "order": np.tile(orders, len(scores)),
            "n_beyond": beyond,
            "share_beyond": beyond / sizes,
            "mean_score": _told(np.concatenate([one.mean(axis=0) for one in scores])),
        },
    )
