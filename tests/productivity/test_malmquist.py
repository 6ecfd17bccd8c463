from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import (
    ChoiceError,
    ColumnTypeError,
    DuplicateRowError,
    ExcludedParameterError,
    NoRowsLeftError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
    ThinFrontierError,
)
from industria.productivity import malmquist
from tests.productivity.frontier_data import arrow
from tests.productivity.official_files import official

FIVE = pd.DataFrame(
    {
        "unit": list("abcde") * 2,
        "year": [2001] * 5 + [2002] * 5,
        "x": [2.0, 3, 5, 4, 4, 1, 2, 4, 3, 4],
        "y": [1.0, 4, 6, 3, 5, 1, 4, 6, 3, 3],
    }
)
"""Five units of one input and one output, two periods: at constant returns all is ratios of y/x."""
GOODS: dict[str, Any] = {"unit": "unit", "time": "year", "inputs": ["x"], "outputs": ["y"], "allow_thin": True}
EXAMPLE = ({"panel": arrow(FIVE)}, GOODS)
WORDS = ["x", "y"]

# Ratios of short decimals: nothing but rounding is lost.
EXACT = 1e-12
# References of ten digits.
PRINTED = 1e-9


def random_panel(seed: int, n: int = 12, periods: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    unit, year = np.divmod(np.arange(n * periods), periods)
    goods = rng.lognormal(0, 0.5, (n * periods, 4))
    goods[:, 2:] *= (goods[:, :2].mean(axis=1) * 1.05**year)[:, None]
    table = pd.DataFrame(goods, columns=["x1", "x2", "y", "b"])
    return table.assign(unit=np.char.add("u", unit.astype(str)), year=2000 + year)


TWO_IN: dict[str, Any] = {"unit": "unit", "time": "year", "inputs": ["x1", "x2"], "outputs": ["y"], "allow_thin": True}


def changes(table: pd.DataFrame, **words: Any) -> pd.DataFrame:
    return malmquist(table, **(GOODS | words)).to_pandas()


def by_hand(table: pd.DataFrame) -> pd.DataFrame:
    """One input, one output, constant returns: efficiency is y/x over the best of the period."""
    ratio = (table["y"] / table["x"]).to_numpy().reshape(2, -1)
    best = ratio.max(axis=1)
    efficiency = ratio[1] / ratio[0] * best[0] / best[1]
    return pd.DataFrame(
        {"change": ratio[1] / ratio[0], "efficiency_change": efficiency, "technical_change": best[1] / best[0]}
    )


# Goldens


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_five_units_by_hand(orientation: Any) -> None:
    """An example of R's deaR: 2 1.5 1.25 1.333 .6, the frontier 1.5 for all."""
    found = changes(FIVE, orientation=orientation)

    np.testing.assert_allclose(found["change"], [2, 1.5, 1.25, 4 / 3, 0.6], rtol=EXACT)
    np.testing.assert_allclose(found["efficiency_change"], [4 / 3, 1, 5 / 6, 8 / 9, 0.4], rtol=EXACT)
    np.testing.assert_allclose(found["technical_change"], 1.5, rtol=EXACT)
    for column, wanted in by_hand(FIVE).items():
        np.testing.assert_allclose(found[column], wanted, rtol=EXACT)


def test_four_units_by_hand() -> None:
    """x0 10 28 30 60, y0 5 7 10 15; x1 12 26 16 60, y1 6 8 9 15."""
    table = pd.DataFrame(
        {
            "unit": list("abcd") * 2,
            "year": [1] * 4 + [2] * 4,
            "x": [10.0, 28, 30, 60, 12, 26, 16, 60],
            "y": [5.0, 7, 10, 15, 6, 8, 9, 15],
        }
    )
    found = changes(table)

    np.testing.assert_allclose(found["change"], [1, 1.2307692308, 1.6875, 1], atol=PRINTED)
    np.testing.assert_allclose(found["technical_change"], 1.125, rtol=EXACT)
    np.testing.assert_allclose(found["efficiency_change"], [0.8888889, 1.0940171, 1.5, 0.8888889], atol=6e-8)


def test_malmquist_luenberger_of_five_units() -> None:
    """Aparicio, Pastor & Zofío (2013): one input of 1, outputs and bad outputs, constant returns.

    Unit b by hand: its output could reach a's, 7 and 8, with less of the bad: √(1.4/(7/5.5) · 1.6/(8/5.5)) = 1.1. With
    weak disposability no unit of the later period makes as much of the bad as b did.
    """
    table = pd.DataFrame(
        {
            "unit": list("abcde") * 2,
            "year": [1] * 5 + [2] * 5,
            "x": 1.0,
            "y": [7, 5, 1, 3, 4, 8, 5.5, 2, 2, 4],
            "b": [2.0, 5, 3, 3, 2, 1, 3, 2, 4, 1],
        }
    )
    words = {"bad_outputs": ["b"], "index": "malmquist_luenberger"}
    found = changes(table, **words, bad_disposal="free")

    wanted = [1.3702375781, 1.1, 1.1259778360, 0.9162456946, 1.2792042981]
    np.testing.assert_allclose(found["change"], wanted, atol=PRINTED)
    weak = malmquist(table, **GOODS, **words)
    assert weak.n_infeasible == 1
    assert np.isnan(weak.to_pandas()["change"][1])


def test_states_from_1970_to_1986() -> None:
    """Munnell's 48 states at constant returns: geometric means, least and most, to the digits of the reference."""
    states = official("munnell_us_states.csv")
    states = states[states["YR"].isin([1970, 1986])]
    words = {"unit": "ST_ABB", "time": "YR", "inputs": ["P_CAP", "PC", "EMP"], "outputs": ["GSP"], "allow_thin": False}
    result = malmquist(states, **words)
    found = result.to_pandas().set_index("ST_ABB")

    means = result.means.collect("pandas").to_native().set_index("part")["mean"]
    assert means["change"] == pytest.approx(1.0537572, abs=6e-8)
    assert means["efficiency_change"] == pytest.approx(1.0414883, abs=6e-8)
    assert means["technical_change"] == pytest.approx(1.0117801, abs=6e-8)
    assert (found["change"].idxmin(), found["change"].idxmax()) == ("WY", "NH")
    assert found["change"].min() == pytest.approx(0.7734, abs=5e-5)
    assert found["change"].max() == pytest.approx(1.4142, abs=5e-5)
    assert result.n_infeasible == 0


def test_agriculture_of_alabama() -> None:
    """USDA, 48 states, 1995 to 1996, three outputs and four inputs; R's productivity agrees on this one."""
    farms = official("us_agriculture_states.csv")
    farms = farms[farms["year"].isin([1995, 1996])]
    words = {
        "unit": "state",
        "time": "year",
        "inputs": ["q_capital", "q_land", "q_labor", "q_materials"],
        "outputs": ["q_livestock", "q_crop", "q_other"],
        "allow_thin": False,
    }
    found = malmquist(farms, **words).to_pandas().set_index("state").loc["AL"]

    assert found["change"] == pytest.approx(1.0067213183, abs=PRINTED)
    # The two parts, told as frontier shift × catching up.
    assert {round(found["technical_change"], 9), round(found["efficiency_change"], 9)} == {1.026489313, 0.980742133}


AGRICULTURE: dict[str, Any] = {
    "unit": "state",
    "time": "year",
    "inputs": ["q_capital", "q_land", "q_labor", "q_materials"],
    "outputs": ["q_livestock", "q_crop", "q_other"],
    "returns": "variable",
}


def test_hicks_moorsteen_of_alabama_is_a_ratio_of_distances() -> None:
    """1995 to 1996, variable returns: 1.0666255. R's productivity prints 1.0316490, from prices that are not unique."""
    farms = official("us_agriculture_states.csv")
    found = malmquist(farms[farms["year"].isin([1995, 1996])], **AGRICULTURE, index="hicks_moorsteen")

    assert found.to_pandas().set_index("state").loc["AL", "change"] == pytest.approx(1.0666255, abs=6e-8)
    assert found.n_infeasible == 0


@pytest.mark.parametrize(("aggregator", "level"), [("distance", 0.6350807359), ("shadow_prices", 0.5063837809)])
def test_fare_primont_of_alabama_in_1995(aggregator: Any, level: float) -> None:
    """480 rows of ten years pooled, variable returns, at the mean of all."""
    found = malmquist(official("us_agriculture_states.csv"), **AGRICULTURE, index="fare_primont", aggregator=aggregator)
    levels = found.levels.collect("pandas").to_native().set_index(["state", "year"])["level"]

    assert levels["AL", 1995] == pytest.approx(level, abs=PRINTED)
    change = found.to_pandas().set_index(["state", "year"])["change"]
    np.testing.assert_allclose(change["AL"].prod(), levels["AL", 2004] / levels["AL", 1995], rtol=1e-10)


# Options


def test_programs_without_an_answer_are_null_and_counted() -> None:
    """At variable returns a, which comes to use less than anybody did before, has no place at the frontier before."""
    found = malmquist(FIVE, **GOODS, returns="variable")
    table = found.to_pandas()

    assert np.isnan(table["change"][0])
    assert np.isnan(table["technical_change"][0])
    assert np.isfinite(table["efficiency_change"][0])
    assert found.n_infeasible == 1
    assert table["scale_change"].isna().all()
    assert malmquist(FIVE, **GOODS, returns="variable", technology="biennial").n_infeasible == 0
    assert malmquist(FIVE, **GOODS, returns="variable", technology="global").n_infeasible == 0


def test_a_unit_seen_once_draws_frontiers_and_has_no_change() -> None:
    once = pd.DataFrame({"unit": ["f"], "year": [2002], "x": [1.0], "y": [2.0]})
    found = malmquist(pd.concat([FIVE, once]), **GOODS)

    assert found.n_alone == 1
    assert found.to_pandas()["unit"].tolist() == list("abcde")
    np.testing.assert_allclose(found.to_pandas()["technical_change"], 1.5)
    assert (found.to_pandas()["n_units"] == 6).all()


def test_a_change_is_from_the_period_before_in_the_table() -> None:
    later = pd.concat([FIVE, FIVE.assign(year=FIVE["year"] + 15)])
    found = malmquist(later, **GOODS).to_pandas()

    assert set(zip(found["time_from"], found["year"], strict=True)) == {(2001, 2002), (2002, 2016), (2016, 2017)}
    # c is not seen in 2002: its next change would bridge a period of the table, so there is none.
    gap = malmquist(later[(later["unit"] != "c") | (later["year"] != 2002)], **GOODS).to_pandas()
    assert gap[gap["unit"] == "c"]["time_from"].tolist() == [2016]


def test_cells_have_frontiers_of_their_own() -> None:
    both = pd.concat([FIVE.assign(cell="one"), FIVE.assign(cell="two", y=FIVE["y"] * 9)])
    found = malmquist(both, **GOODS, by=["cell"])

    for _, rows in found.to_pandas().groupby("cell"):
        np.testing.assert_allclose(rows["change"], [2, 1.5, 1.25, 4 / 3, 0.6], rtol=1e-12)
    assert len(found.means.collect("pandas").to_native()) == 2 * 5


def test_intervals_hold_the_mean_and_hang_on_the_seed_alone() -> None:
    panel = random_panel(8)
    first, again, other = (malmquist(panel, **TWO_IN, replications=99, rng=seed) for seed in (1, 1, 2))
    told, same, moved = (found.means.collect("pandas").to_native() for found in (first, again, other))

    pd.testing.assert_frame_equal(told, same)
    assert not told.equals(moved)
    assert ((told["low"] <= told["mean"]) & (told["mean"] <= told["high"])).all()
    logs = np.log(first.to_pandas().groupby("year")["change"].agg(lambda of: np.exp(np.log(of).mean())))
    np.testing.assert_allclose(np.log(told[told["part"] == "change"]["mean"]), logs, rtol=1e-9)


# Bad input


@pytest.mark.parametrize(
    ("words", "error", "says"),
    [
        ({"index": "malmquists"}, ChoiceError, "Did you mean 'malmquist'"),
        ({"technology": "globl"}, ChoiceError, "Did you mean 'global'"),
        ({"parts": "fgnzs"}, ChoiceError, "Did you mean 'fgnz'"),
        ({"returns": "free_disposal"}, ChoiceError, "returns='free_disposal'"),
        ({"orientation": "both"}, ChoiceError, "orientation='both'"),
        ({"index": "malmquist_luenberger"}, ParameterRangeError, "bad_outputs"),
        ({"index": "hicks_moorsteen", "bad_outputs": ["b"]}, ParameterRangeError, "none, with index='hicks_moorsteen'"),
        ({"index": "hicks_moorsteen", "parts": "ray_desli"}, ChoiceError, "parts='ray_desli'"),
        ({"index": "fare_primont", "technology": "adjacent"}, ChoiceError, "technology='adjacent'"),
        ({"aggregator": "prices"}, ChoiceError, "Did you mean 'shadow_prices'"),
        ({"bad_disposal": "strong"}, ChoiceError, "bad_disposal='strong'"),
        ({"bad_disposal": "free"}, ExcludedParameterError, "bad_disposal has no place in a frontier without"),
        ({"aggregator": "shadow_prices"}, ExcludedParameterError, "aggregator has no place in index='malmquist'"),
        ({"parts": "ray_desli", "returns": "variable"}, ExcludedParameterError, "parts has no place in returns"),
        ({"replications": -1}, ParameterRangeError, "replications=-1"),
        ({"allow_thin": False}, ThinFrontierError, "5 units of panel .* where year = 2001; below 3"),
        ({"time": "unit"}, RepeatedColumnError, "'unit'"),
    ],
)
def test_what_says_nothing_is_refused(words: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        malmquist(FIVE, **(GOODS | words))


def test_panels_without_a_change_are_refused() -> None:
    with pytest.raises(NoRowsLeftError, match="no unit is there in two periods"):
        malmquist(FIVE.iloc[:5], **GOODS)
    with pytest.raises(DuplicateRowError, match="unit = 'a', year = 2001"):
        malmquist(pd.concat([FIVE, FIVE.iloc[:1]]), **GOODS)
    with pytest.raises(OutsideRangeError, match="y is 0 where unit = 'd', year = 2001"):
        malmquist(FIVE.assign(y=FIVE["y"].where(FIVE.index != 3, 0.0)), **GOODS)
    with pytest.raises(ColumnTypeError, match="whole numbers or dates"):
        malmquist(FIVE.assign(year=FIVE["year"] + 0.5), **GOODS)


def test_a_split_without_an_answer_is_counted() -> None:
    """Farm a of one acre lies outside the other year's frontier of variable returns: a change, but no split of it."""
    farms = pd.DataFrame(
        {
            "farm": list("abcde") * 2,
            "year": [2001] * 5 + [2002] * 5,
            "land": [2, 3, 5, 4, 4, 1, 2, 4, 3, 4],
            "crop": [1, 4, 6, 3, 5, 1, 4, 6, 3, 3],
        }
    )
    roles: dict[str, Any] = {"unit": "farm", "time": "year", "inputs": ["land"], "outputs": ["crop"]}
    found = malmquist(farms, **roles, parts="ray_desli", allow_thin=True)
    rows = found.to_pandas().set_index("farm")

    assert rows["change"].notna().all()
    assert rows.index[rows["technical_change"].isna()].tolist() == ["a"]
    assert found.n_infeasible == 1
    assert malmquist(farms, **roles, allow_thin=True).n_infeasible == 0
