"""How units move against the frontiers of two periods, in logs or in steps, so that parts add up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from industria.productivity._complete_indexes import moorsteen
from industria.productivity._odonnell import highest_moorsteen, highest_primont, scale_efficiency
from industria.productivity._panel import Array, Codes
from industria.productivity._period_frontiers import Frontiers, Parts, TechnologyOf
from industria.productivity._technology import Returns, Units, slices

__all__ = ["Steps", "pairs", "steps"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """Rows of later periods and the changes that lead to them, which add up.

    Attributes
    ----------
    rows, before : array, shape (N,)
        The row, and that of the same unit in the period before.
    pair : array, shape (N,)
        Which cell and pair of periods, numbered from 0.
    n_units : array, shape (N,)
        Units seen in the later period.
    change, efficiency, technical : array, shape (N,)
        Of the index and its parts, at the returns asked for.
    scale, mix : array, shape (N,)
        O'Donnell's further parts of a complete index; NaN where they are not asked for.
    """

    rows: Codes
    before: Codes
    pair: Codes
    n_units: Codes
    change: Array
    efficiency: Array
    technical: Array
    scale: Array
    mix: Array


def pairs(units: Units) -> list[tuple[Codes, Codes, Codes, Codes, Codes]]:
    """List each cell's neighbouring periods: rows then and now, all rows, and the rows of units seen in both."""
    found = []
    for cell in slices(units.panel):
        rows = np.arange(cell.start, cell.stop)
        time = units.panel.time[rows]
        periods = np.unique(time)
        for then, now in pairwise(periods):
            first, last = rows[time == then], rows[time == now]
            _, place, spot = np.intersect1d(units.panel.unit[first], units.panel.unit[last], return_indices=True)
            found.append((rows, first, last, first[place], last[spot]))
    return found


def steps(frontiers: Frontiers, technology_of: TechnologyOf, returns: Returns, parts: Parts) -> Steps:
    """Measure every unit that two neighbouring periods share.

    ½ [(v₀(1) − v₀(0)) + (v₁(1) − v₁(0))] with v_t(s) the level of period s before the frontier of t; with one
    frontier for both, v(1) − v(0). Catching up is v₁(1) − v₀(0), and what the frontier did is the rest; with
    O'Donnell's parts it is the change of the highest level, and mix is the rest.
    """
    told: dict[str, list[Array]] = {"change": [], "efficiency": [], "technical": [], "scale": []}
    numbers: dict[str, list[Codes]] = {"rows": [], "before": [], "pair": [], "n_units": []}
    time = frontiers.units.panel.time
    for pair, (rows, first, last, then, now) in enumerate(pairs(frontiers.units)):
        drawing = first, last
        if technology_of == "sequential":
            drawing = rows[time[rows] <= time[first[0]]], rows[time[rows] <= time[last[0]]]
        pooled = rows if technology_of == "global" else np.union1d(first, last)
        both = drawing if technology_of in ("adjacent", "sequential") else (pooled, pooled)
        own = [frontiers.level(of, of_period, returns) for of, of_period in zip(drawing, (then, now), strict=True)]
        change, efficiency = _change(frontiers, rows, both, (then, now), own, returns), own[1] - own[0]
        technical, scale = change - efficiency, np.full(len(now), np.nan)
        if parts == "odonnell":
            highest = [
                highest_primont(frontiers, rows, of, returns)
                if frontiers.index == "fare_primont"
                else highest_moorsteen(frontiers, both, (then, now), of, returns)
                for of in drawing
            ]
            technical = np.broadcast_to(highest[1] - highest[0], change.shape)
            sizes = [
                scale_efficiency(frontiers, of, of_period, returns)
                for of, of_period in zip(drawing, (then, now), strict=True)
            ]
            scale = sizes[1] - sizes[0]
        for name, of in zip(told, (change, efficiency, technical, scale), strict=True):
            told[name].append(of)
        counts = np.full(len(now), pair), np.full(len(now), len(last))
        for name, of_row in zip(numbers, (now, then, *counts), strict=True):
            numbers[name].append(of_row)
    joined = {name: np.concatenate(of) if of else np.zeros(0) for name, of in told.items()}
    counted = {name: np.concatenate(of) if of else np.zeros(0, np.int64) for name, of in numbers.items()}
    return Steps(
        rows=counted["rows"],
        before=counted["before"],
        pair=counted["pair"],
        n_units=counted["n_units"],
        change=joined["change"],
        efficiency=joined["efficiency"],
        technical=joined["technical"],
        scale=joined["scale"],
        mix=joined["change"] - joined["efficiency"] - joined["technical"] - joined["scale"],
    )


def _change(
    frontiers: Frontiers,
    rows: Codes,
    both: tuple[Codes, Codes],
    moved: tuple[Codes, Codes],
    own: list[Array],
    returns: Returns,
) -> Array:
    """Measure the index from the rows then to those now, by the frontiers of both periods, or one for both."""
    then, now = moved
    if frontiers.index == "hicks_moorsteen":
        drawn = frontiers.technology(both[0], returns), frontiers.technology(both[1], returns)
        return moorsteen(drawn, frontiers.units, then, now)
    if frontiers.index == "fare_primont":
        levels = frontiers.primont(rows, returns)
        return np.asarray(levels[now - rows[0]] - levels[then - rows[0]])
    if both[0] is both[1]:
        return frontiers.level(both[0], now, returns) - frontiers.level(both[0], then, returns)
    before = frontiers.level(both[0], now, returns) - own[0]
    after = own[1] - frontiers.level(both[1], then, returns)
    return (before + after) / 2
