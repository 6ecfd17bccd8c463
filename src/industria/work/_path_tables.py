"""What is told of changes of occupation: by pair, by origin, and by occupation."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike
from industria.work._elements import Elements
from industria.work._path_conditions import Judged, all_of, over
from industria.work._pathways import Pairs, RiskClasses

__all__ = ["classes_of", "counts_of", "pathways"]

NAMED: Final = 5
"""Missing skills that a row names."""


def pathways(
    jobs: Rows,
    pairs: Pairs,
    judged: Judged,
    openings: Array | None,
    skills: Elements | None,
    quality: TableLike | None,
    gap: float,
    top: int | None,
) -> pa.Table:
    """Lay out the most similar pairs of each origin with all that is known of them."""
    shown = pairs.first(top)
    i, j = pairs.i[shown], pairs.j[shown]
    origins, destinations = ([jobs["occupation"][k] for k in side] for side in (i, j))
    names = list(zip(origins, destinations, strict=True))
    offered = np.full(len(shown), np.nan) if openings is None else openings[shown]
    return pa.table(
        {
            "origin": pa.array(origins, pa.string()),
            "destination": pa.array(destinations, pa.string()),
            "title": pa.array([jobs["title"][k] for k in j], pa.string()),
            "similarity": pa.array(pairs.similarity[shown]),
            "viable": _truths(judged.viable[shown]),
            "highly_viable": _truths(judged.highly_viable[shown]),
            "desirable": _truths(judged.desirable[shown]),
            "safe": _truths(judged.safe[shown]),
            **{
                f"wage_change{end}": _numbers(over(jobs[f"wage{end}"][j], jobs["wage"][i]) - 1)
                for end in ("", "_low", "_high")
            },
            "training_months": _numbers(judged.months[shown]),
            "months_basis": pa.array([judged.basis[k] for k in shown], pa.string()),
            "training_cost": _numbers(jobs["training_cost"][j]),
            "missing_skills": pa.array([_missing(skills, *pair, gap) for pair in names], pa.string()),
            "quality_change": _numbers(_quality(quality, names)),
            "openings": _numbers(offered),
            "why_not": pa.array([judged.why_not(k) for k in shown], pa.string()),
        }
    )


def counts_of(origins: list[str], codes: list[str], pairs: Pairs, judged: Judged) -> pa.Table:
    """Count candidates of every origin, shown or not; null where none is known to be, and some may be."""
    place = {code: k for k, code in enumerate(codes)}
    asked = [place[code] for code in origins]
    flags = {"viable": judged.viable, "desirable": judged.desirable, "safe": judged.safe}
    flags["safe_desirable"] = all_of(judged.desirable, judged.safe)

    def count(which: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
        return np.bincount(pairs.i[which], minlength=len(codes))[asked]

    known = {name: count(flag == 1) for name, flag in flags.items()}
    unknown = {name: count(np.isnan(flag)) for name, flag in flags.items()}
    return pa.table(
        {
            "origin": pa.array(origins, pa.string()),
            "n_candidates": count(pairs.i >= 0),
            **{f"n_{name}": pa.array(n, mask=(n == 0) & (unknown[name] > 0)) for name, n in known.items()},
            **{f"n_{name}_unknown": n for name, n in unknown.items()},
        }
    )


def classes_of(jobs: Rows, classes: RiskClasses) -> pa.Table:
    """List the occupations whose risk is told, with its class."""
    told = [k for k, one in enumerate(classes.classes) if one is not None]
    return pa.table(
        {
            "occupation": pa.array([jobs["occupation"][k] for k in told], pa.string()),
            "risk": pa.array(jobs["risk"][told]),
            "prevalence": pa.array(jobs["prevalence"][told]),
            "risk_class": pa.array([classes.classes[k] for k in told], pa.string()),
        }
    )


def _missing(skills: Elements | None, origin: str, destination: str, gap: float) -> str | None:
    if skills is None or origin not in skills.places or destination not in skills.places:
        return None
    have, importance = dict(skills.of(origin, "value")), dict(skills.of(destination, "importance"))
    lacking = [
        (-(need - have.get(element, 0.0)) * (1.0 if np.isnan(importance[element]) else importance[element]), element)
        for element, need in skills.of(destination, "value")
        if need - have.get(element, 0.0) >= gap
    ]
    return "; ".join(skills.names.get(element, element) for _, element in sorted(lacking)[:NAMED]) or "none"


def _quality(quality: TableLike | None, names: list[tuple[str, str]]) -> Array:
    rows = read(
        quality,
        "quality",
        Field("occupation"),
        Field("dimension", default=""),
        Field("score", "number"),
        key=("occupation", "dimension"),
    )
    scores: dict[str, dict[str, float]] = {}
    for code, dimension, score in zip(rows["occupation"], rows["dimension"], rows["score"].tolist(), strict=True):
        scores.setdefault(code, {})[dimension] = score
    changes = np.full(len(names), np.nan)
    for k, (origin, destination) in enumerate(names):
        here, there = scores.get(origin, {}), scores.get(destination, {})
        if both := sorted(here.keys() & there.keys()):
            changes[k] = np.mean([there[one] - here[one] for one in both])
    return changes


def _truths(met: Array) -> pa.Array:
    return pa.array([None if np.isnan(one) else bool(one) for one in met], pa.bool_())


def _numbers(values: Array) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)
