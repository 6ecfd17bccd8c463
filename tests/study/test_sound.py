"""A study that was found without problems is checked again only when something changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from industria.study.load import load
from industria.study.sound import is_known_sound, remember_sound
from tests.study.small import FIRMS, small_study


def _append(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return change


def test_is_known_once_it_was_found_sound(tmp_path: Path) -> None:
    study = small_study(tmp_path / "scrap")

    assert not is_known_sound(study, local_code=True)
    remember_sound(study, local_code=True)
    assert is_known_sound(study, local_code=True)
    assert not is_known_sound(study, local_code=False)


@pytest.mark.parametrize(
    "change",
    [
        _append("study.toml", "\n# a word more\n"),
        _append("measures.py", "\n\nX = 1\n"),
        lambda folder: (folder / "firms.csv").write_text(FIRMS.replace("1.0", "1.5"), encoding="utf-8"),
    ],
    ids=["study", "measure", "source"],
)
def test_is_checked_again_once_anything_changes(change: Callable[[Path], None], tmp_path: Path) -> None:
    study = small_study(tmp_path / "scrap")
    remember_sound(study, local_code=True)

    change(study.folder)

    assert not is_known_sound(load(study.folder), local_code=True)


def test_a_source_that_cannot_be_had_is_never_known(tmp_path: Path) -> None:
    study = small_study(tmp_path / "scrap")
    (study.folder / "firms.csv").unlink()

    remember_sound(study, local_code=True)

    assert not is_known_sound(study, local_code=True)
