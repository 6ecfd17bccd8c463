from __future__ import annotations

from itertools import permutations, product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import collect
from industria.ecosystems import brokerage_roles
from industria.errors import (
    ChoiceError,
    ColumnTypeError,
    DuplicateLabelError,
    EmptyTableError,
    MissingValueError,
    ParameterRangeError,
    UnknownLabelError,
    UsageError,
)
from industria.kernels.brokerage import ROLES, arcs_of, census, density_null
from industria.kernels.label_patterns import permutation_moments
from tests.ecosystems.networks import KARATE, KARATE_CLUBS, drawn, ties

PAIRS = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "b"), ("b", "a"), ("e", "b"), ("c", "e"), ("f", "f")]
EXAMPLE = (
    {"ties": ties(PAIRS), "groups": pa.table({"actor": list("abcdef"), "group": ["g", "g", "h", "h", "i", "i"]})},
    {"rng": 3, "permutations": 40, "missing_rate": 0.2, "draws": 30},
)


def brokers(*args: Any, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["actor"]: row for row in brokerage_roles(*args, **parameters).to_arrow().to_pylist()}


def groups_of(labels: list[int]) -> pa.Table:
    return pa.table({"actor": [str(i) for i in range(len(labels))], "group": [f"g{label}" for label in labels]})


def by_definition(pairs: list[tuple[int, int]], g: list[int]) -> np.ndarray:
    """Every open two-path, one after the other."""
    arcs, n = set(pairs), len(g)
    counts = np.zeros((n, 5), int)
    for a, v in arcs:
        for w, b in arcs:
            if w == v and a != b and (a, b) not in arcs:
                of = (g[a], g[v], g[b])
                alike = (of[0] == of[1], of[1] == of[2], of[0] == of[2])
                named = {
                    (True, True, True): 0,
                    (False, False, True): 1,
                    (False, True, False): 2,
                    (True, False, False): 3,
                    (False, False, False): 4,
                }
                counts[v, named[alike]] += 1
    return counts


def test_meets_the_karate_club() -> None:
    """Counts, mean, standard deviation and z as `brokerage` of R's sna gives them, to the digits printed."""
    result = brokerage_roles(KARATE, KARATE_CLUBS, directed=False, null="density")
    found = {row["actor"]: row for row in result.to_arrow().to_pylist()}
    members = collect(result.by_group).to_pylist()

    assert {role: sum(row[role] for row in members) for role in (*ROLES, "total")} == {
        "coordinator": 510,
        "itinerant": 20,
        "gatekeeper": 128,
        "representative": 128,
        "liaison": 0,
        "total": 786,
    }
    assert [found["0"][role] for role in (*ROLES, "total")] == [174, 0, 15, 15, 0, 204]
    assert [found["33"][role] for role in (*ROLES, "total")] == [156, 6, 40, 40, 0, 242]
    sd = {role: (found["0"][role] - found["0"][f"expected_{role}"]) / found["0"][f"z_{role}"] for role in ROLES[:4]}
    wanted = {
        "coordinator": (3.994468, 3.931286),
        "itinerant": (4.527064, 4.295209),
        "gatekeeper": (4.527064, 4.349183),
        "representative": (4.527064, 4.349183),
    }
    for role, (mean, spread) in wanted.items():
        assert found["0"][f"expected_{role}"] == pytest.approx(mean, abs=1e-5)
        assert sd[role] == pytest.approx(spread, abs=1e-5)
    assert found["0"]["z_coordinator"] == pytest.approx(43.244250, abs=1e-5)
    assert found["0"]["z_liaison"] is None


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_counts_meet_the_definition(seed: int, kinds: int) -> None:
    pairs = drawn(9, 35, seed)
    g = np.random.default_rng(seed).integers(0, kinds, 9)
    i, j = np.transpose(pairs)

    (counts,), pairs_of = census(arcs_of(9, i, j), g[None, :])

    np.testing.assert_array_equal(counts, by_definition(pairs, g.tolist()))
    assert pairs_of.n.tolist() == counts.sum(axis=1).tolist()


