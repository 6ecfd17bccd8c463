"""ILOSTAT: a busy host refuses, and is left in peace."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from industria.core.table import collect
from industria.errors import RefusedError
from industria.sources.ilostat import indicator
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
RECORDED = Reply((FIXTURES / "ilostat_indicator.csv").read_bytes(), headers={"Content-Type": "text/csv"})


def test_columns_and_codes_of_two_editions(play: Play) -> None:
    played = play("ilostat", lambda _: RECORDED)

    read = indicator(indicator="EMP_TEMP_SEX_OC2_NB_A", filters={"ref_area": ["BRA", "TUR"]}, start=2014, end=2017)

    rows = collect(read.read()).to_pylist()
    # A plus between codes is a blank to the played server.
    assert played.asked[0].query["ref_area"] == "BRA TUR"
    assert (played.asked[0].query["timefrom"], played.asked[0].query["timeto"]) == ("2014", "2017")
    assert list(rows[0])[:8] == ["ref_area", "source", "indicator", "sex", "classif1", "period", "value", "flag"]
    assert rows[0]["value"] == 1000.25
    assert {row["classif1"].split("_")[1] for row in rows if row["period"] == "2014"} == {"ISCO08", "ISCO88"}
    assert (rows[6]["flag"], rows[7]["value"]) == ("U", None)
    assert len(rows) == 20


def test_a_refusal_is_told_and_not_asked_again(play: Play) -> None:
    played = play("ilostat", lambda _: Reply(b"Forbidden", status=403))

    with pytest.raises(RefusedError, match="HTTP 403 Forbidden; it refuses so when it is busy"):
        indicator(indicator="EMP_TEMP_SEX_OC2_NB_A")
    assert len(played.asked) == 1
