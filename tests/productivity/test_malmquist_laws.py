"""What holds for every change of productivity by frontiers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from industria.productivity import dea, malmquist
from tests.productivity.test_malmquist import TWO_IN, by_hand, random_panel

# Logs of scores that rounding leaves eleven digits of.
ROUNDING = 1e-10


@pytest.mark.parametrize("technology", ["adjacent", "sequential", "global", "biennial"])
@pytest.mark.parametrize("parts", ["fgnz", "ray_desli"])
def test_parts_multiply_to_the_change(technology: Any, parts: Any) -> None:
    found = malmquist(random_panel(1), **TWO_IN, technology=technology, parts=parts).to_pandas().dropna()

    product = found["efficiency_change"] * found["technical_change"]
    if parts == "ray_desli":
        product *= found["scale_change"]
    else:
        split = found["pure_efficiency_change"] * found["scale_change"]
        np.testing.assert_allclose(split, found["efficiency_change"], rtol=ROUNDING)
    np.testing.assert_allclose(product, found["change"], rtol=ROUNDING)


@pytest.mark.parametrize("technology", ["adjacent", "global"])
def test_parts_of_a_luenberger_add_up(technology: Any) -> None:
    found = malmquist(random_panel(2), **TWO_IN, index="luenberger", technology=technology).to_pandas()

    np.testing.assert_allclose(found["efficiency_change"] + found["technical_change"], found["change"], atol=ROUNDING)
    np.testing.assert_allclose(
        found["pure_efficiency_change"] + found["scale_change"], found["efficiency_change"], atol=ROUNDING
    )


def test_time_turned_round_turns_the_change_round() -> None:
    panel = random_panel(3, periods=2)
    back = panel.assign(year=4001 - panel["year"])
    there, again = (malmquist(rows, **TWO_IN).to_pandas()["change"] for rows in (panel, back))

    np.testing.assert_allclose(there * again, 1, rtol=ROUNDING)


def test_changes_by_a_global_frontier_chain() -> None:
    """Pastor & Lovell (2005): over three periods the product of changes is the change over all."""
    panel = random_panel(4)
    found = malmquist(panel, **TWO_IN, technology="global").to_pandas().groupby("unit")["change"].prod()
    rows = panel[panel["year"] != 2001]
    frontier = panel.assign(unit=panel["unit"] + panel["year"].astype(str), all="all")
    # The efficiency of each row by the frontier of all rows, from `dea`.
    score = dea(frontier, unit="unit", inputs=["x1", "x2"], outputs=["y"], returns="constant", orientation="output")
    of_row = score.to_pandas().set_index("unit")["efficiency"]
    for unit in rows["unit"].unique():
        assert found[unit] == pytest.approx(of_row[f"{unit}2002"] / of_row[f"{unit}2000"], rel=ROUNDING)


def test_the_frontier_of_all_periods_so_far_never_falls_back() -> None:
    found = malmquist(random_panel(5), **TWO_IN, technology="sequential").to_pandas()

    assert (found["technical_change"] >= 1 - ROUNDING).all()


def test_one_output_and_one_input_are_ratios_whatever_the_orientation() -> None:
    panel = random_panel(6, periods=2)
    words = TWO_IN | {"inputs": ["x1"]}
    wanted = by_hand(panel.rename(columns={"x1": "x"}).sort_values(["year", "unit"]))
    for orientation in ("input", "output"):
        found = malmquist(panel, **words, orientation=orientation).to_pandas()  # type: ignore[arg-type]
        for column, values in wanted.items():
            np.testing.assert_allclose(found[column], values, rtol=ROUNDING)


def test_units_of_measurement_and_names_do_not_matter() -> None:
    panel = random_panel(7)
    words = TWO_IN | {"bad_outputs": ["b"], "index": "malmquist_luenberger"}
    plain = malmquist(panel, **words).to_pandas()
    other = panel.assign(x1=panel["x1"] * 1e9, b=panel["b"] / 1e3, unit="z" + panel["unit"])

    np.testing.assert_allclose(malmquist(other, **words).to_pandas()["change"], plain["change"], rtol=1e-9)


@pytest.mark.parametrize("index", ["hicks_moorsteen", "fare_primont"])
def test_complete_indexes_are_ratios_where_one_input_makes_one_output(index: Any) -> None:
    """And at constant returns Hicks-Moorsteen of one output is Malmquist's."""
    panel = random_panel(9, periods=2)
    found = malmquist(panel, **(TWO_IN | {"inputs": ["x1"]}), index=index).to_pandas()
    wanted = by_hand(panel.rename(columns={"x1": "x"}).sort_values(["year", "unit"]))

    np.testing.assert_allclose(found["change"], wanted["change"], rtol=ROUNDING)
    np.testing.assert_allclose(found["efficiency_change"], wanted["efficiency_change"], rtol=ROUNDING)
    assert found["technical_change"].isna().all()


@pytest.mark.parametrize("side", ["input", "output", "both"])
@pytest.mark.parametrize("disposal", ["weak", "free"])
def test_catching_up_of_a_luenberger_is_the_step_of_dea_then_less_the_step_now(side: Any, disposal: Any) -> None:
    """β⁰ − β¹ of the directional model, with bad outputs going down as outputs go up (Chung, Färe & Grosskopf)."""
    panel = random_panel(10, periods=2)
    words: dict[str, Any] = {"orientation": side, "bad_outputs": ["b"], "bad_disposal": disposal}
    found = malmquist(panel, **TWO_IN, **words, index="luenberger").to_pandas()
    goods = {name: TWO_IN[name] for name in ("unit", "inputs", "outputs", "allow_thin")} | words
    then, now = (
        dea(panel[panel["year"] == year], **goods, model="directional", returns="constant").to_pandas()["score"]
        for year in (2000, 2001)
    )

    np.testing.assert_allclose(found["efficiency_change"], then - now, atol=ROUNDING)
    assert (np.abs(then - now) > ROUNDING).any()
