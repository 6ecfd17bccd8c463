"""Administrative, clinical, support and technical work in health care."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.encoding import Array, Groups, Ids, encode, groups
from industria.core.hierarchy import Hierarchy
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Field, held
from industria.core.table import Column, Table, TableLike, as_table, columns_of
from industria.errors import InfiniteValueError, NegativeValueError, UnknownCodeError
from industria.work._employed import Employed, read_employment, refuse_strangers
from industria.work._health_parts import assignments, parts, ratio
from industria.work._health_table import read_roles, role_of
from industria.work._linked import own_links
from industria.work._profiles import profiles
from industria.work._scored import Scored, Truth, gathered, numbers, read_scores, words
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

__all__ = ["HealthRoles", "health_roles"]

FORM: Final = re.compile(r"\d\d(-\d{1,4}(\.\d\d)?)?")
EXPOSURE: Final = ("exposure", "employment", "coverage", "lower", "upper")
MADE: Final = ("role", "share", "mean_wage", "wage_coverage", "measure", "part", "task_share", *EXPOSURE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class HealthRoles(Result):
    """Jobs in health care by role.

    Attributes
    ----------
    table : Table
        One row a group and role: the columns of `by`, `role, employment, share, mean_wage, wage_coverage`.
    exposure : Table
        One row a group, role and measure: the columns of `by`, `role`, `measure` if scores have it, `exposure,
        employment, coverage, lower, upper`; without rows where there are no scores.
    parts : Table
        Both parts of mixed work: the columns of `by`, `occupation, part, task_share, employment, share`.
    assignments : Table
        `occupation, role, reason, administrative_share, employment`: the role of each code, and why.
    unknowns : Table
        What the means do not know: `unknown`, `measure` if scores have it, `unknown_share, years_apart, meaning`.
    n_unnamed : int
        Occupations that the table of roles does not name; their role is `other`.
    n_withheld : int
        Rows of employment without a number, which are left out.
    """

    exposure: Table
    parts: Table
    assignments: Table
    unknowns: Table
    n_unnamed: int
    n_withheld: int


@measure(
    gives={
        "role": "administrative, clinical, mixed, support, technical, or other [name]",
        "employment": "jobs of the role, the part, or the occupation [unit of employment]",
        "share": "jobs over all jobs of the group [fraction]",
        "mean_wage": "mean wage of the jobs of which it is told [unit of mean_wage]",
        "wage_coverage": "jobs with a wage over all jobs of the role [fraction]",
        "exposure": "mean score of the jobs that reached one [unit of score]",
        "coverage": "jobs that reached a score over all jobs of the role [fraction]",
        "lower": "least mean over all weights of scores that share a code [unit of score]",
        "upper": "largest mean over all weights of scores that share a code [unit of score]",
        "part": "administrative or clinical [name]",
        "task_share": "part of the task weight of the occupation [fraction]",
        "reason": "why the code has its role [name]",
        "administrative_share": "administrative part of the task weight of mixed work [fraction]",
        **UNKNOWNS,
    },
    cites=(
        "US Office of Management and Budget (2018), Standard Occupational Classification Manual; roles are the "
        "authors' own reading of it, code by code in `assignments`"
    ),
    design="descriptive",
)
def health_roles(
    employment: TableLike,
    scores: TableLike | None = None,
    roles: TableLike | None = None,
    *,
    by: Sequence[Column] = ("industry", "ownership"),
    task_country: str | None = None,
    task_year: int | None = None,
    employment_year: int | None = None,
) -> HealthRoles:
    """Sort jobs in health care into administrative, clinical, support and technical work.

    Groups of the classification do not tell the two apart: medical records specialists are
    coded with nurses, medical assistants both treat and file. The default table names the role of every
    code with its reason; mixed work stays a role of its own, and `parts` divides its jobs by
    task weight. With scores, exposure is that of `exposure_profile`, broad codes of SOC taking the
    mean of their details.

    Parameters
    ----------
    employment : Table
        `occupation, employment`, the columns of `by` and, if there, `mean_wage`; rows of one group and
        occupation are added up.
    scores : Table, optional
        `occupation, score` and, if there, `measure`, in the codes of employment or of O*NET-SOC.
    roles : Table, optional
        `occupation` (a code or its beginning; the longest counts), `role` and, if there, `reason` and
        `administrative_share` of mixed work; in place of the default.
    by : sequence of columns
        What makes a group.
    task_country : str, optional
        Whose tasks the scores describe, as the column `country` of employment writes it; for `unknowns` alone.
    task_year : int, optional
        Of which year tasks are, where no column `year` of scores tells it; for `unknowns` alone.
    employment_year : int, optional
        Of which year jobs are, where no column `year` or `period` of employment tells it; for `unknowns` alone.

    Returns
    -------
    HealthRoles
        One row a group and role that it has; a mean is null where nothing is behind it.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or labels have gaps.
    CodeError, UnknownCodeError
        If codes are numbers, padded, mangled, notes, in two cases, or totals among details; or, with the default
        roles, not of SOC.
    AllMissingError
        If there are scores, and none is told.
    DuplicateRowError
        If a code has two roles, or an occupation two scores on a measure.
    NegativeValueError, InfiniteValueError, OutsideRangeError
        If employment or a wage is below zero, a number infinite, or a share not in [0, 1].
    ReservedNameError, RepeatedColumnError
        If a column of `by` bears a name of the result or has another role.
    StackedPeriodsError
        If a group has jobs of several years or periods.
    ParameterRangeError
        If `by` is no list of columns.

    See Also
    --------
    industria.work.exposure_profile : Exposure by any columns, with links.

    Examples
    --------
    >>> import pandas as pd
    >>> employment = pd.DataFrame({
    ...     "industry": "622000",
    ...     "occupation": ["29-1141", "29-2072", "31-9092", "43-6013"],
    ...     "employment": [600.0, 100.0, 90.0, 210.0],
    ...     "mean_wage": [90000.0, 50000.0, 40000.0, 40000.0],
    ... })
    >>> found = health_roles(employment, by=["industry"])
    >>> print(found.to_pandas()[["role", "employment", "share", "mean_wage"]].round(2).to_string(index=False))
              role  employment  share  mean_wage
    administrative       310.0   0.31   43225.81
          clinical       600.0   0.60   90000.00
             mixed        90.0   0.09   40000.00
    >>> print(found.parts.collect("pandas").to_native()[["part", "employment"]].round(2).to_string(index=False))
              part  employment
    administrative        30.0
          clinical        60.0
    """
    names = columns_of(by, "by")
    employed = read_employment(employment, names, MADE)
    told = read_roles(roles)
    scored = None if scores is None else gathered(read_scores(scores), "mean")
    refuse_strangers(employed, (), (), Hierarchy.of("SOC"))
    if roles is None:
        _refuse_others(employed.codes)

    found = [role_of(code, told) for code in employed.codes]
    listed = sorted({role.role for role in found})
    place = np.array([listed.index(role.role) for role in found], np.int64)
    cells, cell_of = np.unique(employed.g * max(len(listed), 1) + place[employed.c], return_inverse=True)
    by_role = _by_role(employed, listed, cells, cell_of)
    jobs = by_role.by_group()
    whole = employed.by_group()[cells // max(len(listed), 1)]
    wage, covered = _wages(employment, names, employed, place, cells, len(listed))
    table = {
        **by_role.groups.columns(np.arange(len(cells))),
        "employment": jobs,
        "share": ratio(jobs, whole),
        "mean_wage": wage,
        "wage_coverage": ratio(covered, jobs),
    }
    exposure, reached = _exposure(by_role, scored)
    setting = read_setting(employment, task_country, year=employment_year)
    unnamed = np.array([role.code == "" for role in found], bool)
    unknowns = [*_unread(employed, unnamed, covered), withheld(employed.n_withheld)]
    if scores is not None and scored is not None:
        unknowns += [
            *uncovered(scored.measures, reached, float(employed.jobs.sum())),
            borrowed(setting, task_country),
            apart(task_years(scores, "scores", task_year), setting.years),
        ]
    return HealthRoles(
        table=as_table(pa.table(table), "roles"),
        exposure=as_table(pa.table(exposure), "exposure"),
        parts=as_table(pa.table(parts(employed, found)), "parts"),
        assignments=as_table(pa.table(assignments(employed, found)), "assignments"),
        unknowns=table_of(unknowns, measured=scored is not None and scored.measures is not None),
        n_unnamed=int(unnamed.sum()),
        n_withheld=employed.n_withheld,
    )


def _refuse_others(codes: Sequence[str]) -> None:
    """Refuse codes that the default roles would sort by how they happen to begin: SOC without hyphens, or ISCO."""
    for code in codes:
        if not FORM.fullmatch(code):
            raise UnknownCodeError("employment", "occupation", code, "SOC", "its codes are such as 29-1141 or 29")


def _by_role(employed: Employed, listed: Sequence[str], cells: Ids, cell_of: Ids) -> Employed:
    """Make a role one more column of the groups."""
    width = max(len(listed), 1)
    labels = pa.table({**employed.groups.columns(cells // width), "role": words(listed, cells % width)})
    every = Groups(len(cells), labels)
    return Employed(every, employed.codes, cell_of, employed.c, employed.jobs, employed.n_withheld)


def _wages(
    employment: TableLike, by: Sequence[str], employed: Employed, place: Ids, cells: Ids, width: int
) -> tuple[Array, Array]:
    """Average wages over the rows of every group and role that tell one, and add up their jobs."""
    fields = [*(Field(column) for column in (*by, "occupation")), Field("employment", "amount")]
    rows, _ = held(employment, "employment", [*fields, Field("mean_wage", "amount", None)])
    if "mean_wage" not in rows.column_names:
        return np.full(len(cells), np.nan), np.zeros(len(cells))
    jobs, wage = numbers(rows["employment"]), numbers(rows["mean_wage"])
    below, endless = wage < 0, np.isinf(wage)
    for wrong in np.flatnonzero(below | endless)[:1]:
        first = f"occupation = {rows['occupation'][int(wrong)].as_py()!r}"
        if endless[wrong]:
            raise InfiniteValueError("employment", "mean_wage", int(endless.sum()), first)
        raise NegativeValueError("employment", "mean_wage", "a wage", int(below.sum()), float(wage[wrong]), first)
    _, (g,) = groups(by, rows=rows)
    _, (c,) = encode(rows["occupation"])
    kept = ~np.isnan(jobs) & ~np.isnan(wage)
    at = np.searchsorted(cells, g[kept] * max(width, 1) + place[c[kept]])
    covered = np.bincount(at, jobs[kept], len(cells)).astype(np.float64)
    return ratio(np.bincount(at, (jobs * wage)[kept], len(cells)), covered), covered


def _exposure(by_role: Employed, scored: Scored | None) -> tuple[dict[str, Any], list[float]]:
    """Average scores over the jobs of every group and role, and add up the jobs that reached one."""
    if scored is None:
        labels = by_role.groups.columns(np.zeros(0, np.int64))
        return {**labels, **{name: np.zeros(0) for name in EXPOSURE}}, []
    found = profiles(by_role, scored, own_links(scored), Hierarchy.of("SOC"), scored)
    kept = (*by_role.groups.labels.column_names, "measure", *EXPOSURE)
    return {name: of for name, of in found.table.items() if name in kept}, found.covered


def _unread(employed: Employed, unnamed: Truth, waged: Array) -> list[Unknown]:
    """Count jobs in occupations that the table of roles does not name, and jobs without a wage."""
    whole = float(employed.jobs.sum())
    unread = {
        "unnamed_roles": (
            float(employed.by_code() @ unnamed),
            "Jobs in occupations that the table of roles does not name: their role is other.",
        ),
        "uncovered_wages": (
            whole - float(waged.sum()),
            "Jobs of which no wage is told: mean wages leave them out.",
        ),
    }
    return [Unknown(name, said, max(jobs / whole, 0.0) if whole > 0 else None) for name, (jobs, said) in unread.items()]
