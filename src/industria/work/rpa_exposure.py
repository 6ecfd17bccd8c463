"""Exposure of occupations to robotic process automation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, read
from industria.core.table import Table, TableLike, as_table, from_arrays
from industria.errors import ChoiceError, ParameterRangeError, listing
from industria.work._record_work import CONTEXTS, RECORD_SYSTEMS, ratings_of, systems_of, tasks_of

__all__ = ["RECORD_SYSTEMS", "RpaExposure", "rpa_exposure"]

Mean = Literal["geometric", "arithmetic"]

COMPONENTS: Final = ("routine", "digital", "systems")
STEPS: Final = 10
"""Weights in tenths: 66 weightings of three components."""
DRIVERS: Final = pa.schema(
    [("occupation", pa.string()), ("kind", pa.string()), ("driver", pa.string()), ("share", pa.float64())]
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RpaExposure(Result):
    """Exposure to software that follows rules.

    Attributes
    ----------
    table : Table
        One row an occupation: `occupation, rpa, rpa_arithmetic, routine, digital, systems, rank, rank_low, rank_high`.
    drivers : Table
        `occupation, kind, driver, share`: tasks of record work by their share of the weight of tasks, and record
        systems by their share of the occupation's technology, the largest first.
    n_incomplete : int
        Occupations that lack a component, and so the index and a rank under any weights.
    n_without_employment : int
        Occupations that weigh nothing, as `employment` has no row of theirs.
    """

    drivers: Table
    n_incomplete: int
    n_without_employment: int


@measure(
    gives={
        "rpa": "mean of the three components; null where one is missing [fraction]",
        "rpa_arithmetic": "the same as a plain average [fraction]",
        "routine": "percentile rank of the mean rank of repetition, exactness and structure [fraction]",
        "digital": "percentile rank of the share of record work among tasks [fraction]",
        "systems": "percentile rank of the share of record systems among technology [fraction]",
        "rank": "percentile rank of the index among employment [fraction]",
        "rank_low": "lowest rank over 66 weightings of the components, and the one that was asked for [fraction]",
        "rank_high": "highest rank over the same weightings [fraction]",
        "kind": "task or system [name]",
        "driver": "the task, or the commodity [code]",
        "share": "share of the weight of tasks, or of the rows of technology [fraction]",
    },
    cites=(
        "Syed et al. (2020), Robotic process automation: contemporary themes and challenges, "
        "Computers in Industry 115, 103162"
    ),
    design="descriptive",
)
def rpa_exposure(
    contexts: TableLike,
    task_activities: TableLike,
    technology: TableLike,
    employment: TableLike | None = None,
    *,
    weights: Mapping[str, float] | None = None,
    mean: Mean = "geometric",
) -> RpaExposure:
    """Rank occupations by how routine, how digital and how bound to record systems their work is.

    Nobody publishes an index of exposure to robotic process automation; reviews name criteria.
    This one takes three: work that repeats, must be exact and is structured (contexts);
    tasks that get, process or record information (tasks, core ones counting twice, by the share of their
    activities); and software in which records are kept (technology). Each is a percentile
    rank under employment, and the index is their mean: a component near 0 pulls the geometric mean
    to 0. Its weights are an opinion, so that the range over 66 weightings, from all weight on one
    component to all on another in tenths, stands beside the rank. Ranks are among occupations that
    have all three components, whatever the weights. It says what rules could do in the tasks,
    and nothing of what employers will do.

    Parameters
    ----------
    contexts : Table
        `occupation, element_id, value`, and `scale` (CX counts) if there: the elements 4.C.3.b.7, 4.C.3.b.4 and
        4.C.3.b.8 of O*NET on any scale, the last as O*NET rates it, high for free work.
    task_activities : Table
        `occupation, task, activity` (identifier of a detailed work activity, as 4.A.2.a.4.I09.D03), and
        `task_type` (Core counts twice) if there.
    technology : Table
        `occupation, commodity_code`, a row an example of software or a tool.
    employment : Table, optional
        `occupation, employment` in the same codes; without it every occupation counts the same.
    weights : mapping of str to float, optional
        Weights of `routine`, `digital` and `systems`, each of them, 0 to leave one out; the same for all by default.
    mean : {"geometric", "arithmetic"}
        Mean of the components.

    Returns
    -------
    RpaExposure
        One row an occupation of any of the three tables.

    Raises
    ------
    MissingColumnError, ColumnTypeError, MissingValueError
        If a column lacks, is of another type, or has gaps; a missing value of a context leaves routine null.
    NegativeValueError, InfiniteValueError
        If employment is below zero, or a number infinite.
    DuplicateRowError
        If an occupation has a context, or an activity of a task, or employment, twice.
    UnknownLabelError
        If a type of task is neither Core nor Supplemental.
    ChoiceError
        If a weight is of no component, or the mean is another word.
    ParameterRangeError
        If a component has no weight, one is negative, or all are zero.

    Examples
    --------
    >>> import pandas as pd
    >>> who = ["clerk", "nurse", "smith"]
    >>> contexts = pd.DataFrame({
    ...     "occupation": who * 3,
    ...     "element_id": ["4.C.3.b.7"] * 3 + ["4.C.3.b.4"] * 3 + ["4.C.3.b.8"] * 3,
    ...     "value": [4.5, 3.0, 2.5, 4.8, 4.5, 4.0, 2.0, 4.0, 3.5],
    ... })
    >>> tasks = pd.DataFrame({
    ...     "occupation": ["clerk", "clerk", "nurse", "nurse", "smith"],
    ...     "task": ["t1", "t2", "t3", "t4", "t5"],
    ...     "activity": ["4.A.3.b.6.I01.D01", "4.A.2.a.2.I01.D02", "4.A.3.b.6.I01.D01", "4.A.4.a.5.I03.D01",
    ...                  "4.A.3.a.3.I01.D04"],
    ... })
    >>> technology = pd.DataFrame({
    ...     "occupation": ["clerk", "clerk", "nurse", "smith"],
    ...     "commodity_code": ["43231601", "43232110", "43232610", "27112100"],
    ... })
    >>> found = rpa_exposure(contexts, tasks, technology).to_pandas()
    >>> print(found[["occupation", "rpa", "routine", "digital", "systems"]].round(2).to_string(index=False))
    occupation  rpa  routine  digital  systems
         clerk 0.77     0.83     0.83     0.67
         nurse 0.55     0.50     0.50     0.67
         smith 0.17     0.17     0.17     0.17
    """
    chosen = _weights(weights)
    if mean not in ("geometric", "arithmetic"):
        raise ChoiceError("mean", mean, ["geometric", "arithmetic"])
    rating = ratings_of(contexts)
    tasks, digital = tasks_of(task_activities)
    systems, software = systems_of(technology)
    codes = sorted({*(code for of in rating.values() for code in of), *digital, *software})
    jobs, without = _jobs(employment, codes)

    def over(values: Mapping[str, float]) -> Array:
        return np.array([values.get(code, np.nan) for code in codes], float)

    routine = np.mean([_ranks(sign * over(rating[one]), jobs) for one, sign in CONTEXTS.items()], axis=0)
    parts = np.column_stack([_ranks(one, jobs) for one in (routine, over(digital), over(software))])
    # Who lacks a component is in no ranking, or else weightings without it would rank more people.
    known = np.asarray(~np.isnan(parts).any(axis=1))
    complete = np.where(known[:, None], parts, np.nan)
    index, plain = (_mean(complete, chosen, kind) for kind in (mean, "arithmetic"))
    ranks = np.column_stack([_ranks(_mean(complete, one, mean), jobs) for one in (chosen, *_simplex())])
    return RpaExposure(
        table=from_arrays(
            {
                "occupation": codes,
                "rpa": index,
                "rpa_arithmetic": plain,
                **dict(zip(COMPONENTS, parts.T, strict=True)),
                "rank": ranks[:, 0],
                "rank_low": ranks.min(axis=1),
                "rank_high": ranks.max(axis=1),
            }
        ),
        drivers=as_table(pa.Table.from_pylist([*tasks, *systems], DRIVERS), "drivers").sort(
            "occupation", "kind", "share", "driver", descending=[False, False, True, False]
        ),
        n_incomplete=int((~known).sum()),
        n_without_employment=without,
    )


def _weights(weights: Mapping[str, float] | None) -> Array:
    said = dict.fromkeys(COMPONENTS, 1.0) if weights is None else dict(weights)
    for name, weight in said.items():
        if name not in COMPONENTS:
            raise ChoiceError("weights", name, COMPONENTS)
        if not 0 <= weight < np.inf:
            raise ParameterRangeError(f"weights[{name!r}]", weight, "a weight of 0 or more")
    if lacking := [name for name in COMPONENTS if name not in said]:
        raise ParameterRangeError("weights", said, f"a weight of {listing(lacking)} as well, 0 to leave it out")
    chosen = np.array([said[name] for name in COMPONENTS], float)
    if not chosen.sum() > 0:
        raise ParameterRangeError("weights", weights, "a weight above 0 for some component")
    return np.asarray(chosen / chosen.sum())


def _simplex() -> list[Array]:
    """List all weightings of three components in tenths."""
    return [np.array([i, j, STEPS - i - j]) / STEPS for i in range(STEPS + 1) for j in range(STEPS + 1 - i)]


def _jobs(employment: TableLike | None, codes: list[str]) -> tuple[Array, int]:
    if employment is None:
        return np.ones(len(codes)), 0
    rows = read(employment, "employment", Field("occupation"), Field("employment", "amount"), key=("occupation",))
    told = dict(zip(rows["occupation"], rows["employment"].tolist(), strict=True))
    return np.array([told.get(code, 0.0) for code in codes]), sum(code not in told for code in codes)


def _ranks(values: Array, jobs: Array) -> Array:
    """Share of employment below each value, and half of that at it; NaN where there is no value."""
    there = ~np.isnan(values)
    ranks = np.full(len(values), np.nan)
    # Sums of ranks that are equal but for rounding are one value.
    levels, place = np.unique(values[there].round(12), return_inverse=True)
    at = np.bincount(place, jobs[there], len(levels))
    if at.sum() > 0:
        ranks[there] = ((np.cumsum(at) - at / 2) / at.sum())[place]
    return ranks


def _mean(parts: Array, weights: Array, kind: str) -> Array:
    """Average components; a rank of 0 that has no weight does not count."""
    used = parts[:, weights > 0]
    shares = weights[weights > 0]
    if kind == "arithmetic":
        return np.asarray(used @ shares)
    logs = np.log(used, out=np.full(used.shape, -np.inf), where=used > 0)
    return np.asarray(np.exp(np.where(np.isnan(used), np.nan, logs) @ shares))
