from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.unit_grams import coefficients, grams


@given(st.integers(0, 1000))
def test_weights_of_units_are_copies_of_their_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    unit = np.sort(rng.integers(0, 12, 60))
    unit = np.unique(unit, return_inverse=True)[1].astype(np.int64)
    X, y, w = rng.normal(size=(60, 3)), rng.normal(size=60), rng.uniform(0.5, 2, 60)
    times = rng.integers(1, 4, (4, int(unit.max()) + 1))
    found = coefficients(grams(X, y, w, unit), times.astype(float))

    for draw, b in zip(times, found, strict=True):
        rows = np.repeat(np.arange(60), draw[unit])
        root = np.sqrt(w[rows])
        wanted = np.linalg.lstsq(X[rows] * root[:, None], y[rows] * root)[0]
        np.testing.assert_allclose(b, wanted, atol=1e-8)


def test_draws_with_too_few_units_have_no_answer() -> None:
    G = grams(np.ones((2, 1)) * [[1.0, 0.0]] + [[0.0, 0.0], [0.0, 1.0]], np.ones(2), np.ones(2), np.arange(2))
    found = coefficients(G, np.array([[1.0, 0.0], [1.0, 1.0]]))

    assert np.isnan(found[0]).all()
    assert np.isfinite(found[1]).all()
