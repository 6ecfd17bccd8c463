"""Differences of many firms between cells of different codes are held to the rules as those of few are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from industria.release import Policy, _large_differences
from industria.release.release import Release, release
from tests.release.cells import magnitudes


def firms(a: int = 100, b: int = 40) -> pd.DataFrame:
    """Firms of a region that sell little but for one, and others elsewhere; all but sixty were asked."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(a + b)], "region": ["a"] * a + ["b"] * b})
    rows["value"] = rng.normal(100, 5, a + b).round(2)
    rows.loc[0, "value"] = 80_000.0
    rows["asked"] = rows.index >= 60
    rows["size"] = np.where(rows.index % 2, "small", "large")
    return rows


def left(rows: pd.DataFrame, policy: Policy) -> Release:
    asked = rows[rows["asked"] & (rows["region"] == "a")]
    # Those asked of region a stand under their sizes, all firms under their region: no codes are the same.
    return release({"all": magnitudes(rows, ["region"]), "asked": magnitudes(asked, ["size"])}, policy)


def test_sixty_firms_of_which_one_has_nearly_all_are_no_difference_to_publish() -> None:
    """Region a is published but for what one firm has of it; less those asked, it is that firm."""
    found = left(firms(), Policy(threshold=3, dominance=((1, 0.90),)))

    region = {row["region"]: row["value"] for row in found.table("all").to_pylist()}
    asked = {row["size"]: row["value"] for row in found.table("asked").to_pylist()}
    assert None in (region["a"], asked["Total"])


def test_sixty_plants_of_one_holding_are_no_difference_to_publish() -> None:
    rows = firms().assign(value=10.0, group=lambda r: np.where(r.index < 60, "one", r["firm"]))
    asked = rows[rows["asked"] & (rows["region"] == "a")]
    steps = {
        "all": magnitudes(rows, ["region"], holding="group"),
        "asked": magnitudes(asked, ["size"], holding="group"),
    }

    found = release(steps, Policy(threshold=3, threshold_level="holding", concentration="none"))

    region = {row["region"]: row["value"] for row in found.table("all").to_pylist()}
    told = {row["size"]: row["value"] for row in found.table("asked").to_pylist()}
    assert None in (region["a"], told["Total"])


def test_a_threshold_of_more_firms_than_few_holds_for_differences() -> None:
    rows = firms(a=200, b=100).assign(value=10.0)

    found = left(rows, Policy(threshold=61, concentration="none"))

    region = {row["region"]: row["value"] for row in found.table("all").to_pylist()}
    told = {row["size"]: row["value"] for row in found.table("asked").to_pylist()}
    assert None in (region["a"], told["Total"])


def test_differences_that_nobody_dominates_cost_nothing() -> None:
    rows = firms()
    rows.loc[0, "value"] = 100.0

    assert left(rows, Policy(threshold=3, p=0.1)).n_withheld == 0


def test_what_there_is_no_time_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_large_differences, "ROWS", 10)

    found = left(firms(), Policy(threshold=3, dominance=((1, 0.90),)))

    assert "differences of value between cells of many units: too many" in found.certificate["not_checked"]
