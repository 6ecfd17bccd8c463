"""Sums that averages, moments and coefficients tell: none tells a withheld cell, or is told by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.evaluation import fixed_effects, normal_equations
from industria.release.release import release
from industria.tables import balance, frequency_table, magnitude_table, summary
from tests.release.beside import CELLS, RULES, fit, moments, plants, reach, told_by_moments, told_by_table


def test_moments_of_a_dominated_outcome_stay() -> None:
    """The root of the sum of its squares is the largest firm; the product with the constant is the total."""
    rows = plants().assign(big=lambda r: r.sales.where(r.firm != "f5", 98765.0))
    found = release({"even": fit(rows, ["size"], "sales"), "one": fit(rows, ["size"], "big")}, RULES)

    assert moments(found, "even")
    assert not moments(found, "one")
    assert any("sensitive itself" in why for why in found._found.judged["one"].reasons)


def test_an_outcome_of_two_values_and_its_squares_are_no_two_units_of_measure() -> None:
    rows = plants().assign(sells=lambda r: 50.0 * (r.index % 2))

    assert moments(release({"fit": fit(rows, ["size"], "sells")}, RULES), "fit")


def test_a_product_with_the_outcome_tells_no_withheld_sum() -> None:
    """One firm has nearly all of (x, n): what protects it in the table must not stand in the moments."""
    rows = plants(CELLS | {("x", "n"): 6})
    rows.loc[0, "sales"] = 9000.0
    steps = {
        "t": magnitude_table(rows, variable="sales", by=["a", "b"], unit="firm"),
        "fit": fit(rows, ["y", "north", "both", "size"], "sales"),
    }
    found = release(steps, RULES)

    told = [*told_by_table(found, "t", "value"), *told_by_moments(found, "fit", "outcome_product")]
    high = reach(told, ("x", "n"))[1]
    true = rows[(rows.a == "x") & (rows.b == "n")].sales.sum()
    assert high - true > 0.1 * 9000 - (true - 9000 - 110)
    assert not moments(found, "fit")


def test_averages_leave_where_their_sums_may() -> None:
    """And stay where one firm has nearly all, with all that tells them."""
    rows = plants().assign(big=lambda r: r.sales.where(r.firm != "f15", 98765.0))
    steps = {
        "s": summary(rows, columns=["sales", "big"], by=["a"], unit="firm", extremes=False),
        "b": balance(rows, columns=["sales", "big"], group="y", treated=1.0, comparison=0.0, unit="firm"),
    }
    found = release(steps, RULES)

    means = found.table("s").to_pandas().set_index(["a", "column"])
    assert means.loc[[("x", "sales"), ("y", "sales"), ("z", "sales"), ("x", "big")], "mean"].notna().all()
    assert means.loc[("y", "big"), ["mean", "standard_deviation"]].isna().all()
    compared = found.table("b").to_pandas().set_index("column")
    assert compared.loc["sales"].notna().all()
    tells = ["mean_treated", "difference", "standard_error", "standardized_difference", "statistic", "p_value", "low"]
    assert compared.loc["big", [*tells, "variance_ratio", "standard_deviation_treated"]].isna().all()
    assert compared.loc["big", ["mean_comparison", "n_treated", "n_comparison"]].notna().all()


def test_a_column_that_nobody_tells_has_no_average() -> None:
    rows = plants().assign(empty=np.nan)
    steps = {
        "s": summary(rows, columns=["empty", "size"], by=["a"], unit="firm", extremes=False),
        "b": balance(rows, columns=["empty", "size"], group="y", treated=1.0, comparison=0.0, unit="firm"),
    }
    found = release(steps, RULES)

    assert found.table("s").to_pandas().set_index("column").loc["size", "mean"].notna().all()
    assert np.isnan(found.table("b").to_pandas().set_index("column").loc["empty", "mean_treated"])


def test_averages_of_two_groups_tell_no_withheld_sum() -> None:
    """Mean times number of the treated, less that of one cohort, is the sum of the other."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"firm": range(75), "cohort": ["first"] * 15 + ["second"] * 20 + ["never"] * 40})
    rows = rows.assign(hours=rng.uniform(20, 30, 75), funded=(rows.cohort != "never") * 1)
    rows.loc[0, "hours"] = 5000.0
    steps = {
        "t": magnitude_table(rows, variable="hours", by=["cohort"], unit="firm", statistic="mean", counts=True),
        "b": balance(rows, columns=["hours"], group="funded", treated=1, comparison=0, unit="firm"),
    }
    found = release(steps, RULES)

    mean = found.table("t").to_pandas().set_index("cohort")["value"]
    told = found.table("b").to_pylist()[0]
    treated = told["mean_treated"]
    if treated is None and told["difference"] is not None and told["mean_comparison"] is not None:
        treated = told["difference"] + told["mean_comparison"]
    assert np.isnan(mean["first"])
    assert treated is None or np.isnan(mean["second"])


