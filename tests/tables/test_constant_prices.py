from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import as_table, collect
from industria.errors import (
    ChoiceNotRecordedError,
    ColumnTypeError,
    NotPositiveError,
    ReservedNameError,
    UnknownGroupError,
)
from industria.tables import constant_prices

VALUES = pa.table(
    {
        "industry": ["mills", "mills", "mines", "mines"],
        "year": [2010, 2015, 2010, 2015],
        "sales": [80.0, 120.0, 50.0, 90.0],
    }
)
PRICES = pa.table(
    {
        "industry": ["mills", "mills", "mines", "mines"],
        "year": [2010, 2015, 2010, 2015],
        "index": [50.0, 100.0, 100.0, 150.0],
        "product": ["gross output"] * 4,
    }
)
CALL: dict[str, Any] = {"value": "sales", "period": "year", "base": 2015, "by": ["industry"]}

EXAMPLE = ({"values": VALUES, "deflators": PRICES}, CALL)


def sales(made: Any) -> list[float | None]:
    rows = collect(made.table.sort("industry", "year")).to_pylist()
    return [row["constant_value"] for row in rows]


def test_values_stand_at_the_prices_of_the_base() -> None:
    made = constant_prices(VALUES, PRICES, **CALL)

    assert sales(made) == pytest.approx([160.0, 120.0, 75.0, 90.0])
    assert made.facts() == {"base": "2015", "product": "gross output", "splice": None, "n_without_deflator": 0}
    assert made.meanings["constant_value"] == "sales at prices of 2015, deflated by gross output"


@given(st.floats(0.01, 100.0))
def test_the_level_of_the_index_does_not_matter(scale: float) -> None:
    """An index says how prices moved; in which base it was published changes nothing."""
    scaled = PRICES.set_column(2, "index", pa.array([price * scale for price in PRICES["index"].to_pylist()]))

    assert sales(constant_prices(VALUES, scaled, **CALL)) == pytest.approx([160.0, 120.0, 75.0, 90.0])


def test_in_the_base_period_nothing_changes() -> None:
    made = collect(constant_prices(VALUES, PRICES, **CALL).table).to_pylist()

    assert all(row["constant_value"] == row["sales"] for row in made if row["year"] == 2015)


def test_editions_of_the_index_are_chained_by_growth_or_taken_as_they_stand() -> None:
    editions = pa.table(
        {
            "year": [2010, 2012, 2012, 2015],
            "index": [100.0, 120.0, 90.0, 100.0],
            "vintage": [2010, 2010, 2015, 2015],
            "product": ["consumption"] * 4,
        }
    )
    call = {**CALL, "by": []}
    grown = constant_prices(VALUES, editions, **call)
    level = constant_prices(VALUES, editions, **call, splice="level")

    # Prices of 2010 are 75 where those of 2015 are 100, by growth; as published they are the same.
    assert sales(grown) == pytest.approx([80 / 0.75, 120.0, 50 / 0.75, 90.0])
    assert sales(level) == pytest.approx([80.0, 120.0, 50.0, 90.0])
    assert grown.splice == "growth"
    assert grown.meanings["deflator"] == "price index of consumption, 2015 = 1, vintages spliced by growth"


def test_a_row_that_no_index_covers_stays_and_is_counted() -> None:
    more = pa.concat_tables([VALUES, pa.table({"industry": ["farms"], "year": [2015], "sales": [7.0]})])
    made = constant_prices(more, PRICES, **CALL)

    assert made.n_without_deflator == 1
    assert collect(made.table).num_rows == 5
    assert sales(made)[0] is None


def test_quarters_and_dates_can_be_the_base() -> None:
    quarters = pa.table({"year": ["2015Q1", "2015Q2"], "sales": [1.0, 1.0]})
    prices = pa.table({"year": ["2015Q1", "2015Q2"], "index": [1.0, 2.0], "product": ["all", "all"]})
    made = constant_prices(quarters, prices, value="sales", period="year", base="2015Q2")

    assert sorted(row["constant_value"] for row in made.to_arrow().to_pylist()) == [1.0, 2.0]


def test_what_the_index_is_of_must_be_told() -> None:
    mixed = PRICES.set_column(3, "product", pa.array(["gross output", "value added"] * 2))

    with pytest.raises(ChoiceNotRecordedError, match="says gross output, value added; it tells what the index is of"):
        constant_prices(VALUES, mixed, **CALL)
    # By product there is nothing to tell once and for all.
    by_product = as_table(VALUES, "values").rename({"industry": "product"})
    prices = as_table(PRICES, "deflators").drop("product").rename({"industry": "product"})
    assert constant_prices(by_product, prices, **{**CALL, "by": ["product"]}).product == "by product"


def test_an_index_without_the_base_or_of_zero_is_refused() -> None:
    with pytest.raises(
        UnknownGroupError, match=r"deflators\.year where industry = '\w+' is '2014' in no row; it is 2010, 2015"
    ):
        constant_prices(VALUES, PRICES, **{**CALL, "base": 2014})
    zero = PRICES.set_column(2, "index", pa.array([0.0, 100.0, 100.0, 150.0]))
    with pytest.raises(NotPositiveError, match="index is 0 where industry = 'mills', year = 2010"):
        constant_prices(VALUES, zero, **CALL)
    text = PRICES.set_column(1, "year", pa.array(["2010", "2015", "2010", "2015"]))
    with pytest.raises(ColumnTypeError, match=r"deflators\.year"):
        constant_prices(VALUES, text, **CALL)
    with pytest.raises(ReservedNameError):
        constant_prices(VALUES.append_column("deflator", pa.array([1.0] * 4)), PRICES, **CALL)
