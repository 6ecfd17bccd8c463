from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.productivity import dea
from tests.productivity.frontier_data import ELEVEN, ONE_IN, PRINTED, SEVEN, TWO_IN, arrow, frame, scores
from tests.productivity.official_files import official

EXAMPLE = ({"units": arrow(ELEVEN)}, TWO_IN | {"slacks": True})
WORDS = ["x1", "x2", "y"]


def test_eleven_units_of_two_inputs() -> None:
    """Scores of the example that R's Benchmarking and others carry, solved again by HiGHS."""
    constant = [1, 0.6222896791, 0.8198562444, 1, 0.3103709311, 0.5555555556, 1, 0.7576690896, 0.8201058201]
    variable = [1, 0.8699861687, 1, 1, 0.7116402116, 1, 1, 1, 1, 0.4931209269, 1]

    found = dea(ELEVEN, **TWO_IN, returns="constant", slacks=True)
    np.testing.assert_allclose(found.to_pandas()["score"], [*constant, 0.4905660377, 1], atol=PRINTED)
    np.testing.assert_allclose(scores(ELEVEN, **TWO_IN), variable, atol=PRINTED)
    slack = frame(found.slacks).pivot(index="unit", columns="good", values="slack")
    assert slack.loc["f", "x1"] == pytest.approx(4.444444444, abs=PRINTED)
    assert slack.loc["i", "x1"] == pytest.approx(1.640211640, abs=PRINTED)
    assert slack.loc["k", "x2"] == pytest.approx(4, abs=PRINTED)
    assert slack.to_numpy().sum() == pytest.approx(4.444444444 + 1.640211640 + 4, abs=3 * PRINTED)


@pytest.mark.parametrize(
    ("returns", "orientation", "wanted"),
    [
        ("variable", "input", [1, 0.6111111111, 1, 1, 1, 0.5, 0.8333333333]),
        ("variable", "output", [1, 1.875, 1, 1, 3, 3.75, 1]),
        ("constant", "input", [0.75, 0.5, 1, 0.8, 0.25, 0.25, 0.6666666667]),
        ("nonincreasing", "input", [0.75, 0.5, 1, 1, 0.25, 0.25, 0.8333333333]),
        ("nondecreasing", "input", [1, 0.6111111111, 1, 0.8, 1, 0.5, 0.6666666667]),
        ("free_disposal", "input", [1, 1, 1, 1, 1, 0.5, 0.8333333333]),
        ("free_disposal", "output", [1, 1, 1, 1, 3, 2, 1]),
    ],
)
def test_seven_units_of_one_input(returns: Any, orientation: Any, wanted: list[float]) -> None:
    """By hand: one input and one output, a frontier that can be drawn."""
    np.testing.assert_allclose(scores(SEVEN, **ONE_IN, returns=returns, orientation=orientation), wanted, atol=PRINTED)


def test_schools_of_program_follow_through() -> None:
    """Charnes, Cooper & Rhodes (1981), 70 sites, 5 inputs and 3 outputs; sums of scores by Benchmarking and HiGHS."""
    sites = official("charnes1981.csv")
    goods = {"unit": "firm", "inputs": [f"x{i}" for i in range(1, 6)], "outputs": ["y1", "y2", "y3"]}
    wanted = {
        ("variable", "input"): (66.7401749588, 0.962137085),
        ("constant", "input"): (65.6435607720, 0.919745490),
        ("variable", "output"): (73.6945770366, 1.032294083),
    }
    for (returns, orientation), (total, first) in wanted.items():
        found = dea(sites, **goods, returns=returns, orientation=orientation)  # type: ignore[arg-type]
        assert found.to_pandas()["score"].sum() == pytest.approx(total, abs=1e-8)
        assert found.to_pandas()["score"][0] == pytest.approx(first, abs=PRINTED)
        assert found.n_uncertified == 0
        if returns == "variable":
            assert found.n_efficient == 27


def test_hospitals_of_japan() -> None:
    """Besstremyannaya (2011): the first ten of 958 hospitals, to the seven digits of the reference."""
    hospitals = official("hospitals_japan.csv")
    goods = {"unit": "firm_id", "inputs": ["labor", "capital"], "outputs": ["inpatients", "outpatients"]}
    variable = [0.8832473, 0.7915816, 0.9444157, 0.8648906, 0.7307074, 0.7657450, 0.6904628, 0.6453444, 0.8474180]
    constant = [0.8762136, 0.7860619, 0.9400625, 0.7466703, 0.2705233, 0.7560322, 0.6860306, 0.6304803, 0.8434420]
    for returns, wanted in (("variable", [*variable, 0.7395350]), ("constant", [*constant, 0.5824253])):
        found = dea(hospitals, **goods, returns=returns)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.to_pandas()["score"][:10], wanted, atol=6e-8)
        assert found.n_uncertified == 0


def test_states_of_munnell() -> None:
    """48 states, public and private capital and employment to gross state product; 1/φ at constant returns."""
    states = official("munnell_us_states.csv")
    goods = {"unit": "STATE", "inputs": ["P_CAP", "PC", "EMP"], "outputs": ["GSP"], "orientation": "output"}
    for year, mean, best in ((1970, 0.8443815, 7), (1986, 0.8765959, 8)):
        found = dea(states[states["YR"] == year], **goods, returns="constant")
        assert found.mean_efficiency == pytest.approx(mean, abs=6e-8)
        assert found.n_efficient == best
    found = dea(states[states["YR"] == 1986], **goods)
    assert found.mean_efficiency == pytest.approx(0.9037681, abs=6e-8)
    assert found.n_efficient == 10


def test_slacks_based_measures_of_three_units_by_hand() -> None:
    """One input, one output, constant returns: b could halve its input, or double its output, or in between.

    ρ = (1 − s⁻/x) / (1 + s⁺/y): along y = x the ratio is 1/2 wherever b ends.
    """
    table = pd.DataFrame({"unit": list("abc"), "x": [1.0, 2, 4], "y": [1.0, 1, 4]})
    words = ONE_IN | {"returns": "constant", "allow_thin": True}
    np.testing.assert_allclose(scores(table, **words, model="slacks_based"), [1, 0.5, 1], atol=1e-12)
    np.testing.assert_allclose(scores(table, **words, model="russell", orientation="output"), [1, 2, 1], atol=1e-12)
    np.testing.assert_allclose(scores(table, **words, model="additive"), [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(scores(table, **words, model="directional"), [0, 1 / 3, 0], atol=1e-12)
