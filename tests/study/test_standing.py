"""A run stands until something that went into it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from industria.study.load import load
from industria.study.run import run
from industria.study.standing import key_of, note, standing
from tests.study.small import FIRMS, small_study


def _append(name: str, text: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study whose run was noted."""
    study = small_study(tmp_path / "scrap")
    note(study, key_of(study, brief=True), run(study))
    return study.folder


def test_a_run_stands_when_nothing_changed(folder: Path) -> None:
    study = load(folder)
    made = standing(study, key_of(study, brief=True))

    assert made is not None
    assert made.folder == (folder / "run").resolve()
    assert made.claims


@pytest.mark.parametrize(
    "change",
    [
        _append("study.toml", "\n# a word more\n"),
        _append("measures.py", "\n\nX = 1\n"),
        _append("run/run.json", " "),
        lambda folder: (folder / "firms.csv").write_text(FIRMS.replace("1.0", "1.5"), encoding="utf-8"),
        lambda folder: (folder / "run" / "results" / "means.parquet").unlink(),
    ],
    ids=["study", "measure", "record", "source", "result"],
)
def test_it_falls_with_anything_that_changes(change: Callable[[Path], object], folder: Path) -> None:
    change(folder)

    study = load(folder)
    assert standing(study, key_of(study, brief=True)) is None


def test_another_way_of_running_is_another_run(folder: Path) -> None:
    study = load(folder)

    assert standing(study, key_of(study, brief=False)) is None


def test_a_source_that_cannot_be_had_has_no_key(folder: Path) -> None:
    (folder / "firms.csv").unlink()

    study = load(folder)
    assert key_of(study, brief=True) is None
    assert standing(study, None) is None
