"""`industria check` on right and wrong studies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.study.plants import write_study

Call = Callable[..., tuple[int, str, str]]

BODY = """
[sources.plants]
use = "files.csv"
path = "plants.csv"
[[step]]
name = "sums"
use = "./measures.py:total"
plants = "plants"
value = "employees"
"""


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path / "plants", BODY)


def test_a_right_study_is_told_in_a_line(industria: Call, study: Path) -> None:
    told = "plants: 1 source, 1 step, 0 claims; all names, parameters and columns are right.\n"

    assert industria("check", study) == (0, told, "")
    assert industria("check", study, "--quiet") == (0, "", "")


def test_the_folder_at_hand_is_checked_without_words(
    industria: Call, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(study)

    assert industria("check")[0] == 0


def test_problems_of_the_words_and_of_the_prose_come_at_once(industria: Call, study: Path) -> None:
    (study / "study.toml").write_text((study / "study.toml").read_text().replace("employees", "employes"))
    (study / "brief.md").write_text("There are 12 plants.\n", encoding="utf-8")

    code, out, err = industria("check", study)

    assert (code, out) == (2, "")
    assert "study.toml:11: step 'sums' (./measures.py:total): plants has no column 'employes'" in err
    assert "brief.md:1:11: " in err


def test_problems_are_told_in_json(industria: Call, study: Path) -> None:
    (study / "study.toml").write_text((study / "study.toml").read_text().replace("[[step]]", "[[stepp]]"))

    code, out, _ = industria("check", study, "--json")

    assert code == 2
    (problem,) = json.loads(out)["problems"]
    assert (problem["file"], problem["line"]) == ("study.toml", 7)
    assert "Did you mean 'step'?" in problem["what"]


def test_a_right_study_has_no_problems_in_json(industria: Call, study: Path) -> None:
    code, out, _ = industria("check", study, "--json")

    assert (code, json.loads(out)) == (0, {"problems": []})


def test_no_study_is_told(industria: Call, study: Path) -> None:
    code, _, err = industria("check", study.parent / "plant")

    assert code == 2
    assert "there is no study at" in err
    assert "Did you mean" in err


@pytest.mark.parametrize("prose", ["", "{{ sums[plant=A].total | number(1) }}\n"])
def test_code_of_the_study_is_not_run_where_it_is_not_wanted(industria: Call, study: Path, prose: str) -> None:
    (study / "measures.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    if prose:
        (study / "brief.md").write_text(prose, encoding="utf-8")

    code, _, err = industria("check", study, "--no-local-code")

    assert code == 2
    assert "refused here (--no-local-code)" in err
    assert "it ran" not in err


def test_a_source_that_cannot_be_had_ends_with_4_and_wrong_words_beside_it_with_2(
    industria: Call, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    monkeypatch.setenv("INDUSTRIA_STORE", str(study / "store"))
    monkeypatch.delenv("INDUSTRIA_MIRROR", raising=False)
    right = (study / "study.toml").read_text()
    away = '\n[sources.jobs]\nuse = "bls.oews"\nvintage = 2023\n'
    (study / "study.toml").write_text(right + away)

    code, _, err = industria("check", study)
    assert code == 4
    assert "source 'jobs': " in err
    assert "national_M2023_dl.xlsx" in err
    assert industria("check", study, "--json")[0] == 4
    assert industria("run", study)[0] == 4

    (study / "study.toml").write_text(right.replace("employees", "employes") + away)
    code, _, err = industria("check", study)
    assert code == 2
    assert "national_M2023_dl.xlsx" in err
    assert "no column 'employes'" in err
    assert industria("run", study)[0] == 2


def test_a_file_that_is_not_there_cannot_be_had(industria: Call, study: Path) -> None:
    (study / "plants.csv").rename(study / "plant.csv")

    code, _, err = industria("check", study)

    assert code == 4
    assert "Did you mean 'plant.csv'?" in err
