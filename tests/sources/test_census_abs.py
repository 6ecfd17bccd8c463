"""The Annual Business Survey: firms of all owners together, and flags that are read as such."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from industria.core.table import collect
from industria.errors import (
    BrokenFileError,
    MissingKeyError,
    ParameterRangeError,
    RefusedError,
    UnexpectedAnswerError,
)
from industria.sources import find
from industria.sources.census_abs import abs as survey
from industria.sources.reader import told_of
from tests.sources.recorded import Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]

HEADER = ["FIRMPDEMP", "FIRMPDEMP_F", "EMP", "EMP_F", "PAYANN", "PAYANN_F", "RCPPDEMP", "RCPPDEMP_F", "NAICS2017"]
HEADER += ["EMPSZFI", "SEX", "ETH_GROUP", "RACE_GROUP", "VET_GROUP", "state"]
# Written by hand in the form that the bureau documents; the numbers are made up.
MARKS = [(None, "100"), ("D", "0"), ("S", "0"), ("X", "0"), ("a", "7")]
ROWS: list[list[Any]] = [
    [
        "50",
        None,
        emp,
        mark,
        "4000",
        None,
        "9000",
        mark if mark == "S" else None,
        naics,
        size,
        "001",
        "001",
        "00",
        "001",
        "25",
    ]
    for naics in ("31-33", "62")
    for size in ("001", "612")
    for mark, emp in MARKS
]


def answer(header: list[str] = HEADER, rows: list[list[Any]] = ROWS) -> Callable[[Asked], Reply]:
    return lambda _: Reply.json([header, *rows])


def asked(**changed: Any) -> Any:
    return survey(
        **({"year": 2021, "geography": "state:25", "naics": ["31-33", "62"], "sizes": ["001", "612"]} | changed)
    )


def test_all_owners_are_asked_for_and_columns_stand_as_in_the_other_tables(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "k3y")
    played = play("census", answer())

    read = asked()

    rows = collect(read.read()).to_pylist()
    query = played.asked[0].query
    assert played.asked[0].path == "/data/2021/abscs"
    assert [query[name] for name in ("SEX", "ETH_GROUP", "RACE_GROUP", "VET_GROUP")] == ["001", "001", "00", "001"]
    assert (query["NAICS2017"], query["EMPSZFI"], query["for"]) == ("31-33", "001", "state:25")
    assert "k3y" not in (read.url or "")
    assert rows[0] == {
        "area": "25",
        "industry": "31-33",
        "size": "001",
        "firms": 50,
        "firms_flag": None,
        "establishments": None,
        "establishments_flag": "not_applicable",
        "employment": 100,
        "employment_flag": None,
        "payroll": 4000,
        "payroll_flag": None,
        "receipts": 9000,
        "receipts_flag": None,
    }
    assert [(row["employment"], row["employment_flag"]) for row in rows[1:5]] == [
        (None, "withheld"),
        (None, "withheld"),
        (None, "not_applicable"),
        (7, "a"),
    ]
    assert (rows[2]["receipts"], rows[2]["receipts_flag"]) == (None, "withheld")
    assert len(rows) == 20
    assert read.facts == {"classification": "NAICS 2017"}


def test_the_columns_are_those_that_are_told(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "k3y")
    play("census", answer())
    told = told_of(find("census.abs"))

    names = collect(find("census.abs")(**told.example).read()).column_names
    assert [name for name in names if name not in told.columns and not name.endswith("_flag")] == []


@pytest.mark.parametrize(("year", "edition"), [(2017, "2017"), (2021, "2017"), (2022, "2022")])
def test_the_edition_of_the_classification_follows_the_year(
    play: Play, monkeypatch: pytest.MonkeyPatch, year: int, edition: str
) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "k3y")
    header = [f"NAICS{edition}" if name == "NAICS2017" else name for name in HEADER]
    played = play("census", answer(header))

    assert asked(year=year).facts == {"classification": f"NAICS {edition}"}
    assert f"NAICS{edition}" in played.asked[0].query


def test_without_a_key_nothing_is_asked(play: Play) -> None:
    played = play("census", answer())

    with pytest.raises(MissingKeyError, match="key_signup"):
        asked()
    assert played.asked == []


def test_refusals_pages_and_what_cannot_be_asked(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "k3y")
    replies = [Reply(status=204), Reply(b"error: unknown variable 'EMP_F'", status=400), Reply.page("Invalid Key")]
    play("census", lambda _: replies.pop(0))

    with pytest.raises(RefusedError, match="no rows"):
        asked()
    with pytest.raises(RefusedError, match="unknown variable 'EMP_F'"):
        asked()
    with pytest.raises(UnexpectedAnswerError, match="web page"):
        asked()
    with pytest.raises(ParameterRangeError, match="year=2016"):
        asked(year=2016)
    with pytest.raises(ParameterRangeError, match="sizes="):
        asked(sizes=[])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (json.dumps([HEADER[1:], *[row[1:] for row in ROWS]]).encode(), "the answer has no FIRMPDEMP"),
        (json.dumps([HEADER, ["many", *ROWS[0][1:]]]).encode(), "'many' where a number belongs"),
        (json.dumps([HEADER, *ROWS]).encode()[:400], "no JSON"),
    ],
    ids=["column", "word", "cut-off"],
)
def test_a_broken_answer_is_told(content: bytes, said: str, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_CENSUS", "k3y")
    play("census", lambda _: Reply(content, headers={"Content-Type": "application/json"}))

    with pytest.raises(BrokenFileError, match=said):
        collect(asked().read())
