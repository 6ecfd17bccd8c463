from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.ecosystems import core_periphery
from industria.errors import ChoiceError, EmptyTableError, NegativeValueError, ParameterRangeError, UsageError
from industria.kernels.core_periphery import OffDiagonal, best_split, coreness
from tests.ecosystems.networks import KARATE, drawn, ties

CLIQUE = [("a", "b"), ("a", "c"), ("b", "c"), ("a", "d"), ("b", "d"), ("c", "d")]
LEAVES = [("a", "p"), ("b", "p"), ("b", "q"), ("c", "r"), ("d", "s"), ("a", "t"), ("d", "t")]
EXAMPLE = (
    {"ties": ties([*CLIQUE, *LEAVES, ("p", "q"), ("u", "u")], weight=[2] * 6 + [1] * 9)},
    {"permutations": 30, "missing_rate": 0.2, "draws": 30, "rng": 4},
)


def rows_of(result: Any) -> dict[str, dict[str, Any]]:
    return {row["actor"]: row for row in result.to_arrow().to_pylist()}


def pattern(core: np.ndarray, off_diagonal: str) -> np.ndarray:
    """The ideal, pair by pair; NaN where a pair is left out."""
    between = {"missing": np.nan, "one": 1.0, "zero": 0.0}[off_diagonal]
    return np.where(core[:, None] & core, 1.0, np.where(~core[:, None] & ~core, 0.0, between))


@pytest.mark.parametrize("method", ["exact", "search"])
def test_an_ideal_core_and_periphery_correlates_wholly(method: str) -> None:
    result = core_periphery(ties([*CLIQUE, *LEAVES]), method=method, permutations=99)
    found = rows_of(result)

    assert result.correlation == pytest.approx(1, abs=1e-12)
    assert {actor for actor, row in found.items() if row["core"]} == set("abcd")
    assert (result.method, result.n_core) == (method, 4)
    assert result.p_value <= 0.05, "few networks of chance fit as well"


def test_an_ideal_with_every_tie_between_core_and_periphery() -> None:
    rows = ties([*CLIQUE, *((one, other) for one in "abcd" for other in "pqrst")])
    result = core_periphery(rows, off_diagonal="one")

    assert result.correlation == pytest.approx(1, abs=1e-12)
    assert {actor for actor, row in rows_of(result).items() if row["core"]} == set("abcd")


@given(st.integers(0, 10_000), st.sampled_from(get_args(OffDiagonal)), st.booleans())
def test_the_correlation_is_that_of_the_pattern_and_no_split_has_a_higher(
    seed: int, off_diagonal: OffDiagonal, weighted: bool
) -> None:
    """By numpy's correlation over pairs, for all 128 splits of seven actors."""
    pairs = np.unique(np.sort(drawn(7, 14, seed), axis=1), axis=0)
    w = np.random.default_rng(seed).random(len(pairs)) + 0.1 if weighted else np.ones(len(pairs))
    W = np.zeros((7, 7))
    W[tuple(pairs.T)] = w
    cells = np.triu_indices(7, 1)
    highest = -np.inf
    for number in range(128):
        ideal = pattern((number >> np.arange(7)) & 1 == 1, off_diagonal)[cells]
        known = ~np.isnan(ideal)
        told, wanted = W[cells][known], ideal[known]
        if len(told) and np.ptp(told) > 0 and np.ptp(wanted) > 0:
            highest = max(highest, np.corrcoef(told, wanted)[0, 1])
    options: dict[str, Any] = {"off_diagonal": off_diagonal, "restarts": 20}

    core, found, _ = best_split(7, *pairs.T, w, exact=True, rng=np.random.default_rng(1), **options)
    _, climbed, _ = best_split(7, *pairs.T, w, exact=False, rng=np.random.default_rng(1), **options)

    if np.isfinite(highest):
        assert found == pytest.approx(highest, abs=1e-9)
        assert climbed <= found + 1e-9
    else:
        assert core is None


def test_the_search_finds_what_all_splits_hold() -> None:
    """Of twenty networks of twelve actors, at least eighteen to the last digit."""
    met = 0
    for seed in range(20):
        pairs = np.unique(np.sort(drawn(12, 40, seed), axis=1), axis=0)
        one, other = (
            best_split(
                12,
                *pairs.T,
                np.ones(len(pairs)),
                off_diagonal="missing",
                exact=exact,
                restarts=20,
                rng=np.random.default_rng(seed),
            )[1]
            for exact in (True, False)
        )
        met += one - other < 1e-12
    assert met >= 18


