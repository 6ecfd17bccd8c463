"""The test of returns to scale: the peer's statistic and p-value, size and power, laws, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import ChoiceError, OutsideRangeError, ParameterRangeError, ThinFrontierError
from industria.productivity import dea, returns_to_scale_test
from tests.productivity.frontier_data import ELEVEN, TWO_IN
from tests.productivity.official_files import official


def plants(n: int = 30, seed: int = 0, scale: float = 1.0) -> pd.DataFrame:
    """One input; output falls short of the frontier by a part that does not hang on size."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(1, 5, n)
    y = x**scale * np.exp(-np.abs(rng.normal(0, 0.3, n)))
    return pd.DataFrame({"plant": [f"p{i:03}" for i in range(n)], "labor": x, "output": y})


ROLES: dict[str, Any] = {"unit": "plant", "inputs": ["labor"], "outputs": ["output"], "orientation": "output"}
EXAMPLE = ({"units": pa.Table.from_pandas(plants(12), preserve_index=False)}, ROLES | {"replications": 20})


def asked(data: pd.DataFrame, **changes: Any) -> Any:
    return returns_to_scale_test(data, **(ROLES | {"replications": 99} | changes))


# R's rDEA 1.2-8, rts.test(bw = "silverman", B = 4000, set.seed(1)): statistic, and the p-value beside it.
ELEVEN_UNITS = [
    ("input", "constant", 0.8314266455, 0.0993),
    ("input", "nonincreasing", 0.89121661613, 0.0063),
    ("output", "constant", 0.8535022834, 0.1530),
    ("output", "nonincreasing", 0.95035335103, 0.2315),
]


@pytest.mark.parametrize(("orientation", "null", "statistic", "p"), ELEVEN_UNITS)
def test_eleven_units_as_the_peer_tests_them(orientation: Any, null: Any, statistic: float, p: float) -> None:
    """The statistic to the digits printed.

    The p-value up to .05: of the draws' noise it has .01, and the peer shrinks smoothed distances by the variance of
    the distances, where Daraio & Simar (2007, 62) take that of the mirrored ones, which differs with eleven units.
    """
    found = returns_to_scale_test(
        ELEVEN, **TWO_IN, nulls=[null], orientation=orientation, bandwidth=0.2924917334, replications=1000
    )
    assert found.statistic == pytest.approx(statistic, abs=1e-9)
    assert found.p_value == pytest.approx(p, abs=0.05)


def test_schools_of_program_follow_through() -> None:
    """Charnes, Cooper & Rhodes (1981), 70 sites; rDEA, silverman, 1,000 draws: p .018 and .009, critical .9851, .9930.

    Tolerances are three standard errors of both simulations.
    """
    found = returns_to_scale_test(
        official("charnes1981.csv"),
        unit="firm",
        inputs=[f"x{i}" for i in range(1, 6)],
        outputs=["y1", "y2", "y3"],
        bandwidth=0.02478141363,
        replications=1000,
    )
    table = found.to_pandas()
    np.testing.assert_allclose(table["statistic"], [0.98356890452, 0.990505649594], atol=1e-9)
    np.testing.assert_allclose(table["p_value"], [0.018, 0.009], atol=0.02)
    np.testing.assert_allclose(table["critical_value"], [0.98512810, 0.99301551], atol=0.001)
    assert table["rejected"].all()


def test_the_statistic_is_the_ratio_of_mean_scores_of_the_frontiers() -> None:
    data = plants()
    means = {
        returns: dea(data, returns=returns, **ROLES).to_pandas()["efficiency"].mean()
        for returns in ("constant", "variable")
    }
    table = asked(data).to_pandas()
    assert table["mean_null"][0] == pytest.approx(means["constant"])
    assert table["statistic"][0] == pytest.approx(means["constant"] / means["variable"])
    assert table["statistic"][1] >= table["statistic"][0]


def test_sizes_that_matter_are_seen_and_the_side_is_told() -> None:
    """Output x^.7 wears off with size; x^1.4 gains by it: only there are nonincreasing returns rejected."""
    fewer, more = asked(plants(60, scale=0.7)).to_pandas(), asked(plants(60, scale=1.4)).to_pandas()
    assert fewer["rejected"].to_list() == [True, False]
    assert more["rejected"].to_list() == [True, True]


