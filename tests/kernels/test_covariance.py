from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels import covariance
from industria.kernels.least_squares import least_squares, orthonormal

SEEDS = st.integers(0, 2**32 - 1)
PLANT, YEAR = np.repeat(np.arange(6), 4), np.tile(np.arange(4), 6)


def _dummies(codes: np.ndarray) -> np.ndarray:
    return (codes[:, None] == np.arange(codes.max() + 1)).astype(float)


def _out(Z: np.ndarray, M: np.ndarray) -> np.ndarray:
    Q = orthonormal(Z)
    return np.asarray(M - Q @ (Q.T @ M))


def _panel(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=24), rng.normal(size=(24, 2))


def test_counts_coefficients_as_fixest_does() -> None:
    """Plant effects nested in plants count once in all; in iid errors every level counts."""
    F = np.column_stack([PLANT, YEAR])

    assert covariance.estimated(2, F) == 2 + 6 + 4 - 1
    assert covariance.estimated(2, F, PLANT) == 2 + 4
    assert covariance.estimated(2, F, np.arange(24) % 5) == 2 + 6 + 4 - 1
    assert covariance.estimated(2, F[:, :1], PLANT) == 3
    assert covariance.estimated(2, np.zeros((24, 1), dtype=np.int64), PLANT) == 3


@given(SEEDS)
def test_a_row_a_cluster_is_heteroskedasticity(seed: int) -> None:
    """With every row a cluster CRV1 is HC1: N/(N-1) × (N-1)/(N-K) is N/(N-K)."""
    y, X = _panel(seed)
    fit = least_squares(y, X)

    np.testing.assert_allclose(
        covariance.clustered(fit.bread, fit.scores, np.arange(24), 3),
        covariance.heteroskedastic(fit.bread, fit.scores, 3),
        rtol=1e-12,
    )


@given(SEEDS)
def test_covariances_are_covariances(seed: int) -> None:
    """Symmetric, and no combination of slopes has a negative variance."""
    y, X = _panel(seed)
    fit = least_squares(y, X)
    Q = orthonormal(_out(_dummies(PLANT), _dummies(YEAR)))
    yn, Xn = _out(_dummies(PLANT), y[:, None])[:, 0], _out(_dummies(PLANT), X)

    for V in (
        covariance.homoskedastic(fit.bread, fit.dispersion, 24, 3),
        covariance.heteroskedastic(fit.bread, fit.scores, 3),
        covariance.clustered(fit.bread, fit.scores, PLANT, 3),
        covariance.jackknifed(yn, Xn, Q, PLANT, 6)[0],
    ):
        np.testing.assert_allclose(V, V.T, atol=1e-14)
        assert np.linalg.eigvalsh(V).min() >= -1e-12


@given(SEEDS)
def test_jackknife_is_refitting_without_each_cluster(seed: int) -> None:
    """The bordered equations give what full regressions with all dummies give."""
    y, X = _panel(seed)
    full = np.column_stack([X, _dummies(PLANT), _dummies(YEAR)])

    def slopes(rows: np.ndarray) -> np.ndarray:
        return np.asarray(np.linalg.lstsq(full[rows], y[rows], rcond=None)[0][:2])

    changes = np.array([slopes(plant != PLANT) for plant in range(6)]) - slopes(PLANT >= 0)
    within = [_out(_dummies(PLANT), M) for M in (y[:, None], X, _dummies(YEAR))]
    V, identified = covariance.jackknifed(within[0][:, 0], within[1], orthonormal(within[2]), PLANT, 6)

    assert identified.all()
    np.testing.assert_allclose(V, 6 / 5 * 23 / 18 * changes.T @ changes, rtol=1e-8, atol=1e-12)


def test_jackknife_says_which_cluster_it_cannot_spare() -> None:
    """Only plant 2 is treated: without it there is no slope, and no covariance."""
    y = np.random.default_rng(1).normal(size=24)
    X = ((PLANT == 2) & (YEAR > 1)).astype(float)[:, None]
    within = [_out(_dummies(PLANT), M) for M in (y[:, None], X, _dummies(YEAR))]

    V, identified = covariance.jackknifed(within[0][:, 0], within[1], orthonormal(within[2]), PLANT, 5)

    assert np.isnan(V).all()
    np.testing.assert_array_equal(identified, np.arange(6) != 2)


def test_a_poisson_needs_no_dispersion() -> None:
    """Its variance is its mean: only the small-sample factor scales the bread."""
    np.testing.assert_allclose(covariance.homoskedastic(np.eye(2), np.nan, 11, 1), np.eye(2))
    np.testing.assert_allclose(covariance.homoskedastic(np.eye(2), 30.0, 11, 1), 3 * np.eye(2))
