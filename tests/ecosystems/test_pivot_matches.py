from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.ecosystems import capability_registry, pivot_matches, surge_plan
from industria.errors import (
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    MissingValueError,
    NegativeValueError,
    OutsideRangeError,
    ParameterRangeError,
    UnknownCodeError,
    UnknownLabelError,
)

VOCABULARY = pa.table(
    {
        "type": ["process", "process", "process", "machine", "certification", "test"],
        "code": ["joining", "sewing", "welding", "ear_loop", "niosh", "bfe"],
        "name": ["Joining of fabric", "Sewing", "Welding", "Ear loop machine", "NIOSH", "Bacterial filtration"],
        "parent": [None, "joining", "joining", None, None, None],
    }
)
ACTORS = pa.table({"actor": list("ABCDE"), "employment": [40.0, 12.0, None, 20.0, 9.0]})
CAPABILITIES = pa.table(
    {
        "actor": ["A", "A", "B", "B", "C", "D", "D"],
        "type": ["process", "machine", "process", "test", "machine", "process", "certification"],
        "code": ["sewing", "ear_loop", "welding", "bfe", "ear_loop", "joining", "niosh"],
        "scale": [None, 3.0, None, None, 2.0, None, None],
        "evidence": ["declared", "inspected", "inferred", "declared", "declared", "declared", "declared"],
        "confidence": [0.9, None, 0.6, 1.0, 0.8, 0.7, 1.0],
    }
)
REQUIREMENTS = pa.table(
    {
        "product": ["mask", "mask", "mask", "mask", "gown", "gown"],
        "group": ["joining", "machine", "approval", "approval", "sewing", "staff"],
        "type": ["process", "machine", "certification", "test", "process", "labor"],
        "code": ["joining", "ear_loop", "niosh", "bfe", "sewing", "sewer"],
        "quantity": [None, 0.01, None, None, None, 0.05],
        "acquirable": [False, True, True, True, False, True],
    }
)
ACQUISITIONS = pa.table(
    {
        "type": ["machine", "certification", "test", "labor"],
        "code": ["ear_loop", "niosh", "bfe", "sewer"],
        "weeks": [3, 6, 2, 1],
        "cost": [100.0, 50.0, 20.0, 5.0],
        "broker_hours": [10.0, 8.0, 4.0, 1.0],
    }
)
TABLES = {
    "actors": ACTORS,
    "capabilities": CAPABILITIES,
    "requirements": REQUIREMENTS,
    "acquisitions": ACQUISITIONS,
    "vocabulary": VOCABULARY,
}
EXAMPLE = (TABLES, {"horizon": 10, "ramp": [0.5, 1.0]})
WORDS = {"declared", "inspected", "inferred", "process", "machine", "certification", "test", "labor"} | {
    # `missing` tells these in words, several in a cell.
    *(word for table in TABLES.values() for name in ("code", "name", "parent", "group") if name in table.column_names
      for word in table[name].to_pylist() if word),
}  # fmt: skip
EXACT = 1e-12


def matches(**tables: Any) -> dict[tuple[str, str], dict[str, Any]]:
    found = pivot_matches(**(TABLES | tables)).to_arrow().to_pylist()
    return {(row["actor"], row["product"]): row for row in found}


def changed(table: pa.Table, column: str, *cells: Any) -> pa.Table:
    there = table[column].to_pylist()
    return table.set_column(table.column_names.index(column), column, pa.array([*cells, *there[len(cells) :]]))


def test_by_hand() -> None:
    result = pivot_matches(**TABLES, horizon=10, ramp=[0.5, 1.0])
    found = {(row["actor"], row["product"]): row for row in result.to_arrow().to_pylist()}
    a, b, d = found["A", "mask"], found["B", "mask"], found["D", "mask"]

    # A sews, which is joining, and has a machine for 300 a week; the quicker approval is the test, of two weeks.
    assert a == {
        "actor": "A",
        "product": "mask",
        "rank": 1,
        "probability": 0.9,
        "missing": "approval: NIOSH (certification) or Bacterial filtration (test)",
        "n_missing": 1,
        "retool_weeks": 0,
        "certification_weeks": 2,
        "pivot_cost": 20,
        "broker_hours": 4,
        "capacity": pytest.approx(300),
        "capacity_basis": "machine",
        "expected_units": pytest.approx(0.9 * 300 * (0.5 + 7)),
    }
    # B welds probably, is approved, and buys the machine: how much it will make nobody tells.
    assert (b["probability"], b["missing"], b["retool_weeks"]) == (0.6, "machine: Ear loop machine (machine)", 3)
    assert (b["capacity"], b["capacity_basis"], b["expected_units"]) == (None, "unknown", None)
    assert (d["rank"], d["n_missing"], d["pivot_cost"]) == (3, 1, 100)
    # Who joins in general need not sew.
    assert ("D", "gown") not in found
    assert found["A", "gown"]["capacity_basis"] == "inferred"
    assert found["A", "gown"]["capacity"] == pytest.approx(40 / 0.05)
    assert (result.n_matches, result.n_unknown) == (4, 2)


