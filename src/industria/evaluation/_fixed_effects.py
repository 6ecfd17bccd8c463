"""What a panel regression answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from industria.core.result import Estimates
from industria.core.table import Table
from industria.evaluation._summary import summary_of

__all__ = ["FixedEffects"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FixedEffects(Estimates):
    """Estimates net of effects, under the errors asked for and beside them under others.

    Attributes
    ----------
    table : Table
        One row a treatment or control: `term`, `estimate`, `standard_error`,
        `statistic`, `p_value`, `low`, `high`, and `support_df`, `support_units`, with `holding` `support_holdings`.
    inferences : Table
        One row a treatment and `method`: iid, HC1, CRV1, CRV3 and, where asked for,
        wild cluster bootstrap, randomization (t), randomization (coefficient).
        An end of an interval that no value bounds is null.
    inferences_left_out : str
        Methods without a row and why, as "CRV1: 4 clusters, fewer than 6".
    effects : Table
        Effects of time: `effect`, `level`, `against` (the first level), the columns of the
        table and `support_units` (and `support_holdings`), the fewer seen at either level. No p-values
        and intervals where CRV1 has too few clusters.
    units_used : Table
        `unit`, its `rows` used and the sum of its `outcome`, with `holding` its `owner`; confidential. For each
        regressor x of two values "with high x" and "with low x", a number for the set of its rows with either. Where
        units share all effects, "over x" and "rows over x": its outcome and rows over one value of x, and over each
        level of an effect; "perhaps over x" where an amount stands beside x.
    slopes_used : Table or None
        A row used: `unit`, `outcome`, and by term and level of time "slope x", or "amount x" where x is one, by
        which the row's outcome stands in a sum that the estimates tell to whoever knows the regressors; confidential.
        None where it would be too long. It is made when somebody asks.
    dropped : Table
        What was left out: `column`, `reason`, `n` rows; each row counts once.
    family, vcov : str
        As asked for.
    inference : str
        The method behind `p_value`, `low` and `high` of the table: `vcov`, or the draws
        that stand in for CRV1 where there are fewer than 6 clusters.
    unit, time, cluster, absorbed : str
        Columns; `absorbed` lists the effects.
    holding : str or None
        Column; None where nobody tells who owns the units.
    n_times, n_clusters : int
        Times and clusters among the rows used.
    rows, rows_missing, rows_singleton : int
        Of the panel; left out for a missing value, or as the only row of a level.
    r2_within : float or None
        Share explained of the outcome net of all effects; None for Poisson.
    r2_within_time_as_regressors : float or None
        The same net of the effects other than time, as textbooks with year dummies print it.
    bootstrap, permutations : int
        Draws asked for.
    support_distinct_rows, support_rank : int
        Distinct rows of regressors and effects, and coefficients.
    support_smallest_group : int
        Units, or holdings where they are told, on the smaller side of any regressor of two values.
    support_leverage : float
        Largest leverage of a unit, or a holding where they are told; 1 where a slope cannot be told without it.
    design : str
        What the estimates may be called.
    """

    inferences: Table
    inferences_left_out: str
    effects: Table
    units_used: Table
    _list_slopes: Callable[[], Table | None]
    dropped: Table
    family: str
    vcov: str
    inference: str
    unit: str
    time: str
    cluster: str
    holding: str | None
    absorbed: str
    n_times: int
    n_clusters: int
    rows: int
    rows_missing: int
    rows_singleton: int
    r2_within: float | None
    r2_within_time_as_regressors: float | None
    bootstrap: int
    permutations: int
    support_distinct_rows: int
    support_rank: int
    support_smallest_group: int
    support_leverage: float
    design: str = "associational: an effect only if units would have moved alike without the treatment"

    @property
    def slopes_used(self) -> Table | None:
        """The rows used with what slopes make of the outcome of each."""
        return self._list_slopes()

    def tables(self) -> dict[str, Table]:
        """List the further tables of the result by name."""
        slopes = self.slopes_used
        return Estimates.tables(self) | ({} if slopes is None else {"slopes_used": slopes})

    def _summary(self) -> str:
        """Write the block that an econometrician reads at a glance."""
        return summary_of(self)

    @property
    def __maketables_fixef_string__(self) -> str | None:
        return self.absorbed.replace(", ", "+") or None

    @property
    def __maketables_vcov_info__(self) -> dict[str, Any]:
        clustered = self.vcov.startswith("CRV")
        return {"vcov_type": self.vcov, "clustervar": self.cluster if clustered else None}
