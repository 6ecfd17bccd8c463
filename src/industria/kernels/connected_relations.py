"""Which relations and cells hang together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["connected_relations"]

Ids = npt.NDArray[np.int64]


def connected_relations(A: csr_array) -> tuple[Ids, Ids]:
    """Tell the parts of a system that no relation joins.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations between cells; what is not 0 joins.

    Returns
    -------
    relations : array of int, shape (m,)
        Part of each relation.
    cells : array of int, shape (n,)
        Part of each cell; one that is in no relation is a part of its own.
    """
    m, n = A.shape
    # Relations and cells are the nodes: to join each cell to each would take the square of a relation's length.
    ends = np.concatenate([A.indptr, np.full(n, A.nnz)])
    pattern = csr_array((np.ones(A.nnz, np.int8), A.indices + m, ends), shape=(m + n, m + n))
    label = connected_components(pattern, directed=False)[1]
    return label[:m], label[m:]
