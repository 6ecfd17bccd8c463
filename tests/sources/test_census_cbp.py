"""County Business Patterns: a key before anything is sent, and flags that are read as such."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from industria.core.table import collect
from industria.errors import MissingKeyError, ParameterRangeError, RefusedError, UnexpectedAnswerError
from industria.sources.census_cbp import cbp
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
RECORDED = (FIXTURES / "census_cbp.json").read_bytes()


def test_without_a_key_nothing_is_asked(play: Play) -> None:
    played = play("census", lambda _: Reply(RECORDED))

    with pytest.raises(MissingKeyError, match="key_signup"):
        cbp(year=2021, geography="state:25", naics=["31-33"])
    assert played.asked == []


def test_the_page_about_keys_is_not_taken_for_data(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "wr0ng")
    redirect = Reply(status=302, headers={"Location": "/data/missing_key.html"})
    played = play("census", lambda asked: redirect if asked.path.endswith("cbp") else Reply.page("Missing Key"))

    with pytest.raises(UnexpectedAnswerError, match="redirect") as caught:
        cbp(year=2021, geography="state:25", naics=["31-33"])
    assert [asked.path for asked in played.asked] == ["/data/2021/cbp"]
    assert "wr0ng" not in str(caught.value)


def test_a_page_with_a_success_is_refused_too(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "wr0ng")
    play("census", lambda _: Reply.page("Invalid Key"))

    with pytest.raises(UnexpectedAnswerError, match=r"a web page \('Invalid Key'\) where json"):
        cbp(year=2021, geography="state:25", naics=["31-33"])


def test_columns_flags_and_places(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "k3y")
    played = play("census", lambda _: Reply(RECORDED))

    read = cbp(year=2021, geography="county:*&in=state:25", naics=["31-33"])

    rows = collect(read.read()).to_pylist()
    assert played.asked[0].query["for"] == "county:*"
    assert played.asked[0].query["in"] == "state:25"
    assert played.asked[0].query["NAICS2017"] == "31-33"
    assert played.asked[0].query["key"] == "k3y"
    assert "k3y" not in (read.url or "")
    assert rows[0] == {
        "area": "25001",
        "industry": "31-33",
        "size": "001",
        "establishments": 10,
        "establishments_flag": None,
        "employment": 100,
        "employment_flag": None,
        "payroll": 1000,
        "payroll_flag": None,
    }
    assert [(row["employment"], row["employment_flag"]) for row in rows[1:5]] == [
        (101, "low_noise"),
        (102, "medium_noise"),
        (None, "withheld"),
        (None, "not_available"),
    ]
    assert [(row["payroll"], row["payroll_flag"]) for row in rows[2:5]] == [
        (1002, "high_noise"),
        (None, "withheld"),
        (77, None),
    ]
    assert read.facts == {"classification": "NAICS 2017"}
    assert len(rows) == 20


@pytest.mark.parametrize(
    ("year", "edition"),
    [(2008, "2007"), (2011, "2007"), (2012, "2012"), (2016, "2012"), (2017, "2017"), (2023, "2022")],
)
def test_the_edition_of_the_classification_follows_the_year(
    play: Play, monkeypatch: pytest.MonkeyPatch, year: int, edition: str
) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "k3y")
    played = play("census", lambda _: Reply(RECORDED))

    assert cbp(year=year, geography="us:*", naics=["62"]).facts == {"classification": f"NAICS {edition}"}
    assert f"NAICS{edition}" in played.asked[0].query


def test_refusals_and_what_cannot_be_asked(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "k3y")
    replies = [Reply(status=204), Reply(b"error: unknown variable 'EMP_N'", status=400)]
    play("census", lambda _: replies.pop(0))

    with pytest.raises(RefusedError, match="no rows"):
        cbp(year=2021, geography="state:25", naics=["99"])
    with pytest.raises(RefusedError, match="unknown variable 'EMP_N'"):
        cbp(year=2021, geography="state:25", naics=["62"])
    with pytest.raises(ParameterRangeError, match="year=2005"):
        cbp(year=2005, geography="state:25", naics=["62"])
    with pytest.raises(ParameterRangeError, match="naics="):
        cbp(year=2021, geography="state:25", naics=[])
