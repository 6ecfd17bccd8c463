"""Columns net of effects, by taking means out of one after the other until nothing moves."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import ConvergenceError

__all__ = ["net_of_effects"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]

TOLERANCE: Final = 1e-13
MOST: Final = 10_000


def net_of_effects(M: Array, F: Codes, w: Array) -> Array:
    """Take weighted means of the levels of each effect out of columns.

    Parameters
    ----------
    M : array, shape (n, k)
        Columns.
    F : array, shape (n, q)
        Level of each row in each of q effects, numbered from 0; one effect needs one round.
    w : array, shape (n,)
        Weights of 0 or more.

    Returns
    -------
    array, shape (n, k)
        In the units of M.

    Raises
    ------
    ConvergenceError
        If means still move after many rounds, as they do where effects hang together by few rows.
    """
    M = M.astype(np.float64)
    size = np.sqrt((M**2).mean(axis=0)).clip(np.finfo(float).tiny)
    totals = [np.bincount(effect, w).clip(np.finfo(float).tiny) for effect in F.T]
    for _ in range(MOST):
        moved = 0.0
        for effect, total in zip(F.T, totals, strict=True):
            means = np.column_stack([np.bincount(effect, w * column, len(total)) for column in M.T]) / total[:, None]
            moved = max(moved, float((np.abs(means) / size).max()))
            M -= means[effect]
        if F.shape[1] < 2 or moved < TOLERANCE:
            return M
    raise ConvergenceError("taking effects out", MOST, "take fewer effects, or units that are seen in more periods")
