from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from industria.kernels.inverted_test import p_value
from industria.kernels.least_squares import orthonormal
from industria.kernels.randomization import exchangeable, randomization

PLANT, YEAR = np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5)
SEED = np.random.SeedSequence(1)
# Two early, one late, two never.
PATHS = np.array([[0, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0], [0, 0, 0]], dtype=float)
EFFECTS = np.column_stack([PLANT[:, None] == np.arange(5), YEAR[:, None] == np.arange(3)]).astype(float)
Q = orthonormal(EFFECTS)


def _net(M: np.ndarray) -> np.ndarray:
    return np.asarray(M - Q @ (Q.T @ M))


def _statistics(y: np.ndarray, D: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and clustered t of a full regression, by brute force."""
    full = np.column_stack([D, EFFECTS])
    inverse = np.linalg.pinv(full.T @ full)
    b = inverse @ full.T @ y
    scores = full * (y - full @ b)[:, None]
    meat = sum(np.outer(s, s) for s in (scores[g == PLANT].sum(axis=0) for g in range(5)))
    k = D.shape[1]
    return b[:k], b[:k] / np.sqrt(np.diag(inverse @ meat @ inverse)[:k])


def _treatments(paths: np.ndarray) -> np.ndarray:
    """The grant, and the grant a year ago."""
    return np.column_stack([paths.ravel(), np.column_stack([np.zeros(5), paths[:, :2]]).ravel()])


@pytest.mark.parametrize("b0", [0.0, 0.7])
def test_draws_come_from_all_assignments_and_near_their_shares(b0: float) -> None:
    """Each drawn statistic is one of the 120 assignments', and p is their share within Monte Carlo error."""
    y = np.random.default_rng(4).normal(size=15)
    D = _treatments(PATHS)
    observed = _statistics(y, D)
    everyone = list(permutations(range(5)))

    drawn = randomization(y, D, _net, PLANT, exchangeable(PLANT, YEAR), replications=20_000, seed=SEED)

    for kind, draws in zip((1, 0), drawn, strict=True):
        for j in range(2):
            shifted = y - b0 * D[:, j]
            every = np.array([_statistics(shifted, _treatments(PATHS[list(who)]))[kind][j] for who in everyone])
            data = _statistics(shifted, D)[kind][j]
            exact = np.mean(np.abs(every) >= np.abs(data) * (1 - 1e-7))
            # Three standard errors of a share at one half.
            assert p_value(draws[j], b0) == pytest.approx(exact, abs=0.011)
            d = draws[j].estimate - b0
            squared = (draws[j].n0 + draws[j].n1 * d) ** 2 / (draws[j].q0 + draws[j].q1 * d + draws[j].q2 * d**2)
            assert np.isin(np.round(squared, 6), np.round(every**2, 6)).mean() > 0.99
            assert draws[j].estimate == pytest.approx(observed[0][j])


def test_only_units_seen_at_the_same_times_change_places() -> None:
    """Two groups of two; the fifth unit, alone in its pattern, keeps its path."""
    unit = np.array([0, 0, 1, 1, 2, 2, 2, 3, 3, 3, 4])
    time = np.array([0, 1, 0, 1, 0, 1, 2, 0, 1, 2, 2])

    groups = exchangeable(unit, time)

    assert [rows.tolist() for rows in groups] == [[[0, 1], [2, 3]], [[4, 5, 6], [7, 8, 9]]]


def test_order_of_clusters_means_nothing() -> None:
    """Clusters numbered backwards give the same draws."""
    y = np.random.default_rng(5).normal(size=15)
    groups = exchangeable(PLANT, YEAR)

    forward, backward = (
        randomization(y, _treatments(PATHS), _net, g, groups, replications=50, seed=SEED)[0] for g in (PLANT, 4 - PLANT)
    )

    for left, right in zip(forward, backward, strict=True):
        np.testing.assert_allclose(left.q0, right.q0)
        np.testing.assert_allclose(left.variance, right.variance)
