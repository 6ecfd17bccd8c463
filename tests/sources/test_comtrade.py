"""UN Comtrade: limits with a key and without, answers that are cut off, groups among countries."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from industria.core.table import collect
from industria.errors import (
    BrokenFileError,
    BusyPublisherError,
    ChoiceError,
    ParameterRangeError,
    RefusedError,
    TooLargeError,
)
from industria.sources import comtrade
from industria.sources.comtrade import trade
from industria.sources.reader import told_of
from industria.sources.store import Store
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
RECORDED = Reply((FIXTURES / "comtrade_trade.json").read_bytes(), headers={"Content-Type": "application/json"})
ROWS = json.loads(RECORDED.content)["data"]
KEY = "0000-KEY-0000"


@pytest.fixture(autouse=True)
def _without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """One question a second, in earnest."""
    for name in ("COMTRADE", "WITHOUT_KEY"):
        publisher = getattr(comtrade, name)
        limits = replace(publisher.limits, calls_per_second=None)
        monkeypatch.setattr(comtrade, name, replace(publisher, limits=limits))


def test_columns_and_what_is_asked(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Totals alone are asked for; codes are texts; what has no quantity has none."""
    monkeypatch.setenv("INDUSTRIA_KEY_COMTRADE", KEY)
    played = play("comtrade", lambda _: RECORDED)

    read = trade(reporter=["BRA", "USA"], partner=["all"], year=2022, last_year=2023, products=["847130", "010121"])

    rows = collect(read.read()).to_pylist()
    (asked,) = played.asked
    assert asked.path == "/data/v1/get/C/A/HS"
    assert asked.query == {
        "reporterCode": "76,842",
        "cmdCode": "847130,010121",
        "period": "2022,2023",
        "flowCode": "M,X",
        "partner2Code": "0",
        "customsCode": "C00",
        "motCode": "0",
        "maxRecords": "100000",
        "includeDesc": "true",
        "subscription-key": KEY,
    }
    assert len(rows) == 20
    assert list(rows[0]) == list(told_of(trade).columns)
    assert rows[0] == {
        "reporter": "76",
        "partner": "0",
        "product": "010121",
        "year": 2022,
        "flow": "X",
        "value": 50000.0,
        "quantity": 20.0,
        "quantity_unit": "u",
        "quantity_flag": None,
        "reporter_iso": "BRA",
        "partner_iso": "W00",
        "reporter_flag": None,
        "partner_flag": "world",
    }
    power = next(row for row in rows if row["product"] == "271600")
    assert (power["value"], power["quantity"], power["quantity_unit"]) == (777.0, None, None)
    assert {row["quantity_flag"] for row in rows if row["partner"] == "842"} == {None, "estimated"}
    assert read.redistributable is False


