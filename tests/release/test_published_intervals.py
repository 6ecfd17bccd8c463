"""Intervals that leave are those that a reader of the tables reckons, and tell nothing that the site alone knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.core.table import collect
from industria.release import Policy, attack
from industria.release._digits import outward
from industria.release.keys import make_key
from industria.release.release import Release, release
from industria.tables import magnitude_table
from tests.release.cells import counted, counts

SHOWN = Policy(threshold=3, p=0.1, publish_intervals=True)
SAME = ["yes"] * 2 + ["no"] * 25 + ["maybe"] * 13


def left(folder: Path, steps: dict[str, Result], policy: Policy = SHOWN, **more: Any) -> Release:
    folder.mkdir(exist_ok=True)
    if not (folder / "key").exists():
        make_key(folder / "key")
    place = folder / "out" / f"{'-'.join(steps)}.release"
    return release(steps, policy, out=place, key=folder / "key", site_folder=folder / "site", **more)


def audited(audit: list[str]) -> dict[str, Result]:
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(40)], "audit": audit})
    rows["region"] = ["R1"] * 2 + ["R2"] * 9 + ["R3"] * 12 + ["R4"] * 17
    rows["sales"] = rng.normal(100, 10, 40).round(2)
    return {by: magnitude_table(rows, variable="sales", by=[by], unit="firm") for by in ("region", "audit")}


def ends(found: Release) -> dict[str, list[tuple[float | None, float | None]]]:
    """List the intervals shown of each table."""
    return {
        step: sorted((row["low"], row["high"]) for row in found.table(step).to_pylist() if row["value"] is None)
        for step in found.steps
    }


def reckoned(found: Release, **more: Any) -> dict[str, list[tuple[float | None, float | None]]]:
    """List those that the attack on the file reaches."""
    assert found.path is not None
    rows = collect(attack(found.path, **more).table).to_pylist()
    return {step: sorted((row["low"], row["high"]) for row in rows if row["step"] == step) for step in found.steps}


def test_that_a_region_is_just_those_under_audit_is_in_no_interval(tmp_path: Path) -> None:
    """R1 and audit = yes are the same two firms: the site knows more of both than any reader."""
    found = left(tmp_path, audited(SAME))

    shown, told = ends(found), reckoned(found)
    assert all(shown.values())
    for step, of in shown.items():
        np.testing.assert_allclose(np.array(of, float), np.array(told[step], float), rtol=1e-9)


def test_of_a_population_within_another_a_reader_reckons_the_same(tmp_path: Path) -> None:
    """Counts beside those of an earlier release of some of them."""
    old = counted({"a": 30, "b": 30, "c": 30}, ["region"])
    more = counted({"a": 1, "b": 2, "c": 5}, ["region"])
    new = pd.concat([old, more.assign(firm=more["firm"] + "-new")])
    policy = Policy(threshold=3, concentration="none", publish_intervals=True)
    first = left(tmp_path, {"old": counts(old, ["region"])}, policy)
    assert first.path is not None
    rows = counts(new, ["region"])

    found = left(tmp_path, {"new": rows}, policy, earlier=[first.path])

    shown = [(row["low"], row["high"]) for row in found.table("new").to_pylist() if row["count"] is None]
    assert shown
    assert sorted(shown) == reckoned(found, earlier=[first.path])["new"]


@pytest.mark.parametrize("digits", [None, 0, 2])
def test_ends_are_rounded_away_from_each_other(digits: int | None) -> None:
    low, high = np.array([1 / 3, 12345.678901234567, 0.0, -np.inf, -2 / 3]), np.array([2 / 3, 2e4 / 3, 5.0, 7.5, 0.0])

    below, above = outward(low, high, digits)

    assert (below <= low).all()
    assert (above >= high).all()
    slack = 1.0 if digits == 0 else 0.01 if digits == 2 else 1e-6
    np.testing.assert_allclose(below[np.isfinite(low)], low[np.isfinite(low)], atol=slack)
    np.testing.assert_allclose(above, high, atol=slack)
    assert below[2] == 0
    assert above[2] == 5
