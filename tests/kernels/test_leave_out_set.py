from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from industria.kernels.leave_out_set import ALONE, HANGING, KEPT, ONCE, OUTSIDE, cut_workers, leave_out_set

seeds = st.integers(0, 10_000)


def drawn(seed: int, workers: int = 25, firms: int = 15, each: int = 2) -> tuple[Any, Any, Any]:
    draw = np.random.default_rng(seed)
    pairs = np.unique(
        np.column_stack([draw.integers(0, workers, each * workers), draw.integers(0, firms, each * workers)]), axis=0
    )
    return pairs[:, 0], pairs[:, 1], draw.integers(1, 3, len(pairs))


def parts(w: Any, f: Any) -> int:
    """Connected parts of the firms that have a match at all."""
    firms = np.unique(f)
    n = int(f.max(initial=0)) + 1
    graph = coo_array((np.ones(len(w)), (f, n + w)), shape=(n + int(w.max(initial=0)) + 1,) * 2)
    return len(np.unique(connected_components(graph, False)[1][firms]))


@given(seeds)
def test_a_cut_worker_is_one_without_whom_more_parts_are_left(seed: int) -> None:
    w, f, _ = drawn(seed)
    found = cut_workers(w, f)

    for worker in np.unique(w):
        rest = w != worker
        # Firms that only this worker has stand alone then.
        alone = len(np.setdiff1d(f, f[rest]))
        more = (parts(w[rest], f[rest]) if rest.any() else 0) + alone > parts(w, f)
        assert found[worker] == more


@given(seeds)
def test_the_set_stays_connected_whoever_is_left_out(seed: int) -> None:
    w, f, rows = drawn(seed)
    kept = leave_out_set(w, f, rows) == KEPT

    assert not kept.any() or parts(w[kept], f[kept]) == 1
    assert not cut_workers(w[kept], f[kept]).any()
    assert (np.bincount(w[kept], rows[kept], minlength=1)[w[kept]] > 1).all()


def test_each_reason() -> None:
    """Firms 0, 1 and 2 in a ring of three; worker 3 alone leads to firm 3, where 4 stays; 5 is elsewhere."""
    w = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6])
    f = np.array([0, 1, 1, 2, 0, 2, 2, 3, 3, 4, 0])
    rows = np.array([1, 1, 1, 1, 1, 1, 1, 1, 2, 5, 1])

    assert leave_out_set(w, f, rows).tolist() == [KEPT] * 6 + [ALONE] * 2 + [HANGING, OUTSIDE, ONCE]


@given(seeds)
def test_numbers_of_workers_and_order_of_matches_do_not_matter(seed: int) -> None:
    w, f, rows = drawn(seed)
    draw = np.random.default_rng(seed)
    other, order = draw.permutation(int(w.max()) + 1)[w], draw.permutation(len(w))

    np.testing.assert_array_equal(leave_out_set(w, f, rows)[order], leave_out_set(other[order], f[order], rows[order]))


def test_a_chain_of_a_hundred_thousand_needs_no_recursion() -> None:
    n = 100_000
    w = np.repeat(np.arange(n), 2)
    f = w + np.tile([0, 1], n)

    assert cut_workers(w, f).all()
    assert not cut_workers(w, np.where(f == n, 0, f)).any(), "a ring holds without any one"
