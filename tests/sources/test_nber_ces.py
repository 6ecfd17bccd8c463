"""The NBER-CES Manufacturing Industry Database, a number a row."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, ChoiceError, MissingColumnError, NotMirroredError, UsageError
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of
from tests.sources.workbooks import write_xlsx

HEADER = "naics,year,emp,prodh,vship,cap,piship,tfp5,dtfp5"
# Made up; twenty rows in the publisher's layout, with deflators of 1 in 2012.
LINES = [
    f"{naics},{year},{10 + i},2.5,{100 + i},{50 + i},{1 + (year - 2012) / 100:.3f},1.01,{'' if year == 2005 else 0.01}"
    for naics in ("311111", "339999")
    for i, year in enumerate(range(2005, 2015))
]
NAME = "nberces5818v1_n2012.csv"


def write(folder: Path, lines: list[str], name: str = NAME) -> None:
    (folder / name).write_text("\n".join(lines) + "\n", "utf-8")


def test_each_variable_comes_with_the_unit_of_its_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, [HEADER, *LINES])
    mirrored(monkeypatch, tmp_path)
    source, rows = source_of("nber_ces.table"), rows_of("nber_ces.table")

    assert rows.column_names == ["industry", "year", "variable", "value", "unit"]
    assert rows.num_rows == 20 * 7
    first = {
        row["variable"]: (row["value"], row["unit"])
        for row in rows.to_pylist()
        if (row["industry"], row["year"]) == ("311111", 2005)
    }
    assert first["vship"] == (100.0, "million US dollars")
    assert first["cap"] == (50.0, "million 2012 US dollars")
    assert first["piship"] == (0.93, "index, 2012 is 1")
    assert first["prodh"] == (2.5, "million hours")
    assert first["dtfp5"] == (None, "fraction")
    assert source.facts["classification"] == "NAICS 2012"
    assert source.facts["variables"]["emp"] == "total employment [thousand persons]"


def test_a_base_year_that_the_deflators_do_not_tell_is_not_guessed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, [HEADER, *[line for line in LINES if ",2012," not in line]])
    mirrored(monkeypatch, tmp_path)

    units = {row["variable"]: row["unit"] for row in rows_of("nber_ces.table").to_pylist()}
    assert units["cap"] == "million base-year US dollars"


def test_the_publishers_workbook_of_the_other_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [
        [cell if place == 0 else float(cell) if cell else None for place, cell in enumerate(line.split(","))]
        for line in LINES
    ]
    write_xlsx(tmp_path / "nberces5818v1_n1997.xlsx", [HEADER.split(","), *cells])
    mirrored(monkeypatch, tmp_path)

    rows = rows_of("nber_ces.table", naics=1997)
    assert rows.num_rows == 20 * 7
    assert set(rows["industry"].to_pylist()) == {"311111", "339999"}
    with pytest.raises(NotMirroredError, match=r"nberces5818v1_n2012\.csv.*nber\.org/research/data"):
        source_of("nber_ces.table")


def test_what_is_not_published_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)
    with pytest.raises(ChoiceError, match=r"vintage='5818'; it takes 5818v1, 2000-2016\. Did you mean '5818v1'"):
        source_of("nber_ces.table", vintage="5818")
    with pytest.raises(ChoiceError, match="naics=2007"):
        source_of("nber_ces.table", naics=2007)
    with pytest.raises(UsageError, match="by NAICS 2012 alone, not 1997"):
        source_of("nber_ces.table", naics=1997, vintage="2000-2016")
    with pytest.raises(NotMirroredError, match=r"nber_ces_2000_2016\.csv"):
        source_of("nber_ces.table", vintage="2000-2016")


@pytest.mark.parametrize(
    ("lines", "error", "said"),
    [
        ([], BrokenFileError, "no rows below a header"),
        ([HEADER], BrokenFileError, "no rows below a header"),
        (["<html><body>Not found</body></html>"], BrokenFileError, "web page"),
        ([HEADER.replace("vship", "shipments"), *LINES], BrokenFileError, "column 'shipments' is none of"),
        ([HEADER.replace("naics,", "sic,"), *LINES], BrokenFileError, "column 'sic' is none of"),
        ([HEADER.replace("naics,", ""), *[line.split(",", 1)[1] for line in LINES]], MissingColumnError, "'naics'"),
        ([HEADER, *LINES, LINES[0]], BrokenFileError, "line 22: industry '311111', year 2005 stands there a second"),
        ([HEADER, *LINES[:5], LINES[5][:20]], BrokenFileError, "line 7: it has . values, not 9"),
        ([HEADER, LINES[0].replace(",100,", ",n/a,")], BrokenFileError, "line 2: vship has 'n/a', which is no number"),
    ],
    ids=["empty", "header", "page", "renamed", "sic", "no-key", "twice", "cut-off", "word"],
)
def test_a_broken_file_is_told(
    lines: list[str], error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, lines)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(error, match=said):
        rows_of("nber_ces.table")


def test_the_variables_that_others_carry(monkeypatch: pytest.MonkeyPatch) -> None:
    """364 industries, 2000 to 2016; the first row as the file has it."""
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("nber_ces.table", vintage="2000-2016")

    assert rows.num_rows == 6188 * 5
    assert len(set(rows["industry"].to_pylist())) == 364
    assert pc.min_max(rows["year"]).as_py() == {"min": 2000, "max": 2016}
    first = rows.filter((pc.field("industry") == "311111") & (pc.field("year") == 2000)).to_pylist()
    assert {row["variable"]: row["value"] for row in first} == {
        "Y": 12984.272519359132,
        "K": 3741.3,
        "L": 25.1,
        "M": 9699.34933609023,
        "I": 401.57004391523327,
    }
    assert {row["unit"] for row in first} == {"million 2012 US dollars", "million hours"}
    assert rows["value"].null_count == 0


def test_an_open_quote_and_another_encoding_are_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)
    rest = "\n".join(LINES * 400)
    (tmp_path / NAME).write_text(f'{HEADER}\n"311111,{rest}', "utf-8")
    with pytest.raises(BrokenFileError, match="a quote is opened and not closed"):
        rows_of("nber_ces.table")
    (tmp_path / NAME).write_text("\n".join([HEADER, *LINES]), "utf-16")
    with pytest.raises(BrokenFileError, match=NAME):
        rows_of("nber_ces.table")
