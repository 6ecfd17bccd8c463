from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.core.table import collect
from industria.errors import BrokenFileError, ColumnTypeError
from industria.sources import files


def read(folder: Path, data: str | bytes, **options: Any) -> dict[str, list[Any]]:
    path = folder / "firms.json"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    columns: dict[str, list[Any]] = collect(files.json(str(path), **options).read()).to_pydict()
    return columns


RECORDS: list[dict[str, Any]] = [{"code": "0111", "jobs": 5, "share": 0.5}, {"code": "0112", "jobs": None}]


@pytest.mark.parametrize(
    "text",
    [json.dumps(RECORDS), json.dumps(RECORDS, indent=2), "\n".join(map(json.dumps, RECORDS)) + "\n"],
    ids=["list", "indented", "lines"],
)
def test_lists_and_lines_of_records(tmp_path: Path, text: str) -> None:
    """A code stays text, and a key that is not there is missing."""
    expected = {"code": ["0111", "0112"], "jobs": [5, None], "share": [0.5, None]}

    assert read(tmp_path, text) == expected
    assert read(tmp_path, text.encode("utf-8-sig")) == expected


def test_latin_1(tmp_path: Path) -> None:
    data = '[{"a": "é"}]'.encode("latin-1")

    with pytest.raises(BrokenFileError, match="line 1: byte e9 is not utf-8"):
        read(tmp_path, data)
    assert read(tmp_path, data, encoding="latin-1") == {"a": ["é"]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("  \n", "the file is empty"),
        ("a,b\n1,2\n", "records begin with [ or {, not with 'a'"),
        ('[{"a": 1},\n {"a": ', "line 2: Expecting value. The file looks cut off."),
        ('{"a": 1}\n{"a": 2', "line 2: Expecting ',' delimiter; a record stands on one line. The file looks cut off."),
        ('[{"a": 1}\n {"a": 2}]', "line 2: Expecting ',' delimiter"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BrokenFileError) as told:
        read(tmp_path, text)
    assert said in str(told.value)


def test_records_within_records_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ColumnTypeError, match="holds struct"):
        read(tmp_path, '[{"a": {"b": 1}}]')


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), min_size=1, max_size=6)


@given(st.lists(st.fixed_dictionaries({"key": texts.map(lambda t: f"k{t}"), "x": st.floats(-1e9, 1e9)}), min_size=1))
def test_what_python_writes_comes_back(records: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        columns = read(Path(folder), json.dumps(records))

    assert sorted(zip(columns["key"], columns["x"], strict=True)) == sorted((r["key"], r["x"]) for r in records)
