"""Conditions of a change of occupation, and what to say where one is not met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike, as_table
from industria.errors import EmptyTableError
from industria.work._job_zones import MIDDLE, refuse_zones

__all__ = ["Condition", "Pairs", "RiskClasses", "all_of", "jobs_of", "months_of", "risk_classes"]

Ids = npt.NDArray[np.int64]

NEW: Final = ("on_site_months", "on_the_job_months")
"""Training that begins again in a new job."""
BROUGHT: Final = ("education_months", "experience_months")
"""Preparation of which only what the origin did not ask for is to be made up."""
NUMBERS: Final = ("job_zone", "risk")
AMOUNTS: Final = ("wage", "wage_low", "wage_high", *BROUGHT, *NEW, "training_cost")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidates: numbers of origin and destination among the occupations, and their similarity."""

    i: Ids
    j: Ids
    similarity: Array

    def first(self, top: int | None) -> Ids:
        """Give the places of the most similar destinations of each origin; pairs stand in that order."""
        n = len(self.i)
        begins = np.flatnonzero(np.r_[True, self.i[1:] != self.i[:-1]]) if n else np.zeros(0, np.int64)
        rank = np.arange(n) - np.repeat(begins, np.diff(np.r_[begins, n]))
        return np.flatnonzero(rank < (n if top is None else top))


@dataclass(frozen=True, slots=True)
class Condition:
    """What a pair must meet.

    Attributes
    ----------
    met : array, shape (pairs,)
        1 or 0; NaN where it is not known.
    broken : callable
        What to say of a pair that does not meet it.
    unknown : str
        What to say where it is not known.
    """

    met: Array
    broken: Callable[[int], str]
    unknown: str

    def says(self, k: int) -> str | None:
        """Say why a pair does not meet it; None where it does."""
        if np.isnan(self.met[k]):
            return self.unknown
        return None if self.met[k] else self.broken(k)


@dataclass(frozen=True, slots=True)
class RiskClasses:
    """Classes of automation risk, and the quartiles that bound them; NaN where nothing is told."""

    classes: list[str | None]
    risk_75: float
    prevalence_25: float


def all_of(*conditions: Array) -> Array:
    """Join conditions: 0 where one is broken, else NaN where one is unknown, else 1 (Kleene)."""
    each = np.stack(conditions)
    broken, unknown = (each == 0).any(axis=0), np.isnan(each).any(axis=0)
    return np.where(broken, 0.0, np.where(unknown, np.nan, 1.0))


def jobs_of(occupations: TableLike) -> Rows:
    """Read the occupations between which people could move; what is not told is NaN.

    Raises
    ------
    MissingColumnError, MissingValueError, ColumnTypeError, NegativeValueError, InfiniteValueError, OutsideRangeError
        If a column or a cell lacks, is of another kind, or a number cannot be what it is called.
    DuplicateRowError
        If an occupation stands twice.
    EmptyTableError
        If there are no rows.
    """
    fields = (
        Field("occupation"),
        Field("title", default=None),
        *(Field(name, "number", None) for name in NUMBERS),
        *(Field(name, "amount", None) for name in AMOUNTS),
        Field("prevalence", "share", None),
    )
    table = as_table(occupations, "occupations", "occupation", "job_zone", "wage")
    rows = read(table, "occupations", *fields, key=("occupation",))
    if not rows.n:
        raise EmptyTableError("occupations")
    refuse_zones(rows)
    return rows


def months_of(jobs: Rows, i: Ids, j: Ids) -> tuple[Array, list[str | None]]:
    """Count months of preparation that the destination asks for and the origin did not.

    Returns
    -------
    tuple of array and list, of length len(i)
        Months, and their basis: answers of O*NET's respondents, or else middles of Job Zones.
    """
    months = np.zeros(len(i))
    for name in BROUGHT:
        months += np.maximum(jobs[name][j] - jobs[name][i], 0.0)
    for name in NEW:
        months += jobs[name][j]
    middle = np.array([MIDDLE.get(zone, np.nan) for zone in jobs["job_zone"].tolist()])
    by_zone = np.maximum(middle[j] - middle[i], 0.0)
    answered = ~np.isnan(months)
    told = zip(answered.tolist(), np.isnan(by_zone).tolist(), strict=True)
    basis = ["answers" if answer else None if untold else "job zones" for answer, untold in told]
    return np.where(answered, months, by_zone), basis


def risk_classes(jobs: Rows) -> RiskClasses:
    """Class occupations as Kanders et al. do.

    High is the top quartile of risk with the bottom quartile of the prevalence of bottlenecks,
    Low the bottom quartile of risk with the top one of prevalence; who is on a bound is within it.
    """
    risk, prevalence = jobs["risk"], jobs["prevalence"]
    told = ~np.isnan(risk) & ~np.isnan(prevalence)
    if not told.any():
        return RiskClasses([None] * jobs.n, np.nan, np.nan)
    (risk_25, risk_75), (low, high) = (np.quantile(one[told], (0.25, 0.75)) for one in (risk, prevalence))
    named = np.select(
        [~told, (risk >= risk_75) & (prevalence <= low), (risk <= risk_25) & (prevalence >= high)],
        ["", "High", "Low"],
        "Other",
    )
    return RiskClasses([str(one) or None for one in named], float(risk_75), float(low))
