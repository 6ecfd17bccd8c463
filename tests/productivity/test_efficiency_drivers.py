"""Drivers of efficiency: the peer's fit, the truth where it is known, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.errors import (
    CollinearTermError,
    ConstantColumnError,
    ConvergenceError,
    FewOffFrontierError,
    ParameterRangeError,
)
from industria.productivity import efficiency_drivers
from tests.productivity.official_files import official


def plants(n: int = 40, seed: int = 0, slope: float = 0.4) -> pd.DataFrame:
    """Constant returns with one input; how far a plant lies behind hangs on its age."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(0, 1, n)
    mean, behind = 1 + slope * age, np.zeros(n)
    while (behind < 1).any():
        behind = np.where(behind < 1, rng.normal(mean, 0.2), behind)
    x = rng.uniform(1, 3, n)
    return pd.DataFrame({"plant": [f"p{i:03}" for i in range(n)], "x": x, "y": x / behind, "age": age})


ROLES: dict[str, Any] = {
    "unit": "plant",
    "inputs": ["x"],
    "outputs": ["y"],
    "drivers": ["age"],
    "returns": "constant",
    "replications": 50,
}
EXAMPLE = (
    {"units": pa.Table.from_pandas(plants(30), preserve_index=False)},
    ROLES | {"replications": 20, "first_replications": 10},
)


def driven(data: pd.DataFrame, **changes: Any) -> Any:
    return efficiency_drivers(data, **(ROLES | changes))


def terms(found: Any) -> pd.DataFrame:
    table: pd.DataFrame = found.to_pandas().set_index("term")
    return table


def test_japanese_hospitals_off_the_frontier() -> None:
    """R package rDEA on its data of hospitals: 1/θ (VRS) above 1 on z/100, truncated at 1."""
    data = official("hospitals_japan.csv")
    data[["z1", "z2", "z3"]] /= 100
    found = efficiency_drivers(
        data,
        unit="firm_id",
        inputs=["labor", "capital"],
        outputs=["inpatients", "outpatients"],
        drivers=["z1", "z2", "z3"],
        algorithm=1,
        replications=2,
    )
    wanted = [0.99385426, -0.08433228, -0.30125800, 0.00498996, 0.44546044]
    # The peer's optimizer stops at about 1e-5; ours is the higher likelihood.
    assert terms(found)["estimate"].to_list() == pytest.approx(wanted, abs=1e-5)
    assert found.log_likelihood == pytest.approx(279.458371, abs=1e-5)
    assert found.n_obs == 935


@pytest.mark.parametrize("algorithm", [1, 2])
def test_the_slope_is_found_where_it_is_known(algorithm: int) -> None:
    row = terms(driven(plants(400, 3), algorithm=algorithm, replications=200)).loc["age"]
    assert row["low"] < 0.4 < row["high"]
    assert row["low"] > 0


@pytest.mark.parametrize("algorithm", [1, 2])
def test_what_has_no_slope_has_none(algorithm: int) -> None:
    row = terms(driven(plants(400, 5, slope=0.0), algorithm=algorithm, replications=200)).loc["age"]
    assert row["low"] < 0 < row["high"]


def test_algorithm_two_corrects_the_scores_first() -> None:
    found = driven(plants())
    scores = found.efficiencies.collect("pandas").to_native()
    assert (scores["corrected"] < scores["score"]).all()
    assert (scores["corrected"] > 0).all()
    first = driven(plants(), algorithm=1)
    assert first.efficiencies.collect("pandas").to_native()["corrected"].isna().all()
    assert (found.n_obs, first.n_obs) == (40, 39)


def test_draws_hang_on_the_seed_alone() -> None:
    one, again, other = (
        driven(plants(), rng=3),
        driven(plants().sample(frac=1, random_state=1), rng=3),
        driven(plants()),
    )
    assert one.to_pandas().equals(again.to_pandas())
    assert not one.to_pandas().equals(other.to_pandas())


def test_a_driver_in_other_units_has_a_slope_in_them() -> None:
    one = terms(driven(plants(), algorithm=1))
    other = terms(driven(plants().assign(age=lambda t: t["age"] * 1000), algorithm=1))
    # Newton's steps settle within 1e-5 of a standard error.
    assert other.loc["age", "estimate"] == pytest.approx(one.loc["age", "estimate"] / 1000, rel=1e-4)


def test_cells_have_regressions_of_their_own() -> None:
    data = pd.concat([plants(seed=1).assign(region="a"), plants(seed=2).assign(region="b")])
    together = driven(data, by=["region"], algorithm=1).to_pandas()
    for name, rows in data.groupby("region"):
        alone = driven(rows, algorithm=1).to_pandas()
        found = together[together["region"] == name]
        np.testing.assert_allclose(found["estimate"], alone["estimate"], rtol=1e-9)


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"algorithm": 3}, ParameterRangeError, "1 or 2"),
        ({"drivers": []}, ParameterRangeError, "one column or more"),
        ({"replications": 1}, ParameterRangeError, "2 or more"),
        ({"first_replications": 1}, ParameterRangeError, "2 or more"),
        ({"confidence": 2}, ParameterRangeError, "between 0 and 1"),
    ],
)
def test_what_makes_no_bootstrap_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        driven(plants(), **changes)


def test_drivers_that_tell_nothing_are_named() -> None:
    with pytest.raises(ConstantColumnError, match="age"):
        driven(plants().assign(age=1.0))
    with pytest.raises(CollinearTermError, match="'twice'"):
        driven(plants().assign(twice=lambda t: 2 * t["age"]), drivers=["age", "twice"])


def test_too_few_units_off_the_frontier_are_refused() -> None:
    data = plants(6).assign(y=lambda t: t["x"] * [1, 1, 1, 1, 1, 0.5])
    with pytest.raises(FewOffFrontierError, match="1 unit of units lies off"):
        driven(data, algorithm=1)


def test_distances_with_a_tail_too_long_for_the_model_are_refused() -> None:
    data = plants(60)
    behind = 1 + np.random.default_rng(5).pareto(1.0, 60)
    with pytest.raises(ConvergenceError, match="longer tail"):
        driven(data.assign(y=data["x"] / behind), algorithm=1)
