"""The World Bank: shorter lists, whole answers, and refusals inside a success."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from industria.core.table import collect
from industria.errors import ParameterRangeError, RefusedError
from industria.sources.world_bank import indicator
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
RECORDED = Reply((FIXTURES / "world_bank_indicator.json").read_bytes(), headers={"Content-Type": "application/json"})


def test_columns_and_groups_without_a_code(play: Play) -> None:
    played = play("world_bank", lambda _: RECORDED)

    read = indicator(indicator="NV.IND.MANF.KD", start=2014, end=2023, countries=["BRA", "WLD"])

    rows = collect(read.read()).to_pylist()
    assert played.asked[0].path == "/v2/country/BRA;WLD/indicator/NV.IND.MANF.KD"
    assert played.asked[0].query["date"] == "2014:2023"
    assert list(rows[0]) == ["country", "indicator", "period", "value", "flag"]
    assert (rows[0]["country"], rows[0]["period"], rows[0]["value"]) == ("BRA", "2023", None)
    assert rows[11]["country"] == "1W"
    assert read.facts == {"last_updated": "2026-07-01"}
    assert len(rows) == 20


def test_long_lists_are_split(play: Play) -> None:
    played = play("world_bank", lambda _: RECORDED)

    indicator(indicator="NV.IND.MANF.KD", start=2014, end=2023, countries=[f"C{i:02}" for i in range(60)])

    assert [len(asked.path.split("/")[3].split(";")) for asked in played.asked] == [30, 30]


def test_an_answer_of_several_pages_is_asked_in_halves(play: Play) -> None:
    def answer(asked: Asked) -> Reply:
        return RECORDED if asked.query["date"] in ("2014:2018", "2019:2023") else Reply.json([{"pages": 2}, []])

    played = play("world_bank", answer)

    read = indicator(indicator="NV.IND.MANF.KD", start=2014, end=2023)

    assert [asked.query["date"] for asked in played.asked] == ["2014:2023", "2014:2018", "2019:2023"]
    assert len(collect(read.read())) == 40


def test_refusals_are_told(play: Play) -> None:
    play("world_bank", lambda _: Reply((FIXTURES / "world_bank_refusal.json").read_bytes()))

    with pytest.raises(RefusedError, match="Invalid value: The provided parameter value is not valid"):
        indicator(indicator="NV.IND", start=2014, end=2023)
    with pytest.raises(ParameterRangeError, match="end=2013"):
        indicator(indicator="NV.IND", start=2014, end=2013)
    with pytest.raises(ParameterRangeError, match="countries="):
        indicator(indicator="NV.IND", start=2014, end=2023, countries=[])
