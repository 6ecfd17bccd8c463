"""The perpetual inventory of units and assets."""

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
    DuplicateRowError,
    ExcludedParameterError,
    MissingValueError,
    OutsideRangeError,
    ParameterRangeError,
)
from industria.productivity import capital_stock

INVESTMENT = pa.table(
    {
        "country": ["it"] * 6 + ["fr"] * 3,
        "asset": ["machines"] * 3 + ["offices"] * 3 + ["machines"] * 3,
        "year": [2001, 2000, 2002] * 3,
        "amount": [11.0, 10.0, 12.1, 52.0, 50.0, 54.0, 5.0, 6.0, 7.0],
        "rate": [0.1] * 3 + [0.02] * 3 + [0.12, 0.1, 0.1],
        "life": [12.0] * 3 + [50.0] * 3 + [12.0] * 3,
        "opening": [60.0, 50.0, 60.0, 900.0, 900.0, 900.0, 30.0, 30.0, 30.0],
    }
)
EXAMPLE = (
    {"investment": INVESTMENT},
    {"unit": "country", "time": "year", "asset": "asset", "amount": "amount", "depreciation": "rate"},
)
HYPERBOLIC = {"profile": "hyperbolic", "service_life": "life", "depreciation": None}
EXACT = 1e-12  # sums of a few products


def inventory(data: Any = INVESTMENT, **changes: Any) -> Any:
    return capital_stock(data, **(EXAMPLE[1] | changes))


def stocks(found: Any, country: str = "it", asset: str = "machines") -> pd.DataFrame:
    table = found.to_pandas()
    return table[(table["country"] == country) & (table["asset"] == asset)].set_index("year")


def test_machines_by_hand() -> None:
    found = inventory()
    machines = stocks(found)
    assert machines["productive_stock"].tolist() == pytest.approx([55, 60.5, 66.55], abs=EXACT)
    assert machines["wealth_stock"].tolist() == machines["productive_stock"].tolist()
    assert machines["depreciation"].tolist() == pytest.approx([5, 5.5, 6.05], abs=EXACT)
    assert machines["retired"].isna().all()
    start = found.starts.collect("pandas").to_native().set_index(["country", "asset"]).loc[("it", "machines")]
    assert start.tolist() == pytest.approx([50, 0.1], abs=EXACT)


def test_the_stock_to_start_with_is_that_of_the_first_period() -> None:
    machines = stocks(inventory(initial="opening"))
    assert machines["productive_stock"].iloc[0] == pytest.approx(50 * 0.9 + 10, abs=EXACT)
    assert stocks(inventory(initial="opening", timing="mid"))["productive_stock"].iloc[0] == pytest.approx(
        50 * 0.9 + 9.5, abs=EXACT
    )


@pytest.mark.parametrize("retirement", ["normal", "weibull", "one_hoss"])
@pytest.mark.parametrize("timing", ["end", "mid"])
def test_a_steady_state_stays_one_for_hyperbolic_profiles(retirement: Any, timing: Any) -> None:
    """Investment that has always grown at g makes every stock, and depreciation, grow at g."""
    steady = pd.DataFrame({"country": "x", "asset": "a", "year": range(20), "amount": 1.03 ** np.arange(20.0)})
    table = stocks(
        inventory(steady, **HYPERBOLIC | {"service_life": 9.5}, retirement=retirement, timing=timing), "x", "a"
    )
    for column in ("productive_stock", "wealth_stock", "depreciation", "retired"):
        np.testing.assert_allclose(table[column].to_numpy()[1:] / table[column].to_numpy()[:-1], 1.03, rtol=1e-9)
    # What serves well to its end loses value before it loses services.
    assert (table["wealth_stock"] < table["productive_stock"]).all()


def test_one_machine_through_its_life() -> None:
    """Ten years, β = .5, all retire at once: services by the formula of the BLS, wealth as the sum of those left."""
    one = pd.DataFrame({"country": "x", "asset": "a", "year": range(12), "amount": [100.0] + [0.0] * 11})
    found = inventory(
        one.assign(none=0.0),
        **HYPERBOLIC | {"service_life": 10.0},
        retirement="one_hoss",
        discount=0.0,
        initial="none",
        growth=0.0,
    )
    table = stocks(found, "x", "a")
    age = np.arange(12.0)
    left = np.where(age < 10, (10 - age) / (10 - 0.5 * age), 0)
    np.testing.assert_allclose(table["productive_stock"], 100 * left, atol=1e-10)
    np.testing.assert_allclose(table["wealth_stock"], 100 * left[::-1].cumsum()[::-1] / left.sum(), atol=1e-10)
    assert table["retired"].tolist() == pytest.approx([0.0] * 10 + [100.0, 0.0], abs=1e-10)
    assert table["depreciation"].sum() == pytest.approx(100, abs=1e-10)


