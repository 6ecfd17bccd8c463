"""Two hundred random systems, and an outsider who shares neither rules nor relations nor programs with the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

import pyarrow as pa
import pytest

from industria.errors import ReleaseRefusedError
from industria.release._decided import decided
from tests.release.drawn_systems import Drawn, Key, Shown, drawn, steps
from tests.release.rules_again import Level, Part, added_up, level
from tests.release.solver_again import Outsider, Row

SYSTEMS = 200
CLOSE = 1e-5
"""Part of a value, or of 1, by which two solvers may differ at the end of an interval."""
EXACT = 1e-6


class Sensitive(NamedTuple):
    """A number that must stay away from an outsider, and how far."""

    words: str
    row: Row
    parts: list[Part]
    x: float
    level: Level


def left(of: Drawn) -> dict[str, pa.Table] | None:
    """Release what was drawn, in two goes where some of it left before; None where nothing more may leave."""
    equations = [of.equation] if of.equation else []
    found, ledgers = {}, []
    for asked in (of.first, of.second):
        if asked:
            try:
                go = decided(list(steps(of, asked)), of.policy, earlier=ledgers, identities=equations)
            except ReleaseRefusedError:
                return None
            found |= {name: one.table for name, one in go.judged.items()}
            ledgers.append(go.ledger("first"))
    return found


def sensitive(of: Drawn, outsider: Outsider) -> Iterator[Sensitive]:
    """List cells of all tables, differences between populations, and what an equation leaves, that break a rule."""
    asked: dict[tuple[str, str, Key], tuple[Shown, Key]] = {}
    for one in of.first + of.second:
        for key in of.parts(one.variable, one.population, one.by):
            asked.setdefault((one.variable, one.population, outsider.key(one.by, key)), (one, key))
    numbers = [(one.variable, one.population, one.by, key) for one, key in asked.values()]
    numbers += [
        (variable, "rest", one.by, key)
        for (variable, population, whole), (one, key) in asked.items()
        if population == "all" and (variable, "part", whole) in asked
    ]
    for missing in of.equation:
        one_other, *others = (variable for variable in of.equation if variable != missing)
        numbers += [
            (missing, of_whom, one.by, key)
            for (variable, population, whole), (one, key) in asked.items()
            for of_whom in (population, "rest")
            if variable == one_other
            and (missing, population, whole) not in asked
            and all((other, population, whole) in asked for other in others)
            and (of_whom != "rest" or all((v, "part", whole) in asked for v in (variable, *others)))
        ]
    for variable, population, by, key in numbers:
        parts = behind(of, variable, population, by, key)
        found = level(parts, of.rules, counts=of.counts)
        if found is not None:
            row, x = outsider.row(variable, population, by, key), sum(part.x for part in parts)
            yield Sensitive(f"{variable} of {population} {key}", row, parts, x, found)


def behind(of: Drawn, variable: str, population: str, by: Sequence[str], key: Key) -> list[Part]:
    if population != "rest":
        return of.parts(variable, population, by).get(key, [])
    inside = set(of.of("part")["unit"])
    return [part for part in of.parts(variable, "all", by)[key] if part.unit not in inside]


def stays_away(one: Sensitive, reached: tuple[float, float], who: str, own: bool = False) -> list[str]:
    """Say how an outsider comes too close to a number; what is below it may be their own."""
    low, high = reached
    slack = CLOSE * max(1.0, abs(one.x))
    wrong = []
    if high - low <= EXACT * max(1.0, abs(one.x)):
        wrong.append("exact")
    if high < one.x + one.level.up - slack:
        wrong.append(f"above: {high} < {one.x} + {one.level.up}")
    if not own and low > one.x - one.level.down + slack:
        wrong.append(f"below: {low} > {one.x} - {one.level.down}")
    if not own and high - low < one.level.width - slack:
        wrong.append(f"width: {high - low} < {one.level.width}")
    return [f"{who} knows {one.words} in [{low}, {high}]: {what}" for what in wrong]


def insiders(of: Drawn, outsider: Outsider) -> dict[str, list[tuple[Row, float]]]:
    """List who is alone in withheld cells, and what they know of these."""
    alone: dict[str, list[tuple[Row, float]]] = {}
    for one in of.first + of.second:
        for key, parts in of.parts(one.variable, one.population, one.by).items():
            number = outsider.told[one.variable, one.population, outsider.key(one.by, key)]
            owners = added_up(parts, "owner")
            if len(owners) == 1 and number.value is None:
                alone.setdefault(next(iter(owners)), []).append((number.row, sum(owners.values())))
    return alone


def breaches(of: Drawn, released: dict[str, pa.Table]) -> list[str]:
    """Attack from outside, and as everybody who is alone in a cell."""
    outsider = Outsider(of, released, of.first + of.second)
    asked = list(sensitive(of, outsider))
    found = []
    for one, reached in zip(asked, outsider.reached([one.row for one in asked]), strict=True):
        found += stays_away(one, reached, "an outsider")
    for who, known in insiders(of, outsider).items():
        mine = {row.tobytes() for row, _ in known}
        others = [one for one in asked if one.row.tobytes() not in mine and not _whole(one, who)]
        for one, reached in zip(others, outsider.reached([one.row for one in others], known), strict=True):
            found += stays_away(one, reached, who, own=any(part.owner == who for part in one.parts))
    return found


def _whole(one: Sensitive, who: str) -> bool:
    """Tell whether nobody else brings anything."""
    owners = added_up(one.parts, "owner")
    size = sum(abs(x) for x in owners.values())
    return abs(owners.get(who, 0.0)) >= (1 - 1e-9) * size


def unions(of: Drawn, released: dict[str, pa.Table]) -> list[str]:
    """Name published totals whose withheld parts, of which they tell the sum, are sensitive together."""
    found = []
    for one in of.first + of.second:
        parts = of.parts(one.variable, one.population, one.by)
        values = {tuple(row[name] for name in one.by): row[one.variable] for row in released[one.name].to_pylist()}
        for key, (d, name) in product(values, enumerate(one.by)):
            for tree in of.trees[name]:
                children = [(*key[:d], code, *key[d + 1 :]) for code, parent in tree.items() if parent == key[d]]
                gone = [child for child in children if child in values and values[child] is None]
                if values[key] is not None and gone:
                    together = [part for child in gone for part in parts[child]]
                    if level(together, of.rules, counts=of.counts):
                        found.append(f"{one.name} {key} tells {gone}")
    return found


@pytest.fixture(scope="module")
def systems() -> dict[int, tuple[Drawn, dict[str, pa.Table] | None]]:
    return {seed: (of, left(of)) for seed in range(SYSTEMS) for of in [drawn(seed)]}


Systems = dict[int, tuple[Drawn, dict[str, pa.Table] | None]]


def test_nobody_comes_close_to_a_sensitive_number_of_two_hundred_systems(systems: Systems) -> None:
    """Cells, differences of populations and what equations leave, from outside and by whoever is alone in a cell."""
    released = {seed: (of, tables) for seed, (of, tables) in systems.items() if tables is not None}

    assert {seed: found for seed, (of, tables) in released.items() if (found := breaches(of, tables))} == {}
    assert {seed: found for seed, (of, tables) in released.items() if (found := unions(of, tables))} == {}
    # A system of which nothing more may leave proves nothing; few are.
    assert len(released) >= 0.9 * SYSTEMS


def test_the_systems_have_what_is_hard(systems: Systems) -> None:
    left = [of for of, tables in systems.values() if tables is not None]

    assert {len(of.trees) for of in left} == {1, 2, 3, 4}
    for of_its_kind in (
        [of for of in left if any(len(trees) > 1 for trees in of.trees.values())],
        [of for of in left if of.records["holding"].notna().any()],
        [of for of in left if not of.counts and (of.records["value"] < 0).any()],
        [of for of in left if of.equation],
        [of for of in left if of.first],
        [of for of in left if of.policy.protection == "sliding"],
        [of for of in left if of.policy.digits is not None],
        [of for of in left if of.policy.zeros == "withhold"],
        [of for of in left if not of.counts and (of.records["value"] == 0).any()],
        [of for of in left if of.records["value"].max() > 1e6],
    ):
        assert len(of_its_kind) >= 5


def test_the_outsider_finds_what_is_there(systems: Systems) -> None:
    """Whatever is told of a system besides, a cell that was withheld to protect others, lets others fall."""
    fell = asked = 0
    for of, tables in list(systems.values())[:80]:
        told = tables and one_more(of, tables)
        if told:
            asked += 1
            fell += bool(breaches(of, told) or unions(of, told))

    assert asked >= 20
    assert fell >= 0.8 * asked


def one_more(of: Drawn, tables: dict[str, pa.Table]) -> dict[str, pa.Table] | None:
    """Publish one cell that breaks no rule and was withheld all the same."""
    for one in of.first + of.second:
        rows = tables[one.name].to_pylist()
        parts = of.parts(one.variable, one.population, one.by)
        for row in rows:
            key = tuple(row[name] for name in one.by)
            if row[one.variable] is None and level(parts[key], of.rules, counts=of.counts) is None:
                row[one.variable] = sum(part.x for part in parts[key])
                return tables | {one.name: pa.Table.from_pylist(rows, schema=tables[one.name].schema)}
    return None
