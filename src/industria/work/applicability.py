"""Applicability of generative AI to occupations, from what people do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike, from_arrays
from industria.errors import ParameterRangeError

__all__ = ["Applicability", "applicability"]

SIDES: Final = ("user", "ai")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Applicability(Result):
    """How far generative AI is used with success for the activities of occupations.

    Attributes
    ----------
    table : Table
        One row an occupation: `occupation, applicability, user, ai, n_activities`.
    n_activities, n_unknown : int
        Activities that weigh in some occupation, and those among them of which `usage` tells nothing.
    """

    n_activities: int
    n_unknown: int


@measure(
    gives={
        "applicability": "mean of the two sides [fraction]",
        "user": "what people were helped with: completion times scope, by weight of the activities [fraction]",
        "ai": "the same for what the assistant did itself [fraction]",
        "n_activities": "activities with a weight in the occupation [count]",
    },
    cites="Tomlinson, Jaffe, Wang, Counts & Suri (2025), Working with AI, arXiv:2507.07935",
    design="descriptive",
)
def applicability(usage: TableLike, activity_weights: TableLike, *, threshold: float = 0.0005) -> Applicability:
    """Weigh the success of generative AI in activities to a score of occupations.

    An activity counts on a side where its share of conversations lies above the threshold;
    it counts with the share of conversations that completed the task, times the part of
    the activity that they reach. An occupation has the mean over its activities, by weight,
    and half of each side. It says where the tool is used, not what becomes of jobs.

    Parameters
    ----------
    usage : Table
        `activity, side` (user: what the person was helped with; ai: what the assistant did), `share` of
        conversations, `completion` and `scope`; missing ones among these count as zero, as the authors have it.
    activity_weights : Table
        `occupation, activity, weight`.
    threshold : float
        Share of conversations up to which an activity counts as not used.

    Returns
    -------
    Applicability
        One row an occupation; null where all its weights are zero. Activities of which `usage` tells
        nothing count as not used, and are counted in `n_unknown`.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps where it must not.
    UnknownLabelError
        If a side is neither user nor ai.
    OutsideRangeError, NegativeValueError, InfiniteValueError
        If a share is not in [0, 1], or a weight below zero or infinite.
    DuplicateRowError
        If an activity has a side twice, or an occupation an activity.
    ParameterRangeError
        If `threshold` is not in [0, 1).

    Examples
    --------
    >>> import pandas as pd
    >>> usage = pd.DataFrame({
    ...     "activity": ["edit", "edit", "lift"],
    ...     "side": ["user", "ai", "user"],
    ...     "share": [0.02, 0.01, 0.0001],
    ...     "completion": [0.8, 0.9, 0.5],
    ...     "scope": [0.5, 0.4, 0.1],
    ... })
    >>> weights = pd.DataFrame({
    ...     "occupation": ["editor", "mover", "mover"],
    ...     "activity": ["edit", "edit", "lift"],
    ...     "weight": [10.0, 2.0, 8.0],
    ... })
    >>> print(applicability(usage, weights).to_pandas().round(3).to_string(index=False))
    occupation  applicability  user    ai  n_activities
        editor          0.380  0.40 0.360             1
         mover          0.076  0.08 0.072             2
    """
    if not 0 <= threshold < 1:
        raise ParameterRangeError("threshold", threshold, "a share from 0 to below 1")
    used = read(
        usage,
        "usage",
        Field("activity"),
        Field("side"),
        Field("share", "share", 0.0),
        Field("completion", "share", 0.0),
        Field("scope", "share", 0.0),
        key=("activity", "side"),
    )
    weights = read(
        activity_weights,
        "activity_weights",
        Field("occupation"),
        Field("activity"),
        Field("weight", "amount"),
        key=("occupation", "activity"),
    )
    success = _success(used, threshold)
    weighing = weights["weight"] > 0
    activities, activity = np.unique(np.array(weights["activity"], str), return_inverse=True)
    occupations, place = np.unique(np.array(weights["occupation"], str), return_inverse=True)
    score = np.array([success.get(name, (0.0, 0.0)) for name in activities]).reshape(-1, len(SIDES))

    total = np.bincount(place, weights["weight"], len(occupations))
    user, ai = (
        np.divide(
            np.bincount(place, weights["weight"] * score[activity, side], len(occupations)),
            total,
            out=np.full(len(occupations), np.nan),
            where=total > 0,
        )
        for side in range(len(SIDES))
    )
    there = activities[np.unique(activity[weighing])]
    return Applicability(
        table=from_arrays(
            {
                "occupation": occupations.tolist(),
                "applicability": (user + ai) / 2,
                "user": user,
                "ai": ai,
                "n_activities": np.bincount(place[weighing], minlength=len(occupations)),
            }
        ),
        n_activities=len(there),
        n_unknown=sum(name not in success for name in there.tolist()),
    )


def _success(used: Rows, threshold: float) -> dict[str, Array]:
    """Completion times scope of every activity, a number a side."""
    side = used.places("side", SIDES, "the measure")
    product = np.where(used["share"] > threshold, used["completion"] * used["scope"], 0.0)
    success: dict[str, Array] = {name: np.zeros(len(SIDES)) for name in used["activity"]}
    for name, one, value in zip(used["activity"], side, product, strict=True):
        success[name][one] = value
    return success
