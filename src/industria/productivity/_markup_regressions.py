"""Markups of cells, one for all their periods, by Hall's regression of output or Roeger's of revenue."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table
from industria.errors import NoRowsLeftError
from industria.kernels.price_margins import hall, roeger, slope
from industria.kernels.t_distribution import t_quantile
from industria.productivity._markup_roles import Roles
from industria.productivity._panel import Array, Codes, Panel

__all__ = ["no_regressions", "regressions"]

FIGURES: Final = ("coefficient", "standard_error", "constant", "first_stage_f")
COUNTS: Final = ("clusters", "n_obs")
EXHAUSTED: Final = 1e-3
"""Costs and revenue are published with three digits or more."""
BUILT_IN: Final = {
    "roeger": "; costs add up to revenue, so that a markup of 1 is built in",
    "hall": "; costs add up to revenue, so that profit passes for a cost and shares of capital are too large",
}
LEAST: Final = 2
"""Rows beyond the terms of a regression."""


def regressions(rows: Panel, roles: Roles, confidence: float) -> tuple[Table, Table, int]:
    """Fit the regression of each cell.

    Parameters
    ----------
    rows : Panel
        Revenue, output, inputs and costs in logs; instruments as they are.
    roles : Roles
        With method "hall" or "roeger".
    confidence : float
        Of the intervals, by Student's t with clusters - 1 degrees.

    Returns
    -------
    tuple of Table, Table, int
        Markups, regressions, and rows with a period before.

    Raises
    ------
    NoRowsLeftError
        If no unit is there in two periods in a row.
    """
    before = rows.before()
    now = np.flatnonzero(before >= 0)
    if not len(now):
        raise NoRowsLeftError(rows.name, rows.rows, ["no unit is there in two periods in a row"])
    y, x = _sides(rows, roles, now, before[now])
    Z = rows.matrix(roles.instruments)[now]
    spent = np.exp(rows.matrix(list(roles.costs.values())) - rows[roles.revenue][:, None]).sum(axis=1)
    # What is left of revenue passes for a cost of capital in most accounts.
    exhausted = np.abs(spent - 1) < EXHAUSTED
    markups, fits = [], []
    for cell in range(rows.cells.num_rows if rows.cells.num_columns else 1):
        here = np.flatnonzero(rows.cell[now] == cell)
        found = _fit(y[here], x[here], Z[here], rows.weights[now][here], rows.unit[now][here])
        beside = BUILT_IN[roles.method] if exhausted[rows.cell == cell].all() else ""
        fits.append(found | {"n_obs": len(here), "why": found["why"] + beside})
        counts = {"n_obs": len(here), "n_units": len(np.unique(rows.unit[now][here]))}
        markups.append(_markup(roles.method, found, confidence) | counts)
    kinds = dict.fromkeys(("markup", "standard_error", "low", "high"), pa.float64())
    table = _table(rows, markups, kinds | dict.fromkeys(("n_obs", "n_units"), pa.int64()))
    return table, _fits(rows, fits), len(now)


def no_regressions(rows: Panel) -> Table:
    """Return the columns of regressions without rows, where none was fitted."""
    return _fits(rows, [])


def _sides(rows: Panel, roles: Roles, now: Codes, before: Codes) -> tuple[Array, Array]:
    """Return growth on both sides; shares are means of both periods."""
    names = [name for name in roles.costs if name != roles.capital]
    costs = rows.matrix([roles.costs[name] for name in names])
    S = np.exp(costs - rows[roles.revenue][:, None])
    S = (S[now] + S[before]) / 2
    if roles.method == "hall":
        assert roles.output is not None
        X, y = rows.matrix(names), rows[roles.output]
        return hall(y[now] - y[before], X[now] - X[before], S)
    revenue, capital = rows[roles.revenue], rows[roles.costs[str(roles.capital)]]
    return roeger(revenue[now] - revenue[before], costs[now] - costs[before], S, capital[now] - capital[before])


def _fit(y: Array, x: Array, Z: Array, w: Array, unit: Codes) -> dict[str, Any]:
    needed = 2 + Z.shape[1] + LEAST
    nothing: dict[str, Any] = dict.fromkeys(FIGURES, np.nan)
    if len(y) < needed:
        why = f"too few rows: {len(y)} with a period before, where {needed} are the least"
        return nothing | {"clusters": len(np.unique(unit)), "why": why}
    found = slope(y, x, Z, w, unit)
    held = "units" if (unit != unit[0]).any() else "rows, of one unit"
    why = f"errors clustered by {held}" if np.isfinite(found.b) else "what is regressed on does not move"
    figures = (found.b, found.error, found.a, found.strength)
    return dict(zip(FIGURES, figures, strict=True)) | {"clusters": found.clusters, "why": why}


def _markup(method: str, found: dict[str, Any], confidence: float) -> dict[str, float]:
    """Turn the slope into a markup: it is one, or the margin B of price over cost, with the markup 1 / (1 - B)."""
    b, error = found["coefficient"], found["standard_error"]
    df = found["clusters"] - 1
    reach = t_quantile((1 + confidence) / 2, df) * error if df > 0 else np.nan
    low, high = b - reach, b + reach
    if method == "roeger":
        error = error / (1 - b) ** 2 if b < 1 else np.nan
        low = low if b < 1 else np.nan
        b, low, high = (1 / (1 - one) if one < 1 else np.nan for one in (b, low, high))
    return {"markup": b, "standard_error": error, "low": low, "high": high}


def _fits(rows: Panel, fits: list[dict[str, Any]]) -> Table:
    kinds = dict.fromkeys(FIGURES, pa.float64()) | dict.fromkeys(COUNTS, pa.int64())
    return _table(rows, fits, kinds | {"why": pa.string()})


def _table(rows: Panel, found: list[dict[str, Any]], kinds: dict[str, pa.DataType]) -> Table:
    """Put the keys of cells before answers, one a cell or none at all; NaN is null."""
    made: dict[str, Any] = {key: rows.cells[key].slice(0, len(found)) for key in rows.cells.column_names}
    for name, kind in kinds.items():
        made[name] = pa.array([one[name] for one in found], kind, from_pandas=True)
    return as_table(pa.table(made), "table")
