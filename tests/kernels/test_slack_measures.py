from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from industria.kernels.dea import technology
from industria.kernels.slack_measures import additive, slacks_based
from tests.kernels.programs_of_highs import KINDS, hard_data, ratio_of_highs, sum_of_highs

RETURNS = ("variable", "constant", "nonincreasing", "nondecreasing")
# HiGHS meets constraints to 1e-7; at a vertex its objective keeps eight digits.
HIGHS = 1e-8


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("returns", RETURNS)
def test_agree_with_highs(returns: Any, kind: str) -> None:
    rng = np.random.default_rng([RETURNS.index(returns), len(kind)])
    n, m, s = (int(rng.integers(low, high)) for low, high in ((9, 40), (1, 4), (1, 4)))
    X, Y, _ = hard_data(rng, kind, n, m, s)
    T, weights = technology(X, Y, returns=returns), rng.random((n, m + s))
    sums = additive(T, X, Y, weights=weights)
    less, more, ratios = slacks_based(T, X, Y, side="both")

    assert sums.certified.all()
    assert ratios.certified.all()
    for o in rng.choice(n, 8, replace=False):
        unit = X[o], Y[o]
        assert sums.step[o] == pytest.approx(sum_of_highs((X, Y), unit, weights[o], returns), rel=HIGHS, abs=HIGHS)
        assert less[o] / more[o] == pytest.approx(ratio_of_highs((X, Y), unit, returns), rel=HIGHS)


def test_the_frontier_of_those_that_draw_it_is_that_of_all() -> None:
    """1,200 units: the inner ones are sorted out, and the certificate prices them all the same."""
    X, Y, _ = hard_data(np.random.default_rng(2), "plain", 1200, 2, 2)
    found = additive(technology(X, Y), X, Y, weights=np.ones((1200, 4)))

    assert found.certified.all()
    for o in (0, 500, 1100):
        assert found.step[o] == pytest.approx(sum_of_highs((X, Y), (X[o], Y[o]), np.ones(4), "variable"), rel=HIGHS)


def test_units_outside_the_technology_have_no_sum() -> None:
    X, Y = np.array([[2.0], [4.0], [6.0]]), np.array([[1.0], [3.0], [4.0]])
    found = additive(technology(X, Y), np.array([[1.0], [4.0]]), np.array([[1.0], [2.0]]), weights=np.ones((2, 2)))

    assert np.isnan(found.step[0])
    # From (4, 2) to (4, 3), or to (3, 2): a unit of either; or half of both would be less.
    assert found.step[1] == pytest.approx(1)


@pytest.mark.parametrize("side", ["input", "output"])
def test_a_side_held_at_one_moves_the_other_alone(side: Any) -> None:
    X, Y, _ = hard_data(np.random.default_rng(3), "plain", 30, 2, 2)
    less, more, _ = slacks_based(technology(X, Y), X, Y, side=side)
    both_less, both_more, _ = slacks_based(technology(X, Y), X, Y, side="both")

    held, moved = (more, less) if side == "input" else (less, 1 / more)
    np.testing.assert_array_equal(held, 1)
    assert (both_less / both_more <= moved + 1e-12).all()
