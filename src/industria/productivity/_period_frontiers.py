"""How units move against the frontiers of two periods, in logs or in steps, so that parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

import numpy as np

from industria.errors import ExcludedParameterError, ParameterRangeError
from industria.kernels.dea import Technology, directional, radial, technology
from industria.productivity._complete_indexes import AGGREGATORS, Aggregator, moorsteen, primont
from industria.productivity._directions import Side, along
from industria.productivity._panel import Array, Codes
from industria.productivity._technology import (
    BAD_DISPOSALS,
    RETURNS,
    Returns,
    Units,
    choose,
    refuse_idle_disposal,
    refuse_thin,
    slices,
)

__all__ = [
    "COMPLETE",
    "INDEXES",
    "PARTS",
    "TECHNOLOGIES",
    "Frontiers",
    "Index",
    "Parts",
    "Steps",
    "TechnologyOf",
    "refuse_words",
    "steps",
]

Index = Literal["malmquist", "luenberger", "malmquist_luenberger", "hicks_moorsteen", "fare_primont"]
TechnologyOf = Literal["adjacent", "sequential", "global", "biennial"]
Parts = Literal["fgnz", "ray_desli"]
INDEXES: Final = ("malmquist", "luenberger", "malmquist_luenberger", "hicks_moorsteen", "fare_primont")
COMPLETE: Final = ("hicks_moorsteen", "fare_primont")
TECHNOLOGIES: Final = ("adjacent", "sequential", "global", "biennial")
PARTS: Final = ("fgnz", "ray_desli")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontiers:
    """Frontiers of periods, each drawn once, and how far rows stand from them.

    Attributes
    ----------
    units : Units
        All rows.
    index, side
        What is measured: logs of efficiency, or minus the step of a direction.
    aggregator : str
        Of the Färe-Primont index.
    weak : bool
        Whether bad outputs fall only together with good ones.
    by : sequence of str
        Columns of the cells.
    allow_thin : bool
        Whether few units may draw a frontier.
    drawn : dict
        Technologies by rows and returns.
    """

    units: Units
    index: Index
    side: Side
    aggregator: Aggregator
    weak: bool
    by: Sequence[str]
    allow_thin: bool
    drawn: dict[tuple[bytes, str], Technology] = field(default_factory=dict)

    def level(self, drawing: Codes, rows: Codes, returns: Returns) -> Array:
        """Measure rows by the frontier that other rows draw: higher is better, NaN where no point compares."""
        T = self.technology(drawing, returns)
        X, Y, B = self.units.X[rows], self.units.Y[rows], self.units.B[rows]
        if self.index not in ("luenberger", "malmquist_luenberger"):
            side: Literal["input", "output"] = "input" if self.side == "input" else "output"
            score = radial(T, X, Y, orientation=side, bad=B)[0]
            told = np.isfinite(score) & (score > 0)
            log = np.log(score, where=told, out=np.full(len(rows), np.nan))
            return log if side == "input" else -log
        GX, GY, GB = along((X, Y, B), self.side)
        step = directional(T, X, Y, GX=GX, GY=GY, bad=B, GB=GB).step
        if self.index == "luenberger":
            return np.where(np.isfinite(step), -step, np.nan)
        told = np.isfinite(step) & (step > -1)
        return -np.log1p(step, where=told, out=np.full(len(rows), np.nan))

    def technology(self, rows: Codes, returns: Returns) -> Technology:
        """Draw the frontier of these rows, or find it drawn."""
        key = (rows.tobytes(), returns)
        if key not in self.drawn:
            keys = [*self.by, *(c for c in self.units.panel.keys.column_names[-1:])]
            refuse_thin(self.units, len(rows), int(rows[-1]), keys, self.allow_thin)
            X, Y, B = self.units.X[rows], self.units.Y[rows], self.units.B[rows]
            self.drawn[key] = technology(X, Y, returns=returns, bad=B, weak=self.weak)  # type: ignore[arg-type]
        return self.drawn[key]


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
    """

    rows: Codes
    before: Codes
    pair: Codes
    n_units: Codes
    change: Array
    efficiency: Array
    technical: Array


def _pairs(units: Units) -> list[tuple[Codes, Codes, Codes, Codes, Codes]]:
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


