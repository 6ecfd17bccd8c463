"""Exposure of occupations to language models, from labels of their tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, read
from industria.core.table import Table, TableLike, from_arrays
from industria.errors import ParameterRangeError

__all__ = ["TaskExposure", "task_exposure"]

LABELS: Final = ("E0", "E1", "E2")
TYPES: Final = ("Core", "Supplemental")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TaskExposure(Result):
    """Shares of the tasks of occupations that a language model could help with.

    Attributes
    ----------
    table : Table
        One row an occupation: `occupation, alpha, beta, gamma, n_tasks, core_share`.
    labels : Table
        `label, tasks`: tasks of each label, over all occupations.
    n_tasks, n_untyped : int
        Tasks read, and those among them whose type is not told.
    """

    labels: Table
    n_tasks: int
    n_untyped: int


@measure(
    gives={
        "alpha": "share of tasks that a model alone could do in half the time [fraction]",
        "beta": "the same, tasks that need software on top of the model counting one half [fraction]",
        "gamma": "the same, those tasks counting in full [fraction]",
        "n_tasks": "tasks of the occupation [count]",
        "core_share": "tasks called Core over all tasks of the occupation [fraction]",
        "label": "E0 none, E1 direct, E2 with software on top of the model [name]",
        "tasks": "tasks of the label [count]",
    },
    cites=(
        "Eloundou, Manning, Mishkin & Rock (2024), GPTs are GPTs: Labor market impact potential of LLMs, "
        "Science 384(6702), 1306-1308"
    ),
    design="descriptive",
)
def task_exposure(tasks: TableLike, *, core_weight: float = 2.0) -> TaskExposure:
    """Average the labels of tasks to the exposure of occupations.

    With w the weight of a task, alpha is the sum of w over tasks labeled E1, over
    the sum of w; beta adds one half of the weight of tasks labeled E2, gamma all of it.
    Exposure says what a model could help with. It is no forecast of jobs.

    Parameters
    ----------
    tasks : Table
        `occupation, task, label` (E0 none, E1 direct, E2 with software on top of the model)
        and, if there, `task_type` (Core, Supplemental, or null).
    core_weight : float
        Weight of a task called Core; every other task, those without a type too, weighs 1.

    Returns
    -------
    TaskExposure
        One row an occupation, nothing null.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, holds no text, or has gaps where it must not.
    UnknownLabelError
        If a label is not among E0, E1, E2, or a type neither Core nor Supplemental.
    DuplicateRowError
        If an occupation has a task twice.
    ParameterRangeError
        If `core_weight` is not above 0.

    Examples
    --------
    Two core tasks, one of which a model could help with, and one of the rest that needs software:

    >>> import pandas as pd
    >>> tasks = pd.DataFrame({
    ...     "occupation": "43-3021",
    ...     "task": ["t1", "t2", "t3"],
    ...     "label": ["E1", "E0", "E2"],
    ...     "task_type": ["Core", "Core", None],
    ... })
    >>> print(task_exposure(tasks).to_pandas().to_string(index=False))
    occupation  alpha  beta  gamma  n_tasks  core_share
       43-3021    0.4   0.5    0.6        3    0.666667
    """
    if not 0 < core_weight < np.inf:
        raise ParameterRangeError("core_weight", core_weight, "a weight above 0")
    rows = read(
        tasks,
        "tasks",
        Field("occupation"),
        Field("task"),
        Field("label"),
        Field("task_type", default=None),
        key=("occupation", "task"),
    )
    label = rows.places("label", LABELS, "the rubric")
    kind = rows.places("task_type", TYPES, "O*NET")
    weight = np.where(kind == 0, core_weight, 1.0)
    occupations, place = np.unique(np.array(rows["occupation"], str), return_inverse=True)
    n = len(occupations)

    def added(of: Array) -> Array:
        return np.asarray(np.bincount(place, of, n), float)

    direct, software = (added(weight * (label == one)) / added(weight) for one in (1, 2))
    count = np.bincount(place, minlength=n)
    return TaskExposure(
        table=from_arrays(
            {
                "occupation": occupations.tolist(),
                "alpha": direct,
                "beta": direct + software / 2,
                "gamma": direct + software,
                "n_tasks": count,
                "core_share": added(1.0 * (kind == 0)) / count,
            }
        ),
        labels=from_arrays({"label": LABELS, "tasks": np.bincount(label, minlength=len(LABELS))}),
        n_tasks=rows.n,
        n_untyped=int((kind < 0).sum()),
    )
