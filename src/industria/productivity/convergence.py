"""Whether units that lie behind catch up with the frontier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import replicate
from industria.core.result import SUPPORT, Estimates
from industria.core.table import Column, Table, TableLike, columns_of, from_arrays
from industria.errors import ChoiceError, FewClustersError, NoRowsLeftError, ParameterRangeError
from industria.kernels.t_distribution import t_p_value, t_quantile
from industria.productivity._accounts import dropped_table, once, refuse_names
from industria.productivity._beta import unconditional
from industria.productivity._catch_up import CatchUp, catch_up, fitted
from industria.productivity._intervals import check_intervals, drawn, percentile_interval
from industria.productivity._logs import in_logs
from industria.productivity._panel import Array, Codes, Panel, coded, read

__all__ = ["Convergence", "convergence"]

FIXED: Final = ("frontier_growth", "gap")
MADE: Final = ("time_from", "time_to", "estimate", "standard_error", "statistic", "p_value", "low", "high", "speed")
LEAST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Convergence(Estimates):
    """Growth of units on their gap to the frontier, and unconditional convergence beside it.

    Attributes
    ----------
    table : Table
        One row a term: `frontier_growth`, `gap`, `gap:` with each policy, and the controls.
    unconditional : Table
        One row a cell: growth from its first to its last period on the level in the first, `sd_from, sd_to`.
    dropped : Table
        `column, reason, rows` of what was left out.
    frontier : float
        Share of units of a cell and period that make the frontier.
    instrument : str or None
        As asked for.
    effects : str
        What was taken out.
    replications : int
        Draws of units behind the intervals; 0 where they are analytic.
    n_rows, n_without_past : int
        Rows read, and those of them without an effect or a period before, or a second one with an instrument.
    speed, half_life : float or None
        Rate a period at which the gap closes, and periods until half of it is closed; None where it does not close.
    """

    unconditional: Table
    dropped: Table
    frontier: float
    instrument: str | None
    effects: str
    replications: int
    n_rows: int
    n_without_past: int
    speed: float | None
    half_life: float | None


@measure(
    gives={
        "term": "frontier_growth, gap, gap: and a policy, or a control [name]",
        "estimate": "slope; of the gap, the share of it that closes in a period [1]",
        "standard_error": "its standard error, clustered by unit [1]",
        "statistic": "estimate over standard error [1]",
        "p_value": "of no slope [1]",
        "low": "lower end of the interval [1]",
        "high": "upper end of the interval [1]",
        "speed": "rate a period at which the gap closes; null for other terms [1]",
        "half_life": "periods until half of the gap is closed; null where it does not close [count]",
        "time_from": "first period of the cell [date]",
        "time_to": "last period of the cell [date]",
        "sd_from": "standard deviation in the first period [log points]",
        "sd_to": "the same in the last [log points]",
        "n_units": "units that are there in both [units]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Griffith, Redding & Simpson (2009), Journal of Regional Science 49(4), 689-720; "
    "Barro & Sala-i-Martin (1992), Journal of Political Economy 100(2), 223-251",
    design="associational",
    pools="none",
    support="estimates",
)
def convergence(
    panel: TableLike,
    *,
    value: Column,
    unit: Column,
    time: Column,
    by: Sequence[Column] = (),
    frontier: float = 0.05,
    controls: Sequence[Column] = (),
    interactions: Sequence[Column] = (),
    effects: Sequence[Column] = (),
    instrument: Literal["second_lag"] | None = None,
    weights: Column | None = None,
    logs: bool = True,
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> Convergence:
    """Regress growth on the gap to the frontier, and on the first level alone beside it.

    Δp_it = α Δp_Ft + β (p_F - p_i)_{t-1} + γ (p_F - p_i)_{t-1} z_{i,t-1} + controls + effects, where p_F is the mean
    of the units at or above the quantile 1 - `frontier` of their cell and period. Speed is -ln(1 - β), half-life
    ln 2 over it. Errors of measurement in p stand on both sides with opposite signs and bias β upward: units
    look as if they caught up. The gap two periods before, as an instrument, is free of the error of one period
    before. Beside it, unconditional: p_T - p_0 = a + b p_0, with speed -ln(1 + b) / T, and the spread in both
    periods; the spread need not narrow where b is below zero. Of revenue productivity, prices converge, too.

    Parameters
    ----------
    panel : Table
        One row a unit and period.
    value : column
        Productivity, in logs or, with `logs=False`, as a level above 0.
    unit, time : column
        Who and when. A lag is the calendar period before, so that a gap in the calendar has none.
    by : sequence of columns
        Cells, each with a frontier of its own in each period.
    frontier : float
        Share of units of a cell and period that make its frontier.
    controls : sequence of columns
        Numbers, as of the row.
    interactions : sequence of columns
        Policies that the gap is multiplied with, as of the period before; the speed is then that where all
        are 0. Name them as controls, too, for
        what goes with them at the frontier.
    effects : sequence of columns
        Taken out as levels: the unit, the time, columns of `by`, or others; rows without one are not fitted.
        Without any there is a constant.
    instrument : {"second_lag"}, optional
        Let the gap two periods before stand in for that one period before.
    weights : column, optional
        How many units a row stands for; zero or more.
    logs : bool
        Whether `value` is in logs already.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, each with all its periods, for percentile intervals; the frontier is drawn anew each
        time. With 0 they are Student's t with units less 1 degrees of freedom, as those of `unconditional` always are.
    rng : int
        Seed of the draws.

    Returns
    -------
    Convergence
        One row a term; null where effects or other terms determine it, as effects of time do the frontier's growth.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has all and a period before.
    InfiniteValueError, NegativeValueError, ZeroWeightError, OutsideRangeError
        If a number is infinite, weights are negative or all zero, or a level is not above 0.
    LogsError
        If `value` spreads as no logs do.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in a period, or a column plays two roles or is called as one of the result.
    FewClustersError
        If one unit alone has a period before.
    ConvergenceError
        If effects cannot be taken out.
    ChoiceError, ParameterRangeError, UsageError
        If a parameter is not among its choices or outside its range.

    See Also
    --------
    productivity.dispersion : the spread in each period.

    Examples
    --------
    48 states, 1970 to 1986, Munnell (1990).

    >>> import numpy as np
    >>> from linearmodels.datasets import munnell
    >>> states = munnell.load()
    >>> states["p"] = np.log(states["GSP"] / states["EMP"])
    >>> found = convergence(states, value="p", unit="ST_ABB", time="YR", effects=["YR"])
    >>> print(found.unconditional.collect("pandas").to_native()[["estimate", "standard_error", "half_life"]].round(3))
       estimate  standard_error  half_life
    0      -0.5           0.033     15.989
    """
    if instrument not in (None, "second_lag"):
        raise ChoiceError("instrument", instrument, ["second_lag"])
    if not 0 < frontier < 1:
        raise ParameterRangeError("frontier", frontier, "a share of units between 0 and 1")
    check_intervals(confidence, replications)
    by, controls, policies = (
        columns_of(of, name) for of, name in ((by, "by"), (controls, "controls"), (interactions, "interactions"))
    )
    effects = columns_of(effects, "effects")
    once(the_value=[value], a_control=controls)
    further = [column for column in effects if column not in (*by, unit, time)]
    numbers = [value, *controls, *policies]
    rows = read(panel, "panel", unit=unit, time=time, numbers=numbers, by=by, labels=further, weights=weights)
    refuse_names("panel", (*by, unit), MADE)
    rows = in_logs(rows, value, logs)
    levels = _levels(rows, effects)
    x = catch_up(rows, value, frontier, controls, policies, levels, len(by), instrument is not None)
    _refuse(x, rows, unit)
    terms = [*FIXED, *(f"gap:{policy}" for policy in policies), *controls]
    columns, df = _table(x, rows, terms, confidence, replications, rng)
    gap = terms.index("gap")
    return Convergence(
        table=from_arrays(columns),
        unconditional=unconditional(rows, value, time, len(by), confidence),
        dropped=dropped_table(rows),
        outcome=value,
        n_obs=len(x.rows),
        n_units=len(np.unique(x.unit[x.rows])),
        df=df,
        confidence=confidence,
        frontier=frontier,
        instrument=instrument,
        effects=", ".join(effects) or "none",
        replications=replications,
        n_rows=len(rows),
        n_without_past=len(rows) - len(x.rows),
        speed=_told(columns["speed"][gap]),
        half_life=_told(columns["half_life"][gap]),
    )


def _told(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _levels(rows: Panel, effects: Sequence[str]) -> list[Codes]:
    """Return the level of every effect, -1 where it is missing."""
    found = [coded((rows.labels if column in rows.labels.column_names else rows.keys)[column]) for column in effects]
    return [np.where(codes == len(labels), -1, codes) for codes, labels in found]


def _refuse(x: CatchUp, rows: Panel, unit: str) -> None:
    if not len(x.rows):
        lags = "two periods before" if x.instrumented else "a period before"
        raise NoRowsLeftError(rows.name, rows.rows, [f"no row has {lags}"])
    present = np.unique(x.unit[x.rows])
    if len(present) < LEAST:
        row = int(x.rows[0])
        raise FewClustersError(unit, [f"{rows.keys[unit][row]}"], LEAST)


def _table(
    x: CatchUp, rows: Panel, terms: Sequence[str], confidence: float, replications: int, rng: int
) -> tuple[dict[str, Any], float]:
    b, V = fitted(x, np.ones(rows.n_units))
    df = float(len(np.unique(x.unit[x.rows])) - 1)
    se = np.sqrt(np.diagonal(V))
    statistic = np.divide(b, se, out=np.full(len(b), np.nan), where=se > 0)
    half = t_quantile((1 + confidence) / 2, df) * se
    low, high = b - half, b + half
    if replications:
        draws = np.array(replicate(partial(_redrawn, x=x, n_units=rows.n_units), replications, rng=rng))
        low, high = percentile_interval(draws, confidence)
    # Only the gap closes; a rate of an answer of 1 or more, or of 0 or less, is none.
    closes = (np.array(terms) == "gap") & (b > 0) & (b < 1)
    speed = np.where(closes, -np.log1p(-np.where(closes, b, 0.5)), np.nan)
    columns = {
        "term": list(terms),
        "estimate": b,
        "standard_error": se,
        "statistic": statistic,
        "p_value": t_p_value(statistic, df),
        "low": low,
        "high": high,
        "speed": speed,
        "half_life": np.log(2) / speed,
        f"{SUPPORT}df": np.full(len(b), df),
        f"{SUPPORT}units": np.full(len(b), int(df) + 1),
    }
    return columns, df


def _redrawn(rng: np.random.Generator, x: CatchUp, n_units: int) -> Array:
    return fitted(x, drawn(rng, n_units))[0]
