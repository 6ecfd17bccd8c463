"""Markups, how they moved, and what they cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from industria.core.result import Result
from industria.core.table import Table, collect

__all__ = ["SAYS", "Markup"]

LEVEL: Final = (
    "The level of a markup is not identified from revenue (Bond, Hashemi, Kaplan & Zoch 2021): compare it over time "
    "and between groups."
)
SAYS: Final[Mapping[str, str]] = {
    "production": LEVEL,
    "hall": "One markup for all periods of a cell: it rests on instruments that move inputs and not productivity, on "
    f"costs that hold those of capital, and no profit. {LEVEL}",
    "roeger": "One markup for all periods of a cell, under constant returns, inputs that adjust within the period, "
    "capital too, and a cost of capital that is known and holds no profit; fixed costs and idle capital pass for "
    "markups.",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Markup(Result):
    """Markups of rows, and how they moved in cells; or, by a regression, of cells.

    Attributes
    ----------
    table : Table
        The keys of the panel, `markup, low, high, output_elasticity, expenditure_share`. By Hall or Roeger one row a
        cell: `markup, standard_error, low, high, n_obs, n_units`.
    cells : Table
        The cell and time, `n_units, mean, p10, p50, p90`, `change` (log of the mean over that of the cell's first
        period) with `change_low, change_high`. No rows by Hall or Roeger, whose markups do not move.
    regressions : Table
        By Hall or Roeger one row a cell: `coefficient` (the markup, or the margin of price over cost) with its
        `standard_error`, `constant, first_stage_f, clusters, why, n_obs`.
    dropped : Table
        `column, reason, rows`.
    says : str
        What the answer cannot say.
    n_obs, n_units, n_without, rows : int
        Rows, units, rows without a function or, by Hall or Roeger, a period before, and rows of the panel.
    n_draws, n_draws_without : int
        Draws of the elasticities with an answer in every cell that has draws, and those without one in some.
    method : str
        As asked for.
    flexible : str or None
        The input; None by Hall or Roeger.
    controls : str or None
        What output is net of.
    corrected : bool
        Whether noise was taken out of revenue.
    confidence : float
        Of the intervals.
    """

    cells: Table
    regressions: Table
    dropped: Table
    says: str
    n_obs: int
    n_units: int
    n_without: int
    rows: int
    n_draws: int
    n_draws_without: int
    method: str
    flexible: str | None
    controls: str | None
    corrected: bool
    confidence: float

    def _summary(self) -> str:
        """Write the movements first, and what levels cannot say last."""
        from industria.core.result import text_table

        moved = text_table(collect(self.cells) if self.method == "production" else self.to_arrow())
        by = f"markups on {self.flexible}" if self.method == "production" else f"markups by {self.method.title()}"
        return f"{by}: {self.n_obs:,} rows of {self.n_units:,} units\n{moved}\n{self.says}"
