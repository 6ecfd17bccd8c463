"""Which relations between cells everybody knows, and which were found in the data of who stands behind them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.release._protected import Protected

__all__ = ["public_relations"]


def public_relations(one: Protected) -> npt.NDArray[np.bool_]:
    """Tell which relations everybody knows: sums of tables, and equations of the study.

    That cells have the same units was found in the data: it tells who is who, but to those who see the cells.
    """
    joint = one.joint
    if joint.A.shape[0] == sum(block.A.shape[0] for block in joint.blocks):
        return np.ones(joint.A.shape[0], bool)
    sums = {key for at, block in enumerate(joint.blocks) for key in _keys(block.A, int(joint.start[at]))}
    variable = np.array([block.variable for block in joint.blocks] + [""])
    of = variable[np.searchsorted(joint.start, joint.A.indices, "right") - 1]
    hidden = one.withheld[joint.A.indices] | (one.altered is not None)
    rows = zip(_keys(joint.A, 0), joint.A.indptr[:-1], joint.A.indptr[1:], strict=True)
    return np.array(
        [key in sums or len(set(of[a:b].tolist())) > 1 or not hidden[a:b].any() for key, a, b in rows], bool
    )


def _keys(A: csr_array, start: int) -> Iterator[tuple[bytes, bytes]]:
    """Write the cells and signs of each relation, in order."""
    ordered = A.sorted_indices()
    for a, b in zip(ordered.indptr[:-1], ordered.indptr[1:], strict=True):
        yield (ordered.indices[a:b].astype(np.int64) + start).tobytes(), ordered.data[a:b].tobytes()
