"""How far units lie from the frontier that the best of them draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.productivity._accounts import beside, dropped_table, refuse_names
from industria.productivity._directions import Direction, Side
from industria.productivity._distances import Scores, same, score
from industria.productivity._frontier_tables import doubtful_table, multiplier_table, peer_table, slack_table
from industria.productivity._panel import Array
from industria.productivity._program import Model, Program, SlackWeights, asked_for
from industria.productivity._technology import NAME, BadDisposal, Returns, Units, read_units, slices

__all__ = ["DataEnvelopment", "dea"]

MADE: Final = (
    *("score", "efficiency", "scale_efficiency", "returns_here", "certified", "n_units"),
    *("peer", "weight", "good", "role", "observed", "slack", "target", "multiplier", "times_median"),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class DataEnvelopment(Result):
    """Scores of units, and what stands behind each.

    Attributes
    ----------
    table : Table
        One row a unit: `score, efficiency, scale_efficiency, returns_here, certified, n_units`.
    peers : Table
        The unit, `peer`, `weight`: whose combination the unit is measured by.
    slacks : Table
        The unit, `good, role, observed, slack, target`; without rows unless asked for.
    multipliers : Table
        The unit, `good, multiplier`, and the good `constant` for returns to scale. Not unique on an edge.
    doubtful : Table
        The unit, `good, observed, times_median`: amounts 300 times the median or more, or as much
        below it, which may be in another unit of measurement.
    dropped : Table
        `column, reason, rows` of what was left out.
    model, returns, orientation, direction, weights_of_slacks : str
        As asked for.
    n_measured, n_efficient, n_infeasible, n_uncertified, n_doubtful : int
        Units, those on the frontier or beyond, those without a score, those whose score no certificate
        proves, and rows of `doubtful`.
    mean_efficiency : float or None
        Of the units that have one.
    """

    peers: Table
    slacks: Table
    multipliers: Table
    doubtful: Table
    dropped: Table
    model: str
    returns: str
    orientation: str
    direction: str
    weights_of_slacks: str
    n_measured: int
    n_efficient: int
    n_infeasible: int
    n_uncertified: int
    n_doubtful: int
    mean_efficiency: float | None


@measure(
    gives={
        "score": "share of inputs that would do, multiple of outputs, step, sum of slacks or ratio, by the model [1]",
        "efficiency": "share of inputs that would do over multiple of outputs that could be had [fraction]",
        "scale_efficiency": "efficiency at constant over efficiency at variable returns; radial alone [fraction]",
        "returns_here": "constant, increasing or decreasing where the unit is projected; radial alone [name]",
        "certified": "whether a pricing of all units proves the score [1]",
        "n_units": "units that draw the frontier of the cell [units]",
        "peer": "unit whose combination with others the unit is measured by [name]",
        "weight": "its weight [1]",
        "good": "column of input or output [name]",
        "role": "input, output or bad output [name]",
        "observed": "amount of the unit [unit of good]",
        "slack": "what is too much or too little beyond the step [unit of good]",
        "target": "amount at the frontier [unit of good]",
        "multiplier": "price of the good in the score [1]",
        "times_median": "amount over the median of the cell [1]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Charnes, Cooper & Rhodes (1978), European Journal of Operational Research 2(6); "
    "Banker, Charnes & Cooper (1984), Management Science 30(9); Tone (2001), European Journal of Operational "
    "Research 130(3); Chambers, Chung & Färe (1998), Journal of Optimization Theory and Applications 98(2); "
    "Kuosmanen (2005), American Journal of Agricultural Economics 87(4)",
    design="descriptive",
)
def dea(
    units: TableLike,
    *,
    unit: Column,
    inputs: Sequence[Column],
    outputs: Sequence[Column],
    returns: Returns = "variable",
    orientation: Side | None = None,
    model: Model = "radial",
    direction: Direction | Mapping[Column, float] = "observed",
    weights_of_slacks: SlackWeights = "none",
    super_efficiency: bool = False,
    slacks: bool = False,
    bad_outputs: Sequence[Column] = (),
    bad_disposal: BadDisposal = "weak",
    reference: Column | None = None,
    by: Sequence[Column] = (),
    allow_thin: bool = False,
) -> DataEnvelopment:
    """Measure each unit by combinations of units that use no more and make no less.

    Radial: θ = min {θ : Xλ ≤ θx, Yλ ≥ y}, the share of its inputs that would do, or φ = max {φ : Xλ ≤ x,
    Yλ ≥ φy}; Σλ = 1 with variable, ≤ 1 with nonincreasing, ≥ 1 with nondecreasing returns, any with constant,
    and a single unit with free disposal. Directional: β = max {β : (x − βg, y + βg, b − βg)}. Additive: the largest
    Σ w s of slacks. Slacks-based: ρ = min (1 − mean s⁻/x) / (1 + mean s⁺/y). Russell: mean θ of single inputs, mean
    φ of single outputs, or the ratio of the two.

    A frontier is made of the best that were seen: one wrong row moves the scores of many, noise counts as
    efficiency, and scores are too high where units are few. Read it with `frontier_leverage` beside it.

    Parameters
    ----------
    units : Table
        One row a unit. Rows with a gap are left out and counted.
    unit : column
        Who.
    inputs, outputs : sequence of columns
        0 or more, in any unit of measurement.
    returns : {"variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"}
        How units may be combined.
    orientation : {"input", "output", "both"}, optional
        Which goods move. None is the inputs in the radial model and both sides in the others. In the directional
        model bad outputs go down as outputs go up: "input" holds both. Not with amounts given by good.
    model : {"radial", "directional", "additive", "slacks_based", "russell"}
        What is measured.
    direction : {"observed", "mean", "range"} or mapping of column to number
        Of the directional model alone: the unit's own amounts, the mean ones, what lies between the unit and
        the best of each good (Portela; the least of bad outputs), or amounts given by good.
    weights_of_slacks : {"none", "ram", "bam", "mip"}
        Of the additive model, or with `slacks`: slacks in their own units, in parts of the range, of the room to
        the bound, or of what is observed.
    super_efficiency : bool
        Whether a unit is left out of the frontier that it is measured by.
    slacks : bool
        Whether slacks beyond the step are sought and listed.
    bad_outputs : sequence of columns
        Outputs that nobody wants; in radial and directional models.
    bad_disposal : {"weak", "free"}
        Whether bad outputs fall only together with good ones, or count as costs like inputs.
    reference : column, optional
        Truth values: units that draw the frontier. All do where it is not given.
    by : sequence of columns
        Cells with a frontier of their own.
    allow_thin : bool
        Whether a cell may have fewer than three units for each input and output.

    Returns
    -------
    DataEnvelopment
        One row a unit. No score where no combination of units compares; no efficiency where amounts are
        below zero.

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
    industria.productivity.frontier_leverage : whose scores hang on whom.
    industria.productivity.bias_corrected_efficiency : the scores less what few units flatter them by.
    industria.productivity.partial_frontier : frontiers that single units do not draw.
    industria.productivity.stochastic_frontier : frontiers with noise, and of a given form.

    Examples
    --------
    >>> import pandas as pd
    >>> farms = pd.DataFrame({"farm": list("abcdefg"), "land": [100, 200, 300, 500, 100, 200, 600],
    ...     "crop": [75, 100, 300, 400, 25, 50, 400]})
    >>> found = dea(farms, unit="farm", inputs=["land"], outputs=["crop"])
    >>> print(found.to_pandas()[["farm", "score", "returns_here"]].round(3).to_string(index=False))
    farm  score returns_here
       a  1.000   increasing
       b  0.611   increasing
       c  1.000     constant
       d  1.000   decreasing
       e  1.000   increasing
       f  0.500   increasing
       g  0.833   decreasing
    """
    by = columns_of(by, "by")
    refuse_names(NAME, [*by, unit], MADE)
    program = asked_for(
        model=model,
        returns=returns,
        orientation=orientation,
        direction=direction,
        bad_outputs=columns_of(bad_outputs, "bad_outputs"),
        bad_disposal=bad_disposal,
        weights=weights_of_slacks,
        slacks=slacks,
        super_efficiency=super_efficiency,
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
    cells = list(slices(read.panel))
    scores = [score(read, rows, program) for rows in cells]
    return _result(read, scores, program, unit, slacks)


def _result(units: Units, scores: Sequence[Scores], program: Program, unit: str, slacks: bool) -> DataEnvelopment:
    cells = list(slices(units.panel))
    values = np.concatenate([one.score for one in scores])
    efficiency = np.concatenate([one.efficiency for one in scores])
    certified = np.concatenate([one.found.certified for one in scores])
    scales, here = zip(*(_scale(units, *cell, program) for cell in zip(cells, scores, strict=True)), strict=True)
    draws = np.concatenate([np.full(rows.stop - rows.start, int(units.drawing[rows].sum())) for rows in cells])
    told = np.isfinite(efficiency)
    doubtful, n_doubtful = doubtful_table(units.panel, units.goods, units.amounts)
    return DataEnvelopment(
        table=beside(
            units.panel.keys,
            {
                "score": np.where(np.isfinite(values), values, np.nan),
                "efficiency": efficiency,
                "scale_efficiency": np.concatenate(scales),
                "returns_here": pa.array([word for words in here for word in words], pa.string()),
                "certified": certified,
                "n_units": draws,
            },
        ),
        peers=peer_table(units, scores, unit),
        slacks=slack_table(units, scores, slacks or program.model in ("additive", "slacks_based", "russell")),
        multipliers=multiplier_table(units, scores),
        doubtful=doubtful,
        dropped=dropped_table(units.panel),
        model=program.model,
        returns=program.returns,
        orientation=program.side,
        direction=program.direction if isinstance(program.direction, str) else "given",
        weights_of_slacks=program.weights,
        n_measured=len(units),
        n_efficient=int((efficiency[told] >= 1 - 1e-8).sum()),
        n_infeasible=int((~np.isfinite(values)).sum()),
        n_uncertified=int((np.isfinite(values) & ~certified).sum()),
        n_doubtful=n_doubtful,
        mean_efficiency=float(efficiency[told].mean()) if told.any() else None,
    )


def _scale(units: Units, rows: slice, asked: Scores, program: Program) -> tuple[Array, list[str | None]]:
    """Compare constant with variable returns: where they differ, weights of less than 1 tell that size would help."""
    n = rows.stop - rows.start
    if program.model != "radial" or program.returns == "free_disposal":
        return np.full(n, np.nan), [None] * n
    known = {} if program.without_itself else {program.returns: asked}
    plain = replace(program, slacks=False, without_itself=False)
    variable = known.get("variable") or score(units, rows, replace(plain, returns="variable"))
    constant = known.get("constant") or score(
        units, rows, replace(plain, returns="constant"), variable=variable.technology
    )
    inverse = -1.0 if program.side == "output" else 1.0
    ratio = (constant.score / variable.score) ** inverse
    one = same(constant.score, variable.score)
    words = np.where(one, "constant", np.where(constant.found.size < 1, "increasing", "decreasing"))
    told = np.isfinite(ratio)
    return np.where(one, 1.0, ratio), [str(word) if known else None for word, known in zip(words, told, strict=True)]
