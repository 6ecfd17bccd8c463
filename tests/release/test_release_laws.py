"""Random tables, and an outsider who shares no code with what protected them."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from industria.release import Policy
from industria.release._decided import Decided, decided
from industria.release._leaving import Leaving
from tests.release.outsider import Key, Trees, behind, cube, intervals, level, sums_of_withheld

Random = np.random.Generator
SECONDARY: Any = ("heuristic", "auto")
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
    given = records
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


def system(seed: int) -> System:
    """One table of one or two dimensions, or two of one each; counts or amounts."""
    rng = np.random.default_rng(seed)
    names = ["a", "b"][: int(rng.integers(1, 3))]
    trees = {name: tree_of(rng, name) for name in names}
    records = records_of(rng, names, trees).assign(count=1.0)
    column = "count" if rng.random() < 0.4 else "value"
    apart = len(names) == 2 and rng.random() < 0.3
    tables = [("t", ["a"]), ("u", ["b"])] if apart else [("t", names)]
    rules: dict[str, Any] = {"threshold": 2, "dominance": ((1, 0.7), (2, 0.9))}
    if rng.random() < 0.6:
        rules = {"threshold": 3, "p": 0.15}
    steps = [step(name, records, by, trees, column, "all") for name, by in tables]
    return System(steps, records, names, trees, column, rules)


class System(NamedTuple):
    """What was drawn."""

    steps: list[Leaving]
    records: pd.DataFrame
    names: list[str]
    trees: Trees
    column: str
    rules: dict[str, Any]

    @property
    def lower(self) -> float:
        return 1.0 if self.column == "count" else 0.0

    def values(self, found: Decided) -> dict[Key, float]:
        """What was released, by the codes of all dimensions."""
        return {
            tuple(row.get(name, "Total") for name in self.names): row[self.column]
            for one in found.judged.values()
            for row in one.table.to_pandas().to_dict("records")
        }

    def reached(self, found: Decided, **more: Any) -> dict[Key, tuple[float, float]]:
        released = [one.table.to_pandas() for one in found.judged.values()]
        return intervals(released, self.names, self.trees, value=self.column, lower=self.lower, **more)


def required(of: System, values: dict[Key, float]) -> dict[Key, tuple[float, float]]:
    """By sensitive cell, its value and how far above it an outsider must stay, by plain loops."""
    cells = behind(of.records, of.names, of.trees, of.column)
    levels = {key: level(who, of.rules, counts=of.column == "count") for key, who in cells.items() if key in values}
    return {key: (sum(cells[key].values()), up) for key, up in levels.items() if up is not None}


def uneven(seed: int) -> System:
    """Amounts with all digits of a machine, or two decimals; four small cells amid others a hundred times as large."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, str, str, float]] = []
    for i, j in product(range(6), range(6)):
        small = i < 2 and j < 2
        for _ in range((1 if i == j == 0 else 2) if small else 9):
            value = 1e4 * rng.uniform(50, 150) * (1 if small else 100)
            rows.append((f"a{i}", f"b{j}", f"u{len(rows)}", round(value, 2) if seed % 2 else value))
    trees: Trees = {name: [dict.fromkeys([f"{name}{i}" for i in range(6)], "Total")] for name in "ab"}
    records = pd.DataFrame(rows, columns=["a", "b", "unit", "value"])
    steps = [step("t", records, ["a", "b"], trees, "value", "all")]
    return System(steps, records, ["a", "b"], trees, "value", {"threshold": 3, "p": 0.1})


def stays_away(of: System, found: Decided, seed: int) -> None:
    """An outsider comes to none of the sensitive cells as near as its level."""
    values = of.values(found)
    asked = required(of, values)
    assert all(np.isnan(values[key]) for key in asked), seed
    reached = of.reached(found, asked=asked)
    for key, (x, up) in asked.items():
        low, high = reached[key]
        slack = CLOSE * max(1.0, x)
        assert high >= x + up - slack, (seed, key)
        assert low <= (x if of.column == "count" else x - min(up, x)) + slack, (seed, key)
        assert high - low > 1e-6 * max(1.0, x), (seed, key)


