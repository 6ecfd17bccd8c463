from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.ecosystems import material_requirements
from industria.errors import (
    CircleError,
    DuplicateRowError,
    MissingColumnError,
    NegativeValueError,
    OutsideRangeError,
    WeeksError,
)

DEMAND = pa.table({"product": ["mask", "mask", "gown"], "week": [4, 5, 5], "demand": [100.0, 50.0, 10.0]})
STRUCTURE = pa.table(
    {
        "parent": ["mask", "mask", "gown", "fabric", "fabric"],
        "component": ["fabric", "loop", "fabric", "meltblown", "resin"],
        "quantity": [2.0, 2.0, 25.0, 0.5, 0.1],
        "scrap": [0.0, 0.2, 0.0, 0.0, 0.5],
        "lead_weeks": [1, 3, 2, 1, 0],
    }
)
EXAMPLE = ({"demand": DEMAND, "structure": STRUCTURE}, {})


def needed(demand: pa.Table, structure: pa.Table, **parameters: Any) -> dict[tuple[str, Any], float]:
    rows = material_requirements(demand, structure, **parameters).to_arrow().to_pylist()
    return {(row["item"], row["week"]): row["gross"] for row in rows}


def test_a_bill_worked_by_hand() -> None:
    """Masks of week 4 take fabric in week 3, gowns of week 5 too; meltblown comes a week before its fabric."""
    result = material_requirements(DEMAND, STRUCTURE)
    rows = result.to_arrow().to_pylist()

    assert needed(DEMAND, STRUCTURE) == {
        ("mask", 4): 100,
        ("mask", 5): 50,
        ("gown", 5): 10,
        ("fabric", 3): 200 + 250,
        ("fabric", 4): 100,
        ("loop", 1): 250,
        ("loop", 2): 125,
        ("meltblown", 2): 225,
        ("meltblown", 3): 50,
        ("resin", 3): 90,
        ("resin", 4): 20,
    }
    assert {row["item"]: row["level"] for row in rows} == {
        "mask": 0,
        "gown": 0,
        "fabric": 1,
        "loop": 1,
        "meltblown": 2,
        "resin": 2,
    }
    assert {row["item"] for row in rows if row["raw"]} == {"loop", "meltblown", "resin"}
    assert (result.n_items, result.n_raw, result.n_before) == (6, 3, 6)


def test_without_lead_everything_is_needed_in_the_week_of_the_demand() -> None:
    found = needed(DEMAND, STRUCTURE, lead=False)

    assert {week for _, week in found} == {4, 5}
    assert found["fabric", 5] == 100 + 250


def test_weeks_may_be_dates() -> None:
    day = dt.date(2020, 4, 6)
    dates = [day + dt.timedelta(weeks=int(week)) for week in DEMAND["week"].to_pylist()]
    found = needed(DEMAND.set_column(1, "week", pa.array(dates)), STRUCTURE)

    assert found == {
        (item, day + dt.timedelta(weeks=week)): units for (item, week), units in needed(DEMAND, STRUCTURE).items()
    }


def test_a_product_without_components_is_its_own_raw_input() -> None:
    demand = pa.table({"product": ["swab"], "week": [0], "demand": [5.0]})
    rows = material_requirements(demand, STRUCTURE).to_arrow().to_pylist()

    assert rows == [{"item": "swab", "week": 0, "gross": 5.0, "level": 0, "raw": True}]


def test_a_level_is_the_longest_way_down() -> None:
    """What goes into a product straight and through a part has the level of the longer way, and adds up."""
    structure = pa.table({"parent": ["a", "a", "b"], "component": ["b", "c", "c"], "quantity": [2.0, 3.0, 5.0]})
    rows = material_requirements(pa.table({"product": ["a"], "week": [0], "demand": [1.0]}), structure).to_arrow()

    assert rows.to_pylist()[-1] == {"item": "c", "week": 0, "gross": 13.0, "level": 2, "raw": True}


