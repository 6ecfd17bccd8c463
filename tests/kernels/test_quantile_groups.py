from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from industria.kernels.quantile_groups import quantile_groups

seeds = st.integers(0, 10_000)


@given(seeds, st.integers(1, 12))
def test_distinct_values_of_equal_weight_make_groups_of_equal_size(seed: int, n: int) -> None:
    x = np.random.default_rng(seed).permutation(np.arange(12.0 * n))
    found = quantile_groups(x, np.ones(len(x)), n)

    np.testing.assert_array_equal(found, pd.qcut(x, n, labels=False))


@given(seeds)
def test_groups_within_parts_are_those_of_each_part(seed: int) -> None:
    draw = np.random.default_rng(seed)
    x, w, part = draw.integers(0, 20, 60) / 4, draw.random(60) + 0.1, draw.integers(0, 3, 60)
    found = quantile_groups(x, w, 4, part)

    for one in np.unique(part):
        rows = part == one
        np.testing.assert_array_equal(found[rows], quantile_groups(x[rows], w[rows], 4))


@given(seeds)
def test_equal_values_share_a_group_and_higher_ones_are_never_lower(seed: int) -> None:
    draw = np.random.default_rng(seed)
    x = draw.integers(0, 8, 40).astype(float)
    found = quantile_groups(x, draw.random(40) + 0.1, 4)
    order = np.argsort(x)

    assert (np.diff(found[order]) >= 0).all()
    assert all(len(set(found[x == value])) == 1 for value in x)


@given(seeds)
def test_a_weight_counts_as_so_many_rows(seed: int) -> None:
    draw = np.random.default_rng(seed)
    x, w = draw.random(20), draw.integers(1, 5, 20)

    np.testing.assert_array_equal(
        np.repeat(quantile_groups(x, w.astype(float), 5), w), quantile_groups(np.repeat(x, w), np.ones(w.sum()), 5)
    )
