from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from industria.errors import NoAdditiveTableError
from industria.kernels.tabular_adjustment import Adjusted, tabular_adjustment
from tests.kernels.test_controlled_rounding import relations

# Counties by industries with margins; the first cell and one of the second row are sensitive.
X = np.array([[20.0, 50, 10, 80], [8, 19, 22, 49], [17, 32, 12, 61], [45, 101, 44, 190]]).ravel()
A = relations(3, 3)


def adjusted(sensitive: list[int], level: float = 5.0, **change: object) -> Adjusted:
    of = np.isin(np.arange(len(X)), sensitive)
    told = {
        "sensitive": of,
        "up": np.where(of, level, 0.0),
        "down": np.where(of, np.minimum(level, X), 0.0),
        "weight": np.ones(len(X)),
        "low": np.zeros(len(X)),
    }
    return tabular_adjustment(A, X, **(told | change))  # type: ignore[arg-type]


def test_sensitive_cells_move_by_their_level_and_sums_still_hold() -> None:
    found = adjusted([0, 4])

    assert np.abs(found.y[[0, 4]] - X[[0, 4]]).tolist() == [5, 5]
    assert np.abs(A @ found.y).max() < 1e-9
    assert (found.y >= 0).all()
    assert found.proven
    assert not found.further


def test_no_table_is_nearer_whichever_way_sensitive_cells_go() -> None:
    """All four ways, each by a linear program of its own."""
    best = np.inf
    for signs in product([5.0, -5.0], repeat=2):
        fixed = np.zeros((2, len(X)))
        fixed[0, 0] = fixed[1, 4] = 1
        program = linprog(
            np.ones(2 * len(X)),
            A_eq=np.vstack([np.hstack([M, -M]) for M in (A.toarray(), fixed)]),
            b_eq=np.concatenate([np.zeros(A.shape[0]), signs]),
            bounds=[*((0, None) for _ in X), *((0, x) for x in X)],
        )
        best = min(best, program.fun)

    assert adjusted([0, 4]).distance == pytest.approx(best)


def test_cells_that_may_not_change_do_not() -> None:
    weight = np.ones(len(X))
    weight[[3, 7, 11, 12, 13, 14, 15]] = np.inf  # margins

    found = adjusted([0], weight=weight)

    assert found.y[[3, 7, 11, 12, 13, 14, 15]].tolist() == X[[3, 7, 11, 12, 13, 14, 15]].tolist()
    assert found.distance == pytest.approx(20)  # one loop of four cells


def test_a_level_that_sums_do_not_allow_is_exceeded_and_said() -> None:
    """One sensitive cell of 3 and one of 2 and their total alone: they cannot move by both levels and keep it."""
    chain = csr_array(np.array([[-1.0, -1.0, 1.0]]))
    found = tabular_adjustment(
        chain,
        np.array([30.0, 20, 50]),
        sensitive=np.array([True, True, False]),
        up=np.array([3.0, 2, 0]),
        down=np.array([3.0, 2, 0]),
        weight=np.array([1.0, 1, np.inf]),
        low=np.zeros(3),
    )

    assert found.further
    assert np.abs(found.y - [30, 20, 50]).tolist() == pytest.approx([3, 3, 0])


def test_counts_stay_whole_and_go_up_only_where_no_lower_level_is_given() -> None:
    found = adjusted([0, 4], level=1.0, whole=True, down=np.zeros(len(X)))

    assert (found.y == np.round(found.y)).all()
    assert (found.y[[0, 4]] - X[[0, 4]]).tolist() == [1, 1]


def test_what_cannot_move_is_refused() -> None:
    """A total that stays, and whose only part is sensitive."""
    with pytest.raises(NoAdditiveTableError, match="adjustment: no table of these 2 cells"):
        tabular_adjustment(
            csr_array(np.array([[-1.0, 1.0]])),
            np.array([5.0, 5.0]),
            sensitive=np.array([True, False]),
            up=np.array([1.0, 0]),
            down=np.array([1.0, 0]),
            weight=np.array([1.0, np.inf]),
            low=np.zeros(2),
        )
