"""How far several measures of the exposure of occupations agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import pyarrow as pa
from scipy import stats

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, read
from industria.core.table import Table, TableLike, as_table
from industria.errors import ParameterRangeError

__all__ = ["ExposureAgreement", "exposure_agreement"]

LEAST: Final = 3
"""Occupations below which no correlation is told."""
TOP: Final = 0.75
MOST: Final = 0.5
"""Share of occupations at or above the quartile from which on it tells no top from the rest, as of flags of 0 and 1."""

PAIRS: Final = pa.schema(
    [
        ("measure", pa.string()),
        ("other_measure", pa.string()),
        ("n", pa.int64()),
        *((name, pa.float64()) for name in ("pearson", "spearman", "kendall")),
        *((name, pa.float64()) for name in ("weighted_spearman", "top_quartile_overlap")),
        ("conflict", pa.bool_()),
    ]
)
DISAGREEMENT: Final = pa.schema(
    [
        ("occupation", pa.string()),
        ("n_measures", pa.int64()),
        ("lowest", pa.float64()),
        ("lowest_measure", pa.string()),
        ("highest", pa.float64()),
        ("highest_measure", pa.string()),
        ("spread", pa.float64()),
    ]
)

Scores = Mapping[str, Mapping[str, float]]
"""Of each measure, the score of each occupation."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ExposureAgreement(Result):
    """Measures of exposure, pair by pair.

    Attributes
    ----------
    table : Table
        One row a pair: `measure, other_measure, n, pearson, spearman, kendall, weighted_spearman,
        top_quartile_overlap, conflict`.
    disagreement : Table
        `occupation, n_measures, lowest, lowest_measure, highest, highest_measure, spread`: percentile
        ranks, the widest spread first; occupations with two measures and more.
    conflicts : str
        Pairs in conflict with their rank correlation, for the brief to print; empty without any.
    n_pairs, n_conflicts : int
        Pairs, and those in conflict.
    """

    disagreement: Table
    conflicts: str
    n_pairs: int
    n_conflicts: int


@measure(
    gives={
        "measure": "first measure of the pair, by name [name]",
        "other_measure": "second measure of the pair [name]",
        "n": "occupations that have both scores [count]",
        "pearson": "correlation of scores; null for fewer than three occupations, or where one does not vary [1]",
        "spearman": "correlation of ranks, ties sharing theirs [1]",
        "kendall": "Kendall's tau-b [1]",
        "weighted_spearman": "correlation of ranks by employment, weighted by it; null without employment [1]",
        "top_quartile_overlap": "occupations in the top quarter of both over the smaller of the two; null where ties "
        "put more than half of them there [fraction]",
        "conflict": "whether the rank correlation is negative, or too weak; null where there is none [1]",
        "n_measures": "measures that score the occupation [count]",
        "lowest": "lowest percentile rank of the occupation among the measures [fraction]",
        "lowest_measure": "measure that ranks it lowest [name]",
        "highest": "highest percentile rank [fraction]",
        "highest_measure": "measure that ranks it highest [name]",
        "spread": "highest less lowest percentile rank [fraction]",
    },
    cites="Kendall (1945), The treatment of ties in ranking problems, Biometrika 33(3), 239-251",
    design="descriptive",
)
def exposure_agreement(
    scores: TableLike, employment: TableLike | None = None, *, weak: float = 0.3
) -> ExposureAgreement:
    """Correlate measures of exposure, and name the occupations on which they differ most.

    Measures of exposure disagree, some in sign: what holds under one alone is a finding about
    the measure. A pair is in conflict where ranks correlate below `weak`.

    Parameters
    ----------
    scores : Table
        `occupation, measure, score`.
    employment : Table, optional
        `occupation, employment`, for correlations in which an occupation counts by its jobs;
        occupations without a row count for nothing there.
    weak : float
        Rank correlation below which a pair is in conflict.

    Returns
    -------
    ExposureAgreement
        One row a pair of measures, over the occupations that both score; one measure alone makes no pair.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    DuplicateRowError
        If a measure scores an occupation twice, or an occupation has employment twice.
    NegativeValueError, InfiniteValueError
        If employment is below zero, or a number infinite.
    ParameterRangeError
        If `weak` is not from -1 to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({
    ...     "occupation": ["clerk", "nurse", "cook", "mover"] * 2,
    ...     "measure": ["models"] * 4 + ["robots"] * 4,
    ...     "score": [0.8, 0.5, 0.2, 0.1, 0.6, 0.1, 0.4, 0.7],
    ... })
    >>> found = exposure_agreement(scores)
    >>> print(found.to_pandas()[["measure", "other_measure", "n", "spearman"]].to_string(index=False))
    measure other_measure  n  spearman
     models        robots  4      -0.4
    >>> found.conflicts
    'models and robots (-0.40)'
    >>> print(found.disagreement.collect("pandas").to_native()[["occupation", "spread"]].head(2).to_string(index=False))
    occupation  spread
         mover    0.75
         nurse    0.50
    """
    if not -1 <= weak <= 1:
        raise ParameterRangeError("weak", weak, "a correlation from -1 to 1")
    told = _scores(scores)
    jobs = None if employment is None else _jobs(employment)
    pairs = [_pair(one, other, told, jobs, weak) for one, other in combinations(told, 2)]
    conflicts = [
        f"{pair['measure']} and {pair['other_measure']} ({pair['spearman']:.2f})" for pair in pairs if pair["conflict"]
    ]
    return ExposureAgreement(
        table=as_table(pa.Table.from_pylist(pairs, PAIRS), "pairs"),
        disagreement=as_table(pa.Table.from_pylist(_disagreement(told), DISAGREEMENT), "disagreement"),
        conflicts="; ".join(conflicts),
        n_pairs=len(pairs),
        n_conflicts=len(conflicts),
    )


