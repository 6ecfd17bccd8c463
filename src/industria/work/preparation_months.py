"""How long people prepare for an occupation, from what its workers and experts say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike, as_table, from_arrays
from industria.errors import EmptyTableError, UnknownLabelError
from industria.work._job_zones import RANGES, zones_of

__all__ = ["PreparationMonths", "preparation_months"]

SCALES: Final = {
    "RL": "education_months",
    "RW": "experience_months",
    "PT": "on_site_months",
    "OJ": "on_the_job_months",
}
"""Scales of O*NET's file: required level of education, related work, plant training, on-the-job training."""

# Middles of the bands in months, open ones at their bound: none, to 1 month, to 3, to 6, to 1 year, 2, 4, then on.
SHORT: Final = (0.0, 0.5, 2.0, 4.5, 9.0, 18.0, 36.0)
BANDS: Final[Mapping[str, tuple[float, ...]]] = {
    "RL": (0.0, 0.0, 12.0, 12.0, 24.0, 48.0, 60.0, 72.0, 84.0, 84.0, 108.0, 132.0),
    "RW": (*SHORT, 60.0, 84.0, 108.0, 120.0),
    "PT": (*SHORT, 84.0, 120.0),
    "OJ": (*SHORT, 84.0, 120.0),
}
"""Months of each category. Education is full-time study after high school, at the usual length in the US."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class PreparationMonths(Result):
    """Preparation by occupation.

    Attributes
    ----------
    table : Table
        One row an occupation: `occupation, education_months, experience_months, on_site_months, on_the_job_months,
        job_zone, svp_low, svp_high`.
    categories : Table
        `scale, category, months`: what each category was counted for.
    n_occupations, n_untold : int
        Occupations, and those of which a scale has no answers.
    """

    categories: Table
    n_occupations: int
    n_untold: int


@measure(
    gives={
        "education_months": "expected months of required education after high school; null without answers [count]",
        "experience_months": "expected months of required work in a related occupation [count]",
        "on_site_months": "expected months of required training on site or in a plant [count]",
        "on_the_job_months": "expected months of required training on the job [count]",
        "job_zone": "preparation needed, from 1 to 5; null where it is not told [rank]",
        "svp_low": "least months of specific vocational preparation in the Job Zone [count]",
        "svp_high": "most months of it; null in Job Zone 5, which is open [count]",
        "scale": "RL education, RW related work, PT on-site training, OJ on-the-job training [code]",
        "category": "category of the scale [code]",
        "months": "months that the category counts for [count]",
    },
    cites=(
        "National Center for O*NET Development (2025), O*NET 30.1 Database, Education, Training, and Experience, and "
        "Job Zones; US Department of Labor (1991), Dictionary of Occupational Titles, 4th ed. rev., appendix C, on "
        "specific vocational preparation"
    ),
    design="descriptive",
)
def preparation_months(
    ratings: TableLike, zones: TableLike | None = None, categories: TableLike | None = None
) -> PreparationMonths:
    """Turn categories of education, training and experience into expected months.

    Workers say how much an occupation requires, in bands; expected months are the mean of the
    middles of the bands, weighted by the shares of answers: Σ share · months / Σ share. Open bands count at
    their bound, so that long preparation is understated. Shares that the publisher would suppress are used.

    Parameters
    ----------
    ratings : Table
        `occupation, scale, category, value` as in O*NET's table "Education, Training, and Experience":
        `value` is a share of answers. Scales other than RL, RW, PT and OJ are left alone.
    zones : Table, optional
        `occupation, job_zone`, as in O*NET's table "Job Zones".
    categories : Table, optional
        `scale, category, months`, in place of the months that `categories` of the result lists.

    Returns
    -------
    PreparationMonths
        One row an occupation of either table; a scale without answers is null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    NegativeValueError, InfiniteValueError
        If a share or months are below zero or infinite.
    OutsideRangeError
        If a Job Zone is no whole number from 1 to 5.
    DuplicateRowError
        If an occupation has a category twice, or has two Job Zones.
    UnknownLabelError
        If a category has no months.
    EmptyTableError
        If there are no ratings.

    Examples
    --------
    A third of those asked were trained on the job for up to one month, the others for one to three:

    >>> import pandas as pd
    >>> ratings = pd.DataFrame({
    ...     "occupation": "43-6013.00",
    ...     "scale": "OJ",
    ...     "category": [2, 3],
    ...     "value": [33.3, 66.7],
    ... })
    >>> zones = pd.DataFrame({"occupation": ["43-6013.00"], "job_zone": [2]})
    >>> found = preparation_months(ratings, zones).to_pandas()
    >>> print(found[["occupation", "on_the_job_months", "svp_low", "svp_high"]].round(2).to_string(index=False))
    occupation  on_the_job_months  svp_low  svp_high
    43-6013.00                1.5      3.0      12.0
    """
    months = _months(categories)
    rows = _ratings(ratings)
    zone = zones_of(zones, "zones")
    codes = sorted({*rows["occupation"], *zone})
    place = {code: i for i, code in enumerate(codes)}
    known = [f"{scale} {category}" for scale, category in months]
    counted = np.zeros(rows.n)
    for k, key in enumerate(_keys(rows)):
        if key not in months:
            raise UnknownLabelError("ratings", "scale, category", " ".join(key), "the list of months", known)
        counted[k] = months[key]
    i = np.array([place[code] for code in rows["occupation"]], np.int64)
    scales = np.array(rows["scale"], str)
    means = {name: _mean(i, rows["value"], counted, scales == scale, len(codes)) for scale, name in SCALES.items()}
    svp = np.array([RANGES.get(zone.get(code, 0), (np.nan, np.nan)) for code in codes])
    return PreparationMonths(
        table=from_arrays(
            {
                "occupation": codes,
                **means,
                "job_zone": np.array([zone.get(code, np.nan) for code in codes], float),
                "svp_low": svp[:, 0],
                "svp_high": svp[:, 1],
            }
        ),
        categories=from_arrays(
            {
                "scale": [scale for scale, _ in months],
                "category": [category for _, category in months],
                "months": np.array(list(months.values())),
            }
        ),
        n_occupations=len(codes),
        n_untold=int(np.isnan(np.column_stack(list(means.values()))).any(axis=1).sum()),
    )


def _ratings(ratings: TableLike) -> Rows:
    """Read answers on the four scales; categories are whole numbers or their text."""
    table = as_table(ratings, "ratings", "occupation", "scale", "category", "value")
    table = table.filter(nw.col("scale").is_in(list(SCALES)) | nw.col("scale").is_null())
    table = table.with_columns(category=nw.col("category").cast(nw.String))
    fields = (Field("occupation"), Field("scale"), Field("category"), Field("value", "amount"))
    rows = read(table, "ratings", *fields, key=("occupation", "scale", "category"))
    if not rows.n:
        raise EmptyTableError("ratings")
    return rows


def _months(categories: TableLike | None) -> dict[tuple[str, str], float]:
    if categories is None:
        return {(scale, str(k)): months for scale, bands in BANDS.items() for k, months in enumerate(bands, 1)}
    table = as_table(categories, "categories", "scale", "category", "months")
    table = table.with_columns(category=nw.col("category").cast(nw.String))
    fields = (Field("scale"), Field("category"), Field("months", "amount"))
    rows = read(table, "categories", *fields, key=("scale", "category"))
    return dict(zip(_keys(rows), rows["months"].tolist(), strict=True))


def _keys(rows: Rows) -> list[tuple[str, str]]:
    """Name scale and category; whole numbers that came as floats are whole numbers."""
    return [(scale, said.removesuffix(".0")) for scale, said in zip(rows["scale"], rows["category"], strict=True)]


def _mean(i: npt.NDArray[np.int64], share: Array, months: Array, here: npt.NDArray[np.bool_], n: int) -> Array:
    total = np.bincount(i[here], share[here], n)
    summed = np.bincount(i[here], share[here] * months[here], n)
    return np.asarray(np.divide(summed, total, out=np.full(n, np.nan), where=total > 0))
