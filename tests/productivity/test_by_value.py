"""Cross-sections by value are the same as those by name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.errors import DuplicateRowError, NegativeValueError
from industria.productivity._by_value import read_by_value
from industria.productivity._panel import Panel, read

rng = np.random.default_rng(4)
PLANTS = pd.DataFrame(
    {
        "plant": rng.permutation(60),
        "year": rng.integers(2001, 2004, 60),
        "industry": rng.choice(["b", "a"], 60),
        "p": rng.normal(size=60),
        "jobs": rng.integers(1, 9, 60),
        "w": rng.uniform(0.5, 2, 60),
    }
)
ROLES: dict[str, Any] = {"unit": "plant", "numbers": ["p", "jobs"], "by": ["industry", "year"], "weights": "w"}


def rows(panel: Panel) -> list[tuple[float, ...]]:
    columns = (panel.cell, panel.unit, panel["p"], panel["jobs"], panel.weights)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def test_rows_rise_within_cells_and_are_those_of_the_panel() -> None:
    fast, plain = read_by_value(PLANTS, "panel", **ROLES), read(PLANTS, "panel", **ROLES)

    assert fast.keys.num_columns == 0
    assert rows(fast) == rows(plain)
    assert fast.cells.equals(plain.cells)
    assert all((np.diff(fast["p"][fast.cell == c]) > 0).all() for c in range(6))


def test_ties_do_not_bring_the_order_of_the_table_in() -> None:
    tied = PLANTS.assign(p=np.round(PLANTS["p"]))
    one, other = (read_by_value(data, "panel", **ROLES) for data in (tied, tied.iloc[::-1]))

    for column in ("p", "jobs"):
        assert one[column].tolist() == other[column].tolist()
    assert one.weights.tolist() == other.weights.tolist()
    assert one.unit.tolist() == other.unit.tolist()


@pytest.mark.parametrize("changes", [{"p": [np.nan, *range(59)]}, {"w": [0.0] + [1.0] * 59}, {"industry": [None] * 60}])
def test_what_is_in_the_way_goes_to_the_panel(changes: dict[str, Any]) -> None:
    data = PLANTS.assign(**changes)
    if "industry" in changes:
        data.loc[1:, "industry"] = "a"
    fast, plain = read_by_value(data, "panel", **ROLES), read(data, "panel", **ROLES)

    assert fast.keys.num_columns == 3
    assert rows(fast) == rows(plain)
    assert fast.dropped == plain.dropped


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(DuplicateRowError, match="plant = 7"):
        read_by_value(PLANTS.assign(plant=7), "panel", **ROLES)
    with pytest.raises(NegativeValueError, match=r"panel\.jobs"):
        read_by_value(PLANTS.assign(jobs=-1), "panel", **ROLES, nonnegative=["jobs"])
