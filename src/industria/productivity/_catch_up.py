"""Growth of units on their distance to the frontier: the sample, and its fit for given weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from industria.kernels.covariance import estimated
from industria.kernels.distributions import spans, within_cells
from industria.kernels.frontiers import cell_means, share_thresholds
from industria.kernels.groups import renumbered
from industria.kernels.instruments import two_stage
from industria.kernels.within import net_of_effects
from industria.productivity._nests import nests
from industria.productivity._panel import Array, Codes, Panel

__all__ = ["CatchUp", "catch_up", "fitted"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CatchUp:
    """Rows of a panel, and those that have a period before.

    Attributes
    ----------
    p, w : array, shape (n,)
        Productivity in logs, and weights.
    unit, cell : array, shape (n,)
        Who, and whose frontier: a cell and period.
    order, start : array
        Rows by cell and value, and where cells begin.
    rows, before, second : array, shape (m,)
        The rows that are fitted, the row a period before each, and two periods before (-1 without instrument).
    controls : array, shape (m, c)
        As they are in each row.
    policies : array, shape (m, z)
        As they were a period before.
    effects : array, shape (m, q)
        Level of each row, numbered from 0; one column of zeros for a constant.
    share : float
        Of units at the frontier.
    instrumented : bool
        Whether the gap two periods before stands in for that one period before.
    """

    p: Array
    w: Array
    unit: Codes
    cell: Codes
    order: Codes
    start: Codes
    rows: Codes
    before: Codes
    second: Codes
    controls: Array
    policies: Array
    effects: Codes
    share: float
    instrumented: bool


def catch_up(
    panel: Panel,
    value: str,
    share: float,
    controls: Sequence[str],
    policies: Sequence[str],
    effects: Sequence[Codes],
    by: int,
    instrumented: bool,
) -> CatchUp:
    """Line up the rows that have a period before, and with an instrument two of them."""
    code = (
        nests(panel, by).cells[panel.cell] * (int(panel.time.max() - panel.time.min()) + 1)
        + panel.time
        - panel.time.min()
    )
    cell = renumbered(code)
    by_cell = np.argsort(cell, kind="stable")
    start = spans(cell[by_cell])
    weights = None if (panel.weights == 1).all() else panel.weights[by_cell]
    order = by_cell[within_cells(panel[value][by_cell], weights, start)]
    before, second = panel.before(), panel.before(2)
    known = np.all([codes >= 0 for codes in effects], axis=0) if effects else np.ones(len(panel), bool)
    rows = np.flatnonzero((before >= 0) & ((second >= 0) | (not instrumented)) & known)
    levels = [renumbered(codes[rows]) for codes in effects] or [np.zeros(len(rows), np.int64)]
    return CatchUp(
        p=panel[value],
        w=panel.weights,
        unit=panel.unit,
        cell=cell,
        order=order,
        start=start,
        rows=rows,
        before=before[rows],
        second=second[rows],
        controls=panel.matrix(controls)[rows],
        policies=panel.matrix(policies)[before[rows]],
        effects=np.column_stack(levels) if len(rows) else np.zeros((0, len(levels)), np.int64),
        share=share,
        instrumented=instrumented,
    )


def fitted(x: CatchUp, m: Array) -> tuple[Array, Array]:
    """Fit growth on growth of the frontier, the gap, the gap times policies, and controls.

    Parameters
    ----------
    x : CatchUp
        The sample.
    m : array, shape (units,)
        How often each unit counts.

    Returns
    -------
    tuple of array, shapes (k,) and (k, k)
        Slopes, and their covariance clustered by unit; NaN for what effects or others determine.
    """
    w = x.w * m[x.unit]
    at = share_thresholds(x.p[x.order], x.w[x.order], x.start, x.share, m[x.unit][x.order])
    leads = x.p >= at[x.cell]
    frontier = cell_means(x.p, w * leads, x.cell, len(at))[x.cell]
    gap = frontier - x.p
    growth = (x.p[x.rows] - x.p[x.before], frontier[x.rows] - frontier[x.before])

    def regressors(distance: Array) -> Array:
        here = [growth[1], distance, *(distance * policy for policy in x.policies.T)]
        return np.column_stack([*here, x.controls])

    v = w[x.rows]
    X = regressors(gap[x.before])
    Z = regressors(gap[x.second]) if x.instrumented else X
    # Draws may leave a cell of some period without a unit, and so without a frontier.
    used = (v > 0) & np.isfinite(X).all(axis=1) & np.isfinite(Z).all(axis=1)
    v, effects = v[used], np.column_stack([renumbered(level) for level in x.effects[used].T])
    net = net_of_effects(np.column_stack([growth[0], X, Z])[used], effects, v)
    k = X.shape[1]
    X = net[:, 1 : k + 1]
    unit = renumbered(x.unit[x.rows][used])
    b, V = two_stage(net[:, 0], X, net[:, k + 1 :] if x.instrumented else X, v, unit)
    n, slopes = int(used.sum()), int(np.isfinite(b).sum())
    K = estimated(slopes, effects, unit)
    return b, V * (n - slopes) / (n - K) if n > K else np.full_like(V, np.nan)
