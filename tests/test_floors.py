"""The floors of the house: who may import whom."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-cache", "--config", folder / "pyproject.toml"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_floor_imports_only_from_floors_below(root: Path) -> None:
    done = _lint(root)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("kernels/above.py", "from industria.core import table"),
        ("core/above.py", "from industria.study import model"),
        ("tables/beside.py", "from industria.evaluation import fixed_effects"),
        ("study/above.py", "def later() -> None:\n    from industria.brief import numbers\n"),
    ],
    ids=["kernel-core", "core-study", "room-room", "inside-a-function"],
)
def test_an_import_upward_or_sideways_is_caught(root: Path, tmp_path: Path, place: str, line: str) -> None:
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    (tmp_path / "src" / "industria" / place).write_text(line)

    done = _lint(tmp_path)

    assert done.returncode == 1
    assert place.removesuffix(".py").replace("/", ".") in done.stdout


def test_a_new_package_must_be_given_a_floor(root: Path, tmp_path: Path) -> None:
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    (tmp_path / "src" / "industria" / "attic").mkdir()
    (tmp_path / "src" / "industria" / "attic" / "__init__.py").write_text("")

    done = _lint(tmp_path)

    assert done.returncode == 1
    assert "attic" in done.stdout
