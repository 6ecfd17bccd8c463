"""Job quality, dimension by dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Column, Table, TableLike, columns_of, from_arrays
from industria.errors import ChoiceError, OutsideRangeError, ParameterRangeError, ReservedNameError
from industria.kernels.rank_ranges import MOST, rank_ranges, weightings
from industria.work._job_dimensions import Answers, Dimension, dimension
from industria.work._job_scales import FRAMEWORKS, Framework, Scales, read_scales

__all__ = ["JobQuality", "job_quality"]

READ: Final = ("unit", "indicator", "value")
MADE: Final = ("dimension", "score", "level", "n_indicators", "n_units", "missing")
TOTALS: Final = ("total", "total_low", "total_high", "rank", "rank_low", "rank_high", "rank_confidence")
RANKED: Final = 20_000_000
"""Totals that are ranked at most, a few seconds' work."""

Index = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class JobQuality(Result):
    """Scores of jobs by dimension.

    Attributes
    ----------
    table : Table
        One row a dimension of each unit or cell: `unit` or the columns of `by`,
        `dimension, score, level, n_indicators, n_units, missing`.
    totals : Table
        One row a unit or cell with a score in every dimension: `total, total_low, total_high, rank, rank_low,
        rank_high, rank_confidence`; no rows unless asked for.
    absent : str
        Dimensions of the framework for which `scales` has no indicator; empty where there is none.
    n_units : int
        Units with any row.
    n_weightings : int
        Weightings that were tried; 0 unless a total is asked for.
    n_without_total : int
        Units or cells without a total, as they lack the score of a dimension.
    """

    totals: Table
    absent: str
    n_units: int
    n_weightings: int
    n_without_total: int


