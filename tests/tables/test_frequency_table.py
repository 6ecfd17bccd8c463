"""Units by cell: each once in a cell, margins as sums, and the tables of known disputes."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import ExcludedParameterError, MissingValueError, ReservedNameError, UnsteadyUnitError
from industria.tables import frequency_table, magnitude_table
from tests.tables._cubes import COUNTIES, TREES, contributions, rows_of

PLANTS = pa.table(
    {
        "firm": ["a", "a", "a", "b", "c", "d"],
        "group": ["G", "G", "G", None, "G", None],
        "region": ["A", "A", "K", "A", "B", "L"],
        "industry": ["x", "x", "y", "x", "y", "x"],
        "weight": [1.0, 1.0, 1.0, 2.5, 1.5, 1.0],
    }
)
EXAMPLE: tuple[dict[str, pa.Table], dict[str, Any]] = (
    {"records": PLANTS, "hierarchies": COUNTIES},
    {"by": ["region", "industry"], "unit": "firm", "holding": "group", "weight": "weight"},
)
WORDS = frozenset({"region", "Total"})


def test_a_unit_counts_once_in_a_cell_and_in_every_cell_that_it_is_in() -> None:
    cells = rows_of(frequency_table(PLANTS, TREES, by="region", unit="firm", holding="group"), ["region"])

    assert {code: cell["count"] for (code,), cell in cells.items()} == {
        **dict.fromkeys(["A", "small", "c2"], 2),
        **dict.fromkeys(["B", "K", "L"], 1),
        **dict.fromkeys(["c1", "big"], 3),
        "Total": 5,
    }
    total = cells[("Total",)]
    assert (total["support_units"], total["support_holdings"]) == (4, 3)
    assert (total["support_count_largest"], total["support_count_holding_largest"]) == (2.0, 3.0)


def test_without_a_unit_each_record_counts() -> None:
    found = frequency_table(PLANTS, by=["industry"])

    assert found.to_arrow().to_pylist() == [
        {"industry": "Total", "count": 6},
        {"industry": "x", "count": 4},
        {"industry": "y", "count": 2},
    ]
    assert found.variable is None
    assert collect(found.contributors)["contribution_count"].to_pylist() == [1.0] * 6


def test_weights_count_what_a_unit_stands_for() -> None:
    cells = rows_of(frequency_table(PLANTS, by=["industry"], unit="firm", weight="weight"), ["industry"])

    assert cells[("Total",)]["count"] == 1 + 1 + 2.5 + 1.5 + 1
    assert cells[("x",)]["support_count_largest"] == 1.0


def test_usersupport_136_has_two_trees_of_one_dimension() -> None:
    """sdcTools/UserSupport #136: eight counties in two groups of two kinds; K follows from the two together."""
    counts = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
    rows = pa.table({"region": [code for code, n in counts.items() for _ in range(n)]})
    county = {code: "county-1" if code in "ABIJ" else "county-2" for code in counts}
    size = {code: "BIG" if code in "LM" else "small" for code in counts}
    trees = [
        {"dimension": "region", "hierarchy": label, "code": code, "parent": parent}
        for label, tree in (("county", county), ("size", size))
        for code, parent in {**tree, **dict.fromkeys(tree.values(), "Total")}.items()
    ]
    found = frequency_table(rows, pa.Table.from_pylist(trees), by=["region"])
    told = dict(zip(*(found.to_arrow()[column].to_pylist() for column in ("region", "count")), strict=True))

    assert told == counts | {"county-1": 20, "county-2": 16, "BIG": 6, "small": 30, "Total": 36}
    assert {code for code in counts if told[code] < 4} == set("ABKLM")
    assert told["small"] - told["county-1"] == told["K"] + told["N"] == 10
    assert {tuple(row.values()) for row in collect(found.hierarchies).to_pylist()} == {
        tuple(row.values())[:2] + tuple(row.values())[2:] for row in trees
    }


@settings(max_examples=6)
@given(records=contributions(), unit=st.sampled_from([None, "firm"]))
def test_counts_are_those_beside_amounts(records: pa.Table, unit: str | None) -> None:
    options: dict[str, Any] = {"by": ["year", "region"], "unit": unit, "holding": "group"}
    alone = rows_of(frequency_table(records, TREES, **options), options["by"])
    beside = rows_of(magnitude_table(records, TREES, variable="sales", counts=True, **options), options["by"])

    assert {codes: cell.items() <= beside[codes].items() for codes, cell in alone.items()} == dict.fromkeys(
        beside, True
    )


def test_bad_input_is_told() -> None:
    with pytest.raises(MissingValueError, match=r"records\.firm is missing in 1 of 6 rows\."):
        frequency_table(PLANTS.set_column(0, "firm", pa.array(["a", None, *"abcd"])), by="region", unit="firm")
    with pytest.raises(UnsteadyUnitError, match=r"records\.group has several values within 1 of the units"):
        frequency_table(PLANTS.set_column(0, "firm", pa.array([*"aaaaef"])), by="region", unit="firm", holding="group")
    with pytest.raises(ReservedNameError, match=r"records\.count bears a name"):
        frequency_table(PLANTS.rename_columns(["count", *PLANTS.column_names[1:]]), by="count")
    with pytest.raises(ExcludedParameterError, match="hierarchies has no place in margins=False"):
        frequency_table(PLANTS, TREES, by="region", margins=False)
