from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.sensitivity import Contributions, Weighting, contributions, dominance, p_percent, request


def of(*x: float, k: int = 3, **more: Any) -> Contributions:
    """Contributions of one cell."""
    return contributions(np.zeros(len(x), np.int64), np.array(x, float), 1, k, **more)


def rest(total: float, *largest: float) -> list[float]:
    """The largest contributions, and what is left of the total in a hundred small ones."""
    return [*largest, *[(total - sum(largest)) / 100] * 100]


def test_a_neighbor_may_overshoot_where_no_one_dominates() -> None:
    """Handbook on Statistical Disclosure Control, 2nd ed.: the second of two halves knows the first within 2 %."""
    cell = of(*rest(100_000, 50_000, 49_000))

    assert dominance(cell, 1, 0.90) == 0
    assert p_percent(cell, 0.05) == pytest.approx(0.05 * 50_000 - 1000)


def test_two_may_dominate_where_each_is_hidden_from_the_other() -> None:
    """Handbook: what is left is 15.4 % of the largest."""
    cell = of(*rest(110_000, 52_000, 50_000))

    assert p_percent(cell, 0.10) == 0
    assert p_percent(cell, 8000 / 52_000 + 1e-6) > 0
    assert dominance(cell, 2, 0.909) == pytest.approx(102_000 / 0.909 - 110_000)


def test_the_level_of_dominance_is_where_the_largest_would_not_dominate() -> None:
    """Handbook: 330 = 300 + 20 + 10 under (1, .85) must reach 352.94 for an outsider."""
    cell = of(300, 20, 10)

    assert cell.X + dominance(cell, 1, 0.85) == pytest.approx(352.94, abs=0.005)


@pytest.mark.parametrize(("weighting", "remainder"), [("expanded", 3), ("sample", 102), ("known", 0)])
def test_weights_that_are_secret_protect(weighting: Weighting, remainder: float) -> None:
    """A sample of 100, which stands for two, and 1, which stands for three: 203 in all."""
    cell = of(100, 1, weights=np.array([2.0, 3.0]), weighting=weighting)

    assert cell.X == 203
    assert p_percent(cell, 0.10) == pytest.approx(max(0.10 * 100 - remainder, 0))


def test_of_known_weights_the_largest_is_what_an_outsider_must_not_come_close_to() -> None:
    """Of 50 with weight 4, 90 with weight 2 and 3 with weight 5 the first stands for the most: 5 - 15 is no level."""
    weights = np.array([4.0, 2.0, 5.0])

    assert p_percent(of(50, 90, 3, weights=weights, weighting="known"), 0.10) == 0
    assert p_percent(of(50, 90, 3, weights=weights, weighting="known"), 0.40) == pytest.approx(0.40 * 50 - 15)


def test_a_weight_repeats_its_contribution_and_adds_the_fraction_last() -> None:
    weights = np.array([4.0, 7.0])
    assert of(100, 10, weights=weights, weighting="expanded").x.tolist() == [[100, 100, 100]]
    assert of(100, 10, weights=weights, weighting="expanded").X == 470
    assert of(100, 90, weights=np.array([1.75, 1.0]), weighting="expanded").x.tolist() == [[100, 90, 75]]


def test_equal_is_not_above() -> None:
    """300 is just 75 % of 400; and 30 left is just a tenth of 300."""
    assert dominance(of(300, 60, 40), 1, 0.75) == 0
    assert p_percent(of(300, 60, 30), 0.10) == 0
    assert p_percent(of(0.3, 0.06, 0.03), 0.1) == 0


def test_who_waives_is_not_protected_but_knows() -> None:
    """The largest has waived: what counts is what it learns of the second."""
    waived = np.array([True, False, False])
    cell = of(500, 100, 5, waived=waived)

    assert cell.x.tolist() == [[100, 500, 5]]
    assert p_percent(cell, 0.10) == pytest.approx(5)
    assert dominance(cell, 1, 0.80) == 0
    assert dominance(cell, 2, 0.80) > 0
    assert p_percent(of(500, 100, 5, waived=~waived), 0.10) == pytest.approx(45)
    assert p_percent(of(500, 100, 5, waived=np.ones(3, bool)), 0.10) == 0


def test_a_request_counts_above_its_share() -> None:
    cell = of(60, 40)

    assert request(cell, 0.5, np.array([True])) == pytest.approx(20)
    assert request(cell, 0.5, np.array([False])) == 0
    assert request(cell, 0.6, np.array([True])) == 0


def test_a_coalition_knows_more() -> None:
    cell = of(100, 50, 40, 12, k=4)

    assert p_percent(cell, 0.10) == 0
    assert p_percent(cell, 0.10, coalition=2) == 0
    assert p_percent(cell, 0.13, coalition=2) == pytest.approx(1)


def test_losses_count_by_their_size() -> None:
    cell = of(-90, 8, 1)

    assert cell.negative.all()
    assert cell.X == 99
    assert p_percent(cell, 0.10) == pytest.approx(8)


def test_a_cell_of_nobody_is_not_sensitive() -> None:
    empty = contributions(np.zeros(0, np.int64), np.zeros(0), 2, 2)

    assert empty.number.tolist() == [0, 0]
    assert p_percent(empty, 0.10).tolist() == [0, 0]
    assert dominance(empty, 1, 0.8).tolist() == [0, 0]


SIZES = st.lists(st.integers(0, 1000), min_size=2, max_size=8)


@given(SIZES, st.sampled_from([0.05, 0.1, 0.25]))
def test_to_merge_two_contributors_never_makes_a_cell_less_sensitive(x: list[int], p: float) -> None:
    merged = [x[0] + x[1], *x[2:]]
    for n, k in ((1, 0.8), (2, 0.9)):
        assert dominance(of(*merged), n, k) >= dominance(of(*x), n, k) - 1e-9
    if p_percent(of(*x), p) > 0:
        assert p_percent(of(*merged), p) > 0


@given(SIZES, st.sampled_from([0.8, 0.9, 0.95]))
def test_what_is_safe_by_two_that_dominate_is_safe_by_p(x: list[int], k: float) -> None:
    """(2, k) implies p = (1 - k)/k, not the reverse."""
    if dominance(of(*x), 2, k) == 0:
        assert p_percent(of(*x), (1 - k) / k) <= 1e-9 * max(sum(x), 1)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 100), st.integers(1, 4)), min_size=1, max_size=12))
def test_copies_are_contributors(rows: list[tuple[int, int, int]]) -> None:
    cell, x, w = (np.array(column) for column in zip(*rows, strict=True))
    short = contributions(cell, x.astype(float), 4, 3, weights=w.astype(float), weighting="expanded")
    long = contributions(np.repeat(cell, w), np.repeat(x, w).astype(float), 4, 3)

    np.testing.assert_array_equal(short.x, long.x)
    np.testing.assert_array_equal(short.X, long.X)
