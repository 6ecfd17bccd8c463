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


@pytest.mark.parametrize("estimator", ["ols", "fixed_effects", "cost_share"])
def test_a_proxy_that_nobody_reads_takes_no_rows_away(estimator: Any) -> None:
    """Named in vain it left out the rows without it, so that estimates moved by a column that plays no part."""
    rows = simulated_firms(2, 6, firms=10, years=3).to_pandas()

    with pytest.raises(errors.RoleError, match=rf"proxy \(m\) plays no part in {estimator}"):
        production_function(rows, estimator=estimator, proxy="m", **ROLES)


@pytest.mark.parametrize(
    ("estimator", "parameter"),
    [
        ("ols", "control_degree"),
        ("ols", "markov_degree"),
        ("fixed_effects", "control_degree"),
        ("cost_share", "markov_degree"),
        ("robinson_wooldridge", "markov_degree"),
    ],
)
def test_a_degree_of_no_polynomial_is_refused(estimator: Any, parameter: str) -> None:
    rows = simulated_firms(2, 6, firms=10, years=3)
    proxy = {"proxy": "m"} if estimator == "robinson_wooldridge" else {}
    degree: dict[str, Any] = {parameter: 3}

    with pytest.raises(errors.ExcludedParameterError, match=f"{parameter} has no place in {estimator}; it has no"):
        production_function(rows, estimator=estimator, **degree, **proxy, **ROLES)


@pytest.mark.parametrize(
    ("estimator", "control", "markov"),
    [
        ("ackerberg_caves_frazer", 2, 3),
        ("levinsohn_petrin", 2, 3),
        ("wooldridge", 2, 1),
        ("robinson_wooldridge", 2, None),
    ],
)
def test_degrees_that_are_left_out_are_those_of_the_docs(estimator: Any, control: int, markov: int | None) -> None:
    rows = simulated_firms(2, 6, firms=60, years=5)
    left, given, other = (
        production_function(rows, estimator=estimator, proxy="m", control_degree=c, markov_degree=m, **ROLES)
        for c, m in ((None, None), (control, markov), (3, markov))
    )
    said = [one.to_pandas()["estimate"].tolist() for one in (left, given, other)]

    assert said[0] == said[1]
    assert said[0] != said[2]
