from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import ConvergenceError
from industria.kernels.polynomials import exponents, monomials
from industria.kernels.share_regression import share_regression
from tests.sources.official_files import WHOLE


@given(st.integers(0, 1000))
def test_nothing_is_left_that_goes_with_the_slopes(seed: int) -> None:
    """At a least-squares fit of ln S, the sum of w e P / (P c) is zero."""
    rng = np.random.default_rng(seed)
    P = monomials(rng.uniform(-1, 1, (300, 2)), exponents(2, 2, 0))
    share = 0.5 + 0.1 * P[:, 1] - 0.1 * P[:, 2]
    logs, w = np.log(share) - rng.normal(0, 0.2, 300), rng.uniform(0.5, 2, 300)
    c = share_regression(logs, P, w)
    fitted = P @ c

    assert fitted.min() > 0
    np.testing.assert_allclose((P / fitted[:, None]).T @ (w * (np.log(fitted) - logs)), 0, atol=1e-6)


def test_a_share_without_noise_is_found_exactly() -> None:
    P = monomials(np.random.default_rng(0).uniform(-1, 1, (50, 1)), exponents(1, 1, 0))
    c = share_regression(np.log(P @ [0.6, 0.2]), P, np.ones(50))

    assert c.tolist() == pytest.approx([0.6, 0.2], abs=1e-10)


def test_inputs_that_move_together_are_told() -> None:
    x = np.linspace(0, 1, 20)
    with pytest.raises((np.linalg.LinAlgError, ConvergenceError)):
        share_regression(np.log(0.5 + x / 10), np.column_stack([np.ones(20), x, x]), np.ones(20))


def test_the_share_of_intermediates_of_colombian_food_plants() -> None:
    """Gandhi, Navarro & Rivers (2020), by dense algebra, as many digits as are told."""
    file = WHOLE / "productivity" / "colombian_food_gnr.csv"
    if not file.is_file():
        pytest.skip(f"the panel of plants is not on this machine: {file} is no file")
    plants = pd.read_csv(file)
    V = plants[["L", "K", "RI"]].to_numpy()
    P, share = monomials(V - V.mean(axis=0), exponents(3, 2, 0)), plants["share"].to_numpy()
    c = share_regression(share, P, np.ones(len(plants)))
    e = np.log(P @ c) - share
    mean_noise = np.exp(e).mean()

    assert e @ e == pytest.approx(362.717495, abs=5.1e-7)
    assert mean_noise == pytest.approx(1.047251, abs=5.1e-7)
    # Their last digit is of a search that stopped a little earlier.
    assert (P @ c / mean_noise).mean() == pytest.approx(0.672085234, abs=1e-9)
