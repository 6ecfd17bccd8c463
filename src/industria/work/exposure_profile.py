"""Exposure of the jobs of industries, regions or countries, with what of them reached a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from industria.core.hierarchy import Hierarchy, HierarchyLike
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table, columns_of
from industria.errors import ParameterRangeError, UsageError
from industria.work._employed import read_employment, refuse_strangers
from industria.work._linked import own_links, read_links
from industria.work._profiles import PROFILE, profiles
from industria.work._scored import Details, gathered, read_scores
from industria.work._unknowns import (
    UNKNOWNS,
    apart,
    borrowed,
    read_setting,
    table_of,
    task_years,
    uncovered,
    withheld,
)

__all__ = ["ExposureProfile", "exposure_profile"]

MADE: Final = ("measure", *PROFILE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ExposureProfile(Result):
    """Mean exposure of the jobs of groups.

    Attributes
    ----------
    table : Table
        One row a group and measure: the columns of `by`, `measure` if scores have it, `exposure, employment,
        coverage, same_code_coverage, split_share, renormalized_share, children_share, siblings_share,
        missing_share, lower, upper, p10, median, p90, high_share`.
    codes : Table
        One row an occupation of employment and measure: `occupation, measure, passage, score, lower, upper,
        n_linked, n_scored, employment`; those without a score have the passage `missing`.
    unknowns : Table
        What the means do not know: `unknown`, `measure` if scores have it, `unknown_share, years_apart, meaning`.
    n_codes, n_missing : int
        Occupations with employment, and those among them without a score on any measure.
    n_unused : int
        Occupations with a score that no employment takes.
    n_withheld : int
        Rows of employment without a number, which are left out.
    """

    codes: Table
    unknowns: Table
    n_codes: int
    n_missing: int
    n_unused: int
    n_withheld: int


@measure(
    gives={
        "exposure": "mean score of the jobs that reached one [unit of score]",
        "employment": "jobs of the group, or of the occupation in all groups [unit of employment]",
        "coverage": "jobs that reached a score over all jobs of the group [fraction]",
        "same_code_coverage": "jobs that a merge on equal codes would have kept [fraction]",
        "split_share": "jobs in codes behind which several scores stand [fraction]",
        "renormalized_share": "jobs in codes where a linked code lacks score or weight, others standing in [fraction]",
        "children_share": "jobs in broad codes that took the mean of their details [fraction]",
        "siblings_share": "jobs in codes that took the mean of their group [fraction]",
        "missing_share": "jobs that reached no score [fraction]",
        "lower": "least mean over all weights of the links; of an occupation, its least score [unit of score]",
        "upper": "largest mean over all weights of the links; of an occupation, its largest score [unit of score]",
        "p10": "score that a tenth of the covered jobs do not exceed [unit of score]",
        "median": "score that half of the covered jobs do not exceed [unit of score]",
        "p90": "score that nine tenths of the covered jobs do not exceed [unit of score]",
        "high_share": "covered jobs with a score of `high` and more; null where it is not given [fraction]",
        "passage": "how it reached its score: same, linked, split, children, siblings, or missing [name]",
        "score": "mean over the codes that stand behind it [unit of score]",
        "n_linked": "codes that stand behind the occupation [count]",
        "n_scored": "those among them that have a score [count]",
        **UNKNOWNS,
    },
    cites=(
        "Felten, Raj & Seamans (2021), Occupational, industry, and geographic exposure to artificial intelligence, "
        "Strategic Management Journal 42(12), 2195-2217; bounds: Manski (2003), Partial Identification of Probability "
        "Distributions, ch. 1"
    ),
    design="descriptive",
)
def exposure_profile(
    scores: TableLike,
    employment: TableLike,
    links: TableLike | None = None,
    *,
    by: Sequence[Column] = ("industry",),
    hierarchy: HierarchyLike | None = None,
    siblings: bool = False,
    high: float | None = None,
    details: Details = "mean",
    task_country: str | None = None,
    task_year: int | None = None,
    employment_year: int | None = None,
) -> ExposureProfile:
    """Average scores of occupations over the jobs of groups, and count the jobs that have none.

    With e the jobs of occupation d in group g and s its score, exposure is the sum of e s over
    the sum of e, both over occupations that have a score. The score of d is the mean over the
    codes it is linked to that have one: by `origin_employment` where links tell it, else equally.
    `lower` and `upper` are sharp: whatever weights links have, s lies between the least and the
    largest of these scores. It describes the tasks of jobs, and forecasts nothing.

    Parameters
    ----------
    scores : Table
        `occupation, score` and, if there, `measure`; a null score is none.
    employment : Table
        `occupation, employment` and the columns of `by`; rows of one group and occupation are added up.
    links : Table, optional
        `origin_code` (as in scores), `destination_code` (as in employment) and, if there, `origin_employment`
        and `weight`, by whose product a linked code counts; a null among them is 0 where another code of the
        destination has some. Without the table, equal codes are linked.
    by : sequence of columns
        What makes a group.
    hierarchy : name or table, optional
        "SOC", "ISCO-08" and so on, or a table of `code` and `parent`: an occupation that no link reaches takes
        the mean of the nearest codes below it.
    siblings : bool
        Whether one without any below it takes the mean of its group.
    high : float, optional
        Score from which on jobs count in `high_share`.
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
    ExposureProfile
        One row a group and measure; means are null where no job reached a score, shares where there are no jobs.

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
        If employment or a weight is below zero, or a number infinite.
    ReservedNameError, RepeatedColumnError
        If a column of `by` bears a name of the result or has another role.
    StackedPeriodsError
        If a group has jobs of several years or periods.
    UnknownClassificationError
        If no hierarchy has the name.
    UsageError, ChoiceError, ParameterRangeError
        If siblings are asked for without a hierarchy, `details` is another word, `high` no number, or `by` no
        list of columns.

    See Also
    --------
    industria.work.country_exposure : Spreads the jobs of one country over codes that many countries have.
    industria.work.exposure_agreement : How far the measures agree.

    Examples
    --------
    Home health aides and personal care aides are scored apart and counted together:

    >>> import pandas as pd
    >>> scores = pd.DataFrame({"occupation": ["29-1141", "31-1121", "31-1122"], "score": [0.4, 0.2, 0.1]})
    >>> employment = pd.DataFrame({
    ...     "industry": "62",
    ...     "occupation": ["29-1141", "31-1120"],
    ...     "employment": [60.0, 40.0],
    ... })
    >>> found = exposure_profile(scores, employment, hierarchy="SOC").to_pandas()
    >>> print(found[["exposure", "lower", "upper", "coverage", "same_code_coverage"]].to_string(index=False))
     exposure  lower  upper  coverage  same_code_coverage
          0.3   0.28   0.32       1.0                 0.6
    """
    names = columns_of(by, "by")
    tree = None if hierarchy is None else Hierarchy.of(hierarchy)
    if siblings and tree is None:
        raise UsageError("exposure_profile: siblings=True needs hierarchy=, which tells the groups.")
    if high is not None and not high == high:  # a number that is not itself is none
        raise ParameterRangeError("high", high, "a score")
    told = read_scores(scores)
    links_told = None if links is None else read_links(links)
    employed = read_employment(employment, names, MADE)
    scored = gathered(told, details, () if links_told is None else links_told.origins)
    linked = own_links(scored) if links_told is None else links_told
    origins = () if links_told is None else links_told.origins
    refuse_strangers(employed, {*linked.ends}, origins, tree)

    found = profiles(employed, scored, linked, tree, gathered(told, details), siblings=siblings, high=high)
    setting = read_setting(employment, task_country, year=employment_year)
    unknowns = [
        *uncovered(scored.measures, found.covered, float(employed.jobs.sum())),
        withheld(employed.n_withheld),
        borrowed(setting, task_country),
        apart(task_years(scores, "scores", task_year), setting.years),
    ]
    return ExposureProfile(
        table=as_table(pa.table(found.table), "profiles"),
        codes=as_table(pa.table(found.codes), "codes"),
        unknowns=table_of(unknowns, measured=scored.measures is not None),
        n_codes=len(employed.codes),
        n_missing=found.n_missing,
        n_unused=found.n_unused,
        n_withheld=employed.n_withheld,
    )
