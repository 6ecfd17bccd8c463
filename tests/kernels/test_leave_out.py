from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.kernels import leave_out
from industria.kernels.leave_out import Statistics, influence, of_stayers, statistics, variances
from industria.kernels.leave_out_draws import BATCHES, Draws
from industria.kernels.two_way import Matches, firm_matrix, inverse, iteratively
from tests.kernels.test_two_way import drawn, indicators, seeds


def two_groups(matches: Matches, seed: int) -> Statistics:
    some = np.random.default_rng(seed).random(len(matches.w)) * matches.omega
    return statistics(matches, np.column_stack([matches.omega, some]), np.array([80, 30]))


def dense(matches: Matches, over: Statistics) -> tuple[Any, Any]:
    """Leverage and influence from matrices with a row for each match."""
    D, F = indicators(matches)
    X = np.hstack([D, F])
    S = np.linalg.pinv(X.T @ (X * matches.omega[:, None]))
    worker, firm = np.hstack([D, 0 * F]), np.hstack([0 * D, F])
    b = np.empty((3, *over.v.shape))
    for i, v in enumerate(over.v.T):
        C = (np.diag(v) - np.outer(v, v) / v.sum()) / over.norm[i]
        for part, (left, right) in enumerate(((firm, firm), (worker, worker), (firm, worker))):
            A = left.T @ C @ right
            b[part, :, i] = np.einsum("ij,jk,ik->i", X, S @ (A + A.T) / 2 @ S, X)
    return np.einsum("ij,jk,ik->i", X, S, X), b


@settings(max_examples=20)
@given(seeds)
def test_influence_is_that_of_dense_algebra(seed: int) -> None:
    matches = drawn(seed)
    over = two_groups(matches, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leave_out, "BAND", 100)
        found = influence(matches, over, inverse(firm_matrix(matches)))
    p, b = dense(matches, over)

    np.testing.assert_allclose(found.p, p, atol=1e-10)
    np.testing.assert_allclose(found.b, b, atol=1e-10)


@given(seeds)
def test_stayers_need_no_inverse(seed: int) -> None:
    matches = drawn(seed)
    over = two_groups(matches, seed)
    p, b = dense(matches, over)
    found, stay = of_stayers(matches, over), np.setdiff1d(np.arange(len(p)), matches.ties)

    np.testing.assert_allclose(found.p[stay], p[stay], atol=1e-10)
    np.testing.assert_allclose(found.b[:, stay], b[:, stay], atol=1e-10)


@given(seeds)
def test_leverages_add_up_to_the_number_of_coefficients(seed: int) -> None:
    matches = drawn(seed)
    found = influence(matches, two_groups(matches, seed), inverse(firm_matrix(matches)))

    assert found.p @ matches.omega == pytest.approx(len(matches.s) + matches.J - 1)


@given(seeds)
def test_plug_in_variances_are_weighted_moments(seed: int) -> None:
    matches = drawn(seed)
    draw = np.random.default_rng(seed)
    firm, worker = draw.normal(size=matches.J), draw.normal(size=len(matches.s))
    over = two_groups(matches, seed)
    found = variances(matches, over, firm, worker)

    for i, n in enumerate((80, 30)):
        C = np.cov(firm[matches.f], worker[matches.w], aweights=over.v[:, i], ddof=0) * n / (n - 1)
        np.testing.assert_allclose(found[:, i], [C[0, 0], C[1, 1], C[0, 1]], atol=1e-12)


def test_draws_come_near_to_the_exact_answer() -> None:
    """Sums over matches after 32,000 draws; each is a mean of squares with a relative error of about 1/√32,000."""
    matches = drawn(4)
    over = two_groups(matches, 4)
    L = firm_matrix(matches)
    exact = influence(matches, over, inverse(L))
    draws = Draws(matches, over, iteratively(L, tolerance=1e-10))
    draws.more(32_000, np.random.default_rng(1))
    found = draws.influence()

    assert draws.n == 32_000
    np.testing.assert_allclose(found.p, exact.p, rtol=0.06)
    for i in range(2):
        np.testing.assert_allclose(found.b[..., i] @ matches.omega, exact.b[..., i] @ matches.omega, rtol=0.03)


def test_leaving_out_each_batch_averages_to_the_whole() -> None:
    matches = drawn(4)
    L = firm_matrix(matches)
    draws = Draws(matches, two_groups(matches, 4), iteratively(L, tolerance=1e-10))
    draws.more(3 * BATCHES, np.random.default_rng(1))
    without = [draws.influence(batch).b for batch in range(BATCHES)]

    np.testing.assert_allclose(np.mean(without, axis=0), draws.influence().b, atol=1e-12)
    assert np.std(without, axis=0)[:, matches.ties].min() > 0


@given(st.integers(0, 100))
def test_drawn_leverages_stay_below_one(seed: int) -> None:
    matches = drawn(seed)
    L = firm_matrix(matches)
    draws = Draws(matches, two_groups(matches, seed), iteratively(L, tolerance=1e-6))
    draws.more(BATCHES, np.random.default_rng(seed))
    p = draws.influence().p * matches.omega

    assert (p[matches.ties] < 1).all()
    assert (p > 0).all()


def test_a_draw_costs_two_solutions() -> None:
    matches = drawn(4)
    solve, columns = iteratively(firm_matrix(matches), tolerance=1e-6), []

    def counted(B: Any) -> Any:
        columns.append(B.shape[1])
        return solve(B)

    draws = Draws(matches, statistics(matches, matches.omega[:, None], np.array([80])), counted)
    draws.more(48, np.random.default_rng(1))

    assert sum(columns) == 2 * 48
