"""BACI: a year of flows out of an archive, with countries by their letters."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from industria.core.table import collect
from industria.errors import (
    BrokenFileError,
    ChoiceError,
    MissingColumnError,
    NotMirroredError,
    ParameterRangeError,
    UnexpectedAnswerError,
    UnknownLabelError,
    UsageError,
)
from industria.sources.baci import trade
from industria.sources.reader import told_of
from tests.sources.recorded import Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
FLOWS = """t,i,j,k,v,q
2022,76,156,120190,31876543.21,53600000.5
2022,76,156,010121,12.345,           NA
2022,76,842,847130,101.5,0.125
2022,156,76,847130,801234.25,1200.75
2022,490,76,847130,5000.125,3.5
2022,842,76,271012,9876543.5,8765.25
"""
COUNTRIES = """country_code,country_name,country_iso2,country_iso3
76,Brazil,BR,BRA
156,China,CN,CHN
490,"Other Asia, not elsewhere specified",N/A,S19
697,Europe EFTA nes,N/A,N/A
842,USA,US,USA
"""
YEAR, LIST = "BACI_HS17_Y2022_V202501.csv", "country_codes_V202501.csv"


def archive(flows: str = FLOWS, countries: str = COUNTRIES, encoding: str = "utf-8") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(YEAR, flows)
        file.writestr(LIST, countries.encode(encoding))
        file.writestr("Readme.txt", "BACI")
    return packed.getvalue()


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put an archive into a mirror."""
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")

    def put(*parts: str, **told: str) -> None:
        (tmp_path / "BACI_HS17_V202501.zip").write_bytes(archive(*parts, **told))

    return put


def test_a_year_is_read_out_of_the_archive(play: Play) -> None:
    """Downloaded once; letters in place of numbers, codes as texts, no quantity where there is none."""
    played = play("baci", lambda _: Reply(archive(), headers={"Content-Type": "application/zip"}))

    read = trade(year=2022)

    rows = collect(read.read()).sort_by([("reporter", "ascending"), ("product", "ascending")]).to_pylist()
    assert [asked.path for asked in played.asked] == ["/DATA_DOWNLOAD/baci/data/BACI_HS17_V202501.zip"]
    assert list(rows[0]) == list(told_of(trade).columns)
    assert rows[0] == {
        "reporter": "BRA",
        "partner": "CHN",
        "product": "010121",
        "year": 2022,
        "flow": "X",
        "value": 12.345,
        "quantity": None,
        "reporter_name": "Brazil",
        "partner_name": "China",
    }
    assert rows[1]["quantity"] == 53600000.5
    assert [row["reporter"] for row in rows] == ["BRA", "BRA", "BRA", "CHN", "S19", "USA"]
    assert (read.name, read.vintage, read.license) == (YEAR, "release 202501", "Etalab 2.0")
    assert read.facts["scale"] == "thousand US dollars"
    assert "thousand US dollars" in read.notes[0]


def test_countries_are_kept_by_their_letters(packed: Callable[..., None]) -> None:
    packed()

    rows = collect(trade(year=2022, reporter=["BRA", "USA"], partner=["BRA", "CHN"]).read()).to_pylist()

    assert sorted((row["reporter"], row["partner"], row["product"]) for row in rows) == [
        ("BRA", "CHN", "010121"),
        ("BRA", "CHN", "120190"),
        ("USA", "BRA", "271012"),
    ]
    with pytest.raises(UnknownLabelError, match=r"reporter\.country has 'BRZ'.* Did you mean 'BRA'"):
        trade(year=2022, reporter=["BRZ"]).read()


def test_older_releases_name_columns_and_write_letters_otherwise(packed: Callable[..., None]) -> None:
    """Latin-1, other headers, products that lost a zero; an area without letters keeps its number."""
    listed = COUNTRIES.replace(
        "country_code,country_name,country_iso2,country_iso3",
        "country_code,country_name_full,iso_2digit_alpha,iso_3digit_alpha",
    ).replace("China", "Chiné")
    packed(FLOWS.replace("010121", "10121").replace("490,76", "697,76"), listed, encoding="latin-1")

    rows = collect(trade(year=2022).read()).to_pylist()

    assert {row["reporter"] for row in rows} == {"BRA", "CHN", "697", "USA"}
    assert "010121" in {row["product"] for row in rows}
    assert "Chiné" in {row["reporter_name"] for row in rows}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2022,490,", "2022,999,", r"i has '999', which country_codes_V202501\.csv does not list"),
        ("010121", "TOTAL", "k has 'TOTAL', which is no code of six digits"),
        (",0.125\n", "\n", "line 4"),
        ("12.345", "12,345", "line 3"),
        ("12.345", "much", "v has 'much', which is no number"),
        ("12.345", "", "v has None, which is no number"),
        ("           NA", "..", r"q has '\.\.', which is no number"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(old: str, new: str, said: str, packed: Callable[..., None]) -> None:
    packed(FLOWS.replace(old, new))

    with pytest.raises(BrokenFileError, match=said):
        collect(trade(year=2022).read())


def test_columns_that_changed_their_names_are_told(packed: Callable[..., None]) -> None:
    packed(FLOWS.replace("t,i,j,k,v,q", "t,i,j,hs6,v,q"))
    with pytest.raises(MissingColumnError, match="has no column 'k'"):
        trade(year=2022).read()
    packed(FLOWS, COUNTRIES.replace("country_iso3", "iso"))
    with pytest.raises(MissingColumnError, match="has no column 'country_iso3'"):
        trade(year=2022).read()


def test_questions_that_are_none_and_archives_that_are_none_are_told(
    packed: Callable[..., None], play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed()

    with pytest.raises(ParameterRangeError, match="a year from 2017 on for HS17"):
        trade(year=2016)
    with pytest.raises(UsageError, match="releases are told as 202501"):
        trade(year=2022, vintage="2025")
    with pytest.raises(ChoiceError, match="classification"):
        trade(year=2022, classification="HS2017")
    with pytest.raises(BrokenFileError, match=r"holds no file 'BACI_HS17_Y2024_V202501\.csv'"):
        trade(year=2024)
    with pytest.raises(NotMirroredError, match="cepii"):
        trade(year=2022, vintage="202401b")
    monkeypatch.delenv("INDUSTRIA_MIRROR")
    monkeypatch.delenv("INDUSTRIA_OFFLINE")
    replies = [Reply.page("Maintenance"), Reply(archive()[:200])]
    play("baci", lambda _: replies.pop())
    for said in ("cut off", "a web page"):
        with pytest.raises(UnexpectedAnswerError, match=said):
            trade(year=2022)
