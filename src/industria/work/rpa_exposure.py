"""Exposure of occupations to robotic process automation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.rows import Array, Field, Rows, read
from industria.core.table import Table, TableLike, as_table, from_arrays
from industria.errors import ChoiceError, ParameterRangeError

__all__ = ["RpaExposure", "rpa_exposure"]

Mean = Literal["geometric", "arithmetic"]

CONTEXTS: Final = {"4.C.3.b.7": 1.0, "4.C.3.b.4": 1.0, "4.C.3.b.8": -1.0}
"""Repeating same tasks, being exact, and structured work, which O*NET rates high where work is free."""
RECORD_WORK: Final = ("4.A.1.a.1", "4.A.2.a.2", "4.A.3.b.1", "4.A.3.b.6", "4.A.4.c.1")
"""Getting and processing information, computers, documenting, and administrative activities."""
RECORD_SYSTEMS: Final = {
    "43231503": "procurement",
    "43231505": "human resources",
    "43231506": "materials requirements planning and supply chain",
    "43231508": "inventory management",
    "43231601": "accounting",
    "43231602": "enterprise resource planning",
    "43231603": "tax preparation",
    "43231605": "time accounting",
    "43232108": "calendar and scheduling",
    "43232110": "spreadsheet",
    "43232202": "document management",
    "43232303": "customer relationship management",
    "43232306": "data base user interface and query",
    "43232610": "medical software, electronic health records among it",
}
"""Commodities of the UNSPSC in which records are kept."""
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
        Occupations that lack a component, and so the index.
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
        "rank_low": "lowest rank over 66 weightings of the components [fraction]",
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
    to 0. Its weights are an opinion, so that the range over 66 weightings stands beside
    the rank. It says what rules could do in the tasks, and nothing of what employers will do.

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
        Weights of `routine`, `digital` and `systems`; the same for all by default.
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
        If a weight is negative, or all are zero.

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
    rating = _contexts(contexts)
    tasks, digital = _tasks(task_activities)
    systems, software = _systems(technology)
    codes = sorted({*(code for of in rating.values() for code in of), *digital, *software})
    jobs, without = _jobs(employment, codes)

    def over(values: Mapping[str, float]) -> Array:
        return np.array([values.get(code, np.nan) for code in codes], float)

    routine = np.mean([_ranks(sign * over(rating[one]), jobs) for one, sign in CONTEXTS.items()], axis=0)
    parts = np.column_stack([_ranks(one, jobs) for one in (routine, over(digital), over(software))])
    index, plain = (_mean(parts, chosen, kind) for kind in (mean, "arithmetic"))
    ranks = np.column_stack([_ranks(_mean(parts, one, mean), jobs) for one in _simplex()])
    known = ~np.isnan(index)
    return RpaExposure(
        table=from_arrays(
            {
                "occupation": codes,
                "rpa": index,
                "rpa_arithmetic": plain,
                **dict(zip(COMPONENTS, parts.T, strict=True)),
                "rank": _ranks(index, jobs),
                "rank_low": np.where(known, ranks.min(axis=1, initial=np.inf), np.nan),
                "rank_high": np.where(known, ranks.max(axis=1, initial=-np.inf), np.nan),
            }
        ),
        drivers=as_table(pa.Table.from_pylist([*tasks, *systems], DRIVERS), "drivers").sort(
            "occupation", "kind", "share", "driver", descending=[False, False, True, False]
        ),
        n_incomplete=int((~known).sum()),
        n_without_employment=without,
    )


def _weights(weights: Mapping[str, float] | None) -> Array:
    said = dict(weights or dict.fromkeys(COMPONENTS, 1.0))
    for name, weight in said.items():
        if name not in COMPONENTS:
            raise ChoiceError("weights", name, COMPONENTS)
        if not 0 <= weight < np.inf:
            raise ParameterRangeError(f"weights[{name!r}]", weight, "a weight of 0 or more")
    chosen = np.array([said.get(name, 0.0) for name in COMPONENTS], float)
    if not chosen.sum() > 0:
        raise ParameterRangeError("weights", weights, "a weight above 0 for some component")
    return np.asarray(chosen / chosen.sum())


def _simplex() -> list[Array]:
    """List all weightings of three components in tenths."""
    return [np.array([i, j, STEPS - i - j]) / STEPS for i in range(STEPS + 1) for j in range(STEPS + 1 - i)]


def _contexts(contexts: TableLike) -> dict[str, dict[str, float]]:
    fields = [Field("occupation"), Field("element_id"), Field("value", "number", None), Field("scale", default="CX")]
    rows = read(contexts, "contexts", *fields, key=("occupation", "element_id", "scale"))
    rating: dict[str, dict[str, float]] = {element: {} for element in CONTEXTS}
    for code, element, value, scale in zip(*(rows[field.name] for field in fields), strict=True):
        if element in rating and scale == "CX":
            rating[element][code] = float(value)
    return rating


def _tasks(task_activities: TableLike) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Share of record work in the weight of the tasks of each occupation, and the tasks that make it."""
    fields = [Field("occupation"), Field("task"), Field("activity"), Field("task_type", default=None)]
    rows = read(task_activities, "task_activities", *fields, key=("occupation", "task", "activity"))
    core = rows.places("task_type", ("Core", "Supplemental"), "O*NET") == 0
    record: dict[tuple[str, str], list[bool]] = {}
    weight: dict[tuple[str, str], float] = {}
    for code, task, activity, of_core in zip(rows["occupation"], rows["task"], rows["activity"], core, strict=True):
        record.setdefault((code, task), []).append(activity.startswith(tuple(f"{one}." for one in RECORD_WORK)))
        weight[code, task] = 2.0 if of_core else 1.0
    total = dict.fromkeys(rows["occupation"], 0.0)
    for (code, _), one in weight.items():
        total[code] += one
    share = {pair: weight[pair] * np.mean(of) / total[pair[0]] for pair, of in record.items()}
    drivers = [
        {"occupation": code, "kind": "task", "driver": task, "share": float(part)}
        for (code, task), part in share.items()
        if part > 0
    ]
    digital = dict.fromkeys(total, 0.0)
    for (code, _), part in share.items():
        digital[code] += float(part)
    return drivers, digital


def _systems(technology: TableLike) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Share of record systems in the technology of each occupation, and the commodities that make it."""
    rows: Rows = read(technology, "technology", Field("occupation"), Field("commodity_code"))
    total = Counter(rows["occupation"])
    pairs = Counter(zip(rows["occupation"], rows["commodity_code"], strict=True))
    drivers = [
        {"occupation": code, "kind": "system", "driver": commodity, "share": n / total[code]}
        for (code, commodity), n in pairs.items()
        if commodity in RECORD_SYSTEMS
    ]
    software = dict.fromkeys(total, 0.0)
    for driver in drivers:
        software[driver["occupation"]] += driver["share"]
    return drivers, software


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
    """Average components; what has no weight need not be there."""
    used = parts[:, weights > 0]
    shares = weights[weights > 0]
    if kind == "arithmetic":
        return np.asarray(used @ shares)
    logs = np.log(used, out=np.full(used.shape, -np.inf), where=used > 0)
    return np.asarray(np.exp(np.where(np.isnan(used), np.nan, logs) @ shares))