@measure(
    gives={
        "dimension": "dimension of job quality [name]",
        "score": "from 0 to 1, higher is better; null where nothing is told [fraction]",
        "level": (
            "oecd: generalized mean of earnings, in their unit; share of earnings that unemployment is expected "
            "to cost; share of units under strain. Else 100 times the score [unit of value]"
        ),
        "n_indicators": "indicators of the dimension that are told [count]",
        "n_units": "units that the score rests on [count]",
        "missing": "values that are not told, of all that the dimension asks for, by weight [fraction]",
        "total": "mean of the scores, each dimension counting the same [fraction]",
        "total_low": "lowest mean over all weightings [fraction]",
        "total_high": "highest mean over all weightings [fraction]",
        "rank": "rank of the total; the best is 1 [rank]",
        "rank_low": "best rank over the weightings that were tried [rank]",
        "rank_high": "worst rank over them [rank]",
        "rank_confidence": "share of these weightings that give the rank [fraction]",
    },
    cites=(
        "Cazes, Hijzen & Saint-Martin (2015), Measuring and Assessing Job Quality: The OECD Job Quality Framework, "
        "OECD Social, Employment and Migration Working Papers 174; Eurofound (2017), Sixth European Working "
        "Conditions Survey: Overview report (2017 update)"
    ),
    design="descriptive",
)
def job_quality(
    indicators: TableLike,
    scales: TableLike,
    *,
    framework: Framework,
    by: Sequence[Column] = (),
    weight: Column | None = None,
    total: bool = False,
) -> JobQuality:
    r"""Score jobs by dimension: earnings, security, strain and what else a framework has.

    Each value is brought to s in [0, 1] between the ends of its scale, 1 being the better end.

    - ``custom``: any dimensions; a unit's score is the mean of s over the indicators that are told, and
      a cell's the weighted mean of its units.
    - ``eurofound``: the same for the seven dimensions physical_environment, work_intensity,
      working_time_quality, social_environment, skills_and_discretion, prospects and earnings, and
      100 times the score as `level`. Their names are Eurofound's; items and ends are those of
      `scales`, and not verified against Eurofound's own: it may weigh groups of items,
      lets work_intensity rise with intensity, and tells earnings in currency.
    - ``oecd``: a unit counts in a dimension if all its indicators are told. **earnings**: any indicators on one
      scale, such as hourly earnings of persons or deciles, by the generalized mean
      :math:`(\sum w y^{-3} / \sum w)^{-1/3}`, which falls as they spread. **security**: two shares,
      the risk of unemployment and the uninsured share (or the insured one, of which higher is
      better); their product is the share of earnings that unemployment is expected to cost.
      **environment**: demands (time pressure, physical health risks), of which lower is
      better, and resources (autonomy and learning, support at work), of which higher is; a unit is
      under strain if it has more demands than resources, each counting as 1 where its
      value is at the end of its scale and as a part between. Which answers make a demand or a
      resource, and what counts for the risk, are the caller's: they are not verified against the OECD's files.

    Weights of dimensions are an opinion. A total therefore comes with its range over all weightings,
    and with the ranks over a grid of them: in tenths up to seven dimensions, in coarser steps
    beyond or where thousands are ranked.

    Parameters
    ----------
    indicators : Table
        `unit, indicator, value`, one row each, and the columns of `by` and `weight`.
    scales : Table
        `indicator, dimension, low, high, sense`: the ends of the scale, which hold every value, and which
        of them is better, higher or lower. Ends must not be those of the data at hand, or scores move with it.
    framework : {"oecd", "eurofound", "custom"}
        Which dimensions there are, and how a dimension is made of its indicators.
    by : sequence of columns
        What makes a cell; without any, each unit is one. Its labels are text.
    weight : column, optional
        Weight of a unit, such as that of a survey; the same for all without it.
    total : bool
        Whether `totals` is made.

    Returns
    -------
    JobQuality
        One row a dimension of each unit or cell, those without a score among them.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps; a missing value counts as missing.
    DuplicateRowError
        If an indicator has two scales, or a unit has an indicator twice in a cell.
    UnknownLabelError
        If an indicator has no scale, a sense is no such word, or a dimension is not in the framework.
    OutsideRangeError
        If a value lies beyond the ends, earnings are not above zero, ends are in the wrong order,
        or rows of a unit differ in weight.
    FrameworkError
        If the indicators of a dimension are not such as the framework takes.
    NegativeValueError, InfiniteValueError
        If a weight is below zero, or a number infinite.
    EmptyTableError
        If `scales` has no rows.
    ReservedNameError
        If a column of `by` is called as one of the result.
    ChoiceError
        If the framework is another word.
    ParameterRangeError
        If `by` is no list of columns, or holds one that is read as something else.

    Examples
    --------
    >>> import pandas as pd
    >>> indicators = pd.DataFrame({
    ...     "unit": ["ana", "ben", "cem"] * 3,
    ...     "indicator": ["hourly_wage"] * 3 + ["time_pressure"] * 3 + ["autonomy"] * 3,
    ...     "value": [20.0, 20.0, 60.0, 1, 1, 0, 1, 0, 0],
    ... })
    >>> scales = pd.DataFrame({
    ...     "indicator": ["hourly_wage", "time_pressure", "autonomy"],
    ...     "dimension": ["earnings", "environment", "environment"],
    ...     "low": 0.0,
    ...     "high": [100.0, 1.0, 1.0],
    ...     "sense": ["higher", "lower", "higher"],
    ... })
    >>> found = job_quality(indicators.assign(role="clerk"), scales, framework="oecd", by=["role"])
    >>> print(found.to_pandas()[["role", "dimension", "score", "level"]].round(3).to_string(index=False))
     role   dimension  score  level
    clerk    earnings  0.228 22.755
    clerk environment  0.667  0.333
    >>> found.absent
    'security'
    """
    if framework not in FRAMEWORKS:
        raise ChoiceError("framework", framework, [*FRAMEWORKS])
    groups = _groups(by, weight)
    scale = read_scales(scales, framework)
    answers = _answers(indicators, scale, groups, weight)
    parts = {name: dimension(answers, scale, name, oecd=framework == "oecd") for name in scale.dimensions}
    named = groups or ("unit",)
    labels = {name: [cell[i] for cell in answers.cells] for i, name in enumerate(named)}
    totals, tried, without = _totals(labels, np.column_stack([part.score for part in parts.values()]), total)
    return JobQuality(
        table=_table(labels, parts, len(answers.cells)),
        totals=totals,
        absent=", ".join(name for name in FRAMEWORKS[framework] if name not in parts),
        n_units=len(answers.units),
        n_weightings=tried,
        n_without_total=without,
    )


