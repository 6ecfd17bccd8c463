"""A parameter that takes a word or a table: the name of a classification, or a tree of the study's own."""

from __future__ import annotations

from pathlib import Path

from industria.study.check import check
from industria.study.load import load
from industria.study.run import run

STUDY = """
title = "Trees"
question = "Which way up?"

[sources.jobs]
use = "files.csv"
path = "jobs.csv"
types = {{ code = "text" }}

[sources.links]
use = "files.csv"
path = "links.csv"
types = {{ origin_code = "text", destination_code = "text" }}

[sources.tree]
use = "files.csv"
path = "tree.csv"
types = {{ code = "text", parent = "text" }}

[[step]]
name = "moved"
use = "classifications.bridge"
values = "jobs"
correspondence = "links"
code = "code"
value = "jobs"
hierarchy = "{hierarchy}"
"""


def write(folder: Path, hierarchy: str) -> Path:
    (folder / "study.toml").write_text(STUDY.format(hierarchy=hierarchy))
    (folder / "jobs.csv").write_text("code,jobs\n1,30\n2,10\n")
    (folder / "links.csv").write_text("origin_code,destination_code,weight\n1a,A,1\n1b,B,1\n2,B,1\n")
    (folder / "tree.csv").write_text("code,parent\n1a,1\n1b,1\n")
    return folder


def test_a_source_serves_as_the_tree(tmp_path: Path) -> None:
    """Code 1 has no link of its own; the study's tree says what stands below it."""
    study = load(write(tmp_path, "tree"))

    assert check(study) == []
    moved = run(study).table("moved")

    assert dict(zip(moved["code"].to_pylist(), moved["jobs"].to_pylist(), strict=True)) == {"A": 15, "B": 25}


def test_a_tree_that_changed_is_a_changed_step(tmp_path: Path) -> None:
    """The tree is an input of the step: other rows in it, another result."""
    run(load(write(tmp_path, "tree")))
    (tmp_path / "tree.csv").write_text("code,parent\n1a,1\n")

    moved = run(load(tmp_path)).table("moved")

    assert dict(zip(moved["code"].to_pylist(), moved["jobs"].to_pylist(), strict=True)) == {"A": 30, "B": 10}


def test_a_word_that_is_neither_is_told(tmp_path: Path) -> None:
    """A misspelled source is no classification either."""
    problems = check(load(write(tmp_path, "tre")))

    assert len(problems) == 1
    assert "tre" in str(problems[0])
