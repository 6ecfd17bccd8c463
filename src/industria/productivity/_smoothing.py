"""Output without the noise that nobody foresaw when inputs were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from industria.kernels.polynomials import exponents, monomials
from industria.productivity._panel import Array, Panel

__all__ = ["by_cell", "smoothed"]

DEGREE: Final = 2


def smoothed(y: Array, V: Array) -> Array:
    """Fit output by the complete polynomial of degree 2 in inputs and proxy: stage one of a production function.

    Parameters
    ----------
    y : array, shape (n,)
        In logs.
    V : array, shape (n, v)
        Inputs and proxy, in logs.

    Returns
    -------
    array, shape (n,)
        The fit, which is y itself where there are no more rows than terms.
    """
    P = monomials(V - V.mean(axis=0), exponents(V.shape[1], DEGREE, 0))
    return np.asarray(P @ np.linalg.lstsq(P, y)[0])


def by_cell(rows: Panel, output: str, columns: Sequence[str]) -> Array:
    """Smooth output of each cell by inputs and proxy, each once, shape (n,), in logs."""
    V = rows.matrix(list(dict.fromkeys(columns)))
    y = np.empty(len(rows))
    for cell in range(int(rows.cell.max()) + 1):
        here = rows.cell == cell
        y[here] = smoothed(rows[output][here], V[here])
    return y
