"""Averages, variances and the sums of products behind them leave by the system of sums; percentiles by their window."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import ReleaseRefusedError
from industria.evaluation import normal_equations
from industria.release import Policy, release
from industria.release._judged import judged
from industria.release._of_results import of_results
from industria.tables import balance, magnitude_table, moments, percentile_table

RULES = Policy(threshold=3, p=0.10)
RNG = np.random.default_rng(5)
PLANTS = pd.DataFrame(
    {
        "plant": [f"p{i}" for i in range(80)],
        "region": ["a"] * 40 + ["b"] * 30 + ["c"] * 8 + ["d"] * 2,
        "sales": np.round(RNG.uniform(10, 90, 80), 1),
        "wage": np.round(RNG.uniform(20, 40, 80), 1),
    }
)
SPREAD = moments(PLANTS, columns=["sales", "wage"], by=["region"], unit="plant")


def test_averages_of_few_are_withheld_and_variances_of_little_freedom() -> None:
    found = release({"spread": SPREAD}, RULES).table("spread").to_pandas().set_index(["region", "column"])

    assert found.loc["d", ["n", "mean", "variance"]].isna().all(axis=None)
    assert found.loc["c", "mean"].notna().all()
    assert found.loc["c", "variance"].isna().all()
    assert found.loc[["a", "b"], ["n", "mean", "variance"]].notna().all(axis=None)


def test_products_leave_only_where_what_they_tell_leaves() -> None:
    rows = release({"spread": SPREAD}, RULES).table("spread", "moments").to_pandas()
    gone = rows["value"].isna()
    sums = (rows["row"] == "1") | (rows["row"] == "n")

    assert gone[rows["region"] == "d"].all()
    assert gone[(rows["region"] == "c") & ~sums].all()
    assert not gone[(rows["region"] == "c") & sums].any()
    assert not gone[rows["region"].isin(["a", "b"])].any()


def test_an_average_is_withheld_to_protect_a_sum_of_another_table() -> None:
    total = magnitude_table(PLANTS, variable="sales", by=["region"], unit="plant")

    both = release({"spread": SPREAD, "total": total}, RULES)

    sums = both.table("total").to_pandas().set_index("region")
    partner = [region for region in "abc" if pd.isna(sums.loc[region, "value"])]
    assert len(partner) == 1
    means = both.table("spread").to_pandas().set_index(["column", "region"]).loc["sales"]
    assert means.loc[partner, "mean"].isna().all()
    products = both.table("spread", "moments").to_pandas()
    of_partner = products[(products["region"] == partner[0]) & (products["row"] == "1")].set_index("column")["value"]
    assert of_partner[["1", "sales"]].isna().all()
    assert of_partner.notna()["wage"]


def test_percentiles_that_average_a_window_leave_without_a_study() -> None:
    found = percentile_table(PLANTS, variable="sales", by=["region"], percentiles=[0.5], unit="plant")

    told = release({"median": found}, RULES).table("median").to_pandas().set_index("region")["value"]

    assert told[["a", "b"]].notna().all()
    assert told[["c", "d"]].isna().all()


def test_a_table_without_owners_is_refused_where_holdings_count() -> None:
    total = magnitude_table(PLANTS, variable="sales", by=["region"], unit="plant")

    with pytest.raises(ReleaseRefusedError, match="holding"):
        release({"total": total}, Policy(threshold=3, threshold_level="holding", p=0.10))


def panel(outcome: np.ndarray) -> pd.DataFrame:
    rows = pd.DataFrame({"plant": np.repeat([f"p{i}" for i in range(40)], 2), "year": [1, 2] * 40})
    return rows.assign(sales=outcome, x=RNG.normal(size=80), south=np.repeat([0.0] * 26 + [1.0] * 14, 2))


EVEN = panel(RNG.normal(100, 10, 80))
ONE_LARGE = panel(np.where(np.arange(80) == 1, 1e6, EVEN["sales"]))


def moments_of(rows: pd.DataFrame, **parameters: Any) -> list[str]:
    found = normal_equations(rows, outcome="sales", regressors=["x"], unit="plant", **parameters)
    return release({"slope": found}, RULES).tables("slope")


def test_sums_of_products_that_are_sums_of_tables_leave_where_those_may() -> None:
    """Where nothing is absorbed, the product of outcome and constant is the total."""
    assert "moments" in moments_of(EVEN, absorb=["plant"])
    assert "moments" in moments_of(EVEN)
    assert "moments" not in moments_of(ONE_LARGE)
    assert "moments" not in moments_of(EVEN.assign(weight=2.0), weights="weight")


def test_squares_that_one_unit_makes_do_not_leave() -> None:
    """The root of the sum of squares would be its own figure."""
    assert "moments" not in moments_of(ONE_LARGE, absorb=["plant"])


def test_a_difference_of_averages_tells_no_average() -> None:
    found = balance(EVEN, columns=["sales"], group="south", treated=1.0, comparison=0.0)

    (step,) = of_results({"balance": found})
    told = judged(replace(step, measure="tables.balance"), RULES).table.to_pylist()[0]

    assert [told[name] for name in ("mean_treated", "difference", "standard_error", "low", "high")] == [None] * 5
    assert told["standardized_difference"] is not None


def test_how_many_cells_a_rule_withholds_stays_at_the_site() -> None:
    """With the threshold, which is told, their number would tell small counts."""
    total = magnitude_table(PLANTS, variable="sales", by=["region"], unit="plant")
    found = release({"total": total}, RULES)

    assert found.counts["total"]["primary"] + found.counts["total"]["secondary"] == found.n_withheld == 2
    assert set(found.certificate["counts"]["total"]) == {"cells", "published", "withheld", "rounded"}
    assert "asked" not in found.certificate["insiders"]
    assert not any("protection" in rule for rule in found.certificate["rules"])
