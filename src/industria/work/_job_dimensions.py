"""One dimension of job quality: from the values of its indicators to a score a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.core.rows import Array
from industria.work._job_scales import Scales

Truths = npt.NDArray[np.bool_]

PARAMETER: Final = -3
"""Of the generalized mean of earnings: the lower, the more the lowest earnings count."""
ROUNDING: Final = 1e-12
"""Sums of parts, such as .1 and .2, are equal up to this."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What units tell.

    Attributes
    ----------
    units : list of tuple
        Labels of each unit, those of its cell first.
    cells : list of tuple
        Labels of each cell.
    cell : array of int
        The cell of each unit.
    weights : array
        Of each unit.
    values : array, shape (units, indicators)
        As the scales order them; NaN where nothing is told.
    """

    units: list[tuple[str, ...]]
    cells: list[tuple[str, ...]]
    cell: npt.NDArray[np.int64]
    weights: Array
    values: Array


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension, cell by cell: the columns of the result."""

    score: Array
    level: Array
    n_indicators: npt.NDArray[np.int64]
    n_units: npt.NDArray[np.int64]
    missing: Array


def dimension(answers: Answers, scales: Scales, name: str, *, oecd: bool) -> Dimension:
    """Score one dimension in every cell."""
    of = scales.dimensions[name]
    values, n = answers.values[:, of], len(answers.cells)
    told = ~np.isnan(values)
    counts = (told.all(axis=1) if oecd else told.any(axis=1)) & (answers.weights > 0)
    if oecd:
        score, level = _oecd(answers, counts, scales, name)
    else:
        scaled = np.where(told, scales.scaled(values, of), 0.0)
        score = _mean(answers, counts, scaled.sum(axis=1) / np.maximum(told.sum(axis=1), 1))
        level = 100 * score
    heard = np.zeros((n, len(of)), np.bool_)
    np.logical_or.at(heard, answers.cell, told)
    return Dimension(
        score=score,
        level=level,
        n_indicators=heard.sum(axis=1),
        n_units=np.bincount(answers.cell, counts, n).astype(np.int64),
        missing=_mean(answers, np.ones(len(values), np.bool_), (~told).mean(axis=1)),
    )


def _oecd(answers: Answers, counts: Truths, scales: Scales, name: str) -> tuple[Array, Array]:
    of = scales.dimensions[name]
    # What does not count has some value all the same, so that no NaN is added up.
    values = np.where(counts[:, None], answers.values[:, of], 1.0)
    scaled, higher = scales.scaled(values, of), scales.higher[of]
    if name == "earnings":
        level = _mean(answers, counts, (values**PARAMETER).mean(axis=1)) ** (1 / PARAMETER)
        low, high = scales.low[of[0]], scales.high[of[0]]
        return np.clip((level - low) / (high - low), 0, 1), level
    if name == "security":
        level = _mean(answers, counts, (1 - scaled).prod(axis=1))
    else:
        demands, resources = (1 - scaled)[:, ~higher].sum(axis=1), scaled[:, higher].sum(axis=1)
        level = _mean(answers, counts, (demands > resources + ROUNDING).astype(float))
    return 1 - level, level


def _mean(answers: Answers, counts: Truths, of: Array) -> Array:
    """Average over the units of each cell that count; NaN where none does."""
    weights = answers.weights * counts
    above, below = (np.bincount(answers.cell, weights * each, len(answers.cells)) for each in (of, 1.0))
    mean: Array = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
    return mean
