"""Partial frontiers: the same as drawing, the same as free disposal in the limit, units of no consequence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.kernels.partial_frontiers import Array, order_alpha, order_m

ORIENTATIONS = ["input", "output"]


def units(seed: int = 0, n: int = 25, p: int = 2, q: int = 1) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.lognormal(size=(n, p)), rng.lognormal(size=(n, q))


def free_disposal(X: Array, Y: Array, orientation: str) -> Array:
    """The definition, unit by unit."""
    scores = []
    for x, y in zip(X, Y, strict=True):
        if orientation == "input":
            scores.append((X[(y <= Y).all(axis=1)] / x).max(axis=1).min())
        else:
            scores.append((Y[(x >= X).all(axis=1)] / y).min(axis=1).max())
    return np.array(scores)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_expected_is_what_draws_average_to(orientation: str) -> None:
    X, Y = units()
    exact, compared = order_m(X, Y, np.array([5.0]), orientation=orientation)
    rng, draws = np.random.default_rng(1), 40_000
    for o in (0, 7, 19):
        inside = (Y[o] <= Y).all(axis=1) if orientation == "input" else (X[o] >= X).all(axis=1)
        assert compared[o] == inside.sum()
        ratios = (X[inside] / X[o]).max(axis=1) if orientation == "input" else (Y[inside] / Y[o]).min(axis=1)
        picked = ratios[rng.integers(0, len(ratios), (draws, 5))]
        best = picked.min(axis=1) if orientation == "input" else picked.max(axis=1)
        # Four standard errors of the mean of the draws.
        assert abs(exact[o, 0] - best.mean()) <= 4 * best.std() / np.sqrt(draws) + 1e-12


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_both_go_to_free_disposal(orientation: str) -> None:
    X, Y = units(2, 40)
    wanted = free_disposal(X, Y, orientation)
    np.testing.assert_allclose(order_m(X, Y, np.array([1e7]), orientation=orientation)[0][:, 0], wanted, rtol=1e-12)
    np.testing.assert_array_equal(order_alpha(X, Y, np.array([1.0]), orientation=orientation)[0][:, 0], wanted)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_order_m_falls_in_m_and_stays_above_free_disposal(seed: int) -> None:
    X, Y = units(seed, 15)
    scores = order_m(X, Y, np.array([1.0, 2, 5, 20, 100]), orientation="input")[0]
    assert (np.diff(scores, axis=1) <= 1e-12).all()
    assert (scores >= free_disposal(X, Y, "input")[:, None] - 1e-12).all()


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_units_of_columns_change_nothing(orientation: str) -> None:
    X, Y = units(4)
    one = order_m(X, Y, np.array([10.0]), orientation=orientation)[0]
    other = order_m(X * [1e9, 1e-3], Y * 1e6, np.array([10.0]), orientation=orientation)[0]
    np.testing.assert_allclose(one, other, rtol=1e-10)


def test_quantiles_by_hand() -> None:
    """Five units with one output each; inputs 1 to 5. Of unit 5: θ = .2 .4 .6 .8 1."""
    X, Y = np.arange(1.0, 6)[:, None], np.ones((5, 1))
    alphas = np.array([0.8, 0.81, 0.6, 0.2, 0.01])
    assert order_alpha(X, Y, alphas, orientation="input")[0][4] == pytest.approx([0.2, 0.2, 0.4, 0.8, 1.0])
    # The best may be beaten by all others of its share: a score above 1 is beyond the frontier.
    assert order_alpha(X, Y, np.array([0.4]), orientation="input")[0][0] == pytest.approx([3.0])


def test_what_a_unit_does_not_use_asks_nothing_of_others_without_it() -> None:
    X = np.array([[0.0, 2.0], [0.0, 1.0], [3.0, 0.5]])
    score, compared = order_alpha(X, np.ones((3, 1)), np.array([1.0]), orientation="input")
    np.testing.assert_array_equal(score[:, 0], [0.5, 1.0, 1.0])
    np.testing.assert_array_equal(compared, 3)
