"""Estimates of several sites as one, with what the sites differ by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, get_args

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of
from industria.errors import ChoiceError, ParameterRangeError, RepeatedColumnError
from industria.evaluation._site_estimates import Array, cell_starts, read_sites
from industria.kernels.meta_analysis import Method, Pooled, Test, pool, prediction_interval, variance_interval

__all__ = ["MetaAnalysis", "meta_analysis"]

MADE: Final = (
    "estimate",
    "standard_error",
    "low",
    "high",
    "prediction_low",
    "prediction_high",
    "tau2",
    "tau2_low",
    "tau2_high",
    "i2",
    "h2",
    "q",
    "q_p_value",
    "n_sites",
    "df",
)
WITHOUT: Final = ("estimate", "low", "high", "tau2", "i2")
WHOLE: Final = ("n_sites", "df")
FEW: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MetaAnalysis(Result):
    """Pooled estimates, and what hangs on each site.

    Attributes
    ----------
    table : Table
        One row a cell: `by`, the pooled estimate with its intervals, and what the sites differ by.
    leave_one_out : Table
        One row a site of a cell of two or more: `by`, the site, and `estimate, low, high, tau2, i2` without it.
    weights : Table
        One row a site: `by`, the site and its `weight`.
    method, test : str
        As asked for; cells of one and two sites go without both.
    confidence : float
        Of the intervals.
    n_cells : int
        Rows of the table.
    n_one_site, n_two_sites, n_few_sites : int
        Cells of one site, of two, and of fewer than five.
    n_narrow : int
        Cells whose Hartung-Knapp error is below the normal one: the sites agree better than
        their own errors let expect, and test="hartung_knapp_floor" would not take that for precision.
    caution : str or None
        What a brief must say beside the estimates; None where no cell has fewer than five sites.
    """

    leave_one_out: Table
    weights: Table
    method: str
    test: str
    confidence: float
    n_cells: int
    n_one_site: int
    n_two_sites: int
    n_few_sites: int
    n_narrow: int
    caution: str | None


@measure(
    gives={
        "estimate": "weighted mean of the sites' estimates [unit of estimate]",
        "standard_error": "of the pooled estimate [unit of estimate]",
        "low": "lower end of the interval of the mean effect [unit of estimate]",
        "high": "upper end of the interval of the mean effect [unit of estimate]",
        "prediction_low": "lower end of where the effect of another site would lie [unit of estimate]",
        "prediction_high": "upper end of where the effect of another site would lie [unit of estimate]",
        "tau2": "variance of the effects between sites, in squared units of the estimates; null if not estimated [1]",
        "tau2_low": "lower end of its Q-profile interval [1]",
        "tau2_high": "upper end of its Q-profile interval [1]",
        "i2": "share of the variance of the estimates that is between sites [fraction]",
        "h2": "variance of the estimates over that within a typical site, 1 / (1 - i2) [1]",
        "q": "weighted squared distances of the sites from their common mean, Cochran's Q [1]",
        "q_p_value": "of one effect at all sites [fraction]",
        "n_sites": "sites of the cell [units]",
        "df": "degrees of freedom of the t distribution of the interval; null for the normal one [count]",
        "weight": "weight of the site in the pooled estimate, 1 in all [fraction]",
    },
    cites="Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30(3), 261-293; "
    "Hartung & Knapp (2001), Statistics in Medicine 20(24), 3875-3889; "
    "Higgins, Thompson & Spiegelhalter (2009), JRSS A 172(1), 137-159",
    design="associational",
    pools="estimates",
)
def meta_analysis(
    estimates: TableLike,
    *,
    estimate: Column = "estimate",
    standard_error: Column = "standard_error",
    site: Column = "site",
    by: Sequence[Column] = (),
    method: Method = "reml",
    test: Test = "hartung_knapp",
    confidence: float = 0.95,
) -> MetaAnalysis:
    """Pool estimates of independent sites into one, and tell how far the sites differ.

    Site i estimates y_i = θ_i + e_i with variance v_i, its squared standard error; the effects θ_i of sites have mean
    μ and variance τ². μ = Σ w y / Σ w with w = 1 / (v + τ²). τ² is the maximum of the restricted likelihood (reml;
    Viechtbauer 2005), the root of Σ (y - μ)² / (v + τ²) = k - 1 (pm; Paule & Mandel 1982), or
    (Q - (k - 1)) / (Σw - Σw² / Σw) with w = 1 / v (dl; DerSimonian & Laird 1986), and never below 0. Its interval is
    where Q(τ²) is no surprise under χ² with k - 1 degrees of freedom (Viechtbauer 2007), whatever the method. "fixed"
    takes all sites to have one effect.

    The error of Hartung and Knapp (2001), √(Σ w (y - μ)² / ((k - 1) Σ w)) against t with k - 1 degrees of freedom,
    counts that τ² is itself estimated from few sites; the normal one, 1 / √Σ w, does not and is too small. Where sites
    happen to agree, the former falls below the latter; "hartung_knapp_floor" takes the larger. The prediction
    interval, μ ± t √(τ² + se²) with k - 2 degrees of freedom, is where another site would lie, which is the question
    of whoever is that site. i2 = τ² / (τ² + s²) with s² = (k - 1) / (Σw - Σw² / Σw); for "fixed", 1 - (k - 1) / Q.

    Parameters
    ----------
    estimates : Table
        One row a site and cell, sites independent of each other.
    estimate, standard_error : column
        What each site found, in one unit and by one definition, and how uncertain it is; above 0.
    site : column
        Where: the plant, the agency, the country, the study.
    by : sequence of columns
        Cells that are pooled by themselves, such as `term`.
    method : {"reml", "dl", "pm", "fixed"}
        How the variance between sites is estimated.
    test : {"hartung_knapp", "normal", "hartung_knapp_floor"}
        Error and distribution behind the interval.
    confidence : float
        Of all intervals.

    Returns
    -------
    MetaAnalysis
        One row a cell. Two sites are taken as having one effect, with a normal interval, whatever was asked for; a
        single site keeps its own estimate, with a normal interval, and has no i2, h2 and q. Neither has tau2 and a
        prediction interval, nor has "fixed". `caution` says so, and names cells of fewer than five sites.

    Raises
    ------
    MissingColumnError, ColumnTypeError, EmptyTableError, MissingValueError, InfiniteValueError
        If a column is not there, no number, without rows, or with a gap or an infinite value.
    OutsideRangeError
        If a standard error is 0 or less, or the square of a number is beyond floating point.
    DuplicateRowError, RepeatedColumnError, ReservedNameError
        If a site stands twice in a cell, or a column plays two roles or is called as one of the result.
    ChoiceError, ParameterRangeError
        If a parameter is not among its choices or outside its range.
    ConvergenceError
        If the likelihood is not climbed to its top.

    See Also
    --------
    evaluation.fixed_effects : estimates of one site, or of all where their rows may travel.
    tables.ranking : which sites are told apart.

    Examples
    --------
    Thirteen trials of a vaccine against tuberculosis (Colditz et al. 1994): log ratio of the risks with and without.

    >>> import numpy as np
    >>> import pandas as pd
    >>> cases = np.array([4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27])
    >>> healthy = np.array([119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886])
    >>> cases_without = np.array([11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29])
    >>> healthy_without = np.array([128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825])
    >>> with_it, without = cases + healthy, cases_without + healthy_without
    >>> trials = pd.DataFrame({
    ...     "site": range(1, 14),
    ...     "estimate": np.log(cases / with_it) - np.log(cases_without / without),
    ...     "standard_error": np.sqrt(1 / cases - 1 / with_it + 1 / cases_without - 1 / without),
    ... })
    >>> found = meta_analysis(trials)
    >>> rows = found.to_pandas()
    >>> print(rows[["estimate", "low", "high", "prediction_low", "prediction_high"]].round(3).to_string(index=False))
     estimate    low   high  prediction_low  prediction_high
       -0.715 -1.108 -0.321          -2.009             0.58
    >>> print(rows[["tau2", "tau2_low", "tau2_high", "i2", "q", "n_sites"]].round(3).to_string(index=False))
     tau2  tau2_low  tau2_high    i2       q  n_sites
    0.313      0.12      1.111 0.922 152.233       13

    On average the vaccine halves the risk; at another place it might do nothing.
    """
    by = columns_of(by, "by")
    _check(by, site, estimate, standard_error, method, test, confidence)
    rows, y, se = read_sites(estimates, by, site, estimate, standard_error, (*MADE, "weight"))
    v = se**2
    cells = list(pairwise(cell_starts(rows, by)))
    pooled = [pool(y[a:b], v[a:b], method, test, confidence) for a, b in cells]
    without = {
        i: pool(np.delete(y[a:b], i - a), np.delete(v[a:b], i - a), method, test, confidence)
        for a, b in cells
        if b - a > 1
        for i in range(a, b)
    }
    counts = [b - a for a, b in cells]
    made = [_cell(one, y[a:b], v[a:b], confidence) for one, (a, b) in zip(pooled, cells, strict=True)]
    firsts = rows.select(by).take([a for a, _ in cells])
    weights = [{"weight": weight} for one in pooled for weight in one.w]
    return MetaAnalysis(
        table=_table(firsts, made, MADE),
        leave_one_out=_table(
            rows.take(pa.array(without, pa.int64())), [_said(one) for one in without.values()], WITHOUT
        ),
        weights=_table(rows, weights, ("weight",)),
        method=method,
        test=test,
        confidence=confidence,
        n_cells=len(cells),
        n_one_site=counts.count(1),
        n_two_sites=counts.count(2),
        n_few_sites=sum(k < FEW for k in counts),
        n_narrow=sum(one.df is not None and one.se < one.normal_se for one in pooled),
        caution=_caution(counts),
    )


def _check(
    by: Sequence[str], site: str, estimate: str, standard_error: str, method: str, test: str, confidence: float
) -> None:
    for parameter, value, kind in (("method", method, Method), ("test", test, Test)):
        if value not in get_args(kind):
            raise ChoiceError(parameter, value, get_args(kind))
    if not 0 < confidence < 1:
        raise ParameterRangeError("confidence", confidence, "between 0 and 1")
    roles: dict[str, str] = {}
    named = [(c, "a cell") for c in by]
    for column, role in [*named, (site, "the site"), (estimate, "the estimate"), (standard_error, "its error")]:
        if column in roles:
            raise RepeatedColumnError(column, roles[column], role)
        roles[column] = role


def _said(one: Pooled) -> dict[str, Any]:
    return {
        "estimate": one.mu,
        "standard_error": one.se,
        "low": one.low,
        "high": one.high,
        "tau2": one.tau2,
        "i2": one.I2,
        "h2": one.H2,
        "q": one.Q,
        "n_sites": len(one.w),
        "df": one.df,
    }


def _cell(one: Pooled, y: Array, v: Array, confidence: float) -> dict[str, Any]:
    # scipy.special takes longer to import than a cached run takes to answer.
    from scipy.special import chdtrc

    low, high = prediction_interval(one, confidence) or (None, None)
    tau2_low, tau2_high = (None, None) if one.tau2 is None else variance_interval(y, v, confidence)
    q_p_value = None if one.Q is None else float(chdtrc(len(y) - 1, one.Q))
    intervals = {"prediction_low": low, "prediction_high": high, "tau2_low": tau2_low, "tau2_high": tau2_high}
    return _said(one) | intervals | {"q_p_value": q_p_value}


def _caution(counts: Sequence[int]) -> str | None:
    """Say what a brief must: an interval of few sites is printed, with these words."""
    told = (
        ("one site", counts.count(1), "its own estimate, nothing is pooled"),
        ("two sites", counts.count(2), "taken as having one effect"),
        ("few sites", sum(2 < k < FEW for k in counts), f"fewer than {FEW}"),
    )
    said = [f"{size}{_among(n, len(counts))}: {what}" for size, n, what in told if n]
    return "; ".join(said) or None


def _among(n: int, cells: int) -> str:
    return f" in {n} of {cells} cells" if cells > 1 else ""


def _table(keys: pa.Table, made: Sequence[Mapping[str, Any]], names: Sequence[str]) -> Table:
    kinds = {name: pa.int64() if name in WHOLE else pa.float64() for name in names}
    columns = {name: pa.array([row[name] for row in made], kinds[name]) for name in names}
    return as_table(pa.table({**{name: keys[name] for name in keys.column_names}, **columns}), "table")
