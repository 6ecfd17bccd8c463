"""Random tables of random populations, now and then after an earlier release, against an outsider with a solver."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd
import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy
from industria.release.release import Release, release
from tests.release.atoms import Numbers, numbers, reached
from tests.release.cells import counts, firms, magnitudes

Of = Callable[[dict[str, str]], bool]

POPULATIONS: dict[str, Of] = {
    "all": lambda atom: True,
    "small": lambda atom: atom["size"] == "small",
    "large": lambda atom: atom["size"] == "large",
    "x": lambda atom: atom["sector"] == "x",
    "not x": lambda atom: atom["sector"] != "x",
}
SHAPES = (["region"], ["sector"], ["region", "sector"], ["size"], ["region", "size"])
CLOSE = 1e-5


def drawn(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(15, 45))
    rows = firms({"a": [1.0] * n}, ["region"])
    return rows.assign(
        region=rng.choice(list("abcd"), n),
        sector=rng.choice(list("xyz"), n),
        size=rng.choice(["small", "large"], n),
        value=np.round(np.exp(rng.normal(3, 1.2, n)), 1),
    )


@pytest.mark.parametrize("seed", [1, 3, 7, 16, 28, 41])
def test_no_outsider_comes_too_close_over_tables_and_releases(seed: int) -> None:
    rng = np.random.default_rng(seed)
    records = drawn(rng)
    counting = bool(rng.random() < 0.4)
    policy = Policy(threshold=3, concentration="none") if counting else Policy(threshold=3, p=0.1)
    asked: dict[str, tuple[Of, list[str]]] = {}
    for i in range(int(rng.integers(2, 5))):
        asked[f"t{i}"] = POPULATIONS[str(rng.choice(list(POPULATIONS)))], SHAPES[int(rng.integers(len(SHAPES)))]
    steps = {
        step: (counts if counting else magnitudes)(
            records[[of({"size": size, "sector": sector}) for size, sector in records[["size", "sector"]].to_numpy()]],
            by,
        )
        for step, (of, by) in asked.items()
    }
    first = int(rng.integers(1, len(steps) + 1))
    here: dict[str, Release] = {}
    try:
        for part in (list(steps)[:first], list(steps)[first:]):
            if part:
                found = release({step: steps[step] for step in part}, policy, earlier=[*dict.fromkeys(here.values())])
                here |= dict.fromkeys(part, found)
    except ReleaseRefusedError:
        # What has left cannot be called back; that nothing more leaves is an answer.
        pass

    codes = {name: sorted(records[name].unique()) for name in ("region", "sector", "size")}
    told: Numbers = {}
    for step, found in here.items():
        told |= seen(step, found, asked[step], codes, "count" if counting else "value")
    ends = reached(told)
    for step, found in here.items():
        rows = found.site_table(step).to_pandas().query("status == 'primary'").to_dict("records")
        for row in rows:
            low, high = ends[(step, *(row[name] for name in asked[step][1]))]
            slack = CLOSE * max(1.0, row["value"])
            assert high - low > 1e-6 * max(1.0, row["value"])
            assert high >= row["required_high"] - slack
            assert low <= row["required_low"] + slack


def seen(step: str, found: Release, asked: tuple[Of, list[str]], codes: dict[str, list[str]], value: str) -> Numbers:
    """Read a released table; a cell that has no row has no firm, and everybody knows."""
    of, by = asked
    told = numbers(step, found.table(step), by, codes, value=value, of=of)
    atoms = [dict(zip(codes, atom, strict=True)) for atom in product(*codes.values())]
    for atom in atoms:
        key = (step, *(atom[name] for name in by))
        if key not in told:
            same = [one for one in atoms if of(one) and all(one[name] == atom[name] for name in by)]
            if same:
                told[key] = frozenset(tuple(one.values()) for one in same), 0.0
    return told
