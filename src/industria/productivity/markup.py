"""Price over marginal cost, as an elasticity over a share; over time and between groups, not as a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, collect, columns_of
from industria.errors import RepeatedColumnError, RoleError
from industria.productivity._function_tables import dropped_table
from industria.productivity._function_terms import Functions, labels_of, read_functions
from industria.productivity._intervals import check_intervals, percentile_interval
from industria.productivity._panel import Array, Codes, Panel, read
from industria.productivity._row_tables import with_keys
from industria.productivity._smoothing import by_cell

__all__ = ["Markup", "markup"]

BLOCK: Final = 20_000
"""Rows whose draws are held at once."""
PERCENTILES: Final = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
LEVEL: Final = (
    "The level of a markup is not identified from revenue (Bond, Hashemi, Kaplan & Zoch 2021): compare it over time "
    "and between groups."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Markup(Result):
    """Markups of rows, and how they moved in cells.

    Attributes
    ----------
    table : Table
        The keys of the panel, `markup, low, high, output_elasticity, expenditure_share`.
    cells : Table
        The cell and time, `n_units, mean, p10, p50, p90`, `change` (log of the mean over that of the cell's first
        period) with `change_low, change_high`.
    dropped : Table
        `column, reason, rows`.
    says : str
        What its level cannot say.
    n_obs, n_units, n_without, rows : int
        Rows, units, rows without a function, and rows of the panel.
    n_draws, n_draws_without : int
        Draws of the elasticities with an answer in every cell that has draws, and those without one in some.
    flexible : str
        The input.
    corrected : bool
        Whether noise was taken out of revenue.
    confidence : float
        Of the intervals.
    """

    cells: Table
    dropped: Table
    says: str
    n_obs: int
    n_units: int
    n_without: int
    rows: int
    n_draws: int
    n_draws_without: int
    flexible: str
    corrected: bool
    confidence: float

    def _summary(self) -> str:
        """Write the movements first, and what levels cannot say last."""
        from industria.core.result import text_table

        moved = text_table(collect(self.cells))
        return f"markups on {self.flexible}: {self.n_obs:,} rows of {self.n_units:,} units\n{moved}\n{self.says}"


@measure(
    gives={
        "markup": "output elasticity of the input over its share of revenue; its level is not identified [1]",
        "low": "lower end of its interval, by draws of the elasticities [1]",
        "high": "upper end of its interval [1]",
        "output_elasticity": "of the flexible input, in that row [1]",
        "expenditure_share": "expenditure on the input over revenue, without noise where corrected [fraction]",
        "n_units": "units of the cell and time [units]",
        "mean": "mean markup of the cell and time [1]",
        "p10": "10th percentile of markups [1]",
        "p50": "median markup [1]",
        "p90": "90th percentile of markups [1]",
        "change": "log of the mean markup over that of the cell's first period [log points]",
        "change_low": "lower end of its interval, by draws of the elasticities [log points]",
        "change_high": "upper end of its interval [log points]",
    },
    cites="De Loecker & Warzynski (2012), American Economic Review 102(6), 2437-2471; "
    "Bond, Hashemi, Kaplan & Zoch (2021), Journal of Monetary Economics 121",
    design="associational",
)
def markup(
    panel: TableLike,
    elasticities: TableLike,
    *,
    unit: Column,
    time: Column,
    output: Column,
    flexible: Column,
    expenditure: Column,
    revenue: Column,
    corrected: bool = True,
    proxy: Column | None = None,
    logs: bool = False,
    by: Column | Sequence[Column] = (),
    confidence: float = 0.95,
) -> Markup:
    """Output elasticity of a flexible input over its share of revenue.

    mu = e / a, a = P V / (P Y / exp(n)): a firm that minimizes costs of an input it can choose freely sets its share
    of revenue to its elasticity over the markup. n is noise that firms did not foresee: output less its fit by a
    polynomial of degree 2 in the inputs of the function and the proxy, stage one of a production function. Where
    output is deflated revenue the level says nothing of prices (Bond et al. 2021), so that `cells` shows how the
    mean moved before levels are read.

    Parameters
    ----------
    panel : Table
        One row a unit and time, with the columns named below and all inputs of the function.
    elasticities : Table
        `term, estimate`, the columns of `by` where cells have functions of their own, and `draw` where there are
        draws: `draws`, `coefficients` or the table itself of `production_function`.
    unit, time : column
        Who and when; whole numbers or dates.
    output : column
        Of the function.
    flexible : column
        The input, one of the function's.
    expenditure, revenue : column
        Nominal cost of the input, and revenue of gross output, in one currency.
    corrected : bool
        Whether noise is taken out of revenue.
    proxy : column, optional
        For `corrected`: the proxy of the function.
    logs : bool
        Whether output, inputs, proxy, expenditure and revenue are natural logs already.
    by : column or sequence of columns
        What makes a cell.
    confidence : float
        Of the intervals.

    Returns
    -------
    Markup
        One row a unit and time; null where its cell has no function, and intervals null without draws.

    Raises
    ------
    RoleError
        If the flexible input has no term, a term is of a control where corrected, or a proxy is named in vain.
    ParameterRangeError, RepeatedColumnError
        If a number is outside its range, or expenditure is revenue.
    MissingColumnError, ColumnTypeError, EmptyTableError, AllMissingError, DuplicateRowError
        If a table lacks what is read, as an input that a term names, or has it twice.
    InfiniteValueError, OutsideRangeError, NoRowsLeftError
        If a number is infinite, or not above zero where its logarithm is taken.

    Examples
    --------
    >>> import pandas as pd
    >>> plants = pd.DataFrame({"plant": [1, 1, 2, 2], "year": [1, 2, 1, 2], "output": [9.0, 10.0, 20.0, 21.0],
    ...     "materials": [4.0, 4.0, 9.0, 9.0], "cost": [4.0, 4.4, 9.0, 9.0], "sales": [9.0, 11.0, 20.0, 21.0]})
    >>> function = pd.DataFrame({"term": ["materials"], "estimate": [0.6]})
    >>> found = markup(plants, function, unit="plant", time="year", output="output", flexible="materials",
    ...     expenditure="cost", revenue="sales", corrected=False)
    >>> found.to_pandas()["markup"].round(2).tolist()
    [1.35, 1.5, 1.33, 1.4]
    """
    if expenditure == revenue:
        raise RepeatedColumnError(expenditure, "the expenditure", "the revenue")
    if proxy is not None and not corrected:
        raise RoleError(f"proxy ({proxy}) is read where corrected is true alone")
    check_intervals(confidence, 0)
    cells = columns_of(by, "by")
    named = as_table(panel, "panel", unit, time, output, flexible, expenditure, revenue, *cells)
    functions = read_functions(elasticities, cells, None, named.collect_schema().names())
    if corrected:
        functions.refuse_controls()
    if flexible not in functions.inputs:
        raise RoleError(f"flexible ({flexible}) has no term in elasticities: it has {', '.join(functions.inputs)}")
    logged = [output, *functions.inputs, *([proxy] if proxy else []), expenditure, revenue]
    rows = read(named, "panel", unit=unit, time=time, by=cells, numbers=logged, logged=() if logs else logged)
    beside = [*functions.inputs, *([proxy] if proxy else [])]
    noise = rows[output] - by_cell(rows, output, beside) if corrected else np.zeros(len(rows))
    share = np.exp(rows[expenditure] - rows[revenue] + noise)
    theta, low, high, sums = _elasticity(rows, functions, flexible, share, confidence)
    answered, without = functions.draws(labels_of(rows.cells))
    mu = theta / share
    columns = {"markup": mu, "low": low, "high": high, "output_elasticity": theta, "expenditure_share": share}
    return Markup(
        table=with_keys(rows, columns),
        cells=_cells(rows, mu, sums, confidence),
        dropped=dropped_table(rows.dropped),
        says=LEVEL,
        n_obs=len(rows),
        n_units=rows.n_units,
        n_without=int(np.isnan(mu).sum()),
        rows=rows.rows,
        n_draws=answered,
        n_draws_without=without,
        flexible=flexible,
        corrected=corrected,
        confidence=confidence,
    )


def _places(rows: Panel) -> tuple[Codes, Codes]:
    """Give each cell and time a number in their order, and find the first row of each."""
    span = rows.time - rows.time.min()
    code = rows.cell * (int(span.max()) + 1) + span
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    return place.astype(np.int64), first.astype(np.int64)


def _elasticity(
    rows: Panel, functions: Functions, flexible: str, share: Array, confidence: float
) -> tuple[Array, Array, Array, Array]:
    """Return the elasticity of each row, the interval of its markup, and markups of each draw by cell and time."""
    X, j = rows.matrix(functions.inputs), functions.inputs.index(flexible)
    theta, low, high = (np.full(len(rows), np.nan) for _ in range(3))
    place, first = _places(rows)
    labels = labels_of(rows.cells)
    draws = max(len(functions.of(label)) for label in labels) - 1
    sums = np.full((draws, len(first)), np.nan)
    for number, label in enumerate(labels):
        c = functions.of(label)
        here = np.flatnonzero(rows.cell == number)
        if len(c) > 1:
            sums[: len(c) - 1, np.unique(place[here])] = 0.0
        for some in np.array_split(here, len(here) // BLOCK + 1):
            made = functions.elasticities(X[some], c, j)
            theta[some] = made[0]
            if len(c) > 1:
                mus = made[1:] / share[some]
                low[some], high[some] = percentile_interval(mus, confidence)
                for draw, mu in enumerate(mus):
                    sums[draw] += np.bincount(place[some], mu, len(first))
    return theta, low, high, sums


def _cells(rows: Panel, mu: Array, sums: Array, confidence: float) -> Table:
    place, first = _places(rows)
    n = np.bincount(place)
    mean = np.bincount(place, mu, len(first)) / n
    start = np.searchsorted(rows.cell[first], rows.cell[first])
    low = high = np.full(len(first), np.nan)
    if len(sums):
        # A negative elasticity has no log: that draw has no answer.
        with np.errstate(invalid="ignore", divide="ignore"):
            moved = np.log(sums / n) - np.log((sums / n)[:, start])
        low, high = percentile_interval(np.where(np.isfinite(moved), moved, np.nan), confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        change = np.log(mean) - np.log(mean[start])
    keys = [name for name in rows.keys.column_names if name != _unit(rows)]
    made = {key: rows.keys[key].take(pa.array(first)) for key in keys}
    made["n_units"] = pa.array(n, pa.int64())
    order = np.argsort(place, kind="stable")
    groups = np.split(mu[order], np.cumsum(n)[:-1])
    figures = {"mean": mean}
    figures |= {name: np.array([np.quantile(one, q) for one in groups]) for name, q in PERCENTILES.items()}
    figures |= {"change": np.where(np.isfinite(change), change, np.nan), "change_low": low, "change_high": high}
    made |= {name: pa.array(values, pa.float64(), from_pandas=True) for name, values in figures.items()}
    return as_table(pa.table(made), "cells")


def _unit(rows: Panel) -> str:
    """Name the column of units: the keys are cells, then the unit, then the time."""
    return str(rows.keys.column_names[rows.cells.num_columns])
