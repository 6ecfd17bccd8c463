from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.malmquist_bootstrap import redrawn, smooth_pairs


def pairs(n: int, correlation: float) -> np.ndarray:
    rng = np.random.default_rng(5)
    e = rng.standard_normal((n, 2))
    e[:, 1] = correlation * e[:, 0] + np.sqrt(1 - correlation**2) * e[:, 1]
    return np.exp(0.4 * np.abs(e))


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.9])
def test_drawn_pairs_spread_and_go_together_like_those_seen(correlation: float) -> None:
    delta = pairs(400, correlation)
    drawn = smooth_pairs(np.random.default_rng(0), delta, 1_000_000)

    assert (drawn >= 1).all()
    # Around 1 the mirrored distances have the second moment of those seen; heavy tails leave its mean .2 in 100.
    np.testing.assert_allclose(((drawn - 1) ** 2).mean(axis=0), ((delta - 1) ** 2).mean(axis=0), rtol=0.01)
    seen, told = (np.corrcoef(of, rowvar=False)[0, 1] for of in (delta, drawn))
    # Smoothing at 1 rounds the corner of the cloud off, so pairs go together a little less.
    assert told == pytest.approx(seen, abs=0.12)


def test_pairs_that_do_not_vary_are_drawn_as_they_are() -> None:
    delta = np.ones((6, 2))

    np.testing.assert_array_equal(smooth_pairs(np.random.default_rng(0), delta, 9), 1.0)


@pytest.mark.parametrize("orientation", ["input", "output"])
def test_a_ratio_of_one_input_and_one_output_is_known_whatever_the_frontiers(orientation: str) -> None:
    """At constant returns the change is (y₁/x₁)/(y₀/x₀); only parts hang on the frontiers. A unit leaves, one comes."""
    rng = np.random.default_rng(3)
    X, Y = rng.uniform(1, 5, (2, 8, 1)), rng.uniform(1, 5, (2, 8, 1))
    then, now = np.arange(7), np.arange(1, 8)
    ratio = (Y / X)[..., 0]
    delta = ratio.max(axis=1, keepdims=True) / ratio
    told = redrawn(
        *(rng, X[0], Y[0], X[1], Y[1], delta[0], delta[1], then, now),
        returns="constant",
        orientation=orientation,  # type: ignore[arg-type]
    )

    np.testing.assert_allclose(np.exp(told[:, 0]), ratio[1, now] / ratio[0, then], rtol=1e-12)
    # Drawn frontiers lie inside those seen, all units by one factor a period: all efficiencies move alike.
    seen = delta[0, then] / delta[1, now]
    np.testing.assert_allclose(np.ptp(told[:, 1] - np.log(seen)), 0, atol=1e-12)
    assert abs(told[0, 1] - np.log(seen[0])) > 1e-6
