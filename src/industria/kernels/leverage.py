"""How much of a regression hangs on single units."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from industria.kernels.groups import Array, Codes

__all__ = ["distinct_rows", "largest_leverage", "smallest_group"]

MANY: Final = 1_000
"""Groups whose leverage is reckoned; those of the smaller traces are bounded by them."""


def largest_leverage(Q: Array, g: Codes) -> float:
    """Return the largest leverage of a group of rows: 1 where some slope cannot be told without it.

    The leverage of group g is the largest eigenvalue of (X'X)⁻¹X_g'X_g: with X = QR, of Q_g'Q_g.

    Parameters
    ----------
    Q : array, shape (n, k)
        Orthonormal basis of the regressors, net of effects.
    g : array, shape (n,)
        Group of each row, numbered from 0 without gaps.

    Returns
    -------
    float
        From 0 to 1; 0 without regressors. An upper bound where it is small and groups are many.
    """
    if not Q.shape[1]:
        return 0.0
    sizes = np.bincount(g)
    rows, ends = np.argsort(g, kind="stable"), np.cumsum(sizes)
    # A trace bounds the largest eigenvalue from above, so that few groups need more than that.
    traces = np.bincount(g, (Q * Q).sum(axis=1))
    order = np.argsort(-traces, kind="stable")
    largest = float(traces[order[MANY]]) if len(order) > MANY else 0.0
    for group in order[:MANY]:
        if traces[group] <= largest:
            break
        own = Q[rows[ends[group] - sizes[group] : ends[group]]]
        largest = max(largest, float(np.linalg.eigvalsh(own.T @ own)[-1]))
    return min(largest, 1.0)


def distinct_rows(*columns: npt.NDArray[np.generic]) -> int:
    """Count the distinct rows of columns of one length.

    Parameters
    ----------
    *columns : array, each of shape (n,)
        Numbers.
    """
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        values = np.unique(column, return_inverse=True)[1]
        code = np.unique(code * (int(values.max(initial=0)) + 1) + values, return_inverse=True)[1].astype(np.int64)
    return int(code.max(initial=-1)) + 1


def smallest_group(X: Array, unit: Codes) -> int:
    """Count the units on the smaller side of any regressor that splits them.

    A regressor of two values has two sides. One of more values, of which one is 0, as interactions with a
    dummy have, splits units with another value from the rest.

    Parameters
    ----------
    X : array, shape (n, k)
        Regressors as they are.
    unit : array, shape (n,)
        Unit of each row, numbered from 0 without gaps.

    Returns
    -------
    int
        All units where no regressor splits them. A unit may stand on both sides, in different rows.
    """
    total = int(unit.max(initial=-1)) + 1
    least = total
    for x in X.T:
        low, high = (x.min(), x.max()) if len(x) else (0.0, 0.0)
        at = low if ((x == low) | (x == high)).all() else 0.0
        sides = [x == at, x != at] if low < high else []
        least = min([least, *(n for n in (_units(unit[side], total) for side in sides) if n)])
    return least


def _units(unit: Codes, total: int) -> int:
    return int((np.bincount(unit, minlength=total) > 0).sum())
