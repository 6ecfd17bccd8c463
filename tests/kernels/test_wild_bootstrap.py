from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.kernels.inverted_test import interval, p_value
from industria.kernels.least_squares import orthonormal
from industria.kernels.wild_bootstrap import wild_cluster_bootstrap

PLANT, YEAR = np.repeat(np.arange(5), 3), np.tile(np.arange(3), 5)
SEED = np.random.SeedSequence(1)


def _dummies(codes: np.ndarray) -> np.ndarray:
    return (codes[:, None] == np.arange(codes.max() + 1)).astype(float)


def _out(Z: np.ndarray, M: np.ndarray) -> np.ndarray:
    Q = orthonormal(Z)
    return np.asarray(M - Q @ (Q.T @ M))


def _t(y: np.ndarray, full: np.ndarray, j: int, b0: float, g: np.ndarray) -> float:
    """The clustered t statistic of one slope, by brute force."""
    inverse = np.linalg.pinv(full.T @ full)
    b = inverse @ full.T @ y
    scores = full * (y - full @ b)[:, None]
    meat = sum(np.outer(s, s) for s in (scores[g == h].sum(axis=0) for h in np.unique(g)))
    return float((b[j] - b0) / np.sqrt((inverse @ meat @ inverse)[j, j]))


def _by_hand(y: np.ndarray, X: np.ndarray, j: int, b0: float, g: np.ndarray) -> float:
    """Every sign pattern, each with a full restricted and a full unrestricted regression."""
    full = np.column_stack([X, _dummies(PLANT), _dummies(YEAR)])
    rest = np.delete(full, j, axis=1)
    shifted = y - b0 * full[:, j]
    fitted = rest @ np.linalg.lstsq(rest, shifted, rcond=None)[0]
    drawn = [
        _t(fitted + b0 * full[:, j] + np.array(v)[g] * (shifted - fitted), full, j, b0, g)
        for v in product((-1.0, 1.0), repeat=int(g.max()) + 1)
    ]
    return float(np.mean(np.abs(drawn) >= abs(_t(y, full, j, b0, g)) * (1 - 1e-7)))


@settings(max_examples=10)
@given(st.integers(0, 2**32 - 1), st.sampled_from([-1.0, 0.0, 0.4]))
@pytest.mark.parametrize("g", [PLANT, np.arange(15) % 5], ids=["plant effects nested", "no effects nested"])
def test_equals_refitting_under_every_sign_pattern(g: np.ndarray, seed: int, b0: float) -> None:
    """32 patterns, two full regressions each, one for each slope and null value."""
    rng = np.random.default_rng(seed)
    y, X = rng.normal(size=15), rng.normal(size=(15, 2))
    if g is PLANT:
        y_in, X_in, Z = (_out(_dummies(PLANT), M) for M in (y[:, None], X, _dummies(YEAR)))
    else:
        y_in, X_in, Z = y[:, None], X, np.column_stack([_dummies(PLANT), _dummies(YEAR)])

    draws = wild_cluster_bootstrap(
        y_in[:, 0], X_in, orthonormal(Z), g, replications=99, weights="rademacher", seed=SEED
    )

    assert all(d.exhaustive and len(d.n0) == 32 for d in draws)
    for j, d in enumerate(draws):
        assert p_value(d, b0) == pytest.approx(_by_hand(y, X, j, b0, g))


def test_too_few_draws_for_all_patterns_are_sampled() -> None:
    """2^5 patterns and 31 draws: sampled, and counted with the data among them."""
    rng = np.random.default_rng(2)
    y, X = rng.normal(size=15), rng.normal(size=(15, 1))

    (sampled,) = wild_cluster_bootstrap(
        y, X, np.empty((15, 0)), PLANT, replications=31, weights="rademacher", seed=SEED
    )

    assert not sampled.exhaustive
    assert p_value(sampled) * 32 == pytest.approx(round(p_value(sampled) * 32))


def test_sampled_patterns_approach_all_of_them() -> None:
    """20,000 of 2^12 sampled patterns give the p-value of all within .01 (three standard errors)."""
    rng = np.random.default_rng(3)
    g = np.repeat(np.arange(12), 4)
    y, X = rng.normal(size=48) + rng.normal(size=12)[g], rng.normal(size=(48, 1))

    p = []
    for draws in (4096, 4095):
        many = [
            wild_cluster_bootstrap(
                y, X, np.empty((48, 0)), g, replications=draws, weights="rademacher", seed=np.random.SeedSequence(seed)
            )[0]
            for seed in range(1 if draws == 4096 else 5)
        ]
        p.append(np.mean([p_value(d) for d in many]))
    assert p[0] == pytest.approx(p[1], abs=0.01)


def test_webb_weights_have_mean_zero_and_variance_one() -> None:
    """Six points: a cluster's score is multiplied by each equally often."""
    # One regressor that is one in a single row of each cluster: the numerator is the mean of v_g d_g u_g.
    g = np.arange(2_000)
    X = np.ones((2_000, 1))
    y = np.where(g % 2, 1.0, -1.0)

    (draws,) = wild_cluster_bootstrap(y, X, np.empty((2_000, 0)), g, replications=4_000, weights="webb", seed=SEED)

    scaled = draws.n0 * np.sqrt(2_000)
    # Standard errors .016 and .022.
    assert scaled.mean() == pytest.approx(0, abs=0.05)
    assert scaled.var() == pytest.approx(1, abs=0.07)


def test_weights_with_more_points_bear_fewer_clusters() -> None:
    """Four clusters: signs allow no p below 1/8, Webb's points do, and so bound the interval."""
    rng = np.random.default_rng(5)
    g = np.repeat(np.arange(4), 30)
    X = rng.normal(size=(120, 1))
    y = 5 * X[:, 0] + rng.normal(size=120)

    signs, points = (
        wild_cluster_bootstrap(y, X, np.empty((120, 0)), g, replications=999, weights=w, seed=SEED)[0]
        for w in ("rademacher", "webb")
    )

    assert p_value(signs) == pytest.approx(1 / 8)
    assert p_value(points) < 1 / 8
    assert np.isinf(interval(signs, 0.95, 0.1)).all()
    assert np.isfinite(interval(points, 0.8, 0.1)).all()
