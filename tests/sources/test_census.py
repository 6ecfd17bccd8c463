"""The concordances of the Census Bureau."""

from __future__ import annotations

import pytest

from industria.sources.census import PAIRS
from tests.sources.correspondence_tables import marked, read, recorded, sizes, split, whole

USE = "census.correspondence"


def test_vintages_of_naics_are_read_from_the_old_to_the_new() -> None:
    """The files list the new code first; men's clothing was five industries until 2007."""
    older, newer = recorded(PAIRS["naics2007-naics2012"]), recorded(PAIRS["naics2012-naics2017"])

    assert len(older) == len(newer) == 20
    assert ("315221", "315220") in older
    assert ("454111", "454110") in newer
    assert marked(PAIRS["naics2007-naics2012"].turned()) == [link for link in _turned(older) if link[0] == "315220"]


def test_side_by_side_vintages_give_each_link_once() -> None:
    """Electronic shopping went to the shops; codes of government stay."""
    found = recorded(PAIRS["naics2017-naics2022"])

    assert len(found) == len(set(found)) == 19
    assert ("454110", "441330") in marked(PAIRS["naics2017-naics2022"])


def test_isic_codes_get_their_zeros_back() -> None:
    """111 is the class 0111 and 12 the group 012; `4330` with line ends behind it is 4330; 928110 is linked once."""
    found = recorded(PAIRS["naics2017-isic4"])

    assert ("111110", "0111") in found
    assert ("111336", "012") in found
    assert ("238310", "4330") in found
    assert found.count(("928110", "8423")) == 1
    assert ("111110", "0111") in marked(PAIRS["naics2017-isic4"], "destination_partial")
    assert ("111110", "0111") not in marked(PAIRS["naics2017-isic4"])


def test_census_occupations_are_resolved_to_their_parts() -> None:
    """A pattern becomes the parts below it, a group that has parts its parts, and a legend nothing."""
    found = recorded(PAIRS["census2018-soc2018"])

    assert [code for census, code in found if census == "8555"] == ["51-7031", "51-7032", "51-7099"]
    assert [code for census, code in found if census == "3930"] == ["33-9031", "33-9032"]
    assert [census for census, _ in found].count("9830") == 0
    assert "Model Makers, Wood" in read(PAIRS["census2018-soc2018"])["title"].to_pylist()


# Counted in the whole files. 423 codes of ISIC were counted where 4330 with line ends behind it was another code.
@pytest.mark.parametrize(
    ("pair", "counts"),
    [
        ("naics2007-naics2012", (1184, 1175, 1065)),
        ("naics2012-naics2017", (1069, 1065, 1057)),
        ("naics2017-naics2022", (1157, 1064, 1019)),
        ("naics2017-isic4", (1654, 1058, 422)),
        ("census2018-soc2018", (647, 568, 647)),
    ],
)
def test_the_whole_files_have_their_links(
    pair: str, counts: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links, origins and destinations are as counted."""
    assert sizes(whole(USE, pair, monkeypatch)) == counts


def test_industries_split_and_merge_as_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """9 codes of 2017 come from several of 2012 and 4 of 2012 are split; the nine of 2017 that 2022 splits."""
    assert len(split(whole(USE, "naics2017-naics2012", monkeypatch))) == 9
    assert len(split(whole(USE, "naics2012-naics2017", monkeypatch))) == 4
    nine = {"212113", "325314", "453998", "454110", "454390", "515120", "517312", "517911", "519130"}
    assert set(split(whole(USE, "naics2017-naics2022", monkeypatch))) == nine
    assert len(split(whole(USE, "naics2022-naics2017", monkeypatch))) == 79


def test_parts_of_isic_are_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """922 and 1,551 marks, less the row that repeats a link; 327 codes of NAICS go to several."""
    table = whole(USE, "naics2017-isic4", monkeypatch)

    assert sum(table["partial"].to_pylist()) == 922 - 1
    assert sum(table["destination_partial"].to_pylist()) == 1551 - 1
    assert len(split(table)) == 327


def test_every_occupation_of_the_soc_is_in_a_census_occupation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the 867 stands there itself, or below a broad code that does."""
    codes = set(whole(USE, "census2018-soc2018", monkeypatch)["destination_code"].to_pylist())
    soc = whole("bls.correspondence", "soc2010-soc2018", monkeypatch)["destination_code"].to_pylist()

    assert [code for code in soc if not {code, code[:6] + "0", code[:4] + "000"} & codes] == []


def _turned(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(destination, origin) for origin, destination in found]
