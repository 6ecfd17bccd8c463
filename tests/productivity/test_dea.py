from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import (
    ChoiceError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
    ReservedNameError,
    ThinFrontierError,
)
from industria.productivity import dea
from tests.productivity.frontier_data import ELEVEN, ONE_IN, SEVEN, TWO_IN, arrow
from tests.productivity.official_files import official

EXAMPLE = ({"units": arrow(ELEVEN)}, TWO_IN | {"slacks": True})
WORDS = ["x1", "x2", "y"]

# References are printed to ten digits.
PRINTED = 1e-9


def scores(table: pd.DataFrame, **words: Any) -> Any:
    return dea(table, **words).to_pandas()["score"].to_numpy()


def frame(table: Any) -> pd.DataFrame:
    made: pd.DataFrame = table.collect("pandas").to_native()
    return made


# Goldens


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


# Options


def test_super_efficiency_is_that_of_a_table_without_the_unit() -> None:
    """Andersen & Petersen (1993); without a unit at the end of the frontier no combination compares: null."""
    found = dea(SEVEN.iloc[:6], **ONE_IN, super_efficiency=True)
    table = found.to_pandas()

    # a: 75 on the line from e (100 → 25) to c (300 → 300): 136.36 inputs of 100.
    assert table["score"][0] == pytest.approx((100 + 200 * 50 / 275) / 100)
    assert table["score"][1] == pytest.approx(0.6111111111, abs=PRINTED)
    assert np.isnan(table["score"][3])
    assert found.n_infeasible == 1
    assert table["efficiency"][0] == 1
    constant = dea(SEVEN, **ONE_IN, super_efficiency=True, returns="constant").to_pandas()["score"]
    assert constant[2] == pytest.approx(1 / 0.8)


def test_units_of_reference_draw_the_frontier_for_all() -> None:
    table = SEVEN.assign(old=[True, True, False, True, True, True, False])
    found = dea(table, **ONE_IN, reference="old", allow_thin=True).to_pandas()

    # c: 300 on the line from a (100 → 75) to d (500 → 400): 376.9 inputs of 300.
    assert found["score"][2] == pytest.approx((100 + 400 * 225 / 325) / 300)
    assert found["efficiency"][2] == 1
    assert (found["n_units"] == 5).all()


def test_directions_by_hand() -> None:
    """Seven units: g of 10 inputs and 20 outputs; the range; the means."""
    words = ONE_IN | {"model": "directional", "allow_thin": True}
    given_one = scores(SEVEN, **words, direction={"x": 10.0, "y": 20.0})
    # b = (200, 100) meets the line y = 75 + 1.125 (x − 100) at 200 − 10β, 100 + 20β.
    assert given_one[1] == pytest.approx((75 + 112.5 - 100) / (20 + 11.25))
    assert given_one[0] == pytest.approx(0, abs=1e-12)
    ranged = scores(SEVEN, **words, direction="range")
    # g of b = (200 − 100, 400 − 100).
    assert ranged[1] == pytest.approx(87.5 / (300 + 112.5))
    mean = scores(SEVEN, **words, direction="mean")
    assert mean[1] == pytest.approx(87.5 / (1350 / 7 + 1.125 * 2000 / 7))
    moved = SEVEN.assign(x=SEVEN["x"] - 350, y=SEVEN["y"] - 200)
    np.testing.assert_allclose(scores(moved, **words, direction="range"), ranged, atol=1e-12)
    assert dea(moved, **words, direction="range").to_pandas()["efficiency"].isna().any()


@pytest.mark.parametrize(
    ("weights", "wanted"), [("none", 87.5), ("ram", 87.5 / 375 / 2), ("mip", 87.5 / 100), ("bam", 700 / 9 / 100 / 2)]
)
def test_additive_weights_by_hand(weights: Any, wanted: float) -> None:
    """B = (200, 100) may have 87.5 more output, or 700/9 inputs less, on the line y = 75 + 1.125 (x − 100).

    An input less costs 1.125 of output, which pays only where the bounds weigh: room of 100 inputs, 300 of output.
    """
    found = dea(SEVEN, **ONE_IN, model="additive", weights_of_slacks=weights)

    assert found.to_pandas()["score"][1] == pytest.approx(wanted)
    assert found.n_uncertified == 0


