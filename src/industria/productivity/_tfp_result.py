"""Productivity of rows: what may be said of it, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from industria.core.result import Result, text_table
from industria.core.table import Table

__all__ = ["KINDS", "TotalFactorProductivity"]

KINDS: Final = {"deflated_revenue": "revenue_tfp", "quantity": "quantity_tfp"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TotalFactorProductivity(Result):
    """Productivity of each row, in logs.

    Attributes
    ----------
    table : Table
        The keys of the panel, `tfp, low, high, kind`.
    elasticities : Table
        The keys, `term` (an input), `elasticity`: what the input was given in that row.
    dropped : Table
        `column, reason, rows`.
    productivity : str
        What it may be called: "revenue productivity" unless output is a quantity.
    n_obs, n_units, n_without : int
        Rows, units, and rows whose cell has no elasticities.
    rows : int
        Of the panel.
    n_draws, n_draws_without : int
        Draws of the elasticities with an answer in every cell that has draws, and those without one in some.
    method, prices : str
        As asked for.
    controls : str or None
        What output is net of.
    smoothed : bool
        Whether noise was taken out of output.
    confidence : float
        Of the intervals.
    """

    elasticities: Table
    dropped: Table
    productivity: str
    n_obs: int
    n_units: int
    n_without: int
    rows: int
    n_draws: int
    n_draws_without: int
    method: str
    prices: str
    controls: str | None
    smoothed: bool
    confidence: float

    def _summary(self) -> str:
        """Say first what it may be called; the name of the class does not."""
        noise = ", without noise" if self.smoothed else ""
        net = f", net of {self.controls}" if self.controls else ""
        draws = f", intervals by {self.n_draws:,} draws" if self.n_draws else ""
        without = f", {self.n_without:,} of them without a function" if self.n_without else ""
        said = f"log {self.productivity} by {self.method}{net}{noise}{draws}: "
        return f"{said}{self.n_obs:,} rows of {self.n_units:,} units{without}\n{text_table(self.to_arrow())}"
