"""Frontiers of periods, how far rows stand from them, and which words go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from industria.errors import ExcludedParameterError, ParameterRangeError
from industria.kernels.dea import Technology, directional, radial, technology
from industria.productivity._complete_indexes import AGGREGATORS, Aggregator, primont
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
)

__all__ = [
    "COMPLETE",
    "INDEXES",
    "PARTS",
    "TECHNOLOGIES",
    "Frontiers",
    "Index",
    "Parts",
    "TechnologyOf",
    "refuse_words",
]

Index = Literal["malmquist", "luenberger", "malmquist_luenberger", "hicks_moorsteen", "fare_primont"]
TechnologyOf = Literal["adjacent", "sequential", "global", "biennial"]
Parts = Literal["fgnz", "ray_desli", "odonnell"]
INDEXES: Final = ("malmquist", "luenberger", "malmquist_luenberger", "hicks_moorsteen", "fare_primont")
COMPLETE: Final = ("hicks_moorsteen", "fare_primont")
TECHNOLOGIES: Final = ("adjacent", "sequential", "global", "biennial")
PARTS: Final = ("fgnz", "ray_desli", "odonnell")


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
    indexed : dict
        Färe-Primont levels by rows and returns.
    """

    units: Units
    index: Index
    side: Side
    aggregator: Aggregator
    weak: bool
    by: Sequence[str]
    allow_thin: bool
    drawn: dict[tuple[bytes, str], Technology] = field(default_factory=dict)
    indexed: dict[tuple[bytes, str], Array] = field(default_factory=dict)

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

    def primont(self, rows: Codes, returns: Returns) -> Array:
        """Log of the Färe-Primont level of rows, by the frontier that they draw together."""
        key = (rows.tobytes(), returns)
        if key not in self.indexed:
            self.indexed[key] = primont(self.technology(rows, returns), self.units, rows, self.aggregator)
        return self.indexed[key]

    def technology(self, rows: Codes, returns: Returns) -> Technology:
        """Draw the frontier of these rows, or find it drawn."""
        key = (rows.tobytes(), returns)
        if key not in self.drawn:
            keys = [*self.by, *(c for c in self.units.panel.keys.column_names[-1:])]
            refuse_thin(self.units, len(rows), int(rows[-1]), keys, self.allow_thin)
            X, Y, B = self.units.X[rows], self.units.Y[rows], self.units.B[rows]
            self.drawn[key] = technology(X, Y, returns=returns, bad=B, weak=self.weak)  # type: ignore[arg-type]
        return self.drawn[key]


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
        parts=(parts, ("fgnz", "odonnell") if index in COMPLETE else ("fgnz", "ray_desli")),
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
