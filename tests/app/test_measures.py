"""`industria measures` tells what can be computed."""

from __future__ import annotations

import json
from collections.abc import Callable

from industria.core.measure import names

Call = Callable[..., tuple[int, str, str]]

KEYS = ["name", "title", "room", "tables", "parameters", "gives", "cites", "design", "pools", "support"]


def test_lists_every_measure_with_its_title(industria: Call) -> None:
    code, out, _ = industria("measures")

    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == names()
    assert "Ask tables by DuckDB SQL." in out


def test_lists_a_room(industria: Call) -> None:
    lines = industria("measures", "tables")[1].splitlines()

    assert lines
    assert all(line.startswith("tables.") for line in lines)


def test_prints_signature_columns_units_and_cites(industria: Call) -> None:
    _, out, _ = industria("measures", "evaluation.fixed_effects")

    assert out.startswith("evaluation.fixed_effects(panel, *, outcome, treatment, unit, time, ")
    assert "  vcov               one of 'iid', 'HC1', 'CRV1', 'CRV3' = 'CRV1'\n" in out
    assert "  estimate        [unit of outcome]  change of the outcome" in out
    assert "Wooldridge (2010)" in out


def test_json_has_the_pinned_keys(industria: Call) -> None:
    records = json.loads(industria("measures", "--json")[1])

    assert [record["name"] for record in records] == names()
    assert all(list(record) == KEYS for record in records)


def test_json_tells_tables_and_parameters(industria: Call) -> None:
    (record,) = json.loads(industria("measures", "evaluation.fixed_effects", "--json")[1])

    assert record["tables"] == [{"name": "panel", "required": True}]
    assert {"name": "confidence", "type": "a number", "required": False, "default": 0.95} in record["parameters"]


def test_names_the_nearest_measure(industria: Call) -> None:
    assert industria("measures", "evaluation.fixed_efects") == (
        2,
        "",
        "error: 'evaluation.fixed_efects' is no measure. Did you mean 'evaluation.fixed_effects'?\n",
    )
