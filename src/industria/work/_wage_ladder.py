"""Parts of the wage ladder, growth of employment on each, and the curve of growth over wages."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.core.encoding import Array, Ids

TERMS: Final = ("constant", "log_wage", "log_wage_squared")
Columns: TypeAlias = dict[str, npt.NDArray[Any]]


def places(each: Array, bins: int) -> Ids:
    """Find the part of the ladder in which the middle of every occupation lies.

    Parameters
    ----------
    each : array, shape (n,)
        What an occupation counts by; occupations are in the order of their wages.
    bins : int
        How many parts.

    Returns
    -------
    array, shape (n,)
        From 0 on.
    """
    middle = (np.cumsum(each) - each / 2) / each.sum()
    # A middle that is the edge of a bin but for rounding begins the next.
    return np.asarray(np.minimum(np.floor(middle * bins + 1e-9), bins - 1), np.int64)


def growth(e0: Array, e1: Array, w: Array, place: Ids, bins: int) -> Columns:
    """Add employment up by part, and compare.

    Parameters
    ----------
    e0, e1, w : array, shape (n,)
        Employment in the base and in the end, and wage.
    place : array, shape (n,)
        Part of the ladder.
    bins : int
        How many there are.

    Returns
    -------
    dict of str to array, shape (bins,)
        A part without base employment has no wages and no growth.
    """
    base, end = (np.bincount(place, of, bins) for of in (e0, e1))
    low, high = np.full(bins, np.inf), np.full(bins, -np.inf)
    np.minimum.at(low, place, w)
    np.maximum.at(high, place, w)
    filled = base > 0
    return {
        "bin": np.arange(1, bins + 1),
        "occupations": np.bincount(place, minlength=bins),
        "wage_low": np.where(filled, low, np.nan),
        "wage_high": np.where(filled, high, np.nan),
        "employment_base": base,
        "employment_end": end,
        "growth": np.divide(end, base, out=np.full(bins, np.nan), where=filled) - 1,
        "share_change": end / max(end.sum(), np.finfo(float).tiny) - base / base.sum(),
    }


def quadratic(e0: Array, e1: Array, w: Array, each: Array) -> tuple[Columns, float | None]:
    """Fit log growth on log wage and its square.

    Parameters
    ----------
    e0, e1, w, each : array, shape (n,)
        Employment in the base and in the end, wage, and what an occupation counts by.

    Returns
    -------
    dict of str to array
        Coefficients and errors that allow for any variance (HC1); empty below four occupations.
    float or None
        Wage at which the curve is lowest, if it has a minimum.
    """
    there = e1 > 0
    # A constant moved to the middle of log wages keeps the square and its base apart.
    x, y, h = np.log(w[there]), np.log(e1[there]) - np.log(e0[there]), each[there]
    if len(x) <= len(TERMS) or len(np.unique(x)) < len(TERMS):
        return {"term": np.zeros(0, "U1"), "estimate": np.zeros(0), "standard_error": np.zeros(0)}, None
    center = h @ x / h.sum()
    Z = np.column_stack([np.ones(len(x)), x - center, (x - center) ** 2])
    back = np.array([[1.0, -center, center**2], [0.0, 1.0, -2 * center], [0.0, 0.0, 1.0]])
    inverse = np.linalg.inv(Z.T @ (Z * h[:, None]))
    b = inverse @ (Z.T @ (h * y))
    scores = Z * (h * (y - Z @ b))[:, None]
    V = inverse @ (scores.T @ scores) @ inverse * len(x) / (len(x) - len(TERMS))
    estimate = back @ b
    # An exact fit has no error, of which rounding may take a breath more.
    error = np.sqrt(np.maximum(np.diagonal(back @ V @ back.T), 0))
    lowest = float(np.exp(center - b[1] / (2 * b[2]))) if b[2] > 0 else None
    return {"term": np.array(TERMS), "estimate": estimate, "standard_error": error}, lowest
