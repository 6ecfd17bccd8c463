"""Cost, revenue, profit and profitability: numbers of books and packages, laws, bad input."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import (
    ChoiceError,
    MissingColumnError,
    NeededParameterError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
    ThinFrontierError,
)
from industria.productivity import dea, economic_efficiency
from tests.productivity.frontier_data import ELEVEN, arrow

# Benchmarking 0.33 prints optima of these prices: 1 + k/10 and 3 - k/10 of the two, 2 + k/5 of the third.
K = np.arange(1, 12)
PRICED = ELEVEN.assign(w1=1 + K / 10, w2=3 - K / 10, p=2 + K / 5)
FIRMS: dict[str, Any] = {"unit": "unit", "inputs": ["x1", "x2"], "outputs": ["y"]}
PRICES = {"x1": "w1", "x2": "w2", "y": "p"}
EXAMPLE = ({"units": arrow(PRICED)}, FIRMS | {"prices": PRICES, "objective": "profit"})
WORDS = ["x1", "x2", "y"]

# R prints eleven digits.
PRINTED = 1e-8


def frame(table: Any) -> pd.DataFrame:
    made: pd.DataFrame = table.collect("pandas").to_native()
    return made


def found(table: pd.DataFrame = PRICED, **words: Any) -> Any:
    return economic_efficiency(table, **(FIRMS | {"prices": PRICES} | words))


# Goldens


@pytest.mark.parametrize(
    ("returns", "cost"),
    [
        (
            "variable",
            [43.2, 44.48, 57.113333333, 59.653333333, 40, 39.2, 65.5, 89.8, 99.7, 64, 35.2],
        ),
        (
            "constant",
            [
                *(25.111111111, 30.074074074, 55.092592593, 58.740740741, 18.518518519, 21.333333333),
                *(65.5, 73.384615385, 76.069230769, 64, 29.630769231),
            ],
        ),
        (
            "nonincreasing",
            [
                *(25.111111111, 30.074074074, 55.092592593, 58.740740741, 18.518518519, 21.333333333),
                *(65.5, 89.8, 99.7, 64, 29.630769231),
            ],
        ),
        (
            "nondecreasing",
            [43.2, 44.48, 57.113333333, 59.653333333, 40, 39.2, 65.5, 73.384615385, 76.069230769, 64, 35.2],
        ),
        ("free_disposal", [43.2, 52.8, 59.5, 61, 40, 39.2, 65.5, 97, 99.7, 64, 35.2]),
    ],
)
def test_least_cost_of_eleven_units(returns: Any, cost: list[float]) -> None:
    """R's Benchmarking, cost.opt, each unit at prices of its own."""
    scored = found(returns=returns)
    table = scored.to_pandas()
    own = PRICED["w1"] * PRICED["x1"] + PRICED["w2"] * PRICED["x2"]
    np.testing.assert_allclose(table["optimum"], cost, atol=PRINTED)
    np.testing.assert_allclose(table["score"], np.array(cost) / own, atol=PRINTED)
    np.testing.assert_allclose(table["technical"], dea(ELEVEN, **FIRMS, returns=returns).to_pandas()["score"])
    assert scored.n_uncertified == 0


def test_the_inputs_of_least_cost() -> None:
    """Benchmarking, cost.opt, VRS: xopt."""
    x1 = [5, 7.666666667, 22.333333333, 23.666666667, 5, 5, 25, 34, 37, 17, 5]
    x2 = [13, 12.6, 10.4, 10.2, 13, 13, 10, 13, 14, 15, 13]
    targets = frame(found().targets).pivot(index="unit", columns="good", values="target")
    np.testing.assert_allclose(targets[["x1", "x2"]], np.transpose([x1, x2]), atol=PRINTED)
    np.testing.assert_allclose(targets["y"], ELEVEN["y"])


def test_largest_revenue_of_one_input_and_two_outputs() -> None:
    """Benchmarking, revenue.opt, with y as the input of x1 and x2."""
    roles: dict[str, Any] = {"inputs": ["y"], "outputs": ["x1", "x2"], "objective": "revenue"}
    wanted = {
        "variable": [73.355555556, 80.666666667, 118.716666667, 123.8, 62, 66, 128.9, 130.6, 132.3, 134, 80.244444444],
        "constant": [90.6, 106.4, 191.25, 200.2, 62, 70.2, 211.95, 237, 246.45, 208, 96.6],
    }
    for returns, revenue in wanted.items():
        table = found(**roles, returns=returns).to_pandas()
        np.testing.assert_allclose(table["optimum"], revenue, atol=PRINTED)
    targets = frame(found(**roles).targets).pivot(index="unit", columns="good", values="target")
    np.testing.assert_allclose(targets.loc["a"], [70 / 3, 148 / 9, 12], atol=PRINTED)


