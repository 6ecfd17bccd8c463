"""Weights that are sizes make sums of amounts: whoever has nearly all of one is protected in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy
from industria.release.release import release
from industria.tables import frequency_table, magnitude_table, summary

RULES = Policy(threshold=3, p=0.1, dominance=((1, 0.8), (2, 0.9)))


def firms() -> pd.DataFrame:
    """Firms with like numbers of jobs, but for one in B; one of A has nearly all that A sells."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(90)], "region": ["A"] * 15 + ["B"] * 24 + ["C"] * 51})
    rows["jobs"] = rng.integers(50, 100, 90).astype(float)
    rows.loc[20, "jobs"] = 30_000.0
    rows["sales"] = (rows.jobs * rng.lognormal(1, 0.2, 90)).round(2)
    rows.loc[0, "sales"] = 90000.13
    return rows.assign(productivity=rows.sales / rows.jobs)


def test_a_sum_weighted_by_size_is_held_to_the_rules_with_weights() -> None:
    """Of 15 firms none has most of productivity, and one has most of productivity times jobs."""
    table = magnitude_table(firms(), variable="productivity", by=["region"], unit="firm", weight="jobs")
    found, drawn = (release({"t": table}, policy) for policy in (RULES, RULES.model_copy(update={"weights": "sample"})))

    assert found.table("t").to_pandas().set_index("region")["value"].isna()["A"]
    assert drawn.table("t")["value"].null_count == 0


def test_an_average_weighted_by_size_is_held_to_the_rules_with_weights() -> None:
    means = summary(firms(), columns=["productivity"], by=["region"], weights="jobs", unit="firm", extremes=False)
    rows = release({"s": means}, RULES).table("s").to_pandas().set_index("region")

    assert rows["mean"].isna()[["A", "B"]].all()
    # One firm of B has nearly all jobs.
    assert rows["weight"].isna().to_dict()["B"]
    assert rows["n"].notna().all()


def test_a_number_of_units_weighted_by_size_is_an_amount() -> None:
    counts = frequency_table(firms(), by=["region"], unit="firm", weight="jobs")

    assert release({"n": counts}, RULES).table("n").to_pandas().set_index("region")["count"].isna()["B"]


def test_a_product_that_is_another_variable_does_not_leave_beside_it() -> None:
    """Productivity times jobs are the sales that the table withholds."""
    rows = firms()
    steps = {
        "t": magnitude_table(rows, variable="sales", by=["region"], unit="firm"),
        "w": magnitude_table(rows, variable="productivity", by=["region"], unit="firm", weight="jobs"),
    }
    with pytest.raises(ReleaseRefusedError, match="'sales' and 'productivity' are the same amounts"):
        release(steps, RULES)


def test_who_says_that_weights_are_of_a_sample_is_believed_if_both_say_so() -> None:
    said, unsaid = Policy(threshold=3, p=0.1, weights="sample"), Policy(threshold=3, p=0.1)

    assert "weights" in (said & said).model_fields_set
    assert "weights" not in (said & unsaid).model_fields_set
    assert (unsaid & Policy(threshold=3, p=0.1, weights="known")).weights == "known"
