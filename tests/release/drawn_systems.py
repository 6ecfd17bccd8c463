"""Random systems of tables: dimensions, trees, holdings, signs, populations, equations and policies as they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from industria.release import Policy
from industria.release._leaving import Leaving
from tests.release.rules_again import Part

Random = np.random.Generator
Key = tuple[str, ...]
Trees = dict[str, list[dict[str, str]]]
EQUATION = {"sales": 1.0, "costs": -1.0, "profit": -1.0}
"""Factors of variables that add up to nothing, of every unit."""


@dataclass(frozen=True)
class Shown:
    """A table that is asked to leave: which variable, by what, and of whom."""

    name: str
    variable: str
    by: tuple[str, ...]
    population: str


@dataclass(frozen=True)
class Drawn:
    """What was drawn with a seed."""

    seed: int
    trees: Trees
    records: pd.DataFrame
    first: list[Shown]
    second: list[Shown]
    rules: dict[str, Any]
    policy: Policy
    equation: dict[str, float] = field(default_factory=dict)

    @property
    def counts(self) -> bool:
        return (self.first + self.second)[0].variable == "count"

    def of(self, population: str) -> pd.DataFrame:
        return self.records if population == "all" else self.records[self.records["part"]]

    def parts(self, variable: str, population: str, by: Sequence[str]) -> dict[Key, list[Part]]:
        """List who brings how much to every cell of a table with margins, by plain loops."""
        found: dict[Key, list[Part]] = {}
        for row in self.of(population).to_dict("records"):
            for key in product(*(above(row[name], self.trees[name]) for name in by)):
                found.setdefault(key, []).append(Part(row["unit"], row["holding"] or row["unit"], row[variable]))
        return found


def above(code: str, trees: Sequence[Mapping[str, str]]) -> list[str]:
    """Return a code and all that it adds up to by any tree."""
    found = [code]
    for at in found:
        found += [tree[at] for tree in trees if at in tree and tree[at] not in found]
    return list(dict.fromkeys(found))


def leaves(trees: Sequence[Mapping[str, str]]) -> list[str]:
    return sorted(set(trees[0]) - set(trees[0].values()))


def drawn(seed: int) -> Drawn:
    """Draw one of four sorts in turn: counts, amounts, amounts of any sign, and three that an equation joins."""
    rng = np.random.default_rng(seed)
    sort = ("counts", "amounts", "signs", "equation")[seed % 4]
    names = list("abcd"[: (1, 2, 2, 3, 2, 1, 3, 4)[(seed // 4) % 8]])
    trees = {name: _trees(rng, name, len(names)) for name in names}
    records = _records(rng, names, trees, sort)
    shapes = _shapes(rng, names)
    second = [
        Shown(f"{variable}{i}", variable, by, "all" if i == 0 or rng.random() < 0.7 else "part")
        for variable in _variables(rng, sort)
        for i, by in enumerate(shapes)
        # What one variable shows of a cell another may leave to the equation.
        if sort != "equation" or (variable, i) == ("sales", 0) or rng.random() < 0.8
    ]
    first = []
    # Many dimensions before and after would take the time of all the others.
    if rng.random() < 0.4 and len(names) < (3 if sort == "equation" else 4):
        other = "part" if rng.random() < 0.7 else "all"
        first = [Shown(f"earlier {one.name}", one.variable, one.by, other) for one in second if rng.random() < 0.6] or [
            Shown(f"earlier {second[0].name}", second[0].variable, second[0].by, other)
        ]
    rules = _rules(rng, counts=sort == "counts", holdings=bool(records["holding"].notna().any()))
    proven = rng.random() < 0.3 and len(names) < 4
    policy = Policy(**rules, secondary="optimal" if proven else "heuristic", seed=seed)
    return Drawn(seed, trees, records, first, second, rules, policy, EQUATION if sort == "equation" else {})


def _trees(rng: Random, name: str, n: int) -> list[dict[str, str]]:
    """One tree of two or three levels, or two trees over the same codes."""
    codes = [f"{name}{i}" for i in range(int(rng.integers(2, {1: 7, 2: 5, 3: 3, 4: 3}[n])))]
    if len(codes) < 3 or rng.random() < 0.5:
        return [dict.fromkeys(codes, "Total")]
    groups = [{code: f"{name}-{t}-{rng.integers(2)}" for code in codes} for t in range(int(rng.integers(1, 3)))]
    return [{**of, **dict.fromkeys(sorted(set(of.values())), "Total")} for of in groups]


def _records(rng: Random, names: list[str], trees: Trees, sort: str) -> pd.DataFrame:
    most = {1: 28, 2: 20, 3: 11, 4: 6}[len(names)]
    n = int(rng.integers(4, min(most, 12) if sort == "equation" else most))
    columns: dict[str, Any] = {name: rng.choice(leaves(trees[name]), n) for name in names}
    columns["unit"] = [f"u{i}" for i in rng.integers(0, n, n)]
    rows = pd.DataFrame(columns).drop_duplicates().sort_values([*names, "unit"]).reset_index(drop=True)
    n = len(rows)
    scale, digits = 10.0 ** rng.integers(-2, 7), [0, 1, 2, 15][rng.integers(4)]
    amounts = np.round(np.exp(rng.normal(3, 1.5, (2, n))), digits) * (rng.random((2, n)) > 0.1) * scale
    if sort == "signs":
        amounts *= np.where(rng.random((2, n)) < 0.15, -1.0, 1.0)
    rows = rows.assign(count=1.0, value=amounts[0], sales=amounts[0], costs=amounts[1])
    if rng.random() < 0.5:
        rows["costs"] = rows["sales"] * np.round(rng.random(n), 2)
    rows["profit"] = rows["sales"] - rows["costs"]
    whose = rng.integers(0, max(2, n // 2), n) if rng.random() < 0.4 else None
    units = sorted(set(rows["unit"]))
    holding = {unit: None if whose is None else f"h{whose[i]}" for i, unit in enumerate(units)}
    part = dict(zip(units, rng.random(len(units)) < rng.choice([0.5, 0.9]), strict=True))
    rows["holding"] = pd.Series([holding[unit] for unit in rows["unit"]], dtype=object)
    return rows.assign(part=[part[unit] for unit in rows["unit"]])


def _shapes(rng: Random, names: list[str]) -> list[tuple[str, ...]]:
    """All dimensions in one table, or two tables that share some, or none."""
    if len(names) == 1 or rng.random() < 0.6:
        return [tuple(names)]
    cut = int(rng.integers(1, len(names)))
    return [tuple(names[:cut]), tuple(names[cut - int(rng.integers(2)) :])]


def _variables(rng: Random, sort: str) -> list[str]:
    if sort == "equation":
        return [["sales", "costs", "profit"], ["sales", "costs"], ["sales", "profit"]][rng.integers(3)]
    return ["count" if sort == "counts" else "value"]


def _rules(rng: Random, *, counts: bool, holdings: bool) -> dict[str, Any]:
    rules: dict[str, Any] = {"threshold": int(rng.integers(1, 5))}
    if holdings and rng.random() < 0.5:
        rules["threshold_level"] = "holding"
    if counts:
        return rules | {"concentration": "none"}
    rules |= [
        {"p": 0.15},
        {"dominance": ((1, 0.7), (2, 0.9))},
        {"pq": (0.1, 0.5)},
        {"p": 0.3, "coalition": 2, "dominance": ((2, 0.95),)},
    ][rng.integers(4)]
    rules |= [{}, {}, {"protection": "sliding"}, {"protection": "upper"}][rng.integers(4)]
    rules |= {"zeros": "withhold"} if rng.random() < 0.1 else {}
    return rules | ({"digits": int(rng.integers(0, 3))} if rng.random() < 0.25 else {})


def steps(of: Drawn, asked: Sequence[Shown]) -> Iterator[Leaving]:
    """Hand tables over as measures do."""
    for one in asked:
        records, by = of.of(one.population), list(one.by)
        cells = of.parts(one.variable, one.population, by)
        table = pd.DataFrame(
            [(*key, sum(part.x for part in parts)) for key, parts in sorted(cells.items())], columns=[*by, one.variable]
        )
        contributors = records[[*by, "unit"]].assign(
            holding=records["holding"].astype("string"), **{f"contribution_{one.variable}": records[one.variable]}
        )
        trees = [(d, str(t), *pair) for d in by for t, tree in enumerate(of.trees[d]) for pair in tree.items()]
        words = ["dimension", "hierarchy", "code", "parent"]
        yield Leaving(
            name=one.name,
            kind="cells",
            measure="",
            table=pa.Table.from_pandas(table, preserve_index=False),
            by=one.by,
            facts={
                "variable": one.variable,
                "unit": "firm",
                "population": one.population,
                "period": None,
                "total": "Total",
            },
            tables={
                "contributors": pa.Table.from_pandas(contributors, preserve_index=False),
                "hierarchies": pa.table(dict(zip(words, map(list, zip(*trees, strict=True)), strict=True))),
            },
        )
