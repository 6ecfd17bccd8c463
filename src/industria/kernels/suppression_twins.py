"""Cells that are the same number: a total with one part."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["twins"]

Ids = npt.NDArray[np.int64]


def twins(A: csr_array) -> tuple[Ids, csr_array]:
    """Take cells that a relation makes equal for one, again and again.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations.

    Returns
    -------
    group : array of int, shape (n,)
        Which cell of the smaller system each is.
    A : csr_array, shape (m, k)
        The relations between these; those that only said that two are equal are empty.
    """
    n = A.shape[1]
    group = np.arange(n)
    while True:
        first = A.indptr[np.flatnonzero(np.diff(A.indptr) == 2)]
        pairs = np.stack([A.indices[first], A.indices[first + 1]])[:, A.data[first] == -A.data[first + 1]]
        if not pairs.size:
            return group, A
        k = A.shape[1]
        number, label = connected_components(csr_array((np.ones(pairs.shape[1]), tuple(pairs)), shape=(k, k)))
        A = csr_array(A @ csr_array((np.ones(k), (np.arange(k), label)), shape=(k, number)))
        A.eliminate_zeros()
        group = label[group]
