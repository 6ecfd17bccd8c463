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
from industria.kernels.groups import Array, Codes

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
        From a matrix (n, m) and weights (n,) to the matrix net of weighted effects.

    Raises
    ------
    MissingPackageError
        If pyfixest is not installed.
    """
    try:
        from pyfixest.core.demean import demean_within
    except ImportError:
        raise MissingPackageError("pyfixest", "estimation", "evaluation.fixed_effects") from None
    levels = np.asfortranarray(F, dtype=np.uint32)

    def demean(M: Array, w: Array) -> Array:
        net, converged, _ = demean_within(
            np.ascontiguousarray(M), levels, w.astype(np.float64, copy=False), tol=TOLERANCE, maxiter=ROUNDS
        )
        if not converged:
            raise ConvergenceError("taking out the effects", ROUNDS)
        return np.asarray(net, dtype=np.float64)

    return demean
