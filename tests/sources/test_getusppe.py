"""Requests, offers and matches of protective equipment, as they were typed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, MissingColumnError, NotMirroredError
from industria.sources import publisher_of
from industria.sources.reader import told_of
from tests.sources.official_files import WHOLE, find, mirrored, rows_of, source_of

HEADER = "matchkey,donorkey,facilitykey,matchstatus,matchsubstatus,matchCreated,closedOrDelivered,enumcode,qty"
# Made up; twenty lines in the publisher's layout.
LINES = [
    "m1,d1,f1,delivered,,2020-12-24 00:00:00 UTC,2021-01-05 15:33:25.882 UTC,sanitizer,80",
    "m2,d1,f1,delivered,,2021-04-03 00:40:07.9 UTC,2021-03-26 00:00:00 UTC,kn95,-1",
    "m3,d2,f2,closed,no_supply,2021-05-24 22:30:03.77 UTC,2021-06-17 22:24:10.504 UTC,n95,1000",
    "m4,d2,f3,pre_match,not_contacted,2021-05-24 22:30:03.77 UTC,,gown,200000000000000",
    *(f"n{i},d3,f{i},delivered,,2021-01-01 00:00:00 UTC,2021-02-01 00:00:00 UTC,gown,{i}" for i in range(15)),
    "n0,d3,f0,delivered,,2021-01-01 00:00:00 UTC,2021-02-01 00:00:00 UTC,gown,0",
]


def write(folder: Path, lines: list[str], end: str = "\n") -> None:
    (folder / "all_matches.csv").write_text("\n".join(lines) + end, "utf-8")


def test_every_line_is_kept_as_it_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repeated line, a quantity of -1 and one of 2e14 stand; only an open match gets another name."""
    write(tmp_path, [HEADER, *LINES])
    mirrored(monkeypatch, tmp_path)
    rows = rows_of("getusppe.matches").to_pylist()

    assert len(rows) == 20
    assert rows[4] == rows[19]
    assert rows[1]["quantity"] == -1
    assert rows[1]["closed"] < rows[1]["created"]
    assert rows[3] == {
        "match": "m4",
        "donor": "d2",
        "facility": "f3",
        "item": "gown",
        "quantity": 2e14,
        "created": datetime(2021, 5, 24, 22, 30, 3, 770000),
        "closed": None,
        "status": "open",
        "reason": "not_contacted",
    }
    assert any("pre_match is called open" in note for note in source_of("getusppe.matches").notes)


def test_offers_keep_states_and_quantities(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "all_offers.csv").write_text(
        "donorKey,donationkey,equipmentEnum,qty,datecreated,dataSource,stateprovince\n"
        "d1,o1,n95,40,2020-04-29 17:04:31.05 UTC,Guppe Intake,Fl\n"
        "d2,o2,gown,-18,2020-04-29 17:04:31 UTC,Guppe Intake,\n"
    )
    mirrored(monkeypatch, tmp_path)
    rows = rows_of("getusppe.offers")

    assert rows["state"].to_pylist() == ["Fl", None]
    assert rows["quantity"].to_pylist() == [40.0, -18.0]