@pytest.mark.slow
def test_size_and_power_over_simulated_tables() -> None:
    """At level .05 at most 18 of 200 tables under the null reject (binomial, 99 %); at x^.8 most do."""
    null = [asked(plants(50, seed, 1.0)).to_pandas()["rejected"] for seed in range(200)]
    assert sum(row[0] for row in null) <= 18
    assert sum(row[1] for row in null) <= 18
    size = [asked(plants(50, seed, 0.8)).to_pandas()["rejected"] for seed in range(50)]
    assert sum(row[0] for row in size) >= 40
    assert sum(row[1] for row in size) <= 7


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["input", "output"]))
def test_rejected_is_below_the_critical_value(seed: int, orientation: str) -> None:
    found = asked(plants(12, seed, 1.2), orientation=orientation, replications=39, confidence=0.9, rng=seed)
    table = found.to_pandas()
    assert table["statistic"].between(0, 1 + 1e-9).all()
    assert (table["rejected"] == (table["statistic"] < table["critical_value"])).all()
    assert (table["rejected"] == (table["p_value"] <= 0.1 + 1e-9)).all()


def test_units_of_columns_change_nothing() -> None:
    data = plants()
    scaled = data.assign(labor=data["labor"] * 1e9, output=data["output"] * 1e-3)
    one, other = asked(data).to_pandas(), asked(scaled).to_pandas()
    np.testing.assert_allclose(other["statistic"], one["statistic"], rtol=1e-9)
    assert other["p_value"].to_list() == one["p_value"].to_list()


def test_a_null_does_not_hang_on_what_else_is_tested() -> None:
    both, alone = asked(plants()).to_pandas(), asked(plants(), nulls="nonincreasing").to_pandas()
    assert both.iloc[1].to_list() == alone.iloc[0].to_list()


def test_cells_are_tested_one_by_one() -> None:
    data = pd.concat([plants(seed=1, scale=0.5).assign(region="a"), plants(seed=2).assign(region="b")])
    found = asked(data, by=["region"])
    table = found.to_pandas()
    assert table["region"].to_list() == ["a", "a", "b", "b"]
    assert table["rejected"].to_list() == [True, False, False, False]
    assert (found.statistic, found.n_rejected, found.n_units) == (None, 1, 60)
    values = found.critical_values.collect("pandas").to_native()
    assert values["region"].to_list() == ["a"] * 6 + ["b"] * 6
    assert values["level"].to_list() == [0.1, 0.05, 0.01] * 4


def test_units_all_on_one_ray_reject_nothing() -> None:
    data = plants().assign(output=lambda t: 2 * t["labor"])
    table = asked(data).to_pandas()
    np.testing.assert_allclose(table["statistic"], 1, rtol=1e-12)
    assert not table["rejected"].any()


def test_too_few_draws_have_no_critical_value() -> None:
    found = asked(plants(scale=0.3), replications=18)
    assert found.to_pandas()["critical_value"].isna().all()
    assert found.n_rejected == 0


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"nulls": ["variable"]}, ChoiceError, "constant"),
        ({"nulls": []}, ParameterRangeError, "nonincreasing"),
        ({"bandwidth": "silverman"}, ChoiceError, "cross_validation"),
        ({"bandwidth": 0.0}, ParameterRangeError, "above 0"),
        ({"orientation": "both"}, ChoiceError, "input"),
        ({"replications": 1}, ParameterRangeError, "2 or more"),
        ({"confidence": 95}, ParameterRangeError, "between 0 and 1"),
    ],
)
def test_what_makes_no_test_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        asked(plants(), **changes)


def test_few_units_are_not_tested_without_being_asked_to() -> None:
    with pytest.raises(ThinFrontierError, match="5 units"):
        asked(plants(5))
    assert asked(plants(5), allow_thin=True).n_units == 5


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_a_unit_without_output_is_infinitely_far(orientation: str) -> None:
    with pytest.raises(OutsideRangeError, match="p000"):
        asked(plants().assign(output=[0.0, *plants()["output"][1:]]), orientation=orientation)


def test_an_amount_in_another_unit_is_listed_by_row() -> None:
    data = plants()
    assert asked(data).n_doubtful == 0
    found = asked(data.assign(labor=[1000 * data["labor"][0], *data["labor"][1:]]))
    assert found.n_doubtful == 1
    assert found.doubtful.collect("pandas").to_native()["plant"].to_list() == ["p000"]
