from __future__ import annotations

import numpy as np
import pytest

from industria.kernels.survival import survival


def test_it_is_the_probit_of_statsmodels() -> None:
    discrete = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(500), rng.normal(size=(500, 2))])
    last = X @ [-1.0, 0.5, -0.3] + rng.normal(size=500) > 0
    weights = np.ones(500)
    wanted = discrete.Probit((~last).astype(float), X).fit(disp=0, tol=1e-10).predict(X)

    # Both stop where the likelihood is flat to eleven digits, its argument to half of them.
    np.testing.assert_allclose(survival(X, last, weights), wanted, atol=1e-6)


def test_rows_without_weight_say_nothing() -> None:
    rng = np.random.default_rng(1)
    X = np.column_stack([np.ones(200), rng.normal(size=200)])
    last = rng.uniform(size=200) < 0.3
    weights = (np.arange(200) < 150).astype(float)
    turned = np.where(weights > 0, last, ~last)

    np.testing.assert_allclose(survival(X, last, weights), survival(X, turned, weights), atol=1e-12)


def test_exits_that_are_told_without_fail_end_at_zero_and_one() -> None:
    x = np.linspace(-1, 1, 40)
    found = survival(np.column_stack([np.ones(40), x]), x < 0, np.ones(40))

    assert found[:15].max() < 1e-3
    assert found[-15:].min() > 1 - 1e-3
