from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from industria import errors
from industria.productivity.production_function import production_function
from tests.strategies import simulated_firms

ROLES: dict[str, Any] = {"unit": "firm", "time": "year", "output": "y", "free": "l", "state": "k", "logs": True}


def test_shares_of_cost_take_no_controls() -> None:
    """Nothing is regressed, so that a control had a coefficient of 0 with an error of 0."""
    rows = simulated_firms(2, 6, firms=10, years=3).to_pandas()
    rows = rows.assign(wages=np.exp(rows["l"]), rents=np.exp(rows["k"]), age=rows["year"] - 1990.0)
    shares: dict[str, Any] = {"estimator": "cost_share", "costs": {"l": "wages", "k": "rents"}}

    with pytest.raises(errors.RoleError, match=r"cost_share takes no controls \(age\)"):
        production_function(rows, controls="age", **shares, **ROLES)
