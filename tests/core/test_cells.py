from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import isclose
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from industria.core.cells import add_up
from industria.core.table import as_table, collect
from tests.strategies import plants

PLANTS = pa.table(
    {
        "firm": ["a", "a", "b", "c", "d", "e", None],
        "industry": ["food", "food", "food", "food", None, "metal", "metal"],
        "sales": [60.0, 30.0, 50.0, None, 7.0, None, 2.0],
        "jobs": [3, 1, 5, 2, 1, None, 4],
    }
)


def _rows(table: Any, *by: str) -> dict[Any, dict[str, Any]]:
    found = collect(table).to_pylist()
    cells = {tuple(row[key] for key in by): row for row in found}
    assert len(cells) == len(found), "a cell came twice"
    return cells


def test_sums_come_with_the_units_and_the_two_largest_behind_them() -> None:
    food = _rows(add_up(as_table(PLANTS, "plants"), ["industry"], "sales", "jobs", unit="firm"), "industry")[("food",)]

    assert food == {
        "industry": "food",
        "sales": 140.0,
        "jobs": 11.0,
        "support_units": 3,  # c reports jobs alone, and counts
        "support_sales_largest": 90.0,  # both plants of a
        "support_sales_second": 50.0,
        "support_sales_squares": 90.0**2 + 50.0**2,
        "support_sales_negative": 0,
        "support_jobs_largest": 5.0,
        "support_jobs_second": 4.0,
        "support_jobs_squares": 4.0**2 + 5.0**2 + 2.0**2,
        "support_jobs_negative": 0,
    }


def test_one_text_is_one_key() -> None:
    plants = as_table(PLANTS, "plants")

    assert _rows(add_up(plants, "industry", "sales"), "industry") == _rows(
        add_up(plants, ["industry"], "sales"), "industry"
    )


def test_without_a_unit_each_row_is_one() -> None:
    food = _rows(add_up(as_table(PLANTS, "plants"), ["industry"], "sales"), "industry")[("food",)]

    assert (food["support_units"], food["support_sales_largest"], food["support_sales_second"]) == (3, 60.0, 50.0)


def test_an_unknown_industry_is_a_cell_of_its_own() -> None:
    cells = _rows(add_up(as_table(PLANTS, "plants"), ["industry"], "sales", unit="firm"), "industry")

    assert cells[(None,)]["sales"] == 7.0
    assert cells[(None,)]["support_sales_largest"] == 7.0
    assert cells[(None,)]["support_sales_second"] is None


def test_a_sum_of_nothing_is_missing_not_zero() -> None:
    only_e = as_table(PLANTS.filter(pa.compute.equal(PLANTS["firm"], "e")), "plants")
    (cell,) = _rows(add_up(only_e, ["industry"], "sales", unit="firm"), "industry").values()

    assert cell["sales"] is None
    assert cell["support_units"] == 0
    assert cell["support_sales_largest"] is None


def test_no_cells_means_one_over_all() -> None:
    (total,) = _rows(add_up(as_table(PLANTS, "plants"), [], "sales", unit="firm")).values()

    assert total["sales"] == 149.0
    assert total["support_units"] == 4  # a, b, d, and the firm without a name


def test_two_equal_contributions_are_largest_and_second() -> None:
    table = as_table(pa.table({"firm": ["a", "b", "c"], "sales": [5.0, -5.0, 1.0]}), "firms")
    (cell,) = _rows(add_up(table, [], "sales", unit="firm")).values()

    assert (cell["support_sales_largest"], cell["support_sales_second"]) == (5.0, 5.0)


