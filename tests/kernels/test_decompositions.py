"""Terms of items: what a parent's change is made of."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from industria.kernels.decompositions import COMPONENTS, METHODS, Items


def items(**changes: np.ndarray) -> Items:
    """Two parents: three items of the first, of which one comes and one leaves; one of the second, which stays."""
    made = {
        "s0": np.array([0.4, 0.6, 0.0, 1.0]),
        "s1": np.array([0.7, 0.0, 0.3, 1.0]),
        "p0": np.array([1.0, 2.0, 0.0, 5.0]),
        "p1": np.array([1.5, 0.0, 3.0, 4.0]),
        "a0": np.array([1.0, 1.0, 0.0, 1.0]),
        "a1": np.array([1.0, 0.0, 1.0, 1.0]),
    }
    made |= changes
    there = {name.replace("a", "in"): made[name] > 0 for name in ("a0", "a1")}
    return Items(parent=np.array([0, 0, 0, 1]), parents=2, **(made | there))


@pytest.mark.parametrize("method", METHODS)
def test_terms_add_up_to_the_change_of_each_parent(method: str) -> None:
    x = items()
    terms = METHODS[method](x)
    each = terms.w1 * x.p1 - terms.w0 * x.p0 + sum(one - zero for one, zero in terms.rest.values())

    assert ["within", *terms.rest] == list(COMPONENTS[method])
    # The means go from 1.6 to 1.95, and from 5 to 4.
    assert_allclose(np.bincount(x.parent, each), [0.35, -1.0], atol=1e-15)


def test_where_nobody_stays_entrants_are_set_against_the_mean_before() -> None:
    x = items(a1=np.array([0.0, 0.0, 1.0, 1.0]), s1=np.array([0.0, 0.0, 1.0, 1.0]), p1=np.array([0.0, 0.0, 3.0, 4.0]))
    for method in ("melitz_polanec", "diewert_fox"):
        terms = METHODS[method](x)
        entry, leaving = (np.bincount(x.parent, terms.rest[name][0])[0] for name in ("entry", "exit"))
        assert entry == pytest.approx(3.0 - 1.6)
        assert leaving == pytest.approx(0.0)
