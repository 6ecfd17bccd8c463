"""Slopes of regressors of several values tell no withheld sum, alone or together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.evaluation import fixed_effects, normal_equations
from industria.release import Policy
from industria.release.release import Release, release
from industria.tables import frequency_table, magnitude_table

RULES = Policy(threshold=3, p=0.1)


def firms(sizes: dict[str, int]) -> pd.DataFrame:
    """Firms of regions, of which the first of A has nearly all that A has."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"region": [code for code, n in sizes.items() for _ in range(n)], "year": 1})
    rows = rows.assign(firm=[f"f{i}" for i in range(len(rows))], sales=rng.normal(100, 10, len(rows)).round(2))
    rows.loc[0, "sales"] = 9000.13
    return rows


def tables(rows: pd.DataFrame) -> dict[str, Result]:
    return {
        "t": magnitude_table(rows, variable="sales", by=["region"], unit="firm"),
        "n": frequency_table(rows, by=["region"], unit="firm"),
    }


def panel_fit(rows: pd.DataFrame, treatment: str, **more: Any) -> Result:
    return fixed_effects(
        rows, outcome="sales", treatment=treatment, unit="firm", time="year", **{"effects": (), "vcov": "HC1"} | more
    )


def sums_fit(rows: pd.DataFrame, treatment: str) -> Result:
    return normal_equations(rows, outcome="sales", regressors=[treatment], unit="firm")


def leaves(found: Release, step: str) -> bool:
    return step in found.steps and bool(found.table(step)["estimate"].null_count == 0)


@pytest.mark.parametrize("fit", [panel_fit, sums_fit])
def test_a_regressor_of_three_values(fit: Any) -> None:
    """With the total, and one of three groups, its slope would tell the two that are withheld."""
    rows = firms({"A": 8, "B": 20, "C": 32})
    rows["code"] = rows.region.map({"A": 0.0, "B": 1.0, "C": 2.0})
    found = release(tables(rows) | {"fit": fit(rows, "code")}, RULES)

    assert found.table("t")["value"].null_count == 2
    assert not leaves(found, "fit")


def test_a_regressor_of_three_values_in_other_words_for_the_outcome() -> None:
    rows = firms({"A": 8, "B": 20, "C": 32})
    rows["code"] = rows.region.map({"A": 0.0, "B": 1.0, "C": 2.0})
    words = rows.assign(thousands=rows.sales / 1000 + 7.0)
    fit = normal_equations(words, outcome="thousands", regressors=["code"], unit="firm")

    assert not leaves(release(tables(rows) | {"fit": fit}, RULES), "fit")


def test_two_regressions_that_tell_a_sum_together() -> None:
    """With three sums withheld, and their total told, one slope leaves them open and two do not."""
    rows = firms({"A": 8, "B": 9, "C": 10, "D": 30})
    rows.loc[[0, 8, 17], "sales"] = [90000.0, 80000.0, 80000.0]
    rows["one"] = rows.region.map({"A": 0.0, "B": 1.0, "C": 2.0, "D": 5.0})
    rows["two"] = rows.region.map({"A": 0.0, "B": 3.0, "C": 1.0, "D": 4.0})
    alone = [release(tables(rows) | {"fit": sums_fit(rows, name)}, RULES) for name in ("one", "two")]
    both = release(tables(rows) | {name: sums_fit(rows, name) for name in ("one", "two")}, RULES)

    hurried = RULES.model_copy(update={"time_limit": 1e-9})
    late = release(tables(rows) | {"fit": sums_fit(rows, "one")}, hurried)

    assert not leaves(late, "fit"), "what there was no time to find out counts as telling too much"
    assert [found.table("t")["value"].null_count for found in alone] == [3, 3]
    assert [leaves(found, "fit") for found in alone] == [True, True]
    assert [leaves(both, name) for name in ("one", "two")] == [True, False]


def test_effects_of_firms_leave_a_relation_between_groups_and_years() -> None:
    """Of two groups in two years all margins are told; what the treated gained would tell the four sums."""
    early = firms({"A": 10, "B": 20})
    late = firms({"A": 10, "B": 20}).assign(year=2, sales=lambda r: 100 * r.sales.clip(upper=100.0))
    rows = pd.concat([early, late]).assign(grant=lambda r: ((r.region == "A") & (r.year == 2)) * 1.0)
    table = magnitude_table(rows, variable="sales", by=["region", "year"], unit="firm")
    found = release({"t": table, "fit": panel_fit(rows, "grant", effects=None, vcov="CRV1")}, RULES)

    assert found.table("t")["value"].null_count == 4
    assert not leaves(found, "fit")


def test_a_regressor_that_has_nothing_to_do_with_cells_leaves() -> None:
    """Within each region it takes all its values, so that its slope leaves the sums of regions open."""
    rows = firms({"A": 8, "B": 20, "C": 32})
    rows["code"] = np.random.default_rng(3).integers(0, 3, len(rows)).astype(float)
    found = release(tables(rows) | {"fit": sums_fit(rows, "code")}, RULES)

    assert found.table("t")["value"].null_count == 2
    assert leaves(found, "fit")
    assert any("narrow" in note for note in found.certificate["not_checked"])


def test_a_regression_of_a_variable_of_which_nothing_is_withheld_leaves() -> None:
    rows = firms({"A": 8, "B": 20, "C": 32}).assign(sales=100.0 + np.arange(60))
    rows["code"] = rows.region.map({"A": 0.0, "B": 1.0, "C": 2.0})

    assert leaves(release(tables(rows) | {"fit": sums_fit(rows, "code")}, RULES), "fit")


@pytest.mark.parametrize("largest", [100.0, 9000.13])
def test_a_regressor_and_its_square_tell_the_sum_of_each_of_three_groups(largest: float) -> None:
    """With a dummy beside them there are more distinct rows than coefficients, and no table is needed."""
    rows = firms({"A": 8, "B": 20, "C": 32})
    rows.loc[0, "sales"] = largest
    rows["code"] = rows.region.map({"A": 0.0, "B": 1.0, "C": 2.0})
    rows = rows.assign(square=rows.code**2, other=rows.index % 2 * 1.0)
    fit = normal_equations(rows, outcome="sales", regressors=["code", "square", "other"], unit="firm")

    assert leaves(release({"fit": fit}, RULES), "fit") == (largest == 100.0)
