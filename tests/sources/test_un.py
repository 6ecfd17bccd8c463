"""The correspondences of the United Nations."""

from __future__ import annotations

import pytest

from industria.sources.un import PAIRS
from tests.sources.correspondence_tables import marked, recorded, sizes, split, whole

USE = "un.correspondence"


def test_all_correlations_are_read_and_not_the_majority() -> None:
    """Waste batteries lead to many codes, of which the sheet of conversions keeps one."""
    found = recorded(PAIRS["hs2022-hs2017"])

    assert len(found) == 20
    assert sum(origin == "854931" for origin, _ in found) > 1
    assert ("010121", "010121") in found


def test_other_vintages_and_sitc_are_read() -> None:
    """An empty column between the codes does not hide them; codes of SITC have four digits or five."""
    assert ("010121", "010121") in recorded(PAIRS["hs2017-hs2012"])
    assert ("010121", "0015") in recorded(PAIRS["hs2022-sitc4"])
    assert ("010221", "00111") in recorded(PAIRS["hs2022-sitc4"])


def test_marks_of_isic_stand_on_both_sides() -> None:
    """0111 is whole in ISIC 4 and a part in ISIC 3.1."""
    pair = PAIRS["isic4-isic31"]

    assert ("0111", "0111") not in marked(pair)
    assert ("0111", "0111") in marked(pair, "destination_partial")
    assert ("0113", "0112") in marked(pair)


# Counted in the whole files: links, origins, destinations, origins with several destinations.
@pytest.mark.parametrize(
    ("pair", "counts", "several"),
    [
        ("hs2022-hs2017", (15657, 5613, 5387), 124),
        ("hs2017-hs2012", (6141, 5388, 5206), 66),
        ("hs2022-sitc4", (13191, 5611, 2969), 198),
    ],
)
def test_the_whole_files_of_products_have_their_links(
    pair: str, counts: tuple[int, int, int], several: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links, origins, destinations and splits are as counted."""
    table = whole(USE, pair, monkeypatch)

    assert sizes(table) == counts
    assert len(split(table)) == several


def test_one_product_leads_to_a_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    """The widest code of HS 2022 has 1,019 destinations."""
    assert max(split(whole(USE, "hs2022-hs2017", monkeypatch)).values()) == 1019


def test_the_whole_file_of_isic_has_its_links_and_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """737 links of 419 to 298 classes; 463 are marked on the side of ISIC 4."""
    table = whole(USE, "isic4-isic31", monkeypatch)

    assert sizes(table) == (737, 419, 298)
    assert sum(table["partial"].to_pylist()) == 463
