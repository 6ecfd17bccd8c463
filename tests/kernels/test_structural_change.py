"""Decompositions of output per worker over industries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.structural_change import METHODS, Industries, structural_change

positive = st.lists(st.floats(0.1, 100), min_size=3, max_size=3).map(np.array)
EXACT = 1e-12  # sums of three products, over the larger of growth and 1


def industries(output: Any, work: Any, prices: Any) -> Industries:
    y, s = [o / h for o, h in zip(output, work, strict=True)], [h / h.sum() for h in work]
    p = [q / (q @ o / o.sum()) for q, o in zip(prices, output, strict=True)]
    return Industries(y0=y[0], y1=y[1], s0=s[0], s1=s[1], p0=p[0], p1=p[1])


@pytest.mark.parametrize("method", METHODS)
@given(output=st.tuples(positive, positive), work=st.tuples(positive, positive), prices=st.tuples(positive, positive))
def test_components_add_up_to_growth(method: str, output: Any, work: Any, prices: Any) -> None:
    x = industries(output, work, prices)
    growth = x.Y1 / x.Y0 - 1
    parts = structural_change(method, x)
    size = max(1.0, max(abs(part).max() for part in parts.values()))
    assert sum(part.sum() for part in parts.values()) == pytest.approx(growth, abs=EXACT * 100 * size)


@pytest.mark.parametrize("method", METHODS)
@given(output=st.tuples(positive, positive), work=st.tuples(positive, positive), factor=st.floats(1e-3, 1e3))
def test_units_and_order_do_not_matter(method: str, output: Any, work: Any, factor: float) -> None:
    ones = (np.ones(3), np.ones(3))
    plain = structural_change(method, industries(output, work, ones))
    scaled = industries([o[::-1] * factor for o in output], [h[::-1] / factor for h in work], ones)
    for name, part in structural_change(method, scaled).items():
        np.testing.assert_allclose(part[::-1], plain[name], rtol=1e-9, atol=1e-9)


@given(output=st.tuples(positive, positive), work=st.tuples(positive, positive))
def test_with_one_price_gead_is_trad(output: Any, work: Any) -> None:
    x = industries(output, work, (np.ones(3), np.ones(3)))
    for name, part in structural_change("trad", x).items():
        np.testing.assert_allclose(structural_change("gead", x)[name], part, atol=1e-9)


@given(output=st.tuples(positive, positive), work=st.tuples(positive, positive))
def test_methods_differ_by_industry_and_not_in_the_move_of_work(output: Any, work: Any) -> None:
    """Static and dynamic of TRAD and CSLS are the reallocation of McMillan & Rodrik in sum: shares of work sum to 1."""
    x = industries(output, work, (np.ones(3), np.ones(3)))
    moved = structural_change("mcmillan_rodrik", x)["reallocation"].sum()
    for method in ("trad", "csls"):
        parts = structural_change(method, x)
        size = max(1.0, max(abs(part).max() for part in parts.values()))
        assert parts["static"].sum() + parts["dynamic"].sum() == pytest.approx(moved, abs=1e-10 * size)


def test_csls_by_hand() -> None:
    """Work that leaves an industry below the mean adds to growth from both industries."""
    x = industries(
        (np.array([60.0, 120]), np.array([55.0, 220])), (np.array([60.0, 40]), np.array([50.0, 55])), 2 * [np.ones(2)]
    )
    moved = np.array([50 / 105 - 0.6, 55 / 105 - 0.4])
    found = structural_change("csls", x)
    np.testing.assert_allclose(found["static"], np.array([1 - 1.8, 3 - 1.8]) * moved / 1.8, atol=EXACT)
    assert (found["static"] > 0).all()
