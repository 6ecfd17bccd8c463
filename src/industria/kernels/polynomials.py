"""Complete polynomials of several variables: their monomials, and their derivatives."""

from __future__ import annotations

from itertools import combinations_with_replacement
from math import comb, prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Powers", "derivative", "exponents", "monomials", "moved"]

Array: TypeAlias = npt.NDArray[np.float64]
Powers: TypeAlias = npt.NDArray[np.int64]


def exponents(n: int, degree: int, lowest: int = 1) -> Powers:
    """List the monomials of n variables up to a degree, by degree and then by variable.

    Parameters
    ----------
    n : int
        Variables.
    degree, lowest : int
        Of the monomials; the constant is that of degree 0.

    Returns
    -------
    array, shape (m, n)
        Power of each variable in each monomial.
    """
    chosen = [one for d in range(lowest, degree + 1) for one in combinations_with_replacement(range(n), d)]
    return np.array([[one.count(j) for j in range(n)] for one in chosen], np.int64).reshape(len(chosen), n)


def monomials(X: Array, E: Powers) -> Array:
    """Evaluate monomials.

    Parameters
    ----------
    X : array, shape (N, n)
        Variables, in any unit.
    E : array, shape (m, n)
        Their powers.

    Returns
    -------
    array, shape (N, m)
        Products of the powers.
    """
    made = np.ones((len(X), len(E)))
    for i, powers in enumerate(E):
        for j in np.flatnonzero(powers):
            made[:, i] *= X[:, j] if powers[j] == 1 else X[:, j] ** powers[j]
    return made


def derivative(E: Powers, b: Array, j: int) -> tuple[Powers, Array]:
    """Derive a polynomial by a variable.

    Parameters
    ----------
    E : array, shape (m, n)
        Powers of its monomials.
    b : array, shape (..., m)
        Their coefficients.
    j : int
        The variable.

    Returns
    -------
    tuple of array, shapes (m', n) and (..., m')
        Powers and coefficients of those that are left.
    """
    left = E[:, j] > 0
    lower = E[left].copy()
    lower[:, j] -= 1
    return lower, b[..., left] * E[left, j]


def moved(E: Powers, b: Array, center: Array) -> tuple[Powers, Array]:
    """Write a polynomial in x - center as one in x.

    Parameters
    ----------
    E : array, shape (m, n)
        Powers of its monomials.
    b : array, shape (..., m)
        Their coefficients.
    center : array, shape (n,)
        In the unit of x.

    Returns
    -------
    tuple of array, shapes (m', n) and (..., m')
        Powers and coefficients, by degree and then by variable; the constant is the first.
    """
    n = E.shape[1]
    raw = exponents(n, int(E.sum(axis=1).max(initial=0)), 0)
    parts = np.array(
        [
            [
                prod(comb(int(k), int(i)) * (-c) ** int(k - i) for k, i, c in zip(of, to, center, strict=True))
                if (to <= of).all()
                else 0.0
                for to in raw
            ]
            for of in E
        ]
    )
    return raw, b @ parts.reshape(len(E), len(raw))
