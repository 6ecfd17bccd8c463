"""Measures of this study alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table, collect, from_arrays
from industria.kernels.t_distribution import t_quantile

Array = npt.NDArray[np.float64]

METHODS = ("foster_haltiwanger_krizan", "griliches_regev", "olley_pakes")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OtherEstimators(Result):
    """Between, differences and random effects.

    Attributes
    ----------
    confidence : float
        Of the intervals.
    n_units : int
        Clusters.
    theta : float
        Share of each unit's mean that random effects take out.
    """

    confidence: float
    n_units: int
    theta: float


@measure(
    gives={
        "estimator": "between, first differences or random effects [name]",
        "term": "the regressor [name]",
        "estimate": "change of the outcome with one more of the regressor [unit of outcome]",
        "standard_error": "of the estimate, clustered by unit [unit of outcome]",
        "low": "lower end of the interval [unit of outcome]",
        "high": "upper end of the interval [unit of outcome]",
        "n_units": "units behind the estimate [units]",
    },
    cites="Swamy & Arora (1972), Econometrica 40(2), 261-275; "
    "Baltagi (2021), Econometric Analysis of Panel Data, ch. 2",
    design="associational",
)
def other_estimators(
    panel: TableLike,
    *,
    outcome: Column,
    regressors: Sequence[Column],
    unit: Column,
    time: Column,
    confidence: float = 0.95,
) -> OtherEstimators:
    """Three more readings of one balanced panel, beside pooled and fixed effects.

    Between: means of units, with a constant. First differences: without one. Random effects as Swamy and Arora:
    each variable less θ of its unit's mean, θ = 1 - √(σ_within² / (T σ_between²)). Errors are clustered by unit, scaled
    by G/(G-1) × (N-1)/(N-K), and read against t with G - 1 degrees of freedom, as in `evaluation.fixed_effects`.

    Parameters
    ----------
    panel : Table
        `outcome`, `regressors`, `unit` and `time`; each unit at each time once.
    outcome, unit, time : column
        What is explained; who; when.
    regressors : sequence of columns
        What goes with it.
    confidence : float
        Of the intervals.

    Returns
    -------
    OtherEstimators
        One row per estimator and regressor.
    """
    columns = [outcome, *regressors]
    rows = collect(as_table(panel, "panel", *columns, unit, time).select(*columns, unit, time)).sort_by(
        [(unit, "ascending"), (time, "ascending")]
    )
    units, periods = len(rows[unit].unique()), len(rows[time].unique())
    Z = np.stack([rows[c].to_numpy() for c in columns], axis=1).reshape(units, periods, len(columns))
    theta = _theta(Z)
    one = np.ones((units, periods, 1))
    means = Z.mean(axis=1, keepdims=True)
    of_units = np.concatenate([means, one[:, :1]], axis=2)
    changes = np.diff(Z, axis=1)
    partly = np.concatenate([Z - theta * means, one], axis=2)
    kinds = {"between": of_units, "first differences": changes, "random effects": partly}
    k = len(regressors)
    b, se = np.concatenate([np.array(_fitted(data))[:, :k] for data in kinds.values()], axis=1)
    half = float(t_quantile((1 + confidence) / 2, units - 1)) * se
    made = {
        "estimator": [kind for kind in kinds for _ in regressors],
        "term": [*regressors] * len(kinds),
        "estimate": b,
        "standard_error": se,
        "low": b - half,
        "high": b + half,
        "n_units": np.full(len(b), units),
    }
    return OtherEstimators(table=from_arrays(made), confidence=confidence, n_units=units, theta=theta)


def _fitted(data: Array) -> tuple[Array, Array]:
    """Regress the first column on the others; data have shape (units, rows of each, columns)."""
    units, k = len(data), data.shape[2] - 1
    y, X = data[..., 0], data[..., 1:]
    bread = np.linalg.inv(np.einsum("gti,gtj->ij", X, X))
    b = bread @ np.einsum("gti,gt->i", X, y)
    scores = np.einsum("gti,gt->gi", X, y - X @ b)
    n = y.size
    scale = units / (units - 1) * (n - 1) / (n - k)
    V = scale * bread @ scores.T @ scores @ bread
    return b, np.sqrt(np.diagonal(V))


def _theta(Z: Array) -> float:
    units, periods, columns = Z.shape
    means = Z.mean(axis=1)
    net = (Z - means[:, None]).reshape(-1, columns)
    within = _residual(net[:, 0], net[:, 1:]) / (units * (periods - 1) - (columns - 1))
    X = np.column_stack([means[:, 1:], np.ones(units)])
    between = _residual(means[:, 0], X) / (units - columns)
    return 1 - float(np.sqrt(min(1.0, within / (periods * between))))


def _residual(y: Array, X: Array) -> float:
    u = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    return float(u @ u)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WithinShare(Result):
    """Share of growth within units.

    Attributes
    ----------
    confidence : float
        Of the intervals.
    replications : int
        Draws of units behind them.
    """

    confidence: float
    replications: int


@measure(
    gives={
        "method": "the decomposition [name]",
        "estimate": "part within units over the growth of the aggregate [fraction]",
        "standard_error": "standard deviation of the draws [fraction]",
        "low": "lower end of the percentile interval [fraction]",
        "high": "upper end of the percentile interval [fraction]",
        "place": "1 for the method that leaves least within [rank]",
        "n_units": "units behind it [units]",
    },
    cites="Foster, Haltiwanger & Krizan (2001), NBER Studies in Income and Wealth 63; Griliches & Regev (1995), "
    "Journal of Econometrics 65(1); Olley & Pakes (1996), Econometrica 64(6)",
    design="descriptive",
)
def within_share(
    panel: TableLike,
    *,
    value: Column,
    weight: Column,
    unit: Column,
    time: Column,
    confidence: float = 0.95,
    replications: int = 9999,
    rng: int = 0,
) -> WithinShare:
    """Share of growth within units by three methods, with intervals over draws of units.

    `productivity.growth_decomposition` bounds the parts; a share needs part and total of the same draw.

    Parameters
    ----------
    panel : Table
        Every unit in the first and in the last period: `value` in logs, `weight`, `unit`, `time`.
    value, weight, unit, time : column
        What grows; what shares are of; who; when.
    confidence : float
        Of the intervals.
    replications : int
        Draws of units.
    rng : int
        Seed of the draws.

    Returns
    -------
    WithinShare
        One row per method.
    """
    columns = [value, weight, unit, time]
    rows = collect(as_table(panel, "panel", *columns).select(*columns))
    rows = rows.sort_by([(time, "ascending"), (unit, "ascending")])
    p, w = (np.asarray(rows[c].to_numpy(), np.float64).reshape(2, -1) for c in (value, weight))
    units = p.shape[1]
    often = np.random.default_rng(rng).multinomial(units, np.full(units, 1 / units), size=replications)
    point = _shares(np.ones((1, units)), p, w)[:, 0]
    draws = _shares(often.astype(np.float64), p, w)
    low, high = np.quantile(draws, [(1 - confidence) / 2, (1 + confidence) / 2], axis=1)
    made = {
        "method": list(METHODS),
        "estimate": point,
        "standard_error": draws.std(axis=1, ddof=1),
        "low": low,
        "high": high,
        "place": np.argsort(np.argsort(point)) + 1,
        "n_units": np.full(len(METHODS), units),
    }
    return WithinShare(table=from_arrays(made), confidence=confidence, replications=replications)


def _shares(often: Array, p: Array, w: Array) -> Array:
    """Divide the parts within by growth, shape (methods, draws); often is how often each unit was drawn."""
    s0, s1 = (often * one for one in w)
    s0, s1 = s0 / s0.sum(axis=1, keepdims=True), s1 / s1.sum(axis=1, keepdims=True)
    change = p[1] - p[0]
    growth = s1 @ p[1] - s0 @ p[0]
    plain = often / often.sum(axis=1, keepdims=True)
    return np.stack([s0 @ change, (s0 + s1) / 2 @ change, plain @ change]) / growth
