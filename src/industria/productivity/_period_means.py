"""Means of changes over units, with intervals from draws of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa

from industria.core.replicate import replicate
from industria.core.table import Table
from industria.productivity._accounts import beside
from industria.productivity._intervals import drawn, percentile_interval
from industria.productivity._odonnell import highest_primont, scale_efficiency
from industria.productivity._panel import Array, Codes
from industria.productivity._period_frontiers import COMPLETE, Frontiers, Parts
from industria.productivity._period_steps import Steps
from industria.productivity._technology import Returns, Units, slices

__all__ = ["ABSENT", "COLUMNS", "LEVELS", "columns", "intervals", "levels", "means"]

COLUMNS: Final = (
    *("change", "efficiency_change", "technical_change"),
    *("scale_change", "pure_efficiency_change", "mix_change"),
)
ABSENT: Final = {"fgnz": ("mix_change",), "ray_desli": ("mix_change",), "odonnell": ("pure_efficiency_change",)}
"""Columns that a split has no part for."""
LEVELS: Final = ("level", "highest_level", "technical_efficiency", "scale_efficiency", "mix_efficiency")


def columns(found: Steps, scaled: Steps | None, parts: Parts, index: str) -> dict[str, Array]:
    """Lay out the change and its parts, in logs or steps; `scaled` is the same at variable returns."""
    none = np.full(len(found.rows), np.nan)
    if parts == "odonnell":
        told = (found.change, found.efficiency, found.technical, found.scale, none, found.mix)
        return dict(zip(COLUMNS, told, strict=True))
    # What the change of a complete index leaves holds mix and scale besides the frontier's shift.
    shift = none if index in COMPLETE else found.technical
    if scaled is None:
        return dict(zip(COLUMNS, (found.change, found.efficiency, shift, none, none, none), strict=True))
    if parts == "fgnz":
        scale = found.efficiency - scaled.efficiency
        told = (found.change, found.efficiency, shift, scale, scaled.efficiency, none)
    else:
        scale = found.change - scaled.change
        told = (found.change, scaled.efficiency, scaled.technical, scale, scaled.efficiency, none)
    return dict(zip(COLUMNS, told, strict=True))


def levels(frontiers: Frontiers, returns: Returns, parts: Parts) -> Table:
    """List the Färe-Primont level of every row, with O'Donnell's parts if asked for; no rows for other indexes."""
    units = frontiers.units
    cells = list(slices(units.panel)) if frontiers.index == "fare_primont" else []
    told = [_levels(frontiers, np.arange(cell.start, cell.stop), returns, parts) for cell in cells]
    keys = units.panel.keys if told else units.panel.keys.slice(0, 0)
    joined = np.concatenate([*told, np.zeros((0, len(LEVELS)))])
    return beside(keys, dict(zip(LEVELS, np.exp(joined).T, strict=True)))


def _levels(frontiers: Frontiers, rows: Codes, returns: Returns, parts: Parts) -> Array:
    """Levels of a cell and their parts, in logs, shape (n, 5): level = highest + technical + scale + mix."""
    found = np.full((len(rows), len(LEVELS)), np.nan)
    found[:, 0] = frontiers.primont(rows, returns)
    if parts != "odonnell":
        return found
    time = frontiers.units.panel.time[rows]
    for period in np.unique(time):
        now = time == period
        found[now, 1] = highest_primont(frontiers, rows, rows[now], returns)
        found[now, 2] = frontiers.level(rows[now], rows[now], returns)
        found[now, 3] = scale_efficiency(frontiers, rows[now], rows[now], returns)
    found[:, 4] = found[:, 0] - found[:, 1:4].sum(axis=1)
    return found


def _averaged(V: Array, pair: Codes, w: Array) -> Array:
    """Average the rows of each pair of periods by weight; shape (pairs, parts)."""
    pairs, told = int(pair.max()) + 1, np.isfinite(V)
    total = [np.bincount(pair, w * np.where(told[:, j], V[:, j], 0.0), pairs) for j in range(V.shape[1])]
    weight = [np.bincount(pair, w * told[:, j], pairs) for j in range(V.shape[1])]
    above, below = np.column_stack(total), np.column_stack(weight)
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))


def _draw(V: Array, pair: Codes, unit: Codes, rng: np.random.Generator) -> Array:
    return _averaged(V, pair, drawn(rng, int(unit.max()) + 1)[unit])


def intervals(
    found: Steps, units: Units, table: Mapping[str, Array], replications: int, confidence: float, rng: int
) -> tuple[Array, Array]:
    """Draw units, all their periods together, and average anew; NaN without replications. Shape (pairs, parts)."""
    V = np.column_stack(list(table.values()))
    if not replications:
        none = np.full((int(found.pair.max()) + 1, V.shape[1]), np.nan)
        return none, none
    draw = partial(_draw, V, found.pair, units.panel.unit[found.rows])
    counts = np.column_stack([np.bincount(found.pair, np.isfinite(of)) for of in V.T])
    return percentile_interval(np.array(replicate(draw, replications, rng=rng)), confidence, counts > 1)


def means(
    found: Steps,
    units: Units,
    table: Mapping[str, Array],
    time: str,
    by: Sequence[str],
    logs: bool,
    interval: tuple[Array, Array],
) -> Table:
    """Average each part over the units of a pair of periods; one row a pair and part."""
    V = np.column_stack(list(table.values()))
    _, first = np.unique(found.pair, return_index=True)
    mean = _averaged(V, found.pair, np.ones(len(V)))[found.pair[first]]
    made = [np.exp(of) if logs else of for of in (mean, *(of[found.pair[first]] for of in interval))]
    counts = np.column_stack([np.bincount(found.pair, np.isfinite(of)) for of in V.T])[found.pair[first]]
    keys = units.panel.keys.select([*by, time]).take(pa.array(np.repeat(found.rows[first], V.shape[1])))
    start = units.panel.keys[time].take(pa.array(np.repeat(found.before[first], V.shape[1]))).combine_chunks()
    return beside(
        keys,
        {
            "time_from": start,
            "part": list(table) * len(first),
            "mean": made[0].ravel(),
            "low": made[1].ravel(),
            "high": made[2].ravel(),
            "n_units": counts.astype(np.int64).ravel(),
        },
    )
