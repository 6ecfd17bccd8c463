"""The tables and rules that European classifications follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from industria.errors import BrokenFileError, LinkCountError, UnexpectedAnswerError
from industria.sources.eurostat import PAIRS, correspondence
from industria.sources.formats.links import links
from tests.sources.correspondence_tables import FIXTURES, marked, read, recorded, sizes, whole
from tests.sources.recorded import Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]

BY_RULE = [name for name, pair in PAIRS.items() if pair.prepare is not None]
TABLE = PAIRS["nace2-nace21"]
TEXT = "NACE2_NACE2.1_Table.csv"


@pytest.mark.parametrize("pair", BY_RULE)
def test_divisions_are_the_same_and_other_levels_left_out(pair: str) -> None:
    """Sections are letters and classes have four digits: neither is a division."""
    found = recorded(PAIRS[pair])

    assert found[0] == ("01", "01")
    assert all(origin == destination and len(origin) == 2 for origin, destination in found)


@pytest.mark.parametrize("pair", BY_RULE)
def test_all_divisions_are_there(pair: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """ISIC Rev. 4 has 88."""
    assert sizes(whole("eurostat.correspondence", pair, monkeypatch)) == (88, 88, 88)


def test_classes_of_nace_are_read_among_other_levels() -> None:
    """Sections, divisions and groups are left out; codes keep their point, and splits are seen."""
    table = read(TABLE)

    found = set(recorded(TABLE))
    assert len(table) == 11
    assert {("35.11", "35.11"), ("35.11", "35.12"), ("45.11", "47.81")} <= found
    assert all(len(code) == 5 for link in found for code in link)
    assert ("35.11", "35.12") in marked(TABLE)
    assert ("01.11", "01.11") not in marked(TABLE)
    assert table["title"][0].as_py() == "Growing of cereals, other than rice, leguminous crops and oil seeds"


def test_names_of_columns_may_be_in_capitals_or_not() -> None:
    """Exports of one table write NACE2_CODE and NACE2_Code."""
    content = (FIXTURES / TEXT).read_bytes()
    pair = replace(TABLE, file=TEXT)

    assert links(content.replace(b"_CODE", b"_Code"), pair)[0].equals(links(content, pair)[0])
    tabs = links(content.replace(b",", b"\t"), replace(TABLE, file="NACE2_NACE2.1_Table.tsv"))[0]
    assert tabs["destination_code"].equals(links(content, pair)[0]["destination_code"])


def test_a_class_that_a_spreadsheet_took_for_a_number_is_refused_with_its_line() -> None:
    """01.10 became 1.1: no zero tells which class it was."""
    content = (FIXTURES / TEXT).read_bytes().replace(b"4,01.11,", b"4,1.11,")

    with pytest.raises(BrokenFileError, match=r"line 5: NACE2_CODE has '1\.11', which is no code"):
        links(content, replace(TABLE, file=TEXT))


def test_a_class_may_stand_at_the_head_of_its_links() -> None:
    """A row with one code alone is no link; where none follows, the count of classes tells."""
    content = (FIXTURES / TEXT).read_bytes()
    pair = replace(TABLE, file=TEXT)

    headed = content.replace(b"4,35.11,", b"4,35.11,Production of electricity,,,\n4,35.11,", 1)
    assert links(headed, pair)[0].equals(links(content, pair)[0])
    assert (
        "01.12" not in links(content.replace(b",01.12,Growing of rice,1", b",,,1"), pair)[0]["origin_code"].to_pylist()
    )


def test_a_table_without_all_classes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The regulations tell how many classes there are on both sides."""
    (tmp_path / TEXT).write_bytes((FIXTURES / TEXT).read_bytes())
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path))

    with pytest.raises(LinkCountError, match=r"links of 7 to 9 codes; the edition .* has links of 615 to 651 codes\."):
        correspondence(pair="nace2-nace21").read()


def test_the_table_is_had_from_its_publisher(tmp_path: Path, play: Play) -> None:
    """A workbook is asked for, and a page in its place is refused."""
    played = play("circabc", lambda _: Reply.page("Sign in"))

    with pytest.raises(UnexpectedAnswerError, match="Sign in"):
        correspondence(pair="nace2-nace21")
    assert played.asked[0].path.startswith("/rest/download/")
