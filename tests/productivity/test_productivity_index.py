"""Productivity of units by price-weighted indexes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    ChoiceError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
)
from industria.productivity import productivity_index
from tests.productivity.index_data import mirrored

FARMS = pa.table(
    {
        "farm": ["b", "a", "a", "b", "a", "b"],
        "year": [1, 2, 1, 2, 4, 3],
        "grain": [80.0, 110.0, 100.0, 96.0, 120.0, 97.0],
        "milk": [20.0, 11.0, 10.0, 22.0, 12.0, 25.0],
        "grain_price": [2.0, 2.2, 2.0, 2.2, 2.1, 2.0],
        "milk_price": [5.0, 4.8, 5.0, 4.8, 5.5, 5.1],
        "hours": [40.0, 50.0, 50.0, 44.0, 51.0, 44.0],
        "land": [8.0, 10.0, 10.0, 8.0, 10.0, 9.0],
        "wage": [1.5, 1.6, 1.5, 1.6, 1.9, 1.7],
        "rent": [5.0, 6.0, 5.0, 6.0, 6.5, 6.1],
    }
)
OUTPUTS, INPUTS = {"grain": "grain_price", "milk": "milk_price"}, {"hours": "wage", "land": "rent"}
EXAMPLE = ({"panel": FARMS}, {"unit": "farm", "time": "year", "outputs": OUTPUTS, "inputs": INPUTS})
CHAINED = ["fisher", "tornqvist", "laspeyres", "paasche"]
TRANSITIVE = ["lowe", "caves_christensen_diewert", "geks_fisher"]
PRINTED = 6e-11  # R §14 prints ten decimals
EXACT = 1e-12  # sums and ratios of a handful of numbers


def indexed(data: Any = FARMS, **changes: Any) -> pd.DataFrame:
    return productivity_index(data, **(EXAMPLE[1] | changes)).to_pandas()


def agriculture(formula: str) -> pd.DataFrame:
    """US farms by state, 1995-2004, USDA Economic Research Service; Alabama in 1995 and 1996."""
    found = productivity_index(
        mirrored("us_agriculture_states.csv"),
        unit="state",
        time="year",
        outputs={f"q_{of}": f"p_{of}" for of in ("livestock", "crop", "other")},
        inputs={f"q_{of}": f"p_{of}" for of in ("capital", "land", "labor", "materials")},
        formula=formula,  # type: ignore[arg-type]
    ).to_pandas()
    return found[found["state"] == "AL"].set_index("year")


def test_alabama_by_fisher() -> None:
    """By formula 1.0247976938; the R package `productivity` scales quantities but not prices and prints .9934729."""
    change = agriculture("fisher").loc[1996]
    assert change["output_index"] == pytest.approx(1.0090945575, abs=PRINTED)
    assert change["input_index"] == pytest.approx(0.9846768427, abs=PRINTED)
    assert change["tfp"] == pytest.approx(1.0247976938, abs=PRINTED)
    assert abs(change["tfp"] - 0.9934729) > 0.03


def test_alabama_by_tornqvist() -> None:
    assert agriculture("tornqvist").loc[1996, "tfp"] == pytest.approx(1.0243927141, abs=PRINTED)


def test_alabama_by_lowe_and_ccd() -> None:
    """Levels of 1995; of Lowe's the R package `productivity` prints .8233264, which depends on units."""
    lowe = agriculture("lowe").loc[1995, "tfp"]
    assert lowe == pytest.approx(0.8407564882, abs=PRINTED)
    assert abs(lowe - 0.8233264) > 0.01
    # The golden number has eight digits.
    assert agriculture("caves_christensen_diewert").loc[1995, "tfp"] == pytest.approx(0.96727757, abs=5e-9)


def test_a_change_by_hand() -> None:
    row = indexed(formula="laspeyres").set_index(["farm", "year"]).loc[("a", 2)]
    assert row["output_index"] == pytest.approx((110 * 2 + 11 * 5) / 250, abs=EXACT)
    assert row["input_index"] == pytest.approx(1, abs=EXACT)
    assert row["profitability"] == pytest.approx((110 * 2.2 + 11 * 4.8) / (80 + 60) / (250 / 125), abs=EXACT)


@pytest.mark.parametrize("formula", [*CHAINED, *TRANSITIVE])
def test_profitability_is_terms_of_trade_times_productivity(formula: str) -> None:
    table = indexed(formula=formula)
    assert (table["terms_of_trade"] * table["tfp"]).to_numpy() == pytest.approx(table["profitability"], rel=EXACT)
    assert (table["output_index"] / table["input_index"]).to_numpy() == pytest.approx(table["tfp"], rel=EXACT)
    first = table.groupby("farm").first()["tfp"]
    assert (first == 1).all() == (formula in CHAINED)


@given(st.floats(1e-6, 1e6), st.sampled_from([*CHAINED, *TRANSITIVE]))
def test_units_of_quantities_do_not_matter(factor: float, formula: str) -> None:
    frame = FARMS.to_pandas()
    scaled = frame.assign(grain=frame["grain"] * factor, grain_price=frame["grain_price"] / factor)
    # Factors of a million cost a few of sixteen digits.
    assert indexed(scaled, formula=formula)["tfp"].to_numpy() == pytest.approx(
        indexed(formula=formula)["tfp"], rel=1e-9
    )


