"""How much of a frontier hangs on single units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ChoiceError
from industria.productivity._accounts import beside, dropped_table, refuse_names
from industria.productivity._directions import Direction, Side
from industria.productivity._distances import SAME, score
from industria.productivity._frontier_tables import DOUBTFUL, doubtful_table
from industria.productivity._panel import Array
from industria.productivity._program import Model, Program, asked_for
from industria.productivity._technology import NAME, BadDisposal, Returns, Units, read_units, slices

__all__ = ["FrontierLeverage", "frontier_leverage"]

MADE: Final = (
    *("leverage", "times_peer", "share_of_scores_moved", "largest_move", "n_lost"),
    *("mean_score", "mean_score_without", "n_units"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FrontierLeverage(Result):
    """What leaving out one unit does to the scores of the others.

    Attributes
    ----------
    table : Table
        One row a unit: `leverage, times_peer, share_of_scores_moved, largest_move, n_lost, mean_score,
        mean_score_without, n_units`.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much below it, which
        may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    highest : str
        Unit of the highest leverage; with cells, and its cell.
    highest_leverage, mean_score, mean_score_without : float or None
        Its leverage, and the mean score of the others of its cell with it and without; None without others.
    times_peer, n_doubtful : int
        How many are measured by it; rows of `doubtful`.
    model, returns, orientation : str
        As asked for.
    """

    doubtful: Table
    dropped: Table
    highest: str
    highest_leverage: float | None
    mean_score: float | None
    mean_score_without: float | None
    times_peer: int
    n_doubtful: int
    model: str
    returns: str
    orientation: str


@measure(
    gives={
        "leverage": "root mean square of what the scores of others move by as the unit is left out [1]",
        "times_peer": "other units that are measured by it [units]",
        "share_of_scores_moved": "of the scores of others that move or are lost as it is left out [fraction]",
        "largest_move": "what the score of another moves by at most [1]",
        "n_lost": "others with whom nobody compares as it is left out: units that do not draw the frontier [units]",
        "mean_score": "mean score of the others as the unit draws the frontier, too [1]",
        "mean_score_without": "mean score of the others as it does not [1]",
        "n_units": "units that draw the frontier of the cell [units]",
        "good": "column of input or output [name]",
        "observed": "amount of the unit [unit of good]",
        "times_median": "amount over the median of the cell [1]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Stošić & Sampaio de Sousa (2003), Jackstrapping DEA scores for robust efficiency measurement, Anais do XXV "
    "Encontro Brasileiro de Econometria; Wilson (1995), Journal of Productivity Analysis 6(1)",
    design="descriptive",
)
def frontier_leverage(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    returns: Returns = "variable",
    orientation: Side | None = None,
    model: Model = "radial",
    direction: Direction | Mapping[Column, float] = "observed",
    bad_outputs: Sequence[Column] = (),
    bad_disposal: BadDisposal = "weak",
    reference: Column | None = None,
    by: Sequence[Column] = (),
    allow_thin: bool = False,
) -> FrontierLeverage:
    """Leave out one unit after another, and see whose scores move.

    L_j = √[Σ_{i≠j} (θ_i without j − θ_i)² / (n − 1)]. Only units that have j as a peer can move; the others keep the
    combination that they are measured by. A unit of high leverage is either the best there is or a wrong row: look
    at it before the frontier is believed, and print findings with and without it.

    Parameters
    ----------
    units : Table
        One row a unit. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        0 or more, in any unit of measurement.
    returns, orientation
        As in `dea`.
    model : {"radial", "directional"}
        What is measured.
    direction, bad_outputs, bad_disposal
        As in `dea`.
    reference : column, optional
        Truth values: units that draw the frontier. All do where it is not given; the others have a leverage of 0.
    by : sequence of columns
        Cells with a frontier of their own.
    allow_thin : bool
        Whether a cell may have fewer than three units for each input and output.

    Returns
    -------
    FrontierLeverage
        One row a unit. In a cell of one unit there are no others: null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, holds no numbers, or no row is complete.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If an amount is below zero where shares are taken, infinite, or none of a unit's inputs above zero.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a cell, a column plays two roles, or a key is called as a column made.
    ChoiceError, ParameterRangeError, ExcludedParameterError
        If a word is none of those above, two of them do not go together, or the model has no place for it.
    NobodyDrawsError, ThinFrontierError
        If nobody draws the frontier of a cell, or too few do.
    MissingPackageError, ConvergenceError
        If numba is not installed, or ties lead a program round in circles.

    See Also
    --------
    industria.productivity.dea : the scores themselves.
    industria.productivity.partial_frontier : frontiers that single units do not draw.

    Examples
    --------
    >>> import pandas as pd
    >>> farms = pd.DataFrame({"farm": list("abcdefg"), "land": [100, 200, 300, 500, 100, 200, 600],
    ...     "crop": [75, 100, 300, 400, 25, 50, 400]})
    >>> found = frontier_leverage(farms, unit="farm", inputs=["land"], outputs=["crop"])
    >>> found.highest, found.times_peer, round(found.mean_score, 3), round(found.mean_score_without, 3)
    ('a', 3, 0.824, 0.866)
    """
    by = columns_of(by, "by")
    refuse_names(NAME, [*by, unit], [*MADE, *DOUBTFUL])
    if model not in ("radial", "directional"):
        raise ChoiceError("model", model, ("radial", "directional"))
    program = asked_for(
        model=model,
        returns=returns,
        orientation=orientation,
        direction=direction,
        bad_outputs=columns_of(bad_outputs, "bad_outputs"),
        bad_disposal=bad_disposal,
    )
    read = read_units(
        units,
        unit=unit,
        inputs=inputs,
        outputs=outputs,
        bad_outputs=bad_outputs,
        by=by,
        reference=reference,
        signed=program.signed,
        allow_thin=allow_thin,
    )
    cells = [_cell(read, rows, program) for rows in slices(read.panel)]
    columns = {name: np.concatenate([cell[name] for cell in cells]) for name in MADE}
    doubtful, n_doubtful = doubtful_table(read.panel, read.goods, read.amounts)
    first = int(np.argmax(np.nan_to_num(columns["leverage"])))
    keys = [read.panel.keys[name][first].as_py() for name in (unit, *by)]
    return FrontierLeverage(
        table=beside(read.panel.keys, columns),
        doubtful=doubtful,
        dropped=dropped_table(read.panel),
        highest=f"{keys[0]}" + (f" ({', '.join(f'{key}' for key in keys[1:])})" if by else ""),
        highest_leverage=_told(columns["leverage"][first]),
        mean_score=_told(columns["mean_score"][first]),
        mean_score_without=_told(columns["mean_score_without"][first]),
        times_peer=int(columns["times_peer"][first]),
        n_doubtful=n_doubtful,
        model=program.model,
        returns=program.returns,
        orientation=program.side,
    )


def _cell(units: Units, rows: slice, program: Program) -> dict[str, Array]:
    n = rows.stop - rows.start
    told = score(units, rows, program)
    theta = told.score
    measured, place = np.nonzero(told.found.weights > 0)
    peer = told.found.peers[measured, place]
    # A unit has no say in its own leverage, and one on the frontier is its own peer.
    others = measured != peer
    measured, peer = np.unique(np.column_stack([measured[others], peer[others]]), axis=0).T
    scored = np.isfinite(theta)
    measured, peer = measured[scored[measured]], peer[scored[measured]]
    anew = score(units, rows, program, pairs=(measured, peer)).score if len(measured) else np.zeros(0)
    lost = ~np.isfinite(anew)
    moves = np.where(lost, 0.0, anew - theta[measured])
    moves[np.abs(moves) <= SAME * (1 + np.abs(theta[measured]))] = 0.0
    largest = np.zeros(n)
    np.maximum.at(largest, peer, np.abs(moves))
    of_others = np.where(scored, theta, 0.0)
    total = of_others.sum() - of_others
    rest = _some(scored.sum() - scored)
    n_lost = np.bincount(peer, lost, n)
    left = _some(scored.sum() - scored - n_lost)
    kept = total - np.bincount(peer, np.where(lost, theta[measured], 0.0), n) + np.bincount(peer, moves, n)
    return {
        "leverage": np.sqrt(np.bincount(peer, moves**2, n) / left),
        "times_peer": np.bincount(peer, minlength=n),
        "share_of_scores_moved": np.bincount(peer, lost | (moves != 0), n) / rest,
        "largest_move": np.where(np.isnan(left), np.nan, largest),
        "n_lost": n_lost.astype(np.int64),
        "mean_score": total / rest,
        "mean_score_without": kept / left,
        "n_units": np.full(n, units.drawing[rows].sum()),
    }


def _some(counts: Array) -> Array:
    return np.where(counts > 0, counts, np.nan)


def _told(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
