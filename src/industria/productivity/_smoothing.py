"""Output net of controls, and without the noise that nobody foresaw when inputs were chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from industria.errors import RepeatedColumnError
from industria.kernels.polynomials import exponents, monomials
from industria.productivity._function_roles import CONTROL_DEGREE
from industria.productivity._panel import Array, Codes, Panel

__all__ = ["NetOutput", "net_output", "smoothed"]


@dataclass(frozen=True, slots=True, eq=False)
class NetOutput:
    """Output and controls of the rows of a panel, or what is linear in them: their fits, their noise.

    Attributes
    ----------
    y : array, shape (n,)
        Output, in logs.
    Z : array, shape (n, k)
        Controls, as they are.
    """

    y: Array
    Z: Array

    def of(self, d: Array, rows: Codes) -> Array:
        """Take controls times their coefficients d, shape (R + 1, k), from output, shape (R + 1, len(rows))."""
        return np.asarray(self.y[rows] - d @ self.Z[rows].T)

    def without_noise(self, rows: Panel, columns: Sequence[str], degree: int | None) -> NetOutput:
        """Fit output and controls of each cell by inputs and proxy, each once.

        The fit is linear in what is fitted, so that output net of any draw's controls need not be fitted again.
        """
        V = rows.matrix(list(dict.fromkeys(columns)))
        Y = np.column_stack([self.y, self.Z])
        made = np.empty(Y.shape)
        for cell in range(int(rows.cell.max()) + 1):
            here = rows.cell == cell
            made[here] = smoothed(Y[here], V[here], rows.weights[here], CONTROL_DEGREE if degree is None else degree)
        return NetOutput(made[:, 0], made[:, 1:])

    def __sub__(self, other: NetOutput) -> NetOutput:
        return NetOutput(self.y - other.y, self.Z - other.Z)


def net_output(rows: Panel, output: str, controls: Sequence[str], logged: Sequence[str]) -> NetOutput:
    """Take output and controls from a panel, whose inputs and proxy are logged.

    Raises
    ------
    RepeatedColumnError
        If a control is one of the columns that are logged.
    """
    for column in controls:
        if column in (output, *logged):
            raise RepeatedColumnError(column, "a control", "output, an input or the proxy")
    return NetOutput(rows[output], rows.matrix(controls))


def smoothed(Y: Array, V: Array, w: Array, degree: int) -> Array:
    """Fit columns by the complete polynomial of inputs and proxy: stage one of a production function.

    Parameters
    ----------
    Y : array, shape (n, c)
        Output in logs, and controls.
    V : array, shape (n, v)
        Inputs and proxy, in logs.
    w : array, shape (n,)
        Weights, positive.
    degree : int
        Of the polynomial.

    Returns
    -------
    array, shape (n, c)
        The fits, which are the columns themselves where there are no more rows than terms.
    """
    P = monomials(V - np.average(V, axis=0, weights=w), exponents(V.shape[1], degree, 0))
    root = np.sqrt(w)[:, None]
    return np.asarray(P @ np.linalg.lstsq(P * root, Y * root)[0])
