from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.ecosystems import network_robustness
from industria.errors import ChoiceError, EmptyTableError, NegativeValueError, ParameterRangeError, UsageError
from industria.kernels.robustness import by_degree_left, giant_shares
from tests.ecosystems.networks import KARATE, drawn, ties

EXAMPLE = (
    {"ties": ties([("a", "b"), ("b", "c"), ("c", "d"), ("d", "b"), ("e", "f"), ("g", "g")])},
    {"order": "random", "draws": 30, "missing_rate": 0.2, "rng": 5},
)


def shares(rows: Any, **parameters: Any) -> list[float]:
    return network_robustness(rows, **parameters).to_arrow()["giant_share"].to_pylist()


def largest(n: int, pairs: list[tuple[int, int]], there: set[int]) -> int:
    """The largest part among nodes that are there, by walking from each."""
    best, seen = 0, set()
    for start in there:
        part, front = set(), [start]
        while front:
            node = front.pop()
            if node not in part:
                part.add(node)
                front += [b for a, b in [*pairs, *((b, a) for a, b in pairs)] if a == node and b in there]
        seen |= part
        best = max(best, len(part))
    return best


def test_meets_the_karate_club() -> None:
    """R in the order of degrees at the start, of equal ones the lowest number first; printed to six decimals."""
    result = network_robustness(KARATE)

    assert result.robustness == pytest.approx(0.141869, abs=5e-7)
    assert result.to_arrow().num_rows == 35
    assert shares(KARATE)[0] == 1
    assert shares(KARATE)[-1] == 0


@given(st.integers(0, 10_000), st.integers(0, 40))
def test_shares_by_definition(seed: int, m: int) -> None:
    pairs = [(a, b) for a, b in np.unique(np.sort(drawn(9, m, seed), axis=1), axis=0)] if m else []
    order = np.random.default_rng(seed).permutation(9)
    i, j = np.array(pairs, np.int64).reshape(-1, 2).T

    found = giant_shares(9, i, j, order)

    assert found.tolist() == [largest(9, pairs, set(order[gone:].tolist())) / 9 for gone in range(10)]


@given(st.integers(0, 10_000))
def test_degrees_are_counted_anew(seed: int) -> None:
    pairs = np.unique(np.sort(drawn(9, 30, seed), axis=1), axis=0)
    rank = np.random.default_rng(seed).permutation(9)
    there, wanted = set(range(9)), []
    while there:
        left = {node: sum(node in pair and there >= set(pair) for pair in pairs.tolist()) for node in there}
        wanted.append(min(there, key=lambda node: (-left[node], rank[node])))
        there.remove(wanted[-1])

    assert by_degree_left(9, *pairs.T, rank).tolist() == wanted


@given(st.integers(0, 1000), st.sampled_from(["degree", "recomputed", "random"]))
def test_robustness_lies_between_nothing_and_a_half(seed: int, order: Any) -> None:
    result = network_robustness(ties(drawn(10, 1 + seed % 60, seed)), order=order, draws=5)
    share = result.to_arrow()["giant_share"].to_pylist()

    assert 0 <= result.robustness <= 0.5
    assert all(one >= other for one, other in pairwise(share))


@pytest.mark.parametrize("n", [2, 3, 8])
def test_cliques_and_stars_in_closed_form(n: int) -> None:
    clique = ties((i, j) for i in range(n) for j in range(i))
    star = ties(("center", i) for i in range(1, n))

    assert network_robustness(clique).robustness == pytest.approx((n - 1) / (2 * n))  # all that are left hang together
    if n > 2:
        assert shares(star) == pytest.approx([1.0, *[1 / n] * (n - 1), 0.0])


def test_numbers_in_labels_count_as_numbers() -> None:
    """Of four equal ones the second leaves before the tenth, which would part the others."""
    ring = ties([("firm 1", "firm 2"), ("firm 2", "firm 10"), ("firm 10", "firm 9"), ("firm 9", "firm 1")])
    padded = ties([("firm 01", "firm 02"), ("firm 02", "firm 10"), ("firm 10", "firm 09"), ("firm 09", "firm 01")])

    assert shares(ring) == shares(padded) == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_attacks_hurt_more_than_chance_and_draws_have_a_band() -> None:
    chance = network_robustness(KARATE, order="random", draws=50, rng=1)
    rows = chance.to_arrow().to_pylist()

    assert network_robustness(KARATE, order="recomputed").robustness < chance.robustness
    assert network_robustness(KARATE).robustness < chance.robustness
    assert all(row["low"] <= row["high"] for row in rows)
    assert rows[10]["low"] < rows[10]["giant_share"] < rows[10]["high"]
    assert network_robustness(KARATE).to_arrow()["low"].null_count == 35


def test_what_is_no_tie_is_counted() -> None:
    result = network_robustness(**EXAMPLE[0])

    assert (result.n_actors, result.n_ties, result.n_self_ties) == (7, 5, 1)
    assert shares(EXAMPLE[0]["ties"])[:2] == pytest.approx([4 / 7, 2 / 7])
    assert shares(ties([("a", "a")])) == [1.0, 0.0]


@pytest.mark.parametrize(
    ("changed", "error", "says"),
    [
        ({"order": "degrees"}, ChoiceError, "Did you mean 'degree'"),
        ({"draws": 0}, ParameterRangeError, "draws=0"),
        ({"rng": 1.5}, UsageError, "rng is 1.5"),
        ({"ties": ties([("a", "b")], weight=[-2])}, NegativeValueError, "ties.weight"),
        ({"ties": ties([])}, EmptyTableError, "ties has no rows"),
    ],
)
def test_bad_input_is_told(changed: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        network_robustness(**{**EXAMPLE[0], **EXAMPLE[1], **changed})
