"""The correspondences of O*NET."""

from __future__ import annotations

import pytest

from industria.sources.onet import PAIRS
from tests.sources.correspondence_tables import recorded, sizes, whole

USE = "onet.correspondence"


def test_the_crosswalk_is_read_below_its_title() -> None:
    """The header stands on line 4; green marketers are marketing managers."""
    found = recorded(PAIRS["onetsoc2010-soc2010"])

    assert len(found) == 20
    assert ("11-2011.01", "11-2011") in found


def test_occupations_of_2019_nest_by_their_codes() -> None:
    """What stands before the point is the code of the SOC."""
    found = recorded(PAIRS["onetsoc2019-soc2018"])

    assert len(found) == 20
    assert ("11-3013.01", "11-3013") in found


def test_the_whole_crosswalk_has_its_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,110 occupations of O*NET; 840 of the SOC and the broad code of biological scientists."""
    table = whole(USE, "onetsoc2010-soc2010", monkeypatch)
    soc = set(whole("bls.correspondence", "soc2010-soc2018", monkeypatch)["origin_code"].to_pylist())

    assert sizes(table) == (1110, 1110, 841)
    assert set(table["destination_code"].to_pylist()) - soc == {"19-1020"}


def test_the_rule_of_2019_reaches_the_whole_soc(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,016 occupations stand for the 867 of the SOC, and no other."""
    table = whole(USE, "onetsoc2019-soc2018", monkeypatch)
    soc = set(whole("bls.correspondence", "soc2010-soc2018", monkeypatch)["destination_code"].to_pylist())

    assert sizes(table) == (1016, 1016, 867)
    assert set(table["destination_code"].to_pylist()) == soc
