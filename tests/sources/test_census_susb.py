"""Statistics of US Businesses, from the publisher's text and its workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from industria.errors import (
    BrokenFileError,
    MissingColumnError,
    NotMirroredError,
    ParameterRangeError,
    UnknownGroupError,
)
from industria.sources import find, publisher_of
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of
from tests.sources.workbooks import write_xlsx

HEADER = (
    "STATE,NAICS,ENTRSIZE,FIRM,ESTB,EMPL,EMPLFL_R,EMPLFL_N,PAYR,PAYRFL_N,RCPT,RCPTFL_N,STATEDSCR,NAICSDSCR,ENTRSIZEDSCR"
)
# Made up; twenty rows in the publisher's layout.
LINES = [
    f'{state},{naics},{size},{10 + i},{12 + i},{told},{within},{mark},{told}0,{mark},9,G,"S","N, and",{title}'
    for state in ("00", "01")
    for naics in ("--", "31-33")
    for i, (size, (told, mark, within, title)) in enumerate(
        (
            ("01", ("100", "G", "", "01: Total")),
            ("02", ("20", "H", "", "02: <5")),
            ("03", ("30", "J", "", "03: 5-9")),
            ("04", ("0", "D", "C", "19: <500")),
            ("05", ("0", "S", "A", "20: 500-749")),
        )
    )
]
NAME = "us_state_6digitnaics_2017.txt"


def write(folder: Path, lines: list[str], encoding: str = "utf-8") -> None:
    (folder / NAME).write_text("\r\n".join(lines) + "\r\n", encoding)


def test_columns_flags_and_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the bureau withholds is null and flagged: the zero in its place is none."""
    write(tmp_path, [HEADER, *LINES])
    mirrored(monkeypatch, tmp_path)
    rows = rows_of("census.susb", year=2017, geography="state:01", naics=["31-33"], sizes=["*"]).to_pylist()

    assert rows[0] == {
        "area": "01",
        "industry": "31-33",
        "size": "01",
        "size_title": "Total",
        "firms": 10,
        "firms_flag": None,
        "establishments": 12,
        "establishments_flag": None,
        "employment": 100,
        "employment_flag": "low_noise",
        "payroll": 1000,
        "payroll_flag": "low_noise",
        "receipts": 9,
        "receipts_flag": "low_noise",
        "employment_range": None,
    }
    assert [(row["size"], row["size_title"]) for row in rows[3:]] == [("19", "<500"), ("20", "500-749")]
    assert [row["employment_range"] for row in rows[3:]] == ["100-249", "0-19"]
    assert [(row["employment"], row["employment_flag"]) for row in rows[1:]] == [
        (20, "medium_noise"),
        (30, "high_noise"),
        (None, "withheld"),
        (None, "withheld"),
    ]
    assert rows_of("census.susb", year=2017).num_rows == 2
    assert rows_of("census.susb", year=2017, geography="state:*", sizes=["01", "03"]).num_rows == 4
    assert source_of("census.susb", year=2017).facts == {"classification": "NAICS 2017"}


def test_the_workbook_has_titles_notes_and_words_for_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = ["State", "State Name", "NAICS", "NAICS Description", "Enterprise Size", "Firms", "Establishments"]
    header += ["Employment", "Employment Noise Flag", "Annual Payroll ($1,000)", "Annual Payroll Noise Flag"]
    rows: list[list[Any]] = [
        ["Table. US and states, 2019"],
        ["Release: February 2022"],
        header,
        ["00", "United States", "--", "Total", "01: Total", 6102412.0, 7959103.0, 132989428.0, "G", 7428553593.0, "G"],
        [1.0, "Alabama", "--", "Total", "01: Total", 74.0, 99.0, 1200.0, "H", 5000.0, "D"],
        ["Source: US Census Bureau"],
    ]
    write_xlsx(tmp_path / "us_state_6digitnaics_2019.xlsx", rows)
    mirrored(monkeypatch, tmp_path)

    alabama = rows_of("census.susb", year=2019, geography="state:01").to_pylist()
    assert [(row["employment"], row["payroll"], row["payroll_flag"]) for row in alabama] == [(1200, None, "withheld")]
    assert [(row["receipts"], row["receipts_flag"]) for row in alabama] == [(None, "not_available")]
    assert rows_of("census.susb", year=2019)["employment"].to_pylist() == [132_989_428]


