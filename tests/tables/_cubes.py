"""Cubes of a few records by hand: every set of leaves below a cell, one after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product
from math import isclose
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from industria.core.result import Cells
from industria.core.table import collect

TREES = pa.table(
    {
        "dimension": ["region"] * 12,
        "hierarchy": ["county"] * 6 + ["size"] * 6,
        "code": ["A", "B", "K", "L", "c1", "c2", "A", "B", "K", "L", "small", "big"],
        "parent": ["c1", "c1", "c2", "c2", "Total", "Total", "small", "big", "big", "big", "Total", "Total"],
    }
)
COUNTIES = TREES.slice(0, 6).drop_columns(["hierarchy"])
ABOVE = {
    "A": ["A", "c1", "small", "Total"],
    "B": ["B", "c1", "big", "Total"],
    "K": ["K", "c2", "big", "Total"],
    "L": ["L", "c2", "big", "Total"],
}
Row = Mapping[str, Any]
Key = tuple[str, ...]


@st.composite
def contributions(draw: st.DrawFn) -> pa.Table:
    """Records of a few firms, some in several regions and years; holdings own some, and amounts fall below zero."""
    n = draw(st.integers(1, 14))
    firms = draw(st.lists(st.sampled_from("abcdef"), min_size=n, max_size=n))
    groups = {firm: draw(st.sampled_from([None, "G", "H"])) for firm in "abcdef"}
    weights = {firm: draw(st.sampled_from([0.0, 1.0, 2.5])) for firm in "abcdef"}
    amounts = st.one_of(st.just(0.0), st.integers(-50, 100).map(float))
    return pa.table(
        {
            "firm": firms,
            "group": pa.array([groups[firm] for firm in firms], pa.string()),
            "weight": [weights[firm] for firm in firms],
            "region": draw(st.lists(st.sampled_from("ABKL"), min_size=n, max_size=n)),
            "year": draw(st.lists(st.integers(2019, 2020), min_size=n, max_size=n)),
            "industry": draw(st.lists(st.sampled_from("xyz"), min_size=n, max_size=n)),
            "sales": draw(st.lists(amounts, min_size=n, max_size=n)),
        }
    )


def rows_of(result: Cells, by: Sequence[str]) -> dict[Key, dict[str, Any]]:
    """By codes, every cell with its support."""
    found = collect(result.table).to_pylist()
    cells = {tuple(row[name] for name in by): {k: v for k, v in row.items() if k not in by} for row in found}
    assert len(cells) == len(found), "a cell came twice"
    return cells


def by_hand(rows: Sequence[Row], by: Sequence[str], unit: str | None, holding: str | None) -> dict[Key, dict[str, Any]]:
    """Sums of sales with their support, for every cell of the trees above."""
    cells: dict[Key, list[tuple[Key, Row]]] = defaultdict(list)
    for i, row in enumerate(rows):
        leaf = tuple(str(row[name]) for name in by)
        named = {**row, "_unit": i if unit is None else row[unit]}
        for codes in product(*(ABOVE.get(code, [code, "Total"]) for code in leaf)):
            cells[codes].append((leaf, named))
    return {codes: _cell(of, holding) for codes, of in cells.items()}


def _cell(rows: list[tuple[Key, Row]], holding: str | None) -> dict[str, Any]:
    amounts: dict[Any, float] = defaultdict(float)
    counted: dict[tuple[Any, Key], Row] = {}
    owned: dict[Any, float] = defaultdict(float)
    for leaf, row in rows:
        amounts[row["_unit"]] += row["sales"]
        counted[row["_unit"], leaf] = row
        if holding is not None:
            owned["h", row[holding] if row[holding] is not None else ("u", row["_unit"])] += row["sales"]
    cell = {"value": sum(amounts.values()), "count": len(counted), "support_units": len(amounts)}
    cell |= {"support_value_largest": _nth(amounts, 0), "support_value_second": _nth(amounts, 1)}
    cell |= {"support_value_squares": sum(x * x for x in amounts.values())}
    cell |= {"support_value_negative": sum(x < 0 for x in amounts.values())}
    if holding is not None:
        cell |= {"support_holdings": len(owned)}
        cell |= {"support_value_holding_largest": _nth(owned, 0), "support_value_holding_second": _nth(owned, 1)}
    return cell


def _nth(amounts: Mapping[Any, float], n: int) -> float | None:
    sizes = sorted(map(abs, amounts.values()), reverse=True)
    return sizes[n] if n < len(sizes) else None


def alike(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether numbers are the same but for the order in which they were added up."""
    return all(
        found[name] is value if value is None else isclose(found[name], value, rel_tol=1e-12, abs_tol=1e-9)
        for name, value in wanted.items()
    )