def test_coefficients_of_dummies_alone_tell_no_withheld_sum() -> None:
    """X'X is a table of counts: with the coefficients and a total it gives back the sum of each group."""
    rows = plants(CELLS | {("x", "n"): 6}).assign(year=1, x=lambda r: (r.a == "x") * 1.0)
    large = rows.assign(sales=rows.sales.where(rows.firm != "f0", 90000.0))
    told = {"unit": "firm", "time": "year", "effects": (), "vcov": "HC1"}
    table = magnitude_table(large.drop(columns="year"), variable="sales", by=["a"], unit="firm")
    dummies, beside, even = (
        fixed_effects(of, outcome="sales", treatment=["x", "north", *more], **told)
        for of, more in ((large, ()), (large, ("size",)), (rows, ()))
    )
    found = release({"fit": dummies, "t": table}, RULES)

    assert found.table("fit")["estimate"].null_count == 2
    assert any("have two values" in why for why in found._found.judged["fit"].reasons)
    assert release({"fit": even}, RULES).table("fit")["estimate"].null_count == 0
    assert release({"fit": beside}, RULES).table("fit")["estimate"].null_count == 0


def regions() -> pd.DataFrame:
    """Firms of three regions over two years; one firm has nearly all sales of A."""
    rng = np.random.default_rng(1)
    firms = pd.DataFrame({"firm": [f"f{i}" for i in range(45)], "region": ["A"] * 5 + ["B"] * 20 + ["C"] * 20})
    rows = pd.concat([firms.assign(year=year) for year in (1, 2)], ignore_index=True)
    rows["sales"] = rng.normal(100, 10, len(rows)).round(2)
    rows.loc[rows.firm == "f0", "sales"] = [9000.13, 9100.27]
    in_a = (rows.region == "A") * 1.0
    rows = rows.assign(a=in_a, code=in_a + 1, trend=rows.year * 1.0, half=np.arange(len(rows)) % 2, alike=1.0)
    return rows.assign(more=rows.sales + 1000, amount=rng.lognormal(size=len(rows)).round(4))


def effect(outcome: str, treatment: str, effects: tuple[str, ...] = ("year",), **more: Any) -> Result:
    told = {"unit": "firm", "time": "year", "effects": effects, **more}
    return fixed_effects(regions(), outcome=outcome, treatment=treatment, **told)


def sums(regressors: list[str], **more: Any) -> Result:
    return normal_equations(regions(), outcome="sales", regressors=regressors, unit="firm", **more)


TELLING = {
    "0 and 1": lambda: effect("sales", "a"),
    "1 and 2": lambda: effect("sales", "code"),
    "shifted outcome": lambda: effect("more", "a"),
    "a trend": lambda: effect("sales", "a", (), controls=["trend"]),
    "another effect": lambda: effect("sales", "a", ("year", "half")),
    "common years": lambda: sums(["a"], common=["year"]),
    "absorbed years": lambda: sums(["a"], absorb=["year"]),
    "equations with a trend": lambda: sums(["a", "trend"]),
    "weights that are alike": lambda: sums(["a"], common=["year"], weights="alike"),
}


def tables() -> dict[str, Result]:
    rows = regions()
    told = {"by": ["region"], "unit": "firm"}
    return {"t": magnitude_table(rows, variable="sales", **told), "n": frequency_table(rows, **told)}


@pytest.mark.parametrize("told", TELLING.values(), ids=TELLING)
def test_no_estimate_gives_back_the_sum_of_a_withheld_region(told: Any) -> None:
    """Each of them tells how far A's mean is from that of all others, from which A's sum follows."""
    found = release(tables() | {"fit": told()}, RULES)

    cells = found.table("t").to_pandas().set_index("region")["value"]
    assert np.isnan(cells["A"])
    assert not np.isnan(cells["Total"])
    assert found.table("fit")["estimate"].null_count == found.table("fit").num_rows
    assert any("have two values" in why for why in found._found.judged["fit"].reasons)


def test_a_shifted_outcome_is_known_beside_an_earlier_table() -> None:
    first = release(tables(), RULES)
    found = release({"fit": effect("more", "a")}, RULES, earlier=[first])
    alone = release({"fit": effect("more", "a")}, RULES)

    assert found.table("fit")["estimate"].null_count == 1
    assert alone.table("fit")["estimate"].null_count == 0


@pytest.mark.parametrize(("by", "shift"), [(1.0, 1000.0), (0.001, 0.0)], ids=["shifted", "in thousands"])
def test_a_table_is_known_beside_an_earlier_estimate_of_it_in_other_words(by: float, shift: float) -> None:
    """All but two firms of C stood behind the estimate: with the table of all firms it tells the two."""
    rows = regions().assign(c=lambda r: (r.region == "C") * 1.0, other=lambda r: r.sales * by + shift)
    some = rows[~rows.firm.isin(["f25", "f26"])]
    told = fixed_effects(some, outcome="other", treatment="c", unit="firm", time="year", effects=("year",))
    first = release({"fit": told}, RULES)

    assert first.table("fit")["estimate"].null_count == 0
    withheld = [
        [
            row["region"]
            for row in release(tables(), RULES, earlier=before).table("t").to_pylist()
            if row["value"] is None
        ]
        for before in ([], [first])
    ]
    assert "C" not in withheld[0]
    assert "C" in withheld[1]


def test_an_estimate_beside_that_of_an_amount_leaves_and_says_what_was_not_checked() -> None:
    found = release(tables() | {"fit": effect("sales", "a", controls=["amount"])}, RULES)

    assert found.table("fit")["estimate"].null_count == 0
    assert any("beside amounts may tell: fit" in words for words in found.certificate["not_checked"])
