from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.omitted_factor import adjusted_error, bias, bounds, partial_r2, robustness_value

# Cinelli & Hazlett (2020), "Making sense of sensitivity", JRSS B 82(1), Table 1 and Figure 2, and their
# package sensemakr: exposure to violence in Darfur and attitudes towards peace. They print estimate
# .097, standard error .023, 783 degrees of freedom; these are the digits behind them.
ESTIMATE, ERROR, DF = 0.09731582, 0.02325654, 783
T = ESTIMATE / ERROR
# Three or four decimals are printed.
PRINTED, PERCENT = 6e-5, 6e-4


def test_the_robustness_values_of_darfur() -> None:
    """Partial R² 2.2 %, robustness value 13.9 %, and 7.6 % for significance at 5 %."""
    assert partial_r2(T, DF) == pytest.approx(0.022, abs=PERCENT)
    assert robustness_value(T, DF) == pytest.approx(0.139, abs=PERCENT)
    assert robustness_value(T, DF, critical=1.963) == pytest.approx(0.076, abs=PERCENT)


@pytest.mark.parametrize(
    ("r2_outcome", "r2_group", "estimate", "error"),
    [(0.1246, 0.0092, 0.0752, 0.0219), (0.2493, 0.0183, 0.0529, 0.0204), (0.3741, 0.0275, 0.0304, 0.0187)],
)
def test_a_factor_as_strong_as_being_female(r2_outcome: float, r2_group: float, estimate: float, error: float) -> None:
    """Once, twice, three times: adjusted estimates and errors as sensemakr prints them.

    The strengths are printed to four decimals, which moves the third figure of the estimates' changes.
    """
    assert ESTIMATE - bias(ERROR, DF, r2_outcome, r2_group) == pytest.approx(estimate, abs=2e-4)
    assert adjusted_error(ERROR, DF, r2_outcome, r2_group) == pytest.approx(error, abs=PRINTED)


def test_strengths_grow_in_proportion() -> None:
    """Of a weak benchmark: three times the odds for the group, and about three times those for the outcome."""
    once, thrice = bounds(0.109, 0.0091, 1), bounds(0.109, 0.0091, 3)

    assert thrice[1] == pytest.approx(3 * once[1], rel=1e-12)
    assert thrice[0] == pytest.approx(3 * once[0], rel=0.02)


def test_a_strength_that_nothing_can_have_is_no_number() -> None:
    assert all(math.isnan(value) for value in bounds(0.2, 0.6, 1))


@given(st.floats(0.1, 30), st.integers(10, 5000), st.floats(0.1, 1))
def test_at_the_robustness_value_the_bias_is_the_share_asked_for(t: float, df: int, share: float) -> None:
    rv = robustness_value(t, df, share)

    assert bias(1.0, df, rv, rv) == pytest.approx(share * t, rel=1e-9)


@given(st.floats(0, 50), st.integers(10, 5000), st.floats(0.5, 3))
def test_significance_goes_before_the_estimate(t: float, df: int, critical: float) -> None:
    assert 0 <= robustness_value(t, df, critical=critical) <= robustness_value(t, df) <= 1
