"""What a production function gives: elasticities, and everything that they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from industria.core.result import Result
from industria.core.table import Table
from industria.productivity._function_doubts import doubt_table, doubts
from industria.productivity._function_fit import Fitted
from industria.productivity._function_roles import MARKOV, Roles
from industria.productivity._function_sample import Sample
from industria.productivity._function_summary import summary_of
from industria.productivity._function_tables import (
    cell_table,
    coefficient_table,
    draw_table,
    dropped_table,
    estimate_table,
    root_table,
)
from industria.productivity._panel import Panel

__all__ = ["ProductionFunction", "result_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ProductionFunction(Result):
    """Elasticities, and everything that they rest on.

    Attributes
    ----------
    table : Table
        The cell, `term` (an input, or returns_to_scale), `estimate, standard_error, low, high, n_obs, n_units`.
    coefficients : Table
        The cell, `term` (monomials as K, K*K, K*L of logs; `control:` before a control, `shifter:` before a
        shifter), `estimate, standard_error, low, high`.
    roots : Table
        The cell, `root, term, estimate, criterion, persistence, sd_productivity, kind, admissible, chosen`: every
        root, and every minimum that is none.
    draws : Table
        The cell, `draw` (0 is the estimate itself), `term, estimate` of each monomial and control; null where a draw
        has no answer.
    cells : Table
        The cell, `identified, why, n_roots, persistence, n_obs, n_units, n_lagged, n_gaps, draws_without_root,
        draws_inadmissible`.
    dropped : Table
        `column, reason, rows`.
    doubts : Table
        `column, doubt, rows, first`: what looks wrong, and is left in.
    identified : bool or None
        Whether the chosen roots can be told from others, in all cells; None where an estimator has one answer.
    why : str
        What the verdict rests on.
    n_obs, n_units, n_lagged, n_gaps : int
        Rows and units used; rows with a row a period before, and rows after a gap, which have none.
    n_roots : int
        Of all cells.
    persistence : float or None
        Correlation of productivity with that of the period before, at the chosen root of a single cell.
    j_statistic, j_p_value : float or None
        Hansen's test of the further moments of a single cell, where `overidentified`.
    rows : int
        Of the panel.
    draws_without_root, draws_inadmissible : int
        Draws of units that have no root, or none that is admissible.
    productivity : str
        What it may be called: "revenue productivity" unless output is a quantity.
    output, unit, time, estimator, output_concept, prices, form : str
        As asked for.
    replications, confidence : int, float
        As asked for.
    """

    coefficients: Table
    roots: Table
    draws: Table
    cells: Table
    dropped: Table
    doubts: Table
    identified: bool | None
    why: str
    n_obs: int
    n_units: int
    n_lagged: int
    n_gaps: int
    n_roots: int
    persistence: float | None
    j_statistic: float | None
    j_p_value: float | None
    rows: int
    draws_without_root: int
    draws_inadmissible: int
    productivity: str
    output: str
    unit: str
    time: str
    estimator: str
    output_concept: str
    prices: str
    form: str
    replications: int
    confidence: float

    def _summary(self) -> str:
        """Write the elasticities, every root, and what is none."""
        return summary_of(self)


def result_of(
    whole: Panel,
    panel: Panel,
    roles: Roles,
    cells: Sequence[Sample],
    fits: Sequence[Fitted],
    confidence: float,
    replications: int,
) -> ProductionFunction:
    """Put the answers of all cells, and windows of the whole panel, together."""
    verdicts = [fitted.identified for fitted in fits]
    alone = fits[0] if len(fits) == 1 else None
    odd = [fitted for fitted in fits if fitted.identified is False]
    why = fits[0].why if len(fits) == 1 else f"{len(odd)} of {len(fits)} cells are not identified; see cells"
    return ProductionFunction(
        table=estimate_table(panel, roles, cells, fits, confidence),
        coefficients=coefficient_table(panel, roles, cells, fits, confidence),
        roots=root_table(panel, roles, fits),
        draws=draw_table(panel, roles, fits),
        cells=cell_table(panel, cells, fits),
        dropped=dropped_table(whole.dropped),
        doubts=doubt_table(doubts(whole, roles)),
        identified=False if odd else None if all(one is None for one in verdicts) else True,
        why=why if roles.estimator in MARKOV or odd else fits[0].why,
        n_obs=len(whole),
        n_units=whole.n_units,
        n_lagged=sum(len(cell.now) for cell in cells),
        n_gaps=sum(cell.n_gaps for cell in cells),
        n_roots=sum(root.kind != "local minimum" for fitted in fits for root in fitted.roots),
        persistence=None if alone is None else alone.persistence,
        j_statistic=alone.second.J if alone is not None and alone.second is not None else None,
        j_p_value=alone.second.p if alone is not None and alone.second is not None else None,
        rows=whole.rows,
        draws_without_root=sum(fitted.draws_without_root for fitted in fits),
        draws_inadmissible=sum(fitted.draws_inadmissible for fitted in fits),
        productivity="revenue productivity" if roles.revenue else "productivity",
        output=roles.output,
        unit=roles.unit,
        time=roles.time,
        estimator=roles.estimator,
        output_concept=roles.output_concept,
        prices=roles.prices,
        form=roles.form,
        replications=replications,
        confidence=confidence,
    )
