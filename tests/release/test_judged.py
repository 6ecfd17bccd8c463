"""Each row of what may leave of numbers that are no sums, with an example that would tell a firm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.core.measure import catalog, find
from industria.core.result import Result
from industria.core.table import collect
from industria.release._classes import class_of
from industria.release._judged import Judged, judged, judged_together
from industria.release._judged_columns import beside_sums
from industria.release._leaving import Leaving
from industria.release.policy import Policy

POLICY = Policy(threshold=3, p=0.10)
KEYS = {"term", "column", "industry"}


def leaving(name: str, measure: str, rows: Any, **parameters: Any) -> Leaving:
    """Run a measure, and hold its result as a release does."""
    of = find(measure)
    result: Result = of.function(rows, **parameters)
    table = collect(result.table)
    defaults = {word: parameter.default for word, parameter in of.parameters.items()}
    return Leaving(
        name=name,
        kind=of.support,
        measure=measure,
        table=table,
        by=tuple(c for c in table.column_names if c in KEYS),
        facts=result.facts(),
        tables={key: collect(rows) for key, rows in result.tables().items()},
        parameters=defaults | parameters,
    )


def grants(plants: int = 40, seed: int = 1) -> pd.DataFrame:
    """Plants over four years, half of them with a grant in the third."""
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame({"plant": np.repeat(np.arange(plants), 4), "year": np.tile(np.arange(4), plants)})
    rows["grant"] = ((rows["plant"] % 2 == 0) & (rows["year"] == 2)).astype(float)
    return rows.assign(scrap=rng.normal(size=len(rows)), size=rng.lognormal(size=len(rows)))


def regression(rows: pd.DataFrame, name: str = "effect", **change: Any) -> Leaving:
    told: dict[str, Any] = {"outcome": "scrap", "treatment": ["grant"], "unit": "plant", "time": "year"}
    return leaving(name, "evaluation.fixed_effects", rows, **(told | change))


def equations(rows: pd.DataFrame, name: str = "sums", **change: Any) -> Leaving:
    told: dict[str, Any] = {"outcome": "scrap", "regressors": ["grant"], "absorb": ["plant"], "common": ["year"]}
    return leaving(name, "evaluation.normal_equations", rows, **(told | change))


def published(found: Judged) -> bool:
    return set(found.table["status"].to_pylist()) == {"published"}


def says(found: Judged, words: str) -> bool:
    return any(words in reason for reason in found.reasons)


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
    """The second is withheld, and says beside which; three plants apart, or none, both leave."""
    rows = grants()
    whole, one_less, three_less, again = (
        regression(rows[rows["plant"] >= first], name)
        for first, name in ((0, "whole"), (1, "one_less"), (4, "three_less"), (0, "again"))
    )

    found = judged_together([whole, one_less, three_less, again], POLICY)

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
    assert says(found, "sums over clusters tell fewer than 3 clusters")
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


# Percentiles


def firms(n: int, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"firm": np.arange(n), "industry": "10", "sales": rng.lognormal(size=n)})


def summary(n: int, **change: Any) -> Leaving:
    told = {"columns": ["sales"], "by": ["industry"], "unit": "firm", "extremes": False}
    return leaving("sizes", "tables.summary", firms(n), **(told | change))


def test_percentiles_of_five_firms_are_withheld() -> None:
    """The lowest and highest tenth of five firms are firms; so would the quarters be."""
    found = judged(summary(5), POLICY)

    assert found.table["p50"].to_pylist() == [None]
    assert found.table["industry"].to_pylist() == ["10"]
    assert says(found, "p50: fewer than 5 units below, between or above")


def test_percentiles_that_are_values_of_units_are_withheld_unless_the_policy_lets_them() -> None:
    one = judged(summary(400), POLICY)
    other = judged(summary(400), Policy(threshold=3, p=0.1, percentile_values="any"))

    assert says(one, "p50: it is the value of one or two units")
    assert one.table["p50"].to_pylist() == [None]
    assert other.table["p50"].to_pylist() != [None]


def test_averaged_percentiles_of_many_leave_and_of_few_do_not() -> None:
    """Rows as `tables.percentile_table` makes them, one with four units beside a percentile."""
    table = pa.table(
        {
            "industry": ["10", "11"],
            "percentile": [0.5, 0.5],
            "value": [3.0, 4.0],
            "support_units": [40, 9],
            "support_window": [20, 4],
        }
    )
    step = Leaving(
        "spread",
        "percentiles",
        "tables.percentile_table",
        table,
        ("industry",),
        parameters={"by": "industry", "window": 5},
    )

    found = judged(step, POLICY)

    assert found.table["value"].to_pylist() == [3.0, None]
    assert found.table["percentile"].to_pylist() == [0.5, 0.5]
    assert found.table["status"].to_pylist() == ["published", "withheld"]
    assert found.classes == "position"


def test_ends_never_leave() -> None:
    found = judged(summary(400, extremes=True), Policy(threshold=3, p=0.1, percentile_values="any", percentile_units=1))

    assert found.table["minimum"].to_pylist() == found.table["maximum"].to_pylist() == [None]
    assert says(found, "minimum: it is the value of one unit")


def test_a_mean_whose_largest_contributor_nobody_tells_is_withheld() -> None:
    """A mean times a count is a sum; under a policy without rules of concentration it leaves."""
    ruled, free = judged(summary(400), POLICY), judged(summary(400), Policy(threshold=3, concentration="none"))

    assert ruled.table["mean"].to_pylist() == [None]
    assert says(ruled, "mean: nobody tells how much of its sum one unit has")
    assert free.table["mean"].to_pylist() != [None]
    assert ruled.table["n"].to_pylist() == [400]


def test_a_mean_of_logs_leaves_with_its_spread() -> None:
    rows = firms(60).assign(sales=lambda r: np.log(r["sales"]))
    told: dict[str, Any] = {"value": "sales", "unit": "firm", "by": ["industry"]}
    found = judged(leaving("spread", "productivity.dispersion", rows, **told), POLICY)
    few = judged(leaving("spread", "productivity.dispersion", rows.head(8), **told), POLICY)

    assert found.table["mean"].null_count == found.table["sd"].null_count == 0
    assert few.table["mean"].null_count == 0
    assert few.table["sd"].to_pylist() == [None]
    assert says(few, "sd: fewer than 10 degrees of freedom")
    assert "intervals" not in found.tables
    assert says(found, "intervals: it does not tell who stands behind its rows")


# Spreads and shares beside sums


def cell(sales: list[float]) -> Leaving:
    rows = pd.DataFrame({"firm": range(len(sales)), "industry": "10", "sales": sales})
    return leaving(
        "market", "productivity.concentration", rows, value="sales", unit="firm", by=["industry"], largest=[2, 4]
    )


def test_shares_of_the_largest_in_a_dominated_cell_are_withheld() -> None:
    """The square root of the Herfindahl index bounds the largest share; two firms' share is two firms'."""
    dominated, even = cell([1000.0, *[1.0] * 20]), cell([10.0] * 21)

    one = beside_sums(dominated, np.array([True]), POLICY)
    other = beside_sums(even, np.array([False]), POLICY)

    assert set(one.withheld) == {"hhi", "numbers_equivalent", "entropy", "cr2", "cr4"}
    assert set(other.withheld) == {"cr2"}
    assert other.reasons == ["cr2: the share of fewer than 3 units"]


def test_spreads_of_a_dominated_cell_or_of_few_are_withheld() -> None:
    table = pa.table(
        {
            "industry": ["10", "11", "12"],
            "gini": [0.9, 0.2, 0.3],
            "maximum": [9.0, 2.0, 1.0],
            "support_units": [40, 8, 40],
        }
    )
    step = Leaving("spread", "cells", "own.spread", table, ("industry",))

    found = beside_sums(step, np.array([True, False, False]), POLICY)

    assert found.withheld["gini"].tolist() == [True, True, False]
    assert found.withheld["maximum"].all()


# Classes


def test_every_measure_has_a_class_or_is_withheld() -> None:
    """Classes of the ontology of ACRO; nothing is told of a measure without support, and it is withheld."""
    classes = {name: class_of(name, measure.support) for name, measure in catalog().items()}

    assert set(classes.values()) <= {
        "frequencies",
        "linear aggregations",
        "position",
        "shape",
        "correlation",
        "nonlinear concentration",
        "withheld: none",
    }
    assert classes["tables.histogram"] == "frequencies"
    assert classes["productivity.concentration"] == "nonlinear concentration"
    assert classes["evaluation.normal_equations"] == "correlation"
    assert all((name == "withheld: none") == (catalog()[m].support == "none") for m, name in classes.items())
    assert class_of("own.measure", "percentiles") == "position"


def test_reasons_hold_no_value_of_a_record() -> None:
    rows = grants(10).assign(scrap=lambda r: r["scrap"] + 98765.4321)
    found = judged_together([regression(rows), regression(rows[rows["plant"] > 0], "later")], POLICY)

    told = " ".join(reason for one in found.values() for reason in one.reasons)
    assert "98765" not in told
    assert "98766" not in told
