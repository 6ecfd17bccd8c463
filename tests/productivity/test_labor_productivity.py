"""Output per unit of labor, by variant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from linearmodels.datasets import munnell

from industria.errors import (
    ChoiceError,
    CurrenciesError,
    DuplicateRowError,
    ExcludedParameterError,
    OutsideRangeError,
    ParameterRangeError,
    RepeatedColumnError,
    UnnamedRateError,
)
from industria.productivity import labor_productivity
from tests.productivity.index_data import klems

ACCOUNTS = pa.table(
    {
        "country": ["mx", "mx", "us", "us", "us"],
        "year": [2001, 2000, 2002, 2000, 2001],
        "product": [220.0, 200.0, 108.0, 100.0, 104.0],
        "hours_worked": [10.0, 10.0, 2.1, 2.0, 2.0],
        "persons": [5.0, 5.0, 1.0, 1.0, 1.0],
        "price": [1.1, 1.0, 1.05, 1.0, 1.02],
        "price_of_industry": [1.2, 1.0, 1.01, 1.0, 1.0],
        "ppp_of_product": [5.5, 5.0, 1.0, 1.0, 1.0],
        "money": ["peso", "peso", "dollar", "dollar", "dollar"],
    }
)
EXAMPLE = (
    {"accounts": ACCOUNTS},
    {
        "unit": "country",
        "time": "year",
        "output": "product",
        "output_concept": "gdp",
        "labor": {"hours_worked": "hours", "persons": "persons"},
        "deflators": ["price", "price_of_industry"],
        "ppp": ["ppp_of_product"],
        "base_unit": "us",
        "base_period": 2000,
    },
)
EXACT = 1e-12  # quotients of a few numbers near 1


def found(data: Any = ACCOUNTS, **changes: Any) -> pd.DataFrame:
    return labor_productivity(data, **(EXAMPLE[1] | changes)).to_pandas()


def cell(frame: pd.DataFrame, country: str, year: int, deflator: str = "price", labor: str = "hours") -> pd.Series:
    rows = (frame["country"] == country) & (frame["year"] == year) & (frame["labor_concept"] == labor)
    return frame[rows & (frame["deflator"] == deflator)].iloc[0]


def test_states_of_munnell_stand_apart_less_in_1986_than_in_1970() -> None:
    """Gross state product per worker, Munnell (1990): sd of logs .1977404 and .1083876, printed to seven digits."""
    states = munnell.load().assign(currency="USD")
    table = labor_productivity(
        states,
        unit="STATE",
        time="YR",
        output="GSP",
        output_concept="gdp",
        labor={"EMP": "jobs"},
        currency="currency",
        base_period=1970,
    ).to_pandas()
    sd = np.log(table["labor_productivity"]).groupby(table["YR"]).std()

    assert sd[1970] == pytest.approx(0.1977404, abs=6e-8)
    assert sd[1986] == pytest.approx(0.1083876, abs=6e-8)


def test_us_industries_made_in_an_hour_what_the_bureau_of_labor_statistics_says() -> None:
    """BLS KLEMS, labor productivity of 69 industries as an index of 2012, three decimals."""
    accounts = klems()
    table = labor_productivity(
        accounts,
        unit="industry",
        time="year",
        output="output",
        output_concept="gross_output",
        labor={"hours": "hours"},
        base_period=2012,
        levels=False,
    ).to_pandas()
    both = accounts.merge(table, on=["industry", "year"], suffixes=("_printed", ""))

    # Hours are told as capital over capital an hour, all rounded to .001; that of data processing was 3 in 1987.
    np.testing.assert_allclose(both["relative"] * 100, both["labor_productivity_printed"], rtol=2e-4)


def test_a_level_by_hand_at_prices_and_ppp_of_the_base_period() -> None:
    row = cell(found(), "mx", 2001)

    assert row["labor_productivity"] == pytest.approx(220 / 1.1 / 5 / 10, abs=EXACT)
    assert row["relative"] == pytest.approx((220 / 1.1 / 5 / 10) / (104 / 1.02 / 2), abs=EXACT)
    assert row["growth"] == pytest.approx(0, abs=EXACT)


def test_every_pairing_has_a_row() -> None:
    assert len(found()) == 5 * 2 * 2
    assert found()[["labor_concept", "deflator"]].drop_duplicates().shape == (4, 2)


def test_without_a_base_unit_a_unit_is_relative_to_its_own_base_period() -> None:
    table = found(base_unit=None, ppp=[], levels=False)
    assert cell(table, "us", 2002)["relative"] == pytest.approx(108 / 1.05 / 2.1 / 50, abs=EXACT)
    assert table["labor_productivity"].isna().all()
    assert found(base_unit=None, base_period=None, ppp=[], levels=False)["relative"].isna().all()


def test_an_exchange_rate_counts_only_as_named() -> None:
    rates = ACCOUNTS.append_column("xr", pa.array([11.0, 10.0, 1.0, 1.0, 1.0]))
    with pytest.raises(UnnamedRateError, match="'xr' looks like an exchange rate"):
        found(rates, ppp=["xr"])
    both = found(rates, exchange_rates=["xr"])
    assert both["ppp"].unique().tolist() == ["ppp_of_product", "xr"]


def test_levels_in_several_currencies_are_not_compared_without_ppp() -> None:
    with pytest.raises(CurrenciesError, match=r"accounts\.money holds dollar, peso"):
        found(ppp=[], currency="money")
    with pytest.raises(CurrenciesError, match="accounts tells no currency"):
        found(ppp=[])
    with pytest.raises(CurrenciesError, match=r"accounts\.money holds dollar, peso"):
        found(ppp=[], currency="money", base_unit=None)
    with pytest.raises(CurrenciesError, match="or say levels=False for growth alone"):
        found(ppp=[], base_unit=None)
    alone = ACCOUNTS.slice(0, 2)
    assert found(alone, ppp=[], base_unit=None)["labor_productivity"].notna().all()
    euro = ACCOUNTS.set_column(8, "money", pa.array(["euro"] * 5))
    assert found(euro, ppp=[], currency="money")["relative"].notna().all()


def test_a_change_of_currency_is_no_growth() -> None:
    euro = ACCOUNTS.set_column(8, "money", pa.array(["peso", "old peso", "dollar", "dollar", "dollar"]))
    table = found(euro, currency="money")
    assert np.isnan(cell(table, "mx", 2001)["growth"])
    assert not np.isnan(cell(table, "us", 2001)["growth"])


def test_a_unit_stands_once_in_a_period_in_whatever_currency() -> None:
    """Italy in euro and in lira was two rows, of which growth and ratios followed neither."""
    twice = pa.concat_tables([ACCOUNTS, ACCOUNTS.slice(0, 1).set_column(8, "money", pa.array(["old peso"]))])
    with pytest.raises(DuplicateRowError, match="country = 'mx', year = 2001"):
        found(twice, currency="money")
    unsaid = ACCOUNTS.set_column(8, "money", pa.array([None, "peso", "dollar", "dollar", "dollar"]))
    table = found(unsaid, currency="money")
    assert cell(table, "mx", 2001).loc[["growth", "relative"]].isna().all()
    assert len(table) == len(found())
    with pytest.raises(RepeatedColumnError, match="'country' is the unit and the currency"):
        found(currency="country")


def test_jumps_and_gaps_are_counted() -> None:
    """Pesos in thousands are listed, a new currency that is named is not."""
    products = pa.array([220_000.0, 200.0, None, 100.0, 104.0])
    result = labor_productivity(ACCOUNTS.set_column(2, "product", products), **EXAMPLE[1])
    rows = result.jumps.collect("pandas").to_native()
    assert rows.to_numpy().tolist() == [["mx", 2001, "product", 1100.0]]
    # One null product in four variants; without a base in 2002 nothing else is null.
    assert (result.n_jumps, result.n_null) == (1, 4)
    money = ACCOUNTS.set_column(8, "money", pa.array(["new peso", "peso", "dollar", "dollar", "dollar"]))
    named = labor_productivity(money.set_column(2, "product", products), **EXAMPLE[1], currency="money")
    # What was pesos has no price level of its base period any more.
    assert (named.n_jumps, named.n_null) == (0, 8)


def test_gaps_are_null() -> None:
    gap = ACCOUNTS.set_column(3, "hours_worked", pa.array([10.0, 10.0, 2.1, 2.0, None]))
    row = cell(found(gap), "us", 2001)
    assert row[["labor_productivity", "growth", "relative"]].isna().all()
    assert np.isnan(cell(found(gap), "us", 2002)["growth"])
    assert np.isnan(cell(found(gap), "mx", 2001)["relative"])


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_a_common_unit_of_output_and_labor_changes_neither_growth_nor_ratios(output: float, labor: float) -> None:
    plain = ACCOUNTS.to_pandas()
    scaled = plain.assign(product=plain["product"] * output, hours_worked=plain["hours_worked"] * labor)
    for column in ("growth", "relative"):
        # Factors of a million cost a few of sixteen digits.
        np.testing.assert_allclose(found(scaled)[column], found()[column], atol=1e-10)


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"output_concept": "value"}, ChoiceError, "output_concept='value'"),
        ({"labor": {"persons": "heads"}}, ChoiceError, "labor='heads'"),
        ({"labor": "persons"}, ParameterRangeError, "labor='persons'"),
        ({"levels": False, "base_unit": None}, ExcludedParameterError, "ppp has no place in levels=False"),
        ({"levels": False}, ExcludedParameterError, "base_unit has no place in levels=False"),
        (
            {"base_unit": None, "ppp": [], "base_period": None, "currency": "one"},
            ParameterRangeError,
            "in which levels of several units compare; or say levels=False",
        ),
        ({"base_unit": "usa"}, ChoiceError, "Did you mean 'us'"),
        ({"base_period": 1999}, ChoiceError, "base_period=1999; it takes 2000, 2001, 2002"),
        ({"base_period": None}, ParameterRangeError, "the period of prices where a deflator meets a PPP"),
        ({"base_period": None, "ppp": [], "currency": "one"}, ParameterRangeError, "meets a PPP or base_unit"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        found(ACCOUNTS.append_column("one", pa.array(["euro"] * 5)), **changes)


def test_deflators_of_two_base_years_compare_at_prices_of_one() -> None:
    """Units alike in everything but the level of their deflator were 1 to 100."""
    twins = pa.table(
        {
            "country": ["a", "a", "b", "b"],
            "year": [2000, 2001, 2000, 2001],
            "product": [10.0, 12.0, 10.0, 12.0],
            "hours_worked": [1.0, 1.0, 1.0, 1.0],
            "price": [1.0, 1.1, 100.0, 110.0],
            "money": ["euro"] * 4,
        }
    )
    roles = {"ppp": [], "currency": "money", "base_unit": "a", "deflators": ["price"]}
    table = found(twins, **roles, labor={"hours_worked": "hours"})
    np.testing.assert_allclose(table["relative"], 1.0, rtol=EXACT)


def test_wrong_cells_are_named() -> None:
    wrong = ACCOUNTS.set_column(5, "price", pa.array([0.0, 1.0, 1.05, 1.0, 1.02]))
    with pytest.raises(OutsideRangeError, match=r"accounts\.price is 0 where country = 'mx', year = 2001"):
        found(wrong)
    with pytest.raises(DuplicateRowError, match="country = 'mx', year = 2001"):
        found(pa.concat_tables([ACCOUNTS, ACCOUNTS.slice(0, 1)]))
