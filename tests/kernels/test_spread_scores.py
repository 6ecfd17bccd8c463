from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from industria.kernels.spread_scores import spread_equally, spread_scores

N, K, G, Q = 5, 4, 3, 2
whole = st.integers(0, 4).map(float)
links = arrays(np.float64, (N, K), elements=st.sampled_from([0.0, 1.0]))
masses = arrays(np.float64, (K, G), elements=whole)
origins = arrays(np.float64, N, elements=whole)
scores = arrays(np.float64, (N, Q), elements=st.sampled_from([0.0, 0.25, 1.0, np.nan]))


@given(links, masses, origins, scores)
def test_it_is_the_formula_written_out(
    L: npt.NDArray[np.float64],
    W: npt.NDArray[np.float64],
    m: npt.NDArray[np.float64],
    s: npt.NDArray[np.float64],
) -> None:
    """Each group by itself: B of its masses, then means over origins with a score."""
    mean, *parts = spread_scores(csr_array(L), W, m, s)
    scored, split = (np.broadcast_to(of, mean.shape) for of in parts)
    for g in range(G):
        reached = L @ W[:, g]
        B = np.divide(L * W[:, g], reached[:, None], out=np.zeros_like(L), where=reached[:, None] > 0)
        several = ((L * W[:, g]) > 0).sum(axis=1) > 1
        for q in range(Q):
            told = ~np.isnan(s[:, q])
            for d in range(K):
                mass = m * B[:, d]
                if not mass[told].sum() > 0:
                    assert np.isnan(mean[d, g, q])
                    assert scored[d, g, q] == split[d, g, q] == 0
                    continue
                np.testing.assert_allclose(mean[d, g, q], mass[told] @ s[told, q] / mass[told].sum())
                np.testing.assert_allclose(scored[d, g, q], mass[told].sum() / mass.sum())
                np.testing.assert_allclose(split[d, g, q], mass[told & several].sum() / mass.sum(), atol=1e-15)


@given(links, masses, origins, scores)
def test_equal_parts_are_those_of_groups_with_one_unit_everywhere(
    L: npt.NDArray[np.float64],
    W: npt.NDArray[np.float64],
    m: npt.NDArray[np.float64],
    s: npt.NDArray[np.float64],
) -> None:
    unit = (W > 0).astype(float)

    equal = spread_scores(csr_array(L), unit, m, s)[0]
    # Products of tables of another width may add up in another order.
    mean, pattern = spread_equally(csr_array(L), W, m, s)
    np.testing.assert_allclose(mean[:, pattern], equal, rtol=1e-12)
    assert mean.shape[1] == len(np.unique(unit, axis=1).T)