def test_near_misses_name_the_one_group_that_is_lacking() -> None:
    near = collect(pivot_matches(**TABLES).near_misses).to_pylist()

    assert [(row["actor"], row["product"], row["step"]) for row in near] == [
        ("C", "mask", "joining: Joining of fabric (process)")
    ]
    assert near[0]["missing"].startswith("approval: ")
    assert (near[0]["n_missing"], near[0]["probability"]) == (2, 0)


def test_the_table_is_the_options_of_a_plan() -> None:
    options = pivot_matches(**TABLES).options
    demand = pa.table({"product": ["mask", "gown"] * 4, "week": [0, 0, 1, 1, 2, 2, 3, 3], "demand": [500.0] * 8})
    plan = surge_plan(demand, options, pa.table({"product": ["mask", "gown"], "weight": [1.0, 2.0]}))

    assert [(row["actor"], row["product"]) for row in collect(plan.pivots).to_pylist()] == [("A", "gown")]


def test_the_registry_carries_the_vocabulary_along() -> None:
    actors = ACTORS.append_column("name", ACTORS["actor"]).append_column("kind", pa.array(["firm"] * 5))
    registry = capability_registry(actors, CAPABILITIES, VOCABULARY)
    found = pivot_matches(registry.actors, registry.capabilities, REQUIREMENTS, ACQUISITIONS)

    there = {(row["actor"], row["product"]): row["probability"] for row in found.to_arrow().to_pylist()}
    assert there == {key: row["probability"] for key, row in matches().items()}
    without = pivot_matches(ACTORS, CAPABILITIES, REQUIREMENTS, ACQUISITIONS)
    assert ("A", "mask") not in {(row["actor"], row["product"]) for row in without.to_arrow().to_pylist()}


EITHER = pa.table(
    {"product": ["p"] * 2, "group": ["g"] * 2, "type": ["machine"] * 2, "code": ["x", "y"], "quantity": [2.0, 0.5]}
)


def test_alternatives_add_to_the_probability_and_the_best_scale_counts() -> None:
    capabilities = pa.table(
        {
            "actor": ["A", "A", "A"],
            "type": ["machine"] * 3,
            "code": ["x", "y", "x"],
            "confidence": [0.5, 0.6, 0.2],
            "scale": [10.0, 3.0, None],
        }
    )
    row = matches(capabilities=capabilities, requirements=EITHER, acquisitions=None, vocabulary=None)["A", "p"]

    assert row["probability"] == pytest.approx(1 - 0.5 * 0.4)
    assert row["capacity"] == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("codes", "confidence", "scale", "capacity"),
    [
        (["x", "y"], [0.9, 0.0], [10.0, 400.0], 5.0),
        (["x", "y"], [0.9, 0.4], [10.0, 400.0], 5.0),
        (["x", "y"], [0.9, 0.5], [10.0, 400.0], 800.0),
        (["x", "x"], [0.9, 0.0], [10.0, 400.0], 5.0),  # two rows of one capability
        (["x", "y"], [0.9, 0.4], [None, 400.0], None),
        (["x", "y"], [0.4, 0.3], [10.0, 400.0], 5.0),  # together they are probable, the first rather
    ],
)
def test_an_alternative_that_is_not_held_makes_nothing(
    codes: list[str], confidence: list[float], scale: list[float | None], capacity: float | None
) -> None:
    capabilities = pa.table(
        {"actor": ["E", "E"], "type": ["machine"] * 2, "code": codes, "confidence": confidence, "scale": scale}
    )
    for rows in (capabilities, capabilities.take([1, 0])):
        row = matches(capabilities=rows, requirements=EITHER, acquisitions=None, vocabulary=None)["E", "p"]

        assert row["capacity"] == pytest.approx(capacity)


def test_a_child_that_is_not_held_makes_nothing_for_its_parent() -> None:
    requirements = pa.table(
        {"product": ["p"], "group": ["g"], "type": ["process"], "code": ["joining"], "quantity": [1.0]}
    )
    capabilities = pa.table(
        {
            "actor": ["E", "E"],
            "type": ["process"] * 2,
            "code": ["sewing", "welding"],
            "confidence": [0.8, 0.1],
            "scale": [2.0, 90.0],
        }
    )
    assert matches(capabilities=capabilities, requirements=requirements, acquisitions=None)["E", "p"]["capacity"] == 2


