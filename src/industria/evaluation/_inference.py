"""The same estimates under several inferences, and the effects of time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from industria.core.replicate import seeds
from industria.errors import ExchangeError, UndefinedJackknifeError, WideEffectsError
from industria.evaluation._model import Model, Vcov, covariance_of, lying_across, net, share_explained, wide
from industria.evaluation._pyfixest import demeaner
from industria.kernels.groups import Array
from industria.kernels.inverted_test import Draws, interval, p_value
from industria.kernels.least_squares import independent, least_squares, poisson_regression
from industria.kernels.randomization import exchangeable, randomization
from industria.kernels.t_distribution import t_p_value, t_quantile
from industria.kernels.wild_bootstrap import Weights, wild_cluster_bootstrap

__all__ = ["LEAST", "drawn", "of_the_table", "r2_with_time", "several", "t_columns", "time_beside", "time_effects"]

Row = dict[str, Any]

LEAST: Final = 6
"""Clusters below which the t distribution of CRV1 misleads (Cameron, Gelbach & Miller 2008)."""
BOOTSTRAP: Final = "wild cluster bootstrap"
RANDOMIZATION: Final = "randomization (t)"
LONG: Final = "takes long; ask for it as vcov"
MANY: Final = 1_000
"""Clusters beyond which CRV3, which leaves out each in turn, is computed only when asked for."""
SMALL: Final = 2_000_000
"""Entries of the matrices of levels that are made without being asked for: half a second."""


def t_columns(b: Array, V: Array, df: int, confidence: float) -> dict[str, Array]:
    """Columns of a table of estimates, by the t distribution.

    Parameters
    ----------
    b : array, shape (k,)
        Estimates.
    V : array, shape (k, k)
        Their covariance.
    df : int
        Degrees of freedom.
    confidence : float
        Of the intervals.

    Returns
    -------
    dict of array, each of shape (k,)
        A fit without residuals has no statistic and no p-value: NaN.
    """
    se = np.sqrt(np.diag(V))
    t = np.divide(b, se, out=np.full_like(b, np.nan), where=se > 0)
    reach = t_quantile((1 + confidence) / 2, df) * se
    return {
        "estimate": b,
        "standard_error": se,
        "statistic": t,
        "p_value": t_p_value(t, df),
        "low": b - reach,
        "high": b + reach,
    }


def several(model: Model, confidence: float) -> tuple[list[Row], dict[str, str]]:
    """One row for each treatment and each analytic error: iid, HC1, CRV1, CRV3.

    CRV1 is left out where clusters are few, CRV3 where it does not exist (Poisson,
    a cluster that alone identifies a treatment) and where it would take long.

    Returns
    -------
    rows : list of dict
        As of `t_columns`, with `term` and `method`.
    left_out : dict of str to str
        Why a method has no row.
    """
    methods: list[Vcov] = ["iid", "HC1"]
    left_out: dict[str, str] = {}
    clusters = len(model.sample.clusters)
    if clusters >= LEAST:
        methods.append("CRV1")
    else:
        left_out["CRV1"] = f"{_counted(clusters)}, fewer than {LEAST}"
    levels = int(np.sum(model.sample.F[:, lying_across(model.sample)].max(axis=0) + 1))
    if model.family != "gaussian":
        left_out["CRV3"] = "not for Poisson"
    elif clusters < 2:
        left_out["CRV3"] = _counted(clusters)
    elif clusters > MANY or len(model.sample.y) * levels > SMALL:
        left_out["CRV3"] = LONG
    else:
        methods.append("CRV3")
    rows: list[Row] = []
    for method in methods:
        try:
            V, df = covariance_of(model, method)
        except UndefinedJackknifeError:
            left_out[method] = "one cluster alone identifies a treatment"
            continue
        except WideEffectsError:
            left_out[method] = LONG
            continue
        columns = t_columns(model.fit.b, V, df, confidence)
        rows += [_row(model, j, method, columns) for j in range(model.sample.D.shape[1])]
    return rows, left_out


def _counted(clusters: int) -> str:
    return f"{clusters} {'cluster' if clusters == 1 else 'clusters'}"


def of_the_table(model: Model, vcov: Vcov, confidence: float, by_draws: list[Row]) -> tuple[dict[str, Array], int, str]:
    """Columns of the table that was asked for, its degrees of freedom and the method behind its p-values.

    Where clusters are too few for the t distribution of CRV1, p-values and intervals
    are those of the draws; a term that the draws say nothing of has none: NaN.

    Parameters
    ----------
    model : Model
        Fitted.
    vcov : {"iid", "HC1", "CRV1", "CRV3"}
        The errors asked for.
    confidence : float
        Of the intervals.
    by_draws : list of dict
        As of `drawn`; not empty where clusters are few.
    """
    V, df = covariance_of(model, vcov)
    columns = t_columns(model.fit.b, V, df, confidence)
    if not _few(model, vcov):
        return columns, df, vcov
    drawn_by = {row["method"] for row in by_draws}
    method = BOOTSTRAP if BOOTSTRAP in drawn_by else RANDOMIZATION
    found = {row["term"]: row for row in by_draws if row["method"] == method}
    for name in ("p_value", "low", "high"):
        columns[name] = np.array([found.get(term, {}).get(name) for term in model.terms], dtype=float)
    return columns, df, method


def _few(model: Model, vcov: Vcov) -> bool:
    return vcov == "CRV1" and len(model.sample.clusters) < LEAST


def drawn(
    model: Model, vcov: Vcov, confidence: float, *, bootstrap: int, weights: Weights, permutations: int, rng: int
) -> list[Row]:
    """One row for each treatment and each inference by draws that was asked for.

    The bootstrap tells of controls, too, where clusters are too few for the t
    distribution of `vcov`.
    """
    if not (bootstrap or permutations):
        return []
    told = len(model.terms) if _few(model, vcov) else model.sample.D.shape[1]
    clustered = t_columns(model.fit.b, covariance_of(model, "CRV1")[0], 1, confidence)
    of_bootstrap, of_permutation = seeds(rng, 2)
    families: dict[str, list[Draws]] = {}
    if bootstrap:
        y, X, Q = wide(model, len(model.terms), "the wild cluster bootstrap")
        families[BOOTSTRAP] = wild_cluster_bootstrap(
            y, X, Q, model.sample.g, replications=bootstrap, weights=weights, seed=of_bootstrap
        )[:told]
    if permutations:
        families[RANDOMIZATION], families["randomization (coefficient)"] = randomization(
            model.sample.y,
            model.sample.D,
            lambda M: net(model, M),
            model.sample.g,
            _groups(model),
            replications=permutations,
            seed=of_permutation,
        )
    rows = []
    for method, of_terms in families.items():
        for j, draws in enumerate(of_terms):
            row = _row(model, j, method, clustered)
            low, high = interval(draws, confidence, max(row["standard_error"], 1e-12))
            row |= {"p_value": p_value(draws), "low": _bound(low), "high": _bound(high)}
            if method == "randomization (coefficient)":
                row |= {"standard_error": None, "statistic": None}
            rows.append(row)
    return rows


def _groups(model: Model) -> list[Any]:
    groups = exchangeable(model.sample.unit, model.sample.time)
    if not groups:
        raise ExchangeError(model.columns.unit, model.columns.time)
    return groups


def _row(model: Model, j: int, method: str, columns: dict[str, Array]) -> Row:
    return {"term": model.terms[j], "method": method} | {name: float(column[j]) for name, column in columns.items()}


def _bound(value: float) -> float | None:
    return value if np.isfinite(value) else None


def time_effects(model: Model, vcov: Vcov, confidence: float) -> tuple[list[str], dict[str, Array]]:
    """Estimate the effects of time against its first level, with their errors.

    The other effects are absorbed and the levels of time are regressors; slopes,
    residuals and small-sample factors stay those of the model.

    Returns
    -------
    levels : list of str
        All but the first. None where time is not among the effects, is determined by
        the others, or has too many levels for its rows.
    columns : dict of array, each of shape (times - 1,)
        As of `t_columns`; without p-values and intervals where clusters are few.
    """
    s = model.sample
    nothing: tuple[list[str], dict[str, Array]] = ([], t_columns(np.empty(0), np.empty((0, 0)), 1, confidence))
    if model.columns.time not in model.columns.effects or len(s.y) * len(s.times) > SMALL:
        return nothing
    beside = time_beside(model)
    root = np.sqrt(s.w)[:, None]
    within = beside.demean(np.column_stack([s.y, beside.X]), s.w) * root
    if len(independent(within[:, 1:], np.linalg.norm(beside.X * root, axis=0))) < beside.X.shape[1]:
        return nothing
    if model.family == "poisson":
        refitted = poisson_regression(s.y, beside.X, s.w, beside.demean)
    else:
        refitted = least_squares(within[:, 0], within[:, 1:])
    try:
        V, df = covariance_of(replace(beside, fit=refitted), vcov)
    except (UndefinedJackknifeError, WideEffectsError):
        return nothing
    k = len(model.terms)
    columns = t_columns(refitted.b[k:], V[k:, k:], df, confidence)
    if _few(model, vcov):
        columns |= dict.fromkeys(("p_value", "low", "high"), np.full(len(s.times) - 1, np.nan))
    return s.times[1:], columns


def r2_with_time(model: Model) -> float | None:
    """Share of the outcome's variance net of the effects other than time.

    Textbooks that write year dummies as regressors print this one. None for
    Poisson and where time is not among the effects.
    """
    if model.family == "poisson" or model.columns.time not in model.columns.effects:
        return None
    s = model.sample
    y = time_beside(model, write_out=False).demean(s.y[:, None], s.w)[:, 0] * np.sqrt(s.w)
    return share_explained(model.fit, y)


def time_beside(model: Model, *, write_out: bool = True) -> Model:
    """Write the same regression with the levels of time after the first among its regressors."""
    s, names = model.sample, model.columns.effects
    others = [effect for effect, name in enumerate(names) if name != model.columns.time]
    F = s.F[:, others] if others else np.zeros((len(s.y), 1), dtype=np.int64)
    X = np.column_stack([model.X, s.time[:, None] == np.arange(1, len(s.times))]) if write_out else model.X
    return replace(model, sample=replace(s, F=F), X=X, terms=(*model.terms, *s.times[1:]), demean=demeaner(F))
