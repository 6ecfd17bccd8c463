"""Laws: more withheld is never narrower, more published never wider, names are nothing, joint owners hide nobody."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.release import Policy, attack, release
from tests.release.cells import magnitudes

ROWS, COLUMNS = ("a", "b", "c", "Total"), ("x", "y", "z", "Total")
KEYS = list(product(ROWS, COLUMNS))
Ends = dict[tuple[str, str], tuple[float, float]]


def table(inside: list[int], hidden: set[int]) -> pd.DataFrame:
    """Make a table of three by three with its totals; some cells stand without their value."""
    x = np.zeros((4, 4))
    x[:3, :3] = np.reshape(inside, (3, 3))
    x[3, :3], x[:3, 3], x[3, 3] = x[:3, :3].sum(0), x[:3, :3].sum(1), x[:3, :3].sum()
    values = [None if i in hidden else float(v) for i, v in enumerate(x.ravel())]
    return pd.DataFrame(KEYS, columns=["row", "column"]).assign(value=pd.array(values, dtype="Float64"))


def ends(target: Any, **more: Any) -> Ends:
    found = collect(attack(target, by=["row", "column"], **more).table).to_pylist()
    return {
        (one["row"], one["column"]): (
            -np.inf if one["low"] is None else one["low"],
            np.inf if one["high"] is None else one["high"],
        )
        for one in found
    }


def lies_in(inner: tuple[float, float], outer: tuple[float, float]) -> bool:
    slack = 1e-6 * max(1.0, *(abs(end) for end in (*inner, *outer) if np.isfinite(end)))
    return bool(outer[0] <= inner[0] + slack and inner[1] <= outer[1] + slack)


insides = st.lists(st.integers(0, 50), min_size=9, max_size=9)
places = st.sets(st.integers(0, 15), min_size=2, max_size=8)


@settings(max_examples=25, deadline=None)
@given(insides, places, st.integers(0, 15))
def test_withholding_more_never_narrows(inside: list[int], hidden: set[int], another: int) -> None:
    less, more = ends(table(inside, hidden)), ends(table(inside, hidden | {another}))

    assert all(lies_in(less[key], more[key]) for key in less)


@settings(max_examples=25, deadline=None)
@given(insides, places, places)
def test_a_further_table_never_widens(inside: list[int], hidden: set[int], other: set[int]) -> None:
    alone, both = ends(table(inside, hidden)), ends(table(inside, hidden), earlier=[table(inside, other)])

    assert all(lies_in(both[key], alone[key]) for key in both if key in alone)


@settings(max_examples=25, deadline=None)
@given(insides, places, st.permutations("abc"))
def test_names_of_codes_are_nothing(inside: list[int], hidden: set[int], order: list[str]) -> None:
    named = dict(zip("abc", order, strict=True)) | {"Total": "Total"}
    target = table(inside, hidden)
    first, second = ends(target), ends(target.assign(row=target["row"].map(named)))

    assert all(
        lies_in(first[r, c], second[named[r], c]) and lies_in(second[named[r], c], first[r, c]) for r, c in first
    )


@pytest.mark.parametrize("rule", [{"p": 0.15}, {"dominance": ((1, 0.6), (2, 0.8))}, {"pq": (0.2, 0.6)}])
@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 200), min_size=3, max_size=9), st.integers(0, 8), st.integers(0, 8))
def test_two_units_of_one_holding_make_no_cell_less_sensitive(
    rule: dict[str, Any], values: list[int], one: int, other: int
) -> None:
    """The cell beside is of twelve equal firms: what is primary is so by its own contributors."""
    rows = [("a", f"f{i}", float(v)) for i, v in enumerate(values)] + [("b", f"g{i}", 40.0) for i in range(12)]
    firms = pd.DataFrame(rows, columns=["region", "firm", "value"]).assign(owner=lambda t: t["firm"])
    held = firms.assign(owner=firms["firm"].replace(f"f{other % len(values)}", f"f{one % len(values)}"))
    policy = Policy(threshold=2, threshold_level="holding", **rule)

    def primary(records: pd.DataFrame) -> set[str]:
        found = release({"t": magnitudes(records, ["region"], holding="owner")}, policy).site_table("t").to_pylist()
        return {row["region"] for row in found if row["status"] == "primary"}

    assert primary(firms) <= primary(held)
