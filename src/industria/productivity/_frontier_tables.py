"""Tables of a frontier: peers, slacks with targets, prices of goods, and amounts that may be in another unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.table import Table
from industria.productivity._accounts import JUMP, beside
from industria.productivity._distances import Scores
from industria.productivity._panel import Array, Panel
from industria.productivity._technology import Units, slices

__all__ = ["DOUBTFUL", "doubtful_table", "multiplier_table", "peer_table", "slack_table"]

DOUBTFUL: Final = ("good", "observed", "times_median")
"""Columns of the table of amounts that may be in another unit."""
LEAST: Final = 1e-9
"""Weights of peers below this are what rounding leaves of none."""


def peer_table(units: Units, scores: Sequence[Scores], unit: str) -> Table:
    """One row a unit and peer; those of the largest weight first."""
    rows, peers, weights = [], [], []
    for cell, told in zip(slices(units.panel), scores, strict=True):
        w = told.found.weights
        at, place = np.nonzero(w > LEAST * np.maximum(w.max(axis=1, keepdims=True), LEAST))
        order = np.lexsort((told.found.peers[at, place], -w[at, place], at))
        at, place = at[order], place[order]
        rows.append(at + cell.start)
        peers.append(told.found.peers[at, place] + cell.start)
        weights.append(w[at, place])
    names = units.panel.keys[unit].combine_chunks()
    keys = units.panel.keys.take(pa.array(np.concatenate(rows)))
    return beside(keys, {"peer": names.take(pa.array(np.concatenate(peers))), "weight": np.concatenate(weights)})


def slack_table(units: Units, scores: Sequence[Scores], wanted: bool) -> Table:
    """One row a unit and good; none where slacks were not asked for, or where there is no score."""
    m, goods = len(units.inputs), len(units.goods)
    observed = units.amounts
    sign = np.repeat([-1.0, 1.0, -1.0], [m, len(units.outputs), len(units.bad_outputs)])
    slack = np.zeros_like(observed)
    step, known = np.concatenate([one.step for one in scores]), []
    for cell, told in zip(slices(units.panel), scores, strict=True):
        slack[cell, : told.found.slacks.shape[1]] = told.found.slacks
        known.append(np.isfinite(told.score) & wanted)
    moved = np.zeros_like(observed)
    moved[:, : step.shape[1]] = step
    rows = np.flatnonzero(np.concatenate(known))
    roles = np.repeat(["input", "output", "bad output"], [m, len(units.outputs), len(units.bad_outputs)])
    return beside(
        units.panel.keys.take(pa.array(np.repeat(rows, goods))),
        {
            "good": list(units.goods) * len(rows),
            "role": np.tile(roles, len(rows)),
            "observed": observed[rows].ravel(),
            "slack": slack[rows].ravel(),
            "target": (observed + sign * (moved + slack))[rows].ravel(),
        },
    )


def multiplier_table(units: Units, scores: Sequence[Scores]) -> Table:
    """One row a unit and good, and one for the row of returns to scale; none where no program has prices."""
    goods = len(units.goods)
    prices = np.concatenate([_priced(one, goods) for one in scores])
    rows = np.flatnonzero(np.isfinite(prices).all(axis=1))
    return beside(
        units.panel.keys.take(pa.array(np.repeat(rows, goods + 1))),
        {"good": [*units.goods, "constant"] * len(rows), "multiplier": prices[rows].ravel()},
    )


def _priced(one: Scores, goods: int) -> Array:
    if one.found.prices.shape[1] != goods:
        return np.full((len(one.score), goods + 1), np.nan)
    return np.column_stack([one.found.prices, one.found.constant])


def doubtful_table(
    panel: Panel, goods: Sequence[str], amounts: Array, *, keys: pa.Table | None = None, logs: bool = False
) -> tuple[Table, int]:
    """List and count amounts that, by the median of their cell, may be in another unit of measurement.

    Parameters
    ----------
    panel : Panel
        Keys and cells.
    goods : sequence of str
        Columns.
    amounts : array, shape (n, len(goods))
        Those of 0 or below are not looked at, unless they are logs.
    keys : table, optional
        What tells rows apart instead of the keys of the panel.
    logs : bool
        Whether amounts are natural logs.
    """
    # Ratios are the same in parts of the largest, whose logs have no power too large to write.
    levels = np.exp(amounts - amounts.max(axis=0)) if logs else amounts
    times = np.full(amounts.shape, np.nan)
    for cell in slices(panel):
        some = np.where(levels[cell] > 0, levels[cell], np.nan)
        told = np.isfinite(some).any(axis=0)
        times[cell][:, told] = some[:, told] / np.nanmedian(some[:, told], axis=0)
    row, good = np.nonzero((times >= JUMP) | (times <= 1 / JUMP))
    listed = beside(
        (panel.keys if keys is None else keys).take(pa.array(row)),
        {
            "good": np.array(goods, "U")[good],
            "observed": amounts[row, good],
            "times_median": times[row, good],
        },
    )
    return listed, len(row)
