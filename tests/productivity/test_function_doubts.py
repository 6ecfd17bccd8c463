from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria import errors
from industria.core.table import collect
from industria.productivity.production_function import production_function
from tests.strategies import simulated_firms

ROLES: dict[str, Any] = {
    "unit": "firm",
    "time": "year",
    "output": "y",
    "state": ["l", "k"],
    "flexible": "m",
    "revenue_share": "share",
    "estimator": "gandhi_navarro_rivers",
    "output_concept": "gross_output",
    "logs": True,
}


def firms() -> pd.DataFrame:
    """Firms that spend about four tenths of revenue on materials; logs."""
    rows = simulated_firms(2, 6, firms=30, years=5).to_pandas()
    return rows.assign(share=np.log(0.4) + np.random.default_rng(0).normal(0, 0.1, len(rows)))


def test_shares_of_revenue_above_one_are_doubted_by_row_and_left_in() -> None:
    rows = firms()
    result = production_function(rows.assign(share=rows["share"].where(rows.index > 2, 0.1)), **ROLES)
    found = collect(result.doubts).to_pandas().set_index("column").loc["share"]

    assert (found["rows"], result.n_obs) == (3, len(rows))
    assert found["first"].startswith("firm = ")


@pytest.mark.parametrize(
    ("scale", "logs", "says"), [(1.0, True, "take logs"), (100.0, False, "per cent: divide them by 100")]
)
def test_shares_that_are_mostly_above_one_are_in_other_units(scale: float, logs: bool, says: str) -> None:
    rows = firms()
    rows = rows.assign(share=scale * np.exp(rows["share"]))
    rows = rows if logs else rows.assign(**{name: np.exp(rows[name]) for name in ("y", "l", "k", "m")})

    with pytest.raises(errors.RoleError, match=says):
        production_function(rows, **ROLES | {"logs": logs})
