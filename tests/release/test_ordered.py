"""A file tells that cells are part of others in another population, and nothing of one variable beside another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from industria.core.result import Result
from industria.release import Policy
from industria.release._decided import decided
from industria.release._of_results import of_results
from industria.tables import magnitude_table

POLICY = Policy(threshold=3, p=0.2, dominance=((1, 0.6),))
ADDED: dict[str, float] = {"added": 1.0, "output": -1.0, "inputs": 1.0}


def firms(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"firm": [f"f{i}" for i in range(n)], "asked": np.arange(n) % 3 > 0})
    rows = rows.assign(a=rng.choice(list("xyz"), n), b=rng.choice(list("nsw"), n))
    rows["output"] = rng.lognormal(4, 1.2, n).round(1)
    rows["inputs"] = (rows["output"] * rng.uniform(0.2, 0.8, n)).round(1)
    return rows.assign(added=(rows["output"] - rows["inputs"]).round(1))


def pairs(steps: dict[str, Result], **more: Any) -> list[tuple[str, str]]:
    """List the variables of cells that are said to be part of one another."""
    found = []
    for one in decided(of_results(steps), POLICY, **more).several:
        of = np.searchsorted(one.joint.start, one.ordered, "right") - 1
        found += [(one.joint.blocks[a].variable, one.joint.blocks[b].variable) for a, b in of]
    return found


def test_that_output_is_nowhere_below_inputs_is_not_told() -> None:
    told: dict[str, Any] = {"by": ["a", "b"], "unit": "firm"}
    steps: dict[str, Result] = {name: magnitude_table(firms(), variable=name, **told) for name in ADDED}

    assert pairs(steps, identities=[ADDED]) == []


def test_that_those_asked_are_part_of_all_is_told() -> None:
    rows = firms()
    steps: dict[str, Result] = {
        "all": magnitude_table(rows, variable="output", by=["a"], unit="firm"),
        "asked": magnitude_table(rows[rows["asked"]], variable="output", by=["a"], unit="firm"),
    }

    assert set(pairs(steps)) == {("output", "output")}
