"""Reading correspondence files: headers found, codes clean, footnotes out, links counted."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from industria import sources
from industria.core.table import collect
from industria.errors import (
    AmbiguousMirrorError,
    BrokenFileError,
    LinkCountError,
    MissingColumnError,
    MissingVintageError,
    NotMirroredError,
    UnexpectedAnswerError,
    UnknownPairError,
    UnknownSheetError,
)
from industria.sources import bls, ilo
from industria.sources.correspondences import Counts, Pair, Side, correspondence
from industria.sources.formats.links import links
from industria.sources.publisher import Publisher
from industria.sources.reader import told_of
from tests.sources.correspondence_tables import FIXTURES, whole
from tests.sources.recorded import Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
BUREAU = Publisher(name="bureau", title="Bureau", license="free", homepage="https://bureau.example")
PAIR = Pair(
    file="old_to_new.csv",
    origin=Side(column="Old Code", code=r"\d{4}", title="Old Title", partial="Part", zeros={3: 1}),
    destination=Side(column="New Code", code=r"\d\d-\d{4}", title="New Title"),
    counts=Counts(3, 2, 3, repeated=1),
    publisher=BUREAU,
    url="https://bureau.example/files/old_to_new.csv",
    title="Old to new",
    vintage="2020",
    page="https://bureau.example/codes",
)
USES = [f"{word}.correspondence" for word in ("bls", "census", "esco", "eurostat", "ibge", "ilo", "onet", "un")]
FILE = """Bureau of Codes,,,,
"Updated
June 2015",,,,
,,,,
Old  Code,Old Title,Part,New Code,New Title
110,Forces,*,55-1011 ,Officers
0110,Forces,*,55-1012,Crews
,,,,
Managers:,,,,
1112,Officials,,11-1011,Chief\u00a0executives
1112,Officials,,11-1011,another note
Note: * marks a part.,,,,
"""


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    (tmp_path / "mirror").mkdir()
    return tmp_path / "mirror"


def test_codes_are_clean_and_titles_and_footnotes_left_out() -> None:
    """Blanks go, a lost zero comes back, each link stands once with its first title."""
    table, repeated = links(FILE.encode(), PAIR)

    assert table.to_pydict() == {
        "origin_code": ["0110", "0110", "1112"],
        "destination_code": ["55-1011", "55-1012", "11-1011"],
        "partial": [True, True, False],
        "title": ["Officers", "Crews", "Chief executives"],
    }
    assert repeated == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_marks_of_byte_order_and_latin_1_are_read(encoding: str) -> None:
    """Neither changes a code, nor a title."""
    table, _ = links(FILE.replace("Crews", "Équipages").encode(encoding), PAIR)

    assert table["origin_code"].to_pylist() == ["0110", "0110", "1112"]
    assert table["title"][1].as_py() == "Équipages"


@pytest.mark.parametrize("code", ["31-33", "1112A", "TOTAL", "6.22E+05", "11120"])
def test_what_is_no_code_is_refused_with_its_line(code: str) -> None:
    """A range, a total or a code of another length is no code to lose without a word."""
    with pytest.raises(BrokenFileError, match=rf"line 9: Old Code has '{code.replace('+', '.')}', which is no code"):
        links(FILE.replace("1112", code, 1).replace('"Updated\nJune', '"Updated June').encode(), PAIR)


def test_a_code_that_a_spreadsheet_rounded_is_told_as_that() -> None:
    """6.22E+05 was a code of six digits; which one, nobody knows any more."""
    with pytest.raises(
        BrokenFileError, match=r"has '6.22E\+05', which is no code\. A spreadsheet took it for a number"
    ):
        links(FILE.replace("1112", "6.22E+05", 1).encode(), PAIR)


def test_half_a_link_is_refused() -> None:
    """A code that leads nowhere is not left out as if it were a footnote."""
    with pytest.raises(BrokenFileError, match="New Code has '', which is no code"):
        links(FILE.replace("55-1012", "").encode(), PAIR)


def test_a_column_that_changed_its_name_is_told() -> None:
    """The message has the nearest column."""
    with pytest.raises(MissingColumnError, match=r"has no column 'New Code'.*Did you mean 'New Codes'"):
        links(FILE.replace("New Code", "New Codes").encode(), PAIR)
    with pytest.raises(MissingColumnError, match="has no column 'Part'"):
        links(FILE.replace("Part,", "Share,").encode(), PAIR)


def test_partial_is_counted_where_nothing_is_marked() -> None:
    """A code that leads to several goes to each in part; turned round it is the other side's matter."""
    plain = replace(PAIR, origin=replace(PAIR.origin, partial=None))

    assert links(FILE.encode(), plain)[0]["partial"].to_pylist() == [True, True, False]
    assert links(FILE.encode(), plain.turned())[0]["partial"].to_pylist() == [False, False, False]


