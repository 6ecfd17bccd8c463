"""Intervals of changes whose frontiers are drawn, too: the smoothed bootstrap of Simar and Wilson (1999)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, NamedTuple

import numpy as np
import pyarrow as pa

from industria.core.replicate import replicate, seeds
from industria.core.table import Table
from industria.errors import ExcludedParameterError, NeededParameterError
from industria.kernels.malmquist_bootstrap import redrawn
from industria.productivity._accounts import beside
from industria.productivity._intervals import percentile_interval
from industria.productivity._panel import Array
from industria.productivity._period_frontiers import Frontiers
from industria.productivity._period_steps import Steps, pairs
from industria.productivity._technology import Returns, choose

__all__ = ["DRAWN", "REDRAWN", "Drawn", "Draws", "Redrawn", "drawn_changes", "interval_table", "refuse_redrawn"]

Redrawn = Literal["units", "frontiers"]
REDRAWN: Final = ("units", "frontiers")
PARTS: Final = ("change", "efficiency_change", "technical_change")
DRAWN: Final = ("estimate", "corrected", "worthwhile")
"""Columns of the table of intervals, besides its ends."""
# Simar & Wilson (1999): below, the correction adds more noise than it takes bias.
PAYS: Final = 3.0


class Draws(NamedTuple):
    """What is drawn, how often, for what intervals, and the seed."""

    of: Redrawn
    replications: int
    confidence: float
    rng: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawn:
    """Logs of the change and its two parts as draws of the frontiers tell them.

    Attributes
    ----------
    corrected, low, high : array, shape (N, 3)
        Of each row of the steps.
    worthwhile : array, shape (N, 3)
        Whether the squared bias is above three times the variance.
    """

    corrected: Array
    low: Array
    high: Array
    worthwhile: Array


def refuse_redrawn(redrawn: str, index: str, technology: str, bad: Sequence[str], replications: int) -> None:
    """Refuse to draw frontiers where these are not those of two periods with inputs and outputs alone.

    Raises
    ------
    ChoiceError, ExcludedParameterError, NeededParameterError
        With what may be said.
    """
    choose(redrawn=(redrawn, REDRAWN))
    if redrawn == "units":
        return
    asked, advice = "redrawn='frontiers'", "say redrawn='units'"
    if index != "malmquist":
        raise ExcludedParameterError(asked, f"index={index!r}", advice)
    if technology != "adjacent":
        raise ExcludedParameterError(asked, f"technology={technology!r}", advice)
    if bad:
        raise ExcludedParameterError(asked, "a frontier with bad_outputs", advice)
    if replications < 2:
        raise NeededParameterError(asked, "replications of 2 or more, the draws of the frontiers")


def drawn_changes(frontiers: Frontiers, found: Steps, returns: Returns, asked: Draws) -> Drawn:
    """Draw the frontiers of each pair of periods, and measure its units against them.

    What draws differ by from the estimate is taken for what the estimate differs by from the truth, in logs:
    corrected is 2 v − mean v*, and the ends are 2 v − percentiles of v*.
    """
    estimate = np.column_stack([found.change, found.efficiency, found.technical])
    made = {name: np.full(estimate.shape, np.nan) for name in ("corrected", "low", "high")}
    worthwhile = np.zeros(estimate.shape, bool)
    neighbors = pairs(frontiers.units)
    for pair, child in enumerate(seeds(asked.rng, len(neighbors))):
        rows = np.flatnonzero(found.pair == pair)
        if len(rows) < 2:
            continue
        _, first, last, then, now = neighbors[pair]
        units, side = frontiers.units, "input" if frontiers.side == "input" else "output"
        behind = [np.exp(-frontiers.level(of, of, returns)) for of in (first, last)]
        goods = units.X[first], units.Y[first], units.X[last], units.Y[last]
        places = np.searchsorted(first, then), np.searchsorted(last, now)
        draw = partial(redrawn, returns=returns, orientation=side)  # type: ignore[arg-type]
        told = np.array(replicate(draw, asked.replications, arrays=(*goods, *behind, *places), rng=child))
        draws = np.concatenate([told, told[..., :1] - told[..., 1:]], axis=2)
        v = estimate[rows]
        known = np.isfinite(v)
        draws = np.where(known, draws, np.nan)
        near, far = percentile_interval(draws, asked.confidence, known)
        count = np.isfinite(draws).sum(axis=0)
        mean = np.where(count > 1, np.nansum(draws, axis=0) / np.maximum(count, 1), np.nan)
        variance = np.nansum((draws - mean) ** 2, axis=0) / np.maximum(count - 1, 1)
        made["corrected"][rows], made["low"][rows], made["high"][rows] = 2 * v - mean, 2 * v - far, 2 * v - near
        worthwhile[rows] = (mean - v) ** 2 > PAYS * variance
    return Drawn(**made, worthwhile=worthwhile)


def interval_table(frontiers: Frontiers, found: Steps, drawn: Drawn | None, time: str) -> Table:
    """List the corrected change and parts of each unit with their intervals; no rows without draws of frontiers."""
    order = np.argsort(found.rows) if drawn else np.zeros(0, np.int64)
    rows = np.repeat(order, len(PARTS))
    keys = frontiers.units.panel.keys
    start = keys[time].take(pa.array(found.before[rows])).combine_chunks()
    estimate = np.column_stack([found.change, found.efficiency, found.technical])
    ends = (drawn.corrected, drawn.low, drawn.high) if drawn else (estimate, estimate, estimate)
    shown = {name: np.exp(of[order]).ravel() for name, of in zip(("corrected", "low", "high"), ends, strict=True)}
    pays = drawn.worthwhile if drawn else np.zeros(estimate.shape, bool)
    return beside(
        keys.take(pa.array(found.rows[rows])),
        {
            "time_from": start,
            "part": pa.array(list(PARTS) * len(order), pa.string()),
            "estimate": np.exp(estimate[order]).ravel(),
            **shown,
            "worthwhile": pays[order].ravel(),
        },
    )
