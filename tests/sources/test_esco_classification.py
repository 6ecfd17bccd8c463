"""Tables of ESCO: the Commission's package, loose or packed, and the form of Tabiya."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from industria.core.table import collect
from industria.errors import BrokenFileError, ChoiceError, MissingColumnError, NotMirroredError, UnexpectedAnswerError
from industria.sources.esco import classification
from tests.sources.correspondence_tables import FIXTURES
from tests.sources.official_files import WHOLE, mirrored, rows_of
from tests.sources.recorded import Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
USE = "esco.classification"
PACKAGE = "ESCO dataset - v1.2.0 - classification - pt - csv"
OCCUPATIONS = """conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,description,code
Occupation,http://data.europa.eu/esco/occupation/1,0110,comandante,"chefe
líder, de frota",Comanda.,0110.1
Occupation,http://data.europa.eu/esco/occupation/2,2654,diretor técnico,,,2654.1.7
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "occupations_pt.csv").write_text(OCCUPATIONS, encoding="utf-8")
    return tmp_path / PACKAGE


def test_a_table_of_the_package_is_read_as_published(package: Path) -> None:
    """Names in snake case, values over several lines, codes as texts."""
    read = classification(table="occupations", vintage="1.2.0", language="pt")

    first, second = collect(read.read()).to_pylist()
    assert first == {
        "concept_type": "Occupation",
        "concept_uri": "http://data.europa.eu/esco/occupation/1",
        "isco_group": "0110",
        "preferred_label": "comandante",
        "alt_labels": "chefe\nlíder, de frota",
        "description": "Comanda.",
        "code": "0110.1",
    }
    assert second["alt_labels"] is None
    assert (read.vintage, read.url) == ("ESCO 1.2.0", "https://esco.ec.europa.eu/en/use-esco/download")


def test_the_package_is_read_as_it_came(package: Path) -> None:
    """Packed or not, the table and its hash are the same."""
    loose = classification(table="occupations", vintage="1.2.0", language="pt")
    with zipfile.ZipFile(package.with_name(f"{PACKAGE}.zip"), "w") as packed:
        packed.write(package / "occupations_pt.csv", "occupations_pt.csv")
    (package / "occupations_pt.csv").unlink()

    packed_one = classification(table="occupations", vintage="1.2.0", language="pt")

    assert packed_one.sha256 == loose.sha256
    assert collect(packed_one.read()).num_rows == 2
    with pytest.raises(BrokenFileError, match=r"holds no file 'skills_pt\.csv'; it has occupations_pt\.csv"):
        classification(table="skills", vintage="1.2.0", language="pt")


def test_what_is_not_there_is_told_with_the_page(package: Path, play: Play) -> None:
    """The Commission's package cannot be had by a program; no request is made."""
    played = play("esco", lambda _: Reply())

    with pytest.raises(NotMirroredError, match=r"v1\.2\.0 - classification - tr - csv\.zip.*use-esco/download"):
        classification(table="occupations", vintage="1.2.0", language="tr")
    with pytest.raises(NotMirroredError, match="v1\\.1\\.1"):
        classification(table="green_skills")
    with pytest.raises(ChoiceError, match="Did you mean 'occupations'"):
        classification(table="occupation")
    assert played.asked == []


def test_the_form_of_tabiya_is_had_from_its_repository(play: Play) -> None:
    """Its columns get the Commission's names; a page is refused."""
    content = (FIXTURES / "tabiya-esco-v1.1.1" / "occupations.csv").read_bytes()
    played = play("tabiya", lambda asked: Reply(content) if "occupations.csv" in asked.path else Reply.page("404"))

    read = classification(table="occupations")

    table = collect(read.read())
    assert played.asked[0].path.endswith("/tabiya-esco-v1.1.1/csv/occupations.csv")
    assert {"concept_uri", "isco_group", "code", "preferred_label", "alt_labels"} <= set(table.column_names)
    assert "0110" in table["isco_group"].to_pylist()
    assert "column `id`" in read.notes[-1]
    with pytest.raises(UnexpectedAnswerError, match="a web page"):
        classification(table="isco_groups")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        (OCCUPATIONS[:160], r"cut off or damaged|it has \d values"),
        (OCCUPATIONS.replace(",0110.1", ""), r"line 3: it has 6 values, not 7"),
        ("<html><title>404</title></html>", "this is a web page"),
    ],
)
def test_a_file_that_is_none_is_told_with_its_line(text: str, said: str, package: Path) -> None:
    (package / "occupations_pt.csv").write_text(text, encoding="utf-8")

    with pytest.raises(BrokenFileError, match=said):
        classification(table="occupations", vintage="1.2.0", language="pt").read()


def test_another_encoding_and_a_column_that_changed_its_name_are_told(package: Path) -> None:
    file = package / "occupations_pt.csv"
    file.write_text(OCCUPATIONS, encoding="latin-1")
    with pytest.raises(BrokenFileError, match="line 3: byte ed is not utf-8"):
        classification(table="occupations", vintage="1.2.0", language="pt").read()
    file.write_text(OCCUPATIONS.replace("iscoGroup", "iscoGroups"), encoding="utf-8")
    with pytest.raises(MissingColumnError, match="Did you mean 'isco_groups'"):
        classification(table="occupations", vintage="1.2.0", language="pt").read()


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("occupations", 3007),
        ("isco_groups", 619),
        ("occupation_hierarchy", 3616),
        ("skill_groups", 640),
        ("skill_hierarchy", 20649),
        ("skill_relations", 5898),
    ],
)
def test_the_whole_tables_of_1_1_1_have_their_rows(table: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in the files of Tabiya."""
    mirrored(monkeypatch, WHOLE)

    assert rows_of(USE, table=table).num_rows == rows
