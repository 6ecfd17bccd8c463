"""Panels that production functions are tested on, and how their answers are read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from industria.core.table import Table, collect
from industria.productivity._function_result import ProductionFunction
from industria.productivity.production_function import production_function
from tests.strategies import plain, simulated_firms

ROLES: dict[str, Any] = {
    "unit": "firm",
    "time": "year",
    "output": "y",
    "free": "l",
    "state": "k",
    "proxy": "m",
    "logs": True,
}


def small() -> pa.Table:
    """Two industries of 30 firms over 7 years, with weights."""
    rows = simulated_firms(2, 4, firms=60, years=7).to_pandas()
    odd = rows["firm"] % 2 == 1
    return plain(
        rows.assign(
            firm="f" + rows["firm"].astype(str),
            industry=np.where(odd, "metal", "food"),
            weight=1.0 + rows["firm"] % 3,
            age=rows["year"] - 1990.0,
        )
    )


def frame(table: Table) -> pd.DataFrame:
    made: pd.DataFrame = collect(table).to_pandas()
    return made


def estimates(result: ProductionFunction) -> list[float]:
    """Elasticities in the order of the inputs, returns to scale left out."""
    return result.to_pandas()["estimate"].tolist()[:-1]


def elasticities(rows: Any, **options: Any) -> list[float]:
    roles = ROLES if options.get("estimator") != "ols" else {**ROLES, "proxy": None}
    return estimates(production_function(rows, **roles | options))
