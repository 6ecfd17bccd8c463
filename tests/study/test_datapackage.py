"""The description of a run's tables, held to what Data Package 2.0 and Table Schema ask."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.parquet as pq
import pytest

from industria.study.datapackage import datapackage
from industria.study.load import load
from industria.study.record import Run
from industria.study.run import finish_again, run
from tests.study.codes import study_of_codes
from tests.study.small import FIRMS, TEXT, small_study

KEYED = TEXT.replace(
    "minimum = 0 } } }",
    "minimum = 0 }, sector = { values = ['a', 'b'], not_null = true }, firm = { unique = true } }, key = ['firm'],"
    " adds_up_rows = [{ value = 'scrap', column = 'sector', total = 'b', at_most = true }] }",
)

# https://specs.frictionlessdata.io: which constraints a type may have, of those that are used here.
TYPES = {"string", "number", "integer", "boolean", "date", "datetime", "any"}
ORDERED = {"number", "integer", "date", "datetime"}
NAME = re.compile(r"[a-z0-9._-]+")


def described(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "run" / "datapackage.json").read_text(encoding="utf-8"))
    return told


def check(package: dict[str, Any], folder: Path) -> None:
    """Hold a package to the rules of the standard, and its files to what it says of them."""
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert NAME.fullmatch(package["name"])
    names = [resource["name"] for resource in package["resources"]]
    assert names
    assert len(names) == len(set(names))
    for source in package.get("sources", ()):
        assert source["title"]
        check_licenses(source)
    for resource in package["resources"]:
        assert NAME.fullmatch(resource["name"])
        assert "data" not in resource
        check_path(resource, folder)
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", resource["hash"])
        assert isinstance(resource["bytes"], int)
        check_licenses(resource)
        check_schema(resource["schema"])


def check_path(resource: dict[str, Any], folder: Path) -> None:
    path = resource["path"]
    if path.startswith(("http://", "https://")):
        return
    assert not PurePosixPath(path).is_absolute()
    assert ".." not in PurePosixPath(path).parts
    content = (folder / path).read_bytes()
    assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    assert resource["mediatype"] == "application/vnd.apache.parquet"
    assert [field["name"] for field in resource["schema"]["fields"]] == pq.read_schema(folder / path).names


def check_licenses(told: dict[str, Any]) -> None:
    for license in told.get("licenses", ()):
        assert license.keys() & {"name", "path"}


def check_schema(schema: dict[str, Any]) -> None:
    names = [field["name"] for field in schema["fields"]]
    assert names
    assert len(names) == len(set(names))
    assert set(schema.get("primaryKey", ())) <= set(names)
    for field in schema["fields"]:
        assert field["type"] in TYPES
        constraints = field.get("constraints", {})
        assert set(constraints) <= {"required", "unique", "enum", "minimum", "maximum"}
        bounds = [constraints[word] for word in ("minimum", "maximum") if word in constraints]
        assert field["type"] != "integer" or all(isinstance(bound, int) for bound in bounds)
        assert field["type"] in ORDERED or not set(constraints) & {"minimum", "maximum"}


def test_the_tables_of_a_run_are_described_beside_it(tmp_path: Path) -> None:
    made = run(small_study(tmp_path))
    package = described(tmp_path)

    check(package, made.folder)
    assert package["title"] == "Scrap"
    assert [resource["path"] for resource in package["resources"]] == [
        "results/means.parquet",
        "results/means.used.parquet",
        "results/ranks.parquet",
    ]
    means = package["resources"][0]
    estimate = next(field for field in means["schema"]["fields"] if field["name"] == "estimate")
    assert estimate == {"name": "estimate", "type": "number", "description": "mean of the outcome", "unit": "hours"}
    assert means["sources"] == [{"title": "firms"}]
    assert "sources" not in package["resources"][2]  # it reads a step


def test_a_source_carries_what_its_contract_promises(tmp_path: Path) -> None:
    """What Table Schema has no words for stands under `contract`."""
    text = KEYED.replace(
        'path = "firms.csv"', 'path = "firms.csv"\nabout = { license = "CC BY 4.0", vintage = "1989" }'
    )
    run(small_study(tmp_path, text))
    (source,) = described(tmp_path)["sources"]

    assert source["name"] == "firms"
    assert source["version"] == "1989"
    assert source["bytes"] == len(FIRMS)
    assert source["licenses"] == [{"name": "CC-BY-4.0", "title": "CC BY 4.0"}]
    assert source["schema"]["primaryKey"] == ["firm"]
    assert source["schema"]["contract"] == {
        "adds_up_rows": [{"value": "scrap", "column": "sector", "total": "b", "at_most": True}]
    }
    assert source["schema"]["fields"] == [
        {"name": "firm", "type": "string", "constraints": {"unique": True}},
        {"name": "sector", "type": "string", "constraints": {"required": True, "enum": ["a", "b"]}},
        {
            "name": "scrap",
            "type": "integer",
            "description": "hours of scrap",
            "unit": "hours",
            "constraints": {"minimum": 0},
        },
    ]


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://example.org/data/firms.csv", True),
        ("https://example.org/data/firms.zip", False),  # its bytes are those of the archive
        ("https://example.org/api?table=firms.csv", False),
        ("file:///data/firms.csv", False),
    ],
)
def test_a_file_with_an_address_of_its_own_is_a_resource(tmp_path: Path, url: str, there: bool) -> None:
    text = TEXT.replace('path = "firms.csv"', f'path = "firms.csv"\nabout = {{ url = "{url}" }}')
    made = run(small_study(tmp_path, text))
    package = described(tmp_path)

    check(package, made.folder)
    assert (url in [resource["path"] for resource in package["resources"]]) is there


@pytest.mark.parametrize(
    ("license", "redistributable", "name"),
    [
        ("MIT; tasks from O*NET, CC BY 4.0", None, "MIT"),
        ("US Government work, public domain", None, "other-pd"),
        ("GPL-3.0 (the repository); the flags are facts, to be cited", None, "GPL-3.0"),
        ("free with citation", True, "other-open"),
        ("by agreement", False, "other-closed"),
        ("by agreement", None, "notspecified"),
        (None, None, "notspecified"),
    ],
)
def test_licenses_are_named_as_the_open_definition_names_them(
    tmp_path: Path, license: str | None, redistributable: bool | None, name: str
) -> None:
    study = small_study(tmp_path)
    made = run(study)
    told = {**made.sources["firms"], "license": license, "redistributable": redistributable}
    changed = Run(made.folder, {**made.record, "sources": {"firms": told}})

    (source,) = datapackage(study, changed)["sources"]

    assert source["licenses"] == [{"name": name} | ({"title": license} if license else {})]


def test_several_sources_and_titles_of_other_letters_do(tmp_path: Path) -> None:
    study = study_of_codes(tmp_path)
    (tmp_path / "study.toml").write_text(study.text.replace('"Codes"', '"Göçü: 2010–2018!"'), encoding="utf-8")
    made = run(load(tmp_path))
    package = described(tmp_path)

    check(package, made.folder)
    assert package["name"] == "gocu-2010-2018"
    assert [source["name"] for source in package["sources"]] == ["jobs", "links"]


def test_a_new_brief_keeps_the_description(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    made = run(study)
    before = described(tmp_path)

    finish_again(study, made, lambda *_: {"values": [], "marks": []})

    assert described(tmp_path) == before
