"""Where the tests of correspondences find official files: twenty rows of each, and the whole ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from industria.core.table import collect
from industria.sources import find
from industria.sources.correspondences import Pair
from industria.sources.formats.links import links

FIXTURES = Path(__file__).parent / "fixtures" / "correspondences"
WHOLE = Path(__file__).parents[3] / "shared" / "data"


def read(pair: Pair) -> pa.Table:
    """Read a recorded file under the name that it was recorded by."""
    file = next(file for file in (pair.file, *pair.otherwise) if (FIXTURES / file).is_file())
    return links((FIXTURES / file).read_bytes(), replace(pair, file=file))[0]


def recorded(pair: Pair) -> list[tuple[str, str]]:
    """Read the links of a recorded file."""
    table = read(pair)
    return list(zip(table["origin_code"].to_pylist(), table["destination_code"].to_pylist(), strict=True))


def marked(pair: Pair, column: str = "partial") -> list[tuple[str, str]]:
    """Read the links of a recorded file that are marked as partial."""
    return [link for link, mark in zip(recorded(pair), read(pair)[column].to_pylist(), strict=True) if mark]


def whole(use: str, pair: str, monkeypatch: pytest.MonkeyPatch) -> pa.Table:
    """Read the official file, where it is on this machine."""
    if not WHOLE.is_dir():
        pytest.skip(f"the official files are not on this machine: {WHOLE} is no folder")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(WHOLE))
    return collect(find(use)(pair=pair).read())


def sizes(table: pa.Table) -> tuple[int, int, int]:
    """Count links, origins and destinations."""
    return (len(table), *(len(table[side].unique()) for side in ("origin_code", "destination_code")))


def split(table: pa.Table) -> dict[str, int]:
    """Count the destinations of each origin that has several."""
    counts = table.group_by("origin_code").aggregate([("destination_code", "count_distinct")])
    found = zip(counts["origin_code"].to_pylist(), counts["destination_code_count_distinct"].to_pylist(), strict=True)
    return {code: n for code, n in found if n > 1}
