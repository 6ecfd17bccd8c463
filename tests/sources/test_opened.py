"""A source is opened without the engine that will read it: a study that has not changed is never read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from industria import sources
from industria.errors import MissingFileError, PathOutsideError

HEAVY = ("duckdb", "httpx2", "narwhals", "numpy", "pandas", "pyarrow", "pydantic", "rdata")
OPEN = """
import json, sys
from pathlib import Path
from industria import sources

use, parameters, folder = json.loads(sys.argv[1])
source = sources.opened(use, parameters, Path(folder))
print(json.dumps([source.sha256, sorted(set(sys.argv[2:]) & sys.modules.keys())]))
"""


@pytest.mark.parametrize("use", ["files.csv", "files.excel", "files.json", "files.parquet"])
def test_a_file_is_opened_without_an_engine(use: str, tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(b"a\n1\n")

    assert _opened(use, {"path": "table"}, tmp_path) == [sources.opened(use, {"path": "table"}, tmp_path).sha256, []]


def test_a_data_set_of_a_package_is_opened_without_an_engine(tmp_path: Path) -> None:
    use = "packages.linearmodels_jobtraining"

    assert _opened(use, {}, tmp_path) == [sources.opened(use, {}, tmp_path).sha256, []]


@pytest.mark.parametrize("publisher", sorted({*sources.PUBLISHERS} - {"nber_ces", "pwt", "wiod"}))
def test_readers_of_a_publisher_are_found_without_an_engine(publisher: str) -> None:
    """Nor without what asks the network, what reads workbooks and what reads files of R."""
    code = f"import sys, industria.sources.{publisher}; print(sorted(set(sys.argv[1:]) & sys.modules.keys()))"

    found = subprocess.run(
        [sys.executable, "-c", code, *HEAVY, "python_calamine"], capture_output=True, text=True, check=True
    )

    assert found.stdout == "[]\n"


def test_paths_are_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "table").write_bytes(b"a\n1\n")

    assert sources.opened("files.csv", {"path": "table"}, tmp_path).path == tmp_path / "table"
    with pytest.raises(MissingFileError, match="Did you mean 'table'"):
        sources.opened("files.csv", {"path": "tabel"}, tmp_path)
    with pytest.raises(PathOutsideError):
        sources.opened("files.csv", {"path": "../table"}, tmp_path)


def _opened(use: str, parameters: dict[str, str], folder: Path) -> list[object]:
    words = [sys.executable, "-c", OPEN, json.dumps([use, parameters, str(folder)]), *HEAVY]
    told: list[object] = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    return told
