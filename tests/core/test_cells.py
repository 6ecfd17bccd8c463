from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings

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
        "support_jobs_largest": 5.0,
        "support_jobs_second": 4.0,
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


def _by_hand(rows: Iterable[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    firms: dict[Any, dict[Any, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in rows:
        for column in ("sales", "jobs"):
            firms[row["industry"]][row["firm"]][column] += [] if row[column] is None else [row[column]]
    cells = {}
    for industry, units in firms.items():
        cell: dict[str, Any] = {"support_units": sum(any(unit.values()) for unit in units.values())}
        for column in ("sales", "jobs"):
            parts = [sum(unit[column]) for unit in units.values() if unit[column]]
            sizes = [*sorted(map(abs, parts), reverse=True), None, None]
            cell |= {column: sum(parts) if parts else None}
            cell |= {f"support_{column}_largest": sizes[0], f"support_{column}_second": sizes[1]}
        cells[(industry,)] = cell
    return cells


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@given(rows=plants())
def test_agrees_with_adding_up_by_hand(engine: str, rows: pa.Table) -> None:
    held: Any = pl.from_arrow(rows).lazy() if engine == "polars" else rows  # type: ignore[union-attr]
    found = _rows(add_up(as_table(held, "plants"), ["industry"], "sales", "jobs", unit="firm"), "industry")

    wanted = _by_hand(rows.to_pylist())
    assert set(found) == set(wanted)
    for key, cell in wanted.items():
        for column, value in cell.items():
            # Sums of at most 25 numbers up to 1e6, in another order: 1e-6 is far above their rounding.
            assert found[key][column] == pytest.approx(value, abs=1e-6), (key, column)


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
        assert cell == pytest.approx(by_firm[key], abs=1e-6, nan_ok=True)
