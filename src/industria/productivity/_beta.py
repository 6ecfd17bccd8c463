"""Unconditional convergence: growth over all periods of a cell on its first level, and the spread at both ends."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from industria.core.table import Table
from industria.kernels.distributions import moments
from industria.kernels.t_distribution import t_quantile
from industria.productivity._accounts import beside
from industria.productivity._nests import keys_of, nests
from industria.productivity._panel import Array, Panel

__all__ = ["unconditional"]

COLUMNS = ("estimate", "standard_error", "low", "high", "speed", "half_life", "sd_from", "sd_to")


def unconditional(panel: Panel, value: str, time: str, by: int, confidence: float) -> Table:
    """Fit p_T - p_0 = a + b p_0 by cell, over the units of both periods, with homoskedastic errors.

    Parameters
    ----------
    panel : Panel
        Sorted; the first `by` columns of its cells make cells.
    value, time : str
        Columns.
    by : int
        How many columns.
    confidence : float
        Of the intervals.

    Returns
    -------
    Table
        One row a cell; null where fewer than three units are there in both periods.
    """
    held = nests(panel, by)
    cell = held.cells
    here, time_of = cell[panel.cell], panel.time
    first, last = np.full(held.sizes[0], time_of.max()), np.full(held.sizes[0], time_of.min())
    np.minimum.at(first, here, time_of)
    np.maximum.at(last, here, time_of)
    start, end = (np.flatnonzero(time_of == t[here]) for t in (first, last))
    made: dict[str, Any] = {}
    for name, at in (("time_from", start), ("time_to", end)):
        made[name] = panel.keys[time].take(pa.array(at[np.unique(here[at], return_index=True)[1]])).combine_chunks()
    code = here * panel.n_units + panel.unit
    _, a, b = np.intersect1d(code[start], code[end], return_indices=True)
    a, b = start[a], end[b]
    p0, p1, w, of = panel[value][a], panel[value][b], panel.weights[a], here[a]
    # Rows are sorted by cell.
    ends = np.searchsorted(of, np.arange(held.sizes[0] + 1)).tolist()
    spans = zip(pairwise(ends), (last - first).tolist(), strict=True)
    rows = [_fitted(p0[i:j], p1[i:j], w[i:j], periods, confidence) for (i, j), periods in spans]
    made |= dict(zip(COLUMNS, np.array(rows).T, strict=True))
    made["n_units"] = np.bincount(of, minlength=held.sizes[0])
    return beside(keys_of(panel, held), made)


def _fitted(p0: Array, p1: Array, w: Array, periods: int, confidence: float) -> tuple[float, ...]:
    n = len(p0)
    if n < 3 or not periods:
        return (np.nan,) * len(COLUMNS)
    spread = moments(p0, w)[1], moments(p1, w)[1]
    x = p0 - w @ p0 / w.sum()
    square = float(w @ x**2)
    if square <= 0:
        return (np.nan,) * (len(COLUMNS) - 2) + spread
    growth = p1 - p0
    b = float((w * x) @ growth / square)
    u = growth - w @ growth / w.sum() - b * x
    se = float(np.sqrt(w @ u**2 / (n - 2) / square))
    half = float(t_quantile((1 + confidence) / 2, n - 2)) * se
    speed = float(-np.log1p(b) / periods) if b > -1 else np.nan
    half_life = float(np.log(2) / speed) if speed > 0 else np.nan
    return b, se, b - half, b + half, speed, half_life, *spread
