"""Occupations, the pairs of them between which people could move, and what is told of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike, as_table, collect
from industria.errors import EmptyTableError, OutsideRangeError, UnknownGroupError
from industria.work._job_zones import MIDDLE, refuse_zones

__all__ = [
    "Pairs",
    "RiskClasses",
    "candidates_of",
    "jobs_of",
    "months_of",
    "openings_of",
    "risk_classes",
]

Ids = npt.NDArray[np.int64]

NEW: Final = ("on_site_months", "on_the_job_months")
"""Training that begins again in a new job."""
BROUGHT: Final = ("education_months", "experience_months")
"""Preparation of which only what the origin did not ask for is to be made up."""
NUMBERS: Final = ("job_zone", "risk")
ROUNDING: Final = 1e-9
"""How far a similarity of one may lie above it."""
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
class RiskClasses:
    """Classes of automation risk, and the quartiles that bound them; NaN where nothing is told."""

    classes: list[str | None]
    risk_75: float
    prevalence_25: float

    @property
    def told(self) -> bool:
        """Whether the risk of any occupation is."""
        return not np.isnan(self.risk_75)


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


def candidates_of(similarity: TableLike, origins: list[str], codes: list[str]) -> tuple[Pairs, int]:
    """Read pairs of the origins, other pairs staying where they are, the most similar of an origin first.

    Returns
    -------
    tuple of Pairs and int
        Pairs of different occupations, and how many lead to one that is not listed.

    Raises
    ------
    OutsideRangeError
        If a similarity is not in [-1, 1].
    DuplicateRowError
        If a pair stands twice.
    """
    table = as_table(similarity, "similarity", "origin", "destination", "similarity")
    table = table.filter(nw.col("origin").is_in(origins) | nw.col("origin").is_null())
    fields = (Field("origin"), Field("destination"), Field("similarity", "number"))
    rows = read(table, "similarity", *fields, key=("origin", "destination"))
    if (beyond := np.flatnonzero(np.abs(rows["similarity"]) > 1 + ROUNDING)).size:
        k = int(beyond[0])
        where = rows.where(k, "origin", "destination")
        raise OutsideRangeError("similarity", "similarity", float(rows["similarity"][k]), where, "lies in [-1, 1]")
    place = {code: k for k, code in enumerate(codes)}
    i, j = (np.array([place.get(code, -1) for code in rows[side]], np.int64) for side in ("origin", "destination"))
    order = np.lexsort((j, -rows["similarity"], i))
    kept = order[(j[order] >= 0) & (i[order] != j[order])]
    return Pairs(i[kept], j[kept], rows["similarity"][kept]), int((j < 0).sum())


def openings_of(openings: TableLike, region: str | None, codes: list[str]) -> Array:
    """Line up openings with the occupations; NaN where they are not told.

    Raises
    ------
    UnknownGroupError
        If none are in the region.
    DuplicateRowError
        If an occupation stands twice.
    """
    table = openings
    if region is not None:
        everywhere = as_table(openings, "openings", "occupation", "region", "openings")
        table = everywhere.filter(nw.col("region") == region)
    rows = read(table, "openings", Field("occupation"), Field("openings", "amount", None), key=("occupation",))
    if region is not None and not rows.n:
        there = collect(everywhere.select("region").unique())["region"].to_pylist()
        raise UnknownGroupError("openings", "region", region, sorted(one for one in there if one is not None))
    told = dict(zip(rows["occupation"], rows["openings"].tolist(), strict=True))
    return np.array([told.get(code, np.nan) for code in codes])


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
