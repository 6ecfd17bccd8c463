"""Exposure of the tasks of ISCO-08 to generative artificial intelligence."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from industria.errors import BrokenFileError, MissingColumnError
from industria.sources import ilo_task_scores
from tests.sources.official_files import WHOLE, mirrored, rows_of, source_of
from tests.sources.score_tables import ILO_HEADER, ilo_row, ilo_workbook, small, uncounted


def test_tasks_have_scores_and_unit_groups_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code of armed forces that a spreadsheet took for a number has its zero back."""
    ilo_workbook(tmp_path, [ILO_HEADER, *(ilo_row(i) for i in range(19)), [*ilo_row(19)[:2], 110.0, *ilo_row(19)[3:]]])
    mirrored(monkeypatch, tmp_path)
    uncounted(monkeypatch, ilo_task_scores)
    rows = rows_of("ilo.task_scores").to_pylist()

    assert len(rows) == 20
    assert rows[0] == {
        "occupation": "1111",
        "title": "Legislators",
        "task_id": "1",
        "task": "Task 0",
        "score_2025": 0.34,
        "score_2023": 0.1,
        "score_2025_gpt4o": 0.33,
        "score_2025_gemini": 0.35,
        "origin": "predicted",
        "mean_2025": 0.31,
        "sd_2025": 0.04,
        "class_2025": "Not Exposed",
        "mean_2023": 0.22,
        "sd_2023": 0.07,
        "class_2023": "The Big Uknown",
    }
    assert rows[2]["score_2023"] is None
    assert rows[19]["occupation"] == "0110"


def test_a_workbook_that_is_wrong_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(rows: list[list[object]]) -> None:
        ilo_workbook(tmp_path, rows)
        mirrored(monkeypatch, tmp_path)
        uncounted(monkeypatch, ilo_task_scores)
        rows_of("ilo.task_scores")

    with pytest.raises(MissingColumnError, match="'potential25'"):
        ask([[name.replace("potential25", "Potential 2025") for name in ILO_HEADER], ilo_row(0)])
    with pytest.raises(BrokenFileError, match=r"line 3: potential25 has 'Exposed: Gradient 5'.*Did you mean"):
        ask([ILO_HEADER, ilo_row(0), [*ilo_row(1)[:-2], "Exposed: Gradient 5", "x"]])
    with pytest.raises(BrokenFileError, match=r"line 2: score_2025 has '0,34'; it is a number, and its decimals"):
        ask([ILO_HEADER, ["0,34" if cell == 0.34 else cell for cell in ilo_row(0)]])
    with pytest.raises(BrokenFileError, match="it has a header, and no rows"):
        ask([ILO_HEADER])
    small(monkeypatch, ilo_task_scores, tmp_path, "Final_Scores_ISCO08_Gmyrek_et_al_2025.xlsx", "<html></html>")
    with pytest.raises(BrokenFileError, match="this is a web page"):
        rows_of("ilo.task_scores")


def test_the_published_classes_of_unit_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    rows = rows_of("ilo.task_scores").to_pylist()
    units = {row["occupation"]: (row["mean_2025"], row["sd_2025"], row["class_2025"]) for row in rows}

    assert (len(rows), len(units)) == (3_266, 427)
    assert Counter(found for _, _, found in units.values()) == {
        "Not Exposed": 231,
        "Minimal Exposure": 84,
        "Exposed: Gradient 1": 17,
        "Exposed: Gradient 2": 44,
        "Exposed: Gradient 3": 38,
        "Exposed: Gradient 4": 13,
    }
    assert {(row["occupation"], row["task_id"]) for row in rows if row["score_2023"] is None} == {
        ("5246", task_of(rows, "5246")),
        ("7122", task_of(rows, "7122")),
        ("7126", task_of(rows, "7126")),
    }
    assert all(_class(mean, deviation) == found for mean, deviation, found in units.values())
    assert all(
        row["score_2025"] == pytest.approx((row["score_2025_gpt4o"] + row["score_2025_gemini"]) / 2)
        for row in rows
        if row["origin"] == "predicted" and row["score_2025_gpt4o"] is not None
        if row["score_2025_gemini"] is not None
    )


def test_nobody_said_whether_the_workbook_may_be_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    source = source_of("ilo.task_scores")

    assert source.redistributable is None
    assert source.license == "CC BY 4.0 (Working Paper 140)"
    assert "states no license" in source.notes[0]


def task_of(rows: list[dict[str, object]], occupation: str) -> object:
    """Tell the one task of a unit group that has no score of 2023."""
    (found,) = [row["task_id"] for row in rows if row["occupation"] == occupation and row["score_2023"] is None]
    return found


def _class(mean: float, deviation: float) -> str:
    if mean + deviation < 0.4:
        return "Not Exposed"
    if mean + deviation < 0.5:
        return "Minimal Exposure"
    return f"Exposed: Gradient {1 + sum(mean >= bound for bound in (0.4, 0.5, 0.6))}"
