from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.polynomials import derivative, exponents, monomials, moved

sizes = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(0, 1000))


@given(sizes)
def test_monomials_are_complete_and_each_once(size: tuple[int, int, int]) -> None:
    n, degree, _ = size
    E = exponents(n, degree, 0)

    assert len(E) == len({*map(tuple, E.tolist())}) == comb(n + degree, degree)
    assert (np.diff(E.sum(axis=1)) >= 0).all()


@given(sizes)
def test_derivatives_are_those_of_small_steps(size: tuple[int, int, int]) -> None:
    n, degree, seed = size
    rng = np.random.default_rng(seed)
    E, X = exponents(n, degree, 0), rng.uniform(-1, 1, (5, n))
    b, h = rng.normal(size=len(E)), 1e-6
    for j in range(n):
        step = h * np.eye(n)[j]
        slope = (monomials(X + step, E) @ b - monomials(X - step, E) @ b) / (2 * h)
        lower, c = derivative(E, b, j)
        np.testing.assert_allclose(monomials(X, lower) @ c, slope, atol=1e-6)


@given(sizes)
def test_a_polynomial_around_a_center_is_one_around_nothing(size: tuple[int, int, int]) -> None:
    n, degree, seed = size
    rng = np.random.default_rng(seed)
    E, center, X = exponents(n, degree), rng.uniform(-3, 3, n), rng.uniform(-1, 1, (5, n))
    b = rng.normal(size=len(E))
    raw, c = moved(E, b, center)

    np.testing.assert_allclose(monomials(X, raw) @ c, monomials(X - center, E) @ b, atol=1e-8)
    assert raw[0].tolist() == [0] * n


def test_orders_are_by_degree_and_then_by_variable() -> None:
    assert exponents(2, 2).tolist() == [[1, 0], [0, 1], [2, 0], [1, 1], [0, 2]]
    assert derivative(exponents(1, 3), np.array([5.0, 7.0, 11.0]), 0)[1].tolist() == pytest.approx([5, 14, 33])
