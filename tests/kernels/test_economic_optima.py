from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from industria.kernels import economic_optima as module
from industria.kernels.dea import technology
from industria.kernels.economic_optima import best_ratio, least_cost, most_profit, most_revenue, step
from tests.kernels.programs_of_highs import KINDS, hard_data

RETURNS = ("variable", "constant", "nonincreasing", "nondecreasing")
# HiGHS meets its constraints to 1e-7.
SOLVED = 1e-6


def by_highs(gain: Any, upper: Any, limit: Any, returns: str) -> float:
    """Largest gain of a combination of units; infinite where there is no end, NaN where there is none."""
    n = len(gain)
    rows, equal = [(upper, limit)], None
    if returns == "variable":
        equal = np.ones((1, n))
    elif returns != "constant":
        sign = 1.0 if returns == "nonincreasing" else -1.0
        rows.append((sign * np.ones((1, n)), [sign]))
    A, b = np.vstack([row for row, _ in rows]), np.concatenate([of for _, of in rows])
    found = linprog(-gain, A_ub=A, b_ub=b, A_eq=equal, b_eq=None if equal is None else [1.0], method="highs")
    return -found.fun if found.status == 0 else np.inf if found.status == 3 else np.nan


def prices(rng: np.random.Generator, kind: str, K: int, goods: int) -> Any:
    """Prices of each unit, of which many are alike in hard data."""
    made = rng.lognormal(size=(K, goods))
    return made if kind == "plain" else made[rng.integers(0, 3, K)]


@pytest.mark.parametrize("returns", RETURNS)
@pytest.mark.parametrize("kind", KINDS)
def test_costs_and_revenues_are_those_of_highs(kind: str, returns: Any) -> None:
    rng = np.random.default_rng(5)
    X, Y, _ = hard_data(rng, kind, 25, 3, 2)
    W, P = prices(rng, kind, 25, 3), prices(rng, kind, 25, 2)
    cost, revenue = least_cost((X, Y), (X, Y), W, returns), most_revenue((X, Y), (X, Y), P, returns)
    assert cost.certified.all()
    assert revenue.certified.all()
    for k in range(25):
        least = -by_highs(-X @ W[k], -Y.T, -Y[k], returns)
        most = by_highs(Y @ P[k], X.T, X[k], returns)
        assert cost.value[k] == pytest.approx(least, rel=SOLVED, abs=SOLVED)
        assert revenue.value[k] == pytest.approx(most, rel=SOLVED, abs=SOLVED)
    np.testing.assert_allclose((cost.X * W).sum(axis=1), cost.value, atol=1e-9)
    np.testing.assert_allclose((revenue.Y * P).sum(axis=1), revenue.value, atol=1e-9)


@pytest.mark.parametrize("returns", ["variable", "nonincreasing"])
def test_profits_are_those_of_highs_in_pieces_too(returns: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 50)
    rng = np.random.default_rng(6)
    X, Y, _ = hard_data(rng, "plain", 25, 2, 2)
    W, P = prices(rng, "plain", 12, 2), prices(rng, "plain", 12, 2)
    W[0] *= 100
    found = most_profit((X, Y), W, P, returns)
    for k in range(12):
        none = np.zeros((1, 25)), [0.0]
        assert found.value[k] == pytest.approx(by_highs(Y @ P[k] - X @ W[k], *none, returns), abs=SOLVED)
    assert (found.value[0] == 0) == (returns == "nonincreasing")
    np.testing.assert_allclose((found.Y * P).sum(axis=1) - (found.X * W).sum(axis=1), found.value, atol=1e-9)


def test_no_combination_has_a_better_ratio_than_the_best_unit() -> None:
    rng = np.random.default_rng(7)
    X, Y, _ = hard_data(rng, "plain", 25, 2, 2)
    W, P = prices(rng, "plain", 25, 2), prices(rng, "plain", 25, 2)
    found = best_ratio((X, Y), (X, Y), W, P)
    mixes = rng.dirichlet(np.full(25, 0.1), 200)
    for k in range(25):
        assert (((mixes @ Y) @ P[k]) / ((mixes @ X) @ W[k]) <= found.value[k] + 1e-12).all()
    np.testing.assert_allclose((found.X * W).sum(axis=1), (X * W).sum(axis=1))
    np.testing.assert_allclose((found.Y * P).sum(axis=1) / (found.X * W).sum(axis=1), found.value)


def test_a_unit_that_nothing_compares_with_has_no_optimum() -> None:
    X, Y = np.array([[1.0], [2.0]]), np.array([[1.0], [2.0]])
    beyond = np.array([[1.0]]), np.array([[3.0]])
    for returns in ("variable", "free_disposal"):
        found = least_cost((X, Y), beyond, np.ones((1, 1)), returns)  # type: ignore[arg-type]
        assert np.isnan(found.value).all()
        assert np.isnan(found.X).all()
        assert not found.certified.any()
    beta, certified = step((X, Y), beyond, (beyond[0], 0 * beyond[1]), "free_disposal")
    assert np.isnan(beta).all()
    assert not certified.any()


@pytest.mark.parametrize("returns", RETURNS)
def test_a_unit_that_was_not_among_the_best_of_all_is_found_by_the_certificate(
    returns: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(8)
    X, Y, _ = hard_data(rng, "plain", 40, 2, 2)
    W, P = prices(rng, "plain", 40, 2), prices(rng, "plain", 40, 2)
    wanted = least_cost((X, Y), (X, Y), W, returns), most_revenue((X, Y), (X, Y), P, returns)

    def forgetful(*goods: Any, among: Any = None, **words: Any) -> Any:
        """Forget every third unit as those that matter are sought."""
        T = technology(*goods, among=among, **words)
        return T if among is not None else replace(T, spanning=T.spanning[T.spanning % 3 != 0])

    monkeypatch.setattr("industria.kernels.economic_optima.technology", forgetful)
    found = least_cost((X, Y), (X, Y), W, returns), most_revenue((X, Y), (X, Y), P, returns)
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one.value, other.value, rtol=1e-9)
        assert one.certified.all()
