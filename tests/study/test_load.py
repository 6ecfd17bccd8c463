"""Reading study.toml: each thing that can be wrong is told with its line and the nearest right word."""

from __future__ import annotations

from pathlib import Path

import pytest

from industria.errors import StudyError
from industria.study.load import load
from tests.study.plants import write_study

STEP = """
[[step]]
name = "sums"
use = "./measures.py:total"
plants = "plants"
value = "employees"
"""


def problems(folder: Path) -> list[str]:
    with pytest.raises(StudyError) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


def test_reads_a_folder_and_its_file_alike(tmp_path: Path) -> None:
    write_study(tmp_path, STEP, brief_md="# Plants")

    study = load(tmp_path)

    assert list(study.steps) == ["sums"]
    assert study.steps["sums"].parameters == {"plants": "plants", "value": "employees"}
    assert study.briefs == {"en": tmp_path / "brief.md"}
    assert load(tmp_path / "study.toml").file == study.file


def test_tells_all_problems_at_once_each_with_its_line(tmp_path: Path) -> None:
    write_study(
        tmp_path,
        """
        autors = ["x"]
        [sources.plants]
        us = "files.csv"
        [[step]]
        name = "Sums"
        use = 3
        [[claim]]
        says = "x"
        value = "sums.total"
        below = "3"
        """,
    )

    assert problems(tmp_path) == [
        (
            "study.toml:4: the study has no key 'autors'; it takes title, question, authors, date, languages, sources, "
            "step, claim, scenario, contract, site, release, identity. Did you mean 'authors'?"
        ),
        "study.toml:5: source 'plants' lacks the key 'use'. Did you mean 'us'?",
        "study.toml:8: 'Sums' is no name; write a small letter, then small letters, digits and underscores",
        "study.toml:9: 'use' of step 'Sums' takes text; got 3",
        "study.toml:13: 'below' of claim 1 takes a number; got '3'",
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param("[[step]]\nname = 'if'\nuse = 'x'", "study.toml:4: 'if' is a reserved word", id="reserved"),
        pytest.param("[[step]]\nname = 'a__b'\nuse = 'x'", "study.toml:4: 'a__b' has two underscores", id="scenario"),
        pytest.param(STEP + STEP, "study.toml:11: a step is called 'sums' already, in line 5", id="duplicate step"),
        pytest.param(
            "[sources.sums]\nuse = 'files.csv'" + STEP,
            "study.toml:6: a source is called 'sums' already, in line 3",
            id="step named as a source",
        ),
        pytest.param("languages = 'en'", "study.toml:3: 'languages' of the study takes a list; got 'en'", id="no list"),
        pytest.param("languages = ['english']", "study.toml:3: 'english' is no language", id="language"),
        pytest.param("site.local_code = 'no'", "study.toml:3: 'local_code' of [site] takes true or false", id="bool"),
        pytest.param(
            "[[claim]]\nsays = 'x'\nvalue = 'a.b'\nbelow = 1\nabove = 0",
            "study.toml:3: claim 1: a claim has one of below, above, between, equals; this has below and above",
            id="two bounds",
        ),
        pytest.param(
            "[[claim]]\nsays = 'x'\nvalue = 'a.b'\nbetween = [2, 1]",
            "study.toml:3: claim 1: between = [2, 1] must have its lower bound first",
            id="bounds turned round",
        ),
        pytest.param(
            "[[claim]]\nsays = 'x'\nvalue = 'a.b'\nbelow = 1\nconfidence = 90",
            "study.toml:7: 'confidence' of claim 1: 90 should be less than 1",
            id="confidence in percent",
        ),
        pytest.param(
            STEP + "[scenario.other.steps.sum]\nvalue = 'sales'",
            "study.toml:9: scenario 'other' changes 'sum', which is no step; there are sums. Did you mean 'sums'?",
            id="scenario of no step",
        ),
        pytest.param(
            "[sources.a]\nuse = 'files.csv'\n[sources.a.contract.columns]\nx = { tpye = 'text' }",
            "study.toml:6: contract.columns.x of source 'a' has no key 'tpye'; it takes type, unit, meaning",
            id="key in a contract",
        ),
        pytest.param("title = 'again'", "study.toml:3: this is no TOML: Cannot overwrite a value", id="key twice"),
        pytest.param("use x", "study.toml:3: this is no TOML: Expected '=' after a key", id="no TOML"),
        pytest.param('x = """\nopen', "study.toml:4: this is no TOML", id="open string"),
    ],
)
def test_tells_one_problem(tmp_path: Path, body: str, told: str) -> None:
    write_study(tmp_path, body)

    assert [line for line in problems(tmp_path) if line.startswith(told)]


def test_a_text_that_is_none_is_told_once(tmp_path: Path) -> None:
    write_study(tmp_path, "", head="title = 3\nquestion = 'x'\n")

    assert problems(tmp_path) == [
        'study.toml:1: \'title\' of the study takes text, or one text a language: { en = "…", pt-BR = "…" }; got 3'
    ]


def test_names_the_nearest_study(tmp_path: Path) -> None:
    write_study(tmp_path / "grants", "")

    with pytest.raises(StudyError, match=r"there is no study at .*grant\. Did you mean '.*grants'\?"):
        load(tmp_path / "grant")


@pytest.mark.parametrize("path", ["grant", "./grant", "grant/study.toml"])
def test_names_the_nearest_study_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    write_study(tmp_path / "grants", "")
    monkeypatch.chdir(tmp_path)

    with pytest.raises(StudyError, match="there is no study at grant"):
        load(Path(path))


def test_names_what_a_folder_has_instead(tmp_path: Path) -> None:
    (tmp_path / "stduy.toml").touch()

    with pytest.raises(StudyError, match=r"has no study\.toml; it has stduy\.toml"):
        load(tmp_path)


def test_names_the_line_of_a_byte_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes(b'title = "x"\nquestion = "Qui\xe9n?"\n')

    assert problems(tmp_path) == ["study.toml:2: the byte b'\\xe9' is not UTF-8; save the file as UTF-8"]


def test_reads_files_of_windows_editors(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes(b'\xef\xbb\xbftitle = "x"\r\nquestion = "y"\r\n')

    assert load(tmp_path).file.title == "x"


def test_finds_the_brief_of_each_language(tmp_path: Path) -> None:
    write_study(tmp_path, "languages = ['en', 'pt-BR']", brief_md="x")
    (tmp_path / "brief.pt-BR.md").write_text("y", encoding="utf-8")

    assert {language: path.name for language, path in load(tmp_path).briefs.items()} == {
        "en": "brief.md",
        "pt-BR": "brief.pt-BR.md",
    }


def test_misses_the_brief_of_a_language(tmp_path: Path) -> None:
    write_study(tmp_path, "languages = ['en', 'tr']", brief_md="x")

    assert problems(tmp_path) == ["study.toml:3: languages has 'tr', but there is no brief.tr.md; there is brief.md"]


def test_takes_a_date_of_toml_as_text(tmp_path: Path) -> None:
    write_study(tmp_path, "date = 2026-11-22")

    assert load(tmp_path).file.date == "2026-11-22"
