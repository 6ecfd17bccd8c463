"""The columns of the whole files are those that their readers tell, asked as their examples ask."""

from __future__ import annotations

from typing import Any

import pytest

from industria.sources import find
from industria.sources.reader import told_of
from tests.sources.official_files import WHOLE, mirrored, rows_of


@pytest.mark.parametrize("use", ["bls.klems", "census.abs_technology", "census.susb", "nber_ces.table", "pwt.table"])
def test_a_file(use: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mirrored(monkeypatch, WHOLE)
    told = told_of(find(use))

    assert {told.family(name) for name in rows_of(use, **told.example).column_names} == set(told.columns)


def test_the_parts_of_a_world_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part has columns of its own, and all of them together are those that are told, but for factors."""
    mirrored(monkeypatch, WHOLE)
    told = told_of(find("wiod.tables"))
    asked: dict[str, Any] = {**told.example}

    names = [
        rows_of("wiod.tables", **asked | {"table": part}).column_names for part in ("flows", "final_demand", "output")
    ]
    assert {name for part in names for name in part} == set(told.columns) - {"factor"}
