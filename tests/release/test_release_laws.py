"""Random tables, and an outsider who shares no code with what protected them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.release import Policy
from industria.release._decided import Decided, decided
from industria.release._leaving import Leaving
from tests.release.outsider import Trees, cube, intervals

Random = np.random.Generator
CLOSE = 1e-5
"""Part of a value by which two solvers may differ at the end of an interval."""


def tree_of(rng: Random, name: str) -> list[dict[str, str]]:
    """One tree of two or three levels, now and then a second one over the same codes."""
    codes = [f"{name}{i}" for i in range(rng.integers(2, 5))]
    flat = [dict.fromkeys(codes, "Total")]
    if len(codes) < 3 or rng.random() < 0.5:
        return flat
    groups = [{code: f"{name}-{t}-{rng.integers(2)}" for code in codes} for t in range(rng.integers(1, 3))]
    return [{**of, **dict.fromkeys(set(of.values()), "Total")} for of in groups]


def records_of(rng: Random, names: list[str], trees: Trees) -> pd.DataFrame:
    n = int(rng.integers(4, 30))
    leaves = {name: sorted(set(trees[name][0]) - set(trees[name][0].values())) for name in names}
    columns: dict[str, Any] = {name: rng.choice(leaves[name], n) for name in names}
    columns["unit"] = [f"u{i}" for i in rng.integers(0, n, n)]
    columns["value"] = np.round(np.exp(rng.normal(3, 1.5, n)), int(rng.integers(0, 3)))
    columns["value"] *= rng.random(n) > 0.1
    return pd.DataFrame(columns).groupby([*names, "unit"], as_index=False)["value"].sum()


def step(name: str, records: pd.DataFrame, by: list[str], trees: Trees, column: str, population: str) -> Leaving:
    """A table as a measure hands it over."""
    given = records.assign(count=1.0)
    hierarchies = [
        (d, str(t), code, parent) for d in by for t, tree in enumerate(trees[d]) for code, parent in tree.items()
    ]
    words = ["dimension", "hierarchy", "code", "parent"]
    contributors = given[[*by, "unit"]].assign(
        holding=pd.Series([None] * len(given), dtype="string"), **{f"contribution_{column}": given[column]}
    )
    return Leaving(
        name=name,
        kind="cells",
        measure="",
        table=pa.Table.from_pandas(cube(given, by, trees, column), preserve_index=False),
        by=tuple(by),
        facts={"variable": column, "unit": "firm", "population": population, "period": None, "total": "Total"},
        tables={
            "contributors": pa.Table.from_pandas(contributors, preserve_index=False),
            "hierarchies": pa.table(dict(zip(words, map(list, zip(*hierarchies, strict=True)), strict=True))),
        },
    )


def system(seed: int) -> tuple[list[Leaving], Trees, Policy]:
    """One table of one or two dimensions, or two that share one; counts or amounts."""
    rng = np.random.default_rng(seed)
    names = ["a", "b"][: int(rng.integers(1, 3))]
    trees = {name: tree_of(rng, name) for name in names}
    records = records_of(rng, names, trees)
    column = "count" if rng.random() < 0.4 else "value"
    tables = [step("t", records, names, trees, column, "all")]
    if len(names) == 2 and rng.random() < 0.3:
        tables = [
            step("t", records, ["a"], trees, column, "all"),
            step("u", records, ["b"], trees, column, "all"),
            *tables[:0],
        ]
    rules: dict[str, Any] = (
        {"threshold": 3, "p": 0.15} if rng.random() < 0.6 else {"threshold": 2, "dominance": ((1, 0.7), (2, 0.9))}
    )
    return tables, trees, Policy(**rules, insiders="none", seed=seed)


def attack_of(found: Decided, trees: Trees, lower: float, column: str) -> dict[Any, tuple[float, float]]:
    released = [one.table.to_pandas() for one in found.judged.values()]
    return intervals(released, list(trees), trees, value=column, lower=lower)


@pytest.mark.parametrize("batch", range(10))
def test_an_outsider_comes_close_to_no_sensitive_cell(batch: int) -> None:
    for seed in range(20 * batch, 20 * batch + 20):
        tables, trees, policy = system(seed)
        found = decided(tables, policy)
        column = next(iter(found.places.values()))[0].column
        reached = attack_of(found, trees, 1.0 if column == "count" else 0.0, column)
        for name, places in found.places.items():
            site = site_rows(tables, name, places)
            for key, x, low, high in site[site["status"] == "primary"][
                ["key", "value", "required_low", "required_high"]
            ].to_numpy():
                told = reached[tuple(key.get(d, "Total") for d in trees)]
                slack = CLOSE * max(1.0, abs(x))
                assert told[0] <= low + slack, (seed, name)
                assert told[1] >= high - slack, (seed, name)
                assert told[1] - told[0] > 1e-6 * max(1.0, abs(x)), (seed, name)


def site_rows(tables: list[Leaving], name: str, places: Any) -> pd.DataFrame:
    from industria.release._tables import site_table

    of = next(one for one in tables if one.name == name)
    rows = site_table(of, places).to_pandas()
    return rows.assign(key=rows[list(of.by)].to_dict("records"))
