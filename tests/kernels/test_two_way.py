from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ConvergenceError
from industria.kernels import two_way
from industria.kernels.two_way import Matches, exactly, firm_matrix, inverse, iteratively, match_up, shares

seeds = st.integers(0, 10_000)


def drawn(seed: int, workers: int = 60, firms: int = 8) -> Matches:
    """Matches with unequal weights; a worker at firms 0 and 1, one at 1 and 2 and so on ties them all."""
    draw = np.random.default_rng(seed)
    ring = [(w, (w + k) % firms) for w in range(firms) for k in (0, 1)]
    more = zip(draw.integers(firms, workers, 2 * workers), draw.integers(0, firms, 2 * workers), strict=True)
    pairs = np.unique([*ring, *((w, w % firms) for w in range(firms, workers)), *more], axis=0)
    return match_up(pairs[:, 0], pairs[:, 1], draw.random(len(pairs)) + 0.5)


def indicators(matches: Matches) -> tuple[Any, Any]:
    return np.eye(len(matches.s))[matches.w], np.eye(matches.J)[matches.f]


@given(seeds)
def test_the_firm_matrix_is_what_is_left_when_workers_are_eliminated(seed: int) -> None:
    matches = drawn(seed)
    D, F = indicators(matches)
    O = np.diag(matches.omega)
    L = F.T @ O @ F - F.T @ O @ D @ np.linalg.inv(D.T @ O @ D) @ D.T @ O @ F

    np.testing.assert_allclose(firm_matrix(matches).toarray(), L, atol=1e-12)
    np.testing.assert_allclose(shares(matches).sum(axis=1), 1)


@given(seeds)
def test_both_solutions_solve(seed: int) -> None:
    L = firm_matrix(drawn(seed))
    B = np.random.default_rng(seed).normal(size=(L.shape[0], 3))
    B -= B.mean(axis=0)
    G = inverse(L)

    np.testing.assert_allclose(G, G.T)
    np.testing.assert_allclose(L @ exactly(G)(B), B, atol=1e-10)
    np.testing.assert_allclose(L @ iteratively(L, tolerance=1e-12)(B), B, atol=1e-10)


def test_many_bands_of_columns_make_one_symmetric_inverse() -> None:
    matches = drawn(1, workers=3000, firms=700)
    L = firm_matrix(matches)
    G = inverse(L)

    np.testing.assert_array_equal(G, G.T)
    np.testing.assert_allclose((L @ G)[:, 1:] - (L @ G)[:, :1], np.eye(700)[:, 1:] - np.eye(700)[:, :1], atol=1e-9)


def test_right_hand_sides_of_zero_and_of_other_sizes_go_together() -> None:
    L = firm_matrix(drawn(2))
    b = np.zeros(L.shape[0])
    b[:2] = 1, -1
    X = iteratively(L, tolerance=1e-12)(np.column_stack([0 * b, b, 1e6 * b]))

    assert not X[:, 0].any()
    np.testing.assert_allclose(1e6 * X[:, 1], X[:, 2], rtol=1e-9)


def test_a_solution_that_does_not_settle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_way, "MOST", 2)
    L = firm_matrix(drawn(2))
    b = np.zeros((L.shape[0], 1))
    b[:2, 0] = 1, -1

    with pytest.raises(ConvergenceError, match="conjugate gradients on the firms did not settle in 2 rounds"):
        iteratively(L, tolerance=1e-12)(b)