def steps(frontiers: Frontiers, technology_of: TechnologyOf, returns: Returns) -> Steps:
    """Measure every unit that two neighbouring periods share.

    ½ [(v₀(1) − v₀(0)) + (v₁(1) − v₁(0))] with v_t(s) the level of period s before the frontier of t; with one
    frontier for both, v(1) − v(0). Catching up is v₁(1) − v₀(0), and what the frontier did is the rest.
    """
    parts: dict[str, list[Array]] = {"change": [], "efficiency": []}
    numbers: dict[str, list[Codes]] = {"rows": [], "before": [], "pair": [], "n_units": []}
    time = frontiers.units.panel.time
    for pair, (rows, first, last, then, now) in enumerate(_pairs(frontiers.units)):
        drawing = first, last
        if technology_of == "sequential":
            drawing = rows[time[rows] <= time[first[0]]], rows[time[rows] <= time[last[0]]]
        own = [frontiers.level(of, of_period, returns) for of, of_period in zip(drawing, (then, now), strict=True)]
        pooled = rows if technology_of == "global" else np.union1d(first, last)
        if frontiers.index == "hicks_moorsteen":
            both = drawing if technology_of in ("adjacent", "sequential") else (pooled, pooled)
            drawn = frontiers.technology(both[0], returns), frontiers.technology(both[1], returns)
            change = moorsteen(drawn, frontiers.units, then, now)
        elif frontiers.index == "fare_primont":
            levels = primont(frontiers.technology(rows, returns), frontiers.units, rows, frontiers.aggregator)
            change = levels[now - rows[0]] - levels[then - rows[0]]
        elif technology_of in ("adjacent", "sequential"):
            before = frontiers.level(drawing[0], now, returns) - own[0]
            after = own[1] - frontiers.level(drawing[1], then, returns)
            change = (before + after) / 2
        else:
            change = frontiers.level(pooled, now, returns) - frontiers.level(pooled, then, returns)
        parts["change"].append(change)
        parts["efficiency"].append(own[1] - own[0])
        numbers["rows"].append(now)
        numbers["before"].append(then)
        numbers["pair"].append(np.full(len(now), pair))
        numbers["n_units"].append(np.full(len(now), len(last)))
    joined = {name: np.concatenate(of) if of else np.zeros(0) for name, of in parts.items()}
    counted = {name: np.concatenate(of) if of else np.zeros(0, np.int64) for name, of in numbers.items()}
    return Steps(
        rows=counted["rows"],
        before=counted["before"],
        pair=counted["pair"],
        n_units=counted["n_units"],
        change=joined["change"],
        efficiency=joined["efficiency"],
        technical=joined["change"] - joined["efficiency"],
    )


def refuse_words(
    *,
    index: str,
    technology: str,
    side: str,
    returns: str,
    parts: str,
    aggregator: str,
    bad: Sequence[str],
    bad_disposal: str,
) -> None:
    """Refuse words that are none, and those that do not go together.

    Raises
    ------
    ChoiceError, ParameterRangeError, ExcludedParameterError
        With what may be said.
    """
    sides = {"malmquist": ("input", "output"), "luenberger": ("input", "output", "both")}
    choose(
        index=(index, INDEXES),
        aggregator=(aggregator, AGGREGATORS),
        bad_disposal=(bad_disposal, BAD_DISPOSALS),
        technology=(technology, ("global",) if index == "fare_primont" else TECHNOLOGIES),
        returns=(returns, RETURNS[:-1]),
        parts=(parts, PARTS[:1] if index in COMPLETE else PARTS),
        orientation=(side, sides.get(index, ("output",))),
    )
    if index == "malmquist_luenberger" and not bad:
        raise ParameterRangeError("bad_outputs", list(bad), "one column or more, with index='malmquist_luenberger'")
    if index in COMPLETE and bad:
        raise ParameterRangeError("bad_outputs", list(bad), f"none, with index={index!r}")
    refuse_idle_disposal(bad_disposal, bad)
    if parts == "ray_desli" and returns != "constant":
        raise ExcludedParameterError("parts", f"returns={returns!r}", "only the change at constant ones is split")
    if aggregator != AGGREGATORS[0] and index != "fare_primont":
        raise ExcludedParameterError("aggregator", f"index={index!r}", "say index='fare_primont'")
