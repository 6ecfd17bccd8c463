from __future__ import annotations

import pyarrow as pa
import pytest

from industria.classifications import hierarchy
from industria.errors import DuplicateLabelError, MissingValueError, UnknownClassificationError, UnknownCodeError
from tests.classifications.tables import mirror

CODES = pa.table(
    {
        "code": ["a", "b", "a1", "a2", "a21"],
        "title": ["first", "second", "one", "two", None],
        "parent": [None, None, "a", "a", "a2"],
    }
)

EXAMPLE = ({"codes": CODES}, {"classification": "own"})


def test_levels_parents_and_leaves() -> None:
    found = {r["code"]: r for r in hierarchy(CODES, classification="own").to_arrow().to_pylist()}

    assert found["a21"] == {"code": "a21", "title": None, "level": 3, "parent": "a2", "leaf": True}
    assert not found["a2"]["leaf"]
    assert found["b"]["leaf"]


def test_codes_need_no_titles() -> None:
    codes = pa.table({"code": ["0110", "011", "0"]})
    found = {r["code"]: r for r in hierarchy(codes, classification="ISCO-08").to_arrow().to_pylist()}

    assert found["0110"]["parent"] == "011"
    assert found["011"]["parent"] == "01"
    assert not found["0"]["leaf"]


def test_another_table_may_tell_the_tree() -> None:
    tree = CODES.select(["code", "parent"])
    found = hierarchy(CODES.select(["code"]), classification=tree)  # type: ignore[arg-type]

    assert found.to_arrow()["level"].to_pylist() == [1, 2, 2, 3, 1]


def test_what_is_no_code_is_told() -> None:
    with pytest.raises(UnknownCodeError, match=r"'111' in row 1, which is no code of HS: codes have 2"):
        hierarchy(pa.table({"code": ["111"]}), classification="HS")
    with pytest.raises(UnknownClassificationError, match="Did you mean 'ISCO-08'"):
        hierarchy(CODES, classification="ISCO08")
    with pytest.raises(DuplicateLabelError):
        hierarchy(pa.table({"code": ["01", "01"]}), classification="HS")
    with pytest.raises(MissingValueError):
        hierarchy(pa.table({"code": ["01", None]}), classification="HS")


def test_the_rule_of_soc_is_the_official_list() -> None:
    """BLS, soc_2018_definitions.xlsx: 23 major, 98 minor, 459 broad, 867 detailed; each stands under the row above."""
    calamine = pytest.importorskip("python_calamine")
    rows = calamine.load_workbook(mirror("soc_2018_definitions.xlsx")).get_sheet_by_index(0).to_python()
    levels = {"Major": 1, "Minor": 2, "Broad": 3, "Detailed": 4}
    listed = [(levels[row[0]], row[1]) for row in rows if row[0] in levels]
    line: dict[int, str | None] = {0: None}
    expected = {}
    for level, code in listed:
        line[level] = code
        expected[code] = (level, line[level - 1])
    found = hierarchy(pa.table({"code": [code for _, code in listed]}), classification="SOC").to_arrow().to_pylist()

    assert [sum(level == n for level, _ in listed) for n in (1, 2, 3, 4)] == [23, 98, 459, 867]
    assert {r["code"]: (r["level"], r["parent"]) for r in found} == expected
    assert sum(r["leaf"] for r in found) == 867
