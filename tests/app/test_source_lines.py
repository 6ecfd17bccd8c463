"""What `industria run` says of the sources of a study."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

Call = Callable[..., tuple[int, str, str]]

STUDY = """\
title    = "Jobs"
question = "How many jobs?"

[sources.jobs]
use   = "files.csv"
path  = "jobs.csv"
about = { title = "Census of jobs", vintage = "May 2023" }

[sources.again]
use       = "files.csv"
path      = "jobs.csv"
delimiter = ","
about     = { title = "Census of jobs", vintage = "May 2023" }

[[step]]
name  = "total"
use   = "tables.query"
jobs  = "jobs"
again = "again"
sql   = "SELECT sum(jobs) AS jobs FROM (FROM jobs UNION ALL FROM again)"
"""
TABLE = "place,jobs\na,1\nb,2\n"
SHA256 = hashlib.sha256(TABLE.encode()).hexdigest()


def _study(folder: Path) -> Path:
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "jobs.csv").write_text(TABLE, encoding="utf-8")
    return folder


def test_each_file_is_told_once_with_vintage_and_hash_also_where_the_run_stands(
    industria: Call, tmp_path: Path
) -> None:
    for _ in range(2):
        code, out, _err = industria("run", _study(tmp_path))

        assert code == 0
        assert out.count(f"  Census of jobs · May 2023 · sha256 {SHA256[:12]}\n") == 1


def test_json_has_every_source_by_name(industria: Call, tmp_path: Path) -> None:
    told = json.loads(industria("run", _study(tmp_path), "--json")[1])["sources"]

    assert [source["name"] for source in told] == ["jobs", "again"]
    assert {source["sha256"] for source in told} == {SHA256}
