"""What differences in revenue productivity cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.errors import OutsideRangeError, ParameterRangeError, RepeatedColumnError, SeveralValuesError
from industria.productivity import misallocation

UNITS = pa.table(
    {
        "plant": list("abcdefg") + list("abc"),
        "year": [2001] * 7 + [2002] * 3,
        "industry": ["food"] * 3 + ["metal"] * 4 + ["food"] * 3,
        "revenue": [100.0, 60, 40, 30, 90, 20, 55, 110, 50, 45],
        "capital": [50.0, 80, 10, 20, 30, 25, 60, 55, 70, 12],
        "wages": [60.0, 20, 30, 20, 40, 10, 15, 65, 20, 28],
        "alpha": [1 / 3] * 3 + [0.5] * 4 + [1 / 3] * 3,
        "stands_for": [1.0, 2.0, 1.0, 1.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0],
    }
)
ROLES = {
    "revenue": "revenue",
    "capital": "capital",
    "labor_cost": "wages",
    "unit": "plant",
    "by": ["year", "industry"],
    "capital_share": "alpha",
}
EXAMPLE = ({"panel": UNITS}, {**ROLES, "weights": "stands_for"})


def lost(data: Any = UNITS, **changes: Any) -> Any:
    return misallocation(data, **(ROLES | changes))


def test_three_units_by_hand() -> None:
    """Hsieh & Klenow (2009), equations 15 to 19, on paper: capital's share 1/3, elasticity 3."""
    result = lost(UNITS.slice(0, 3), capital_share=1 / 3)
    found = result.to_pandas().iloc[0]

    # Printed to eight digits.
    assert found["tfp_ratio"] == pytest.approx(0.91264303, abs=5e-9)
    assert found["gain"] == pytest.approx(0.09571866, abs=5e-9)
    tfpr = result.wedges.collect("pandas").to_native()["tfpr"]
    assert tfpr.to_numpy() == pytest.approx(np.array([1.77109762, 1.88988157, 1.92299943]) / 1.67774335, abs=1e-8)
    logs = np.log(tfpr)
    assert found["sd_tfpr"] == pytest.approx(logs.std(ddof=1), rel=1e-9)
    assert found["p90_p10_tfpr"] == pytest.approx(logs.quantile(0.9) - logs.quantile(0.1), rel=1e-9)


def test_economies_are_products_by_shares_of_revenue() -> None:
    result = lost()
    industries = result.to_pandas().query("sigma == 3 and year == 2001")
    whole = result.economy.collect("pandas").to_native().query("sigma == 3").set_index("year")
    revenue = np.array([200.0, 195.0])

    wanted = np.exp((revenue / revenue.sum()) @ np.log(industries["tfp_ratio"]))
    assert whole.loc[2001, "tfp_ratio"] == pytest.approx(wanted, rel=1e-12)
    assert whole[["n_units", "n_industries"]].to_numpy().tolist() == [[7, 2], [3, 1]]
    assert set(result.to_pandas()["sigma"]) == {3.0, 5.0}


amounts = st.floats(0.125, 1000, width=32)
units = st.lists(st.tuples(amounts, amounts, amounts, st.integers(1, 3)), min_size=1, max_size=12)


def rows(drawn: list[tuple[float, float, float, int]]) -> pd.DataFrame:
    made = pd.DataFrame(drawn, columns=["revenue", "capital", "wages", "copies"])
    return made.assign(plant=range(len(made)), industry="one", year=1, alpha=0.4)