def test_requests_are_counted_by_county_and_by_what_was_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file's percents become fractions; a state that is not told is null, and blanks stay."""
    (tmp_path / "county_analysis.csv").write_text(
        "TIME,county,stateprovince,num_requests\n"
        "2020-03-01,Suffolk,MA,4\n2020-04-01,Abuja,ABUJA ,1\n2020-04-01,Kano,,2\n"
    )
    (tmp_path / "supply_remaining.csv").write_text(
        "MONTH,equipment_type,supply,num_requested_types,total_requests,pct_requests\n"
        "2020-04-01,Cloth Masks,<= 7 Days,132,6857,1.925040105002188\n"
    )
    mirrored(monkeypatch, tmp_path)
    (left,) = rows_of("getusppe.supply_remaining").to_pylist()

    assert rows_of("getusppe.requests")["state"].to_pylist() == ["MA", "ABUJA ", None]
    assert rows_of("getusppe.requests")["requests"].to_pylist() == [4, 1, 2]
    assert (left["month"], left["supply"]) == (date(2020, 4, 1), "<= 7 Days")
    assert left["share"] == pytest.approx(132 / 6857)


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ("qty", "quantity", MissingColumnError, "no column 'qty'.*Did you mean 'quantity'"),
        (",kn95,-1", ",kn95,1 box", BrokenFileError, "line 3: qty has '1 box'; it is a number"),
        (",n95,1000", ',n95,"1,5"', BrokenFileError, r"line 4: qty has '1,5'; .*decimals stand after a point"),
        ("pre_match", "pre-match", BrokenFileError, "line 5: matchstatus has 'pre-match'.*Did you mean 'pre_match'"),
        ("2020-12-24 00:00:00 UTC", "12/24/2020", BrokenFileError, "line 2: matchCreated has '12/24/2020'.*UTC"),
        ("2020-12-24 00:00:00 UTC", "2020-12-24 00:00:00", BrokenFileError, "matchCreated.*it is a time"),
        ("m1,d1", ",d1", BrokenFileError, "line 2: matchkey has ''; it may not be empty"),
        ("m1,d1", "m1", BrokenFileError, "line 2: it has 8 values, not 9"),
        (HEADER, "<!DOCTYPE html>", BrokenFileError, "this is a web page"),
    ],
)
def test_a_file_that_is_wrong_is_told(
    old: str, new: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join([HEADER, *LINES])
    assert old in text
    write(tmp_path, [text.replace(old, new)])
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(error, match=said):
        rows_of("getusppe.matches")


def test_a_file_that_is_empty_or_cut_off_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is cut short is a number: the end of the last line tells."""
    mirrored(monkeypatch, tmp_path)
    for lines, end, said in (([""], "", "empty"), ([HEADER], "\n", "no rows"), ([HEADER, LINES[0]], "", "cut off")):
        write(tmp_path, lines, end)
        with pytest.raises(BrokenFileError, match=said):
            rows_of("getusppe.matches")


def test_without_a_file_its_publisher_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(NotMirroredError, match=r"all_matches\.csv"):
        source_of("getusppe.matches")


def test_the_published_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts of the publisher's files as a plain reading of their lines gives them."""
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("getusppe.matches")
    offered, asked, left = (rows_of(f"getusppe.{word}") for word in ("offers", "requests", "supply_remaining"))

    assert rows.num_rows == 6932
    assert pc.count_distinct(rows["match"]).as_py() == 6152
    statuses = {word: pc.sum(pc.equal(rows["status"], word)).as_py() for word in ("delivered", "closed", "open")}
    assert statuses == {"delivered": 4136, "closed": 2604, "open": 192}
    assert pc.sum(pc.less_equal(rows["quantity"], 0)).as_py() == 310
    assert (offered.num_rows, pc.min(offered["quantity"]).as_py()) == (4966, -18)
    assert pc.sum(pc.greater(offered["quantity"], 1e7)).as_py() == 15
    assert pc.sum(asked["requests"]).as_py() == 22447
    there = asked.filter(pc.equal(asked["state"], "MA"))
    assert (there.num_rows, pc.sum(there["requests"]).as_py()) == (116, 1057)
    assert left.num_rows == 820
    assert left["share"][0].as_py() == pytest.approx(291 / 6857, rel=1e-12)


@pytest.mark.parametrize("word", ["matches", "offers", "requests", "supply_remaining"])
def test_columns_and_terms_are_those_that_are_told(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    source = source_of(f"getusppe.{word}")

    assert rows_of(f"getusppe.{word}").column_names == list(told_of(find(f"getusppe.{word}")).columns)
    assert (source.license, len(source.sha256)) == ("MIT", 64)
    known = publisher_of(find(f"getusppe.{word}"))
    assert known is not None
    assert known.homepage == "https://github.com/GetUsPPE/ppe_needs_retrospective"
