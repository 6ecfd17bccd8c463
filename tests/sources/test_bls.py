"""The correspondences of the Bureau of Labor Statistics."""

from __future__ import annotations

import pytest

from industria.sources.bls import PAIRS
from tests.sources.correspondence_tables import marked, recorded, sizes, split, whole

USE = "bls.correspondence"


def test_the_crosswalk_of_soc_vintages_is_read() -> None:
    """Public relations and fundraising managers were one occupation in 2010."""
    found = recorded(PAIRS["soc2010-soc2018"])

    assert len(found) == 20
    assert ("11-2031", "11-2033") in found
    assert ("11-2031", "11-2033") in marked(PAIRS["soc2010-soc2018"])


def test_the_matrix_has_the_codes_that_oews_has() -> None:
    """Home health and personal care aides share a code that O*NET does not have."""
    found = recorded(PAIRS["onetsoc2019-nem"])

    assert len(found) == 20
    assert {origin for origin, code in found if code == "31-1120"} == {"31-1121.00", "31-1122.00"}


def test_padded_codes_and_groups_among_unit_groups_are_kept_apart() -> None:
    """`55-1011 ` loses its blank; 211 is a minor group and gets no zero."""
    forth, back = recorded(PAIRS["isco08-soc2010"]), recorded(PAIRS["soc2010-isco08"])

    assert ("0110", "55-1011") in forth
    assert ("55-1011", "0110") in back
    assert ("211", "19-2099") in forth
    assert ("19-2099", "211") in back
    assert ("0110", "55-1011") in marked(PAIRS["isco08-soc2010"])
    assert ("55-1011", "0110") not in marked(PAIRS["soc2010-isco08"])


# Counted in the whole files: links, origins, destinations, and marks of `*` in the files of ISCO.
@pytest.mark.parametrize(
    ("pair", "counts"),
    [
        ("soc2010-soc2018", (900, 840, 867)),
        ("soc2018-soc2010", (900, 867, 840)),
        ("onetsoc2019-nem", (997, 997, 832)),
        ("isco08-soc2010", (1125, 438, 840)),
        ("soc2010-isco08", (1125, 840, 438)),
    ],
)
def test_the_whole_files_have_their_links(
    pair: str, counts: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links, origins and destinations are as counted."""
    assert sizes(whole(USE, pair, monkeypatch)) == counts


def test_the_whole_crosswalk_of_soc_splits_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """31 codes of 2018 come from several of 2010, and 42 of 2010 lead to several."""
    assert len(split(whole(USE, "soc2018-soc2010", monkeypatch))) == 31
    assert len(split(whole(USE, "soc2010-soc2018", monkeypatch))) == 42


def test_the_marks_of_isco_are_as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """970 asterisks in one sheet, 437 in the other."""
    assert sum(whole(USE, "isco08-soc2010", monkeypatch)["partial"].to_pylist()) == 970
    assert sum(whole(USE, "soc2010-isco08", monkeypatch)["partial"].to_pylist()) == 437


def test_the_matrix_resolves_broad_and_hybrid_codes_of_oews(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twelve codes that only OEWS has are made of these of O*NET (reference table of the matrix)."""
    table = whole(USE, "onetsoc2019-nem", monkeypatch)
    parts: dict[str, set[str]] = {}
    for origin, code in zip(table["origin_code"].to_pylist(), table["destination_code"].to_pylist(), strict=True):
        parts.setdefault(code, set()).add(origin[:7])

    assert {code: sorted(made) for code, made in parts.items() if made != {code}} == {
        "13-1020": ["13-1021", "13-1022", "13-1023"],
        "13-2020": ["13-2022", "13-2023"],
        "21-1018": ["21-1011", "21-1014"],
        "25-2052": ["25-2055", "25-2056"],
        "25-9045": ["25-9042", "25-9043", "25-9049"],
        "29-2010": ["29-2011", "29-2012"],
        "31-1120": ["31-1121", "31-1122"],
        "39-7010": ["39-7011", "39-7012"],
        "47-4090": ["47-4091", "47-4099"],
        "51-2028": ["51-2022", "51-2023"],
        "51-2090": ["51-2092", "51-2099"],
        "53-1047": ["53-1042", "53-1043", "53-1044", "53-1049"],
    }
