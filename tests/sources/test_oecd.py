"""The OECD: sixty questions an hour, so one wide answer serves many filters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from industria.core.table import collect
from industria.errors import MissingColumnError, ParameterRangeError, RefusedError, UnknownLabelError
from industria.sources.oecd import flow
from tests.sources.recorded import FIXTURES, Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
RECORDED = Reply((FIXTURES / "oecd_flow.csv").read_bytes(), headers={"Content-Type": "text/csv"})
FLOW = "OECD.SDD.NAD,DSD_NAMAIN10@DF_TABLE1,2.0"


def test_columns_without_the_labels_beside_them(play: Play) -> None:
    played = play("oecd", lambda _: RECORDED)

    rows = collect(flow(flow=FLOW, start="2010").read()).to_pylist()

    assert played.asked[0].path == f"/public/rest/data/{FLOW}/all"
    assert played.asked[0].query["startPeriod"] == "2010"
    assert rows[0] == {
        "freq": "A",
        "ref_area": "FRA",
        "measure": "B1GQ",
        "period": "2010",
        "value": 1000.5,
        "flag": "A",
        "unit_mult": "6",
    }
    assert (rows[3]["value"], rows[3]["flag"]) == (None, "M")
    assert len(rows) == 20


def test_filters_choose_from_one_answer(play: Play) -> None:
    played = play("oecd", lambda _: RECORDED)

    by_country = {
        country: collect(flow(flow=FLOW, filters={"REF_AREA": [country]}).read()).num_rows for country in ("FRA", "TUR")
    }

    assert by_country == {"FRA": 10, "TUR": 10}
    assert len(played.asked) == 1
    with pytest.raises(MissingColumnError, match="Did you mean 'ref_area'"):
        flow(flow=FLOW, filters={"ref_are": ["FRA"]}).read()
    with pytest.raises(UnknownLabelError, match=r"'TURK'.*Did you mean 'TUR'"):
        flow(flow=FLOW, filters={"ref_area": ["TURK"]}).read()


def test_refusals_are_told(play: Play) -> None:
    play("oecd", lambda _: Reply(b"NoRecordsFound", status=404))

    with pytest.raises(RefusedError, match="HTTP 404: NoRecordsFound"):
        flow(flow=FLOW)
    with pytest.raises(ParameterRangeError, match="agency, flow and version"):
        flow(flow="DF_TABLE1")
