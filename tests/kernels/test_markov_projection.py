from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.kernels.markov_moments import moments, quadratic, stacked
from industria.kernels.markov_projection import follow, stops
from industria.kernels.markov_rows import Markov, innovations, process
from tests.strategies import simulated_firms

GRID = np.array(list(product([0.1, 0.3, 0.5, 0.7, 0.9], repeat=2)))
seeds = st.integers(0, 10_000)


def rows_of(seed: int, *, solved: bool = True, shifted: bool = False, weights: Any = None) -> Markov:
    """Firms whose output without noise is known."""
    t = simulated_firms(1, seed, firms=80, years=5).to_pandas().sort_values(["firm", "year"])
    phi, X = (t["y"]).to_numpy(), t[["l", "k"]].to_numpy()
    now = np.flatnonzero(t["year"] > 2001)
    rng = np.random.default_rng(seed)
    powers, beside = process(3, rng.uniform(size=len(now)) if shifted else None)
    Z = np.column_stack([X[now - 1, 0], X[now, 1]])
    return Markov(
        a=phi[now],
        a_lag=phi[now - 1],
        X=X[now],
        X_lag=X[now - 1],
        Z=Z if solved else None,
        noise=None if solved else rng.normal(0, 0.1, len(now)),
        w=np.ones(len(now)) if weights is None else weights(len(now)),
        powers=powers,
        beside=beside,
    )


def criterion(rows: Markov, b: Any) -> float:
    """By rows, with nothing concentrated or added up."""
    xi = innovations(rows, np.asarray(b, float))[0]
    w = rows.w / rows.w.sum()
    if rows.Z is None:
        return float(w @ (xi + rows.noise) ** 2)
    F, S = (rows.Z * w[:, None]).T @ xi, (rows.Z * w[:, None]).T @ rows.Z
    return float(F @ np.linalg.solve(S, F))


@settings(max_examples=20)
@given(seeds, st.booleans(), st.booleans(), st.floats(-0.5, 1.2), st.floats(-0.5, 1.2))
def test_sums_over_rows_give_what_rows_give(
    seed: int, solved: bool, shifted: bool, labor: float, capital: float
) -> None:
    rng = np.random.default_rng(seed)
    rows = rows_of(seed, solved=solved, shifted=shifted, weights=lambda n: rng.uniform(0.5, 2, n))
    of = moments(rows, np.array([0.5, 0.5]))
    b = np.array([labor, capital])

    assert quadratic(of, b[None]).c[0] == pytest.approx(criterion(rows, b), rel=1e-7, abs=1e-12)


@settings(max_examples=20)
@given(seeds, st.booleans(), st.booleans())
def test_derivatives_are_those_of_small_steps(seed: int, solved: bool, shifted: bool) -> None:
    of = moments(rows_of(seed, solved=solved, shifted=shifted), np.array([0.5, 0.5]))
    b, h = np.array([[0.35, 0.6]]), 1e-5
    steps = [
        (quadratic(of, b + h * e).c[0] - quadratic(of, b - h * e).c[0]) / (4 * h) for e in np.eye(2)
    ]  # g is half the gradient

    assert quadratic(of, b).g[0].tolist() == pytest.approx(steps, rel=1e-5, abs=1e-9)


@settings(max_examples=10)
@given(seeds)
def test_roots_are_roots_and_minima_are_flat(seed: int) -> None:
    rows = rows_of(seed)
    for stop in stops(rows, GRID, np.array([0.5, 0.5])):
        here = criterion(rows, stop.b)
        around = [criterion(rows, stop.b + h * e) for e in np.eye(2) for h in (1e-3, -1e-3)]
        assert min(around) > here
        assert stop.root == (here < 1e-15)


@settings(max_examples=10)
@given(seeds)
def test_the_order_of_starts_does_not_matter(seed: int) -> None:
    rows = rows_of(seed)
    one, other = (stops(rows, starts, np.array([0.5, 0.5])) for starts in (GRID, GRID[::-1]))
    roots = [[stop.b for stop in found if stop.root] for found in (one, other)]

    np.testing.assert_allclose(roots[0], roots[1], atol=1e-9)


def test_a_sum_of_squares_is_lowest_where_it_is_found() -> None:
    rows = rows_of(3, solved=False)
    best = stops(rows, GRID, np.array([0.5, 0.5]))[0]
    near = np.random.default_rng(0).normal(0, 1e-3, (50, 2))

    assert not best.root
    assert best.criterion == pytest.approx(criterion(rows, best.b) * rows.w.sum(), rel=1e-9)
    assert all(criterion(rows, best.b + step) > criterion(rows, best.b) for step in near)


def test_a_root_is_followed_into_draws_of_its_rows() -> None:
    base = rows_of(5)
    root = next(stop.b for stop in stops(base, GRID, np.array([0.5, 0.5])) if stop.root)
    rng = np.random.default_rng(1)
    draws = [rows_of(5, weights=lambda n: rng.integers(1, 4, n).astype(float)) for _ in range(6)]
    b, there = follow([moments(rows, root) for rows in draws], root)

    for at, found, rows in zip(b, there, draws, strict=True):
        assert not found or criterion(rows, at) < 1e-12
    assert there.sum() >= 4
    assert stacked([moments(rows, root) for rows in draws]).EE.shape[0] == 6


def test_survival_that_is_one_or_zero_has_no_square() -> None:
    powers, beside = process(3, np.array([0.0, 1.0, 1.0, 0.0]))

    assert powers.tolist() == [0, 0, 1, 1, 2, 2, 3]
    assert beside is not None
    assert beside.shape == (4, 7)
