"""The Penn World Table, a number a row."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, ChoiceError, MissingColumnError, NotMirroredError, UnknownSheetError
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of
from tests.sources.workbooks import write_xlsx

HEADER = ["countrycode", "country", "currency_unit", "year", "rgdpo", "pop", "ctfp", "labsh", "i_xr"]
# Made up; twenty rows in the publisher's layout.
ROWS: list[list[Any]] = [
    [code, name, "Crown", 2000 + i, 100.5 + i, 1.25, 0.5, None if i == 0 else 0.6, "Market-based"]
    for code, name in (("AAA", "Aland"), ("BBB", "Côte B"))
    for i in range(10)
]


def book(folder: Path, rows: list[list[Any]], sheet: str = "Data") -> None:
    write_xlsx(folder / "pwt110.xlsx", rows, sheet)


def text(folder: Path, rows: list[list[Any]]) -> Path:
    path = folder / "pwt1001_inputs.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["country", "isocode", "year", "currency", "rgdpo"], *rows])
    return path


def test_the_publishers_workbook_is_read_a_number_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book(tmp_path, [HEADER, *ROWS])
    mirrored(monkeypatch, tmp_path)
    source = source_of("pwt.table", vintage="11.0")
    rows = rows_of("pwt.table", vintage="11.0")

    assert rows.num_rows == 20 * 5
    first = {row["variable"]: row for row in rows.to_pylist() if (row["country"], row["year"]) == ("AAA", 2000)}
    assert first["rgdpo"] == {
        "country": "AAA",
        "country_name": "Aland",
        "currency": "Crown",
        "year": 2000,
        "variable": "rgdpo",
        "value": 100.5,
        "text": None,
        "unit": "million 2021 US dollars at purchasing power parity",
    }
    assert first["labsh"]["value"] is None
    assert (first["i_xr"]["value"], first["i_xr"]["text"]) == (None, "Market-based")
    assert source.facts["base_year"] == 2021
    assert source.facts["variables"]["pop"] == "population [million persons]"
    assert (source.vintage, source.license, source.notes) == ("11.0", "CC BY 4.0", ())


def test_a_release_that_is_none_and_a_file_that_is_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)
    with pytest.raises(ChoiceError, match=r"vintage='10\.1'; it takes 9\.1, 10\.0, 10\.01, 11\.0"):
        source_of("pwt.table", vintage="10.1")
    with pytest.raises(NotMirroredError, match=r"pwt1001\.xlsx.*rug\.nl/ggdc/productivity/pwt") as told:
        source_of("pwt.table")
    assert told.value.exit_code == 4


def test_a_column_that_nobody_knows_is_refused_with_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrored(monkeypatch, tmp_path)
    book(tmp_path, [["rgdpoo" if word == "rgdpo" else word for word in HEADER], *ROWS])
    with pytest.raises(BrokenFileError, match=r"column 'rgdpoo' is none of .* Did you mean 'rgdpo'"):
        rows_of("pwt.table", vintage="11.0")

    book(tmp_path, [["code", *HEADER[1:]], *ROWS])
    with pytest.raises(BrokenFileError, match="column 'code' is none of"):
        rows_of("pwt.table", vintage="11.0")

    book(tmp_path, [HEADER[:3] + HEADER[4:], *[row[:3] + row[4:] for row in ROWS]])
    with pytest.raises(MissingColumnError, match="no column 'year'"):
        rows_of("pwt.table", vintage="11.0")

    book(tmp_path, [HEADER, *ROWS], "Sheet1")
    with pytest.raises(UnknownSheetError, match="no sheet 'Data'; it has Sheet1"):
        rows_of("pwt.table", vintage="11.0")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "no rows below a header"),
        ([["Aland", "AAA", "2000", "Crown", "1,5"]], r"line 2: rgdpo has '1,5', which is no number"),
        ([["Aland", "AAA", "2000", "Crown", "NaN"]], r"line 2: rgdpo has 'NaN', which is no number"),
        ([["Aland", "AAA", "20x0", "Crown", "1.5"]], r"line 2: year has '20x0', which is no whole number"),
        (
            [["Aland", "AAA", "2000", "Crown", "1.5"], ["Aland", "AAA", "2001", "Crow"]],
            "line 3: it has 4 values, not 5",
        ),
        (
            [["Aland", "AAA", "2000", "Crown", "1.5"]] * 2,
            r"line 3: country 'AAA', year 2000 stands there a second time",
        ),
    ],
    ids=["empty", "decimal-comma", "not-a-number", "year", "cut-off", "twice"],
)
def test_a_broken_text_is_told_with_line_and_column(
    rows: list[list[str]], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text(tmp_path, rows)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(BrokenFileError, match=said):
        rows_of("pwt.table")


def test_names_in_an_older_encoding_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = text(tmp_path, [["Côte d'Ivoire", "CIV", "2000", "CFA Franc", "1.5"]])
    path.write_bytes(path.read_text("utf-8").encode("latin-1"))
    mirrored(monkeypatch, tmp_path)

    assert rows_of("pwt.table")["country_name"].to_pylist() == ["Côte d'Ivoire"]


def test_a_web_page_and_a_cut_off_workbook_are_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)
    (tmp_path / "pwt110.xlsx").write_text("<!DOCTYPE html><html><body>Moved</body></html>")
    with pytest.raises(BrokenFileError, match="web page"):
        rows_of("pwt.table", vintage="11.0")

    book(tmp_path, [HEADER, *ROWS])
    whole = (tmp_path / "pwt110.xlsx").read_bytes()
    (tmp_path / "pwt110.xlsx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BrokenFileError, match="cannot be opened"):
        rows_of("pwt.table", vintage="11.0")


def test_the_whole_table_has_its_countries_years_and_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """183 countries, 1950 to 2019, 44 of its variables; US figures of 2019 as PWT 10.01 has them."""
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("pwt.table")

    assert rows.num_rows == 12_810 * 44
    assert len(set(rows["country"].to_pylist())) == 183
    assert pc.min_max(rows["year"]).as_py() == {"min": 1950, "max": 2019}
    us = rows.filter((pc.field("country") == "USA") & (pc.field("year") == 2019)).to_pylist()
    figures = {row["variable"]: (row["value"], row["unit"]) for row in us}
    assert figures["rgdpna"] == (20_563_592.0, "million 2017 US dollars")
    assert figures["pop"] == (329.064917, "million persons")
    assert figures["ck"] == (1.0, "index, the USA are 1")
    assert "productivity" in source_of("pwt.table").notes[0]
    # The base year's indexes are 1 wherever they are told.
    capital = rows.filter((pc.field("variable") == "rkna") & (pc.field("year") == 2017))["value"].drop_null()
    assert len(capital) > 100
    assert set(capital.to_pylist()) == {1.0}
