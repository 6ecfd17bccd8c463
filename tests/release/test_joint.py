"""Cells of one variable, with the sums that an outsider could make of them."""

from __future__ import annotations

import tracemalloc

import numpy as np
from scipy.sparse import csr_array

from industria.release._behind import nobody
from industria.release._joint import Joint, Made


def test_thousands_of_sums_take_no_square_of_their_number() -> None:
    """Each sum is in its own relation alone: 4,000 of them as a full square would be 128 MB."""
    n, k = 10, 4_000
    nothing = np.zeros(n, bool)
    joint = Joint(
        blocks=[],
        start=np.array([0]),
        made=[],
        A=csr_array((0, n)),
        x=np.arange(1.0, n + 1),
        rows=np.ones(n, np.int64),
        behind=nobody(),
        fixed=nothing,
        gone=nothing,
        units=[],
        owners=[],
    )
    made = [Made(np.array([0, 1]), np.ones(2), nobody(), f"sum {i}") for i in range(k)]

    tracemalloc.start()
    wide = joint.with_made(made)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 32e6
    assert wide.A.shape == (k, n + k)
    assert not (wide.A @ wide.x).any()
    assert (wide.x[n:] == 3.0).all()
