"""Folders that list who stands behind numbers are their owner's alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from industria.study.load import load
from industria.study.run import finish_again, run

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes of folders")

TEXT = """
title = "Sales"
question = "Who sells?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[[step]]
name = "sales"
"""
CELLS = 'use = "tables.magnitude_table"\nrecords = "firms"\nvariable = "sales"\nby = ["region"]\nunit = "firm"\n'
ROWS = 'use = "tables.query"\nfirms = "firms"\nsql = "SELECT region, sum(sales) AS sales FROM firms GROUP BY region"\n'


def study(folder: Path, step: str) -> Path:
    rows = [f"f{i},{'north' if i % 2 else 'south'},{100 + i}" for i in range(12)]
    (folder / "firms.csv").write_text("\n".join(["firm,region,sales", *rows]) + "\n", encoding="utf-8")
    (folder / "study.toml").write_text(TEXT + step, encoding="utf-8")
    return folder


def modes(*folders: Path) -> list[int]:
    return [folder.stat().st_mode & 0o777 for folder in folders]


def test_a_run_that_lists_units_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INDUSTRIA_CACHE", raising=False)
    words = load(study(tmp_path, CELLS))

    first = run(words)
    assert modes(first.folder, tmp_path / ".industria") == [0o700, 0o700]

    again = finish_again(words, run(words), lambda study, run, folder: {})
    assert modes(again.folder, tmp_path / "run.previous") == [0o700, 0o700]


def test_a_store_that_is_shared_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path / "shared"
    monkeypatch.setenv("INDUSTRIA_CACHE", str(shared))
    here = tmp_path / "study"
    here.mkdir()

    made = run(load(study(here, CELLS)))

    assert modes(made.folder) == [0o700]
    assert modes(shared) != [0o700]


def test_a_run_that_lists_nobody_is_as_open_as_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INDUSTRIA_CACHE", raising=False)
    (tmp_path / "other").mkdir()

    made = run(load(study(tmp_path, ROWS)))

    assert modes(made.folder) == modes(tmp_path / "other")
