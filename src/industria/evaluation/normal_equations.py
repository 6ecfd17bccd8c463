"""A regression as sums, which add up over sites to what one run would have given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import ESTIMATES, Estimates
from industria.core.table import Column, Table, TableLike, as_table, columns_of, from_arrays
from industria.errors import NoDegreesOfFreedomError, ParameterRangeError
from industria.evaluation._dropped import dropped_table, rows_dropped
from industria.evaluation._equations import Columns, Rows, rows_of
from industria.evaluation._holdings import holdings_behind, listed_units
from industria.evaluation._inference import LEAST, t_columns
from industria.evaluation._sample import Dropped
from industria.evaluation._slopes_used import slopes_used_of_sums
from industria.evaluation._support import support_of_sums
from industria.evaluation._two_values import told_by_two_values
from industria.kernels.groups import Array, nested
from industria.kernels.moments_in_rows import to_long
from industria.kernels.normal_equations import Moments, Solution, moments, solved

__all__ = ["NormalEquations", "normal_equations"]

CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class NormalEquations(Estimates):
    """Estimates of one site, and the sums that pool them exactly.

    Attributes
    ----------
    table : Table
        One row a regressor: `term`, `estimate`, `standard_error`, `statistic`, `p_value`, `low`, `high`, and
        `support_df`, `support_units`, with `holding` `support_holdings`. A regressor that this sample cannot
        tell has a row of nulls.
    moments : Table
        `kind`, `row`, `column`, `value`; every value adds up over samples that share no cluster and no absorbed
        level, and a row that one of them lacks is zero there. Kinds: `count` (of `rows`, `units`, `clusters`, of
        `parts`, those `clustered` and `parts_with_cluster_sums`, 1 each), `levels` and `levels_across` (of each
        absorbed effect; those of effects not nested in the clusters), `outcome_square`, `outcome_product`,
        `cross_product`, and over clusters, with a = X'y and B = X'X of each, `cluster_aa`, `cluster_aB`,
        `cluster_BB`. Rows and columns are regressors, "effect=level" of common effects, "(intercept)" where
        nothing is absorbed, and pairs "a * b".
    units_used : Table or None
        `unit`, its `rows` and the sum of its `outcome`, with `holding` its `owner`, and what regressors of two values
        tell, as of `fixed_effects`; confidential. None where each row is a unit.
    slopes_used : Table or None
        As of `fixed_effects`, and "moment x" by column of the moments; confidential.
    rows_used : Table or None
        `unit`, `net_outcome`, and "net x" of each row and column x of the moments, of which they are the products;
        confidential. None where each row is a unit.
    dropped : Table
        What was left out: `column`, `reason`, `n` rows.
    unit, cluster : str or None
        Columns; None where each row is one.
    holding : str or None
        Column; None where nobody tells who owns the units.
    absorbed, common : str
        Effects taken out, and effects written out.
    n_clusters : int
        Among the rows used.
    rows, rows_missing, rows_singleton : int
        Of the panel; left out for a missing value, or as the only row of an absorbed level.
    support_distinct_rows, support_rank : int
        Distinct rows of regressors and effects, and coefficients.
    support_smallest_group : int
        Units, or holdings where told, on the smaller side of a regressor of two values or a level of a common effect.
    support_leverage : float
        Largest leverage of a unit, or a holding where told; 1 where a slope or a common effect hangs on it alone.
    support_moments_leverage : float
        How far the moments can tell one cluster from the others; 1 where they tell it alone.
    support_outcome_largest, support_outcome_second : float
        Parts of the two largest contributors in the sum of squares of the outcome, less absorbed effects.
    design : str
        What the estimates may be called.
    """

    moments: Table
    units_used: Table | None
    slopes_used: Table | None
    rows_used: Table | None
    dropped: Table
    unit: str | None
    cluster: str | None
    holding: str | None
    absorbed: str
    common: str
    n_clusters: int
    rows: int
    rows_missing: int
    rows_singleton: int
    support_distinct_rows: int
    support_rank: int
    support_smallest_group: int
    support_leverage: float
    support_moments_leverage: float
    support_outcome_largest: float
    support_outcome_second: float
    design: str = "associational: an effect only if units would have moved alike without the treatment"


@measure(
    gives={
        "term": "the regressor [name]",
        "estimate": "change of the outcome with one more of the term [unit of outcome]",
        "standard_error": "of the estimate [unit of outcome]",
        "statistic": "estimate over standard error [1]",
        "p_value": "two-sided, of no association [fraction]",
        "low": "lower end of the 95 % interval [unit of outcome]",
        "high": "upper end of the 95 % interval [unit of outcome]",
        "support_df": "degrees of freedom of the t distribution [count]",
        "support_units": "units behind the estimate [units]",
    },
    cites="Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, 2nd ed., ch. 10; "
    "Frisch & Waugh (1933), Econometrica 1(4)",
    design="associational",
    pools="moments",
    support="estimates",
)
def normal_equations(
    panel: TableLike,
    *,
    outcome: Column,
    regressors: Sequence[Column],
    absorb: Sequence[Column] = (),
    common: Sequence[Column] = (),
    cluster: Column | None = None,
    weights: Column | None = None,
    unit: Column | None = None,
    holding: Column | None = None,
) -> NormalEquations:
    """Least squares whose cross-products and clustered errors add up over sites.

    Effects that live in one site, such as firms, are absorbed: taken out of the outcome, the regressors and the
    dummies of common effects. Effects that sites share, such as years, are written out, a column for every level.
    The sums of the moments over sites then give the slopes and the clustered errors (CRV1, scaled by
    G/(G-1) × (N-1)/(N-K) with K as `evaluation.fixed_effects` counts it) of one run over all of them, in one round.
    On one site this is `evaluation.fixed_effects` with absorbed and common effects together.

    The moments number about k⁴/8 for k regressors and common levels; beyond about 12 of these they grow large,
    and a site that has hardly more clusters than moments may not release them. Without absorbed effects, columns
    far from zero (a year as a number, money in millions) lose digits in sums: subtract an agreed constant before.

    Parameters
    ----------
    panel : Table
        One row an observation, with the columns named below. Rows with a missing value in any of them are left
        out and counted, then rows that are the only one of an absorbed level.
    outcome : column
        What is explained; a number.
    regressors : sequence of columns
        Whose estimates are wanted; numbers or truth values.
    absorb : sequence of columns
        Effects nested in sites, taken out.
    common : sequence of columns
        Effects that sites share, written out.
    cluster : column, optional
        Rows that are not independent of each other. None means the unit; without one each row stands alone (HC1).
    weights : column, optional
        Weights of the rows, 0 or more; rows of weight 0 are left out.
    unit : column, optional
        Who is observed, and protected. None means the first of `absorb`, else the cluster, else each row.
    holding : column, optional
        Who owns the unit: its units then stand as one behind estimates. A unit without one is its own.

    Returns
    -------
    NormalEquations
        One row a regressor. p-values and intervals are null with fewer than 6 clusters, where the t
        distribution misleads, and errors with a single one.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError
        If a column is not there, not a number, or plays two parts.
    AllMissingError, InfiniteValueError, NegativeRowsError
        If the panel holds what no estimate can use.
    UnsteadyUnitError
        If the holding of a unit changes.
    NoRowsLeftError, NoDegreesOfFreedomError
        If too little is left.
    ParameterRangeError
        If no regressor is named.
    ConvergenceError, MissingPackageError
        If several absorbed effects cannot be taken out, or pyfixest, which does it, is not installed.

    See Also
    --------
    evaluation.fixed_effects
    evaluation.meta_analysis
    """
    absorbed = columns_of(absorb, "absorb")
    unit = unit or (absorbed[0] if absorbed else cluster)
    columns = Columns(
        outcome=outcome,
        regressors=columns_of(regressors, "regressors"),
        absorb=absorbed,
        common=columns_of(common, "common"),
        cluster=cluster or unit,
        weights=weights,
        unit=unit,
        holding=holding,
    )
    panel = as_table(panel, "panel", *columns.read)
    if not columns.regressors:
        raise ParameterRangeError("regressors", (), "one column or more")

    rows = rows_of(panel, columns)
    sums = _summed(rows, columns)
    found = solved(sums, columns.regressors)
    n = len(rows.y)
    if n <= found.K:
        raise NoDegreesOfFreedomError(n, found.K)
    units_used, rows_used = _used(rows, columns)
    return NormalEquations(
        table=_table(found, columns, rows, int(sums.counts["clusters"])),
        moments=_moments(sums),
        units_used=units_used,
        slopes_used=slopes_used_of_sums(rows, columns, found.names),
        rows_used=rows_used,
        dropped=dropped_table([*rows.dropped, *_untold(found, columns)]),
        outcome=outcome,
        n_obs=n,
        n_units=int(rows.unit.max()) + 1,
        df=found.df,
        confidence=CONFIDENCE,
        unit=columns.unit,
        cluster=columns.cluster,
        holding=holding,
        absorbed=", ".join(columns.absorb),
        common=", ".join(columns.common),
        n_clusters=int(sums.counts["clusters"]),
        rows=rows.rows,
        rows_missing=rows_dropped(rows.dropped, "missing"),
        rows_singleton=rows_dropped(rows.dropped, "singleton"),
        support_rank=found.K,
        **support_of_sums(rows, sums),
    )


def _summed(rows: Rows, columns: Columns) -> Moments:
    levels = {name: float(effect.max() + 1) for name, effect in zip(columns.absorb, rows.F.T, strict=True)}
    across = {
        name: 0.0 if nested(effect, rows.g) else levels[name] for name, effect in zip(levels, rows.F.T, strict=True)
    }
    counts = {
        "rows": float(len(rows.y)),
        "units": float(rows.unit.max() + 1),
        "clusters": float(rows.g.max() + 1),
        "clustered": float(columns.cluster is not None),
        "parts": 1.0,
        "parts_with_cluster_sums": 1.0,
    }
    return moments(rows.names, rows.y, rows.X, rows.g, counts, levels, across)


def _moments(sums: Moments) -> Table:
    kinds, of, beside, values = to_long(sums)
    return from_arrays({"kind": kinds, "row": of, "column": beside, "value": np.array(values)})


def _table(found: Solution, columns: Columns, rows: Rows, clusters: int) -> Table:
    """Put the slopes in the order asked for, with nulls for those that cannot be told."""
    told = t_columns(found.b, found.V, max(int(found.df), 1), CONFIDENCE)
    if clusters < LEAST:
        told |= dict.fromkeys(("p_value", "low", "high"), np.full(len(found.names), np.nan))
    k = len(columns.regressors)
    place = [columns.regressors.index(name) for name in found.names]
    table: dict[str, Any] = {"term": list(columns.regressors)}
    for name in ESTIMATES[1:]:
        column: Array = np.full(k, np.nan)
        column[place] = told[name]
        table[name] = column
    table |= {"support_df": np.full(k, float(found.df)), "support_units": np.full(k, int(rows.unit.max()) + 1)}
    return from_arrays(table | holdings_behind(rows.owner, columns.holding, k))


def _used(rows: Rows, columns: Columns) -> tuple[Table | None, Table | None]:
    """List the units, and the rows that the moments are products of, for the site alone."""
    if columns.unit is None:
        return None, None
    net = {f"net {name}": x for name, x in zip(rows.names, rows.X.T, strict=True)}
    regressors = {name: rows.plain[:, rows.names.index(name)] for name in columns.regressors}
    told = told_by_two_values(regressors, rows.outcome, rows.w, rows.unit, rows.effects, rows.when)
    return (
        from_arrays(listed_units(rows.unit, rows.units, rows.owners, rows.outcome) | told),
        from_arrays({"unit": np.array(rows.units, object)[rows.unit], "net_outcome": rows.y, **net}),
    )


def _untold(found: Solution, columns: Columns) -> list[Dropped]:
    return [
        (name, "cannot be told from effects and others", 0) for name in columns.regressors if name not in found.names
    ]
