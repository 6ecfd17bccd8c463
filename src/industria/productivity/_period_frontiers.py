"""Frontiers of periods, how far rows stand from them, and which words go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from industria.errors import ExcludedParameterError, ParameterRangeError
from industria.kernels.dea import Technology, directional, radial, technology
from industria.productivity._complete_indexes import AGGREGATORS, Aggregator, primont
from industria.productivity._directions import Side, along
from industria.productivity._panel import Array, Codes
from industria.productivity._technology import (
    BAD_DISPOSALS,
    RETURNS,
    BadDisposal,
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
    "Asked",
    "Frontiers",
    "Index",
    "Parts",
    "TechnologyOf",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, with what hangs on the index filled in.

    Attributes
    ----------
    index, technology, side, returns, parts, aggregator : str
        Words.
    bad : sequence of str
        Columns of bad outputs.
    bad_disposal : str
        Whether they fall only together with good ones.
    """

    index: Index
    technology: TechnologyOf
    side: Side
    returns: Returns
    parts: Parts
    aggregator: Aggregator
    bad: Sequence[str]
    bad_disposal: BadDisposal

    def check(self) -> None:
        """Refuse words that are none, and those that do not go together.

        Raises
        ------
        ChoiceError, ParameterRangeError, ExcludedParameterError
            With what may be said.
        """
        index, complete = self.index, self.index in COMPLETE
        sides = {"malmquist": ("input", "output"), "luenberger": ("input", "output", "both")}
        choose(
            index=(index, INDEXES),
            aggregator=(self.aggregator, AGGREGATORS),
            bad_disposal=(self.bad_disposal, BAD_DISPOSALS),
            technology=(self.technology, ("global",) if index == "fare_primont" else TECHNOLOGIES),
            returns=(self.returns, RETURNS[:-1]),
            parts=(self.parts, ("fgnz", "odonnell") if complete else ("fgnz", "ray_desli")),
            orientation=(self.side, sides.get(index, ("output",))),
        )
        if index == "malmquist_luenberger" and not self.bad:
            said = "one column or more, with index='malmquist_luenberger'"
            raise ParameterRangeError("bad_outputs", list(self.bad), said)
        if complete and self.bad:
            raise ParameterRangeError("bad_outputs", list(self.bad), f"none, with index={index!r}")
        refuse_idle_disposal(self.bad_disposal, self.bad)
        if self.parts == "ray_desli" and self.returns != "constant":
            said = "only the change at constant ones is split"
            raise ExcludedParameterError("parts", f"returns={self.returns!r}", said)
        if self.aggregator != AGGREGATORS[0] and index != "fare_primont":
            raise ExcludedParameterError("aggregator", f"index={index!r}", "say index='fare_primont'")

    def frontiers(self, units: Units, by: Sequence[str], *, allow_thin: bool) -> Frontiers:
        """Tell how the frontiers of the periods are drawn; none is yet."""
        return Frontiers(
            units=units,
            index=self.index,
            side=self.side,
            aggregator=self.aggregator,
            weak=self.bad_disposal == "weak",
            by=by,
            allow_thin=allow_thin,
        )

    def facts(self) -> dict[str, Any]:
        """List the words, as the measure calls them."""
        return {
            "index": self.index,
            "aggregator": self.aggregator,
            "technology": self.technology,
            "returns": self.returns,
            "orientation": self.side,
            "parts": self.parts,
        }
