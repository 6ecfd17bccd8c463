"""Measures of rooms and of a study's own folder."""

from __future__ import annotations

import pickle
from pathlib import Path

import cloudpickle
import pytest

from industria.core.measure import find
from industria.errors import LocalCodeError, UnknownMeasureError
from industria.study.load import load
from industria.study.measures import local_file, measure_of, split, table_arguments
from industria.study.model import StepUse, Study
from tests.study.plants import write_study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return load(write_study(tmp_path, ""))


def step(use: str, **keys: object) -> StepUse:
    return StepUse.model_validate({"name": "a", "use": use, **keys})


def test_finds_a_measure_of_a_room(study: Study) -> None:
    assert measure_of(step("tables.summary"), study, local_code=False) == find("tables.summary")


def test_finds_a_measure_of_the_folder_under_its_use(study: Study) -> None:
    found = measure_of(step("./measures.py:total"), study)

    assert found.name == "./measures.py:total"
    assert list(found.parameters) == ["value", "by"]


def test_an_edited_file_is_read_anew(study: Study) -> None:
    before = measure_of(step("./measures.py:total"), study)
    file = study.folder / "measures.py"
    file.write_text(file.read_text(encoding="utf-8").replace("Sums by cell.", "Totals by cell."), encoding="utf-8")

    assert before.title == "Sums by cell."
    assert measure_of(step("./measures.py:total"), study).title == "Totals by cell."


def test_a_measure_of_the_folder_travels_to_workers(study: Study) -> None:
    """By value: another process cannot import the folder's file."""
    function = measure_of(step("./measures.py:total"), study).function

    assert b"group_by" in cloudpickle.dumps(function)
    assert pickle.loads(cloudpickle.dumps(function)).__name__ == "total"


@pytest.mark.parametrize(
    ("use", "told"),
    [
        ("./../x.py:total", "outside the study's folder"),
        ("./sub/../../x.py:total", "outside the study's folder"),
        ("/etc/x.py:total", r"write \./measures\.py:name"),
        ("measures.py:total", r"write \./measures\.py:name"),
        ("./measures.py", r"write \./measures\.py:name"),
        ("./measures.txt:total", r"write \./measures\.py:name"),
        ("./mesures.py:total", r"Did you mean '\./measures\.py'\?"),
    ],
)
def test_only_files_of_the_folder_are_reached(study: Study, use: str, told: str) -> None:
    with pytest.raises(LocalCodeError, match=told):
        local_file(use, study.folder)


def test_a_link_out_of_the_folder_is_not_followed(study: Study, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "x.py"
    outside.write_text("", encoding="utf-8")
    (study.folder / "link.py").symlink_to(outside)

    with pytest.raises(LocalCodeError, match="outside"):
        local_file("./link.py:total", study.folder)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def total(:", "line 1 of measures.py is no Python"),
        ("import nothing_like_this", "cannot be imported: ModuleNotFoundError"),
        ("1 / 0", "cannot be imported: ZeroDivisionError"),
    ],
)
def test_code_that_fails_is_told(study: Study, code: str, told: str) -> None:
    (study.folder / "measures.py").write_text(code, encoding="utf-8")

    with pytest.raises(LocalCodeError, match=told):
        measure_of(step("./measures.py:total"), study)


def test_an_unknown_measure_has_a_nearest(study: Study) -> None:
    with pytest.raises(UnknownMeasureError, match=r"Did you mean 'tables\.summary'"):
        measure_of(step("tables.sumary"), study)


def test_tables_are_told_from_parameters() -> None:
    keys = split(step("tables.balance", records="firms", columns=["x"], group="y"), find("tables.balance"), ["firms"])

    assert keys.tables == {"records": "firms"}
    assert keys.parameters == {"columns": ["x"], "group": "y"}


def test_a_query_takes_tables_under_any_name() -> None:
    keys = split(step("tables.query", firms="a", plants="b", sql="SELECT 1"), find("tables.query"), ["a", "b"])

    assert keys.tables == {"firms": "a", "plants": "b"}
    assert keys.parameters == {"sql": "SELECT 1"}


@pytest.mark.parametrize(
    ("use", "tables"),
    [("./measures.py:total", {"plants": "p"}), ("./measures.py:missing", {}), ("./none.py:x", {}), ("no.measure", {})],
)
def test_tables_are_known_without_running_code(study: Study, use: str, tables: dict[str, str]) -> None:
    assert table_arguments(step(use, plants="p", value="v"), study.folder, ["p"]) == tables