def test_one_capability_is_one_alternative_though_its_parent_be_another() -> None:
    requirements = pa.table(
        {"product": ["p"] * 2, "group": ["g"] * 2, "type": ["process"] * 2, "code": ["joining", "sewing"]}
    )
    assert matches(requirements=requirements, acquisitions=None)["A", "p"]["probability"] == pytest.approx(0.9)


def test_what_can_all_be_acquired_is_open_to_those_who_hold_nothing() -> None:
    requirements = pa.table({"product": ["p"], "group": ["g"], "type": ["machine"], "code": ["ear_loop"]})
    found = matches(requirements=requirements)

    assert {actor for actor, _ in found} == set("ABCDE")
    assert (found["E", "p"]["probability"], found["E", "p"]["retool_weeks"]) == (1, 3)
    assert (found["A", "p"]["missing"], found["A", "p"]["retool_weeks"]) == (None, 0)


def test_what_is_acquirable_and_nobody_tells_how_has_no_lead() -> None:
    found = pivot_matches(**(TABLES | {"acquisitions": None}))
    row = next(row for row in found.to_arrow().to_pylist() if (row["actor"], row["product"]) == ("A", "mask"))

    assert (row["certification_weeks"], row["pivot_cost"], row["expected_units"]) == (None, None, None)
    assert collect(found.options).num_rows == 0


def test_a_lead_beyond_the_horizon_makes_nothing() -> None:
    assert pivot_matches(**TABLES, horizon=2).to_arrow()["expected_units"].to_pylist()[1] == 0


CODES = [("process", code) for code in ("joining", "sewing", "welding")] + [("machine", "ear_loop"), ("test", "bfe")]
HELD = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(CODES), st.floats(0, 1)), max_size=8)
NEEDED = st.lists(
    st.tuples(st.sampled_from(["p", "q"]), st.sampled_from("gh"), st.sampled_from(CODES), st.booleans()),
    min_size=1,
    max_size=7,
    unique_by=lambda need: need[:3],
)
FEW = settings(max_examples=40, deadline=None)  # each example passes the engine several times
ABOVE = {("process", "sewing"): ["joining"], ("process", "welding"): ["joining"]}


def held_table(held: list[Any]) -> pa.Table:
    return pa.table(
        {
            "actor": pa.array([actor for actor, _, _ in held], pa.string()),
            "type": pa.array([key[0] for _, key, _ in held], pa.string()),
            "code": pa.array([key[1] for _, key, _ in held], pa.string()),
            "confidence": pa.array([q for _, _, q in held], pa.float64()),
        }
    )


def needed_table(needed: list[Any]) -> pa.Table:
    return pa.table(
        {
            "product": [product for product, _, _, _ in needed],
            "group": [group for _, group, _, _ in needed],
            "type": [key[0] for _, _, key, _ in needed],
            "code": [key[1] for _, _, key, _ in needed],
            "acquirable": [can for _, _, _, can in needed],
        }
    )


def matched(held: list[Any], needed: list[Any], **words: Any) -> dict[tuple[str, str], dict[str, Any]]:
    tables = {"actors": ACTORS, "capabilities": held_table(held), "requirements": needed_table(needed)}
    found = pivot_matches(**tables, vocabulary=VOCABULARY, **words).to_arrow().to_pylist()
    return {(row["actor"], row["product"]): row for row in found}


@FEW
@given(HELD, NEEDED)
def test_meets_the_definition(held: list[Any], needed: list[Any]) -> None:
    """Pair by pair, group by group, alternative by alternative."""
    found = matched(held, needed)
    wanted = {}
    for actor, product in itertools.product("ABCDE", {need[0] for need in needed}):
        probability, feasible, missing = 1.0, True, 0
        for group in sorted({need[1] for need in needed if need[0] == product}):
            keys = [need[2] for need in needed if need[:2] == (product, group)]
            acquirable = any(need[3] for need in needed if need[:2] == (product, group))
            best = {}
            for who, (kind, code), q in held:
                own = [(kind, one) for one in (code, *ABOVE.get((kind, code), [])) if (kind, one) in keys]
                if who == actor and own:
                    best[own[0]] = max(q, best.get(own[0], 0.0))
            chance = 1 - math.prod(1 - q for q in best.values())
            missing += chance < 0.5 - EXACT
            if not acquirable:
                probability *= chance
                feasible &= chance >= 0.5 - EXACT
        if feasible:
            wanted[actor, product] = (probability, missing)

    assert found.keys() == wanted.keys()
    for key, (probability, missing) in wanted.items():
        assert found[key]["probability"] == pytest.approx(probability, abs=1e-9)
        assert found[key]["n_missing"] == missing