@given(st.integers(0, 10_000), st.booleans())
def test_the_explosion_is_the_sum_over_all_ways_down(seed: int, lead: bool) -> None:
    """Each way from a product to an item adds the product of its quantities, at the sum of its leads."""
    rng = np.random.default_rng(seed)
    pairs = [(i, j) for i in range(7) for j in range(i + 1, 7) if rng.random() < 0.45]
    quantity, scrap, weeks = rng.integers(1, 5, len(pairs)), rng.random(len(pairs)) / 2, rng.integers(0, 4, len(pairs))
    structure = pa.table(
        {
            "parent": pa.array([str(i) for i, _ in pairs], pa.string()),
            "component": pa.array([str(j) for _, j in pairs], pa.string()),
            "quantity": quantity.astype(float),
            "scrap": scrap,
            "lead_weeks": weeks,
        }
    )
    wanted: dict[tuple[str, int], float] = defaultdict(float)

    def walk(item: int, week: int, units: float) -> None:
        wanted[str(item), week] += units
        for k, (i, j) in enumerate(pairs):
            if i == item:
                walk(j, week - int(weeks[k]) * lead, units * quantity[k] / (1 - scrap[k]))

    asked = [(0, 9, 10.0), (0, 10, 4.0), (2, 9, 3.0)]
    for item, week, units in asked:
        walk(item, week, units)
    demand = pa.table(
        {
            "product": [str(item) for item, _, _ in asked],
            "week": [week for _, week, _ in asked],
            "demand": [units for *_, units in asked],
        }
    )

    assert needed(demand, structure, lead=lead) == pytest.approx(wanted, rel=1e-9)


def test_a_circle_is_refused_with_its_way() -> None:
    circular = pa.table(
        {
            "parent": ["mask", "fabric", "meltblown", "resin"],
            "component": ["fabric", "resin", "fabric", "meltblown"],
            "quantity": [1.0] * 4,
        }
    )
    with pytest.raises(CircleError, match=r"runs in a circle: 'fabric', 'resin', 'meltblown', 'fabric'"):
        material_requirements(DEMAND, circular)
    own = pa.table({"parent": ["a"], "component": ["a"], "quantity": [1.0]})
    with pytest.raises(CircleError, match="'a', 'a'"):
        material_requirements(DEMAND, own)


def test_a_deep_bill_needs_no_deep_stack() -> None:
    n = 5000
    structure = pa.table(
        {"parent": [f"{i:05}" for i in range(n)], "component": [f"{i + 1:05}" for i in range(n)], "quantity": [1.0] * n}
    )
    result = material_requirements(pa.table({"product": ["00000"], "week": [0], "demand": [7.0]}), structure)

    assert (result.n_items, result.n_raw) == (n + 1, 1)
    assert result.to_arrow()["level"][-1].as_py() == n


@pytest.mark.parametrize(
    ("column", "cells", "error", "says"),
    [
        (
            "scrap",
            [1.0, 0, 0, 0, 0],
            OutsideRangeError,
            "structure.scrap is 1 where parent = 'mask', component = 'fabric'",
        ),
        ("scrap", [1.5, 0, 0, 0, 0], OutsideRangeError, r"lies in \[0, 1\]"),
        ("quantity", [-2.0, 0, 0, 0, 0], NegativeValueError, "structure.quantity"),
        ("lead_weeks", [0.5, 0, 0, 0, 0], OutsideRangeError, "is a whole number"),
        ("component", ["loop", "loop", "a", "b", "c"], DuplicateRowError, "parent = 'mask', component = 'loop'"),
    ],
)
def test_a_bad_bill_is_told(column: str, cells: list[Any], error: type[Exception], says: str) -> None:
    i = STRUCTURE.column_names.index(column)

    with pytest.raises(error, match=says):
        material_requirements(DEMAND, STRUCTURE.set_column(i, column, pa.array(cells)))


def test_a_bad_demand_is_told() -> None:
    with pytest.raises(MissingColumnError, match="demand has no column 'demand'"):
        material_requirements(DEMAND.drop_columns("demand"), STRUCTURE)
    days = pa.array([dt.date(2020, 4, 6), dt.date(2020, 4, 13), dt.date(2020, 4, 15)])
    with pytest.raises(WeeksError, match=r"has 2020-04-06 and 2020-04-15\. Weeks are dates a multiple of 7 days apart"):
        material_requirements(DEMAND.set_column(1, "week", days), STRUCTURE)
