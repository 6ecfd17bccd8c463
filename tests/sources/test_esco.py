"""The correspondences of ESCO."""

from __future__ import annotations

import pytest

from industria.sources.esco import PAIRS
from tests.sources.correspondence_tables import read, recorded, sizes, whole

COMMANDER = "http://data.europa.eu/esco/occupation/0b1d8dcb-d941-4d79-99bf-fc10c1806c43"


def test_occupations_are_known_by_their_addresses() -> None:
    """A fleet commander is in the armed forces, group 0110."""
    found = recorded(PAIRS["esco-isco08"])

    assert len(found) == 20
    assert (COMMANDER, "0110") in found


def test_the_confidence_of_a_match_is_its_weight() -> None:
    """Grades of one half come with the links that Nesta doubts."""
    table = read(PAIRS["esco-onetsoc2010"])

    assert table.column_names == ["origin_code", "destination_code", "partial", "weight", "title"]
    assert set(table["weight"].to_pylist()) == {0.5, 1.0, 2.0}


@pytest.mark.parametrize(
    ("pair", "counts"), [("esco-isco08", (3007, 3007, 426)), ("esco-onetsoc2010", (1680, 1680, 668))]
)
def test_the_whole_files_have_their_links(
    pair: str, counts: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """3,007 occupations of ESCO 1.1.1; 1,680 that Nesta matched."""
    assert sizes(whole("esco.correspondence", pair, monkeypatch)) == counts