@given(units, st.floats(0.001, 1e6), st.floats(0.001, 1e6), st.floats(0.001, 1e6))
@settings(deadline=None, max_examples=30)
def test_ratios_are_at_most_one_and_hang_on_no_unit(
    drawn: list[tuple[float, float, float, int]], a: float, b: float, c: float
) -> None:
    one = rows(drawn)
    other = one.iloc[::-1].assign(
        revenue=one["revenue"] * a, capital=one["capital"] * b, wages=one["wages"] * c, plant=lambda t: 99 - t["plant"]
    )
    shown = ["tfp_ratio", "sd_tfpr", "p90_p10_tfpr"]
    found, moved = (lost(t).to_pandas()[shown] for t in (one, other))

    assert (found["tfp_ratio"] <= 1 + 1e-12).all()
    # Powers of up to five of numbers that lie four digits apart.
    np.testing.assert_allclose(moved, found, rtol=1e-7, atol=1e-9)


@given(units)
@settings(deadline=None, max_examples=20)
def test_equal_revenue_productivity_costs_nothing(drawn: list[tuple[float, float, float, int]]) -> None:
    one = rows(drawn).assign(revenue=lambda t: 2 * t["wages"], capital=lambda t: 3 * t["wages"])

    np.testing.assert_allclose(lost(one).to_pandas()["gain"], 0.0, atol=1e-12)


@given(units)
@settings(deadline=None, max_examples=20)
def test_a_weight_of_k_equals_k_copies(drawn: list[tuple[float, float, float, int]]) -> None:
    one = rows(drawn)
    copied = one.loc[one.index.repeat(one["copies"])].assign(plant=lambda t: range(len(t)))
    found, wanted = lost(one, weights="copies", trim=0.0), lost(copied, trim=0.0)

    np.testing.assert_allclose(found.to_pandas()["tfp_ratio"], wanted.to_pandas()["tfp_ratio"], rtol=1e-9)


def test_tails_are_trimmed_and_counted() -> None:
    rng = np.random.default_rng(5)
    n = 300
    data = pd.DataFrame(
        {
            "plant": range(n),
            "industry": "one",
            "revenue": rng.lognormal(size=n),
            "capital": rng.lognormal(size=n),
            "wages": rng.lognormal(size=n),
        }
    )
    roles = {"by": "industry", "capital_share": 0.4}
    all_of_them, trimmed = lost(data, trim=0.0, **roles), lost(data, trim=0.02, **roles)

    # Six in each of four tails, some of them in two.
    assert 12 <= trimmed.n_trimmed <= 24
    assert trimmed.to_pandas()["n_units"][0] == n - trimmed.n_trimmed
    assert trimmed.to_pandas()["sd_tfpr"][0] < all_of_them.to_pandas()["sd_tfpr"][0]
    assert trimmed.wedges.collect("pandas").to_native()["trimmed"].sum() == trimmed.n_trimmed
    drawn = lost(data, replications=60, **roles).to_pandas().iloc[0]
    assert drawn["low"] < drawn["gain"] < drawn["high"] * 1.2


def test_the_reading_names_both_wedges_and_what_the_model_leaves_out() -> None:
    reading = lost().reading

    for word in ("wedges", "adjustment", "markups", "errors of measurement"):
        assert word in reading


@pytest.mark.parametrize(
    ("columns", "changes", "error", "said"),
    [
        ({"capital": [0.0] + [1.0] * 9}, {}, OutsideRangeError, "panel.capital is 0 where year = 2001"),
        ({"alpha": [0.3, 0.4] + [0.5] * 8}, {}, SeveralValuesError, "panel.alpha has 3 values where year = 2001"),
        ({"alpha": [1.2] * 10}, {}, OutsideRangeError, "panel.alpha is 1.2"),
        ({}, {"capital_share": 33}, ParameterRangeError, "capital_share=33"),
        ({}, {"sigma": 1.0}, ParameterRangeError, "sigma=1"),
        ({}, {"trim": 0.5}, ParameterRangeError, "trim=0.5"),
        ({}, {"capital": "wages"}, RepeatedColumnError, "column 'wages'"),
    ],
)
def test_what_the_model_cannot_take_is_refused(
    columns: dict[str, Any], changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        lost(UNITS.to_pandas().assign(**columns), **changes)
