"""The one adapter to pyfixest: taking out effects.

Only the engine's demeaning is called, on arrays: no formula is written, so column
names may hold anything; and no frame, so the first call costs 0.1 s, not the 3 to
7 s that importing its estimators takes. Standard errors are ours (`kernels.covariance`),
since pyfixest 0.60 takes the columns of the effects from an unordered set: which of
them it finds nested in the clusters, and so CRV1, changes with PYTHONHASHSEED
(0.143440 or 0.142535 for the training grants, where 0.143440 is right).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from industria.errors import ConvergenceError, MissingPackageError
from industria.kernels.groups import Array, Codes, sums

__all__ = ["demeaner"]

TOLERANCE: Final = 1e-12
ROUNDS: Final = 10_000


def demeaner(F: Codes) -> Callable[[Array, Array], Array]:
    """Make the function that takes effects out of matrices.

    Parameters
    ----------
    F : array, shape (n, q)
        Level of each row in each of q effects, numbered from 0 without gaps.

    Returns
    -------
    callable
        From a matrix (n, m) and weights (n,) to the matrix net of weighted effects;
        the means of one effect are exact and need no engine.

    Raises
    ------
    MissingPackageError
        If pyfixest is not installed.
    """
    if F.shape[1] == 1:
        return lambda M, w: M - (sums(M * w[:, None], F[:, 0]) / sums(w, F[:, 0])[:, None])[F[:, 0]]
    try:
        from pyfixest.core.demean import demean_within
    except ImportError:
        raise MissingPackageError("pyfixest", "estimation", "evaluation.fixed_effects") from None
    levels = np.asfortranarray(F, dtype=np.uint32)

    def demean(M: Array, w: Array) -> Array:
        # The engine stops at an absolute tolerance: money in the millions would never reach it.
        M = M - np.average(M, axis=0, weights=w)
        scale = np.abs(M).max(axis=0, initial=0.0)
        scale[scale == 0] = 1.0
        net, converged, _ = demean_within(M / scale, levels, w.astype(np.float64), tol=TOLERANCE, maxiter=ROUNDS)
        if not converged:
            raise ConvergenceError("taking out the effects", ROUNDS, "they may hardly overlap; take fewer of them")
        return np.asarray(net * scale)

    return demean
