"""The O*NET database by the official names of its tables."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from industria.errors import BrokenFileError, ChoiceError, NotMirroredError, UsageError
from tests.sources.official_files import RECORDED, WHOLE, mirrored, rows_of, source_of

HEADER = (
    "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tN\tStandard Error\tLower CI Bound\t"
    "Upper CI Bound\tRecommend Suppress\tNot Relevant\tDate\tDomain Source\n"
)


def test_recorded_rows_have_short_names_and_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, RECORDED)
    source = source_of("onet.database", table="Work Styles", vintage="29.1")
    rows = rows_of("onet.database", table="Work Styles", vintage="29.1").to_pylist()

    assert len(rows) == 20
    assert rows[0] == {
        "occupation": "11-1011.00",
        "element_id": "1.C.1.a",
        "element_name": "Achievement/Effort",
        "scale": "IM",
        "value": 4.69,
        "n": 28.0,
        "standard_error": 0.1218,
        "lower_ci_bound": 4.4426,
        "upper_ci_bound": 4.9426,
        "suppress": False,
        "date": "08/2023",
        "domain_source": "Incumbent",
    }
    assert (rows[-1]["standard_error"], rows[-1]["suppress"]) == (None, None)
    assert (source.vintage, source.license) == ("29.1", "CC BY 4.0")


@pytest.mark.parametrize("table", ["Abilities", "Work Activities", "Work Context", "Task Ratings"])
def test_tables_that_no_mirror_may_hold_are_read_by_their_official_names(
    table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the archive that the center publishes, with estimates that it recommends to suppress."""
    mirrored(monkeypatch, tmp_path)
    with pytest.raises(NotMirroredError, match=f"db_30_1_text/{table}.txt.*onetcenter.org/database.html"):
        source_of("onet.database", table=table)
    row = "11-1011.00\t1.A.1.a.1\tOral Comprehension\tLV\t1.5\t8\t0.5\tn/a\tn/a\tY\tN\t08/2023\tAnalyst\n"
    with zipfile.ZipFile(tmp_path / "db_30_1_text.zip", "w") as archive:
        archive.writestr(f"db_30_1_text/{table}.txt", HEADER + row)

    (found,) = rows_of("onet.database", table=table).to_pylist()
    assert (found["suppress"], found["not_relevant"], found["lower_ci_bound"]) == (True, False, None)


def test_a_table_or_release_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'Task Statements'"):
        source_of("onet.database", table="Task Statement")
    with pytest.raises(UsageError, match=r"releases are told as 30\.1"):
        source_of("onet.database", table="Skills", vintage="30")


def test_a_line_that_is_cut_off_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "db_30_1_text").mkdir()
    (tmp_path / "db_30_1_text" / "Skills.txt").write_text(HEADER + "11-1011.00\t2.A.1.a\n")
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(BrokenFileError, match="line 2: it has 2 values, not 13"):
        rows_of("onet.database", table="Skills")


# Rows of O*NET 30.1, as its release counts them.
@pytest.mark.parametrize(
    ("table", "n"),
    [
        ("Occupation Data", 1_016),
        ("Job Zones", 923),
        ("Task Statements", 18_796),
        ("Tasks to DWAs", 23_850),
        ("DWA Reference", 2_087),
        ("IWA Reference", 332),
        ("Technology Skills", 32_773),
    ],
)
def test_counts_of_release_30_1(table: str, n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)

    assert rows_of("onet.database", table=table).num_rows == n


def test_codes_of_workbooks_stay_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    row = rows_of("onet.database", table="Task Statements").slice(0, 1).to_pylist()[0]

    assert (row["occupation"], row["task_id"], row["incumbents_responding"]) == ("11-1011.00", "8823", 95.0)