def test_units_of_a_holding_count_as_one_beside_those_without() -> None:
    rows = pa.table(
        {
            "firm": ["a", "a", "b", "c", "d", "e"],
            "group": ["G", "G", "G", None, None, "H"],
            "sales": [30.0, 10.0, -10.0, 20.0, 25.0, None],
        }
    )
    (cell,) = _rows(add_up(as_table(rows, "rows"), [], "sales", unit="firm", holding="group")).values()

    assert cell == {
        "sales": 75.0,
        "support_units": 4,
        "support_holdings": 3,  # G, c and d: H reports nothing
        "support_sales_largest": 40.0,
        "support_sales_second": 25.0,
        "support_sales_holding_largest": 30.0,
        "support_sales_holding_second": 25.0,
        "support_sales_squares": 40.0**2 + 10.0**2 + 20.0**2 + 25.0**2,
        "support_sales_negative": 1,
    }


def _alike(one: Any, other: Any) -> bool:
    # Numbers up to 1e6 and their squares, added up in another order.
    plain = None in (one, other) or isinstance(one, str)
    return bool(one == other) if plain else isclose(one, other, rel_tol=1e-12, abs_tol=1e-6)


def _by_hand(rows: Iterable[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    firms: dict[Any, dict[Any, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in rows:
        for column in ("sales", "jobs"):
            firms[row["industry"]][row["firm"], row["group"]][column] += [] if row[column] is None else [row[column]]
    cells = {}
    for industry, units in firms.items():
        cell: dict[str, Any] = {"support_units": sum(any(unit.values()) for unit in units.values())}
        owners = {(firm if group is None else "", group) for (firm, group), unit in units.items() if any(unit.values())}
        cell |= {"support_holdings": len(owners)}
        for column in ("sales", "jobs"):
            told = {unit: sum(values[column]) for unit, values in units.items() if values[column]}
            held: dict[Any, float] = defaultdict(float)
            for (firm, group), value in told.items():
                held[firm if group is None else "", group] += value
            cell |= {column: sum(told.values()) if told else None}
            for kind, parts in (("", list(told.values())), ("_holding", list(held.values()))):
                sizes = [*sorted(map(abs, parts), reverse=True), None, None]
                cell |= {f"support_{column}{kind}_largest": sizes[0], f"support_{column}{kind}_second": sizes[1]}
            cell |= {f"support_{column}_squares": sum(x * x for x in told.values()) if told else None}
            cell |= {f"support_{column}_negative": sum(x < 0 for x in told.values())}
        cells[(industry,)] = cell
    return cells


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@settings(max_examples=50)
@given(rows=plants(), groups=st.lists(st.sampled_from(["G", "H", None]), min_size=25, max_size=25))
def test_agrees_with_adding_up_by_hand(engine: str, rows: pa.Table, groups: list[str | None]) -> None:
    rows = rows.append_column("group", pa.array(groups[: rows.num_rows], pa.string()))
    held: Any = pl.from_arrow(rows).lazy() if engine == "polars" else rows  # type: ignore[union-attr]
    found = _rows(
        add_up(as_table(held, "plants"), ["industry"], "sales", "jobs", unit="firm", holding="group"), "industry"
    )

    wanted = _by_hand(rows.to_pylist())
    assert set(found) == set(wanted)
    for key, cell in wanted.items():
        assert set(cell) == set(found[key]) - {"industry"}
        for column, value in cell.items():
            assert _alike(found[key][column], value), (key, column)


@settings(max_examples=20)  # half a second each on DuckDB
@given(rows=plants())
def test_plants_of_a_firm_count_once(rows: pa.Table) -> None:
    """Adding plants up to firms beforehand changes neither figures nor support."""
    told = pl.DataFrame(rows.to_pydict(), schema={"firm": str, "industry": str, "sales": float, "jobs": int})
    sums = [pl.when(pl.col(c).count() > 0).then(pl.col(c).sum()).alias(c) for c in ("sales", "jobs")]
    firms = told.group_by("firm", "industry").agg(*sums)
    by_plant, by_firm = (
        _rows(add_up(as_table(t, "firms"), ["industry"], "sales", "jobs", unit="firm"), "industry")
        for t in (told, firms)
    )

    assert by_plant.keys() == by_firm.keys()
    for key, cell in by_plant.items():
        assert all(_alike(cell[column], value) for column, value in by_firm[key].items())
