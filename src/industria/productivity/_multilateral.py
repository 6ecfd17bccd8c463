"""The index of Good, Nadiri and Sickles: units against the mean of their period, and means in a chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from industria.errors import OutsideRangeError
from industria.productivity._panel import Array, Panel

__all__ = ["cost_shares", "multilateral"]

CLOSE: Final = 1e-3
"""Shares are published with three or four digits."""


def multilateral(rows: Panel, y: Array, inputs: Sequence[str], S: Array) -> tuple[Array, Array]:
    """Compare output and inputs with the means of the cell and period, and chain the means.

    Means are weighted. ln A = (y - ȳ_t) + Σ Δȳ - Σ_j ½(s_j + s̄_jt)(x_j - x̄_jt) - Σ Σ_j ½(s̄_jt + s̄_j,t-1) Δx̄_j.

    Parameters
    ----------
    rows : Panel
        With n rows.
    y : array, shape (n,)
        Output, in logs.
    inputs : sequence of str
        Columns of the panel, in logs.
    S : array, shape (n, J)
        Shares of cost.

    Returns
    -------
    tuple of array, shapes (n,) and (n, J)
        The index in logs, 0 at the mean of a cell's first period; and what each input is weighted by.
    """
    X = rows.matrix(inputs)
    made, given = np.empty(len(y)), np.empty(S.shape)
    for cell in range(int(rows.cell.max()) + 1):
        here = np.flatnonzero(rows.cell == cell)
        periods, period = np.unique(rows.time[here], return_inverse=True)
        w = rows.weights[here]
        n = np.bincount(period, w)
        means = [
            np.column_stack([np.bincount(period, w * column, len(periods)) / n for column in part.T])
            for part in (y[here, None], X[here], S[here])
        ]
        output, used, share = means
        steps = np.diff(output[:, 0]) - ((share[1:] + share[:-1]) / 2 * np.diff(used, axis=0)).sum(axis=1)
        chained = np.concatenate([[0.0], np.cumsum(steps)])
        given[here] = (S[here] + share[period]) / 2
        beside = (given[here] * (X[here] - used[period])).sum(axis=1)
        made[here] = y[here] - output[period, 0] - beside + chained[period]
    return made, given


def cost_shares(rows: Panel, inputs: Sequence[str], costs: Mapping[str, str]) -> Array:
    """Read each input's share of cost, shape (n, J).

    Raises
    ------
    OutsideRangeError
        If one lies outside 0 to 1, or they do not add up to 1.
    """
    S = rows.matrix([costs[name] for name in inputs])
    for column, values in zip([costs[name] for name in inputs], S.T, strict=True):
        odd = np.flatnonzero((values < 0) | (values > 1))
        if len(odd):
            first = int(odd[0])
            raise OutsideRangeError(
                rows.name, column, float(values[first]), rows.where(first), "is a share from 0 to 1"
            )
    odd = np.flatnonzero(np.abs(S.sum(axis=1) - 1) > CLOSE)
    if len(odd):
        first = int(odd[0])
        columns = " + ".join(costs[name] for name in inputs)
        raise OutsideRangeError(rows.name, columns, float(S[first].sum()), rows.where(first), "must add up to 1")
    return S
