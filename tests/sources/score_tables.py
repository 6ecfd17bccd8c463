"""Where the tests of scores find tables: twenty rows of each, and small ones of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from industria.sources.score_files import ScoreFile
from tests.sources.formats.test_excel import workbook
from tests.sources.official_files import mirrored

RECORDED = Path(__file__).parent / "fixtures" / "scores"

ILO_HEADER = [
    "label4d",
    "label1d",
    "ISCO_08",
    "Title",
    "taskID",
    "Task_ISCO",
    "score_2023",
    "predicted_score_2025_gpt4o",
    "prediction_justification_gpt4o",
    "predicted_score_2025_gemini",
    "score_2025",
    "source",
    "mean_score_2023",
    "mean_score_2025",
    "SD_2023",
    "SD_2025",
    "potential25",
    "potential23",
]


def ilo_row(i: int, code: str = "1111") -> list[object]:
    """Write a task in the ILO's form; every third has no score of 2023."""
    scores = [None if i % 3 == 2 else 0.1, 0.33, "In words.", 0.35, 0.34]
    unit = [0.22, 0.31, 0.07, 0.04, "Not Exposed", "The Big Uknown"]
    task = [code, "Legislators", i + 1.0, f"Task {i}"]
    return [f"{code} - Legislators", "1 - Managers", *task, *scores, "predicted", *unit]


def ilo_workbook(folder: Path, rows: list[list[object]]) -> Path:
    """Write a workbook in the ILO's form."""
    folder.mkdir(exist_ok=True)
    made = Path(workbook(folder, {"Sheet1": rows}))
    return made.rename(folder / "Final_Scores_ISCO08_Gmyrek_et_al_2025.xlsx")


def telework(codes: int = 20) -> str:
    """Write occupations in the form of Dingel and Neiman."""
    rows = [f'"11-{1011 + i}.00","Managers, {i}",{i % 2}' for i in range(codes)]
    return "\n".join(["onetsoccode,title,teleworkable", *rows, ""])


def uncounted(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Let the tables of a publisher have fewer rows than their editions have."""
    for name, held in vars(module).items():
        if isinstance(held, ScoreFile):
            monkeypatch.setattr(module, name, _uncounted(held))
        elif isinstance(held, dict):
            for table, file in held.items():
                if isinstance(file, ScoreFile):
                    monkeypatch.setitem(held, table, _uncounted(file))


def recorded(monkeypatch: pytest.MonkeyPatch, module: ModuleType) -> None:
    """Read the twenty recorded rows of a publisher's tables."""
    mirrored(monkeypatch, RECORDED)
    uncounted(monkeypatch, module)


def small(monkeypatch: pytest.MonkeyPatch, module: ModuleType, folder: Path, file: str, content: str) -> None:
    """Put a small file in the place of the whole one."""
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(content, encoding="utf-8")
    mirrored(monkeypatch, folder)
    uncounted(monkeypatch, module)


def _uncounted(file: ScoreFile) -> ScoreFile:
    return replace(file, table=replace(file.table, counts={}))
