"""Regressions that are tables of few in disguise, or that tell one plant by their difference."""

from __future__ import annotations

import numpy as np
import pandas as pd

from industria.core.result import Estimates
from industria.evaluation import fixed_effects
from industria.release import Policy
from industria.release.release import Release, release

POLICY = Policy(threshold=3, p=0.1)


def plants(n: int = 30) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [(f"f{i}", year, int(rng.integers(0, 2)), float(rng.normal())) for year in (1, 2, 3) for i in range(n)]
    return pd.DataFrame(rows, columns=["firm", "year", "grant", "y"])


def fitted(rows: pd.DataFrame, treatment: str = "grant", **more: object) -> Estimates:
    return fixed_effects(rows, outcome="y", treatment=treatment, unit="firm", time="year", **more)  # type: ignore[arg-type]


def leaves(found: Release, step: str) -> bool:
    """Tell whether any number of a step leaves."""
    if step not in found.steps:
        return False
    rows = found.table(step).to_pandas()
    return bool(rows.select_dtypes("number").notna().any().any()) or bool(found.tables(step))


def test_two_regressions_one_plant_apart() -> None:
    every = plants()
    found = release({"every": fitted(every), "but one": fitted(every[every["firm"] != "f3"])}, POLICY)

    assert [leaves(found, step) for step in ("every", "but one")].count(True) == 1


def test_two_regressions_three_plants_apart_leave() -> None:
    every = plants()
    found = release({"every": fitted(every), "fewer": fitted(every[~every["firm"].isin(["f3", "f4", "f5"])])}, POLICY)

    assert leaves(found, "every")
    assert leaves(found, "fewer")


def test_a_dummy_for_one_plant() -> None:
    rows = plants().assign(grant=lambda r: ((r["firm"] == "f3") & (r["year"] > 1)).astype(int))

    assert not leaves(release({"one": fitted(rows)}, POLICY), "one")


def test_a_saturated_regression() -> None:
    """As many coefficients as distinct rows: a table of means, one of them of two plants."""
    rows = plants(12).assign(grant=lambda r: r["firm"].isin(["f1", "f2"]) * (r["year"] == 2) * 1)
    rows = rows[rows["year"] < 3]

    assert not leaves(release({"s": fitted(rows, effects=["year"])}, POLICY), "s")


def test_estimates_beside_earlier_ones_are_said_not_to_be_compared() -> None:
    every = plants()
    first = release({"fit": fitted(every)}, POLICY)
    again = release({"fit": fitted(every[every["firm"] != "f3"])}, POLICY, earlier=[first])

    assert not leaves(again, "fit") or any("estimates" in words for words in again.certificate["not_checked"])
