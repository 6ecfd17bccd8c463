"""What scripts take from the floor without knowing its files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from industria import core


@pytest.mark.parametrize("name", core.__all__)
def test_what_is_listed_is_there(name: str) -> None:
    assert getattr(core, name).__name__ == name


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(AttributeError, match="Bridges"):
        _ = core.Bridges


def test_the_floor_alone_imports_no_engine() -> None:
    code = "import sys, industria.core; print('duckdb' in sys.modules, 'numpy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.split() == ["False", "False"]
