"""Productivity of an economy by Domar weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    ColumnTypeError,
    DuplicateRowError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
    UnknownLabelError,
)
from industria.productivity import domar_aggregation

INDUSTRIES = pa.table(
    {
        "country": ["it"] * 4 + ["fr"] * 4,
        "industry": ["steel", "steel", "cars", "cars"] * 2,
        "year": [2001, 2000, 2000, 2001] * 2,
        "output": [66.0, 60.0, 90.0, 100.0, 30.0, 20.0, 50.0, 60.0],
        "value_added": [44.0, 40.0, 60.0, 66.0, 15.0, 10.0, 30.0, 33.0],
        "tfp": [0.02, None, None, 0.01, 0.03, None, None, -0.01],
        "hours": [9.0, 10.0, 20.0, 22.0, 4.0, 4.0, 9.0, 9.0],
        "pay": [30.0, 26.0, 35.0, 40.0, 9.0, 7.0, 20.0, 22.0],
    }
)
AGGREGATE = pa.table({"country": ["it", "fr"], "year": [2001, 2001], "tfp": [0.025, 0.01]})
EXAMPLE = (
    {"industries": INDUSTRIES, "aggregate": AGGREGATE},
    {
        "unit": "industry",
        "time": "year",
        "gross_output": "output",
        "value_added": "value_added",
        "tfp_growth": "tfp",
        "inputs": {"hours": "pay"},
        "by": ["country"],
    },
)
EXACT = 1e-12  # sums of a few products


def added(data: Any = INDUSTRIES, aggregate: Any = AGGREGATE, **changes: Any) -> Any:
    return domar_aggregation(data, aggregate, **(EXAMPLE[1] | changes))


def sums(found: Any) -> pd.Series:
    table = found.sums.collect("pandas").to_native()
    return table.set_index([*(c for c in ("country", "year") if c in table), "term"])["value"]


def test_weights_and_sum_by_hand() -> None:
    steel, cars = (66 / 110 + 60 / 100) / 2, (100 / 110 + 90 / 100) / 2
    table = added().to_pandas().set_index(["country", "industry", "year"])
    assert table.loc[("it", "cars", 2001), "domar_weight"] == pytest.approx(cars, abs=EXACT)
    assert table.loc[("it", "cars", 2000)].isna().all()
    found = sums(added())["it"][2001]
    assert found["domar_sum"] == pytest.approx(steel * 0.02 + cars * 0.01, abs=EXACT)
    assert found["domar_weights"] == pytest.approx(steel + cars, abs=EXACT)
    assert found["domar_weights"] > 1


def test_the_gap_to_the_aggregate_is_told() -> None:
    found = sums(added())["it"][2001]
    assert found["domar_sum"] + found["reallocation"] == pytest.approx(0.025, abs=EXACT)
    assert "reallocation" not in sums(added(aggregate=None)).index.get_level_values("term")
    assert np.isnan(sums(added(aggregate=AGGREGATE.slice(0, 1)))["fr"][2001]["reallocation"])


def test_moves_between_industries_by_hand() -> None:
    """Jorgenson, Gollop & Fraumeni (1987): hours that move to where an hour earns more."""
    steel, cars = (30 / 110 + 26 / 100) / 2, (40 / 110 + 35 / 100) / 2
    whole = steel + cars
    wanted = steel * np.log(9 / 10) + cars * np.log(22 / 20) - whole * np.log(31 / 30)
    assert sums(added())["it"][2001]["reallocation_of_hours"] == pytest.approx(wanted, abs=EXACT)


@given(st.floats(-0.1, 0.1), st.floats(0.5, 2))
def test_equal_growth_moves_nothing(growth: float, pay: float) -> None:
    """Where all industries' hours grow alike, and pay per hour is one, nothing is reallocated."""
    frame = INDUSTRIES.to_pandas()
    start = np.where(frame["industry"] == "steel", 10.0, 20.0)
    hours = start * np.where(frame["year"] == 2001, np.exp(growth), 1.0)
    found = sums(added(frame.assign(hours=hours, pay=hours * pay)))
    assert found["it"][2001]["reallocation_of_hours"] == pytest.approx(0, abs=EXACT)


def test_one_industry_without_purchases_is_the_economy() -> None:
    alone = pd.DataFrame(
        {"industry": "all", "year": [1, 2], "output": [5.0, 6.0], "value_added": [5.0, 6.0], "tfp": [None, 0.03]}
    )
    found = sums(added(alone, None, by=[], inputs=None))[2]
    assert found["domar_weights"] == pytest.approx(1, abs=EXACT)
    assert found["domar_sum"] == pytest.approx(0.03, abs=EXACT)


def test_a_missing_industry_makes_the_sum_null_and_is_counted() -> None:
    gap = INDUSTRIES.set_column(5, "tfp", pa.array([None, None, None, 0.01, 0.03, None, None, -0.01]))
    found = added(gap)
    table = found.sums.collect("pandas").to_native().set_index(["country", "term"])
    assert np.isnan(table.loc[("it", "domar_sum"), "value"])
    assert table.loc[("it", "domar_sum"), "n_missing"] == 1
    assert table.loc[("fr", "domar_sum"), "n_missing"] == 0
    assert found.n_null == 1


def test_an_industry_that_leaves_or_comes_makes_sums_null_and_is_counted() -> None:
    """Hours that nobody moved are not reallocated because cars are not told in 2001."""
    for row in (3, 2):
        without = INDUSTRIES.take(pa.array([i for i in range(8) if i != row]))
        found = added(without)
        table = found.sums.collect("pandas").to_native().set_index(["country", "term"])
        terms = ["domar_weights", "domar_sum", "reallocation", "reallocation_of_hours"]
        assert table.loc["it"].loc[terms, "value"].isna().all()
        assert (table.loc["it", "n_missing"] == 1).all()
        assert table.loc[("it", "aggregate"), "value"] == 0.025
        assert table.loc["fr", "value"].notna().all()
        assert found.n_null == 1


def test_wrong_cells_and_parameters_are_named() -> None:
    with pytest.raises(OutsideRangeError, match=r"industries\.output is 0 where country = 'it', industry = 'steel'"):
        added(INDUSTRIES.set_column(3, "output", pa.array([0.0, *[1.0] * 7])))
    with pytest.raises(NegativeValueError, match=r"industries\.pay"):
        added(INDUSTRIES.set_column(7, "pay", pa.array([-1.0, *[1.0] * 7])))
    with pytest.raises(DuplicateRowError, match="aggregate"):
        added(aggregate=pa.concat_tables([AGGREGATE, AGGREGATE]))
    text = AGGREGATE.set_column(1, "year", pa.array(["2001", "2001"]))
    with pytest.raises(ColumnTypeError, match=r"aggregate\.year"):
        added(aggregate=text)
    with pytest.raises(UnknownLabelError, match=r"aggregate\.year has '1901', which industries does not list"):
        added(aggregate=AGGREGATE.set_column(1, "year", pa.array([1901, 1901])))
    with pytest.raises(ParameterRangeError, match="inputs='hours'"):
        added(inputs="hours")
