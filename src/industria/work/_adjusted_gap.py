"""The regression of an outcome on terms and a group's dummy, and what a factor left out would do to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.core.table import Table, from_arrays
from industria.errors import NoDegreesOfFreedomError
from industria.kernels import omitted_factor
from industria.kernels.group_covariance import Errors
from industria.kernels.groups import sums
from industria.work._design import Design
from industria.work._workers import Workers

__all__ = ["Adjusted", "adjusted", "bounds_table", "error_of", "selection_ratio"]

Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Adjusted:
    """The regression with the group's dummy, times roots of weights.

    Attributes
    ----------
    X : array, shape (n, k)
        Regressors, the intercept first.
    terms : list of str
        Term of each regressor.
    D, y : array, shape (n,)
        Dummy of the other group, outcome.
    rest : array, shape (n,)
        What the regressors leave of D.
    u : array, shape (n,)
        Residual.
    """

    X: Array
    terms: list[str]
    D: Array
    y: Array
    rest: Array
    u: Array
    gap: float
    delta: float
    df: int
    r2: float
    r2_short: float
    s2_y: float
    s2_d: float
    total: float

    @property
    def se(self) -> float:
        """The classical standard error of delta."""
        return float((self.u @ self.u / self.df / (self.rest @ self.rest)) ** 0.5)

    @property
    def t(self) -> float:
        """Delta over its classical standard error."""
        return self.delta / self.se if self.se else float("inf")


def adjusted(workers: Workers, design: Design) -> Adjusted:
    """Fit the regression.

    Raises
    ------
    NoDegreesOfFreedomError
        If the rows cannot carry one coefficient more than there are.
    """
    root = np.sqrt(workers.w)
    X = (design.Q @ design.E.T)[workers.cell] * root[:, None]
    D = root * (np.arange(len(root)) < workers.n_other)
    y = root * workers.y
    n, k = X.shape
    # One more than the coefficients: what would be left with the factor in the regression.
    if n <= k + 2:
        raise NoDegreesOfFreedomError(n, k + 2)
    rest, left = _net(D, X), _net(y, X)
    delta = float(rest @ left / (rest @ rest))
    u = left - delta * rest
    centered, spread = _net(y, root[:, None]), _net(D, root[:, None])
    gap = float(spread @ centered / (spread @ spread))
    total, all_y = float(workers.w.sum()), float(centered @ centered)
    return Adjusted(
        X=X,
        terms=[one.term for one in design.shown],
        D=D,
        y=y,
        rest=rest,
        u=u,
        gap=gap,
        delta=delta,
        df=n - k - 1,
        r2=1 - float(u @ u) / all_y,
        r2_short=gap**2 * float(spread @ spread) / all_y,
        s2_y=all_y / total,
        s2_d=float(spread @ spread) / total,
        total=total,
    )


def _net(v: Array, X: Array) -> Array:
    """Take what regressors explain out of a vector."""
    Q: Any = np.linalg.qr(X)[0]
    for _ in range(2):  # once loses digits where little is left
        v = v - Q @ (Q.T @ v)
    return v


def error_of(model: Adjusted, workers: Workers, vcov: Errors) -> tuple[float, float]:
    """Return the standard error of delta and the degrees of freedom of its interval."""
    n, spread = len(model.y), float(model.rest @ model.rest)
    scores = model.rest * model.u
    if workers.cluster is not None:
        S = sums(scores, workers.cluster)
        G = len(S)
        return float((G / (G - 1) * (n - 1) / model.df * (S @ S)) ** 0.5 / spread), float(G - 1)
    if vcov == "iid":
        return model.se, float(model.df)
    return float((n / model.df * (scores @ scores)) ** 0.5 / spread), float(model.df)


def selection_ratio(model: Adjusted, ceiling: float) -> float:
    """Return Oster's ratio at an R² of `ceiling`; NaN where there is none."""
    ratio = omitted_factor.proportional_selection(
        model.gap,
        model.delta,
        r2_short=model.r2_short,
        r2_long=model.r2,
        r2_max=ceiling,
        s2_y=model.s2_y,
        s2_d=model.s2_d,
        s2_d_rest=float(model.rest @ model.rest) / model.total,
    )
    return ratio if np.isfinite(ratio) else np.nan


def bounds_table(model: Adjusted, benchmarks: Sequence[str], strengths: Sequence[float], critical: float) -> Table:
    """Bound the unexplained part by factors as strong as terms that are there."""
    rows = []
    for term in benchmarks:
        others = model.X[:, [one != term for one in model.terms]]
        r2_group = _explained(model.D, others, model.X)
        r2_outcome = _explained(model.y, np.column_stack([others, model.D]), np.column_stack([model.X, model.D]))
        for strength in strengths:
            r2_y, r2_d = omitted_factor.bounds(r2_outcome, r2_group, strength)
            reach = omitted_factor.bias(model.se, model.df, r2_y, r2_d)
            margin = critical * omitted_factor.adjusted_error(model.se, model.df, r2_y, r2_d)
            lower, upper = model.delta - reach, model.delta + reach
            rows.append((term, float(strength), r2_d, r2_y, lower, upper, lower - margin, upper + margin))
    columns = ("term", "strength", "r2_group", "r2_outcome", "lower", "upper", "low", "high")
    made = dict(zip(columns, zip(*rows, strict=True), strict=True))
    return from_arrays({name: list(v) if name == "term" else np.array(v, dtype=float) for name, v in made.items()})


def _explained(v: Array, fewer: Array, more: Array) -> float:
    """Return the share of what fewer regressors leave of a vector that more of them explain."""
    before, after = (_net(v, X) for X in (fewer, more))
    return 1 - float(after @ after) / float(before @ before)
