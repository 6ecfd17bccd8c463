"""How much the largest units make."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linearmodels.datasets import munnell

from industria.errors import InfiniteValueError, NegativeValueError, ParameterRangeError
from industria.productivity import concentration

FIRMS = pa.table(
    {
        "firm": list("abcdefabc"),
        "year": [2001] * 6 + [2002] * 3,
        "sales": [5.0, 40.0, 10.0, 20.0, 0.0, 25.0, 30.0, 30.0, 40.0],
        "stands_for": [1.0, 2.0, 1.5, 1.0, 1.0, 3.0, 1.0, 1.0, 0.5],
    }
)
ROLES = {"value": "sales", "unit": "firm"}
EXAMPLE = ({"panel": FIRMS}, {**ROLES, "by": ["year"], "weights": "stands_for"})
SHOWN = ["hhi", "numbers_equivalent", "entropy", "cr4", "cr8", "cr20"]

sales = st.lists(st.tuples(st.floats(0.0625, 100, width=32), st.integers(1, 4)), min_size=1, max_size=30)


def found(data: Any = FIRMS, **changes: Any) -> pd.DataFrame:
    return concentration(data, **(ROLES | changes)).to_pandas()


def rows(pairs: list[tuple[float, int]]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["sales", "copies"]).rename_axis("firm").reset_index()


def test_states_by_hand() -> None:
    """Munnell (1990): private capital of 48 states in 1986, by pandas."""
    states = munnell.load().query("YR == 1986")
    share = (states["PC"] / states["PC"].sum()).sort_values(ascending=False)
    made = found(states, value="PC", unit="ST_ABB").iloc[0]

    assert made["hhi"] == pytest.approx((share**2).sum(), rel=1e-12)
    assert made[["cr4", "cr8", "cr20"]].tolist() == pytest.approx([share.head(k).sum() for k in (4, 8, 20)], rel=1e-12)
    assert made["entropy"] == pytest.approx(-(share * np.log(share)).sum(), rel=1e-10)


@given(sales, st.floats(0.01, 100))
@settings(deadline=None, max_examples=40)
def test_the_unit_of_sales_names_and_order_do_not_matter(pairs: list[tuple[float, int]], factor: float) -> None:
    one = rows(pairs)
    other = one.iloc[::-1].assign(sales=one["sales"] * factor, firm=lambda t: 99 - t["firm"])

    np.testing.assert_allclose(found(other)[SHOWN], found(one)[SHOWN], rtol=1e-11, atol=1e-11)
    assert 1 / len(one) - 1e-12 <= found(one)["hhi"][0] <= 1 + 1e-12


@given(sales)
@settings(deadline=None, max_examples=40)
def test_a_weight_of_k_equals_k_copies(pairs: list[tuple[float, int]]) -> None:
    one = rows(pairs)
    copied = one.loc[one.index.repeat(one["copies"])].assign(firm=lambda t: range(len(t)))

    np.testing.assert_allclose(found(one, weights="copies")[SHOWN], found(copied)[SHOWN], rtol=1e-11, atol=1e-11)


def test_units_of_one_size_number_as_many_as_they_are() -> None:
    made = found(rows([(3.0, 1)] * 10)).iloc[0]

    assert made["numbers_equivalent"] == pytest.approx(10)
    assert made["entropy"] == pytest.approx(np.log(10))
    assert made[["cr4", "cr8", "cr20"]].tolist() == pytest.approx([0.4, 0.8, 1.0])


def test_support_tells_the_sum_and_the_largest_with_the_units_that_they_stand_for() -> None:
    support = concentration(FIRMS, **ROLES, by="year", weights="stands_for").table.collect("pandas").to_native()

    # 2001: 5, 80, 15, 20, 0 and 75; 2002: 30, 30 and 20.
    assert support["support_sales"].tolist() == [195, 80]
    assert support["support_sales_largest"].tolist() == [80, 30]
    assert support["support_sales_second"].tolist() == [75, 30]


def test_other_numbers_of_the_largest_are_told_with_their_meaning() -> None:
    result = concentration(FIRMS, **ROLES, by="year", largest=[1, 3])

    assert result.to_pandas()["cr1"].tolist() == [0.4, 0.4]
    assert result.meanings["cr3"] == "share of the 3 largest units [fraction]"


def test_draws_bound_the_index_and_a_cell_without_sales_has_none() -> None:
    result = concentration(FIRMS, **ROLES, by="year", replications=50)
    made = result.intervals.collect("pandas").to_native()
    empty = found(FIRMS.to_pandas().assign(sales=lambda t: t["sales"] * (t["year"] == 2001)), by="year")

    assert made["low"].notna().all()
    assert (made["low"] <= made["high"]).all()
    assert empty[SHOWN].isna().all(axis=1).tolist() == [False, True]


@pytest.mark.parametrize(
    ("sales", "changes", "error", "said"),
    [
        ([-1.0, 2.0], {}, NegativeValueError, "panel.sales.*-1 where firm = 0"),
        ([np.inf, 2.0], {}, InfiniteValueError, "panel.sales"),
        ([1.0, 2.0], {"largest": [4, 0]}, ParameterRangeError, r"largest=\[4, 0\]"),
        ([1.0, 2.0], {"largest": "4"}, ParameterRangeError, "largest='4'"),
    ],
)
def test_what_makes_no_shares_is_refused(
    sales: list[float], changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        found(rows([(x, 1) for x in sales]), **changes)
