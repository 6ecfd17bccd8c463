"""The likelihood of units from sums over their rows: its slopes, its parts by unit, and sizes that cancel nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from industria.kernels.frontier_likelihoods import time_decay
from industria.productivity._frontier_fit import Fit, report
from industria.productivity._frontier_model import Frontier, Over
from industria.productivity._panel import Array

N = 40


def model(over: Over, cut: bool, sign: int = 1) -> Frontier:
    """Units of one to six rows, each with a weight of its own."""
    rng = np.random.default_rng(4)
    unit = np.repeat(np.arange(N), rng.integers(1, 7, N))
    n = len(unit)
    one = np.ones((n, 1))
    X = np.column_stack([one, rng.normal(size=(n, 2))])
    return Frontier(
        y=X @ [3.0, 0.5, -0.2] + rng.normal(0, 0.4, n) - sign * np.abs(rng.normal(0, 0.5, N))[unit],
        X=X,
        M=one if cut else np.zeros((n, 0)),
        U=one,
        V=one,
        w=rng.uniform(0.5, 2, N)[unit],
        sign=sign,
        distribution="truncated_normal" if cut else "half_normal",
        first=np.flatnonzero(np.diff(unit, prepend=-1)),
        since=-rng.integers(0, 9, n).astype(float),
        over=over,
    )


def point(one: Frontier) -> Array:
    """Somewhere that is no maximum."""
    at = [3.1, 0.4, -0.1, *([0.3] if one.M.shape[1] else []), -1.2, -1.9, *([0.07] if one.over == "decaying" else [])]
    return np.array(at)


@pytest.mark.parametrize("over", ["lasting", "decaying"])
@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("sign", [1, -1])
def test_slopes_are_those_of_the_value_and_add_up_over_units(over: Over, cut: bool, sign: int) -> None:
    one = model(over, cut, sign)
    theta = point(one)
    slopes = one.value(theta)[1]
    for j, step in enumerate(1e-6 * np.eye(len(theta))):
        wanted = (one.value(theta + step)[0] - one.value(theta - step)[0]) / 2e-6
        # Central differences of a value of about 100 keep eight digits.
        assert slopes[j] == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    scores = one.scores(theta)
    np.testing.assert_allclose(scores.sum(axis=0), slopes, rtol=1e-10, atol=1e-10)
    assert np.isin(np.flatnonzero(scores.any(axis=1)), one.units).all()


@pytest.mark.parametrize("over", ["lasting", "decaying"])
def test_the_value_is_that_of_the_units_one_by_one(over: Over) -> None:
    one = model(over, True)
    theta = point(one)
    e, h = one.error(theta[:3]), one.path(theta)
    total = 0.0
    for rows in np.split(np.arange(len(e)), one.units[1:]):
        sums = (h[rows] @ h[rows], h[rows] @ e[rows], e[rows] @ e[rows], float(len(rows)), *theta[3:6])
        total += one.w[rows[0]] * time_decay(*(np.array([number]) for number in sums)).value[0]
    assert one.value(theta)[0] == pytest.approx(total, rel=1e-12)


def test_a_large_level_of_output_takes_no_digits_from_the_errors() -> None:
    near = model("decaying", False)
    far = replace(near, y=near.y + 2.0**30)
    theta = point(near)
    up = np.array([2.0**30, *np.zeros(len(theta) - 1)])
    # Adding 2**30 rounds outputs to 2**-23, of which the value keeps the size.
    assert far.value(theta + up)[0] == pytest.approx(near.value(theta)[0], abs=1e-4)


def test_a_variance_below_nothing_by_rounding_has_no_error() -> None:
    one = model("lasting", True)
    theta = point(one)
    covariance = np.diag([1e-2, 1e-2, 1e-2, -1e-9, 1e-2, 1e-2])
    flat = Fit(
        theta=theta,
        covariance=covariance,
        log_likelihood=0.0,
        least_squares=0.0,
        converged=True,
        boundary=None,
        wrong_skew=False,
    )
    error = report(one, flat, 0.95).standard_error
    assert np.isnan(error[3])
    assert np.isfinite(np.delete(error, 3)).all()
