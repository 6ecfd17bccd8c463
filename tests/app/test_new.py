"""`industria new` writes a study that checks and runs as it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from industria.study.load import load
from tests.ecosystems.test_capability_registry import FORM_OF_ACTORS, FORM_OF_CAPABILITIES, PLANTED

Call = Callable[..., tuple[int, str, str]]


def test_a_new_study_runs_at_once(industria: Call, tmp_path: Path) -> None:
    folder = tmp_path / "my-plants"

    code, out, _ = industria("new", folder)

    assert code == 0
    assert f"industria run {folder}" in out
    assert load(folder).file.title == "My plants"
    code, out, err = industria("run", folder)
    assert code == 0, err
    assert "claims: 1 hold, 0 weak, 0 fail" in out
    assert (folder / "run" / "brief.html").is_file()


def test_what_was_invented_says_so(industria: Call, tmp_path: Path) -> None:
    industria("new", tmp_path / "a", "--quiet")

    assert "invented" in (tmp_path / "a" / "study.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("sales.csv", 'firm,"Net sales, total",staff\n0111,1.5,3\n0112,2.5,4\n', "Net sales, total"),
        ("sales.csv", "firm;staff\nA;3\nB;\n", "staff"),
        ("sales.json", '[{"firm": "A", "staff": 3}, {"firm": "B", "staff": 5}]', "staff"),
    ],
)
def test_a_new_study_starts_with_data_of_ones_own(
    industria: Call, tmp_path: Path, name: str, text: str, column: str
) -> None:
    data, folder = tmp_path / name, tmp_path / "study"
    data.write_text(text, encoding="utf-8")

    assert industria("new", folder, "--data", data)[0] == 0

    study = load(folder)
    assert study.steps["overview"].parameters["columns"][0] == column
    assert (folder / name).read_text(encoding="utf-8") == text
    code, _, err = industria("run", folder)
    assert code == 0, err


def test_the_tables_of_a_registry_are_a_study_that_runs(industria: Call, tmp_path: Path) -> None:
    folder = tmp_path / "who-can-sew"

    code, out, _ = industria("new", folder, "--template", "registry")

    assert code == 0
    names = ["acquisitions.csv", "actors.csv", "capabilities.csv", "requirements.csv", "vocabulary.csv"]
    assert sorted(path.name for path in folder.glob("*.csv")) == names
    assert f"and {names[-1]}. Now: industria run {folder}" in out
    assert load(folder).file.title == "Who can sew"
    assert all("nvented" in (folder / name).read_text(encoding="utf-8") for name in ("actors.csv", "study.toml"))
    code, out, err = industria("run", folder)
    assert code == 0, err
    assert "claims: 1 hold, 0 weak, 0 fail" in out
    code, out, _ = industria("read", folder / "run", "registry.issues")
    assert code == 0
    assert "frim" in out


def test_faults_of_a_registry_are_listed_where_they_stand(industria: Call, tmp_path: Path) -> None:
    folder = tmp_path / "who-can-sew"
    industria("new", folder, "--template", "registry")
    (folder / "actors.csv").write_text(FORM_OF_ACTORS, encoding="utf-8")
    (folder / "capabilities.csv").write_text(FORM_OF_CAPABILITIES, encoding="utf-8")

    code, _, err = industria("run", folder, "--no-brief")
    assert code == 0, err
    _, out, _ = industria("read", folder / "run", "registry.issues", "--json")

    found = json.loads(out)["rows"]
    assert [(row["table"], row["row"], row["column"], row["nearest"]) for row in found] == PLANTED


def test_data_do_not_go_into_a_registry(industria: Call, tmp_path: Path) -> None:
    data = tmp_path / "plants.csv"
    data.write_text("firm,staff\nA,3\n", encoding="utf-8")

    code, _, err = industria("new", tmp_path / "a", "--template", "registry", "--data", data)

    assert code == 2
    assert "--data is for --template plants" in err
    assert not (tmp_path / "a").exists()
    assert industria("new", tmp_path / "a", "--template", "registr")[0] == 2


def test_the_schema_lies_beside_the_study(industria: Call, tmp_path: Path) -> None:
    industria("new", tmp_path / "a")

    assert (tmp_path / "a" / "study.toml").read_text(encoding="utf-8").startswith("#:schema ./study.schema.json\n")
    assert json.loads((tmp_path / "a" / "study.schema.json").read_text(encoding="utf-8"))["$schema"]


def test_a_folder_that_holds_something_is_left_alone(industria: Call, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")

    code, _, err = industria("new", tmp_path)

    assert code == 2
    assert "is not empty: it has notes.txt" in err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("name", "text", "code", "told"),
    [
        ("missing.csv", None, 4, "there is no file"),
        (
            "words.csv",
            "firm,town\nA,Lansing\n",
            2,
            "words.csv has no column of numbers to start with; it has firm, town",
        ),
        ("cut.csv", "firm,staff\nA,3\nB\n", 4, "cut.csv"),
        ("plants.doc", "x", 2, "plants.doc has no ending that is read; there are .csv, .dta"),
    ],
)
def test_data_that_cannot_be_had_leaves_no_folder(
    industria: Call, tmp_path: Path, name: str, text: str | None, code: int, told: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")

    found, _, err = industria("new", tmp_path / "study", "--data", tmp_path / name)

    assert (found, told in err) == (code, True), err
    assert not (tmp_path / "study").exists()
