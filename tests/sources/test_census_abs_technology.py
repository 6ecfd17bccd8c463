"""Tables of the Annual Business Survey on technology."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import (
    BrokenFileError,
    MissingColumnError,
    NotMirroredError,
    ParameterRangeError,
    UnknownGroupError,
)
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of

USE = "census.abs_technology"
HEADER = ["table_id", "table_number", "title", "data_year", "row", "naics", "measure", "value", "flag"]
# Made up; twenty rows in the layout of the file.
ROWS = [
    [table, "1", f"Use of it: {year}", year, row, naics, measure, value, flag]
    for table, year in (("5698", "2018"), ("11304", "2021"))
    for row, naics in (("All", "31–33, 42"), ("All -> Food", "311"))
    for measure, value, flag in (
        ("companies_number" if table == "5698" else "1_4_employees", "2500.0" if table == "5698" else "21.5", ""),
        ("all_companies", "87.5", "r"),
        ("low_use", "1.5", ""),
        ("high_use", "", "D"),
        ("don_t_know", "0.0", ""),
    )
]


def write(folder: Path, rows: list[list[str]], encoding: str = "utf-8") -> None:
    with (folder / "ncses_abs_technology_long.csv").open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(rows)


def test_percentages_are_fractions_and_companies_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where sizes stand side by side, the column of all companies is their share too."""
    write(tmp_path, [HEADER, *ROWS])
    mirrored(monkeypatch, tmp_path)
    rows = rows_of(USE).to_pylist()

    assert len(rows) == 20
    assert rows[0] == {
        "table": "5698",
        "title": "Use of it: 2018",
        "year": 2018,
        "row": "All",
        "industry": "31-33, 42",
        "measure": "companies_number",
        "value": 2500.0,
        "value_flag": None,
        "unit": "firms",
    }
    assert [(row["value"], row["value_flag"], row["unit"]) for row in rows[1:4]] == [
        (87.5, "revised", "firms"),
        (0.015, None, "fraction"),
        (None, "withheld", "fraction"),
    ]
    assert [(row["value"], row["unit"]) for row in rows[10:12]] == [(0.215, "fraction"), (0.875, "fraction")]
    assert rows_of(USE, tables=["11304"]).num_rows == 10


def test_what_cannot_be_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)
    with pytest.raises(NotMirroredError, match=r"ncses_abs_technology_long\.csv.*ncses\.nsf\.gov"):
        source_of(USE)
    write(tmp_path, [HEADER, *ROWS])
    with pytest.raises(ParameterRangeError, match="tables="):
        source_of(USE, tables=[])
    with pytest.raises(UnknownGroupError, match=r"table is '5699' in no row; it is 11304, 5698"):
        rows_of(USE, tables=["5699"])


@pytest.mark.parametrize(
    ("rows", "error", "said"),
    [
        ([], BrokenFileError, "no rows below a header"),
        ([["<html>"]], BrokenFileError, "web page"),
        (
            [[*HEADER[:7], "values", "flag"], *ROWS],
            BrokenFileError,
            "column 'values' is none of .* Did you mean 'value'",
        ),
        ([HEADER[:-1], *[row[:-1] for row in ROWS]], MissingColumnError, "no column 'flag'"),
        ([HEADER, [*ROWS[0][:8], "Z"]], BrokenFileError, "line 2: flag has 'Z'"),
        ([HEADER, [*ROWS[0][:7], "87,5", ""]], BrokenFileError, "line 2: value has '87,5'"),
        ([HEADER, ROWS[0], ROWS[0]], BrokenFileError, "line 3: table '5698'"),
        ([HEADER, ROWS[0][:5]], BrokenFileError, "line 2: it has 5 values, not 9"),
    ],
    ids=["empty", "page", "renamed", "no-flags", "flag", "decimal-comma", "twice", "cut-off"],
)
def test_a_broken_file_is_told(
    rows: list[list[str]], error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, rows)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(error, match=said):
        rows_of(USE)


def test_the_whole_file_has_its_tables_flags_and_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """22,313 rows of 52 tables, 1,027 withheld; use of robots in manufacturing of 2018 adds up to all companies."""
    mirrored(monkeypatch, WHOLE)
    rows = rows_of(USE)

    assert rows.num_rows == 22_313
    assert len(set(rows["table"].to_pylist())) == 52
    assert Counter(rows["value_flag"].to_pylist()) == {None: 19_041, "revised": 2_245, "withheld": 1_027}
    assert rows["value"].null_count == 1_027
    assert pc.max(rows.filter(pc.field("unit") == "fraction")["value"]).as_py() == 1.0
    robots = rows_of(USE, tables=["5704"])
    factories = robots.filter((pc.field("industry") == "31-33") & (pc.field("unit") == "fraction"))
    # Seven shares, each rounded to a thousandth.
    assert pc.sum(factories["value"]).as_py() == pytest.approx(1, abs=3.5e-3)
    firms = robots.filter((pc.field("industry") == "31-33") & (pc.field("unit") == "firms"))["value"].to_pylist()
    assert firms == [217_565.0]