def _scores(scores: TableLike) -> Scores:
    fields = (Field("measure"), Field("occupation"), Field("score", "number"))
    rows = read(scores, "scores", *fields, key=("measure", "occupation"))
    told: dict[str, dict[str, float]] = {}
    for name, occupation, score in zip(*(rows[field.name] for field in fields), strict=True):
        told.setdefault(name, {})[occupation] = float(score)
    return dict(sorted(told.items()))


def _jobs(employment: TableLike) -> dict[str, float]:
    fields = (Field("occupation"), Field("employment", "amount"))
    rows = read(employment, "employment", *fields, key=("occupation",))
    return dict(zip(rows["occupation"], rows["employment"].tolist(), strict=True))


def _pair(one: str, other: str, told: Scores, jobs: Mapping[str, float] | None, weak: float) -> dict[str, Any]:
    both = sorted(told[one].keys() & told[other].keys())
    x, y = (np.array([told[name][occupation] for occupation in both], float) for name in (one, other))
    row: dict[str, Any] = {"measure": one, "other_measure": other, "n": len(both), "conflict": None}
    if len(both) < LEAST or np.ptp(x) == 0 or np.ptp(y) == 0:
        return row
    even = np.ones(len(both))
    spearman = _correlation(_ranks(x, even), _ranks(y, even), even)
    row |= {
        "pearson": _correlation(x, y, even),
        "spearman": spearman,
        "kendall": float(stats.kendalltau(x, y).statistic),
        "top_quartile_overlap": _overlap(x, y),
        # Ranks of few occupations make fractions such as 3/10, which binary numbers miss by a hair.
        "conflict": spearman is not None and spearman < weak - 1e-12,
    }
    if jobs is not None:
        weight = np.array([jobs.get(occupation, 0.0) for occupation in both])
        row["weighted_spearman"] = _correlation(_ranks(x, weight), _ranks(y, weight), weight)
    return row


def _ranks(values: Array, weight: Array) -> Array:
    """Weight below each value, and half of that at it: with even weights, the usual ranks of ties, less a half."""
    levels, place = np.unique(values, return_inverse=True)
    at = np.bincount(place, weight, len(levels))
    middle: Array = np.cumsum(at) - at / 2
    return middle[place]


def _correlation(x: Array, y: Array, weight: Array) -> float | None:
    """Correlate under weights; None where fewer than three occupations count or one side does not vary."""
    counts = weight > 0
    if counts.sum() < LEAST or np.ptp(x[counts]) == 0 or np.ptp(y[counts]) == 0:
        return None
    share = weight / weight.sum()
    dx, dy = x - share @ x, y - share @ y
    return float(np.clip((share * dx) @ dy / np.sqrt(((share * dx) @ dx) * ((share * dy) @ dy)), -1, 1))


def _overlap(x: Array, y: Array) -> float | None:
    top_x, top_y = (values >= np.quantile(values, TOP) for values in (x, y))
    if max(top_x.mean(), top_y.mean()) > MOST:
        return None
    return float((top_x & top_y).sum() / min(top_x.sum(), top_y.sum()))


def _disagreement(told: Scores) -> list[dict[str, Any]]:
    ranks: dict[str, dict[str, float]] = {}
    for name, scores in told.items():
        values = np.array([*scores.values()])
        for occupation, rank in zip(scores, _ranks(values, np.ones(len(values))) / len(values), strict=True):
            ranks.setdefault(occupation, {})[name] = float(rank)
    rows = [
        {
            "occupation": occupation,
            "n_measures": len(by_measure),
            "lowest": min(by_measure.values()),
            "lowest_measure": min(by_measure, key=lambda name: (by_measure[name], name)),
            "highest": max(by_measure.values()),
            "highest_measure": min(by_measure, key=lambda name: (-by_measure[name], name)),
            "spread": max(by_measure.values()) - min(by_measure.values()),
        }
        for occupation, by_measure in ranks.items()
        if len(by_measure) > 1
    ]
    return sorted(rows, key=lambda row: (-row["spread"], row["occupation"]))
