from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from industria.kernels.group_covariance import clustered, independent_rows, joined
from tests.kernels.test_oaxaca_blinder import fitted, group, seeds


@given(seeds)
def test_a_cluster_a_row_is_robust_to_unequal_variances(seed: int) -> None:
    """The two sandwiches differ by their factors alone."""
    rng = np.random.default_rng(seed)
    groups = [group(rng, shift) for shift in (0.4, 0.0)]
    _, fits = fitted(groups)
    rows = np.arange(120).reshape(2, 60)

    V = joined([independent_rows(c, w, y, one, "HC1") for (c, w, y), one in zip(groups, fits, strict=True)])
    C = clustered([(*one, f, g) for one, f, g in zip(groups, fits, rows, strict=True)], 120)

    factor = 120 / 119 * 59 / 60
    np.testing.assert_allclose(C[6:, 6:], V[6:, 6:] * factor, atol=1e-12)
    np.testing.assert_allclose(C[:6, :6], V[:6, :6] * factor, atol=1e-12)


def test_slopes_have_the_errors_of_statsmodels() -> None:
    """Weighted, homoskedastic and HC1, on all rows."""
    sm = pytest.importorskip("statsmodels.api")
    cells, w, y = group(np.random.default_rng(3), 0.2)
    (fit,) = fitted([(cells, w, y)])[1]
    theirs = sm.WLS(y, cells.X[cells.cell], weights=w)

    for errors, peer in (("iid", "nonrobust"), ("HC1", "HC1")):
        V = independent_rows(cells, w, y, fit, errors)[3:, 3:]
        np.testing.assert_allclose(np.sqrt(np.diag(V)), theirs.fit(cov_type=peer).bse, rtol=1e-9)


def test_means_have_the_errors_of_a_sample() -> None:
    """Without weights the covariance of the columns over n; the intercept has none."""
    cells, _, y = group(np.random.default_rng(3), 0.2)
    w = np.ones(60)
    (fit,) = fitted([(cells, w, y)])[1]

    V = independent_rows(cells, w, y, fit, "HC1")[:3, :3]
    np.testing.assert_allclose(V, np.cov(cells.X[cells.cell].T) / 60, atol=1e-14)
