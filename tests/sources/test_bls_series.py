"""The interface of the Bureau of Labor Statistics: fifty series a call, and refusals inside a success."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from industria.core.table import collect
from industria.errors import BusyPublisherError, ParameterRangeError, RefusedError
from industria.sources.bls_series import series
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
RECORDED = (FIXTURES / "bls_series.json").read_bytes()


def echo(asked: Asked) -> Reply:
    """Answer one January a series and year, three years alone where there is no key."""
    body = asked.body
    years = range(int(body["startyear"]), int(body["endyear"]) + 1)
    years = years if "registrationkey" in body else years[-3:]
    points = [{"year": str(year), "period": "M01", "value": "1.5", "footnotes": [{}]} for year in years]
    data = [{"seriesID": one, "data": points} for one in body["seriesid"]]
    return Reply.json({"status": "REQUEST_SUCCEEDED", "message": [], "Results": {"series": data}})


def test_columns_and_what_they_hold(play: Play) -> None:
    play("bls", lambda _: Reply(RECORDED))

    read = series(series=["CES0000000001", "CES3000000001"], start=2022, end=2023)

    table = collect(read.read())
    assert table.column_names == ["series", "year", "period", "value", "footnotes"]
    rows = table.to_pylist()
    assert len(rows) == 20
    assert rows[0] == {"series": "CES0000000001", "year": 2023, "period": "M01", "value": 101.5, "footnotes": None}
    assert rows[9]["footnotes"] == "preliminary"
    (withheld,) = [row for row in rows if row["value"] is None]
    assert withheld["footnotes"].startswith("Data unavailable")
    assert read.notes == ("No Data Available for Series CES3000000001 Year: 2022",)
    assert read.publisher == "US Bureau of Labor Statistics"


def test_a_hundred_and_twenty_series_are_asked_in_calls_of_at_most_fifty(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_BLS", "k3y")
    played = play("bls", echo)
    wanted = [f"CES{i:010}" for i in range(120)]

    rows = collect(series(series=wanted, start=2004, end=2023).read()).to_pylist()

    sent: list[dict[str, Any]] = [asked.body for asked in played.asked]
    assert [len(body["seriesid"]) for body in sent] == [40, 40, 40]
    assert {body["registrationkey"] for body in sent} == {"k3y"}
    assert len(rows) == 120 * 20
    assert [row["series"] for row in rows[::20]] == wanted


def test_without_a_key_twenty_years_are_asked_three_at_a_time(play: Play) -> None:
    played = play("bls", echo)

    rows = collect(series(series=["CES0000000001"], start=2004, end=2023).read()).to_pylist()

    assert [row["year"] for row in rows] == list(range(2004, 2024))
    assert max(int(asked.body["endyear"]) - int(asked.body["startyear"]) for asked in played.asked) == 2


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ((FIXTURES / "bls_refusal.json").read_bytes(), "REQUEST_NOT_PROCESSED: .*daily threshold"),
        (
            json.dumps(
                {
                    "status": "REQUEST_SUCCEEDED",
                    "message": ["Series does not exist for Series CES1"],
                    "Results": {"series": [{"seriesID": "CES1", "data": []}]},
                }
            ).encode(),
            "does not exist for Series CES1",
        ),
    ],
)
def test_a_refusal_inside_a_success_is_an_error(play: Play, told: bytes, said: str) -> None:
    played = play("bls", lambda _: Reply(told, headers={"Content-Type": "application/json"}))

    with pytest.raises(RefusedError, match=said):
        series(series=["CES1"], start=2023, end=2023)
    assert len(played.asked) == 1


def test_without_a_key_the_calls_of_a_day_are_counted(play: Play) -> None:
    played = play("bls", echo)
    series(series=["CES0000000001"], start=1950, end=2023)

    assert len(played.asked) == 25
    with pytest.raises(BusyPublisherError, match="25 questions used up"):
        series(series=["CES0000000002"], start=2023, end=2023)
    assert len(played.asked) == 25


def test_what_is_kept_is_told(play: Play) -> None:
    play("bls", echo)

    read = series(series=["CES0000000001"], start=2023, end=2023)

    assert read.check() is None  # an interface does not date its answers
    assert [one["sha256"] for one in read.vintages()] == [read.sha256]
    assert read.describe()["facts"] == {}


def test_nothing_to_ask_is_told() -> None:
    with pytest.raises(ParameterRangeError, match="series="):
        series(series=[], start=2022, end=2023)
    with pytest.raises(ParameterRangeError, match="end=2021"):
        series(series=["CES0000000001"], start=2022, end=2021)