def test_sizes_without_numbers_before_their_words_have_the_codes_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, [HEADER, *[line.replace("01: ", "").replace("19: ", "") for line in LINES]])
    mirrored(monkeypatch, tmp_path)

    rows = rows_of("census.susb", year=2017, sizes=["01", "04"], naics=["--"]).to_pylist()
    assert [(row["size"], row["size_title"]) for row in rows] == [("01", "Total"), ("04", "<500")]


def test_the_file_of_a_publisher_needs_no_key() -> None:
    publisher = publisher_of(find("census.susb"))

    assert publisher is not None
    assert (publisher.name, publisher.key) == ("census", "none")


def test_what_cannot_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, [HEADER, *LINES])
    mirrored(monkeypatch, tmp_path)
    with pytest.raises(ParameterRangeError, match="year=2005"):
        source_of("census.susb", year=2005)
    with pytest.raises(ParameterRangeError, match=r"geography='county:\*'; it takes 'us:\*', 'state:\*'"):
        source_of("census.susb", year=2017, geography="county:*")
    with pytest.raises(ParameterRangeError, match="naics="):
        source_of("census.susb", year=2017, naics=[])
    with pytest.raises(UnknownGroupError, match=r"industry is '31' in no row; it is --, 31-33\. Did you mean '31-33'"):
        rows_of("census.susb", year=2017, naics=["31"])
    with pytest.raises(UnknownGroupError, match="area is '25' in no row; it is 00, 01"):
        rows_of("census.susb", year=2017, geography="state:25")
    with pytest.raises(NotMirroredError, match=r"us_state_6digitnaics_2020\.txt.*2020-susb-annual"):
        source_of("census.susb", year=2020)


@pytest.mark.parametrize(
    ("lines", "error", "said"),
    [
        ([], BrokenFileError, "none of its first 15 lines"),
        (["<!DOCTYPE html>"], BrokenFileError, "web page"),
        ([HEADER.replace("EMPL,", "EMPLOYED,"), *LINES], MissingColumnError, "no column 'empl'"),
        ([HEADER.replace("EMPLFL_N", "EMPLFL"), *LINES], MissingColumnError, "no column 'emplfl_n'"),
        ([HEADER, LINES[0].replace(",100,", ",1.5,")], BrokenFileError, "line 2: empl has '1.5', which is no whole"),
        ([HEADER, LINES[0].replace(",G,", ",Q,")], BrokenFileError, "line 2: the noise flag 'Q' is not known"),
        ([HEADER, LINES[0][3:]], BrokenFileError, "line 2: it has 14 values"),
        ([HEADER, f",{LINES[0].split(',', 1)[1]}"], BrokenFileError, "line 2: it has no area"),
        ([HEADER, LINES[3].replace(",C,", ",Z,")], BrokenFileError, "line 2: the range 'Z' is not known"),
        ([HEADER, LINES[0], LINES[1][:30]], BrokenFileError, r"line 3: it has \d+ values, not 15"),
        ([HEADER, LINES[0], LINES[0]], BrokenFileError, "line 3: area '00', industry '--', size '01' stands there a"),
    ],
    ids=["empty", "page", "renamed", "no-flags", "fraction", "flag", "shifted", "no-area", "range", "cut-off", "twice"],
)
def test_a_broken_file_is_told(
    lines: list[str], error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, lines)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(error, match=said):
        rows_of("census.susb", year=2017)


def test_massachusetts_manufacturing_of_2021(monkeypatch: pytest.MonkeyPatch) -> None:
    """5,668 firms, 5,998 establishments, 227,427 employees; 1,038 rows of the nation, 50 states and DC."""
    mirrored(monkeypatch, WHOLE)
    (row,) = rows_of("census.susb", year=2021, geography="state:25", naics=["31-33"]).to_pylist()
    states = rows_of("census.susb", year=2021, geography="state:*")
    nation = rows_of("census.susb", year=2021)

    assert [row[name] for name in ("firms", "establishments", "employment", "payroll")] == [
        5668,
        5998,
        227_427,
        19_429_191,
    ]
    assert row["employment_flag"] == "low_noise"
    assert (states.num_rows, nation.num_rows) == (1018, 20)
    assert len(set(states["area"].to_pylist())) == 51
    # Establishments of the states add up to those of the nation, firms to more.
    for column, more in (("establishments", 0), ("firms", 1)):
        assert (pc.sum(states[column]).as_py() > pc.sum(nation[column]).as_py()) == bool(more)
    assert "sectors alone" in source_of("census.susb", year=2021).notes[0]
