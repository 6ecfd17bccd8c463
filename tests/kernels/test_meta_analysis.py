"""The variance between sites: what its estimators and its interval solve."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from industria.kernels.meta_analysis import between_variance, pool, prediction_interval, variance_interval
from tests.evaluation.pooled_sites import log_risk_ratios

Array: TypeAlias = npt.NDArray[np.float64]

# Variances go from thousandths to thousands, so that one site may weigh all the rest.
sites = st.lists(st.tuples(st.floats(-9, 9), st.floats(-3, 3)), min_size=3, max_size=9).map(
    lambda pairs: (np.array([y for y, _ in pairs]), 10 ** np.array([power for _, power in pairs]))
)


def q(tau2: float, y: Array, v: Array) -> float:
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def restricted(tau2: float, y: Array, v: Array) -> float:
    """The log-likelihood of y less its mean, written out with matrices."""
    k = len(y)
    # Orthogonal to the mean: any such basis gives the same likelihood but for a constant.
    A = np.linalg.svd(np.ones((1, k)))[2][1:]
    S = A @ np.diag(v + tau2) @ A.T
    return float(-(np.linalg.slogdet(S)[1] + (A @ y) @ np.linalg.solve(S, A @ y)) / 2)


@pytest.mark.parametrize(("method", "printed"), [("dl", 0.3087603), ("pm", 0.3180685), ("reml", 0.3132433)])
def test_the_variance_between_trials_of_a_vaccine(method: Literal["dl", "pm", "reml"], printed: float) -> None:
    """As the R package metafor has it for dat.bcg."""
    trials = log_risk_ratios()
    found = between_variance(trials["estimate"].to_numpy(), trials["standard_error"].to_numpy() ** 2, method)

    assert found == pytest.approx(printed, abs=5e-8)  # seven decimals are printed


@given(sites)
@settings(deadline=None, max_examples=60)
def test_no_variance_is_likelier_than_that_of_reml(pair: tuple[Array, Array]) -> None:
    y, v = pair
    tau2 = between_variance(y, v, "reml")
    others = [0.0, *np.geomspace(1e-6, 1e4, 150)]

    # Near the peak the likelihood is flat to rounding, which grows with the range of variances.
    assert restricted(tau2, y, v) >= max(restricted(other, y, v) for other in others) - 1e-7


def test_a_likelihood_with_two_peaks_is_climbed_at_the_higher() -> None:
    """Three precise sites that agree, two vague ones that do not: scoring from DL ends on the lower peak, at .0006."""
    y, v = np.array([0.02, 0.01, -0.03, 5.0, 2.0]), np.array([1e-4, 1e-4, 1e-4, 1.0, 1.0])
    others = np.geomspace(1e-9, 1e3, 4_000)
    heights = np.array([restricted(other, y, v) for other in others])
    peaks = np.flatnonzero((heights[1:-1] > heights[:-2]) & (heights[1:-1] > heights[2:])) + 1
    at_zero = heights[0] > heights[1]

    assert len(peaks) + at_zero == 2
    assert between_variance(y, v, "reml") == pytest.approx(3.763, abs=1e-3)
    assert restricted(between_variance(y, v, "reml"), y, v) >= heights.max() - 1e-9


@given(sites)
@settings(deadline=None, max_examples=60)
def test_paule_and_mandel_bring_q_to_its_degrees_of_freedom(pair: tuple[Array, Array]) -> None:
    y, v = pair
    tau2 = between_variance(y, v, "pm")

    if tau2:
        assert q(tau2, y, v) == pytest.approx(len(y) - 1, rel=1e-9)
    else:
        assert q(0.0, y, v) <= len(y) - 1 + 1e-9


@given(sites, st.sampled_from([0.8, 0.95, 0.99]))
@settings(deadline=None, max_examples=60)
def test_ends_of_the_interval_are_where_q_becomes_a_surprise(pair: tuple[Array, Array], confidence: float) -> None:
    y, v = pair
    ends = variance_interval(y, v, confidence)

    for end, tail in zip(ends, [(1 + confidence) / 2, (1 - confidence) / 2], strict=True):
        surprise = chi2.ppf(tail, len(y) - 1)
        if end:
            assert q(end, y, v) == pytest.approx(surprise, rel=1e-9)
        else:
            assert q(0.0, y, v) <= surprise * (1 + 1e-9)
    assert ends[0] <= between_variance(y, v, "pm") <= ends[1]


def test_a_site_that_outweighs_all_others_leaves_their_say_to_them() -> None:
    """Weights of 1e18 and 1: sums of differences would be rounding alone."""
    y, v = np.array([0.0, 3.0, -4.0]), np.array([1e-18, 1.0, 1.0])

    # In whole numbers: Q is 9 + 16, and Σw - Σw² / Σw is 2 (1e18 + 1e18 + 1) / (1e18 + 2), but for parts of 1e-18.
    assert between_variance(y, v, "dl") == pytest.approx((25 - 2) / 4, rel=1e-12)
    found = pool(y + 7, v, "fixed", "normal", 0.95)
    assert found.mu == pytest.approx(7.0, abs=1e-15)
    assert pytest.approx(25.0, rel=1e-12) == found.Q


def test_one_and_two_sites_have_no_variance_between_them() -> None:
    one = pool(np.array([2.0]), np.array([4.0]), "reml", "hartung_knapp", 0.95)
    two = pool(np.array([2.0, 5.0]), np.array([1.0, 2.0]), "reml", "hartung_knapp", 0.95)

    assert (one.mu, one.se, one.df, one.tau2, one.Q, one.I2) == (2.0, 2.0, None, None, None, None)
    assert (two.mu, two.df, two.tau2) == (pytest.approx(3.0), None, None)
    assert two.se == pytest.approx(np.sqrt(2 / 3))
    assert pytest.approx(3.0) == two.Q
    assert prediction_interval(two, 0.95) is None
