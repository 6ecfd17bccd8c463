from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.errors import (
    ChoiceError,
    ChoiceNotRecordedError,
    DuplicateRowError,
    MissingColumnError,
    NotPositiveError,
    UnknownGroupError,
    UsageError,
)
from industria.tables import common_currency

VALUES = pa.table(
    {
        "country": ["BRA", "BRA", "TUR", "TUR"],
        "year": [2017, 2021, 2017, 2021],
        "wage": [2000.0, 2600.0, 3000.0, 6000.0],
    }
)
RATES = pa.table(
    {
        "country": ["BRA", "BRA", "TUR", "TUR"],
        "year": [2017, 2021, 2017, 2021],
        "rate": [2.0, 2.5, 1.5, 3.0],
        "product": ["GDP"] * 4,
        "benchmark": ["ICP 2017"] * 4,
    }
)
CALL: dict[str, Any] = {"value": "wage", "currency": "country", "period": "year"}

EXAMPLE = ({"values": VALUES, "rates": RATES}, {**CALL, "basis": "ppp"})


def wages(made: Any) -> list[float | None]:
    return [row["common_value"] for row in collect(made.table.sort("country", "year")).to_pylist()]


def test_parities_of_each_period() -> None:
    made = common_currency(VALUES, RATES, **CALL, basis="ppp")

    assert wages(made) == pytest.approx([1000.0, 1040.0, 2000.0, 2000.0])
    assert made.facts() == {
        "basis": "ppp",
        "product": "GDP",
        "benchmark": "ICP 2017",
        "base": None,
        "n_without_rate": 0,
    }
    told = "wage in the common currency, by purchasing power parities of GDP, ICP 2017"
    assert made.meanings["common_value"] == told


def test_parities_of_one_period_keep_growth_in_national_currency() -> None:
    made = common_currency(VALUES, RATES, **CALL, basis="constant_ppp", base=2017)

    assert wages(made) == pytest.approx([1000.0, 1300.0, 2000.0, 4000.0])
    assert made.base == "2017"
    assert made.meanings["common_value"].endswith("those of 2017 in all periods")


def test_market_rates_have_no_product_and_no_benchmark() -> None:
    made = common_currency(VALUES, RATES.select(["country", "year", "rate"]), **CALL, basis="market")

    assert (made.product, made.benchmark) == (None, None)
    assert made.meanings["rate"].endswith("market rates")


def test_rates_of_one_period_need_no_column_of_it() -> None:
    only = RATES.filter(pa.array([True, False, True, False])).drop_columns(["year"])
    made = common_currency(VALUES, only, value="wage", currency="country", basis="constant_ppp", base=2017)

    assert wages(made) == pytest.approx([1000.0, 1300.0, 2000.0, 4000.0])
    with pytest.raises(DuplicateRowError, match=r"country = 'BRA', 2 times"):
        common_currency(VALUES, RATES, value="wage", currency="country", basis="ppp")


def test_a_country_without_a_rate_stays_and_is_counted() -> None:
    made = common_currency(VALUES, RATES.slice(0, 2), **CALL, basis="ppp")

    assert made.n_without_rate == 2
    assert wages(made)[2:] == [None, None]


def test_parities_say_of_what_and_of_which_round_they_are() -> None:
    mixed = RATES.set_column(4, "benchmark", pa.array(["ICP 2017", "ICP 2021"] * 2))

    with pytest.raises(ChoiceNotRecordedError, match="says ICP 2017, ICP 2021; it tells the round of price surveys"):
        common_currency(VALUES, mixed, **CALL, basis="ppp")
    with pytest.raises(MissingColumnError, match="rates has no column 'benchmark'"):
        common_currency(VALUES, RATES.drop_columns(["benchmark"]), **CALL, basis="ppp")


def test_a_base_goes_with_constant_parities_alone() -> None:
    with pytest.raises(UsageError, match="constant parities need base"):
        common_currency(VALUES, RATES, **CALL, basis="constant_ppp")
    with pytest.raises(UsageError, match="base=2017 goes with basis='constant_ppp'"):
        common_currency(VALUES, RATES, **CALL, basis="market", base=2017)
    with pytest.raises(UnknownGroupError, match="it is 2017, 2021"):
        common_currency(VALUES, RATES, **CALL, basis="constant_ppp", base=2018)
    with pytest.raises(ChoiceError, match="Did you mean 'ppp'"):
        common_currency(VALUES, RATES, **CALL, basis="pp")  # type: ignore[arg-type]


def test_a_rate_of_zero_is_refused() -> None:
    zero = RATES.set_column(2, "rate", pa.array([0.0, 2.5, 1.5, 3.0]))

    with pytest.raises(NotPositiveError, match="rate is 0 where country = 'BRA', year = 2017"):
        common_currency(VALUES, zero, **CALL, basis="ppp")
