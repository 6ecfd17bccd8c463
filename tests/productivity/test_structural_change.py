"""Growth within industries and moves of work between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.errors import ChoiceError, DuplicateRowError, OutsideRangeError, ParameterRangeError
from industria.productivity import structural_change

INDUSTRIES = pa.table(
    {
        "country": ["it"] * 6 + ["fr"] * 4,
        "industry": ["farms", "plants"] * 5,
        "year": [2010, 2010, 2000, 2000, 2005, 2005, 2000, 2000, 2010, 2010],
        "output": [55.0, 220.0, 60.0, 120.0, 58.0, 150.0, 10.0, 90.0, 9.0, 120.0],
        "persons": [50.0, 55.0, 60.0, 40.0, 56.0, 47.0, 8.0, 30.0, 5.0, 36.0],
        "price": [1.4, 0.9, 1.0, 1.0, 1.2, 0.95, 1.0, 1.0, 1.5, 0.8],
    }
)
EXAMPLE = (
    {"industries": INDUSTRIES},
    {
        "unit": "industry",
        "time": "year",
        "output": "output",
        "labor": "persons",
        "output_price": "price",
        "methods": ["mcmillan_rodrik", "csls", "trad", "gead"],
        "periods": [[2000, 2010]],
        "by": ["country"],
    },
)
EXACT = 1e-12  # sums of a few quotients near 1


def changed(data: Any = INDUSTRIES, **changes: Any) -> Any:
    return structural_change(data, **(EXAMPLE[1] | changes))


def parts(found: Any) -> pd.Series:
    table = found.to_pandas()
    keys = [*(c for c in ("country",) if c in table), "method", "time_from", "component"]
    return table.set_index(keys)["contribution"]


def test_a_country_by_hand() -> None:
    """McMillan & Rodrik (2011): farms 1 to 1.1 a head with .6 of work, plants 3 to 4 with .4, then .476 and .524."""
    found = parts(changed())["it"]["mcmillan_rodrik"][2000]
    assert found["within"] == pytest.approx((0.6 * 0.1 + 0.4 * 1) / 1.8, abs=EXACT)
    assert found["reallocation"] == pytest.approx((1.1 * (50 / 105 - 0.6) + 4 * (55 / 105 - 0.4)) / 1.8, abs=EXACT)
    assert found["total"] == pytest.approx(275 / 105 / 1.8 - 1, abs=EXACT)


def test_relative_prices_count_as_size_by_hand() -> None:
    """Tang & Wang (2004): sizes are shares of work times relative prices."""
    price = {2000: 1.0, 2010: (1.4 * 55 + 0.9 * 220) / 275}
    size = [np.array([0.6, 0.4]), np.array([50 * 1.4, 55 * 0.9]) / 105 / price[2010]]
    y = [np.array([1, 3.0]), np.array([1.1, 4.0])]
    found = parts(changed())["it"]["gead"][2000]
    assert found["within"] == pytest.approx(size[0] @ (y[1] - y[0]) / 1.8, abs=EXACT)
    assert found["static"] == pytest.approx(y[0] @ (size[1] - size[0]) / 1.8, abs=EXACT)
    assert found["dynamic"] == pytest.approx((y[1] - y[0]) @ (size[1] - size[0]) / 1.8, abs=EXACT)


def test_components_add_up_in_every_cell_and_over_industries() -> None:
    found = changed()
    table = found.to_pandas()
    whole = table[table["component"] == "total"].set_index(["country", "method"])["contribution"]
    rest = table[table["component"] != "total"].groupby(["country", "method"])["contribution"].sum()
    pd.testing.assert_series_equal(whole.sort_index(), rest, atol=EXACT, check_names=False)
    each = found.industries.collect("pandas").to_native().groupby(["country", "method"])["contribution"].sum()
    pd.testing.assert_series_equal(whole.sort_index(), each, atol=EXACT, check_names=False)
    shares = table[table["component"] != "total"].groupby(["country", "method"])["share"].sum()
    assert shares.to_numpy() == pytest.approx(1, abs=EXACT)


def test_periods_follow_one_another_unless_told() -> None:
    italy = INDUSTRIES.slice(0, 6)
    assert parts(changed(italy, periods=None, by=[])).index.get_level_values("time_from").unique().tolist() == [
        2000,
        2005,
    ]


def test_an_industry_in_one_period_only_makes_the_pair_null() -> None:
    found = changed(INDUSTRIES.slice(1))
    table = found.to_pandas()
    assert table[table["country"] == "it"]["contribution"].isna().all()
    assert table[table["country"] == "fr"]["contribution"].notna().all()
    assert table[table["country"] == "it"]["n_unmatched"].unique().tolist() == [1]
    assert found.n_null == 1


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"methods": ["trad"]}, ParameterRangeError, "two different methods or more"),
        ({"methods": ["trad", "trad"]}, ParameterRangeError, "two different methods or more"),
        ({"methods": ["trad", "csl"]}, ChoiceError, "Did you mean 'csls'"),
        ({"output_price": None}, ParameterRangeError, "gead counts relative prices"),
        ({"periods": [[2000, 2001]]}, ChoiceError, "periods=2001"),
        ({"periods": [[2010, 2000]]}, ParameterRangeError, "an earlier and a later"),
        ({"periods": [[2000]]}, ParameterRangeError, "pairs of periods"),
    ],
)
def test_wrong_parameters_are_refused(changes: dict[str, Any], error: Any, says: str) -> None:
    with pytest.raises(error, match=says):
        changed(**changes)


def test_wrong_cells_are_named() -> None:
    with pytest.raises(OutsideRangeError, match=r"industries\.persons is 0 where country = 'it', industry = 'farms'"):
        changed(INDUSTRIES.set_column(4, "persons", pa.array([0.0, *[1.0] * 9])))
    with pytest.raises(DuplicateRowError, match="industry = 'farms', year = 2010"):
        changed(pa.concat_tables([INDUSTRIES, INDUSTRIES.slice(0, 1)]))
