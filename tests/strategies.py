"""Things to try measures on: what hypothesis draws for every room."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st
from scipy.sparse import csr_array

from industria.core.bridge import Bridge

CELLS = st.one_of(st.none(), st.floats(-1e6, 1e6, allow_nan=False, width=32))
FIRMS = st.sampled_from(["a", "b", "c", "d"])
INDUSTRIES = st.sampled_from(["food", "metal", None])

bare_keys = st.text(st.characters(exclude_characters=' []",=\\', exclude_categories=("Z", "C")), min_size=1)
"""Texts that a value address may show without quotes."""

any_keys = st.text(st.characters(exclude_categories=("Cs",)), min_size=0, max_size=12)
"""Texts that may stand in a column, quotes, brackets and all."""

names = st.from_regex(r"[^\W\d]\w{0,8}", fullmatch=True)
"""Names of steps, tables and columns."""


@st.composite
def plants(draw: st.DrawFn) -> pa.Table:
    """Plants of a few firms: several rows a firm, gaps in the figures, an industry that may be unknown."""
    n = draw(st.integers(1, 25))

    def column(values: st.SearchStrategy[Any], kind: pa.DataType) -> pa.Array:
        return pa.array(draw(st.lists(values, min_size=n, max_size=n)), kind)

    return pa.table(
        {
            "firm": column(FIRMS, pa.string()),
            "industry": column(INDUSTRIES, pa.string()),
            "sales": column(CELLS, pa.float64()),
            "jobs": column(st.one_of(st.none(), st.integers(0, 1000)), pa.int64()),
        }
    )


@st.composite
def bridge_matrices(draw: st.DrawFn, n: int, k: int) -> csr_array:
    """Links at random with weights that sum to 1; some rows, and some columns, have none."""
    weight = st.one_of(st.just(0.0), st.floats(0.01, 10))
    W = np.array(draw(st.lists(st.lists(weight, min_size=k, max_size=k), min_size=n, max_size=n)))
    sums = W.sum(axis=1, keepdims=True)
    return csr_array(np.divide(W, sums, out=np.zeros_like(W), where=sums > 0))


@st.composite
def bridges_in_a_row(draw: st.DrawFn, length: int) -> list[Bridge]:
    """Bridges of which each starts at the codes where the one before ends; each keeps something."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=length + 1, max_size=length + 1))
    chain = []
    for step, (n, k) in enumerate(pairwise(sizes)):
        weights = draw(bridge_matrices(n, k))
        chain.append(
            Bridge(
                origin=f"v{step}",
                destination=f"v{step + 1}",
                origin_codes=tuple(f"{step}{i}" for i in range(n)),
                destination_codes=tuple(f"{step + 1}{d}" for d in range(k)),
                weights=weights,
                partial=csr_array((n, k), dtype=bool),
                basis=f"v{step} -> v{step + 1}: given",
            )
        )
    return chain
