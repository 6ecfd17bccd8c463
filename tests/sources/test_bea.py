"""The Bureau of Economic Analysis: errors inside a success, and a key that it repeats."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from industria.core.table import collect
from industria.errors import MissingKeyError, RefusedError
from industria.sources.bea import input_output
from industria.sources.store import Store
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
KEY = "0000-KEY-0000"


def recorded(asked: Asked) -> Reply:
    file = "bea_tables.json" if asked.query["method"] == "GetParameterValues" else "bea_input_output.json"
    return Reply((FIXTURES / file).read_bytes(), headers={"Content-Type": "application/json"})


def test_columns_and_the_table_that_is_meant(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_BEA", KEY)
    played = play("bea", recorded)

    read = input_output(table="use of commodities", year=2022, level="summary")

    rows = collect(read.read()).to_pylist()
    assert [asked.query["UserID"] for asked in played.asked] == [KEY, KEY]
    assert (played.asked[1].query["TableID"], played.asked[1].query["Year"]) == ("259", "2022")
    assert read.facts["table"] == "259"
    assert rows[3] == {
        "row": "111CA",
        "column": "114CA",
        "value": 3003.0,
        "row_title": "Row 111CA",
        "column_title": "Column 114CA",
    }
    assert [row["value"] for row in rows[4:8]] == [4004.0, None, None, 7007.0]
    assert len(rows) == 20
    # The bureau repeats the key in its answers.
    kept = [file.read_bytes() for file in Store.here().root.rglob("*") if file.is_file()]
    assert not [content for content in kept if KEY.encode() in content]


def test_a_table_that_is_not_clear_is_refused_with_those_there_are(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_BEA", KEY)
    play("bea", recorded)

    with pytest.raises(RefusedError, match=r"0 tables of level 'detail' fit 'Use'; there is 56 \("):
        input_output(table="Use", year=2022, level="detail")
    with pytest.raises(RefusedError, match=r"2 tables of level 'sector' fit 'Commodit'"):
        input_output(table="Commodit", year=2022, level="sector")


def test_an_error_inside_a_success_is_an_error(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_BEA", KEY)
    played = play("bea", lambda _: Reply((FIXTURES / "bea_refusal.json").read_bytes()))

    with pytest.raises(RefusedError, match="101 The parameter Year is invalid") as caught:
        input_output(table="259", year=1800)
    assert len(played.asked) == 1
    assert KEY not in str(caught.value)


def test_without_a_key_nothing_is_asked(play: Play) -> None:
    played = play("bea", recorded)

    with pytest.raises(MissingKeyError, match="INDUSTRIA_KEY_BEA"):
        input_output(table="259", year=2022)
    assert played.asked == []
