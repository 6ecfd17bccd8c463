"""Factors of value added: their product, their units, and a technique that never falls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.index_numbers import Pairs, index_numbers
from industria.kernels.value_added import FACTORS, value_added_factors


def economy(seed: int, T: int = 6) -> tuple[Any, Any, Any, Any]:
    rng = np.random.default_rng(seed)
    return tuple(rng.uniform(0.5, 3, (T, n)) for n in (2, 2, 3, 3))


@given(st.integers(0, 300))
def test_factors_multiply_to_value(seed: int) -> None:
    found = value_added_factors(*economy(seed))[1:]
    # Five ratios of sums of three products.
    np.testing.assert_allclose(found[:, 1:6].prod(axis=1), found[:, 0], rtol=1e-12)


@given(st.integers(0, 300))
def test_technique_never_falls_and_efficiency_is_at_most_1(seed: int) -> None:
    found = dict(zip(FACTORS, value_added_factors(*economy(seed)).T, strict=True))
    assert (found["technical"][1:] >= 1 - 1e-12).all()
    assert (found["level"] <= 1 + 1e-12).all()
    assert found["level"][0] == pytest.approx(1, abs=1e-15)


@given(st.integers(0, 300))
def test_inputs_are_by_fisher(seed: int) -> None:
    _, _, w, x = economy(seed)
    found = value_added_factors(*economy(seed))[:, 2]
    for t in range(1, len(x)):
        of = Pairs(p0=x[t - 1], p1=x[t], q0=w[t - 1], q1=w[t], g=np.zeros(3, np.int64), G=1)
        assert found[t] == pytest.approx(index_numbers("fisher", of)[0], rel=1e-12)


@given(st.integers(0, 300), st.floats(1e-3, 1e3))
def test_units_do_not_matter(seed: int, factor: float) -> None:
    p, y, w, x = economy(seed)
    unit = np.array([factor, 1.0, 1 / factor])
    found = value_added_factors(p / factor, y * factor, w / unit, x * unit)
    np.testing.assert_allclose(found, value_added_factors(p, y, w, x), rtol=1e-9)


def test_a_loss_has_no_factors() -> None:
    p, y, w, x = economy(1)
    y[2] = [-3.0, 0.5]
    found = value_added_factors(p, y, w, x)
    assert np.isnan(found[[2, 3], :-1]).all()
    assert np.isnan(found[2, -1])
    assert np.isfinite(found[[1, 4, 5]]).all()