def test_largest_profit() -> None:
    """Benchmarking, profit.opt, VRS: one unit is the best at prices of many."""
    profit = [2.9, 6.8, 10.7, 14.6, 18.5, 22.4, 26.3, 30.2, 35, 40, 45]
    scored = found(objective="profit")
    table = scored.to_pandas()
    np.testing.assert_allclose(table["optimum"], profit, atol=PRINTED)
    assert scored.parts == "sum"
    np.testing.assert_allclose(table["technical"] + table["allocative"], table["score"])
    np.testing.assert_allclose(
        table["technical"], dea(ELEVEN, **FIRMS, model="directional").to_pandas()["score"], atol=1e-9
    )
    targets = frame(scored.targets).pivot(index="unit", columns="good", values="target")
    assert list(targets.loc["a"]) == [25, 10, 27]
    assert list(targets.loc["k"]) == [17, 15, 26]


def test_three_firms_of_data_envelopment_analysis_jl() -> None:
    """Its documentation of deacost: constant returns, prices 4 and 2."""
    table = pd.DataFrame(
        {"unit": list("abc"), "x1": [3.0, 1, 4], "x2": [2.0, 3, 6], "y": [3.0, 5, 6], "w1": 4.0, "w2": 2.0}
    )
    scored = found(table, returns="constant", allow_thin=True).to_pandas()
    np.testing.assert_allclose(scored["score"], [0.375, 1, 0.4285714286], atol=PRINTED)
    np.testing.assert_allclose(scored["technical"], [0.9, 1, 0.6], atol=PRINTED)
    np.testing.assert_allclose(scored["allocative"], [0.4166666667, 1, 0.7142857143], atol=PRINTED)


def test_profitability_of_five_firms_of_data_envelopment_analysis_jl() -> None:
    """Its documentation of deaprofitability (Zofío & Prieto 2006), printed to three digits."""
    table = pd.DataFrame({"unit": list("abcde"), "x1": [5.0, 2, 4, 4, 7], "x2": [3.0, 4, 2, 8, 9]})
    table = table.assign(y=[7.0, 10, 8, 5, 3], y2=[4.0, 8, 10, 4, 6], w1=2.0, w2=1.0, p=3.0, p2=2.0)
    words: dict[str, Any] = {"outputs": ["y", "y2"], "prices": PRICES | {"y2": "p2"}, "objective": "profitability"}
    scored = found(table, **words, allow_thin=True)
    made = scored.to_pandas()
    np.testing.assert_allclose(made["score"], [0.388, 1, 0.765, 0.250, 0.159], atol=6e-4)
    np.testing.assert_allclose(made["technical"], [0.636, 1, 1, 0.25, 0.261], atol=6e-4)
    np.testing.assert_allclose(made["allocative"], [0.610, 1, 0.765, 1, 0.609], atol=6e-4)
    # The best mix, at the cost of the unit itself: b costs 8, a 13.
    targets = frame(scored.targets).query("unit == 'a'").set_index("good")["target"]
    np.testing.assert_allclose(targets, np.array([2, 4, 10, 8]) * 13 / 8)


# Laws


def firms(seed: int, n: int = 20) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    goods = {name: rng.lognormal(0, 0.5, n) for name in ("x1", "x2", "y", "y2", "w1", "w2", "p", "p2")}
    return pd.DataFrame({"unit": [f"u{i:02}" for i in range(n)], **goods})


BOTH: dict[str, Any] = {"outputs": ["y", "y2"], "prices": PRICES | {"y2": "p2"}}
RETURNS = ["variable", "constant", "nonincreasing", "nondecreasing", "free_disposal"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["cost", "revenue"]), st.sampled_from(RETURNS))
def test_the_whole_is_no_more_than_the_technical_part(seed: int, objective: str, returns: str) -> None:
    scored = found(firms(seed), **BOTH, objective=objective, returns=returns)
    table = scored.to_pandas()
    assert (table["score"] <= table["technical"] + 1e-9).all()
    assert (table["score"] > 0).all()
    np.testing.assert_allclose(table["technical"] * table["allocative"], table["score"])
    assert scored.n_uncertified == 0
    targets = frame(scored.targets).merge(firms(seed), on="unit")
    price = np.select([targets["good"] == good for good in ("x1", "x2", "y", "y2")], [targets[w] for w in W_AND_P])
    money = (targets["target"] * price)[targets["role"] == ("input" if objective == "cost" else "output")]
    np.testing.assert_allclose(money.groupby(targets["unit"]).sum(), table["optimum"])


