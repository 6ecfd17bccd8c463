from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.instruments import two_stage


def panel(seed: int = 0) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(40), 5)
    z, own = rng.normal(size=200), rng.normal(size=40)[unit]
    x = z + own + rng.normal(size=200)
    y = 2 * x + own + rng.normal(size=200)
    return y, np.column_stack([np.ones(200), x]), np.column_stack([np.ones(200), z]), unit


def test_it_is_the_estimator_of_linearmodels() -> None:
    iv = pytest.importorskip("linearmodels.iv")
    y, X, Z, unit = panel()
    b, V = two_stage(y, X, Z, np.ones(200), unit)
    wanted = iv.IV2SLS(y, X[:, :1], X[:, 1:], Z[:, 1:]).fit(cov_type="clustered", clusters=unit, debiased=True)
    ratio = np.sqrt(np.diag(V)) / wanted.std_errors.to_numpy()

    assert b.tolist() == pytest.approx(wanted.params.tolist(), abs=1e-10)
    # Whatever their factor is, it is one for all terms, and near ours.
    assert np.ptp(ratio) < 1e-10
    assert ratio[0] == pytest.approx(1, abs=0.01)


def test_rows_of_weight_zero_are_not_there() -> None:
    y, X, Z, unit = panel()
    w = (unit < 30).astype(float)
    kept = w > 0
    one, other = two_stage(y, X, Z, w, unit), two_stage(y[kept], X[kept], Z[kept], w[kept], unit[kept])

    np.testing.assert_allclose(one[0], other[0], atol=1e-12)
    np.testing.assert_allclose(one[1], other[1], atol=1e-12)


def test_a_regressor_that_others_determine_is_left_out() -> None:
    y, X, _, unit = panel()
    wide = np.column_stack([X, X[:, 1] * 2])
    b, V = two_stage(y, wide, wide, np.ones(200), unit)

    assert np.isnan(b[2])
    assert np.isnan(V[2]).all()
    assert b[1] == pytest.approx(two_stage(y, X, X, np.ones(200), unit)[0][1])
