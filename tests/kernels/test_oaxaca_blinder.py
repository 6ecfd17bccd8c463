from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.group_covariance import independent_rows, joined
from industria.kernels.oaxaca_blinder import (
    GAP,
    REWEIGHTED,
    THREEFOLD,
    TWOFOLD,
    Cells,
    Fit,
    covariance,
    fit,
    moments,
    part,
    twofold,
)

seeds = st.integers(0, 9999)
EYE = np.eye(3)


def group(rng: np.random.Generator, shift: float, n: int = 60) -> tuple[Cells, Any, Any]:
    """Workers in twelve cells."""
    X = np.column_stack([np.ones(12), rng.normal(size=(12, 2)) + shift])
    cell = np.concatenate([np.arange(12), rng.integers(0, 12, n - 12)])
    w = rng.uniform(0.5, 2, n)
    return Cells(X, cell), w, X[cell] @ [1, 0.5 + shift, -0.2] + rng.normal(size=n)


def fitted(groups: Any) -> tuple[list[Any], list[Fit]]:
    """Moments and fits of groups."""
    found = [moments(cells, w) for cells, w, _ in groups]
    return found, [fit(one, *rows) for one, rows in zip(found, groups, strict=True)]


@given(seeds)
def test_cells_are_rows(seed: int) -> None:
    """Gathered or not, means and slopes are those of a regression on all rows."""
    cells, w, y = group(np.random.default_rng(seed), 0.0)
    X = cells.X[cells.cell]
    root = np.sqrt(w)

    found = fit(moments(cells, w), cells, w, y)

    np.testing.assert_allclose(found.mean, np.average(X, axis=0, weights=w), atol=1e-12)
    np.testing.assert_allclose(found.slopes, np.linalg.lstsq(X * root[:, None], y * root, rcond=None)[0], atol=1e-9)


@given(seeds, st.one_of(st.sampled_from(TWOFOLD), st.floats(0, 1)))
def test_parts_add_up(seed: int, weighting: Any) -> None:
    rng = np.random.default_rng(seed)
    found, fits = fitted([group(rng, shift) for shift in (0.4, 0.0)])
    gap = part(GAP, EYE, EYE, fits).sum()

    for parts in (THREEFOLD, twofold(weighting, *found)):
        assert sum(part(p, EYE, EYE, fits).sum() for p in parts.values()) == pytest.approx(gap, abs=1e-12)
    reweighted = [*fits, Fit(fits[0].mean * [1, 0.9, 1.1], fits[1].slopes + 0.1)]
    assert sum(part(p, EYE, EYE, reweighted).sum() for p in REWEIGHTED.values()) == pytest.approx(gap, abs=1e-12)


def test_the_covariance_is_that_of_draws() -> None:
    """Means and slopes drawn as normal: the formula, product term and all, is their covariance to Monte Carlo error."""
    rng = np.random.default_rng(5)
    groups = [group(rng, shift, 40) for shift in (0.4, 0.0)]
    found, fits = fitted(groups)
    V = joined([independent_rows(c, w, y, one, "iid") for (c, w, y), one in zip(groups, fits, strict=True)])
    centers = np.concatenate([fits[0].mean, fits[1].mean, fits[0].slopes, fits[1].slopes])
    draws = rng.multivariate_normal(centers, V, size=40_000, method="eigh").reshape(-1, 4, 3)

    for weighting in ("reference", "neumark", "pooled"):
        for products in twofold(weighting, *found).values():
            parts = [part(products, EYE, EYE, [Fit(d[0], d[2]), Fit(d[1], d[3])]) for d in draws[:8000]]
            formula = np.sqrt(np.diag(covariance(products, EYE, EYE, fits, V)))
            # A standard deviation from 8,000 draws is known to .8 %.
            np.testing.assert_allclose(np.std(parts, axis=0), formula, rtol=0.04, atol=1e-9)


def test_the_mean_of_the_intercept_is_the_same_everywhere() -> None:
    """To the last bit, so that no part of a gap is put down to it."""
    rng = np.random.default_rng(1)
    found, fits = fitted([group(rng, shift, 97) for shift in (0.4, 0.0)])

    assert part(twofold("reference", *found)["explained"], EYE, EYE, fits)[0] == 0.0
