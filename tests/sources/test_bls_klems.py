"""Productivity by KLEMS, of the Bureau of Labor Statistics."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, ChoiceError, MissingColumnError, NotMirroredError
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of
from tests.sources.workbooks import write_xlsx

YEARS = [str(year) for year in range(2014, 2019)]
OLD = ["NAICS", "NAICS Title", "Measure Title", "Duration Title", *YEARS, "2014-2018"]
NEW = ["Sector", "NAICS", "Industry", "Measure", "Units", *[str(year) for year in range(2019, 2024)]]
# Made up, in the publisher's two layouts.
OLD_ROWS: list[list[Any]] = [
    [naics, title, measure, unit, *values]
    for naics, title in (("311,312", "Food"), ("MN", "Manufacturing"), ("42", "Trade"), ("55", "Heads"), ("81", "Rest"))
    for measure, unit, values in (
        ("Sectoral Output", "Indexes = 100.000", ["90.5", "92", "94", "96", "100", ""]),
        ("Sectoral Output", "% Change Year Ago", ["", "1.7", "-2.2", "2.1", "4.2", "2.5"]),
        ("Cost of Labor, billions of current dollars", "Levels", ["10", "11", "12", "13", "14.25", ""]),
        ("Labor Cost Shares", "Levels", ["0.25", "0.25", "0.25", "0.25", "0.375", ""]),
    )
]
NEW_ROWS: list[list[Any]] = [
    ["Manufacturing", naics, "An industry", measure, unit, 100.0, 101.0, 102.0, 103.0, last]
    for naics in ("3361", "337", "339", "22")
    for measure, unit, last in (
        ("Labor input", "Index (2017=100)", 104.5),
        ("Labor input", "% Change from previous year", 1.5),
        ("Labor cost", "Billions of current dollars", "N.A."),
        ("Labor hours", "Millions of hours", 7.0),
        ("Labor cost share", "Percent", 50.0),
    )
]


def write(folder: Path, rows: list[list[Any]], name: str = "bls_klems_1987_2018_inputs.csv") -> None:
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


def values(rows: Any, industry: str, year: int) -> dict[str, tuple[float | None, str]]:
    kept = [row for row in rows.to_pylist() if (row["industry"], row["year"]) == (industry, year)]
    return {row["variable"]: (row["value"], row["unit"]) for row in kept}


def test_changes_are_fractions_and_measures_have_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, [OLD, *OLD_ROWS])
    mirrored(monkeypatch, tmp_path)
    rows = rows_of("bls.klems")

    assert rows.column_names == ["industry", "title", "year", "variable", "measure", "value", "unit"]
    assert rows.num_rows == 20 * 5
    assert values(rows, "311,312", 2018) == {
        "sectoral_output": (100.0, "index, 2012 is 100"),
        "sectoral_output_growth": (0.042, "fraction"),
        "cost_of_labor": (14.25, "billion US dollars"),
        "labor_cost_shares": (0.375, "fraction"),
    }
    assert values(rows, "MN", 2014)["sectoral_output_growth"] == (None, "fraction")
    assert [note.split()[0] for note in source_of("bls.klems").notes] == ["Averages", "This"]


def test_the_workbook_that_is_replaced_every_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Titles stand above its header; a unit that nobody foresaw stays as it is told."""
    name = "major-industry-total-factor-productivity-klems.xlsx"
    write_xlsx(
        tmp_path / name, [["Total factor productivity"], ["Source: BLS"], NEW, *NEW_ROWS, ["Note: made up."]], "Annual"
    )
    mirrored(monkeypatch, tmp_path)

    assert values(rows_of("bls.klems", vintage=2023), "3361", 2023) == {
        "labor_input": (104.5, "index, 2017 is 100"),
        "labor_input_growth": (0.015, "fraction"),
        "labor_cost": (None, "billion US dollars"),
        "labor_hours": (7.0, "Millions of hours"),
        "labor_cost_share": (0.5, "fraction"),
    }
    with pytest.raises(BrokenFileError, match="years up to 2022, and they end with 2023: it is of another release"):
        rows_of("bls.klems", vintage=2022)


def test_a_release_that_is_none_and_a_file_that_is_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, tmp_path)
    with pytest.raises(ChoiceError, match="vintage=2019; it takes 2018, 2022, 2023"):
        source_of("bls.klems", vintage=2019)
    with pytest.raises(NotMirroredError, match=r"klemscombinedbymeasure\.xlsx.*bls\.gov/productivity/tables"):
        source_of("bls.klems")


@pytest.mark.parametrize(
    ("rows", "error", "said"),
    [
        ([], BrokenFileError, "none of the first 10 lines"),
        ([["<html>"]], BrokenFileError, "web page"),
        (
            [["NAICS", "Title", "Measure Title", "Duration", *YEARS]],
            BrokenFileError,
            "'NAICS' and 'Duration Title' or 'Units'",
        ),
        ([["NAICS", "Title", *OLD[2:]], *OLD_ROWS], MissingColumnError, "no column 'NAICS Title'"),
        (
            [OLD, *OLD_ROWS, OLD_ROWS[0]],
            BrokenFileError,
            "line 22: industry '311,312', variable 'sectoral_output'.* stands there a second",
        ),
        ([OLD, ["", *OLD_ROWS[0][1:]]], BrokenFileError, "line 2: it has no industry"),
        ([OLD, OLD_ROWS[0][:6]], BrokenFileError, "line 2: it has 6 values, not 10"),
        ([OLD, [*OLD_ROWS[0][:4], "90,5", *OLD_ROWS[0][5:]]], BrokenFileError, "line 2: 2014 has '90,5'"),
        ([OLD[:-2], OLD_ROWS[0][:-2]], BrokenFileError, "up to 2018, and they end with 2017"),
    ],
    ids=["empty", "page", "renamed", "no-title", "twice", "no-code", "cut-off", "decimal-comma", "other-release"],
)
def test_a_broken_file_is_told(
    rows: list[list[Any]], error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, rows)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(error, match=said):
        rows_of("bls.klems")


def test_the_whole_table_adds_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """3,990 rows of 32 years, 70 industries; costs add up to the value of production, shares to 1."""
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("bls.klems")

    assert rows.num_rows == 3990 * 32
    assert len(set(rows["industry"].to_pylist())) == 70
    assert values(rows, "MN", 2018)["value_of_production"] == (4144.945, "billion US dollars")
    # A change is missing in the first year alone: 22 measures of 70 industries.
    assert rows["value"].null_count == 22 * 70
    base = rows.filter((pc.field("unit") == "index, 2012 is 100") & (pc.field("year") == 2012))["value"]
    assert set(base.to_pylist()) == {100.0}

    told: dict[tuple[str, int], dict[str, float]] = {}
    for row in rows.to_pylist():
        told.setdefault((row["industry"], row["year"]), {})[row["variable"]] = row["value"]
    for one in told.values():
        costs = one["cost_of_capital"] + one["cost_of_labor"] + one["cost_of_intermediate_inputs"]
        # Three decimals of each are told.
        assert costs == pytest.approx(one["value_of_production"], abs=2.5e-3)
        shares = (one[f"{part}_cost_shares"] for part in ("capital", "labor", "intermediate_inputs"))
        assert sum(shares) == pytest.approx(1, abs=2e-3)
