"""Numbers of units beside estimates and averages: none tells a withheld cell, or is told by one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from industria.release import Policy
from industria.release.release import release
from industria.tables import balance, frequency_table, summary
from tests.release.beside import CELLS, RULES, fit, moments, plants, reach, told_by_moments, told_by_table


def test_a_product_of_dummies_tells_no_withheld_number() -> None:
    """The firms of (x, n) are those north less (z, n), less those of both dummies: 21 - 11 - 8 = 2."""
    rows = plants()
    steps = {"n": frequency_table(rows, by=["a", "b"], unit="firm"), "fit": fit(rows, ["y", "north", "both", "sales"])}
    found = release(steps, RULES)

    low, high = reach([*told_by_table(found, "n"), *told_by_moments(found, "fit")], ("x", "n"))
    assert low <= 1
    assert high >= 3
    assert moments(found, "fit")
    assert not any("numbers of units" in words for words in found.certificate["not_checked"])


def test_moments_that_tell_a_withheld_number_stay() -> None:
    """Here the dummy is the cell itself, and its own two firms are the fewest."""
    cells = CELLS | {("y", "n"): 4}
    rows = plants(cells)
    found = release(
        {"n": frequency_table(rows, by=["a", "b"], unit="firm"), "fit": fit(rows, ["both", "sales"])}, RULES
    )
    alone = release({"fit": fit(rows, ["both", "sales"])}, Policy(threshold=5, p=0.1))

    assert reach([*told_by_table(found, "n"), *told_by_moments(found, "fit")], ("x", "n"))[1] >= 3
    assert not moments(alone, "fit")


def test_numbers_of_two_groups_tell_no_withheld_number() -> None:
    """Seven plants of the first cohort are withheld; 35 treated less 28 of the second would be they."""
    cohorts = ["first"] * 7 + ["second"] * 28 + ["never"] * 60
    rows = pd.DataFrame({"firm": range(95), "cohort": cohorts, "x": np.random.default_rng(1).normal(50, 3, 95)})
    rows["funded"] = (rows.cohort != "never") * 1
    compared = balance(rows, columns=["x"], group="funded", treated=1, comparison=0, unit="firm")
    found = release({"n": frequency_table(rows, by=["cohort"], unit="firm"), "b": compared}, Policy.preset("acro-1"))

    n = found.table("n").to_pandas().set_index("cohort")["count"]
    told = found.table("b").to_pylist()[0]
    assert np.isnan(n["first"])
    assert np.isnan(n["second"]) or told["n_treated"] is None
    assert np.isnan(n[["Total", "never"]]).any() or (np.isnan(n["second"]) and told["n_treated"] == 35)


def test_rows_of_a_summary_tell_no_withheld_number() -> None:
    """The table tells who is north at all; a summary of the rest by industry would leave two."""
    rows = plants()
    steps = {
        "n": frequency_table(rows, by=["b"], unit="firm"),
        "s": summary(rows, columns=["size"], by=["a", "b"], unit="firm", extremes=False),
    }
    found = release(steps, RULES)

    told = [({(r["a"], r["b"]): 1.0}, r["n"]) for r in found.table("s").to_pylist() if r["n"] is not None]
    assert len(told) >= 3
    low, high = reach([*told_by_table(found, "n"), *told], ("x", "n"))
    assert low <= 1
    assert high >= 3


def test_how_many_lack_a_value_tells_no_withheld_number() -> None:
    """Two firms do not tell their sales: beside the number of all firms that is told by those who do."""
    rows = plants({("x", "n"): 12, ("y", "s"): 14})
    rows.loc[:1, "sales"] = np.nan
    steps = {
        "n": frequency_table(rows, by=["a"], unit="firm"),
        "s": summary(rows, columns=["sales"], by=["a"], unit="firm", extremes=False),
    }
    found = release(steps, RULES)

    n = found.table("n").to_pandas().set_index("a")["count"]
    told = found.table("s").to_pandas().set_index("a")
    assert np.isnan(told.loc["x", "n_missing"])
    assert np.isnan(n["x"]) or np.isnan(told.loc["x", "n"])


def test_a_number_of_fits_one_unit_short_of_a_table_is_withheld_with_what_tells_it() -> None:
    """Whoever knows an estimate and its error reads the degrees of freedom off an interval or a p-value."""
    rows = plants()
    short = rows.assign(size=rows["size"].where(rows.firm != "f20"))
    found = release({"n": frequency_table(rows, by=["b"], unit="firm"), "fit": fit(short, ["sales"])}, RULES)

    table, facts = found.table("fit").to_pandas(), found._found.judged["fit"].facts
    everybody = found.table("n").to_pandas().set_index("b")["count"]["Total"]
    if np.isnan(everybody):
        assert facts["n_units"] == 50
    else:
        assert [facts[name] for name in ("n_units", "n_obs", "df", "n_clusters")] == [None] * 4
        assert table[["p_value", "low", "high"]].isna().all().all()
        assert table["estimate"].notna().all()
        assert not moments(found, "fit")


def test_products_net_of_firms_count_those_who_were_treated() -> None:
    """Of two years, a dummy that begins in the second leaves half a treated firm each."""
    rows = pd.concat([plants().assign(year=year, grant=lambda r, y=year: r.both * (y == 2)) for year in (1, 2)])
    rows["size"] += np.random.default_rng(5).normal(size=len(rows))
    steps = {
        "n": frequency_table(rows[rows.year == 2].drop(columns="year"), by=["a", "b"], unit="firm"),
        "fit": fit(rows, ["grant"], absorb=["firm"], common=["year"]),
    }
    found = release(steps, RULES)

    told = told_by_table(found, "n")
    if moments(found, "fit"):
        rest = found.table("fit", "moments").to_pylist()
        (half,) = [
            r["value"] for r in rest if r["kind"] == "cross_product" and (r["row"], r["column"]) == ("grant",) * 2
        ]
        told.append(({("y", "n"): 1.0}, 2 * half))
    low, high = reach(told, ("x", "n"))
    assert low <= 1
    assert high >= 3


def test_numbers_that_nobody_tells_one_by_one_stay_beside_withheld_ones() -> None:
    rows = plants()
    untold = summary(rows, columns=["size"], by=["a"], extremes=False)
    beside = release({"n": frequency_table(rows, by=["a", "b"], unit="firm"), "s": untold}, RULES)
    alone = release({"s": untold}, RULES)

    assert beside.table("s")["n"].null_count == 3
    assert alone.table("s")["n"].null_count == 0
    assert any("nobody one by one: s" in words for words in alone.certificate["not_checked"])


def test_true_numbers_of_averages_undo_no_rounding() -> None:
    """Of 72 to 74 firms, all rounded to tens, 32 and 41 are elsewhere: one is left where 0 is published."""
    rows = pd.DataFrame({"firm": range(74), "region": ["A"] + ["B"] * 32 + ["C"] * 41})
    rows = rows.assign(sales=np.random.default_rng(32).normal(100, 10, 74).round(2))
    rounded = {"method": "round", "rounding": "conventional", "rounding_base": 10, "rounding_of": ("count",)}
    steps = {
        "s": summary(rows, columns=["sales"], by=["region"], unit="firm"),
        "b": balance(rows, columns=["sales"], group="region", treated="B", comparison="C", unit="firm"),
    }
    count = {"n": frequency_table(rows, by=["region"], unit="firm")}
    found = release(count | steps, Policy(threshold=3, p=0.1, **rounded))

    assert found.table("n")["count"].null_count == 0
    assert found.table("s")["n"].null_count == 3
    assert {found.table("b")[name].null_count for name in ("n_treated", "n_comparison", "standard_error")} == {1}
    assert any("n: beside tables whose numbers" in why for why in found._found.judged["s"].reasons)
    assert release(count | steps, RULES).table("s")["n"].null_count == 1
