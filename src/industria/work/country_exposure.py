"""Exposure of the jobs of countries, from scores that are known for the occupations of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
import pyarrow as pa

from industria.core.encoding import Array
from industria.core.hierarchy import Hierarchy, HierarchyLike
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Table, TableLike, as_table
from industria.errors import ChoiceError, ColumnTypeError
from industria.work._countries import COUNTRY, GroupScores, countries, group_scores, pattern
from industria.work._employed import Employed, read_employment, refuse_strangers
from industria.work._linked import read_links
from industria.work._scored import Details, Scored, coded, columns_of_measures, gathered, read_scores
from industria.work._unknowns import (
    UNKNOWNS,
    Unknown,
    apart,
    borrowed,
    read_setting,
    table_of,
    task_years,
    uncovered,
    withheld,
)

__all__ = ["CountryExposure", "country_exposure"]

Allocation = Literal["destination", "equal"]
MADE: Final = ("measure", *COUNTRY)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CountryExposure(Result):
    """Mean exposure of the jobs of countries.

    Attributes
    ----------
    table : Table
        One row a country and measure: `country`, `measure` if scores have it, `exposure, employment, coverage,
        excluded_share, missing_share, split_share, renormalized_share, exposure_equal, lower, upper`.
    groups : Table
        One row a country, code of its employment and measure: `country, occupation, measure, employment, score,
        lower, upper, score_equal`; codes that are excluded are left out.
    unknowns : Table
        What the means do not know: `unknown`, `measure` if scores have it, `unknown_share, years_apart, meaning`.
    n_missing : int
        Codes of employment that no score reaches, among those not excluded.
    n_unscored, n_unweighed, n_unlinked : int
        Occupations of the origin with employment and links but no score, with a score and links but no
        employment, and with a score but no link.
    n_withheld : int
        Rows of employment without a number, which are left out.
    """

    groups: Table
    unknowns: Table
    n_missing: int
    n_unscored: int
    n_unweighed: int
    n_unlinked: int
    n_withheld: int


@measure(
    gives={
        "exposure": "mean score of the jobs that reached one [unit of score]",
        "employment": "jobs of the country, those that are excluded among them [unit of employment]",
        "coverage": "jobs that reached a score over all jobs of the country [fraction]",
        "excluded_share": "jobs in codes that are excluded [fraction]",
        "missing_share": "jobs in other codes that no score reaches [fraction]",
        "split_share": "jobs whose score comes from occupations that go to several codes with jobs [fraction]",
        "renormalized_share": "jobs in codes to which also occupations without a score are linked [fraction]",
        "exposure_equal": "the mean if occupations went equally to those of their codes with jobs [unit of score]",
        "lower": "least mean over all weights of the links; of a code, its least score [unit of score]",
        "upper": "largest mean over all weights of the links; of a code, its largest score [unit of score]",
        "score": "mean score of the code, with the country's own weights [unit of score]",
        "score_equal": "the same with equal weights [unit of score]",
        **UNKNOWNS,
    },
    cites="Dingel & Neiman (2020), How many jobs can be done at home?, Journal of Public Economics 189, 104235",
    design="descriptive",
)
def country_exposure(
    scores: TableLike,
    origin_employment: TableLike,
    employment: TableLike,
    links: TableLike,
    *,
    exclude: Sequence[str] = (),
    allocation: Allocation = "destination",
    hierarchy: HierarchyLike | None = None,
    details: Details = "mean",
    task_country: str | None = None,
    task_year: int | None = None,
    employment_year: int | None = None,
) -> CountryExposure:
    """Carry scores of one country's occupations to the employment of many countries.

    The jobs m of occupation i at home are spread over the codes d that i is linked to in
    proportion to the country's own employment w in them: B_id = w_d over the sum of w over these
    codes. The score of d is the sum of m B s over the sum of m B, over occupations with a score;
    the country's, the mean over d by w. An equal split gives codes that few people work in too
    much, and is biased most in poor countries. Tasks abroad are taken to be those at home.

    Parameters
    ----------
    scores : Table
        `occupation, score` and, if there, `measure`; a null score is none.
    origin_employment : Table
        `occupation, employment` in the country whose occupations are scored.
    employment : Table
        `country, occupation, employment`, without totals; rows of one country and occupation are added up. If it
        has a column `year` or `period`, every country has one value in it.
    links : Table
        `origin_code` (as in scores), `destination_code` (as in employment, or below it in `hierarchy`).
    exclude : sequence of str
        Codes of employment that stay out of the mean, such as those of armed forces.
    allocation : {"destination", "equal"}
        Which of the two means `exposure` is; `exposure_equal` is there besides.
    hierarchy : name or table, optional
        "ISCO-08" and so on: links to finer codes lead to the employment code above them, once each.
    details : {"mean", "main"}
        Scores of O*NET-SOC go to the six digits of SOC by simple mean, or by their main row (`.00`), unless
        links name them themselves.
    task_country : str, optional
        Whose tasks the scores describe, as the column `country` of employment writes it; for `unknowns` alone.
    task_year : int, optional
        Of which year tasks are, where no column `year` of scores tells it; for `unknowns` alone.
    employment_year : int, optional
        Of which year jobs are, where no column `year` or `period` of employment tells it; for `unknowns` alone.

    Returns
    -------
    CountryExposure
        One row a country and measure; means are null where no job reached a score. Bounds hold for any
        weights of the links, whatever the employment at home.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or labels have gaps.
    CodeError
        If codes are numbers, padded, mangled, notes, in two cases, totals among details, or of another vintage.
    AllMissingError
        If no score is told.
    DuplicateRowError
        If an occupation is scored twice by a measure, or a link stands twice.
    NegativeValueError, InfiniteValueError
        If employment is below zero, or a number infinite.
    StackedPeriodsError
        If a country, or the origin, has jobs of several years or periods.
    UnknownClassificationError
        If no hierarchy has the name.
    ChoiceError
        If `allocation` or `details` is another word.

    See Also
    --------
    industria.work.exposure_profile : Averages scores over groups of jobs in the codes of one country.

    Examples
    --------
    Retail salespersons belong to two codes. A country in which most of these sell in the street
    (code 95) has few in shops (52):

    >>> import pandas as pd
    >>> scores = pd.DataFrame({"occupation": ["clerk", "seller"], "score": [0.9, 0.2]})
    >>> home = pd.DataFrame({"occupation": ["clerk", "seller"], "employment": [50.0, 50.0]})
    >>> links = pd.DataFrame({
    ...     "origin_code": ["clerk", "seller", "seller", "clerk"],
    ...     "destination_code": ["41", "52", "95", "52"],
    ... })
    >>> employment = pd.DataFrame({
    ...     "country": ["A", "A", "A", "B", "B"],
    ...     "occupation": ["41", "52", "95", "41", "52"],
    ...     "employment": [10.0, 10.0, 80.0, 60.0, 40.0],
    ... })
    >>> found = country_exposure(scores, home, employment, links).to_pandas()
    >>> print(found[["country", "exposure", "exposure_equal", "lower", "upper"]].round(3).to_string(index=False))
    country  exposure  exposure_equal  lower  upper
          A     0.327           0.305   0.27   0.34
          B     0.700           0.713   0.62   0.90
    """
    if allocation not in get_args(Allocation):
        raise ChoiceError("allocation", allocation, get_args(Allocation))
    tree = None if hierarchy is None else Hierarchy.of(hierarchy)
    told = read_scores(scores)
    linked = read_links(links)
    home = read_employment(origin_employment, (), (), name="origin_employment")
    abroad = read_employment(employment, ("country",), MADE)
    if not pa.types.is_string(kind := abroad.groups.labels.schema.field("country").type):
        raise ColumnTypeError("employment", "country", "text", str(kind))
    scored = gathered(told, details, linked.origins)
    refuse_strangers(home, {*linked.origins}, linked.ends, None, name="origin_employment")
    at = pattern(linked, scored, home, abroad.codes, {*exclude}, tree)
    reached = {abroad.codes[d] for d in at.L.indices.tolist()}
    refuse_strangers(abroad, reached | {*exclude}, linked.origins, tree)

    W, excluded = _employment(abroad, {*exclude})
    found = group_scores(at, W)
    whole = W.sum(axis=0) + excluded
    means = countries(found, W, whole, excluded, equal=allocation == "equal")
    some = np.array([code not in exclude for code in abroad.codes], bool)
    known = {*linked.origins}
    jobs = {code for code, n in zip(home.codes, home.by_code(), strict=True) if n > 0}
    with_score = {scored.codes[i] for i in np.flatnonzero(~np.isnan(scored.S).all(axis=1))}
    setting = read_setting(employment, task_country, year=employment_year)
    unknowns = [
        *_lost(means, whole, excluded, scored),
        withheld(abroad.n_withheld),
        borrowed(setting, task_country),
        apart(task_years(scores, "scores", task_year), setting.years),
    ]
    return CountryExposure(
        table=_by_country(means, abroad, scored),
        groups=_by_code(found, W, abroad, scored),
        unknowns=table_of(unknowns, measured=scored.measures is not None),
        n_missing=int((some & ~(found.scored > 0).any(axis=(1, 2))).sum()),
        n_unscored=len((known & jobs) - with_score),
        n_unweighed=len((known & with_score) - jobs),
        n_unlinked=len(with_score - known - _details_of(known, with_score)),
        n_withheld=abroad.n_withheld,
    )


def _lost(means: dict[str, Array], whole: Array, excluded: Array, scored: Scored) -> list[Unknown]:
    """Count jobs without a score in all countries together, and those that are excluded."""
    out, total = float(excluded.sum()), float(whole.sum())
    covered = np.nansum(means["coverage"] * whole[:, None], axis=0)
    said = "Jobs in codes that are excluded: the means say nothing of them."
    return [
        *uncovered(scored.measures, (covered + out).tolist(), total),
        Unknown("excluded_employment", said, out / total if total > 0 else None),
    ]


def _details_of(known: set[str], scored: set[str]) -> set[str]:
    """List scores that were gathered to an occupation that is linked."""
    return {code for code in scored if code[:7] in known}


def _employment(abroad: Employed, exclude: set[str]) -> tuple[Array, Array]:
    """Lay employment out by code and country, and add up what is excluded."""
    W = np.zeros((len(abroad.codes), abroad.groups.size))
    W[abroad.c, abroad.g] = abroad.jobs
    out = np.array([code in exclude for code in abroad.codes], bool)
    excluded = W[out].sum(axis=0)
    W[out] = 0.0
    return W, excluded


def _by_country(means: dict[str, Array], abroad: Employed, scored: Scored) -> Table:
    q, G = scored.S.shape[1], abroad.groups.size
    columns: dict[str, Any] = {
        **abroad.groups.columns(np.repeat(np.arange(G), q)),
        **columns_of_measures(scored.measures, np.tile(np.arange(q), G)),
        **{name: means[name].ravel() for name in COUNTRY},
    }
    return as_table(pa.table(columns), "countries")


def _by_code(found: GroupScores, W: Array, abroad: Employed, scored: Scored) -> Table:
    """One row for every code in which a country has jobs."""
    q = scored.S.shape[1]
    g, d = np.nonzero(W.T > 0)
    every = np.tile(np.arange(q, dtype=np.int16), len(g))
    measure_of = {} if scored.measures is None else {"measure": coded(scored.measures, every)}
    columns: dict[str, Any] = {
        "country": coded(abroad.groups.labels["country"].to_pylist(), g, q),
        "occupation": coded(abroad.codes, d, q),
        **measure_of,
        "employment": np.repeat(W[d, g], q),
        "score": found.mean[d, g].ravel(),
        "lower": found.low[d].ravel(),
        "upper": found.high[d].ravel(),
        "score_equal": found.equal[d, found.pattern[g]].ravel(),
    }
    return as_table(pa.table(columns), "groups")
