"""A small study with two briefs, run once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from industria.brief.compose import compose
from industria.brief.document import Document, document
from industria.brief.source import Source
from industria.study.load import load
from industria.study.model import Study
from industria.study.record import Run
from industria.study.run import run

GRANTS = Path(__file__).parent / "grants"
MASKS = Path(__file__).parent / "masks"


@dataclass(frozen=True)
class Composed:
    """A study, its run and the documents of its briefs."""

    study: Study
    run: Run
    documents: dict[str, Document]

    def read(self, name: str) -> str:
        return (self.run.folder / name).read_text(encoding="utf-8")


def grants_in(folder: Path) -> Study:
    """Copy the study, so that it may be changed and run."""
    shutil.copytree(GRANTS, folder, dirs_exist_ok=True)
    return load(folder)


@pytest.fixture(scope="session")
def grants(tmp_path_factory: pytest.TempPathFactory) -> Composed:
    """The study, run and written."""
    return _composed(grants_in(tmp_path_factory.mktemp("grants")))


@pytest.fixture(scope="session")
def masks(tmp_path_factory: pytest.TempPathFactory) -> Composed:
    """A study with sliders on a grid of plans, run and written."""
    folder = tmp_path_factory.mktemp("masks")
    shutil.copytree(MASKS, folder, dirs_exist_ok=True)
    return _composed(load(folder))


def _composed(study: Study) -> Composed:
    made = run(study, finish=compose)
    documents = {
        code: document(study, made, Source(path.read_text(encoding="utf-8"), path.name), code)
        for code, path in study.briefs.items()
    }
    return Composed(study, made, documents)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Study]:
    """Copy the study with other words in its files: `changed({"brief.md": [("old", "new")]})`."""

    def change(edits: dict[str, list[tuple[str, str]]]) -> Study:
        shutil.copytree(GRANTS, tmp_path, dirs_exist_ok=True)
        for name, pairs in edits.items():
            text = (tmp_path / name).read_text(encoding="utf-8")
            for old, new in pairs:
                assert old in text
                text = text.replace(old, new)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return load(tmp_path)

    return change
