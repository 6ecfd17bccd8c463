"""A variance, with the sum and the number beside it, tells a sum of squares: the largest firm may make it alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.productivity import concentration
from industria.release import Policy, Release, release
from industria.tables import balance, moments, summary

POLICY = Policy(threshold=3, p=0.1, dominance=((1, 0.8), (2, 0.9)))
LARGEST = 2700.0
WHY = "with a sum and a number it tells the sum of squares, which a few units make nearly alone"


def firms(largest: float = LARGEST, spread: float = 0.5) -> pd.DataFrame:
    """200 firms of B alike; 200 of A, one of which has more than half of the sales: others hide it in the sum."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(400)], "region": ["A"] * 200 + ["B"] * 200})
    rows["sales"] = rng.normal(10, spread, 400).round(3)
    rows.loc[0, "sales"] = largest
    return rows.assign(half=(rows["region"] == "A").astype(int))


def described(rows: pd.DataFrame, policy: Policy = POLICY) -> Release:
    return release({"t": moments(rows, columns=["sales"], by=["region"], unit="firm")}, policy)


def test_the_variance_that_gave_the_largest_firm_away_stays() -> None:
    """Were all others alike, the largest firm would have just what number, mean and variance say: 4e-6 off."""
    rows = firms()
    x = rows.loc[rows["region"] == "A", "sales"]
    n, total, squares = len(x), x.sum(), (x**2).sum()
    a, b, c = 1 + 1 / (n - 1), -2 * total / (n - 1), total**2 / (n - 1) - squares
    assert (-b + np.sqrt(b * b - 4 * a * c)) / (2 * a) == pytest.approx(LARGEST, rel=1e-5)

    found = described(rows)

    table = found.table("t").to_pandas().set_index("region")
    assert table["mean"].notna().all()
    assert table["variance"].isna().to_dict() == {"A": True, "B": False}
    products = found.table("t", "moments").to_pandas().set_index(["region", "row", "column"])["value"]
    assert np.isnan(products["A", "sales", "sales"])
    assert products["A", "1", "sales"] == pytest.approx(total)
    assert found._found.judged["t"].reasons == [f"variance: {WHY}"]


def test_a_firm_far_from_others_that_are_alike_is_told_by_what_is_left_of_squares() -> None:
    """Its square is no large part of theirs; its distance from the mean is nearly all of the variance."""
    rows = firms(largest=1500.0).assign(sales=lambda t: t["sales"] + 1000.0 * (t["firm"] != "f0"))

    table = described(rows).table("t").to_pandas().set_index("region")

    assert table["mean"].notna().all()
    assert table["variance"].isna().to_dict() == {"A": True, "B": False}


def test_without_a_rule_of_concentration_variances_leave() -> None:
    found = described(firms(), Policy(threshold=3, concentration="none"))

    assert found.table("t").to_pandas()["variance"].notna().all()


def test_a_spread_of_many_unlike_firms_leaves() -> None:
    rows = firms().assign(sales=np.random.default_rng(1).lognormal(3, 1, 400))

    assert described(rows).table("t").to_pandas()["variance"].notna().all()


@pytest.mark.parametrize("column", ["hhi", "numbers_equivalent"])
def test_a_concentration_is_a_sum_of_squares(column: str) -> None:
    found = release({"t": concentration(firms(), value="sales", unit="firm", by=["region"], largest=(4, 20))}, POLICY)

    table = found.table("t").to_pandas().set_index("region")
    assert table[column].isna().to_dict() == {"A": True, "B": False}


def test_standard_deviations_of_averages_stay_alike() -> None:
    rows: Any = firms()
    of = summary(rows, columns=["sales"], by=["region"], unit="firm", extremes=False)

    found = release({"t": of}, POLICY)

    table = found.table("t").to_pandas().set_index("region")
    assert table["mean"].notna().all()
    assert table["standard_deviation"].isna().to_dict() == {"A": True, "B": False}


def test_what_a_balance_makes_of_both_variances_stays() -> None:
    found = release({"t": balance(firms(), group="half", treated=1, columns=["sales"], unit="firm")}, POLICY)

    row = found.table("t").to_pandas().iloc[0]
    told = {name for name in row.index if pd.notna(row[name])}
    assert {"mean_treated", "mean_comparison", "difference", "standard_deviation_comparison"} <= told
    made = {"standard_deviation_treated", "standard_error", "standardized_difference", "variance_ratio", "low", "high"}
    assert not made & told
