"""Cost of labor for a unit of output."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import (
    OutsideRangeError,
    OwnPartnerError,
    ParameterRangeError,
    PartnerWeightError,
    UnknownLabelError,
)
from industria.productivity import unit_labor_cost

ACCOUNTS = pa.table(
    {
        "country": ["s", "n", "n", "s", "e", "e"],
        "year": [1, 1, 2, 2, 1, 2],
        "pay": [80.0, 60.0, 63.0, 88.0, 30.0, 33.0],
        "product": [200.0, 100.0, 102.0, 204.0, 70.0, 71.0],
        "hours": [10.0, 4.0, 4.0, 10.0, 3.0, 3.1],
        "paid_hours": [8.0, 3.5, 3.6, 8.2, 3.0, 3.0],
        "price": [1.0, 1.0, 1.02, 1.05, 1.0, 1.01],
        "rate": [2.0, 1.0, 1.0, 2.1, 3.0, 2.9],
    }
)
PARTNERS = pa.table({"country": ["n", "n", "s", "s"], "partner": ["s", "e", "n", "e"], "weight": [0.7, 0.3, 0.9, 0.1]})
EXAMPLE = (
    {"accounts": ACCOUNTS, "partners": PARTNERS},
    {
        "unit": "country",
        "time": "year",
        "compensation": "pay",
        "output": "product",
        "hours": "hours",
        "employee_hours": "paid_hours",
        "output_price": "price",
        "exchange_rate": "rate",
    },
)
EXACT = 1e-12  # quotients and logs of a few numbers near 1


def cost(data: Any = ACCOUNTS, partners: Any = PARTNERS, **changes: Any) -> pd.DataFrame:
    return unit_labor_cost(data, partners, **(EXAMPLE[1] | changes)).to_pandas().set_index(["country", "year"])


def test_the_self_employed_are_paid_as_employees() -> None:
    assert cost().loc[("s", 1), "nominal"] == pytest.approx(80 / 8 * 10 / 200, abs=EXACT)
    assert cost(employee_hours=None).loc[("s", 1), "nominal"] == pytest.approx(80 / 200, abs=EXACT)
    assert cost().loc[("s", 2), "real"] == pytest.approx(88 / 8.2 * 10 / 204 / 1.05, abs=EXACT)


def test_partners_weigh_by_trade_in_one_currency() -> None:
    table = cost()
    growth = np.log(table["nominal"] / ACCOUNTS.to_pandas().set_index(["country", "year"])["rate"])
    change = growth.xs(2, level="year") - growth.xs(1, level="year")
    wanted = change["n"] - 0.7 * change["s"] - 0.3 * change["e"]
    assert table.loc[("n", 2), "relative_growth"] == pytest.approx(wanted, abs=EXACT)
    assert table.loc[("n", 2), "relative"] == pytest.approx(np.exp(wanted), abs=EXACT)
    assert table.loc[("n", 1), "relative"] == 1
    assert table.loc["e", "relative"].isna().all(), "e has no partners"


def test_identities() -> None:
    """OECD (2007): unit labor cost grows by pay less output per hour; its real growth is that of the labor share."""
    table = cost().dropna(subset="nominal_growth")
    parts = table["hourly_compensation_growth"] - table["output_per_hour_growth"]
    assert table["nominal_growth"].to_numpy() == pytest.approx(parts, abs=EXACT)
    a = ACCOUNTS.to_pandas().set_index(["country", "year"])
    share = a["pay"] / a["paid_hours"] * a["hours"] / (a["product"] * a["price"])
    assert cost()["real"].sort_index().to_numpy() == pytest.approx(share.sort_index(), abs=EXACT)


@given(st.floats(1e-4, 1e4))
def test_a_currency_by_another_name_changes_nothing_but_levels(factor: float) -> None:
    frame = ACCOUNTS.to_pandas()
    south = np.where(frame["country"] == "s", factor, 1.0)
    scaled = cost(frame.assign(pay=frame["pay"] * south, rate=frame["rate"] * south))
    for column in ("relative", "nominal_growth", "real_growth"):
        assert scaled[column].to_numpy() == pytest.approx(cost()[column], rel=1e-10, nan_ok=True)


def test_a_partner_that_lacks_leaves_nothing_to_compare_with() -> None:
    gap = ACCOUNTS.set_column(2, "pay", pa.array([80.0, 60.0, 63.0, 88.0, 30.0, None]))
    table = cost(gap)
    assert table["relative"].isna()[("n", 2)]
    assert table["relative"].notna()[("n", 1)]
    assert table.loc[("e", 2)].isna()["nominal"]


def test_without_partners_and_prices_nothing_is_relative_or_real() -> None:
    table = cost(partners=None, output_price=None, exchange_rate=None)
    assert table[["relative", "real", "real_growth"]].isna().all(axis=None)
    assert table["nominal"].notna().all()


def test_countries_may_be_numbers() -> None:
    codes = {"n": 1, "s": 2, "e": 3}
    numbers = ACCOUNTS.to_pandas().replace({"country": codes})
    partners = PARTNERS.to_pandas().replace({"country": codes, "partner": codes})
    wanted = cost().rename(index=codes, level="country").sort_index()
    pd.testing.assert_frame_equal(cost(numbers, partners).sort_index(), wanted)


def test_a_jump_by_a_thousand_is_listed_and_gaps_are_counted() -> None:
    odd = ACCOUNTS.set_column(3, "product", pa.array([200.0, 100.0, 102_000.0, 204.0, 70.0, None]))
    found = unit_labor_cost(odd, **EXAMPLE[1])
    assert found.jumps.collect("pandas").to_native().to_numpy().tolist() == [["n", 2, "product", 1020.0]]
    assert (found.n_jumps, found.n_null) == (1, 1)


def test_wrong_weights_and_partners_are_named() -> None:
    with pytest.raises(PartnerWeightError, match=r"country = 'n' sum to 0\.8, not 1"):
        cost(partners=PARTNERS.set_column(2, "weight", pa.array([0.5, 0.3, 0.9, 0.1])))
    with pytest.raises(UnknownLabelError, match=r"partners\.partner has 'x'"):
        cost(partners=PARTNERS.set_column(1, "partner", pa.array(["x", "e", "n", "e"])))
    with pytest.raises(OwnPartnerError, match="country = 'n' is its own partner"):
        cost(partners=PARTNERS.set_column(1, "partner", pa.array(["n", "e", "n", "e"])))
    with pytest.raises(ParameterRangeError, match="exchange_rate=None"):
        cost(exchange_rate=None)


def test_wrong_cells_are_named() -> None:
    with pytest.raises(OutsideRangeError, match=r"accounts\.paid_hours is 12 where country = 's', year = 1"):
        cost(ACCOUNTS.set_column(5, "paid_hours", pa.array([12.0, 3.5, 3.6, 8.2, 3.0, 3.0])))
    with pytest.raises(OutsideRangeError, match=r"accounts\.product is 0"):
        cost(ACCOUNTS.set_column(3, "product", pa.array([0.0, 100.0, 102.0, 204.0, 70.0, 71.0])))