def test_what_is_not_told_is_what_the_docstring_says() -> None:
    told = {"retirement": "normal", "spread": 0.25, "beta": 0.5, "discount": 0.04}
    assert inventory(**HYPERBOLIC).to_pandas().equals(inventory(**HYPERBOLIC | told).to_pandas())


@pytest.mark.parametrize("spread", [0.0065, 15.8])
def test_weibull_lives_scatter_up_to_the_ends_of_their_range(spread: float) -> None:
    assert stocks(inventory(**HYPERBOLIC, retirement="weibull", spread=spread))["wealth_stock"].gt(0).all()


@given(st.floats(1e-3, 1e6))
def test_units_of_money_do_not_matter(factor: float) -> None:
    scaled = INVESTMENT.set_column(3, "amount", pa.array(np.array(INVESTMENT["amount"]) * factor))
    for changes in ({}, HYPERBOLIC):
        plain, other = (inventory(data, **changes).to_pandas()["wealth_stock"] for data in (INVESTMENT, scaled))
        np.testing.assert_allclose(other, plain * factor, rtol=1e-10)


@pytest.mark.parametrize("changes", [{}, HYPERBOLIC, HYPERBOLIC | {"initial": "opening"}])
def test_what_is_bought_is_there_or_worn(changes: dict[str, Any]) -> None:
    table = stocks(inventory(**changes), "it", "offices")
    grown = np.diff(table["wealth_stock"])
    np.testing.assert_allclose(grown, np.array([52.0, 54.0]) - table["depreciation"].iloc[1:], atol=1e-10)


def test_an_opening_stock_of_vintages_is_that_given() -> None:
    found = inventory(**HYPERBOLIC, initial="opening").starts.collect("pandas").to_native()
    assert found["opening_stock"].tolist() == pytest.approx([30, 50, 900])


@pytest.mark.parametrize(
    ("column", "row", "value", "changes", "error", "says"),
    [
        ("amount", 0, None, {}, MissingValueError, "asset = 'machines', year = 2001"),
        ("year", 0, 2004, {}, MissingValueError, "the period before country = 'it', asset = 'machines', year = 2002"),
        ("rate", 0, 1.2, {}, OutsideRangeError, r"investment\.rate is 1\.2"),
        ("amount", 1, 0.0, {}, OutsideRangeError, "say growth="),
        ("life", 0, 0.0, HYPERBOLIC, OutsideRangeError, r"investment\.life is 0 .*; it must be above 0"),
        ("life", 0, 9.0, HYPERBOLIC, OutsideRangeError, "must be the 12 of the asset's other periods"),
        ("year", 0, 2000, {}, DuplicateRowError, "year = 2000"),
    ],
)
def test_what_breaks_a_stock_is_named(
    column: str, row: int, value: Any, changes: dict[str, Any], error: Any, says: str
) -> None:
    values = INVESTMENT[column].to_pylist()
    values[row] = value
    place = INVESTMENT.column_names.index(column)
    with pytest.raises(error, match=says):
        inventory(INVESTMENT.set_column(place, column, pa.array(values)), **changes)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"profile": "linear"}, ChoiceError, "profile='linear'"),
        ({"timing": "middle"}, ChoiceError, "Did you mean 'mid'"),
        ({"retirement": "all"}, ChoiceError, "retirement='all'"),
        ({"depreciation": None}, ParameterRangeError, "depreciation=None"),
        ({"profile": "hyperbolic", "depreciation": None}, ParameterRangeError, "service_life=None"),
        ({"growth": -0.5}, ParameterRangeError, "growth=-0.5; it takes above -0.1 where country = 'fr'"),
        (HYPERBOLIC | {"spread": 0.0}, ParameterRangeError, "spread=0.0"),
        (
            HYPERBOLIC | {"retirement": "weibull", "spread": 0.001},
            ParameterRangeError,
            "spread=0.001; it takes a number from 0.0064 to 15.84",
        ),
        ({"service_life": 9.0}, ExcludedParameterError, "service_life has no place in profile='geometric'"),
        ({"retirement": "normal"}, ExcludedParameterError, "retirement has no place in profile='geometric'"),
        ({"spread": 0.25}, ExcludedParameterError, "spread has no place in profile='geometric'"),
        ({"beta": 0.5}, ExcludedParameterError, "beta has no place in profile='geometric'"),
        ({"discount": 0.0}, ExcludedParameterError, "discount has no place in profile='geometric'"),
        (HYPERBOLIC | {"depreciation": "rate"}, ExcludedParameterError, "or say profile='geometric'"),
        (HYPERBOLIC | {"retirement": "one_hoss", "spread": 0.2}, ExcludedParameterError, "all lives are the mean"),
        ({"initial": "opening", "growth": 0.1}, ExcludedParameterError, "growth has no place in initial='opening'"),
        (HYPERBOLIC | {"beta": 1.5}, OutsideRangeError, r"investment\.beta is 1\.5"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        inventory(**changes)
