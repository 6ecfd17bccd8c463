from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, eye_array

from industria.errors import InfeasibleTotalError
from industria.kernels import bridges
from tests.strategies import bridge_matrices

# A handful of products and sums of numbers below ten.
EXACT = 1e-12


@st.composite
def masses(draw: st.DrawFn, n: int) -> np.ndarray:
    return np.array(draw(st.lists(st.one_of(st.just(0.0), st.floats(0.01, 1e3)), min_size=n, max_size=n)))


shapes = st.tuples(st.integers(1, 5), st.integers(1, 5))


@given(shapes.flatmap(lambda s: st.tuples(bridge_matrices(*s), masses(s[0]), masses(s[1]))))
def test_rows_sum_to_one_and_mass_is_kept(drawn: tuple[csr_array, np.ndarray, np.ndarray]) -> None:
    L, m, w = drawn
    linked = np.diff(L.indptr) > 0
    for B in (bridges.equal_weights(L), bridges.destination_weights(L, w)[0], bridges.given_weights(L)[0]):
        np.testing.assert_allclose(B.sum(axis=1), linked.astype(float), atol=EXACT)
        assert bridges.push(B, m).sum() == pytest.approx(m[linked].sum(), rel=1e-9)


@given(shapes.flatmap(lambda s: st.tuples(bridge_matrices(*s), masses(s[0]))))
def test_identity_is_neutral(drawn: tuple[csr_array, np.ndarray]) -> None:
    B, _ = drawn
    n, k = B.shape

    for same in (bridges.composition(csr_array(eye_array(n)), B), bridges.composition(B, csr_array(eye_array(k)))):
        np.testing.assert_array_equal(same.toarray(), B.toarray())


@given(shapes.flatmap(lambda s: st.tuples(bridge_matrices(*s), masses(s[0]))))
def test_bayes_returns_the_same_mass(drawn: tuple[csr_array, np.ndarray]) -> None:
    B, m = drawn
    back, empty = bridges.reversal(B, m)
    linked = np.diff(B.indptr) > 0

    np.testing.assert_allclose(bridges.push(back, bridges.push(B, m)), m * linked, rtol=1e-9, atol=EXACT)
    assert not (empty & (bridges.push(B, m) > 0)).any()


@given(shapes.flatmap(lambda s: st.tuples(bridge_matrices(*s), masses(s[0]), masses(s[0]))))
def test_means_stay_within_the_scores_and_weigh_up_to_the_whole(
    drawn: tuple[csr_array, np.ndarray, np.ndarray],
) -> None:
    B, m, s = drawn
    found, mass = bridges.means(B, m, s), bridges.push(B, m)

    assert (np.isnan(found) == (mass == 0)).all()
    whole = (m * s * (np.diff(B.indptr) > 0)).sum()
    assert np.nansum(found * mass) == pytest.approx(whole, rel=1e-9)


@given(shapes.flatmap(lambda s: st.tuples(bridge_matrices(*s), masses(s[0]))))
def test_margins_of_a_real_flow_are_met(drawn: tuple[csr_array, np.ndarray]) -> None:
    """Masses that some weights on these links make can be fitted, links that must vanish included."""
    B, m = drawn
    m = m * (np.diff(B.indptr) > 0)
    first = B.copy()
    first.data = np.where(np.arange(B.nnz) % 3 == 0, 0.0, B.data)
    flow, _ = bridges.destination_weights(first, np.ones(B.shape[1]))
    w = bridges.push(flow, m)
    fitted, _ = bridges.fitted_weights(B, m, w)

    np.testing.assert_allclose(bridges.push(fitted, m), w, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(fitted.sum(axis=1), (np.diff(B.indptr) > 0).astype(float), atol=1e-9)


def test_the_total_that_cannot_be_met_is_told() -> None:
    L = csr_array(np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))

    with pytest.raises(InfeasibleTotalError) as raised:
        bridges.fitted_weights(L, np.array([10.0, 5.0]), np.array([4.0, 4.0, 7.0]))
    assert raised.value.side == "destination"


def test_a_link_that_must_vanish_does() -> None:
    """The second origin alone fills the second destination, so the first may send nothing there."""
    L = csr_array(np.array([[1.0, 1.0], [0.0, 1.0]]))
    B, _ = bridges.fitted_weights(L, np.array([3.0, 2.0]), np.array([3.0, 2.0]))

    np.testing.assert_allclose(B.toarray(), np.eye(2), atol=1e-9)


def test_an_origin_without_mass_goes_equally() -> None:
    L = csr_array(np.array([[1.0, 1.0], [0.0, 1.0]]))
    B, empty = bridges.fitted_weights(L, np.array([0.0, 2.0]), np.array([0.0, 2.0]))

    assert B.toarray()[0].tolist() == [0.5, 0.5]
    assert empty.tolist() == [True, False]


@given(shapes.flatmap(lambda s: st.tuples(bridge_matrices(*s), masses(s[1]), masses(s[1]))), st.integers(0, 9))
def test_groups_at_once_are_groups_one_by_one(drawn: tuple[csr_array, np.ndarray, np.ndarray], seed: int) -> None:
    """B_g = diag(1 / L w_g) L diag(w_g), written out for each group."""
    L, one, other = drawn
    L.data[:] = 1.0
    W, s = np.column_stack([one, other]), np.random.default_rng(seed).random((L.shape[0], 3))
    found = bridges.group_means(L, W, s)
    for g in range(2):
        B, empty = bridges.destination_weights(L, W[:, g])
        m = np.where(empty, 0.0, 1.0)
        alone = bridges.means(B, m, s)
        alone[W[:, g] == 0] = np.nan
        np.testing.assert_allclose(found[:, g], alone, rtol=1e-9)


@given(shapes.flatmap(lambda s: st.tuples(bridge_matrices(*s), masses(s[0]), st.integers(0, 2**31))))
def test_no_weights_lie_beyond_the_bounds(drawn: tuple[csr_array, np.ndarray, int]) -> None:
    L, m, seed = drawn
    rng = np.random.default_rng(seed)
    s = rng.normal(size=L.shape[1])
    lower, upper = bridges.total_range(L, m)
    low, high = bridges.score_range(L, s)
    W = L.copy()
    W.data = rng.random(L.nnz) + 1e-3
    B, _ = bridges.given_weights(W)
    total, score = bridges.push(B, m), bridges.pull(B, s)

    tolerance = 1e-9 * max(1.0, m.sum())
    assert ((lower - tolerance <= total) & (total <= upper + tolerance)).all()
    linked = np.diff(L.indptr) > 0
    assert ((low[linked] - 1e-9 <= score[linked]) & (score[linked] <= high[linked] + 1e-9)).all()
    assert np.isnan(low[~linked]).all()