W_AND_P = ("w1", "w2", "p", "p2")


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.sampled_from(["cost", "revenue", "profit", "profitability"]))
def test_units_of_goods_and_of_money_change_nothing(seed: int, objective: str) -> None:
    data = firms(seed)
    other = data.assign(x1=data["x1"] * 1e6, w1=data["w1"] * 1e-6)
    other[list(W_AND_P)] *= 1e3
    one, two = (found(of, **BOTH, objective=objective).to_pandas() for of in (data, other))
    for column in ("score", "technical", "allocative"):
        np.testing.assert_allclose(two[column], one[column], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(two["optimum"], one["optimum"] * 1e3)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_no_profit_is_above_the_best_and_losses_part(seed: int) -> None:
    table = found(firms(seed), **BOTH, objective="profit").to_pandas()
    idle = found(firms(seed), **BOTH, objective="profit", returns="nonincreasing").to_pandas()
    assert (table[["score", "technical", "allocative"]] >= -1e-9).all(axis=None)
    np.testing.assert_allclose(idle["optimum"], table["optimum"].clip(lower=0))


def test_the_right_mix_leaves_the_technical_part_alone() -> None:
    """One input has no mix: cost is in proportion to it."""
    table = found(inputs=["x1"], prices={"x1": "w1"}).to_pandas()
    np.testing.assert_allclose(table["allocative"], 1)
    np.testing.assert_allclose(table["score"], table["technical"])


def test_the_cheapest_of_many_units_is_that_of_all_programs() -> None:
    """More than 400 units are sorted out before they are compared; at one price, cost is one input."""
    data = firms(3, 600).assign(w1=2.0, w2=0.5)
    table = found(data, **BOTH, returns="variable")
    spent = data.assign(spent=2 * data["x1"] + 0.5 * data["x2"])
    wanted = dea(spent, unit="unit", inputs=["spent"], outputs=["y", "y2"]).to_pandas()["score"]
    np.testing.assert_allclose(table.to_pandas()["score"], wanted)
    assert table.n_uncertified == 0


def test_cells_and_units_of_reference_draw_their_own_frontier() -> None:
    data = pd.concat([firms(1).assign(region="a"), firms(2).assign(region="b")])
    together = found(data, **BOTH, by=["region"]).to_pandas()
    alone = found(firms(2), **BOTH).to_pandas()
    np.testing.assert_allclose(together[together["region"] == "b"]["score"], alone["score"])
    old = data.assign(old=data["region"] == "a", unit=data["region"] + data["unit"])
    scored = found(old, **BOTH, reference="old", objective="profitability")
    assert scored.to_pandas()["n_units"].unique().tolist() == [20]
    assert scored.to_pandas()["score"].max() > 1
    beyond = found(old.assign(y=old["y"] * np.where(old["old"], 1, 9)), **BOTH, reference="old")
    assert 0 < beyond.n_infeasible == beyond.to_pandas()["score"].isna().sum()
    assert len(frame(beyond.targets)) == 4 * (40 - beyond.n_infeasible)


# Bad input


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"objective": "gain"}, ChoiceError, "profit"),
        ({"objective": "profit", "returns": "constant"}, ParameterRangeError, "'nonincreasing'"),
        ({"objective": "profitability", "returns": "variable"}, ParameterRangeError, "'constant'"),
        ({"returns": "crs"}, ChoiceError, "constant"),
        ({"prices": {}}, ParameterRangeError, "each with its column of prices"),
        ({"prices": {"x1": "w1"}}, NeededParameterError, "prices of x2"),
        ({"prices": PRICES | {"z": "w1"}}, ChoiceError, "'z'"),
        ({"prices": {"x1": "w1", "x2": "x1"}}, RepeatedColumnError, "x1"),
        ({"prices": {"x1": "w1", "x2": "w3"}}, MissingColumnError, "w3"),
    ],
)
def test_what_has_no_optimum_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        found(**changes)


def test_prices_that_are_not_needed_are_not_read() -> None:
    assert found(PRICED.drop(columns="p")).n_measured == 11


def test_a_price_of_nothing_is_told_by_its_row() -> None:
    with pytest.raises(OutsideRangeError, match=r"w2.*unit = 'c'.*above 0"):
        found(PRICED.assign(w2=np.where(ELEVEN["unit"] == "c", 0.0, 1.0)))


def test_a_unit_that_makes_nothing_has_no_revenue_to_compare() -> None:
    with pytest.raises(OutsideRangeError, match="unit = 'b'"):
        found(PRICED.assign(y=np.where(ELEVEN["unit"] == "b", 0.0, 1.0)), objective="revenue")


def test_an_amount_in_another_unit_is_listed_by_row() -> None:
    assert found().n_doubtful == 0
    told = found(PRICED.assign(x1=np.where(ELEVEN["unit"] == "c", 16e3, ELEVEN["x1"])))
    assert told.n_doubtful == 1
    assert frame(told.doubtful)[["unit", "good", "observed"]].to_numpy().tolist() == [["c", "x1", 16e3]]


def test_few_units_draw_no_frontier_without_being_asked_to() -> None:
    with pytest.raises(ThinFrontierError, match="5 units"):
        found(PRICED[:5])
    assert found(PRICED[:5], allow_thin=True).n_measured == 5
