"""Results that are no sums, held as a release holds the steps that are asked to leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from industria.core.measure import find
from industria.core.result import Result
from industria.core.table import collect
from industria.release._judged import Judged
from industria.release._leaving import Leaving
from industria.release.policy import Policy

POLICY = Policy(threshold=3, p=0.10)
KEYS = {"term", "column", "industry"}


def leaving(name: str, measure: str, rows: Any, **parameters: Any) -> Leaving:
    """Run a measure, and hold its result as a release does."""
    of = find(measure)
    result: Result = of.function(rows, **parameters)
    table = collect(result.table)
    defaults = {word: parameter.default for word, parameter in of.parameters.items()}
    return Leaving(
        name=name,
        kind=of.support,
        measure=measure,
        table=table,
        by=tuple(c for c in table.column_names if c in KEYS),
        facts=result.facts(),
        tables={key: collect(rows) for key, rows in result.tables().items()},
        parameters=defaults | parameters,
    )


def grants(plants: int = 40, seed: int = 1) -> pd.DataFrame:
    """Plants over four years, half of them with a grant in the third."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"plant": np.repeat(np.arange(plants), 4), "year": np.tile(np.arange(4), plants)})
    rows["grant"] = ((rows["plant"] % 2 == 0) & (rows["year"] == 2)).astype(float)
    return rows.assign(scrap=rng.normal(size=len(rows)), size=rng.lognormal(size=len(rows)))


def regression(rows: pd.DataFrame, name: str = "effect", **change: Any) -> Leaving:
    told: dict[str, Any] = {"outcome": "scrap", "treatment": ["grant"], "unit": "plant", "time": "year"}
    return leaving(name, "evaluation.fixed_effects", rows, **(told | change))


def equations(rows: pd.DataFrame, name: str = "sums", **change: Any) -> Leaving:
    told: dict[str, Any] = {"outcome": "scrap", "regressors": ["grant"], "absorb": ["plant"], "common": ["year"]}
    return leaving(name, "evaluation.normal_equations", rows, **(told | change))


def published(found: Judged) -> bool:
    return set(found.table["status"].to_pylist()) == {"published"}


def says(found: Judged, words: str) -> bool:
    return any(words in reason for reason in found.reasons)