def test_groups_and_areas_are_marked(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """The European Union reports beside its members: both added up would count twice."""
    monkeypatch.setenv("INDUSTRIA_KEY_COMTRADE", KEY)
    played = play("comtrade", lambda _: RECORDED)

    rows = collect(trade(reporter=["all"], partner=["all"], year=2022).read()).to_pylist()

    assert "reporterCode" not in played.asked[0].query
    assert played.asked[0].query["cmdCode"] == "AG6"
    flags = {(row["reporter"], row["reporter_flag"]) for row in rows}
    assert flags == {("76", None), ("97", "group"), ("251", None), ("276", None), ("842", None)}
    assert {row["partner"]: row["partner_flag"] for row in rows if row["partner_flag"]} == {
        "0": "world",
        "490": "area",
        "899": "area",
    }


def test_the_key_is_nowhere_on_record(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in the address of the source, nor in the store, nor in a refusal."""
    monkeypatch.setenv("INDUSTRIA_KEY_COMTRADE", KEY)
    replies = [Reply.json({"statusCode": 401, "message": f"Access denied for {KEY}."}, 401), RECORDED]
    play("comtrade", lambda _: replies.pop())

    read = trade(reporter=["BRA"], partner=["CHN"], year=2022)
    with pytest.raises(RefusedError, match="HTTP 401: Access denied") as caught:
        trade(reporter=["BRA"], partner=["CHN"], year=2021)

    assert KEY not in f"{read.url}{read.request}{read.notes}{caught.value}"
    kept = [file.read_bytes() for file in Store.here().root.rglob("*") if file.is_file()]
    assert kept
    assert not [content for content in kept if KEY.encode() in content]


def test_without_a_key_the_preview_is_asked_country_by_country(play: Play) -> None:
    """One country and one year a question; the notes say so, and who is silent."""
    played = play(
        "comtrade", lambda asked: Reply.json({"data": ROWS[:3] if asked.query["reporterCode"] == "76" else []})
    )

    read = trade(reporter=["BRA", "TUR"], partner=["world"], year=2022, last_year=2023, products=["84"])

    assert {asked.path for asked in played.asked} == {"/public/v1/preview/C/A/HS"}
    assert [(asked.query["reporterCode"], asked.query["period"]) for asked in played.asked] == [
        ("76", "2022"),
        ("76", "2023"),
        ("792", "2022"),
        ("792", "2023"),
    ]
    assert {asked.query["maxRecords"] for asked in played.asked} == {"500"}
    assert played.asked[0].query["partnerCode"] == "0"
    assert "without a key, in questions of at most 500 rows" in read.notes[0]
    assert "no rows of reporter 792" in read.notes[1]


def test_an_answer_of_the_limit_is_asked_in_halves_and_then_refused(play: Play) -> None:
    """500 rows without a key are a cut answer; one product of one country cannot be split."""

    def answer(asked: Asked) -> Reply:
        several = len(asked.query["cmdCode"].split(",")) > 1 or asked.query["cmdCode"] == "AG6"
        return Reply.json({"data": ROWS[:1] * 500 if several else ROWS[:1]})

    played = play("comtrade", answer)

    read = trade(reporter=["BRA"], partner=["all"], year=2022, products=["84", "85", "86"])
    assert [asked.query["cmdCode"] for asked in played.asked] == ["84,85,86", "84,85", "84", "85", "86"]
    assert collect(read.read()).num_rows == 3
    with pytest.raises(TooLargeError, match=r"500 rows, as many as are given without a key.*comtradedeveloper"):
        trade(reporter=["BRA"], partner=["all"], year=2022)


def test_the_limit_with_a_key_is_another(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 rows are no cut answer there; as many as were asked for are."""
    monkeypatch.setenv("INDUSTRIA_KEY_COMTRADE", KEY)
    played = play("comtrade", lambda _: Reply.json({"data": ROWS[:1] * 500}))

    assert collect(trade(reporter=["BRA"], partner=["all"], year=2022).read()).num_rows == 500
    limits = replace(comtrade.COMTRADE.limits, rows_per_call=400)
    monkeypatch.setattr(comtrade, "COMTRADE", replace(comtrade.COMTRADE, limits=limits))
    with pytest.raises(TooLargeError, match=r"name fewer partners or products"):
        trade(reporter=["BRA"], partner=["all"], year=2021)
    assert len(played.asked) == 2


def test_calls_of_a_day_and_patience_end(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 is asked again; a quota that is used up is a refusal, and the day's calls are counted here too."""
    monkeypatch.setenv("INDUSTRIA_KEY_COMTRADE", KEY)
    busy = Reply.json({"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."}, 429)
    replies = [RECORDED, busy, busy]
    played = play("comtrade", lambda _: replies.pop())

    trade(reporter=["BRA"], partner=["CHN"], year=2022)
    assert len(played.asked) == 3
    replies.append(Reply.json({"statusCode": 403, "message": "Out of call volume quota."}, 403))
    with pytest.raises(RefusedError, match="HTTP 403: Out of call volume quota"):
        trade(reporter=["BRA"], partner=["CHN"], year=2021)
    limits = replace(comtrade.COMTRADE.limits, calls_per_day=4)
    monkeypatch.setattr(comtrade, "COMTRADE", replace(comtrade.COMTRADE, limits=limits))
    with pytest.raises(BusyPublisherError, match="4 questions used up what it allows"):
        trade(reporter=["BRA"], partner=["CHN"], year=2020)


def test_an_error_inside_a_success_and_an_answer_of_another_form_are_told(play: Play) -> None:
    replies = {
        "2022": Reply.json({"data": [], "error": "Invalid reporterCode"}),
        "2021": Reply.json({"data": None, "error": ""}),
        "2020": Reply.json({"data": [{"reporterCode": 76, "value": 1}]}),
    }
    play("comtrade", lambda asked: replies[asked.query["period"]])

    with pytest.raises(RefusedError, match="Invalid reporterCode"):
        trade(reporter=["BRA"], partner=["CHN"], year=2022)
    with pytest.raises(BrokenFileError, match="no list of data"):
        trade(reporter=["BRA"], partner=["CHN"], year=2021)
    with pytest.raises(BrokenFileError, match="a row lacks 'partnerCode'; it has reporterCode, value"):
        trade(reporter=["BRA"], partner=["CHN"], year=2020).read()


def test_questions_that_are_none_are_not_asked(play: Play) -> None:
    played = play("comtrade", lambda _: RECORDED)

    with pytest.raises(ChoiceError, match=r"reporter='BRZ'; it takes all, .* Did you mean"):
        trade(reporter=["BRZ"], partner=["CHN"], year=2022)
    for wrong in ({"reporter": []}, {"partner": ["all", "CHN"]}, {"products": []}, {"last_year": 2021}, {"year": 1900}):
        with pytest.raises(ParameterRangeError):
            trade(**{"reporter": ["BRA"], "partner": ["CHN"], "year": 2022, **wrong})
    with pytest.raises(ChoiceError, match="classification"):
        trade(reporter=["BRA"], partner=["CHN"], year=2022, classification="HS17")
    assert played.asked == []
