"""Smooth draws of distances, and the widths of their smoothing."""

from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.frontier_bootstrap import Array, behind, cross_validated, normal_reference, pulled, smooth


def distances(n: int = 200, seed: int = 0) -> Array:
    delta = 1 + np.abs(np.random.default_rng(seed).normal(0, 0.2, n))
    delta[: n // 10] = 1.0
    return delta


def test_draws_are_distances_with_the_spread_of_what_was_seen() -> None:
    delta, rng = distances(), np.random.default_rng(1)
    drawn = np.concatenate([smooth(rng, delta, 0.1) for _ in range(500)])
    assert drawn.min() >= 1
    # The mirrored distribution keeps its variance: so does the mean square from 1, to the error of 100,000 draws.
    assert ((drawn - 1) ** 2).mean() == pytest.approx(((delta - 1) ** 2).mean(), rel=0.02)


def test_without_smoothing_distances_are_drawn_as_they_are() -> None:
    delta = distances()
    drawn = smooth(np.random.default_rng(1), delta, 0.0)
    assert np.abs(drawn[:, None] - delta).min(axis=1).max() < 1e-12


def test_units_on_the_frontier_do_not_narrow_the_width() -> None:
    delta = distances(400)
    inner = delta[delta > 1]
    z = np.concatenate([inner, 2 - inner])
    wanted = 0.9 * min(z.std(ddof=1), np.subtract(*np.quantile(z, [0.75, 0.25])) / 1.349) * len(z) ** -0.2
    wanted *= (len(z) / len(delta)) ** 0.2 * delta.std(ddof=1) / z.std(ddof=1)
    assert normal_reference(delta) == pytest.approx(wanted, rel=1e-12)
    assert normal_reference(np.ones(10)) == 0
    assert cross_validated(np.ones(10)) == 0


def test_cross_validation_is_the_least_squared_error_by_brute_force() -> None:
    delta = distances(150, 3)
    inner = delta[delta > 1 + 1e-6]
    z = np.concatenate([inner, 2 - inner])
    n, apart = len(z), np.abs(z[:, None] - z)

    def error(h: float) -> float:
        t = (apart / h) ** 2
        square = np.exp(-t / 4).sum() / (2 * np.sqrt(np.pi) * n**2 * h)
        return float(square - 2 * (np.exp(-t / 2).sum() - n) / (np.sqrt(2 * np.pi) * n * (n - 1) * h))

    grid = np.geomspace(0.01, 0.5, 400)
    best = grid[np.argmin([error(h) for h in grid])]
    scale = (n / len(delta)) ** 0.2 * delta.std(ddof=1) / z.std(ddof=1)
    # The grid of the brute force steps by one per cent.
    assert cross_validated(delta) == pytest.approx(best * scale, rel=0.02)


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_pulled_units_lie_at_their_drawn_distance_from_the_old_frontier(orientation: str) -> None:
    rng = np.random.default_rng(2)
    X, Y = rng.lognormal(size=(60, 2)), rng.lognormal(size=(60, 1))
    roles = {"returns": "constant", "orientation": orientation}
    delta = behind(X, Y, X, Y, **roles)  # type: ignore[arg-type]
    drawn = smooth(rng, delta, 0.05)
    moved = pulled(X, Y, delta, drawn, orientation)  # type: ignore[arg-type]
    np.testing.assert_allclose(behind(X, Y, *moved, **roles), drawn, rtol=1e-9)  # type: ignore[arg-type]