def _groups(by: Sequence[Column], weight: Column | None) -> tuple[str, ...]:
    groups = columns_of(by, "by")
    for column in groups:
        if column in (*READ, weight):
            raise ParameterRangeError("by", list(groups), f"columns that are read as nothing else, as {column!r} is")
        if column in (*MADE, *TOTALS):
            raise ReservedNameError("indicators", column, [*MADE, *TOTALS])
    return groups


def _answers(indicators: TableLike, scales: Scales, groups: tuple[str, ...], weight: str | None) -> Answers:
    fields = [*(Field(name) for name in (*groups, "unit", "indicator")), Field("value", "number", None)]
    weighted = [Field(weight, "amount")] if weight else []
    rows = read(indicators, "indicators", *fields, *weighted, key=(*groups, "unit", "indicator"))
    labels = list(zip(*(rows[name] for name in (*groups, "unit")), strict=True))
    units = sorted({*labels})
    number = {unit: i for i, unit in enumerate(units)}
    place = np.array([number[label] for label in labels], np.int64)
    column = rows.places("indicator", scales.indicators, "scales")
    _refuse_beyond(rows, column, scales, groups)
    values = np.full((len(units), len(scales.indicators)), np.nan)
    values[place, column] = rows["value"]
    weights = np.ones(len(units))
    if weight:
        weights[place] = rows[weight]
        _refuse_where(rows, weight, weights[place] != rows[weight], groups, "is the same in all rows of a unit")
    cells = sorted({unit[:-1] for unit in units}) if groups else units
    cell_of = {cell: i for i, cell in enumerate(cells)}
    cell = np.array([cell_of[unit[:-1] if groups else unit] for unit in units], np.int64)
    return Answers(units, cells, cell, weights, values)


def _refuse_beyond(rows: Rows, column: Index, scales: Scales, groups: tuple[str, ...]) -> None:
    value = rows["value"]
    for i, (low, high) in enumerate(zip(scales.low, scales.high, strict=True)):
        beyond = (column == i) & ((value < low) | (value > high))
        _refuse_where(rows, "value", beyond, groups, f"lies in [{low:g}, {high:g}], its scale")
    earnings = np.isin(column, scales.positive)
    _refuse_where(rows, "value", earnings & (value <= 0), groups, "is above 0, as earnings are")


def _refuse_where(rows: Rows, column: str, wrong: npt.NDArray[np.bool_], groups: tuple[str, ...], allowed: str) -> None:
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        where = rows.where(i, *groups, "unit", "indicator")
        raise OutsideRangeError("indicators", column, float(rows[column][i]), where, allowed)


def _table(labels: Mapping[str, Sequence[str]], parts: Mapping[str, Dimension], n: int) -> Table:
    k = len(parts)

    def told(column: str) -> npt.NDArray[Any]:
        return np.column_stack([getattr(part, column) for part in parts.values()]).ravel()

    return from_arrays(
        {
            **{name: pa.array([one for one in of for _ in range(k)], pa.string()) for name, of in labels.items()},
            "dimension": pa.array([*parts] * n, pa.string()),
            **{column: told(column) for column in MADE if column != "dimension"},
        }
    )


def _totals(labels: Mapping[str, Sequence[str]], scores: Array, asked: bool) -> tuple[Table, int, int]:
    """Totals and ranks of the rows that have every score; how many weightings were tried, and rows left out."""
    whole = ~np.isnan(scores).any(axis=1) & asked
    complete = scores[whole]
    k = scores.shape[1]
    W = weightings(k, most=min(MOST, max(k, RANKED // max(len(complete), 1)))) if asked else np.zeros((0, k))
    ranks = rank_ranges(complete, W)
    table = from_arrays(
        {
            **{name: pa.array(of, pa.string()).filter(pa.array(whole)) for name, of in labels.items()},
            "total": complete.mean(axis=1),
            "total_low": complete.min(axis=1),
            "total_high": complete.max(axis=1),
            "rank": ranks.rank,
            "rank_low": ranks.best,
            "rank_high": ranks.worst,
            "rank_confidence": ranks.confidence,
        }
    )
    return table, len(W), int((~whole).sum()) if asked else 0
