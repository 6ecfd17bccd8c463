"""Relations and cells that hang together."""

from __future__ import annotations

import tracemalloc

import numpy as np
from scipy.sparse import csr_array

from industria.kernels.connected_relations import connected_relations


def test_relations_that_share_a_cell_are_one_part() -> None:
    """Cells 0, 1 and 2 hang together by two relations, 3 and 4 by one; 5 is in none."""
    A = csr_array(np.array([[1, -1, 0, 0, 0, 0], [0, 0, 0, -1, 1, 0], [0, 1, -1, 0, 0, 0]]))

    relations, cells = connected_relations(A)

    assert relations[0] == relations[2] == cells[0] == cells[1] == cells[2]
    assert relations[1] == cells[3] == cells[4]
    assert len({int(cells[0]), int(cells[3]), int(cells[5])}) == 3


def test_no_relation_leaves_each_cell_alone() -> None:
    relations, cells = connected_relations(csr_array((0, 3)))

    assert len(relations) == 0
    assert len(set(cells.tolist())) == 3


def test_a_long_relation_takes_no_square_of_its_length() -> None:
    """Ten thousand cells in one sum: each joined to each would be 100 million entries."""
    A = csr_array(np.ones((1, 10_000)))

    tracemalloc.start()
    _, cells = connected_relations(A)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(set(cells.tolist())) == 1
    assert most < 10e6
