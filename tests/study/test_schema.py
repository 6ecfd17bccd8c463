"""The schema that ships is current, and knows what the models know."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from industria.core.measure import names
from industria.study.model import StudyFile
from industria.study.schema import SHIPPED, schema, schema_here, written


def test_the_shipped_schema_is_current() -> None:
    """`industria schema --bare -o src/industria/study/study.schema.json` brings it up to date."""
    assert SHIPPED.read_text(encoding="utf-8") == written(schema())


def test_every_key_is_explained() -> None:
    described = schema()
    tables = [described, *described["$defs"].values()]

    untold = [key for table in tables for key, told in table.get("properties", {}).items() if "description" not in told]

    assert untold == []
    assert list(described["properties"]) == list(StudyFile.model_fields)


def test_unknown_keys_and_bad_names_are_refused() -> None:
    described = schema()

    assert described["additionalProperties"] is False
    assert described["properties"]["sources"]["additionalProperties"] is False
    (pattern,) = described["properties"]["sources"]["patternProperties"]
    assert re.fullmatch(pattern, "firms_2")
    assert not re.fullmatch(pattern, "Firms")


@pytest.fixture(scope="module")
def here() -> dict[str, Any]:
    return schema_here()


def _keys(here: dict[str, Any], table: str, use: str) -> dict[str, Any]:
    (rule,) = (rule for rule in here["$defs"][table]["allOf"] if use in rule["if"]["properties"]["use"]["enum"])
    keys: dict[str, Any] = rule["then"]["properties"]
    return keys


def test_the_measures_that_are_here_are_offered(here: dict[str, Any]) -> None:
    listed, local = here["$defs"]["StepUse"]["properties"]["use"]["anyOf"]

    assert listed["enum"] == names()
    assert re.fullmatch(local["pattern"], "./measures.py:leave_one_out")


def test_a_measure_brings_its_tables_and_parameters(here: dict[str, Any]) -> None:
    keys = _keys(here, "StepUse", "evaluation.fixed_effects")

    assert keys["panel"]["type"] == "string"
    assert keys["vcov"]["enum"] == ["iid", "HC1", "CRV1", "CRV3"]
    assert keys["confidence"] == {"type": "number", "default": 0.95}


def test_a_reader_brings_its_parameters(here: dict[str, Any]) -> None:
    assert _keys(here, "SourceUse", "files.csv")["skip"] == {"type": "integer", "default": 0}


def test_examples_name_the_schema(root: Path) -> None:
    for study in sorted(root.glob("studies/*/study.toml")):
        first = study.read_text(encoding="utf-8").split("\n", 1)[0]
        assert (study.parent / first.removeprefix("#:schema ")).resolve() == SHIPPED, study
