"""Eurostat: too large, or answered later, is a smaller question; nothing else is asked again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from industria.core.table import collect
from industria.errors import BrokenFileError, ParameterRangeError, RefusedError, TooLargeError
from industria.sources.eurostat_dataset import dataset
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
RECORDED = Reply((FIXTURES / "eurostat_dataset.csv").read_bytes(), headers={"Content-Type": "text/csv"})
LATER = Reply((FIXTURES / "eurostat_later.json").read_bytes(), headers={"Content-Type": "application/json"})


def test_columns_flags_and_missing_values(play: Play) -> None:
    played = play("eurostat", lambda _: RECORDED)

    read = dataset(dataset="nama_10_a64_e", filters={"geo": ["DE", "EL"], "freq": ["A"]}, start="2020", end="2021")

    rows = collect(read.read()).to_pylist()
    (asked,) = played.asked
    assert asked.path.endswith("/dataflow/ESTAT/nama_10_a64_e/1.0")
    assert asked.query["c[geo]"] == "DE,EL"
    assert asked.query["c[TIME_PERIOD]"] == "ge:2020 le:2021"
    assert list(rows[0]) == ["freq", "unit", "nace_r2", "geo", "period", "value", "flag", "conf_status"]
    assert [(row["value"], row["flag"]) for row in rows[:3]] == [(100.5, None), (None, "c"), (102.5, "p")]
    assert {row["geo"] for row in rows} == {"DE", "EL"}
    assert len(rows) == 20


@pytest.mark.parametrize("refusal", [LATER, Reply(b"<S:Fault>EXTRACTION_TOO_BIG</S:Fault>", status=413)])
def test_what_is_too_large_is_asked_in_halves(play: Play, refusal: Reply) -> None:
    played = play("eurostat", lambda asked: refusal if len(asked.query["c[geo]"].split(",")) > 2 else RECORDED)

    read = dataset(dataset="nama_10_a64_e", filters={"geo": ["DE", "EL", "FR", "IT"]})

    assert [asked.query["c[geo]"] for asked in played.asked] == ["DE,EL,FR,IT", "DE,EL", "FR,IT"]
    assert len(collect(read.read())) == 40


def test_without_a_filter_nothing_can_be_halved(play: Play) -> None:
    played = play("eurostat", lambda _: LATER)

    with pytest.raises(TooLargeError, match=r"ASYNCHRONOUS_RESPONSE.*name codes in filters"):
        dataset(dataset="nama_10_a64_e")
    assert len(played.asked) == 1


def test_other_refusals_and_other_columns_are_told(play: Play) -> None:
    replies = [Reply(b"<error>no such dataflow</error>", status=404), Reply(b"a,b\n1,2\n")]
    play("eurostat", lambda _: replies.pop(0))

    with pytest.raises(RefusedError, match="HTTP 404: <error>no such dataflow"):
        dataset(dataset="nama_10_a64_f")
    with pytest.raises(BrokenFileError, match=r"no TIME_PERIOD; it has a, b"):
        dataset(dataset="nama_10_a64_e").read()
    with pytest.raises(ParameterRangeError, match="geo"):
        dataset(dataset="nama_10_a64_e", filters={"geo": []})
