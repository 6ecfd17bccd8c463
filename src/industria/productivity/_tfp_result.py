"""Productivity of rows: what may be said of it, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from industria.core.result import Result
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
    controls : str
        What output is net of; empty where it is net of nothing.
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
    controls: str
    smoothed: bool
    confidence: float

    def _summary(self) -> str:
        """Say first what it may be called."""
        # The base is named: dataclasses with slots know no super() without arguments.
        return f"log {self.productivity}\n{Result._summary(self)}"
