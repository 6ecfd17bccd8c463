"""Each row of what may leave of percentiles, spreads and shares, with an example that would tell a firm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from industria.core.measure import catalog
from industria.release._classes import class_of
from industria.release._judged import judged
from industria.release._judged_columns import beside_sums
from industria.release._leaving import Leaving
from industria.release.policy import Policy
from tests.release.statistics_steps import POLICY, leaving, says


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


def test_a_mean_of_logs_is_a_mean_of_amounts() -> None:
    """What a measure takes for logs may be millions: nobody tells how much of their sum one unit has."""
    rows = firms(60).assign(sales=lambda r: np.log(r["sales"]))
    told: dict[str, Any] = {"value": "sales", "unit": "firm", "by": ["industry"]}
    spread = leaving("spread", "productivity.dispersion", rows, **told)
    ruled, free = judged(spread, POLICY), judged(spread, Policy(threshold=3, concentration="none"))
    few = judged(
        leaving("spread", "productivity.dispersion", rows.head(8), **told), Policy(threshold=3, concentration="none")
    )

    assert ruled.table["mean"].to_pylist() == ruled.table["sd"].to_pylist() == [None]
    assert says(ruled, "sd: nobody tells how much of its sum one unit has")
    assert free.table["mean"].null_count == free.table["sd"].null_count == 0
    assert few.table["mean"].null_count == 0
    assert few.table["sd"].to_pylist() == [None]
    assert says(few, "sd: fewer than 10 degrees of freedom")
    assert "intervals" not in free.tables
    assert says(free, "intervals: it does not tell who stands behind its rows")


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


# Numbers of units beside averages


def test_numbers_of_other_rows_do_not_tell_the_row_of_few() -> None:
    """Forty firms less the 18 and 20 of two regions are the two of the third; a sum of weights of 1 is a number."""
    regions = ["n"] * 2 + ["s"] * 18 + ["w"] * 20
    rows = firms(40).assign(industry=regions)
    told: dict[str, Any] = {"columns": ["sales"], "unit": "firm", "extremes": False}

    by_region = judged(leaving("by", "tables.summary", rows, by=["industry"], **told), POLICY)
    overall = judged(leaving("all", "tables.summary", rows, **told), POLICY)
    of_two = judged(leaving("two", "tables.summary", rows[2:], by=["industry"], **told), POLICY)

    for name in ("n", "weight"):
        assert by_region.table[name].null_count == 3
        assert overall.table[name].to_pylist() == [40]
        assert of_two.table[name].to_pylist() == [18, 20]
    assert says(by_region, "n: with a total, the numbers of other rows tell that of a row of few")