def test_bad_outputs_by_hand() -> None:
    """Three units of one input: (y, b) = (4, 2), (2, 2), (1, 0.5); with weak disposability all lie below y = 2b.

    Radial, output: the second could make 4 with the same of the bad. Directional: (1 + β) 2 = 2 (1 − β) 2: 1/3.
    """
    table = pd.DataFrame({"unit": list("abc"), "x": 1.0, "y": [4.0, 2, 1], "b": [2.0, 2, 0.5]})
    words: dict[str, Any] = ONE_IN | {"bad_outputs": ["b"], "allow_thin": True, "returns": "constant"}
    np.testing.assert_allclose(scores(table, **words, orientation="output"), [1, 2, 1], atol=1e-12)
    both = scores(table, **words, model="directional")
    assert both[0] == pytest.approx(0, abs=1e-12)
    # The input moves with them: (1 − β) inputs make at most 4 (1 − β), as does the bad: 2 (1 + β) = 4 (1 − β).
    assert both[1] == pytest.approx(1 / 3)
    free = scores(table, **words, orientation="output", bad_disposal="free")
    np.testing.assert_allclose(free, [1, 2, 1], atol=1e-12)


def test_scale_by_hand() -> None:
    """Seven units, one input: the ratio of the two scores, and on which side of c a unit lies."""
    found = dea(SEVEN, **ONE_IN).to_pandas()

    np.testing.assert_allclose(found["scale_efficiency"][[0, 2, 3]], [0.75, 1, 0.8])
    assert found["returns_here"].tolist() == [
        *("increasing", "increasing", "constant", "decreasing", "increasing", "increasing", "decreasing")
    ]
    output = dea(SEVEN, **ONE_IN, orientation="output").to_pandas()
    np.testing.assert_allclose(output["scale_efficiency"][[0, 2, 3]], [0.75, 1, 0.8])
    assert output["returns_here"][[5, 6]].tolist() == ["increasing", "decreasing"]


def test_prices_make_the_score() -> None:
    """θ = u y − constant with v x = 1, as the dual program has it."""
    found = dea(ELEVEN, **TWO_IN)
    prices = frame(found.multipliers).pivot(index="unit", columns="good", values="multiplier")
    table = ELEVEN.set_index("unit")

    np.testing.assert_allclose((prices[["x1", "x2"]] * table[["x1", "x2"]]).sum(axis=1), 1)
    np.testing.assert_allclose(prices["y"] * table["y"] - prices["constant"], found.to_pandas()["score"])


def test_cells_have_frontiers_of_their_own() -> None:
    both = pd.concat([ELEVEN.assign(cell="one"), ELEVEN.assign(cell="two", y=ELEVEN["y"] * 7)])
    found = dea(both, **TWO_IN, by=["cell"])

    for _, cell in found.to_pandas().groupby("cell"):
        np.testing.assert_allclose(cell["score"], scores(ELEVEN, **TWO_IN), atol=1e-12)
    peers = frame(found.peers)
    assert peers.groupby("cell").size().nunique() == 1


# Bad input


def test_units_that_are_all_alike_are_all_efficient() -> None:
    table = pd.DataFrame({"unit": [f"u{i}" for i in range(9)], "x1": 3.0, "x2": 0.0, "y": 5.0})
    for returns in ("variable", "constant", "free_disposal"):
        found = dea(table, **TWO_IN, returns=returns, slacks=True)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.to_pandas()["score"], 1, rtol=1e-12)
        assert found.n_uncertified == 0


def test_an_amount_in_another_unit_is_listed() -> None:
    table = ELEVEN.astype({"x1": float})
    table.loc[4, "x1"] *= 1000  # kilograms among tonnes
    found = dea(table, **TWO_IN)

    told = frame(found.doubtful)
    assert told[["unit", "good"]].to_numpy().tolist() == [["e", "x1"]]
    assert found.n_doubtful == 1
    assert dea(ELEVEN, **TWO_IN).n_doubtful == 0


