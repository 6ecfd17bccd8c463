"""What differences in revenue productivity between units of an industry cost, in a model of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import replicate
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, columns_of
from industria.errors import ParameterRangeError
from industria.productivity._accounts import dropped_table, once, refuse_names
from industria.productivity._intervals import check_intervals, percentile_interval
from industria.productivity._misallocation import (
    FOUND,
    Economy,
    capital_shares,
    economies,
    reckoned,
    redrawn,
    stacked,
    support,
    wedge_table,
)
from industria.productivity._nests import keys_of, nests
from industria.productivity._panel import read

__all__ = ["Misallocation", "misallocation"]

MADE: Final = ("sigma", *FOUND, "low", "high", "n_units", "tfpr", "tfpq", "trimmed")
READING: Final = (
    "wedges, or what the model leaves out: costs of adjustment, markups, technologies and errors of measurement"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Misallocation(Result):
    """Output lost to differences in revenue productivity, if the model is right.

    Attributes
    ----------
    table : Table
        One row an industry and `sigma`: `tfp_ratio, gain, sd_tfpr, p90_p10_tfpr, low, high, n_units`.
    economy : Table
        The same of all industries of a cell together, weighted by revenue.
    wedges : Table
        One row a unit: `tfpr` and `tfpq` under the first elasticity, and whether it was `trimmed`.
    dropped : Table
        `column, reason, rows` of what was left out.
    reading : str
        How the numbers may be read.
    sigma, second_sigma, trim : float
        As asked for.
    n_trimmed : int
        Units in the tails under the first elasticity.
    weights : str or None
        The column of weights.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units behind them; without, there are none.
    n_rows, n_units : int
        Read.
    """

    economy: Table
    wedges: Table
    dropped: Table
    reading: str
    sigma: float
    second_sigma: float
    trim: float
    n_trimmed: int
    weights: str | None
    confidence: float
    replications: int
    n_rows: int
    n_units: int


@measure(
    gives={
        "sigma": "elasticity of substitution between units of an industry [1]",
        "tfp_ratio": "productivity over what it were with one revenue productivity in each industry [fraction]",
        "gain": "1 over that, less 1 [fraction]",
        "sd_tfpr": "standard deviation of log revenue productivity within industries [log points]",
        "p90_p10_tfpr": "gap between its percentiles [log points]",
        "low": "lower end of the interval of the gain, null without replications [fraction]",
        "high": "upper end of the interval of the gain [fraction]",
        "n_units": "units that were not trimmed [units]",
        "n_industries": "industries of the economy [count]",
        "tfpr": "revenue productivity over the mean of the industry [1]",
        "tfpq": "physical productivity over that of the best use of the industry's inputs [1]",
        "trimmed": "whether the unit was left out as part of a tail [1]",
        "column": "column for which rows were left out [name]",
        "reason": "why they were [name]",
        "rows": "how many were [count]",
    },
    cites="Hsieh & Klenow (2009), Quarterly Journal of Economics 124(4), 1403-1448, equations 15 to 19",
    design="descriptive",
    pools="none",
    support="cells",
)
def misallocation(
    panel: TableLike,
    *,
    revenue: Column,
    capital: Column,
    labor_cost: Column,
    unit: Column,
    by: Sequence[Column],
    capital_share: Column | float,
    sigma: float = 3.0,
    second_sigma: float = 5.0,
    trim: float = 0.01,
    weights: Column | None = None,
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> Misallocation:
    """Reckon what equal revenue productivity within industries would gain, under two elasticities.

    TFPR = PY / (K^α (wL)^(1-α)) and TFPQ = (PY)^(σ/(σ-1)) / (K^α (wL)^(1-α)). In the model of Hsieh and Klenow units
    with one technology and one markup differ in TFPR by wedges alone, and
    TFP/TFP* = [Σ (TFPQ · mean/TFPR)^(σ-1)]^(1/(σ-1)) / [Σ TFPQ^(σ-1)]^(1/(σ-1)), with industries put together by shares
    of revenue. Read it as wedges or as misspecification: costs of adjustment, markups, technologies and errors of
    measurement spread TFPR, too. The gain hangs on σ, so that it is told under two.

    Parameters
    ----------
    panel : Table
        One row a unit in an industry; the period of a panel is one of `by`.
    revenue : column
        Value added at current prices.
    capital : column
        Capital at current prices.
    labor_cost : column
        Wages, all that labor costs; all three above 0.
    unit : column
        Who.
    by : sequence of columns
        The industry last; what stands before it, as a year or a country, makes economies.
    capital_share : column or float
        α where there are no wedges, as in the same industry of a country taken as the reference; one number
        an industry, between 0 and 1.
    sigma, second_sigma : float
        Elasticity of substitution between units, above 1, and another.
    trim : float
        Share of units of an economy in each tail of TFPR and TFPQ, relative to their industry, that is left out.
    weights : column, optional
        How many units a row stands for; zero or more.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units, each with all its rows, for percentile intervals; each draw is trimmed anew.
    rng : int
        Seed of the draws.

    Returns
    -------
    Misallocation
        One row an industry and elasticity; null where all its units were trimmed.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, NoRowsLeftError
        If a column is not there, of another type, or without a value, or no row has all.
    OutsideRangeError, InfiniteValueError, NegativeValueError, ZeroWeightError
        If a number is infinite or not above 0, a share not between 0 and 1, or weights are all zero.
    SeveralValuesError
        If an industry has several shares of capital.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a unit stands twice in an industry, or a column plays two roles or is called as one of the result.
    ParameterRangeError, UsageError
        If a parameter is outside its range.

    Examples
    --------
    Three units of one industry.

    >>> import pandas as pd
    >>> units = pd.DataFrame({
    ...     "unit": ["a", "b", "c"], "industry": "food",
    ...     "revenue": [100, 60, 40], "capital": [50, 80, 10], "wages": [60, 20, 30],
    ... })
    >>> roles = {"revenue": "revenue", "capital": "capital", "labor_cost": "wages", "unit": "unit", "by": ["industry"]}
    >>> found = misallocation(units, **roles, capital_share=1 / 3)
    >>> print(found.to_pandas()[["industry", "sigma", "tfp_ratio", "gain"]].round(4).to_string(index=False))
    industry  sigma  tfp_ratio   gain
        food    3.0     0.9126 0.0957
        food    5.0     0.9114 0.0972
    """
    _refuse_numbers(sigma, second_sigma, trim)
    check_intervals(confidence, replications)
    by = columns_of(by, "by")
    shares = [capital_share] if isinstance(capital_share, str) else []
    once(the_revenue=[revenue], capital=[capital], the_cost_of_labor=[labor_cost], the_share_of_capital=shares)
    amounts = [revenue, capital, labor_cost]
    rows = read(panel, "panel", unit=unit, numbers=[*amounts, *shares], by=by, weights=weights, positive=amounts)
    refuse_names("panel", (*by, unit), MADE)
    held = nests(rows, max(len(by) - 1, 0))
    x = Economy(
        PY=rows[revenue],
        K=rows[capital],
        wL=rows[labor_cost],
        alpha=capital_shares(rows, capital_share),
        h=rows.weights,
        unit=rows.unit,
        industry=rows.cell,
        economy=held.cells,
    )
    sigmas = (sigma, second_sigma)
    found = [reckoned(x, each, trim, x.h) for each in sigmas]
    intervals = None
    if replications:
        draw = partial(redrawn, x=x, sigmas=sigmas, trim=trim, n_units=rows.n_units)
        intervals = percentile_interval(np.array(replicate(draw, replications, rng=rng)), confidence)
    industries, whole = economies(found, held.sizes[-1], held.sizes[0], intervals, x)
    return Misallocation(
        table=stacked(rows.cells, sigmas, industries | support(found, x)),
        economy=stacked(keys_of(rows, held), sigmas, whole),
        wedges=wedge_table(rows, found[0], sigma),
        dropped=dropped_table(rows),
        reading=READING,
        sigma=float(sigma),
        second_sigma=float(second_sigma),
        trim=float(trim),
        n_trimmed=int((~found[0].stays).sum()),
        weights=weights,
        confidence=confidence,
        replications=replications,
        n_rows=len(rows),
        n_units=rows.n_units,
    )


def _refuse_numbers(sigma: float, second_sigma: float, trim: float) -> None:
    for name, value in (("sigma", sigma), ("second_sigma", second_sigma)):
        if not 1 < value < np.inf:
            raise ParameterRangeError(name, value, "an elasticity above 1")
    if not 0 <= trim < 0.5:
        raise ParameterRangeError("trim", trim, "a share of each tail of 0 or more and below 0.5")