@given(st.integers(0, 10_000))
def test_moments_over_all_orders_of_labels_are_exact(seed: int) -> None:
    """Against all 720 orders of six labels."""
    i, j = np.transpose(drawn(6, 14, seed))
    g = np.random.default_rng(seed).integers(0, 3, 6)
    arcs = arcs_of(6, i, j)

    every, pairs = census(arcs, np.array(list(permutations(g))))
    mean, sd = permutation_moments(pairs, np.bincount(g))

    np.testing.assert_allclose(mean, every.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(sd, every.std(axis=0), atol=1e-7)  # the square root of rounding


def test_the_density_null_is_exact() -> None:
    """Against all 4,096 directed graphs of four nodes, each by its probability."""
    g, d = np.array([0, 0, 0, 1]), 0.3
    cells = [(a, b) for a in range(4) for b in range(4) if a != b]
    first, second = np.zeros((4, 5)), np.zeros((4, 5))
    for there in product([False, True], repeat=12):
        pairs = [cell for cell, is_there in zip(cells, there, strict=True) if is_there]
        counts = by_definition(pairs, g.tolist())
        chance = d ** len(pairs) * (1 - d) ** (12 - len(pairs))
        first += chance * counts
        second += chance * counts**2

    mean, sd = density_null(np.bincount(g), d)

    np.testing.assert_allclose(mean[g, :5], first, atol=1e-12)
    np.testing.assert_allclose(sd[g, :5], np.sqrt(second - first**2), atol=1e-7)


def test_drawn_orders_come_near_all_of_them() -> None:
    exact = brokers(KARATE, KARATE_CLUBS, directed=False)
    some = brokers(KARATE, KARATE_CLUBS, directed=False, permutations=999, rng=11)

    for actor, row in exact.items():
        for role in ROLES[:4]:
            mean, z = row[f"expected_{role}"], row[f"z_{role}"]
            if z is None or z == 0:
                continue
            error = abs((row[role] - mean) / z) / np.sqrt(999)
            assert abs(some[actor][f"expected_{role}"] - mean) < 5 * error  # 136 means, none beyond five errors


@given(st.integers(0, 1000))
def test_roles_add_up_to_all_open_two_paths(seed: int) -> None:
    pairs = drawn(8, 25, seed)
    arcs = set(pairs)
    g = np.random.default_rng(seed).integers(0, 3, 8).tolist()
    paths = sum(w == v and a != b and (a, b) not in arcs for a, v in arcs for w, b in arcs)
    found = brokers(ties(pairs), groups_of(g))

    assert sum(row["total"] or 0 for row in found.values()) == paths
    for row in found.values():
        assert row["total"] is None or row["total"] == sum(row[role] for role in ROLES)


def test_the_other_direction_swaps_gatekeeper_and_representative() -> None:
    pairs = drawn(12, 50, seed=2)
    labels = groups_of([i % 3 for i in range(12)])
    one = brokers(ties(pairs), labels)
    other = brokers(ties((j, i) for i, j in pairs), labels)

    for actor, row in one.items():
        for measure in ("{}", "expected_{}", "z_{}"):
            there, back = (measure.format(role) for role in ("gatekeeper", "representative"))
            assert other[actor][back] == pytest.approx(row[there], abs=1e-9)
            assert other[actor][there] == pytest.approx(row[back], abs=1e-9)
        for role in ("coordinator", "itinerant", "liaison", "total"):
            assert other[actor][role] == row[role]


@pytest.mark.parametrize("directed", [False, True])
def test_one_group_puts_everything_into_coordinator(directed: bool) -> None:
    for row in brokers(ties(drawn(9, 30, seed=1)), groups_of([0] * 9), directed=directed).values():
        assert row["coordinator"] == row["total"] == row["expected_coordinator"]
        assert row["z_coordinator"] is None


def test_a_pair_without_order_counts_once() -> None:
    ordered = brokers(KARATE, KARATE_CLUBS, directed=False)
    once = brokers(KARATE, KARATE_CLUBS, directed=False, ordered=False)

    for actor, row in ordered.items():
        assert once[actor]["total"] == row["total"] / 2
        assert once[actor]["z_gatekeeper"] == row["z_gatekeeper"]


def test_an_actor_without_ties_is_null() -> None:
    result = brokerage_roles(*EXAMPLE[0].values())
    found = {row["actor"]: row for row in result.to_arrow().to_pylist()}

    assert (result.n_actors, result.n_ties, result.n_self_ties) == (6, 7, 1)
    assert {name for name, value in found["f"].items() if value is not None} == {"actor", "group"}
    assert found["a"]["total"] == 0  # b → a → b alone, which leads back to where it came from


def test_groups_add_their_members_up() -> None:
    result = brokerage_roles(*EXAMPLE[0].values())
    frame = result.to_pandas()
    members = collect(result.by_group).to_pandas().set_index("group")

    for role in (*ROLES, "total"):
        assert members[role].to_dict() == frame.groupby("group")[role].sum().to_dict()
        assert members[f"expected_{role}"].sum() == pytest.approx(frame[f"expected_{role}"].sum())


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"groups": groups_of([0, 0])}, UnknownLabelError, "ties.from_actor has '3', which groups does not list"),
        ({"groups": pa.table({"actor": ["0"], "group": pa.array([None], pa.string())})}, MissingValueError, "groups"),
        ({"groups": pa.table({"actor": ["0", "0"], "group": ["a", "b"]})}, DuplicateLabelError, "'0' 2 times"),
        ({"groups": pa.table({"actor": ["0"], "group": [0.5]})}, ColumnTypeError, "groups.group"),
        ({"groups": pa.table({"actor": [0], "group": ["a"]})}, ColumnTypeError, "ties.from_actor"),
        ({"groups": groups_of([])}, (EmptyTableError, ColumnTypeError), "groups"),
        ({"null": "label"}, ChoiceError, "Did you mean 'labels'"),
        ({"ordered": False}, ParameterRangeError, "directed=False"),
        ({"permutations": 0}, ParameterRangeError, "2 or more"),
        ({"rng": -1}, UsageError, "rng is -1"),
    ],
)
def test_bad_input_is_told(changed: dict[str, Any], error: type[Exception], says: str) -> None:
    good = {"ties": ties([(3, 1), (1, 2)]), "groups": groups_of([0, 0, 1, 1])}
    with pytest.raises(error, match=says):
        brokerage_roles(**{**good, **changed})