def test_rows_with_a_gap_are_counted() -> None:
    table = ELEVEN.astype(float, errors="ignore")
    table.loc[8, "x2"] = np.nan
    found = dea(table, **TWO_IN)

    assert found.n_measured == 10
    assert frame(found.dropped).to_numpy().tolist() == [["x2", "missing", 1]]


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ({"returns": "varable"}, ChoiceError, "Did you mean 'variable'"),
        ({"orientation": "inputs"}, ChoiceError, "Did you mean 'input'"),
        ({"orientation": "both"}, ChoiceError, "orientation='both'"),
        ({"model": "sbm"}, ChoiceError, "model='sbm'"),
        ({"model": "directional", "direction": "means"}, ChoiceError, "Did you mean 'mean'"),
        ({"model": "directional", "direction": {"z": 1.0}}, ChoiceError, "direction='z'"),
        ({"model": "directional", "direction": {"y": -1.0}}, ParameterRangeError, "direction of y=-1.0"),
        ({"model": "directional", "direction": {"y": 0.0}}, ParameterRangeError, "above 0 for some good"),
        ({"model": "directional", "direction": "range", "returns": "constant"}, ParameterRangeError, "'variable' with"),
        ({"model": "russell", "returns": "free_disposal"}, ParameterRangeError, "free_disposal"),
        ({"model": "additive", "super_efficiency": True}, ParameterRangeError, "super_efficiency"),
        ({"weights_of_slacks": "mean"}, ChoiceError, "weights_of_slacks='mean'"),
        ({"model": "additive", "bad_outputs": ["y"]}, ParameterRangeError, "bad_outputs='y'"),
        ({"bad_outputs": ["y"]}, RepeatedColumnError, "'y' is outputs and bad outputs"),
        ({"inputs": []}, ParameterRangeError, r"inputs=\[\]"),
        ({"inputs": ["x1", "y"]}, RepeatedColumnError, "'y' is inputs and outputs"),
    ],
)
def test_words_that_say_nothing_are_refused(words: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        dea(ELEVEN, **(TWO_IN | words))


def test_tables_that_draw_no_frontier_are_refused() -> None:
    with pytest.raises(ThinFrontierError, match="8 units of units draw a frontier in 3 inputs and outputs; below 3"):
        dea(ELEVEN.iloc[:8], **TWO_IN)
    with pytest.raises(ThinFrontierError, match="where cell = 'two'"):
        dea(pd.concat([ELEVEN.assign(cell="one"), ELEVEN.iloc[:2].assign(cell="two")]), **TWO_IN, by=["cell"])
    assert dea(ELEVEN.iloc[:2], **TWO_IN, allow_thin=True).n_measured == 2
    with pytest.raises(ThinFrontierError, match="0 units"):
        dea(ELEVEN.assign(none=False), **TWO_IN, reference="none", allow_thin=True)
    with pytest.raises(OutsideRangeError, match="old is 2 where unit = 'a'"):
        dea(ELEVEN.assign(old=2.0), **TWO_IN, reference="old")
    with pytest.raises(NegativeValueError, match=r"units\.y.*where unit = 'c'"):
        dea(ELEVEN.assign(y=ELEVEN["y"].where(ELEVEN["unit"] != "c", -1.0)), **TWO_IN)
    nothing = ELEVEN.assign(**{x: ELEVEN[x].where(ELEVEN["unit"] != "d", 0.0) for x in ("x1", "x2")})
    with pytest.raises(OutsideRangeError, match="x1, x2 is 0 where unit = 'd'"):
        dea(nothing, **TWO_IN)
    idle = ELEVEN.assign(y=ELEVEN["y"].where(ELEVEN["unit"] != "d", 0.0))
    with pytest.raises(OutsideRangeError, match="y is 0 where unit = 'd'"):
        dea(idle, **TWO_IN, orientation="output")
    assert dea(idle, **TWO_IN).n_infeasible == 0
    with pytest.raises(ReservedNameError, match="score"):
        dea(ELEVEN.rename(columns={"unit": "score"}), **(TWO_IN | {"unit": "score"}))
