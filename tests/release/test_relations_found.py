"""What was found in the data of who stands behind cells does not travel in a sealed file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd

from industria.core.result import Result
from industria.release import Policy, open_release
from industria.release._relations import MEMBER
from industria.release.keys import make_key
from industria.release.release import release
from industria.tables import magnitude_table

SAME = ["yes"] * 2 + ["no"] * 25 + ["maybe"] * 13


def sums(folder: Path, audit: list[str]) -> list[list[list[int]]]:
    """Read the relations of tables by region and by audit, which nobody crosses."""
    rng = np.random.default_rng(1)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(40)], "audit": audit})
    rows["region"] = ["R1"] * 2 + ["R2"] * 9 + ["R3"] * 12 + ["R4"] * 17
    rows["sales"] = rng.normal(100, 10, 40).round(2)
    steps: dict[str, Result] = {
        by: magnitude_table(rows, variable="sales", by=[by], unit="firm") for by in ("region", "audit")
    }
    folder.mkdir()
    make_key(folder / "key")
    found = release(steps, Policy(threshold=3, p=0.1), out=folder / "a.release", key=folder / "key")
    assert found.path is not None
    (system,) = json.loads(open_release(found.path).members[MEMBER])
    told: list[list[list[int]]] = system["sums"]
    return told


def test_that_a_withheld_region_is_just_those_under_audit_is_not_told(tmp_path: Path) -> None:
    """The firms of R1 are those with audit = yes, or one of them is another: the file is the same."""
    same = sums(tmp_path / "same", SAME)
    other = sums(tmp_path / "other", ["yes", *SAME[2:], "yes"])

    assert same == other
    assert all(len(row) > 2 for row in same)
