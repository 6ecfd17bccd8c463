"""Units of columns: told by the measure, the result, the contract, or the column that was read."""

from __future__ import annotations

from typing import Any

import pytest

from industria.core.contract import ColumnRule, Contract
from industria.study.units import Columns, Labels, of_row, promised

INPUTS: Columns = {
    "scrap": {"unit": "log points", "meaning": "log of items per 100"},
    "pay": {"unit": "currency", "meaning": None},
    "rework": {"unit": "log points", "meaning": None},
    "note": {"unit": None, "meaning": None},
}


def unit(told: str, parameters: dict[str, Any], columns: list[str]) -> str | None:
    labels = Labels(gives={"estimate": f"what it is [{told}]"}, parameters=parameters, inputs=INPUTS)
    return labels.columns(["estimate", *columns])["estimate"]["unit"]


@pytest.mark.parametrize(
    ("told", "parameters", "columns", "expected"),
    [
        ("fraction", {}, [], "fraction"),
        ("unit of scrap", {}, [], "log points"),
        ("unit of outcome", {"outcome": "pay"}, [], "currency"),
        ("unit of outcomes", {"outcomes": ["scrap", "rework"]}, [], "log points"),
        ("unit of outcomes", {"outcomes": ["scrap", "pay"]}, [], None),
        ("unit of outcome", {"outcome": "note"}, [], None),
        ("unit of outcome per persons", {"outcome": "pay"}, [], "currency per persons"),
        ("unit of column", {}, ["column"], "unit of column"),
        ("unit of outcome", {"outcome": "pay"}, ["outcome"], "currency"),
    ],
)
def test_a_reference_becomes_the_unit_it_points_at(
    told: str, parameters: dict[str, Any], columns: list[str], expected: str | None
) -> None:
    assert unit(told, parameters, columns) == expected


def test_a_reference_to_a_column_of_the_result_is_resolved_by_row() -> None:
    row = {"column": "pay"}

    assert of_row("unit of column per persons", row.get, INPUTS) == "currency per persons"
    assert of_row("unit of column", {"column": "unknown"}.get, INPUTS) is None
    assert of_row(None, row.get, INPUTS) is None


def test_the_first_that_tells_is_believed() -> None:
    labels = Labels(
        gives={"x": "made here [fraction]"},
        units={"x": "index", "y": "index"},
        promises={"y": {"unit": "hours", "meaning": "promised"}, "pay": {"unit": None, "meaning": "wages"}},
        parameters={},
        inputs=INPUTS,
    )

    assert labels.columns(["x", "y", "scrap", "pay", "new"]) == {
        "x": {"unit": "index", "meaning": "made here"},
        "y": {"unit": "index", "meaning": "promised"},
        "scrap": {"unit": "log points", "meaning": "log of items per 100"},
        "pay": {"unit": "currency", "meaning": "wages"},
        "new": {"unit": None, "meaning": None},
    }


def test_facts_are_not_columns_that_an_input_happens_to_have() -> None:
    labels = Labels(gives={"growth": "of the outcome [unit of outcome]"}, parameters={"outcome": "pay"}, inputs=INPUTS)

    facts = labels.facts(["n_obs", "pay", "growth"])

    assert facts["n_obs"]["unit"] == "count"
    assert facts["pay"]["unit"] is None
    assert facts["growth"]["unit"] == "currency"


def test_a_contract_promises_units_and_meanings() -> None:
    assert promised(None) == {}
    assert promised(Contract(columns={"x": ColumnRule(unit="hours")})) == {"x": {"unit": "hours", "meaning": None}}
