"""Codes by vintage, read from correspondences."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from industria.core.contract import Contract, family_of
from industria.core.hierarchy import CLASSIFICATIONS
from industria.core.table import as_table
from industria.errors import NotMirroredError, UnknownClassificationError
from industria.sources.bls import PAIRS
from industria.sources.code_lists import LISTS
from tests.sources.correspondence_tables import read
from tests.sources.official_files import WHOLE, mirrored, source_of


# Counted by their publishers: NAICS 2017 has 1,057 industries and 2022 has 1,012, ISCO-88 has 390 unit groups.
@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("SOC 2010", 840),
        ("SOC 2018", 867),
        ("O*NET-SOC 2010", 1110),
        ("O*NET-SOC 2019", 1016),
        ("ISCO-88", 390),
        ("ISCO-08", 436),
        ("NAICS 2007", 1175),
        ("NAICS 2012", 1065),
        ("NAICS 2017", 1057),
        ("NAICS 2022", 1012),
        ("ISIC 3.1", 298),
        ("ISIC 4", 419),
        ("HS 2012", 5206),
        ("HS 2017", 5388),
        ("HS 2022", 5613),
    ],
)
def test_the_whole_files_list_every_code(name: str, codes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)

    assert len(LISTS.codes(name)) == codes


def test_every_list_has_a_hierarchy() -> None:
    assert {family_of(name) for name in LISTS.names()} <= set(CLASSIFICATIONS)


def test_a_table_of_2010_is_no_table_of_2018(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the twenty recorded rows, public relations managers were 11-2031 until two occupations were made of them."""
    recorded = SimpleNamespace(read=lambda: as_table(read(PAIRS["soc2010-soc2018"]), "links"))
    monkeypatch.setattr("industria.sources.code_lists.find", lambda use: lambda pair, as_of: recorded)
    rows = pa.table({"occupation": ["11-1011", "11-2031", "11-0000"]})
    promised = {"occupation": {"classification": "SOC 2018"}}

    (broken,) = Contract(columns=promised).violations(rows, LISTS)

    assert broken.rule.endswith("(it is in 66.6 % of rows; SOC 2010 fits better, with 100 %)")
    assert broken.rows == [{"occupation": "11-2031"}]


def test_oews_of_2023_has_codes_that_soc_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hybrids such as 21-1018 exist in OEWS alone, whatever the vintage."""
    mirrored(monkeypatch, WHOLE)
    rows = pa.table({"occupation": ["00-0000", "21-1018", "29-1141", "31-1120", "15-1200"]})

    (broken,) = Contract(columns={"occupation": {"classification": "SOC 2018"}}).violations(rows, LISTS)

    assert [row["occupation"] for row in broken.rows] == ["00-0000", "21-1018"]


def test_a_contract_holds_a_published_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hybrids of OEWS and the total are no codes of SOC; detail falls 700 short of the total by rounding."""
    mirrored(monkeypatch, WHOLE)
    oews = source_of("bls.oews", vintage=2023, level="national").read()
    sums = {"value": "employment", "column": "group", "total": "total", "parts": ["detailed"], "by": ["area"]}
    promised = {
        "columns": {"occupation": {"classification": "SOC 2018"}},
        "key": ["occupation", "group"],
        "adds_up_rows": [sums, {**sums, "tolerance": 1e-5}],
    }

    codes, total = Contract(**promised).violations(oews, LISTS)

    assert (codes.rule, codes.n_rows) == ("occupation is a code of SOC 2018", 6)
    assert [row["occupation"] for row in codes.rows] == ["00-0000", "21-1018", "25-2052", "25-9045", "51-2028"]
    assert total.rows == [{"area": "99", "total": 151_853_870.0, "parts": 151_853_170.0, "difference": -700.0}]


def test_a_list_that_cannot_be_had_is_no_promise_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path))
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    promised = Contract(columns={"occupation": {"classification": "SOC 2018"}})

    with pytest.raises(NotMirroredError, match="soc_2010_to_2018_crosswalk") as told:
        promised.violations(pa.table({"occupation": ["11-1011"]}), LISTS)
    assert told.value.__notes__ == ["It lists the codes of SOC 2018, which a contract names."]
    assert not LISTS.at_hand("SOC 2010")


def test_a_vintage_that_is_in_no_file_is_refused() -> None:
    with pytest.raises(UnknownClassificationError, match="Did you mean 'SOC 2018'"):
        LISTS.codes("SOC 2019")
