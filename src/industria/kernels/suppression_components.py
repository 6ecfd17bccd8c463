"""Parts of a system that no relation joins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["unconnected"]

Ids = npt.NDArray[np.int64]


def unconnected(A: csr_array) -> tuple[int, Ids]:
    """Return the number of parts, and which of them each cell is in.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations of the cells.
    """
    m, n = A.shape
    ends = np.concatenate([A.indptr, np.full(n, A.nnz)])
    # Cells and relations are the nodes: cells alone would be joined by as many edges as a relation has pairs.
    both = csr_array((np.ones(A.nnz, np.int8), A.indices + m, ends), shape=(m + n, m + n))
    there, label = np.unique(connected_components(both, directed=False)[1][m:], return_inverse=True)
    return len(there), label
