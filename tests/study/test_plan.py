"""What is recorded of a step."""

from __future__ import annotations

import json
from pathlib import Path

from industria.study.load import load
from industria.study.run import run

STUDY = """
title    = "Plants by size"
question = "How large are plants?"

[sources.plants]
use  = "files.csv"
path = "plants.csv"

[[step]]
name    = "sizes"
use     = "tables.histogram"
records = "plants"
column  = "employees"
edges   = [-inf, 10, inf]
"""


def test_open_ends_are_recorded_as_texts(tmp_path: Path) -> None:
    """JSON has no infinity; the measure still gets the number."""
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "plants.csv").write_text("employees\n3\n12\n40\n")

    made = run(load(tmp_path))

    assert made.record["steps"][0]["parameters"]["edges"] == ["-inf", 10.0, "inf"]
    assert json.loads((made.folder / "run.json").read_text())["steps"][0]["parameters"]["edges"][0] == "-inf"
    assert made.table("sizes").to_pydict()["count"] == [1, 2]
    assert [step["reused"] for step in run(load(tmp_path)).record["steps"]] == [True]
