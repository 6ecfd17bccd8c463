"""Gradients of exposure to generative AI, from the mean and the spread of task scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, read
from industria.core.table import Table, TableLike, from_arrays
from industria.errors import ParameterRangeError

__all__ = ["ExposureGradients", "exposure_gradients"]

CLASSES: Final = ("Not Exposed", "Minimal Exposure", "Gradient 1", "Gradient 2", "Gradient 3", "Gradient 4")
UPPER: Final = (0.40, 0.50)
"""Below which mean plus deviation is not exposed, and minimally so."""
MEANS: Final = (0.40, 0.50, 0.60)
"""Means at which the second, third and fourth gradient begin."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ExposureGradients(Result):
    """The class of every occupation.

    Attributes
    ----------
    table : Table
        One row an occupation: `occupation, mean_score, sd_score, n_tasks, gradient, on_boundary`.
    classes : Table
        `gradient, occupations`: how many occupations are of each class.
    n_tasks, n_on_boundary : int
        Tasks read; occupations that the last digit puts in their class.
    """

    classes: Table
    n_tasks: int
    n_on_boundary: int


@measure(
    gives={
        "mean_score": "mean of the scores of the tasks, rounded [fraction]",
        "sd_score": "standard deviation of the scores, n - 1 in its denominator, rounded; null for one task [fraction]",
        "n_tasks": "tasks of the occupation [count]",
        "gradient": "Not Exposed, Minimal Exposure, or Gradient 1 to 4; null for one task [name]",
        "on_boundary": "whether a rounded value lies on the boundary of two classes [1]",
        "occupations": "occupations of the class [count]",
    },
    cites=(
        "Gmyrek et al. (2025), Generative AI and jobs: A refined global index of occupational exposure, "
        "ILO Working Paper 140"
    ),
    design="descriptive",
)
def exposure_gradients(tasks: TableLike, *, decimals: int = 2) -> ExposureGradients:
    """Class occupations by the mean of their tasks' scores, and by how far tasks differ.

    With m the mean and s the standard deviation, both rounded first: not exposed if m + s
    is below 0.40, minimally exposed below 0.50. The others have a gradient by m alone: the first
    below 0.40, the second below 0.50, the third below 0.60, then the fourth. A wide spread thus
    keeps an occupation with a low mean among the exposed: some of its tasks are.

    Parameters
    ----------
    tasks : Table
        `occupation, score`, a row a task; scores lie in [0, 1].
    decimals : int
        Places to which mean and deviation are rounded, half up, before they are compared,
        as the authors do with 2; unrounded values put a dozen unit groups elsewhere.

    Returns
    -------
    ExposureGradients
        One row an occupation. Sums are compared as binary numbers, as the authors do;
        `on_boundary` marks where that, or a change in the last place, decides.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps.
    OutsideRangeError, InfiniteValueError
        If a score is not in [0, 1].
    ParameterRangeError
        If `decimals` is not a whole number from 1 to 12.

    Examples
    --------
    >>> import pandas as pd
    >>> tasks = pd.DataFrame({
    ...     "occupation": ["4131", "4131", "4131", "9112", "9112"],
    ...     "score": [0.65, 0.58, 0.70, 0.05, 0.12],
    ... })
    >>> print(exposure_gradients(tasks).to_pandas().to_string(index=False))
    occupation  mean_score  sd_score  n_tasks    gradient  on_boundary
          4131        0.64      0.06        3  Gradient 4        False
          9112        0.09      0.05        2 Not Exposed        False
    """
    if not (isinstance(decimals, int) and 1 <= decimals <= 12):
        raise ParameterRangeError("decimals", decimals, "a whole number from 1 to 12")
    rows = read(tasks, "tasks", Field("occupation"), Field("score", "share"))
    occupations, place = np.unique(np.array(rows["occupation"], str), return_inverse=True)
    n = np.bincount(place, minlength=len(occupations))
    mean = np.bincount(place, rows["score"], len(occupations)) / n
    squares = np.bincount(place, (rows["score"] - mean[place]) ** 2, len(occupations))
    deviation = np.sqrt(np.divide(squares, n - 1, out=np.full(len(n), np.nan), where=n > 1))

    steps = 10**decimals
    m, s = _half_up(mean, steps), _half_up(deviation, steps)
    place_of = _classes(m / steps, s / steps)
    known = ~np.isnan(s)
    boundary = known & _on_boundary(m, s, steps)
    return ExposureGradients(
        table=from_arrays(
            {
                "occupation": occupations.tolist(),
                "mean_score": m / steps,
                "sd_score": s / steps,
                "n_tasks": n,
                "gradient": [CLASSES[k] if there else None for k, there in zip(place_of, known, strict=True)],
                "on_boundary": boundary,
            }
        ),
        classes=from_arrays({"gradient": CLASSES, "occupations": np.bincount(place_of[known], minlength=len(CLASSES))}),
        n_tasks=rows.n,
        n_on_boundary=int(boundary.sum()),
    )


def _half_up(values: Array, steps: int) -> Array:
    """Round to whole steps; a mean of decimals that ends in a half may be a hair below it in binary."""
    return np.floor(np.round(values * steps, 9) + 0.5)


def _classes(mean: Array, deviation: Array) -> npt.NDArray[np.int64]:
    reach = mean + np.nan_to_num(deviation)
    exposed = 2 + np.searchsorted(MEANS, mean, side="right")
    return np.asarray(np.where(reach < UPPER[0], 0, np.where(reach < UPPER[1], 1, exposed)), np.int64)


def _on_boundary(m: Array, s: Array, steps: int) -> npt.NDArray[np.bool_]:
    """Compare in whole steps, where a decimal boundary is exact."""
    upper, means = (np.round(np.array(bounds) * steps) for bounds in (UPPER, MEANS))
    exposed = m + s >= upper[1]
    return np.asarray(np.isin(m + s, upper) | (exposed & np.isin(m, means)))
