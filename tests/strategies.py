"""Things to try measures on: what hypothesis draws for every room."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

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
