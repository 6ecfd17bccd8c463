"""Mirrors for tests: twenty recorded rows of each file, and the whole files where they are on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.sources import Source, find

RECORDED = Path(__file__).parent / "fixtures" / "official"
WHOLE = Path(__file__).parents[3] / "shared" / "data"


def mirrored(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Read from a folder alone; without it the test is skipped, and says why."""
    if not folder.is_dir():
        pytest.skip(f"the official files are not on this machine: {folder} is no folder")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(folder))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")


def rows_of(use: str, **parameters: Any) -> pa.Table:
    """Read a source whole."""
    return collect(source_of(use, **parameters).read())


def source_of(use: str, **parameters: Any) -> Source:
    """Find a reader, and ask it."""
    return find(use)(**parameters)
