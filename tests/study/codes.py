"""A study that carries a table over to other codes."""

from __future__ import annotations

from pathlib import Path

from industria.study.load import load
from industria.study.model import Study

# Of 1,000 jobs 300 split, 99.8 go to a group that is resolved, 0.2 are in a code that nobody has.
JOBS = "code,jobs\n11-1011,600\n11-2031,300\n29-1140,99.8\n99-9999,0.2\n"
LINKS = """origin_code,destination_code,weight
11-1011,11-1011,1
11-2031,11-2032,0.5
11-2031,11-2033,0.5
29-1141,29-1141,1
"""
TEXT = """
title = "Codes"
question = "Which?"

[sources.jobs]
use = "files.csv"
path = "jobs.csv"

[sources.links]
use = "files.csv"
path = "links.csv"

[[step]]
name = "carried"
use = "classifications.bridge"
values = "jobs"
correspondence = "links"
code = "code"
value = "jobs"
hierarchy = "SOC"

[[step]]
name = "passages"
use = "classifications.coverage"
values = "jobs"
correspondence = "links"
code = "code"
value = "jobs"

[[step]]
name = "shift"
use = "classifications.break_report"
before = "jobs"
after = "carried"
correspondence = "links"
code = "code"
value = "jobs"

[[step]]
name = "described"
use = "tables.summary"
records = "jobs"
columns = ["jobs"]
"""


def study_of_codes(folder: Path) -> Study:
    """Write the study into a folder, and load it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(TEXT, encoding="utf-8")
    (folder / "jobs.csv").write_text(JOBS, encoding="utf-8")
    (folder / "links.csv").write_text(LINKS, encoding="utf-8")
    return load(folder)
