"""Panel regression with effects of units, times and more taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any, Final, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.table import Column, Table, TableLike, as_table, columns_of, from_arrays
from industria.errors import ChoiceError, FewClustersError, LinearOnlyError, ParameterRangeError
from industria.evaluation._dropped import dropped_table, rows_dropped
from industria.evaluation._fixed_effects import FixedEffects
from industria.evaluation._holdings import holdings_behind
from industria.evaluation._inference import LEAST, drawn, of_the_table, r2_with_time, several, time_effects
from industria.evaluation._model import Family, Model, Vcov, fit
from industria.evaluation._sample import Columns, sample
from industria.evaluation._slopes_used import slopes_used_of
from industria.evaluation._support import behind_times, support_of, units_of
from industria.kernels.groups import Array
from industria.kernels.wild_bootstrap import Weights

__all__ = ["FixedEffects", "fixed_effects"]

INFERRED: Final = ("term", "method", "estimate", "standard_error", "statistic", "p_value", "low", "high")
LOG_POINTS: Final = dict.fromkeys(("estimate", "standard_error", "low", "high"), "log points")


@measure(
    gives={
        "term": "the treatment or control [name]",
        "estimate": "change of the outcome with one more of the term; log points for Poisson [unit of outcome]",
        "standard_error": "of the estimate [unit of outcome]",
        "statistic": "estimate over standard error [1]",
        "p_value": "two-sided, of no association [fraction]",
        "low": "lower end of the interval [unit of outcome]",
        "high": "upper end of the interval [unit of outcome]",
        "support_df": "degrees of freedom of the t distribution [count]",
        "support_units": "units behind the estimate [units]",
    },
    cites="Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, 2nd ed., ch. 10; "
    "Cameron, Gelbach & Miller (2008), Review of Economics and Statistics 90(3); "
    "MacKinnon & Webb (2017), Journal of Applied Econometrics 32(2)",
    design="associational",
    pools="estimates",
    support="estimates",
)
def fixed_effects(
    panel: TableLike,
    *,
    outcome: Column,
    treatment: Column | Sequence[Column],
    unit: Column,
    time: Column,
    effects: Sequence[Column] | None = None,
    controls: Sequence[Column] = (),
    cluster: Column | None = None,
    weights: Column | None = None,
    holding: Column | None = None,
    vcov: Vcov = "CRV1",
    family: Family = "gaussian",
    confidence: float = 0.95,
    bootstrap: int = 0,
    bootstrap_weights: Weights = "rademacher",
    permutations: int = 0,
    rng: int = 0,
) -> FixedEffects:
    """Change of an outcome with a treatment, net of unit, time and other effects.

    y_it = b D_it + c X_it + a_i + m_t + u_it. Effects are taken out, never
    estimated as columns. Clustered errors (CRV1) are scaled by G/(G-1) × (N-1)/(N-K),
    where K counts slopes and the levels of effects that are not nested in the
    clusters, and read against t with G - 1 degrees of freedom; iid and HC1 against
    t with N - K, all effects counted. CRV3 leaves each cluster out in turn.

    With fewer than 6 clusters CRV1 and its t distribution reject what is true far
    too often (Cameron, Gelbach & Miller 2008), so neither stands in any table. Under
    vcov="CRV1", p-values and intervals are then those of the bootstrap or, without it,
    of randomization (t), which says nothing of controls. Both are coarse: G clusters
    have 2^G sign patterns, and where few clusters are treated the bootstrap may
    hardly ever reject (MacKinnon & Webb 2017).

    Parameters
    ----------
    panel : Table
        One row a unit and time, with the columns named below. Rows with a missing
        value in any of them are left out and counted, then rows that are the only
        one of some level.
    outcome : column
        What is explained; a number. For Poisson a count or another amount of 0 or more.
    treatment : column or sequence of columns
        Whose estimates are wanted; numbers or truth values.
    unit : column
        Who is observed: the plant, the firm, the region.
    time : column
        When; each unit once at each time.
    effects : sequence of columns, optional
        Effects to take out. None means unit and time; () means an intercept alone.
    controls : sequence of columns
        Further regressors; one that the others determine is left out and told.
    cluster : column, optional
        Rows that are not independent of each other. None means the unit.
    weights : column, optional
        Weights of the rows, 0 or more; rows of weight 0 are left out.
    holding : column, optional
        Who owns the unit, for disclosure control: its units then stand as one behind estimates.
        A unit without one is its own.
    vcov : {"iid", "HC1", "CRV1", "CRV3"}
        The errors of the table; the others stand in `inferences`. CRV1 with fewer than
        6 clusters needs bootstrap or permutations, whose p-values the table then has.
    family : {"gaussian", "poisson"}
        Least squares, or Poisson with a log link.
    confidence : float
        Of the intervals, between 0 and 1.
    bootstrap : int
        Draws of the restricted wild cluster bootstrap-t; 0 for none. All sign
        patterns are taken where there are no more of them than that.
    bootstrap_weights : {"rademacher", "webb"}
        Signs, or Webb's six points for fewer than about ten clusters.
    permutations : int
        Draws of the treatment paths over the units that are observed at the same
        times, for randomization inference; 0 for none.
    rng : int
        Seed of the draws.

    Returns
    -------
    FixedEffects
        One row a treatment, then one a control. `inference` tells whose p-values they have.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError
        If a column is not there, not a number, or plays two parts.
    AllMissingError, InfiniteValueError, NegativeValueError, DuplicateRowError
        If the panel holds what no estimate can use.
    UnsteadyUnitError
        If the holding of a unit changes.
    NoRowsLeftError, OneUnitError, ConstantTreatmentError, NoDegreesOfFreedomError
        If too little is left.
    AbsorbedTreatmentError, CollinearTreatmentError
        If the effects, or other treatments, determine a treatment.
    FewClustersError
        If there are fewer than 6 clusters, unless CRV3, bootstrap or permutations are asked for.
    UndefinedJackknifeError, WideEffectsError, ExchangeError, LinearOnlyError
        If CRV3, bootstrap or permutations cannot be had.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices or outside its range.
    ConvergenceError, MissingPackageError
        If the iteration does not settle, or pyfixest is not installed.
    """
    columns = Columns(
        outcome=outcome,
        treatment=columns_of(treatment, "treatment"),
        controls=columns_of(controls, "controls"),
        unit=unit,
        time=time,
        effects=(unit, time) if effects is None else columns_of(effects, "effects"),
        cluster=unit if cluster is None else cluster,
        weights=weights,
        holding=holding,
    )
    panel = as_table(panel, "panel", *columns.read)
    _check(columns, vcov, family, confidence, bootstrap, bootstrap_weights, permutations)

    used = sample(panel, columns, family)
    _check_clusters(columns, used.clusters, vcov, bool(bootstrap or permutations))
    model = fit(used, columns, family)
    analytic, left_out = several(model, confidence)
    by_draws = drawn(
        model, vcov, confidence, bootstrap=bootstrap, weights=bootstrap_weights, permutations=permutations, rng=rng
    )
    columns_asked, df, inference = of_the_table(model, vcov, confidence, by_draws)
    return FixedEffects(
        table=_table(model, columns_asked, df),
        units=LOG_POINTS if family == "poisson" else {},
        inferences=_by_term(analytic + by_draws, columns.treatment),
        inferences_left_out="; ".join(f"{method}: {why}" for method, why in left_out.items()),
        effects=_effects(model, *time_effects(model, vcov, confidence)),
        units_used=units_of(model),
        _list_slopes=cache(partial(slopes_used_of, model)),
        dropped=dropped_table(model.dropped),
        df=df,
        confidence=confidence,
        vcov=vcov,
        inference=inference,
        bootstrap=bootstrap,
        permutations=permutations,
        **_facts(model),
        **support_of(model),
    )


def _check(
    columns: Columns,
    vcov: str,
    family: str,
    confidence: float,
    bootstrap: int,
    bootstrap_weights: str,
    permutations: int,
) -> None:
    for parameter, value, kind in (
        ("vcov", vcov, Vcov),
        ("family", family, Family),
        ("bootstrap_weights", bootstrap_weights, Weights),
    ):
        if value not in get_args(kind):
            raise ChoiceError(parameter, value, get_args(kind))
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "a number between 0 and 1")
    for parameter, draws in (("bootstrap", bootstrap), ("permutations", permutations)):
        if draws < 0:
            raise ParameterRangeError(parameter, draws, "a whole number of 0 or more")
        if draws and family != "gaussian":
            raise LinearOnlyError(f"{parameter}={draws}", family)
    if vcov == "CRV3" and family != "gaussian":
        raise LinearOnlyError("vcov='CRV3'", family)
    if not columns.treatment:
        raise ParameterRangeError("treatment", (), "one column or more")


def _check_clusters(columns: Columns, clusters: Sequence[str], vcov: str, by_draws: bool) -> None:
    clustered = vcov.startswith("CRV") or by_draws
    least = LEAST if vcov == "CRV1" and not by_draws else 2 if clustered else 1
    if len(clusters) < least:
        raise FewClustersError(columns.cluster, clusters, least)


def _table(model: Model, told: Mapping[str, Array], df: int) -> Table:
    """Put beside each term what stands behind it."""
    used, n = model.sample, len(model.terms)
    behind = {"support_df": np.full(n, df), "support_units": np.full(n, len(used.units))}
    owned = holdings_behind(used.owner, model.columns.holding, n)
    return from_arrays({"term": list(model.terms), **told, **behind, **owned})


def _facts(model: Model) -> dict[str, Any]:
    """List which columns were used, and how many rows and levels of them."""
    used, columns = model.sample, model.columns
    return {
        "outcome": columns.outcome,
        "unit": columns.unit,
        "time": columns.time,
        "cluster": columns.cluster,
        "holding": columns.holding,
        "absorbed": ", ".join(columns.effects),
        "family": model.family,
        "n_obs": len(used.y),
        "n_units": len(used.units),
        "n_times": len(used.times),
        "n_clusters": len(used.clusters),
        "rows": used.rows,
        "rows_missing": rows_dropped(model.dropped, "missing"),
        "rows_singleton": rows_dropped(model.dropped, "singleton"),
        "r2_within": model.r2_within,
        "r2_within_time_as_regressors": r2_with_time(model),
    }


def _by_term(inferences: list[dict[str, Any]], treatments: Sequence[str]) -> Table:
    rows = [row for treatment in treatments for row in inferences if row["term"] == treatment]
    return from_arrays({name: [row[name] for row in rows] for name in INFERRED})


def _effects(model: Model, levels: list[str], columns: Mapping[str, Array]) -> Table:
    named = {"effect": [model.columns.time] * len(levels), "level": levels}
    against = {"against": [model.sample.times[0]] * len(levels)}
    behind = behind_times(model.sample, len(levels), model.columns.holding)
    return from_arrays({**named, **against, **columns, **behind})
