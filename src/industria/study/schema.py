"""The JSON schema of `study.toml`, for completion and checks in an editor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import PydanticUserError, TypeAdapter

from industria import sources
from industria.core import measure as catalog
from industria.core.measure import Measure
from industria.core.parameters import Parameter
from industria.sources.reader import parameters_of
from industria.study.model import StudyFile

__all__ = ["SHIPPED", "schema", "schema_here", "written"]

SHIPPED: Final = Path(__file__).with_name("study.schema.json")
"""The schema of the file alone, without measures, for `#:schema` comments."""

_LOCAL: Final = {"pattern": r"^\./.+\.py:\w+$", "description": "A measure of the study's own folder."}


def schema() -> dict[str, Any]:
    """Describe what every study may say, whichever measures are installed.

    Returns
    -------
    dict
        JSON Schema, draft 2020-12.
    """
    described = StudyFile.model_json_schema()
    _close(described)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described, "title": "study.toml of Industria"}


def schema_here() -> dict[str, Any]:
    """Describe what a study may say with the measures and readers that are installed here.

    Returns
    -------
    dict
        `schema()`, in which `use` lists the names there are, and each name brings
        its tables and parameters with their types, choices and defaults.
    """
    described = schema()
    measures = list(catalog.catalog().values())
    readers = {name: sources.find(name) for name in sources.names()}
    step, source = described["$defs"]["StepUse"], described["$defs"]["SourceUse"]
    step["properties"]["use"]["anyOf"] = [{"enum": [measure.name for measure in measures]}, _LOCAL]
    step["allOf"] = _by_use({measure.name: _keys_of_measure(measure) for measure in measures})
    source["properties"]["use"]["examples"] = list(readers)
    source["allOf"] = _by_use({name: _keys(parameters_of(reader)) for name, reader in readers.items()})
    return described


def written(described: Mapping[str, Any]) -> str:
    """Write a schema as the text of its file."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _close(node: Any) -> None:
    """Refuse names that match no pattern, which JSON Schema would let through."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node["additionalProperties"] = False
        for inner in node.values():
            _close(inner)
    elif isinstance(node, list):
        for inner in node:
            _close(inner)


def _by_use(keys: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Tell which keys each name brings; names that bring the same are told together."""
    alike: dict[str, list[str]] = {}
    for name, brought in keys.items():
        alike.setdefault(json.dumps(brought), []).append(name)
    return [
        {"if": {"properties": {"use": {"enum": names}}}, "then": {"properties": json.loads(brought)}}
        for brought, names in alike.items()
    ]


def _keys_of_measure(measure: Measure) -> dict[str, Any]:
    tables = {name: {"type": "string", "description": "A source or an earlier step."} for name in measure.tables}
    return {"use": {"description": measure.title}, **tables, **_keys(measure.parameters)}


def _keys(parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    return {name: _described(parameter) for name, parameter in parameters.items()}


def _described(parameter: Parameter) -> dict[str, Any]:
    try:
        known = TypeAdapter(parameter.type).json_schema()
    except PydanticUserError:
        # A type that a file cannot spell, such as a generator of random numbers among others that it can.
        known = {}
    if not parameter.required and isinstance(parameter.default, bool | int | float | str):
        known["default"] = parameter.default
    return known