def test_marks_keep_to_their_side() -> None:
    """Where both sides are marked, `partial` is the origin's mark, in either direction."""
    both = replace(PAIR, destination=replace(PAIR.destination, partial="New Part"))
    file = FILE.replace("New Title", "New Part,New Title").replace("Officers", ",Officers").replace("Crews", "*,Crews")
    file = file.replace("Chief", "*,Chief").replace("another", "*,another")

    forth, back = links(file.encode(), both)[0], links(file.encode(), both.turned())[0]

    assert forth["partial"].to_pylist() == back["destination_partial"].to_pylist() == [True, True, False]
    assert back["partial"].to_pylist() == forth["destination_partial"].to_pylist() == [False, True, True]


def test_a_file_of_other_length_is_refused(mirror: Path) -> None:
    """What is read has as many links as the edition that is known; the message has both, and the page."""
    (mirror / PAIR.file).write_text(FILE.replace("1112,Officials,,11-1011,another note\n", ""), encoding="utf-8")
    cut = correspondence("bureau.correspondence", {"old-new": PAIR}, "old-new")

    with pytest.raises(LinkCountError, match=r"3 links of 2 to 3 codes and 0 .* 1 repeated rows.*bureau\.example"):
        cut.read()


def test_a_source_tells_what_it_is(mirror: Path) -> None:
    """The record has what a brief prints, and a packed file is as good as a plain one."""
    (mirror / PAIR.file).write_text(FILE, encoding="utf-8")
    plain = correspondence("bureau.correspondence", {"old-new": PAIR}, "old-new")
    turned = correspondence("bureau.correspondence", {"old-new": PAIR}, "new-old")

    assert (plain.publisher, plain.title, plain.vintage, plain.url, plain.license) == (
        "Bureau",
        "Old to new",
        "2020",
        PAIR.url,
        "free",
    )
    assert plain.bytes == len(FILE.encode())
    assert plain.documentation == "https://bureau.example/codes"
    assert plain.citation == "Bureau, Old to new (2020)"
    assert plain.retrieved is not None
    assert plain.facts == {"links": 3, "origins": 2, "destinations": 3}
    assert collect(plain.read())["origin_code"].to_pylist() == collect(turned.read())["destination_code"].to_pylist()


