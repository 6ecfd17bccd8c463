from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria import errors
from industria.productivity.markup import markup
from industria.productivity.production_function import production_function
from industria.productivity.total_factor_productivity import total_factor_productivity
from tests.strategies import simulated_firms

ROLES: dict[str, Any] = {"unit": "firm", "time": "year", "output": "y", "logs": True}


def firms() -> pd.DataFrame:
    rows = simulated_firms(2, 6, firms=30, years=4).to_pandas()
    return rows.assign(age=np.random.default_rng(0).normal(size=len(rows)), sales=rows["y"] + 1.0)


def test_productivity_does_not_hold_what_controls_took_out() -> None:
    rows = firms()
    function = production_function(rows, estimator="ols", free="l", state="k", controls="age", **ROLES)

    with pytest.raises(errors.RoleError, match="net of age, and output is not"):
        total_factor_productivity(rows, function.coefficients, inputs=["l", "k"], **ROLES)


def test_noise_of_markups_does_not_hold_what_controls_took_out() -> None:
    rows = firms()
    function = production_function(rows, estimator="ols", free="l", state="k", controls="age", **ROLES).coefficients
    roles: dict[str, Any] = ROLES | {"flexible": "l", "expenditure": "l", "revenue": "sales"}

    with pytest.raises(errors.RoleError, match="net of age, and output is not"):
        markup(rows, function, **roles)
    # Without the correction output plays no part.
    assert markup(rows, function, corrected=False, **roles).n_obs == len(rows)


def test_draws_without_an_answer_are_counted_apart() -> None:
    """Of four draws in one industry and in the other, the second has none in one, and the last none in either."""
    rows = firms().assign(industry=lambda t: np.where(t["firm"] % 2 == 1, "metal", "food"))
    cell = pd.DataFrame({"draw": range(5), "term": "l", "estimate": [0.6, 0.5, 0.55, 0.65, np.nan]})
    other = cell.assign(industry="food", estimate=cell["estimate"].where(cell["draw"] != 2))
    draws = pd.concat([cell.assign(industry="metal"), other])
    left = total_factor_productivity(rows, draws, inputs="l", by="industry", **ROLES)
    over = markup(rows, draws, flexible="l", expenditure="l", revenue="sales", by="industry", **ROLES)

    assert [(one.n_draws, one.n_draws_without) for one in (left, over)] == [(2, 2), (2, 2)]
    assert left.to_pandas()["low"].notna().all()
