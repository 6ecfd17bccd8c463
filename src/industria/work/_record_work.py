"""How much of the work of occupations is routine, is kept in records, and passes through systems that keep them."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import numpy as np

from industria.core.rows import Field, read
from industria.core.table import TableLike

__all__ = ["CONTEXTS", "RECORD_SYSTEMS", "ratings_of", "systems_of", "tasks_of"]

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


def ratings_of(contexts: TableLike) -> dict[str, dict[str, float]]:
    """Read the ratings of each context that counts, by occupation."""
    fields = [Field("occupation"), Field("element_id"), Field("value", "number", None), Field("scale", default="CX")]
    rows = read(contexts, "contexts", *fields, key=("occupation", "element_id", "scale"))
    rating: dict[str, dict[str, float]] = {element: {} for element in CONTEXTS}
    for code, element, value, scale in zip(*(rows[field.name] for field in fields), strict=True):
        if element in rating and scale == "CX":
            rating[element][code] = float(value)
    return rating


def tasks_of(task_activities: TableLike) -> tuple[list[dict[str, Any]], dict[str, float]]:
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


def systems_of(technology: TableLike) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Share of record systems in the technology of each occupation, and the commodities that make it."""
    rows = read(technology, "technology", Field("occupation"), Field("commodity_code"))
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
