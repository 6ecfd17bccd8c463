"""Rows in the order of their labels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.productivity import _sorting
from industria.productivity._sorting import coded, in_order

cells = st.tuples(
    st.one_of(st.none(), st.sampled_from(["b", "a", "ä"])),
    st.integers(-3, 3),
    st.one_of(st.none(), st.integers(-(10**12), 10**12)),
)


@given(st.lists(cells, min_size=1, max_size=30), st.sampled_from([2**62, 50]))
def test_one_sort_is_as_good_as_one_after_the_other(rows: list[Any], widest: int) -> None:
    """As Arrow sorts, missing labels last; whether numbers of all keys fit into one or not."""
    columns = list(zip(*rows, strict=True))
    kinds = (pa.string(), pa.int64(), pa.int64())
    table = pa.table({name: pa.array(c, kind) for name, c, kind in zip("xyz", columns, kinds, strict=True)})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_sorting, "WIDEST", widest)
        order, codes, labels = in_order(table, ["x", "y", "z"])
    ours = table if order is None else table.take(pa.array(order))

    theirs = table.take(pc.sort_indices(table, [(name, "ascending") for name in "xyz"]))
    assert ours.to_pylist() == theirs.to_pylist()
    for name, code, found in zip("xyz", codes, labels, strict=True):
        told = [*found.to_pylist(), None] if isinstance(found, pa.Array) else range(found, found + 99)
        assert [told[i] for i in code] == ours[name].to_pylist()


def test_rows_in_order_stay() -> None:
    assert in_order(pa.table({"x": [1, 1, 2], "y": [1, 2, 0]}), ["x", "y"])[0] is None


def test_codes_have_no_gaps() -> None:
    codes, labels = coded(pa.chunked_array([[7, 3, 7], [10**15]]))

    np.testing.assert_array_equal(codes, [1, 0, 1, 2])
    assert labels.to_pylist() == [3, 7, 10**15]
