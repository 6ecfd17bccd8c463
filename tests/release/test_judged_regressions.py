"""Regressions that would tell a firm, each with an example."""

from __future__ import annotations

import numpy as np
import pytest

from industria.release._judged import judged, judged_together
from industria.release._leaving import Leaving
from industria.release.policy import Policy
from tests.release.statistics_steps import POLICY, equations, grants, published, regression, says


def test_a_regression_of_many_leaves_with_its_numbers() -> None:
    """Coefficients, other errors, effects of years, R² and n go together; support and contributors stay."""
    step = regression(grants())
    found = judged(step, POLICY)

    assert published(found)
    assert found.table.column_names == [*step.table.column_names[:7], "status"]
    assert found.table["estimate"].to_pylist() == step.table["estimate"].to_pylist()
    assert found.facts["n_obs"] == 160
    assert found.facts["r2_within"] is not None
    assert set(found.tables) == {"inferences", "effects"}
    assert not [name for name, value in found.facts.items() if name.startswith("support_") and value is not None]
    assert found.classes == "correlation"


def test_a_withheld_regression_takes_its_numbers_with_it() -> None:
    """Few degrees of freedom: neither R² nor n, nor any error or effect of it, is left."""
    found = judged(regression(grants(8)), POLICY)

    assert says(found, "fewer than 10 degrees of freedom")
    assert found.table["estimate"].null_count == found.table.num_rows
    assert found.table["term"].to_pylist() == ["grant"]
    assert [name for name, value in found.facts.items() if isinstance(value, int | float) and value is not True] == [
        "confidence",
        "bootstrap",
        "permutations",
    ]
    assert found.tables == {}


def test_a_saturated_regression_is_a_table_of_means() -> None:
    """A dummy and an intercept give two means, whatever the degrees of freedom."""
    found = judged(regression(grants(), effects=[], vcov="HC1"), POLICY)

    assert says(found, "saturated")
    assert found.table["estimate"].null_count == 1


def test_a_dummy_of_two_plants_is_refused() -> None:
    rows = grants()
    rows["grant"] = (rows["plant"].isin([0, 2]) & (rows["year"] == 2)).astype(float)

    found = judged(regression(rows), POLICY)

    assert says(found, "splits off fewer than 3 units")
    assert not published(found)


def test_an_interaction_that_few_have_is_refused() -> None:
    rows = grants().assign(of_two=lambda r: r["size"] * r["plant"].isin([3, 5]))
    found = judged(regression(rows, controls=["of_two"]), POLICY)

    assert says(found, "splits off fewer than 3 units")


def test_a_slope_that_hangs_on_one_plant_is_refused() -> None:
    """One plant's amount is so large that it alone tells the slope."""
    rows = grants().assign(size=lambda r: r["size"] + 1e6 * ((r["plant"] == 7) & (r["year"] == 3)))
    found = judged(regression(rows, treatment=["size"]), POLICY)

    assert says(found, "leverage")


def test_two_regressions_one_plant_apart_do_not_both_leave() -> None:
    """The second is withheld, and says beside which; three apart in each group, or none, both leave."""
    rows = grants()
    whole, one_less, six_less, again = (
        regression(rows[rows["plant"] >= first], name)
        for first, name in ((0, "whole"), (1, "one_less"), (6, "six_less"), (0, "again"))
    )

    found = judged_together([whole, one_less, six_less, again], POLICY)

    assert [published(one) for one in found.values()] == [True, False, True, True]
    assert says(found["one_less"], "that of step 'whole', of the same outcome, differ by fewer than 3 units")
    assert found["one_less"].facts["n_obs"] is None


def test_a_plant_in_exchange_for_another_is_two_plants_apart() -> None:
    """Samples of one size that are not nested are told apart, too; so are rows of one plant."""
    rows = grants()
    one, other = (regression(rows[rows["plant"] != left], f"without_{left}") for left in (0, 1))
    shorter = regression(rows[(rows["plant"] != 5) | (rows["year"] > 0)], "shorter")

    found = judged_together([one, other, shorter], POLICY)

    assert [published(one) for one in found.values()] == [True, False, False]


def test_sums_of_a_regression_and_the_regression_are_one_family() -> None:
    rows = grants()
    found = judged_together([regression(rows), equations(rows[rows["plant"] > 0])], POLICY)

    assert says(found["sums"], "that of step 'effect'")


def test_a_regression_of_another_outcome_is_no_difference() -> None:
    rows = grants()
    found = judged_together([regression(rows), regression(rows[rows["plant"] > 0], "of_size", outcome="size")], POLICY)

    assert all(published(one) for one in found.values())


def test_a_year_that_few_plants_saw_has_no_effect_told() -> None:
    """Absorbed effects are cells: the year of two plants is withheld, the slope beside it leaves."""
    rows = grants()
    rows = rows[(rows["year"] > 0) | rows["plant"].isin([1, 3])]
    rows["year"] = (rows["year"] - 3).abs()  # the year of two is the last, so that others stand against the first
    found = judged(regression(rows), POLICY)

    effects = found.tables["effects"].to_pylist()
    assert published(found)
    assert [row["status"] for row in effects] == ["published", "published", "withheld"]
    assert effects[2]["estimate"] is None
    assert effects[2]["level"] == "3"


def test_sums_over_clusters_stay_where_they_tell_one_cluster() -> None:
    """One plant had its grant in another year than all the rest: slopes may be pooled, clustered errors may not."""
    rows = grants()
    rows["grant"] = rows["grant"].where(rows["plant"] != 0, (rows["year"] == 1).astype(float))
    rows["scrap"] += rows["year"]  # the common effects are told by many
    step = equations(rows)
    assert step.facts["support_moments_leverage"] == pytest.approx(1)

    found, open_handed = judged(step, POLICY), judged(step, Policy(threshold=3, p=0.1, cluster_sums="publish"))

    kinds = set(found.tables["moments"]["kind"].to_pylist())
    assert published(found)
    assert kinds == {"count", "levels", "levels_across", "outcome_square", "outcome_product", "cross_product"}
    assert "parts_with_cluster_sums" not in found.tables["moments"]["row"].to_pylist()
    assert says(found, "sums over clusters may tell fewer than 3 clusters")
    assert open_handed.tables["moments"].equals(step.tables["moments"])


def test_sums_leave_whole_where_many_are_alike_and_not_at_all_with_a_withheld_regression() -> None:
    many, few = judged(equations(grants()), POLICY), judged(equations(grants(8)), POLICY)

    assert "cluster_BB" in many.tables["moments"]["kind"].to_pylist()
    assert few.tables == {}


def test_a_model_that_does_not_tell_whether_it_is_saturated_does_not_leave() -> None:
    step = regression(grants())
    untold = Leaving(name="own", kind="estimates", measure="own.model", table=step.table, by=("term",))

    assert says(judged(untold, POLICY), "own.model does not tell whether its model is saturated")


def test_a_count_of_few_left_out_rows_is_withheld_with_what_tells_it() -> None:
    rows = grants()
    rows.loc[0, "scrap"] = np.nan
    found = judged(regression(rows), POLICY)

    assert published(found)
    assert found.facts["n_obs"] == 159
    assert [found.facts[name] for name in ("rows", "rows_missing")] == [None, None]


def test_reasons_hold_no_value_of_a_record() -> None:
    rows = grants(10).assign(scrap=lambda r: r["scrap"] + 98765.4321)
    found = judged_together([regression(rows), regression(rows[rows["plant"] > 0], "later")], POLICY)

    told = " ".join(reason for one in found.values() for reason in one.reasons)
    assert "98765" not in told
    assert "98766" not in told
