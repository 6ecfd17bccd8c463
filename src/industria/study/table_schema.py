"""Columns as Table Schema writes them: type, unit, meaning, and what a contract promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from industria.core.contract import ColumnRule, Contract
from industria.study.units import Columns

__all__ = ["table_schema"]

TYPES: Final = {
    "int": "integer",
    "uint": "integer",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "string": "string",
    "large_string": "string",
    "bool": "boolean",
    "datetime": "datetime",
    "timestamp": "datetime",
    "date": "date",
}
"""By how the name of a kind begins, in a table or in its file; any other is of no type that is known."""

SILENT: Final = {"columns", "key"}
"""What of a contract Table Schema says in its own words."""


def table_schema(types: Mapping[str, str], columns: Columns, contract: Contract | None) -> dict[str, Any]:
    """Describe a table.

    Parameters
    ----------
    types : mapping of str to str
        The kind of each column, in their order: int64, double, timestamp[us].
    columns : Columns
        Unit and meaning of those that are known.
    contract : Contract or None
        What is promised of it. What Table Schema has no word for stands under
        `unit` and `classification` of a field, and under `contract`.

    Returns
    -------
    dict
        `fields`, `primaryKey` where the contract has a key, and `contract`.
    """
    promised = contract or Contract()
    rules = {name: promised.columns.get(name, ColumnRule()) for name in types}
    schema: dict[str, Any] = {
        "fields": [_field(name, kind, columns.get(name, {}), rules[name]) for name, kind in types.items()]
    }
    if promised.key:
        schema["primaryKey"] = list(promised.key)
    further = promised.model_dump(mode="json", exclude_defaults=True, exclude=SILENT)
    return schema | ({"contract": further} if further else {})


def _field(name: str, kind: str, label: Mapping[str, str | None], rule: ColumnRule) -> dict[str, Any]:
    field = {
        "name": name,
        "type": next((told for start, told in TYPES.items() if kind.startswith(start)), "any"),
        "description": label.get("meaning") or rule.meaning,
        "unit": label.get("unit") or rule.unit,
        "classification": rule.classification,
        "constraints": _constraints(rule, kind),
    }
    return {word: said for word, said in field.items() if said}


def _constraints(rule: ColumnRule, kind: str) -> dict[str, Any]:
    said = {
        "required": rule.not_null or None,
        "unique": rule.unique or None,
        "minimum": _bound(rule.minimum, kind),
        "maximum": _bound(rule.maximum, kind),
        "enum": list(rule.values) if rule.values else None,
    }
    return {word: value for word, value in said.items() if value is not None}


def _bound(bound: float | None, kind: str) -> float | None:
    """Write the bound of whole numbers as one: a bound is of the type of its field."""
    return int(bound) if bound is not None and bound.is_integer() and "int" in kind else bound
