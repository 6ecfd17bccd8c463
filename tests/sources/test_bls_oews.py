"""Employment and wages by occupation, of the Bureau of Labor Statistics."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, ChoiceError, NotMirroredError, UnknownGroupError, UsageError
from tests.sources.official_files import RECORDED, WHOLE, mirrored, rows_of, source_of

COLUMNS = ["area", "industry", "ownership", "occupation", "title", "group"]
NUMBERS = ["employment", "employment_prse", "hourly_mean", "annual_mean"]
WAGES = ["annual_p10", "annual_p25", "annual_median", "annual_p75", "annual_p90"]


def total(rows: pa.Table, group: str) -> int | None:
    jobs: int | None = pc.sum(rows.filter(pc.field("group") == group)["employment"]).as_py()
    return jobs


def test_columns_are_those_that_are_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, RECORDED)
    rows = rows_of("bls.oews", vintage=2021)

    both = [name for number in (*NUMBERS, *WAGES) for name in (number, f"{number}_flag")]
    assert rows.column_names == COLUMNS + both
    assert rows.num_rows == 20
    assert rows.slice(0, 1).select([*COLUMNS, "employment"]).to_pylist() == [
        {
            "area": "99",
            "industry": "000000",
            "ownership": "1235",
            "occupation": "00-0000",
            "title": "All Occupations",
            "group": "total",
            "employment": 140_886_310,
        }
    ]


def test_marks_become_flags_and_never_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, RECORDED)
    source = source_of("bls.oews", vintage=2021)
    rows = {row["occupation"]: row for row in rows_of("bls.oews", vintage=2021).to_pylist()}

    legislators, managers = rows["11-1031"], rows["11-2021"]
    assert (legislators["hourly_mean"], legislators["hourly_mean_flag"]) == (None, "missing")
    assert (managers["annual_p90"], managers["annual_p90_flag"]) == (None, "top_coded")
    assert (managers["annual_p75"], managers["annual_p75_flag"]) == (192_520.0, None)
    # Published as 1.6 percent.
    assert rows["11-1010"]["employment_prse"] == pytest.approx(0.016)
    assert source.facts == {"hourly_top": 100.0, "annual_top": 208_000.0}
    assert (source.vintage, source.license) == ("May 2021", "US Government work, public domain")


def test_a_file_is_found_in_the_archive_of_its_publisher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    whole = WHOLE / "work" / "oews" / "national_M2023_dl.xlsx"
    with zipfile.ZipFile(tmp_path / "oesm23nat.zip", "w") as archive:
        archive.write(whole, "oesm23nat/national_M2023_dl.xlsx")
    loose = rows_of("bls.oews", vintage=2023)
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path))

    assert rows_of("bls.oews", vintage=2023).equals(loose)
    with pytest.raises(NotMirroredError, match=r"natsector_M2023_dl\.xlsx"):
        source_of("bls.oews", level="sector", vintage=2023)


def test_a_file_that_is_nowhere_is_told_with_its_page(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, RECORDED)
    with pytest.raises(NotMirroredError, match=r"nat3d_owner_M2022_dl\.xlsx.*fixtures/official.*bls\.gov/oes") as told:
        source_of("bls.oews", level="naics3", ownership="2", vintage=2022)
    assert told.value.exit_code == 4


def test_what_is_not_published_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'sector'"):
        source_of("bls.oews", level="sectors")
    with pytest.raises(UsageError, match="sector is not published by owners"):
        source_of("bls.oews", level="sector", ownership="2")
    with pytest.raises(UsageError, match="begin with 2014"):
        source_of("bls.oews", vintage=1999)


def test_an_unknown_mark_is_refused_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "national_May2021_dl.csv"
    shutil.copy(RECORDED / copy.name, copy)
    copy.write_text(copy.read_text("utf-8").replace("140,886,310", "n.a."), "utf-8")
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(BrokenFileError, match=r"line 2: TOT_EMP has 'n\.a\.', which is neither a number nor a mark"):
        rows_of("bls.oews", vintage=2021)


# Totals and detailed rows of the national tables, as the bureau published them.
@pytest.mark.parametrize(
    ("vintage", "jobs", "detailed"),
    [(2021, 140_886_310, 831), (2022, 147_886_000, 830), (2023, 151_853_870, 831), (2024, 154_187_380, 831)],
)
def test_national_totals_of_four_vintages(
    vintage: int, jobs: int, detailed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("bls.oews", vintage=vintage)

    assert total(rows, "total") == jobs
    assert rows.filter(pc.field("group") == "detailed").num_rows == detailed


def test_withheld_cells_of_health_care_are_missing_from_its_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("bls.oews", level="sector", vintage=2023).filter(pc.field("industry") == "62")

    assert (total(rows, "total"), total(rows, "detailed")) == (22_068_580, 22_054_030)
    assert "missing" in rows["employment_flag"].to_pylist()


def test_owners_and_digits_select_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    every = rows_of("bls.oews", level="naics3", ownership="all", vintage=2023)
    state = rows_of("bls.oews", level="naics3", ownership="2", vintage=2023)

    assert every.num_rows == 4561
    assert state.num_rows == 1534
    assert set(state["ownership"].to_pylist()) == {"2"}
    assert rows_of("bls.oews", level="naics5", vintage=2023).num_rows == 15_518
    assert rows_of("bls.oews", level="naics6", vintage=2023).num_rows == 1_712
    with pytest.raises(UnknownGroupError, match="'4' in no row; it is 2, 3, 5"):
        rows_of("bls.oews", level="naics3", ownership="4", vintage=2023)


def test_a_table_of_2018_has_fewer_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("bls.oews", level="naics6", vintage=2018)

    assert set(rows["area"].to_pylist()) == {"99"}
    assert rows["ownership"].null_count == rows.num_rows
