from __future__ import annotations

import pyarrow as pa
import pytest

from industria.core.hierarchy import CLASSIFICATIONS, Hierarchy
from industria.core.table import collect
from industria.errors import MissingColumnError, MissingValueError, UnknownClassificationError, UnknownCodeError
from tests.classifications.tables import mirror


@pytest.mark.parametrize(
    ("name", "code", "line"),
    [
        ("SOC", "29-1141", ["29-1140", "29-1000", "29-0000"]),
        ("SOC", "15-1252", ["15-1250", "15-1200", "15-0000"]),
        ("SOC", "15-1131", ["15-1130", "15-1100", "15-0000"]),
        ("SOC", "31-1121", ["31-1120", "31-1100", "31-0000"]),
        ("SOC", "51-5111", ["51-5110", "51-5100", "51-0000"]),
        ("SOC", "29-1223", ["29-1210", "29-1000", "29-0000"]),
        ("O*NET-SOC", "29-1141.03", ["29-1141", "29-1140", "29-1000", "29-0000"]),
        ("ISCO-08", "0110", ["011", "01", "0"]),
        ("ISCO-88", "2221", ["222", "22", "2"]),
        ("NAICS", "311421", ["31142", "3114", "311", "31", "31-33"]),
        ("NAICS", "622110", ["62211", "6221", "622", "62"]),
        ("NAICS", "622000", ["62"]),
        ("NAICS", "31-33", []),
        ("ISIC", "2910", ["291", "29", "C"]),
        ("ISIC 3.1", "2910", ["291", "29", "D"]),
        ("NACE", "45.11", ["451", "45", "G"]),
        ("NACE 2.1", "62.10", ["621", "62", "K"]),
        ("HS", "010121", ["0101", "01"]),
        ("SITC", "0013", ["001", "00", "0"]),
        ("CBO 2002", "5143-20", ["5143", "514", "51", "5"]),
        ("countries", "BRA", ["005", "419", "019", "001"]),
        ("countries", "MYS", ["035", "142", "001"]),
        ("countries", "TUR", ["145", "142", "001"]),
        ("countries", "TWN", []),  # the UN has no code for it
    ],
)
def test_what_a_code_belongs_to(name: str, code: str, line: list[str]) -> None:
    assert Hierarchy.of(name).ancestors(code) == line


def test_every_country_of_the_united_nations_has_a_region() -> None:
    """248 countries and areas, each in the world by its region; what M49 does not have has none."""
    from industria.sources.countries import codes

    tree = Hierarchy.of("countries")
    listed = collect(codes(origin="alpha3", destination="m49").read())["origin_code"].to_pylist()

    assert len(listed) == 248
    assert all(tree.ancestors(code)[-1] == "001" for code in listed)


def test_parts_of_a_range_are_no_level_of_their_own() -> None:
    naics = Hierarchy.of("NAICS")

    assert [naics.level(code) for code in ("31-33", "311", "62", "621")] == [1, 2, 1, 2]


def test_what_stands_below_a_code_is_listed() -> None:
    below = Hierarchy.of("NAICS").descendants(["311", "332", "621"])

    assert below["31-33"] == ["311", "332"]
    assert below["621"] == ["621"]


def test_a_table_tells_any_tree() -> None:
    tree = Hierarchy.of(pa.table({"code": ["b", "c"], "parent": ["a", "b"]}))  # type: ignore[arg-type]

    assert tree.ancestors("c") == ["b", "a"]
    assert tree.level("c") == 3
    assert tree.parent("a") is None
    assert tree.knows("a")
    assert not tree.knows("d")
    assert Hierarchy.of(tree) is tree


def test_bad_trees_are_refused() -> None:
    with pytest.raises(UnknownCodeError, match="its own ancestor"):
        Hierarchy.from_table(pa.table({"code": ["a", "b"], "parent": ["b", "a"]}))
    with pytest.raises(MissingColumnError, match="Did you mean 'parents'"):
        Hierarchy.from_table(pa.table({"code": ["a"], "parents": ["b"]}))
    with pytest.raises(MissingValueError):
        Hierarchy.from_table(pa.table({"code": [None, "a"], "parent": ["b", "b"]}))
    with pytest.raises(UnknownClassificationError, match="Did you mean 'SITC'"):
        Hierarchy.of("SITC4")


@pytest.mark.parametrize("name", CLASSIFICATIONS)
def test_what_is_no_code_belongs_to_nothing(name: str) -> None:
    assert Hierarchy.of(name).parent("no code") is None
    assert not Hierarchy.of(name).knows("no code")


def test_sections_of_isic_are_those_of_the_official_list() -> None:
    """United Nations, ISIC_Rev_4_english_structure.txt: letters stand before their divisions."""
    section, expected = "", {}
    for line in mirror("ISIC_Rev_4_english_structure.txt").read_text("latin-1").splitlines()[1:]:
        code = line.split(",")[0].strip('"')
        section = code if code.isalpha() else section
        if len(code) == 2 and code.isdigit():
            expected[code] = section
    isic = Hierarchy.of("ISIC")

    assert len(expected) == 88
    assert {code: isic.parent(code) for code in expected} == expected
