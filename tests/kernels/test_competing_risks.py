"""Competing risks, by hand, by another program, and by their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.competing_risks import aalen_johansen, between, self_consistent

# As statsmodels 0.14.6 prints them (duration/tests/test_survfunc.py), checked by its authors with Stata: stset
# ftime, failure(fstat==1); stcompet ci=ci, compet1(2).
DAYS = np.array([1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4], float)
OUTCOME = np.array([1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]) - 1
AT = np.array([1.0, 2.0, 4.0, 6.0, 7.0, 8.0, 9.0])
SHARES = [
    [0.11111111, 0.17037037, 0.17037037, 0.17037037, 0.17037037, 0.17037037, 0.17037037],
    [0.0, 0.0, 0.20740741, 0.20740741, 0.20740741, 0.20740741, 0.20740741],
    [0.0, 0.0, 0.0, 0.17777778, 0.26666667, 0.26666667, 0.26666667],
]
ERRORS = [
    [0.07407407, 0.08976251, 0.08976251, 0.08976251, 0.08976251, 0.08976251, 0.08976251],
    [0.0, 0.0, 0.10610391, 0.10610391, 0.10610391, 0.10610391, 0.10610391],
    [0.0, 0.0, 0.0, 0.11196147, 0.12787781, 0.12787781, 0.12787781],
]
PRINTED = 5e-9  # eight decimals


def test_meets_the_shares_and_errors_of_stata() -> None:
    found = aalen_johansen(DAYS, OUTCOME, 3, AT)

    np.testing.assert_allclose(found.share[:, :3].T, SHARES, atol=PRINTED)
    np.testing.assert_allclose(np.sqrt(found.variance[:, :3].T), ERRORS, atol=PRINTED)
    assert found.at_risk.tolist() == [18, 15, 12, 7, 5, 4, 3]


def test_four_lines_by_hand() -> None:
    """Ends on days 1 (a) and 3 (b), one lost on day 2, one open on day 4.

    F_a = 1/4; S before day 3 is 3/4 and two are left: F_b(3) = 3/4 x 1/2 = 3/8. Var F_a = (1/4)(3/4)/4 = 3/64.
    Var F_b(3) = (3/8)^2 x 1/(4 x 3) [day 1] + (3/4)^2 x (1 x 1)/2^3 [day 3] = 3/256 + 9/128 = 21/256.
    """
    found = aalen_johansen(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, -1, 1, -1]), 2, np.array([0.5, 3.0, 5.0]))

    np.testing.assert_allclose(found.share[:2], [[0, 0, 1], [1 / 4, 3 / 8, 3 / 8]], atol=1e-15)
    np.testing.assert_allclose(found.variance[1, :2], [3 / 64, 21 / 256], atol=1e-15)
    assert np.isnan(found.share[2]).all()
    assert found.at_risk.tolist() == [4, 2, 0]


ends = st.lists(st.tuples(st.integers(0, 12), st.integers(-1, 2)), min_size=1, max_size=40)


@given(ends)
def test_outcomes_and_what_is_open_sum_to_one(drawn: list[tuple[int, int]]) -> None:
    days, outcome = np.array(drawn, float).T
    found = aalen_johansen(days, outcome.astype(int), 3, np.arange(14.0))
    told = ~np.isnan(found.share[:, 0])

    np.testing.assert_allclose(found.share[told].sum(axis=1), 1, atol=1e-12)
    assert (found.share[told] >= -1e-12).all()
    assert told[: int(days.max()) + 1].all()


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=40))
def test_without_open_ones_they_are_plain_fractions(drawn: list[tuple[int, int]]) -> None:
    """And their variances those of a share, p (1 - p)/n."""
    days, outcome = np.array(drawn, float).T
    at = np.arange(14.0)
    found = aalen_johansen(days, outcome.astype(int), 3, at)
    plain = np.array([[np.mean((days <= t) & (outcome == k)) for k in range(3)] for t in at])

    np.testing.assert_allclose(found.share[:, :3], plain, atol=1e-12)
    np.testing.assert_allclose(found.variance[:, :3], plain * (1 - plain) / len(days), atol=1e-12)
    np.testing.assert_allclose(found.share[:, 3], 1 - plain.sum(axis=1), atol=1e-12)
    np.testing.assert_allclose(
        found.variance[:, 3], found.share[:, 3] * (1 - found.share[:, 3]) / len(days), atol=1e-12
    )


SETTLED = 1e-5  # steps below 1e-9 that shrink slowly add up to more


@given(ends)
def test_ends_to_the_day_settle_at_the_estimate_of_aalen_and_johansen(drawn: list[tuple[int, int]]) -> None:
    days, outcome = np.array(drawn).T
    exact, lost = np.zeros((3, 13)), np.zeros(13)
    np.add.at(exact, (outcome[outcome >= 0], days[outcome >= 0]), 1.0)
    np.add.at(lost, days[outcome < 0], 1.0)

    p = self_consistent(exact, np.zeros((3, 13)), lost)
    found = aalen_johansen(days.astype(float), outcome, 3, np.arange(days.max() + 1.0)).share[:, :3]

    assert p.sum() == pytest.approx(1)
    np.testing.assert_allclose(np.cumsum(p[:, :-1], axis=1).T[: days.max() + 1], found, atol=SETTLED)


def test_an_end_by_a_day_is_spread_over_the_days_before_it() -> None:
    """Two end on day 1 and one on day 3; one that ended by day 2 ended on day 1, as nobody else ended on day 2."""
    exact, by_then = np.array([[0.0, 2.0, 0.0, 1.0]]), np.array([[0.0, 0.0, 1.0, 0.0]])

    p = self_consistent(exact, by_then, np.zeros(4))

    np.testing.assert_allclose(p, [[0, 3 / 4, 0, 1 / 4, 0]], atol=SETTLED)


def test_an_end_by_a_day_before_all_others_stays_on_that_day() -> None:
    p = self_consistent(np.array([[0.0, 0.0, 0.0, 3.0]]), np.array([[0.0, 1.0, 0.0, 0.0]]), np.zeros(4))

    np.testing.assert_allclose(p, [[0, 1 / 4, 0, 3 / 4, 0]], atol=SETTLED)


def test_intervals_stay_within_zero_and_one() -> None:
    """log(-log) at p = .5, error .1: .5^exp(1.96 x .1/(.5 ln 2)) = .5^1.7605 = .2952, .5^(1/1.7605) = .6746."""
    low, high = between(np.array([0.5, 0.0, 1.0, 0.001]), np.array([0.1, 0.0, 0.0, 0.5]), 0.95)

    assert (low[0], high[0]) == (pytest.approx(0.2952, abs=5e-4), pytest.approx(0.6746, abs=5e-4))
    assert np.isnan([low[1], high[1], low[2], high[2]]).all()
    assert 0 <= low[3] < 0.001 < high[3] <= 1