@FEW
@given(HELD, NEEDED, st.sampled_from("ABC"), st.sampled_from(CODES), st.floats(0, 1))
def test_a_further_capability_never_makes_a_product_infeasible(
    held: list[Any], needed: list[Any], actor: str, key: Any, q: float
) -> None:
    before, after = matched(held, needed), matched([*held, (actor, key, q)], needed)

    assert before.keys() <= after.keys()
    for pair, row in before.items():
        assert after[pair]["probability"] >= row["probability"] - EXACT
        assert after[pair]["n_missing"] <= row["n_missing"]


@FEW
@given(HELD, st.floats(0.5, 1))
def test_a_child_satisfies_its_parent_and_never_the_reverse(held: list[Any], q: float) -> None:
    none = [one for one in held if one[1][0] != "process"]
    for child, parent in (("sewing", "joining"), ("welding", "joining")):
        wants = {name: [("p", "g", ("process", name), False)] for name in (child, parent)}

        assert ("A", "p") in matched([*none, ("A", ("process", child), q)], wants[parent])
        assert ("A", "p") not in matched([*none, ("A", ("process", parent), q)], wants[child])


@FEW
@given(HELD, NEEDED, st.randoms())
def test_the_order_of_rows_is_irrelevant(held: list[Any], needed: list[Any], random: Any) -> None:
    mixed, other = list(held), list(needed)
    random.shuffle(mixed)
    random.shuffle(other)

    assert matched(mixed, other) == matched(held, needed)


def test_many_actors_rank_as_few_do() -> None:
    rng = np.random.default_rng(5)
    n = 500
    actors = pa.table({"actor": [f"a{i:03d}" for i in range(n)]})
    capabilities = pa.table(
        {
            "actor": [f"a{i:03d}" for i in range(n)],
            "type": ["machine"] * n,
            "code": ["ear_loop"] * n,
            "scale": rng.integers(1, 9, n).astype(float),
        }
    )
    requirements = pa.table(
        {"product": ["p"], "group": ["g"], "type": ["machine"], "code": ["ear_loop"], "quantity": [0.5]}
    )
    rows = pivot_matches(actors, capabilities, requirements).to_arrow().to_pylist()

    assert [row["rank"] for row in rows] == list(range(1, n + 1))
    assert [(-row["expected_units"], row["actor"]) for row in rows] == sorted(
        (-row["expected_units"], row["actor"]) for row in rows
    )


@pytest.mark.parametrize(
    ("tables", "error", "says"),
    [
        ({"capabilities": changed(CAPABILITIES, "actor", "F")}, UnknownLabelError,
         "capabilities.actor has 'F', which actors does not list"),
        ({"products": pa.table({"product": ["masks", "gown"]})}, UnknownLabelError,
         "requirements.product has 'mask', which products does not list. Did you mean 'masks'"),
        ({"actors": changed(ACTORS, "actor", "B")}, DuplicateRowError, "actor = 'B', 2 times"),
        ({"requirements": REQUIREMENTS.slice(0, 0)}, EmptyTableError, "requirements has no rows"),
        ({"requirements": changed(REQUIREMENTS, "quantity", -1.0)}, NegativeValueError, "requirements.quantity"),
        ({"requirements": pa.concat_tables([REQUIREMENTS, REQUIREMENTS.slice(0, 1)])}, DuplicateRowError,
         "product = 'mask', group = 'joining'"),
        ({"capabilities": changed(CAPABILITIES, "confidence", 1.5)}, OutsideRangeError,
         "capabilities.confidence is 1.5 where actor = 'A', type = 'process', code = 'sewing'; it lies in"),
        ({"capabilities": changed(CAPABILITIES, "scale", -2.0)}, NegativeValueError, "capabilities.scale .* first -2"),
        ({"capabilities": changed(CAPABILITIES, "code", None)}, MissingValueError, "capabilities.code is missing in 1"),
        ({"capabilities": CAPABILITIES.set_column(0, "actor", pa.array(range(7)))}, ColumnTypeError,
         "capabilities.actor holds int64, where text"),
        ({"acquisitions": changed(ACQUISITIONS, "weeks", -1)}, NegativeValueError, "acquisitions.weeks"),
        ({"vocabulary": changed(VOCABULARY, "parent", "sewing")}, UnknownCodeError, "circle: joining > sewing"),
    ],
)  # fmt: skip
def test_bad_tables_are_told(tables: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        matches(**tables)


@pytest.mark.parametrize(
    "words", [{"horizon": 0}, {"threshold": 0.0}, {"threshold": 1.5}, {"ramp": []}, {"ramp": [0.5, 1.2]}]
)
def test_what_cannot_be_asked_is_told(words: dict[str, Any]) -> None:
    (name,) = words
    with pytest.raises(ParameterRangeError, match=f"{name}="):
        pivot_matches(**TABLES, **words)


def test_the_ramp_of_a_plan_will_do() -> None:
    ramp = pa.table({"age": [1, 0], "share": [1.0, 0.5]})

    assert matches(ramp=ramp) == matches(ramp=[0.5, 1.0])
