from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

from industria import kernels
from industria.errors import MissingPackageError
from industria.kernels.dea import Distances, directional, radial, scores, technology
from industria.kernels.technologies import FEW
from tests.kernels.programs_of_highs import KINDS, hard_data, step_of_highs

RETURNS = ("variable", "constant", "nonincreasing", "nondecreasing")
# HiGHS stops at 1e-7 of the constraints' units; at a vertex of data in means its objective keeps eight digits.
HIGHS = 1e-8


def assert_step(found: Distances, o: int, wanted: float) -> None:
    if np.isnan(wanted) or np.isinf(wanted):
        np.testing.assert_equal(found.step[o], wanted)
    else:
        assert found.step[o] == pytest.approx(wanted, rel=HIGHS, abs=HIGHS)
        assert found.certified[o]


@pytest.mark.parametrize("whose", ["own", "without", "other"])
@pytest.mark.parametrize("side", ["input", "output", "both"])
@pytest.mark.parametrize("returns", RETURNS)
def test_agrees_with_highs(returns: Any, side: str, whose: str) -> None:
    """Each kind of data, frontiers of the units, of all but one, and of others, with and without bad outputs."""
    rng = np.random.default_rng([RETURNS.index(returns), len(side), len(whose)])
    for kind in KINDS:
        n, m, s, q = (int(rng.integers(low, high)) for low, high in ((6, 40), (1, 4), (1, 4), (0, 2)))
        X, Y, B = hard_data(rng, kind, n, m, s, q)
        drawing = hard_data(rng, kind, n + 2, m, s, q) if whose == "other" else (X, Y, B)
        G = (X * (side != "output"), Y * (side != "input"), B * (side == "both"))
        without = np.arange(n) if whose == "without" else None
        T = technology(drawing[0], drawing[1], returns=returns, bad=drawing[2])
        weights = np.ones(m + s) if kind in ("ties", "grid", "zeros") else None
        found = directional(T, X, Y, bad=B, GX=G[0], GY=G[1], GB=G[2], without=without, slack_weights=weights)
        for o in rng.choice(n, 6, replace=False):
            direction = (G[0][o], G[1][o], G[2][o])
            out = int(o) if whose == "without" else -1
            assert_step(found, o, step_of_highs(drawing, (X[o], Y[o], B[o]), direction, returns, out))


@pytest.mark.parametrize("returns", RETURNS)
def test_the_frontier_of_those_that_draw_it_is_that_of_all(returns: Any) -> None:
    """Above `FEW` units the inner ones are sorted out first; the certificate still prices all of them."""
    X, Y, _ = hard_data(np.random.default_rng(8), "plain", 3 * FEW, 2, 2)
    T = technology(X, Y, returns=returns)
    theta, found = radial(T, X, Y, orientation="input")
    few, part = len(T.spanning), slice(0, FEW // 2)
    assert few < FEW
    assert found.certified.all()
    assert theta.max() == pytest.approx(1)
    # The same technology, drawn by those that span it, without sorting.
    again, _ = radial(technology(X[T.spanning], Y[T.spanning], returns=returns), X[part], Y[part], orientation="input")
    np.testing.assert_allclose(theta[part], again, rtol=1e-10)
    beyond, _ = radial(T, X, Y, orientation="input", without=np.arange(len(X)))
    kept = beyond > 1 + 1e-9
    assert set(np.flatnonzero(kept)) <= set(T.spanning)


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("side", ["input", "output"])
@pytest.mark.parametrize("n", [30, 2 * FEW])
def test_scores_alone_are_those_with_certificates(returns: Any, side: Any, n: int) -> None:
    """Of units inside and beyond the frontier, of many that are sorted and of few that are not, to the last bit."""
    X, Y, _ = hard_data(np.random.default_rng(5), "zeros", n, 3, 2)
    T = technology(X, Y, returns=returns)
    X0, Y0 = X * np.linspace(0.3, 1.5, n)[:, None], Y
    np.testing.assert_array_equal(scores(T, X0, Y0, orientation=side), radial(T, X0, Y0, orientation=side)[0])


def test_slacks_are_the_largest_sum_there_is() -> None:
    """Mean inputs and outputs of the peers are those of the unit but for the step and the slacks."""
    X, Y, _ = hard_data(np.random.default_rng(3), "grid", 60, 2, 2)
    theta, found = radial(technology(X, Y), X, Y, orientation="input", slack_weights=np.ones(4))
    made = np.einsum("kr,krj->kj", found.weights, np.hstack([X, Y])[found.peers])
    np.testing.assert_allclose(made[:, :2], theta[:, None] * X - found.slacks[:, :2], atol=1e-12)
    np.testing.assert_allclose(made[:, 2:], Y + found.slacks[:, 2:], atol=1e-12)
    for o in range(0, 60, 7):
        rest = (theta[o] * X[o], Y[o], np.empty(0))
        none = np.zeros(2), np.zeros(2), np.empty(0)
        # Along one slack alone no more can be had than in all slacks together.
        for j in range(4):
            direction = (np.eye(4)[j, :2], np.eye(4)[j, 2:], none[2])
            alone = step_of_highs((X, Y, np.empty((60, 0))), rest, direction, "variable")
            assert found.slacks[o].sum() >= alone - 1e-8


@pytest.mark.parametrize("factor", [1e9, 1e-3])
def test_units_of_measurement_do_not_matter(factor: float) -> None:
    X, Y, _ = hard_data(np.random.default_rng(4), "plain", 80, 3, 2)
    plain, _ = radial(technology(X, Y), X, Y, orientation="output")
    scaled = X * np.array([1.0, factor, 1.0]), Y * np.array([factor, 1.0])
    other, found = radial(technology(*scaled), *scaled, orientation="output")
    np.testing.assert_allclose(other, plain, rtol=1e-12)
    assert found.certified.all()


def test_prices_make_the_score_and_bound_every_unit() -> None:
    X, Y, _ = hard_data(np.random.default_rng(5), "plain", 50, 3, 2)
    theta, found = radial(technology(X, Y), X, Y, orientation="input")
    v, u = found.prices[:, :3], found.prices[:, 3:]
    np.testing.assert_allclose((v * X).sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose((u * Y).sum(axis=1) - found.constant, theta, rtol=1e-12)
    assert (u @ Y.T - found.constant[:, None] - v @ X.T).max() < 1e-12


@pytest.mark.parametrize("seed", [8, 46, 56])
def test_hundreds_of_ties_in_many_goods_are_solved(seed: int) -> None:
    """Whole numbers of 1 to 3, zeros and bad outputs in nine goods: ways that once led round in circles."""
    kind = "zeros" if seed == 46 else "grid"
    X, Y, B = hard_data(np.random.default_rng(seed), kind, 300, 4, 3, seed % 3)
    T, weights = technology(X, Y, bad=B), np.ones(7)
    found = directional(T, X, Y, bad=B, GX=X, GY=Y, GB=B, slack_weights=weights)

    assert found.certified.all()
    for o in (15, 159, 236):
        step = step_of_highs((X, Y, B), (X[o], Y[o], B[o]), (X[o], Y[o], B[o]), "variable")
        assert found.step[o] == pytest.approx(step, rel=HIGHS, abs=HIGHS)


def test_without_numba_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(kernels, "envelopment", raising=False)
    monkeypatch.setitem(sys.modules, "industria.kernels.envelopment", None)
    X = np.ones((3, 1))
    with pytest.raises(MissingPackageError, match=r"pip install 'industria\[estimation\]'"):
        radial(technology(X, X), X, X, orientation="input")