def test_of_equal_cores_the_first_by_label_is_taken_and_all_are_counted() -> None:
    star = ties([("m", leaf) for leaf in "abcde"])

    result = core_periphery(star, permutations=0)

    assert [actor for actor, row in rows_of(result).items() if row["core"]] == ["a", "m"]
    assert result.correlation == pytest.approx(1, abs=1e-12)
    assert (result.n_core, result.n_equivalent) == (2, 5)
    assert core_periphery(ties(CLIQUE), permutations=0).n_equivalent == 0


def test_the_karate_club_has_a_core_around_its_leaders() -> None:
    result = core_periphery(KARATE, permutations=49, rng=2)
    found = rows_of(result)

    assert result.method == "search"
    assert found["0"]["core"]
    assert found["33"]["core"]
    assert result.p_value == pytest.approx(1 / 50)
    assert found["33"]["coreness"] == 1
    assert found["33"]["k_core"] == 4


def test_coreness_is_the_leading_eigenvector() -> None:
    pairs = np.unique(np.sort(drawn(20, 60, seed=3), axis=1), axis=0)
    A = np.zeros((20, 20))
    A[tuple(pairs.T)] = 1
    A += A.T
    found = coreness(20, *pairs.T, np.ones(len(pairs)))
    value = found @ A @ found / (found @ found)

    np.testing.assert_allclose(A @ found, value * found, atol=1e-9)
    assert value == pytest.approx(np.linalg.eigvalsh(A)[-1])
    assert found.max() == 1
    assert found.min() >= 0


def test_two_equal_parts_lead_alike() -> None:
    found = coreness(6, np.array([0, 1, 0, 3, 4, 3]), np.array([1, 2, 2, 4, 5, 5]), np.ones(6))

    np.testing.assert_allclose(found, 1)


def test_large_networks_have_the_same_coreness(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = np.unique(np.sort(drawn(40, 200, seed=3), axis=1), axis=0)
    all_vectors = coreness(40, *pairs.T, np.ones(len(pairs)))
    monkeypatch.setattr("industria.kernels.core_periphery.DENSE", 10)

    np.testing.assert_allclose(coreness(40, *pairs.T, np.ones(len(pairs))), all_vectors, atol=1e-9)


def test_chance_has_no_core() -> None:
    """The p-value of networks drawn by chance is even: of twenty, about ten lie below a half."""
    low = sum(
        (core_periphery(ties(drawn(9, 24, seed)), permutations=39, rng=seed).p_value or 1) < 0.5 for seed in range(20)
    )

    assert 4 <= low <= 16  # all but 0.3 % of draws of twenty at a half


def test_an_actor_without_ties_is_null() -> None:
    result = core_periphery(**EXAMPLE[0], **EXAMPLE[1])

    alone = rows_of(result)["u"]
    assert alone.pop("actor") == "u"
    assert {"core", "coreness", "k_core", "core_share", "coreness_low"} <= alone.keys()
    assert set(alone.values()) == {None}
    assert (result.n_actors, result.n_self_ties) == (10, 1)


@pytest.mark.parametrize("rows", [ties([("a", "b"), ("b", "c"), ("c", "a")]), ties([("a", "a")]), ties([("a", "b")])])
def test_where_no_split_has_a_correlation_there_is_no_core(rows: pa.Table) -> None:
    result = core_periphery(rows)

    assert (result.correlation, result.p_value, result.n_core) == (None, None, 0)
    assert {row["core"] for row in rows_of(result).values()} == {None}


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"off_diagonal": "ones"}, ChoiceError, "Did you mean 'one'"),
        ({"method": "enumerate"}, ChoiceError, "exact"),
        ({"ties": KARATE, "method": "exact"}, ParameterRangeError, "up to 20 tied actors, and this has 34"),
        ({"restarts": -1}, ParameterRangeError, "restarts=-1"),
        ({"permutations": -1}, ParameterRangeError, "permutations=-1"),
        ({"rng": "seven"}, UsageError, "rng is 'seven'"),
        ({"ties": ties([("a", "b")], weight=[-2])}, NegativeValueError, "ties.weight"),
        ({"ties": ties([])}, EmptyTableError, "ties has no rows"),
    ],
)
def test_bad_input_is_told(changed: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        core_periphery(**{**EXAMPLE[0], **EXAMPLE[1], **changed})
