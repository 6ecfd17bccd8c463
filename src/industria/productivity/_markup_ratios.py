"""Markups of rows: an output elasticity over a share of revenue, with draws, and how their mean moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.kernels.distributions import quantiles
from industria.productivity._function_terms import Functions, labels_of
from industria.productivity._intervals import percentile_interval
from industria.productivity._panel import Array, Codes, Panel
from industria.productivity._smoothing import NetOutput

__all__ = ["Ratios", "cell_table", "no_cells", "ratios"]

BLOCK: Final = 20_000
"""Rows whose draws are held at once."""
PERCENTILES: Final = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
FIGURES: Final = ("mean", *PERCENTILES, "change", "change_low", "change_high")


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """Of each row, shape (n,): the elasticity, the share of revenue, and the interval of the markup.

    Attributes
    ----------
    sums : array, shape (R, C)
        Weighted sums of markups by draw, and cell and time.
    """

    elasticity: Array
    share: Array
    low: Array
    high: Array
    sums: Array

    @property
    def markup(self) -> Array:
        """The elasticity over the share."""
        return self.elasticity / self.share


def places(rows: Panel) -> tuple[Codes, Codes]:
    """Give each cell and time a number in their order, and find the first row of each."""
    span = rows.time - rows.time.min()
    code = rows.cell * (int(span.max()) + 1) + span
    _, first, place = np.unique(code, return_index=True, return_inverse=True)
    return place.astype(np.int64), first.astype(np.int64)


def ratios(
    rows: Panel,
    functions: Functions,
    order: list[int],
    flexible: str,
    spent: Array,
    noise: NetOutput,
    confidence: float,
) -> Ratios:
    """Set elasticities over shares.

    Parameters
    ----------
    rows : Panel
        With n rows.
    functions : Functions
        Of the cells.
    order : list of int
        Which of the functions' controls the noise is net of.
    flexible : str
        The input.
    spent : array, shape (n,)
        Log of expenditure over revenue as it was.
    noise : NetOutput
        What nobody foresaw of output, and of its controls; zeros where revenue is taken as it is.
    confidence : float
        Of the intervals.
    """
    X, j = rows.matrix(functions.inputs), functions.inputs.index(flexible)
    theta, share, low, high = (np.full(len(rows), np.nan) for _ in range(4))
    place, first = places(rows)
    labels = labels_of(rows.cells)
    draws = max(len(functions.of(label)) for label in labels) - 1
    sums = np.full((draws, len(first)), np.nan)
    for number, label in enumerate(labels):
        c, d = functions.of(label), functions.of_controls(label)[:, order]
        here = np.flatnonzero(rows.cell == number)
        if len(c) > 1:
            sums[: len(c) - 1, np.unique(place[here])] = 0.0
        for some in np.array_split(here, len(here) // BLOCK + 1):
            made = functions.elasticities(X[some], c, j)
            shares = np.exp(spent[some] + noise.of(d, some))
            theta[some], share[some] = made[0], shares[0]
            if len(c) > 1:
                mus = made[1:] / shares[1:]
                low[some], high[some] = percentile_interval(mus, confidence)
                for draw, mu in enumerate(mus):
                    sums[draw] += np.bincount(place[some], rows.weights[some] * mu, len(first))
    return Ratios(theta, share, low, high, sums)


def cell_table(rows: Panel, found: Ratios, confidence: float) -> Table:
    """One row a cell and time: the weighted mean and percentiles, and how the mean moved since the first period."""
    place, first = places(rows)
    mu, w, n = found.markup, rows.weights, np.bincount(place)
    total = np.bincount(place, w)
    mean = np.bincount(place, w * mu, len(first)) / total
    start = np.searchsorted(rows.cell[first], rows.cell[first])
    low = high = np.full(len(first), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        if len(found.sums):
            # A negative elasticity has no log: that draw has no answer.
            moved = np.log(found.sums / total) - np.log((found.sums / total)[:, start])
            low, high = percentile_interval(np.where(np.isfinite(moved), moved, np.nan), confidence)
        change = np.log(mean) - np.log(mean[start])
    groups = np.split(np.lexsort([mu, place]), np.cumsum(n)[:-1])
    levels = np.array(list(PERCENTILES.values()))
    spread = np.array([quantiles(mu[group], levels, w[group]) for group in groups])
    change = np.where(np.isfinite(change), change, np.nan)
    columns = np.column_stack([mean, np.where(np.isnan(mean)[:, None], np.nan, spread), change, low, high])
    return _table(rows, first, n, dict(zip(FIGURES, columns.T, strict=True)))


def no_cells(rows: Panel) -> Table:
    """Return the same columns without rows, where markups do not move."""
    none = np.zeros(0, np.int64)
    return _table(rows, none, none, dict.fromkeys(FIGURES, np.zeros(0)))


def _table(rows: Panel, first: Codes, n: Codes, figures: Mapping[str, Array]) -> Table:
    # The keys are cells, then the unit, then the time.
    unit = rows.keys.column_names[rows.cells.num_columns]
    made: dict[str, Any] = {key: rows.keys[key].take(pa.array(first)) for key in rows.keys.column_names if key != unit}
    made["n_units"] = pa.array(n, pa.int64())
    made |= {name: pa.array(values, pa.float64(), from_pandas=True) for name, values in figures.items()}
    return as_table(pa.table(made), "cells")
