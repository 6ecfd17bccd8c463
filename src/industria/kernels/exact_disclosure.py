"""Whether sums tell withheld cells exactly: a move of whole numbers that keeps every sum proves that they do not."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

__all__ = ["undetermined"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

WHOLE: Final = 2.0**53
"""Below this, sums of whole numbers in floating point are what they are."""
TOGETHER: Final = 1_000_000
"""Entries of relations that are looked at together."""


def undetermined(A: csr_array, z: Ids, withheld: Truth, up_room: Array, down_room: Array) -> Truth:
    """Tell of which cells one move proves that nothing published tells them.

    If A z = 0, z is nothing in published cells, and no value stands at a bound that z would cross, then x + t z is a
    table that agrees with all that is published for some t > 0, and it differs from x in every cell that z moves. The
    sums are those of whole numbers, so that no rounding stands between this and a proof. Nothing is supposed of who
    made the move.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations of the cells, in whole numbers: A x = 0.
    z : array of int, shape (n,)
        The move.
    withheld : array of bool, shape (n,)
        Cells that are not published.
    up_room, down_room : array, shape (n,)
        Distances of values to the bounds that everybody knows.

    Returns
    -------
    array of bool, shape (n,)
        Withheld cells that are not determined; none where z proves nothing.
    """
    nothing = np.zeros(len(z), bool)
    move = z.astype(float)
    longest = int(np.diff(A.indptr).max(initial=0))
    largest = max(float(A.data.max(initial=0.0)), -float(A.data.min(initial=0.0)))
    if float(np.abs(move).max(initial=0.0)) * largest * longest >= WHOLE:
        return nothing
    parts = (A.data[start : start + TOGETHER] for start in range(0, A.nnz, TOGETHER))
    if any((part != np.rint(part)).any() for part in parts) or (A @ move).any() or z[~withheld].any():
        return nothing
    if ((z > 0) & ~(up_room > 0)).any() or ((z < 0) & ~(down_room > 0)).any():
        return nothing
    return np.asarray(withheld & (z != 0))
