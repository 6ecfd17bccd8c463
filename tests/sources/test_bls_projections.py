"""Employment by occupation, now and projected."""

from __future__ import annotations

from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, ChoiceError, UsageError
from tests.sources.formats.test_excel import workbook
from tests.sources.official_files import WHOLE, mirrored, rows_of

# The form of the publisher's workbook: an index, a title line, a header, rows, footnotes.
SHEETS = {
    "Index": [["Table 1.7 Occupational projections, 2022 and projected 2032"]],
    "Table 1.7": [
        ["Table 1.7 Occupational projections, 2022-32 (Numbers in thousands)"],
        [
            "2022 National Employment Matrix title",
            "2022 National Employment Matrix code",
            "Occupation type",
            "Employment, 2022",
            "Employment change, percent, 2022–32",
            "Median annual wage, 2022(1)",
            "Typical education needed for entry",
        ],
        ["Total, all occupations", "00-0000", "Summary", 164482.6, 2.8, 46310.0, "—"],
        ["      Surgeons(2)", "29-1240", "Line item", 50.5, "—", ">=$239,200", "Doctoral degree"],
        ["Footnotes:"],
        ["(1) Data are from another program."],
    ],
}


def test_titles_footnotes_and_wages_that_are_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(workbook(tmp_path, SHEETS)).rename(tmp_path / "occupation.xlsx")
    mirrored(monkeypatch, tmp_path)
    rows = rows_of("bls.projections", table="1.7").to_pylist()

    assert len(rows) == 2
    assert rows[0]["employment_change_fraction_2022_32"] == pytest.approx(0.028)
    assert rows[0]["typical_education_needed_for_entry"] is None
    assert rows[1] == {
        "occupation": "29-1240",
        "title": "Surgeons",
        "group": "Line item",
        "employment_2022": 50.5,
        "employment_change_fraction_2022_32": None,
        "median_annual_wage_2022": None,
        "typical_education_needed_for_entry": "Doctoral degree",
        "median_annual_wage_2022_flag": "top_coded",
    }
    with pytest.raises(BrokenFileError, match="it is not of 2023 and projected 2033"):
        rows_of("bls.projections", table="1.7", vintage="2023-33")


def test_what_is_not_published_is_refused() -> None:
    with pytest.raises(ChoiceError, match=r"table='1\.20'"):
        rows_of("bls.projections", table="1.20")
    with pytest.raises(UsageError, match="pair of years ten apart"):
        rows_of("bls.projections", vintage="2022-30")


# Rows between header and footnotes, counted in the workbook of 2022-32.
@pytest.mark.parametrize(
    ("table", "n"),
    [
        ("1.1", 23),
        ("1.2", 1113),
        ("1.7", 1113),
        ("1.9", 427),
        ("1.10", 1113),
        ("1.12", 1065),
        ("5.3", 833),
        ("5.4", 832),
    ],
)
def test_every_row_of_the_workbook_is_read(table: str, n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)

    assert rows_of("bls.projections", table=table).num_rows == n


def test_occupations_of_table_1_2_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("bls.projections", table="1.2")
    items = pc.sum(rows.filter(pc.field("group") == "Line item")["employment_2022"]).as_py()

    # 832 occupations, each rounded to a hundred jobs.
    assert items == pytest.approx(rows["employment_2022"][0].as_py(), abs=832 * 0.05)


def test_rates_and_shares_are_fractions(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    separations = rows_of("bls.projections", table="1.10").to_pylist()[0]
    education = rows_of("bls.projections", table="5.3").to_pylist()[0]

    assert 0 < separations["labor_force_exit_rate_2022_32_annual_average"] < 0.1
    # Published to a tenth of a percent, seven times.
    assert sum(value for value in education.values() if isinstance(value, float)) == pytest.approx(1, abs=0.0035)