def test_a_missing_file_is_told_with_the_page_to_get_it_from(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """File, folders, publisher and page; without a mirror, that there is none."""
    with pytest.raises(NotMirroredError, match=rf"'corrtab88-08\.xls' of International.* in {mirror}.*https://ilostat"):
        ilo.correspondence(pair="isco88-isco08")
    monkeypatch.delenv("INDUSTRIA_MIRROR")
    with pytest.raises(NotMirroredError, match="nowhere: INDUSTRIA_MIRROR names no folder") as told:
        ilo.correspondence(pair="isco88-isco08")
    assert told.value.exit_code == 4


def test_a_rendition_stands_in_for_the_file(mirror: Path) -> None:
    """Its own name is told; the publisher's file goes before it."""
    known = {"old-new": replace(PAIR, file="old_to_new.xlsx", otherwise=("old_to_new.csv",))}
    (mirror / "old_to_new.csv").write_text(FILE, encoding="utf-8")

    rendition = correspondence("bureau.correspondence", known, "old-new")

    assert rendition.name == "old_to_new.csv"
    assert collect(rendition.read()).num_rows == 3
    (mirror / "old_to_new.xlsx").write_bytes(b"PK")
    assert correspondence("bureau.correspondence", known, "old-new").name == "old_to_new.xlsx"


def test_a_file_is_had_from_its_publisher_once_and_read_again_as_of_a_day(play: Play) -> None:
    """Without a mirror the publisher is asked; what it says later does not change what was had."""
    state = {"content": FILE.encode()}
    played = play("bureau", lambda _: Reply(state["content"], headers={"Content-Type": "text/csv"}))
    pairs = {"old-new": PAIR}

    first = correspondence("bureau.correspondence", pairs, "old-new")
    state["content"] = b"gone"
    second = correspondence("bureau.correspondence", pairs, "new-old", "2999-01-01")

    assert [asked.path for asked in played.asked] == ["/files/old_to_new.csv"]
    assert first.sha256 == second.sha256
    assert [one["sha256"] for one in first.vintages()] == [first.sha256]
    assert collect(first.read())["origin_code"].to_pylist() == collect(second.read())["destination_code"].to_pylist()
    with pytest.raises(MissingVintageError, match="as of 2001-01-01 is not there"):
        correspondence("bureau.correspondence", pairs, "old-new", "2001-01-01")


def test_a_page_in_place_of_a_file_is_not_kept(play: Play) -> None:
    """The publisher answers with words under the address of the file."""
    play("bureau", lambda _: Reply.page("Moved"))

    with pytest.raises(UnexpectedAnswerError, match=r"a web page \('Moved'\) where csv was asked"):
        correspondence("bureau.correspondence", {"old-new": PAIR}, "old-new")


@pytest.mark.parametrize("use", USES)
def test_every_pair_has_the_address_of_a_file(use: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offline, the message of a missing file has the page where a person gets it."""
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    pairs = importlib.import_module(f"industria.sources.{use.partition('.')[0]}").PAIRS

    for name, pair in pairs.items():
        assert pair.url.startswith("https://")
        with pytest.raises(NotMirroredError, match=re.escape(pair.page)):
            sources.find(use)(pair=name)


@pytest.mark.parametrize("use", USES)
def test_every_pair_is_asked_of_its_publisher(use: str, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the address of its file, on the host that stands in for the publisher; a page in its place is refused."""
    monkeypatch.setenv("INDUSTRIA_CONTACT", "tests@industria.example")

    for name, pair in importlib.import_module(f"industria.sources.{use.partition('.')[0]}").PAIRS.items():
        played = play(pair.publisher.name, lambda _: Reply.page("Not found"))
        with pytest.raises(UnexpectedAnswerError, match=r"a web page \('Not found'\)"):
            sources.find(use)(pair=name)
        assert [asked.path for asked in played.asked] == [urlsplit(pair.url).path]


# The pairs that studies name; some are rules, and some lie in one file with others.
@pytest.mark.parametrize(
    ("use", "pair"),
    [
        *[("bls", pair) for pair in ("soc2010-soc2018", "onetsoc2019-nem", "isco08-soc2010", "soc2010-isco08")],
        *[("census", pair) for pair in ("naics2007-naics2012", "naics2012-naics2017", "naics2017-naics2022")],
        *[("census", pair) for pair in ("naics2017-isic4", "census2018-soc2018")],
        *[("onet", pair) for pair in ("onetsoc2010-soc2010", "onetsoc2019-soc2018")],
        ("ilo", "isco88-isco08"),
        *[("esco", pair) for pair in ("esco-isco08", "esco-onetsoc2010")],
        *[("un", pair) for pair in ("hs2022-hs2017", "hs2017-hs2012", "hs2022-sitc4", "isic4-isic31")],
        *[("ibge", pair) for pair in ("cbo2002-cbodom", "cbodom-cod")],
        *[("eurostat", pair) for pair in ("isic4-nace2", "cpa")],
    ],
)
def test_every_pair_is_read_whole_with_the_columns_that_are_told(
    use: str, pair: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each column has a meaning, and each official file the links that it is known to have."""
    table = whole(f"{use}.correspondence", pair, monkeypatch)

    assert set(table.column_names) <= set(told_of(sources.find(f"{use}.correspondence")).columns)
    assert {"origin_code", "destination_code", "partial", "title"} <= set(table.column_names)


def test_two_files_of_one_name_are_told(mirror: Path) -> None:
    """Which of them is meant is not guessed."""
    for folder in ("a", "b"):
        (mirror / folder).mkdir()
        (mirror / folder / "corrtab88-08.xls").write_text(folder, encoding="utf-8")

    with pytest.raises(AmbiguousMirrorError):
        ilo.correspondence(pair="isco88-isco08")


def test_a_web_page_is_no_workbook(mirror: Path) -> None:
    """A publisher that answers with a page under the file's name is not believed."""
    (mirror / "corrtab88-08.xls").write_text("<!DOCTYPE html><html>Not found</html>", encoding="utf-8")

    with pytest.raises(BrokenFileError, match="this is a web page"):
        ilo.correspondence(pair="isco88-isco08").read()


@pytest.mark.parametrize("file", ["nem-onet-to-soc-crosswalk.xlsx", "ISCO_SOC_Crosswalk.xls"])
def test_a_workbook_that_is_cut_off_is_told(file: str) -> None:
    """Half a workbook is none."""
    content = (FIXTURES / file).read_bytes()
    pair = next(pair for pair in bls.PAIRS.values() if pair.file == file)

    with pytest.raises(BrokenFileError, match="cannot be opened"):
        links(content[: len(content) // 2], pair)


def test_a_sheet_that_changed_its_name_is_told() -> None:
    """The message has the sheets there are."""
    pair = replace(bls.PAIRS["isco08-soc2010"], sheet="ISCO-08 to 2018 SOC")

    with pytest.raises(UnknownSheetError, match="Did you mean 'ISCO-08 to 2010 SOC'"):
        links((FIXTURES / pair.file).read_bytes(), pair)


def test_an_unknown_pair_gives_the_nearest() -> None:
    """All pairs are listed."""
    with pytest.raises(UnknownPairError, match=r"it has soc2010-soc2018, .*Did you mean 'soc2010-soc2018'"):
        sources.find("bls.correspondence")(pair="soc2010-soc2019")
