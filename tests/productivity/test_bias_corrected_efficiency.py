"""Bias-corrected efficiencies: the peer's bias, laws of the bootstrap, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import ChoiceError, OutsideRangeError, ParameterRangeError, ThinFrontierError
from industria.productivity import bias_corrected_efficiency
from tests.productivity.official_files import official


def plants(n: int = 30, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.lognormal(0, 0.5, (n, 2))
    y = x[:, 0] ** 0.4 * x[:, 1] ** 0.5 * np.exp(-np.abs(rng.normal(0, 0.3, n)))
    return pd.DataFrame({"plant": [f"p{i:02}" for i in range(n)], "capital": x[:, 0], "labor": x[:, 1], "output": y})


ROLES: dict[str, Any] = {"unit": "plant", "inputs": ["capital", "labor"], "outputs": ["output"]}
EXAMPLE = ({"units": pa.Table.from_pandas(plants(12), preserve_index=False)}, ROLES | {"replications": 20})


def corrected(data: pd.DataFrame, **changes: Any) -> Any:
    return bias_corrected_efficiency(data, **(ROLES | {"replications": 100} | changes))


def test_schools_of_program_follow_through() -> None:
    """R package Benchmarking, VRS, inputs, 2,000 draws: mean bias .029, give or take .002 for the draws."""
    found = bias_corrected_efficiency(
        official("charnes1981.csv"),
        unit="firm",
        inputs=[f"x{i}" for i in range(1, 6)],
        outputs=["y1", "y2", "y3"],
        bandwidth="normal_reference",
    )
    table = found.to_pandas()
    assert table["score"].sum() == pytest.approx(66.7401749588, abs=1e-8)
    assert table["bias"].mean() == pytest.approx(0.029, abs=0.002)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["input", "output"]), st.sampled_from(["variable", "constant"]))
def test_corrected_scores_are_possible_scores(seed: int, orientation: str, returns: str) -> None:
    table = corrected(
        plants(seed=seed), orientation=orientation, returns=returns, replications=20, rng=seed
    ).to_pandas()
    assert (table["low"] <= table["high"]).all()
    if orientation == "input":
        assert (table["corrected"] > 0).all()
        assert (table["corrected"] <= table["score"]).all()
        assert (table["high"] <= table["score"]).all()
    else:
        assert (table["corrected"] >= table["score"]).all()


def test_intervals_hold_the_truth_that_the_scores_miss() -> None:
    """Constant returns with one input: the true frontier is y = x, and no unit is ever on it."""
    rng = np.random.default_rng(4)
    x = rng.uniform(1, 2, 100)
    behind = 1 + rng.exponential(0.25, 100)
    data = pd.DataFrame({"plant": np.arange(100), "x": x, "y": x / behind})
    table = bias_corrected_efficiency(
        data, unit="plant", inputs=["x"], outputs=["y"], returns="constant", replications=400
    ).to_pandas()
    truth = 1 / behind
    assert (table["score"] > truth).all()
    assert np.abs(table["corrected"] - truth).mean() < np.abs(table["score"] - truth).mean()


def test_units_of_columns_change_nothing() -> None:
    data = plants()
    scaled = data.assign(capital=data["capital"] * 1e9, output=data["output"] * 1e-3)
    one, other = corrected(data).to_pandas(), corrected(scaled).to_pandas()
    np.testing.assert_allclose(other["corrected"], one["corrected"], rtol=1e-8)


def test_reference_units_draw_the_frontier_for_all() -> None:
    data = plants().assign(old=lambda t: np.arange(len(t)) < 20)
    found = corrected(data, reference="old", orientation="output")
    frontier = found.frontiers.collect("pandas").to_native().iloc[0]
    assert (frontier["n_drawing"], frontier["n_units"]) == (20, 30)
    alone = corrected(data[data["old"]], orientation="output").to_pandas()
    both = found.to_pandas().merge(alone, on="plant", suffixes=("", "_alone"))
    np.testing.assert_allclose(both["score"], both["score_alone"])


def test_units_beyond_the_reach_of_the_frontier_are_counted_and_in_no_mean() -> None:
    data = plants().assign(old=lambda t: t["output"].rank() <= 20)
    found = corrected(data, reference="old")
    table = found.to_pandas()
    assert 0 < found.n_infeasible == table["score"].isna().sum() < 11
    assert found.mean_score == pytest.approx(table["score"].mean())
    assert not table[table["score"].isna()]["worthwhile"].any()


def test_a_bandwidth_as_told_and_rules_differ() -> None:
    told = corrected(plants(), bandwidth=0.01).frontiers.collect("pandas").to_native()
    assert told["bandwidth"].to_list() == [0.01]
    widths = {
        rule: corrected(plants(), bandwidth=rule).mean_corrected for rule in ("cross_validation", "normal_reference")
    }
    assert len(set(widths.values())) == 2


def test_cells_have_frontiers_of_their_own() -> None:
    data = pd.concat([plants(seed=1).assign(region="a"), plants(seed=2).assign(region="b")])
    together = corrected(data, by=["region"]).to_pandas()
    for name, rows in data.groupby("region"):
        alone = corrected(rows).to_pandas()
        np.testing.assert_allclose(together[together["region"] == name]["score"], alone["score"])


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"returns": "free_disposal"}, ChoiceError, "variable"),
        ({"bandwidth": "cross"}, ChoiceError, "cross_validation"),
        ({"bandwidth": -1.0}, ParameterRangeError, "above 0"),
        ({"method": "smooth"}, ChoiceError, "homogeneous"),
        ({"replications": 1}, ParameterRangeError, "2 or more"),
        ({"confidence": 95}, ParameterRangeError, "between 0 and 1"),
    ],
)
def test_what_makes_no_bootstrap_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        corrected(plants(), **changes)


def test_few_units_draw_no_frontier_without_being_asked_to() -> None:
    with pytest.raises(ThinFrontierError, match="8 units"):
        corrected(plants(8))
    assert corrected(plants(8), allow_thin=True).n_units == 8


def test_a_unit_without_output_cannot_be_scaled_up() -> None:
    data = plants().assign(output=[0.0, *plants()["output"][1:]])
    with pytest.raises(OutsideRangeError, match="p00"):
        corrected(data, orientation="output")