def the_lone_stay_away(of: System, found: Decided, seed: int) -> int:
    """Nor does whoever is alone in cells, who knows these; return how many are."""
    values, cells = of.values(found), behind(of.records, of.names, of.trees, of.column)
    asked = required(of, values)
    alone: dict[str, dict[Key, float]] = {}
    for key, who in cells.items():
        if len(who) == 1 and np.isnan(values.get(key, 0.0)):
            alone.setdefault(next(iter(who)), {})[key] = sum(who.values())
    for unit, known in alone.items():
        others = {key for key in asked if key not in known}
        for key, (low, high) in of.reached(found, known=known, asked=others).items():
            x, up = asked[key]
            slack = CLOSE * max(1.0, x)
            assert high - low > 1e-6 * max(1.0, x), (seed, key)
            assert high >= x + up - slack, (seed, key)
            # What is below the value of a cell that they have a part of is in part their own.
            if of.column != "count" and unit not in cells[key]:
                assert low <= x - min(up, x) + slack, (seed, key)
    return len(alone)


@pytest.mark.parametrize("batch", range(3))
def test_an_outsider_comes_close_to_no_sensitive_cell(batch: int) -> None:
    """Tables of more records than those of the two hundred systems, by a proof now and then."""
    for seed in range(20 * batch, 20 * batch + 20):
        of = system(seed)
        stays_away(
            of, decided(of.steps, Policy(**of.rules, insiders="none", secondary=SECONDARY[seed % 2], seed=seed)), seed
        )


@pytest.mark.parametrize("seed", range(8))
def test_decimals_and_large_neighbors_open_nothing(seed: int) -> None:
    """The last bits of sums are no values that do not fit: every interval is reached, and whoever is alone is asked."""
    of = uneven(seed)
    found = decided(of.steps, Policy(**of.rules, secondary=SECONDARY[seed % 2], seed=seed))

    for one in found.several:
        assert all(method for method, gone in zip(one.reached.method, one.withheld, strict=True) if gone)
    stays_away(of, found, seed)
    assert the_lone_stay_away(of, found, seed) == 1


@pytest.mark.parametrize("seed", range(200, 216))
def test_a_published_total_tells_of_no_sensitive_sum(seed: int) -> None:
    of = system(seed)
    found = decided(of.steps, Policy(**of.rules, seed=seed))

    cells = behind(of.records, of.names, of.trees, of.column)
    for sums in sums_of_withheld(of.values(found), cells, of.names, of.trees):
        assert level(sums, of.rules, counts=of.column == "count") is None


@pytest.mark.parametrize("seed", range(230, 250))
def test_whoever_is_alone_in_a_cell_comes_close_to_no_other(seed: int) -> None:
    of = system(seed)
    found = decided(of.steps, Policy(**of.rules, seed=seed))

    the_lone_stay_away(of, found, seed)


@pytest.mark.parametrize("seed", range(250, 262))
def test_releasing_again_beside_the_first_changes_nothing(seed: int) -> None:
    of = system(seed)
    policy = Policy(**of.rules, seed=seed)
    first = decided(of.steps, policy)
    second = decided(of.steps, policy, earlier=[first.ledger("first")])

    assert of.values(second) == pytest.approx(of.values(first), nan_ok=True)


@pytest.mark.parametrize("seed", range(262, 270))
def test_the_order_of_records_and_the_scale_of_values_are_nothing(seed: int) -> None:
    of = system(seed)
    policy = Policy(**of.rules, seed=seed)
    once = of.values(decided(of.steps, policy))
    shuffled = of.records.sample(frac=1.0, random_state=seed)
    if of.column == "value":
        shuffled["value"] *= 8.0
    again = [step(one.name, shuffled, list(one.by), of.trees, of.column, "all") for one in of.steps]
    twice = of.values(decided(again, policy))

    assert {key for key, x in once.items() if np.isnan(x)} == {key for key, x in twice.items() if np.isnan(x)}


@pytest.mark.parametrize("seed", range(270, 282))
def test_the_order_of_steps_is_nothing(seed: int) -> None:
    """Two tables of two dimensions each that share one, of counts or amounts in equal numbers, with ties."""
    rng = np.random.default_rng(seed)
    trees = {name: tree_of(rng, name) for name in "abc"}
    records = records_of(rng, list("abc"), trees).assign(count=1.0)
    column = ("count", "value")[seed % 2]
    steps = [step(name, records, list(by), trees, column, "all") for name, by in (("t", "ba"), ("u", "bc"))]
    policy = Policy(threshold=3, p=0.15, insiders="none", secondary="heuristic")

    once, again = (decided(of, policy) for of in (steps, steps[::-1]))

    for name in "tu":
        assert once.judged[name].table.equals(again.judged[name].table)
