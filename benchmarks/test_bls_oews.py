from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from industria.sources.formats.oews import read_oews

SECTORS = Path(__file__).parents[2] / "shared" / "data" / "work" / "oews" / "natsector_M2023_dl.xlsx"


def test_a_workbook_of_estimates_against_its_bare_cells(benchmark: Any, seconds: Callable[..., float]) -> None:
    """Flags and kinds of 16,376 rows cost at most half as much again as taking the cells out of the workbook."""
    if not SECTORS.is_file():
        pytest.skip(f"the official file is not on this machine: {SECTORS}")

    def cells() -> None:
        CalamineWorkbook.from_path(str(SECTORS)).get_sheet_by_index(0).to_python()

    table = benchmark.pedantic(read_oews, (SECTORS, SECTORS.name), rounds=1)

    assert table.collect().shape == (16_376, 24)
    ratio = seconds(lambda: read_oews(SECTORS, SECTORS.name), 5) / seconds(cells, 5)
    benchmark.extra_info["times the bare cells"] = ratio
    assert ratio < 1.5
