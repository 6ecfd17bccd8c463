"""Daily counts of US states."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest

from industria.errors import BrokenFileError, ChoiceError
from industria.sources.covid_tracking import MEANINGS
from industria.sources.reader import told_of
from tests.sources.official_files import WHOLE, find, mirrored, rows_of, source_of


def write(folder: Path, days: list[str], **cells: str) -> None:
    """One line a day; every column that is not told is empty."""
    lines = [",".join([day, *(cells.get(name, "") for name in list(MEANINGS)[1:])]) for day in days]
    (folder / "ohio-history.csv").write_text("\n".join([",".join(MEANINGS), *lines]) + "\n")


def test_days_of_both_spellings_and_gaps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not reported is null, and a decrease stands as it was published."""
    write(tmp_path, ["2020-09-02", "9/1/2020"], positiveIncrease="-7757", hospitalizedCurrently="308")
    mirrored(monkeypatch, tmp_path)
    rows = rows_of("covid_tracking.state_history", state="Ohio").to_pylist()

    assert [row["date"] for row in rows] == [date(2020, 9, 2), date(2020, 9, 1)]
    assert (rows[0]["positive_increase"], rows[0]["hospitalized_currently"]) == (-7757, 308)
    assert rows[0]["in_icu_currently"] is None


@pytest.mark.parametrize(
    ("day", "cell", "said"),
    [
        ("13/1/2020", "1", "line 2: date has '13/1/2020'; it is a day"),
        ("2020-09-02", "1.5", "line 2: death has '1.5'; it is a whole number"),
        ("2020-09-02", "1e999", "it is a finite number"),
    ],
)
def test_a_cell_that_is_wrong_is_told(
    day: str, cell: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, [day], death=cell)
    mirrored(monkeypatch, tmp_path)

    with pytest.raises(BrokenFileError, match=said):
        rows_of("covid_tracking.state_history", state="ohio")


def test_a_state_that_is_none_is_told() -> None:
    with pytest.raises(ChoiceError, match="Did you mean 'massachusetts'"):
        source_of("covid_tracking.state_history", state="Massachusets")


def test_the_history_of_massachusetts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Peaks, patient-days and the redefinition of cases, as the project published them."""
    mirrored(monkeypatch, WHOLE)
    source = source_of("covid_tracking.state_history", state="Massachusetts")
    rows = rows_of("covid_tracking.state_history", state="Massachusetts")
    by_day = {row["date"]: row for row in rows.to_pylist()}
    patients = {day: row["hospitalized_currently"] for day, row in by_day.items() if row["hospitalized_currently"]}

    assert rows.num_rows == len(by_day) == 411
    assert rows.column_names == list(told_of(find("covid_tracking.state_history")).columns)
    assert min(patients) == date(2020, 4, 4)
    assert max(patients.items(), key=lambda item: item[1]) == (date(2020, 4, 21), 3977)
    assert by_day[date(2020, 4, 27)]["in_icu_currently"] == pc.max(rows["in_icu_currently"]).as_py() == 1089
    assert sum(n for day, n in patients.items() if day <= date(2020, 9, 30)) == 244_799
    assert by_day[date(2020, 9, 2)]["positive_increase"] == -7757
    assert source.license == "CC BY 4.0"
    assert any("2020-09-02" in note for note in source.notes)