def test_geks_fisher_is_the_mean_over_all_pairs() -> None:
    frame = FARMS.to_pandas().sort_values(["farm", "year"]).reset_index(drop=True)

    def fisher(q: list[str], p: list[str], r: int, t: int) -> float:
        q0, q1, p0, p1 = (frame.loc[i, c].to_numpy(float) for c in (q, p) for i in (r, t))
        return float(np.sqrt(p0 @ q1 / (p0 @ q0) * (p1 @ q1) / (p1 @ q0)))

    sides = ((["grain", "milk"], ["grain_price", "milk_price"]), (["hours", "land"], ["wage", "rent"]))
    logs = [[np.mean([np.log(fisher(*side, r, t)) for r in range(6)]) for t in range(6)] for side in sides]
    assert np.log(indexed(formula="geks_fisher")["tfp"]).to_numpy() == pytest.approx(np.subtract(*logs), abs=EXACT)


def test_a_level_of_one_farm_over_another_is_that_of_ccd() -> None:
    """Log levels against the mean of the sample, by the formula of Caves, Christensen & Diewert (1982)."""
    f = FARMS.to_pandas().sort_values(["farm", "year"]).reset_index(drop=True)

    def level(roles: dict[str, str]) -> Any:
        value = np.column_stack([f[q] * f[p] for q, p in roles.items()])
        s, ln = value / value.sum(axis=1, keepdims=True), np.log(f[list(roles)].to_numpy())
        return (0.5 * (s + s.mean(axis=0)) * (ln - ln.mean(axis=0))).sum(axis=1)

    found = np.log(indexed(formula="caves_christensen_diewert")["tfp"])
    assert found.to_numpy() == pytest.approx(level(OUTPUTS) - level(INPUTS), abs=EXACT)


def test_a_gap_is_chained_over_but_is_no_growth_of_one_period() -> None:
    found = productivity_index(FARMS, **EXAMPLE[1])
    table = found.to_pandas().set_index(["farm", "year"])
    assert found.n_gaps == 1
    assert np.isnan(table.loc[("a", 4), "growth"])
    assert table.loc[("a", 4), "tfp"] > 1
    assert table.loc[("b", 3), "growth"] == pytest.approx(
        np.log(table.loc[("b", 3), "tfp"] / table.loc[("b", 2), "tfp"]), abs=EXACT
    )


def test_levels_compare_within_a_cell() -> None:
    alone = indexed(FARMS.filter(pa.compute.equal(FARMS["farm"], "a")), formula="lowe")
    cells = indexed(FARMS.append_column("land_type", FARMS["farm"]), formula="lowe", by=["land_type"])
    assert cells[cells["farm"] == "a"]["tfp"].to_numpy() == pytest.approx(alone["tfp"], rel=EXACT)


def test_zeros_count_where_no_log_is_taken() -> None:
    none = FARMS.set_column(3, "milk", pa.array([20.0, 0.0, 10.0, 22.0, 12.0, 25.0]))
    assert indexed(none)["tfp"].notna().all()
    with pytest.raises(OutsideRangeError, match=r"panel\.milk is 0 where farm = 'a', year = 2"):
        indexed(none, formula="tornqvist")
    idle = none.set_column(2, "grain", pa.array([80.0, 0.0, 100.0, 96.0, 120.0, 97.0]))
    with pytest.raises(
        OutsideRangeError, match="farm = 'a', year = 2; it must be above 0 in at least one of grain, milk"
    ):
        indexed(idle)


def test_a_row_in_another_unit_is_listed() -> None:
    wrong = FARMS.set_column(6, "hours", pa.array([40.0, 50.0, 50.0, 44.0, 51000.0, 44.0]))
    found = productivity_index(wrong, **EXAMPLE[1])
    assert found.n_jumps == 1
    assert found.jumps.collect("pandas").to_native().iloc[0].tolist() == ["a", 4, "hours", 1020.0]


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"formula": "malmquist"}, ChoiceError, "formula='malmquist'"),
        ({"outputs": {}}, ParameterRangeError, "outputs={}"),
        ({"inputs": ["hours"]}, ParameterRangeError, "inputs="),
        ({"inputs": {"grain": "wage"}}, RepeatedColumnError, "'grain' is an output and an input"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        indexed(**changes)


def test_wrong_cells_are_named() -> None:
    with pytest.raises(NegativeValueError, match=r"panel\.land"):
        indexed(FARMS.set_column(7, "land", pa.array([-8.0, 10.0, 10.0, 8.0, 10.0, 9.0])))
    with pytest.raises(OutsideRangeError, match=r"panel\.wage is 0 where farm = 'b', year = 1"):
        indexed(FARMS.set_column(8, "wage", pa.array([0.0, 1.6, 1.5, 1.6, 1.9, 1.7])))
