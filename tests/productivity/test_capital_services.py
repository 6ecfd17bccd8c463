"""Capital services by user cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import DuplicateRowError, OutsideRangeError, ParameterRangeError
from industria.productivity import capital_services

STOCKS = pa.table(
    {
        "country": ["it"] * 6,
        "asset": ["computers", "offices"] * 3,
        "year": [2001, 2001, 2000, 2000, 2002, 2002],
        "stock": [12.0, 101.0, 10.0, 100.0, 15.0, 102.0],
        "price": [0.9, 1.02, 1.0, 1.0, 0.8, 1.04],
        "wear": [0.3, 0.03] * 3,
        "income": [13.0, 13.0, 12.0, 12.0, 14.0, 14.0],
        "tax": [1.1, 1.2] * 3,
    }
)
EXAMPLE = (
    {"stocks": STOCKS},
    {
        "unit": "country",
        "time": "year",
        "asset": "asset",
        "stock": "stock",
        "price": "price",
        "depreciation": "wear",
        "capital_income": "income",
        "tax": "tax",
    },
)
GIVEN = {"capital_income": None, "rate_of_return": 0.05}
EXACT = 1e-12  # sums of a few products near 1


def served(data: Any = STOCKS, **changes: Any) -> Any:
    return capital_services(data, **(EXAMPLE[1] | changes))


def costs(found: Any) -> pd.DataFrame:
    return found.user_costs.collect("pandas").to_native().set_index(["asset", "year"])


def test_user_costs_and_services_by_hand() -> None:
    found = served(**GIVEN, tax=None)
    u = {2001: np.array([0.05 + 0.27 + 0.1, 0.05 + 0.0306 - 0.02])}
    u[2002] = np.array([0.045 + 0.24 + 0.1, 0.051 + 0.0312 - 0.02])
    K = {2001: np.array([12, 101.0]), 2002: np.array([15, 102.0])}
    s = {year: u[year] * K[year] / (u[year] @ K[year]) for year in u}
    table = found.to_pandas().set_index("year")

    assert costs(found).loc[("computers", 2002), "user_cost"] == pytest.approx(u[2002][0], abs=EXACT)
    assert costs(found).loc[("offices", 2001), "share"] == pytest.approx(s[2001][1], abs=EXACT)
    wanted = (s[2001] + s[2002]) / 2 @ np.log(K[2002] / K[2001])
    assert table.loc[2002, "services_growth"] == pytest.approx(wanted, abs=EXACT)
    assert np.isnan(table.loc[2001, "services_growth"]), "user costs of 2000 need prices of 1999"
    assert found.n_null == 1


def test_the_rate_exhausts_income_and_comes_back() -> None:
    found = served()
    spent = costs(found)["user_cost"] * STOCKS.to_pandas().set_index(["asset", "year"])["stock"]
    assert spent.groupby("year").sum()[[2001, 2002]].tolist() == pytest.approx([13, 14], abs=1e-11)
    r = found.to_pandas()["rate_of_return"]
    again = served(
        STOCKS.append_column("r", pa.array([r[0], r[0], 0.0, 0.0, r[1], r[1]])), **GIVEN | {"rate_of_return": "r"}
    )
    assert costs(again)["user_cost"].to_numpy() == pytest.approx(costs(found)["user_cost"], abs=EXACT, nan_ok=True)


@given(st.lists(st.floats(1, 100), min_size=3, max_size=3), st.lists(st.floats(0.5, 2), min_size=3, max_size=3))
def test_services_of_one_asset_grow_as_its_stock(stock: list[float], price: list[float]) -> None:
    one = pd.DataFrame({"country": "x", "asset": "a", "year": [1, 2, 3], "stock": stock, "price": price, "wear": 0.1})
    row = served(one.assign(income=50.0), tax=None).to_pandas().iloc[-1]
    assert row["services_growth"] == pytest.approx(np.log(stock[2] / stock[1]), abs=EXACT)
    assert row["composition"] == pytest.approx(0, abs=EXACT)


def test_a_negative_user_cost_is_flagged_and_not_cut_off() -> None:
    boom = STOCKS.set_column(4, "price", pa.array([0.9, 1.5, 1.0, 1.0, 0.8, 1.6]))
    found = served(boom, **GIVEN, tax=None)
    row = costs(found).loc[("offices", 2001)]
    assert row["negative"]
    assert row["user_cost"] == pytest.approx(0.05 + 0.045 - 0.5, abs=EXACT)
    assert found.n_negative == 1
    assert served().n_negative == 0


def test_shift_to_short_lived_assets_is_composition() -> None:
    row = served(**GIVEN, tax=None).to_pandas().iloc[-1]
    assert row["composition"] > 0.02
    assert row["services_growth"] - row["stock_growth"] == pytest.approx(row["composition"], abs=EXACT)


def test_a_missing_stock_makes_its_transitions_null() -> None:
    gap = STOCKS.set_column(3, "stock", pa.array([12.0, None, 10.0, 100.0, 15.0, 102.0]))
    assert served(gap).to_pandas()["services_growth"].isna().all()


def test_an_asset_that_leaves_makes_growth_null_as_one_without_a_figure() -> None:
    """Offices of 2002 are not told: their weight would else be missing from the sum, which was .123 for .035."""
    found = served(STOCKS.slice(0, 5), **GIVEN, tax=None)
    assert found.to_pandas().set_index("year").loc[2002, ["services_growth", "stock_growth"]].isna().all()
    assert (found.n_null, found.n_gone) == (2, 1)
    assert served().n_gone == 0


def test_one_asset_may_tell_income_or_rate_for_all() -> None:
    income = STOCKS.set_column(6, "income", pa.array([None, 13.0, 12.0, 12.0, None, 14.0]))
    assert served(income).to_pandas().equals(served().to_pandas())
    rates = STOCKS.append_column("r", pa.array([None, 0.05, 0.05, None, 0.05, 0.05]))
    given = GIVEN | {"rate_of_return": "r"}
    assert served(rates, **given).to_pandas().equals(served(**GIVEN).to_pandas())
    with pytest.raises(
        OutsideRangeError, match=r"stocks\.r is 0\.5 .*; it must be the 0\.05 of the unit's other assets"
    ):
        served(STOCKS.append_column("r", pa.array([0.05, 0.5, 0.05, 0.05, 0.05, 0.05])), **given)


def test_rates_and_taxes_keep_to_their_range_as_numbers_and_as_columns() -> None:
    for wrong in ({"depreciation": 10.0}, {"tax": -1.0}, GIVEN | {"rate_of_return": np.nan}):
        with pytest.raises(ParameterRangeError, match=f"{[*wrong][-1]}="):
            served(**wrong)
    with pytest.raises(OutsideRangeError, match=r"stocks\.wear is 10 .*; it must be from 0 to 1"):
        served(STOCKS.set_column(5, "wear", pa.array([10.0, 0.3, 0.3, 0.3, 0.3, 0.3])))


def test_wrong_cells_and_parameters_are_named() -> None:
    with pytest.raises(
        OutsideRangeError, match=r"stocks\.income is 9 .*; it must be the 13 of the unit's other assets"
    ):
        served(STOCKS.set_column(6, "income", pa.array([13.0, 9.0, 12.0, 12.0, 14.0, 14.0])))
    with pytest.raises(OutsideRangeError, match=r"stocks\.price is 0 where country = 'it', asset = 'computers'"):
        served(STOCKS.set_column(4, "price", pa.array([0.0, 1.5, 1.0, 1.0, 0.8, 1.6])))
    with pytest.raises(DuplicateRowError, match="asset = 'computers', year = 2001"):
        served(pa.concat_tables([STOCKS, STOCKS.slice(0, 1)]))
    with pytest.raises(ParameterRangeError, match=r"rate_of_return=0\.05"):
        served(rate_of_return=0.05)
    with pytest.raises(ParameterRangeError, match="capital_income=None"):
        served(capital_income=None)
