"""Names of monomials: K, K^2, K*L; and functions read back from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from industria.kernels.polynomials import Powers, exponents

__all__ = ["CONTROL", "RETURNS_TO_SCALE", "powers_of", "term_names"]

RETURNS_TO_SCALE: Final = "returns_to_scale"
CONTROL: Final = "control:"
"""What stands before the name of a control."""
MOST: Final = 6
"""Degree of any function that is estimated here."""


def term_names(powers: Powers, inputs: Sequence[str]) -> list[str]:
    """Name monomials by their inputs."""
    return [
        "*".join(name if k == 1 else f"{name}^{k}" for name, k in zip(inputs, row, strict=True) if k)
        for row in powers.tolist()
    ]


def powers_of(inputs: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """List the names of all monomials that some inputs may have, with their powers.

    Parameters
    ----------
    inputs : sequence of str
        In any order; so that names come out right whatever is in them, none is taken apart.

    Returns
    -------
    dict of str to tuple of int
        By name, in each order in which the inputs may stand.
    """
    found: dict[str, tuple[int, ...]] = {}
    degree = MOST if len(inputs) <= 4 else 3
    for row in exponents(len(inputs), degree).tolist():
        parts = [(i, k) for i, k in enumerate(row) if k]
        for order in _orders(parts):
            name = "*".join(inputs[i] if k == 1 else f"{inputs[i]}^{k}" for i, k in order)
            found.setdefault(name, tuple(row))
    return found


def _orders(parts: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    from itertools import permutations

    return [list(order) for order in permutations(parts)] if len(parts) <= 4 else [parts]


def as_powers(rows: Sequence[tuple[int, ...]]) -> Powers:
    """Stack powers, shape (m, J)."""
    return np.array(rows, np.int64)
