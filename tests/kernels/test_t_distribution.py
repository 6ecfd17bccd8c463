"""Student's t against the tables of textbooks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.t_distribution import t_p_value, t_quantile

PRINTED = 0.0005  # tables print three decimals


# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, upper critical values of Student's t.
@pytest.mark.parametrize(("p", "df", "critical"), [(0.975, 10, 2.228), (0.95, 53, 1.674), (0.995, 5, 4.032)])
def test_quantiles_are_those_of_the_table(p: float, df: float, critical: float) -> None:
    assert t_quantile(p, df) == pytest.approx(critical, abs=PRINTED)


def test_without_degrees_of_freedom_it_is_the_normal() -> None:
    assert t_quantile(0.975, None) == pytest.approx(1.960, abs=PRINTED)


@given(st.floats(0.501, 0.999), st.floats(1, 1e6))
def test_a_quantile_has_the_p_value_of_its_two_tails(p: float, df: float) -> None:
    assert t_p_value(t_quantile(p, df), df) == pytest.approx(2 * (1 - p), rel=1e-6)
    assert t_p_value(np.array([-2.0, 2.0]), np.array([df, df])) == pytest.approx([t_p_value(2.0, df)] * 2)
