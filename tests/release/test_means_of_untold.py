"""Means of amounts of which nobody tells how much one unit has do not leave, whatever measure makes them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.productivity import allocation, concentration, dispersion, frontier_gap
from industria.release import Policy
from industria.release.release import Release, release
from industria.tables import magnitude_table

RULES = Policy(threshold=3, p=0.1, dominance=((1, 0.8), (2, 0.9)))


def firms() -> pd.DataFrame:
    """Sales in billions, which pass for logs; one firm of A has nearly all."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(90)], "region": ["A"] * 15 + ["B"] * 24 + ["C"] * 51})
    rows = rows.assign(jobs=rng.integers(50, 100, 90) * 1.0, sales=rng.uniform(0.01, 0.03, 90).round(4))
    rows.loc[0, "sales"] = 15.1234
    return rows.assign(productivity=rows.sales / rows.jobs)


def made(rows: pd.DataFrame) -> dict[str, Result]:
    return {
        "gap": frontier_gap(rows, value="sales", unit="firm", by=["region"], frontier=0.3),
        "sizes": allocation(rows, value="productivity", weight="jobs", unit="firm", by=["region"]),
        "spread": dispersion(rows, value="sales", unit="firm", by=["region"]),
    }


def numbers(found: Release, step: str) -> pd.DataFrame:
    return found.table(step).to_pandas().select_dtypes("float").drop(columns="n_units", errors="ignore")


@pytest.mark.parametrize("step", ["gap", "sizes", "spread"])
def test_a_mean_does_not_tell_a_sum_that_a_table_withholds(step: str) -> None:
    """Times the units that it tells, the mean of the frontier and that of the others make the withheld sum."""
    rows = firms()
    steps = {table: magnitude_table(rows, variable=table, by=["region"], unit="firm") for table in ("sales", "jobs")}
    found = release(steps | {step: made(rows)[step]}, RULES)

    assert found.table("sales").to_pandas().set_index("region")["value"].isna()["A"]
    assert numbers(found, step).isna().all(axis=None)
    assert any("nobody tells how much of its sum one unit has" in why for why in found._found.judged[step].reasons)


def test_means_leave_under_a_policy_that_asks_for_no_rule() -> None:
    found = release(made(firms()), Policy(threshold=3, concentration="none"))

    assert numbers(found, "gap")["group_mean"].notna().all()
    assert numbers(found, "sizes")["weighted_mean"].notna().all()
    assert numbers(found, "spread")["mean"].notna().all()


def test_shares_of_the_largest_still_rest_on_what_is_told_of_them() -> None:
    rows = firms().assign(sales=1.0)
    found = release({"c": concentration(rows, value="sales", unit="firm", by=["region"])}, RULES)

    assert found.table("c").to_pandas()["hhi"].notna().all()
