"""The example study on US states: what its brief says holds in its run, and only that."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from industria.study.claims import judged
from industria.study.load import load
from industria.study.record import Run

STUDY = Path(__file__).parents[2] / "studies" / "state-productivity"
BRIEFS = ("brief.md", "brief.pt-BR.md")


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The study, copied and run once from the command line, and what it said."""
    folder = tmp_path_factory.mktemp("studies") / STUDY.name
    made = shutil.ignore_patterns("run", "run.*", ".industria", "__pycache__")
    shutil.copytree(STUDY, folder, ignore=made)
    command = [sys.executable, "-m", "industria", "run", str(folder)]
    alone = {word: value for word, value in os.environ.items() if word != "INDUSTRIA_CACHE"}
    done = subprocess.run(command, env=alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.fixture(scope="module")
def run(example: tuple[Path, str]) -> Run:
    return Run.read(example[0] / "run")


def _column(run: Run, step: str, column: str) -> Sequence[float]:
    found: list[float] = run.table(step)[column].to_pylist()
    return found


def test_it_prints_five_findings_with_interval_and_n_and_its_claims(example: tuple[Path, str]) -> None:
    said = example[1]
    findings = re.findall(r"^  (\d)\. (.+)$", said, re.M)

    assert [number for number, _ in findings] == ["1", "2", "3", "4", "5"]
    for _, finding in findings:
        assert re.search(r" to ", finding)
        assert re.search(r"48(;| of 48)? states", finding), finding
    assert "claims: 5 hold, 0 weak, 0 fail" in said
    assert "brief.html" in said
    assert "brief.pdf" in said


def test_an_elasticity_above_zero_within_states_fails(example: tuple[Path, str], run: Run) -> None:
    """The claim is not one that everything passes."""
    text = (STUDY / "study.toml").read_text("utf-8")
    assert text.count("below      = 0.155") == 1
    folder = example[0].parent / "bolder"
    shutil.copytree(STUDY, folder, ignore=shutil.ignore_patterns("run", "run.*", ".industria", "__pycache__"))
    (folder / "study.toml").write_text(text.replace("below      = 0.155", "above      = 0"), "utf-8")

    statuses = [claim["status"] for claim in judged(load(folder), run)]

    assert statuses == ["holds", "holds", "holds", "fails", "holds"]


def test_shares_within_states_are_those_of_the_decomposition(run: Run) -> None:
    rows = run.table("decomposition").to_pylist()
    within = {row["method"]: row["share"] for row in rows if row["component"] == "within"}
    shares = run.table("shares").to_pylist()

    assert {row["method"]: row["estimate"] for row in shares} == pytest.approx(within, rel=1e-9)
    assert [row["place"] for row in sorted(shares, key=lambda row: row["estimate"])] == [1, 2, 3]
    assert all(row["low"] < row["estimate"] < row["high"] for row in shares)


def test_what_is_said_in_words_is_so(run: Run) -> None:
    """Words that no address binds: which frontier disagrees, who is sure to be low, whose lines are named."""
    frontiers = run.table("frontiers").to_pylist()
    rises = [row["last"] > row["first"] for row in frontiers]
    sets = run.table("rank_sets").to_pylist()
    gaps = run.table("gaps").to_pylist()
    drawing = run.table("drawing").to_pylist()

    assert rises == [True, True, True, True, False]
    assert [row["state"] for row in sets if row["rank_low"] > 24] == ["Louisiana"]
    assert {row["state"] for row in gaps if row["named"]} == {
        "Wyoming",
        "Louisiana",
        "Texas",
        "South Carolina",
        "Tennessee",
        "New Hampshire",
    }
    assert {"Louisiana", "Wyoming"} <= set(drawing[0]["names"].split(", "))
    above = [low > 0 for low in _column(run, "elasticities", "low")]
    assert above == [True, True, True, False, False, False]
    assert all(high > 0 for high in _column(run, "elasticities", "high"))
    assert [growth["years"] for growth in run.table("trends").to_pylist()] == [16] * 48


@pytest.mark.parametrize("brief", BRIEFS)
def test_no_rank_without_its_set_and_no_frontier_without_its_leverage(brief: str) -> None:
    text = (STUDY / brief).read_text("utf-8")
    first = re.search(r"^5\. .*$", text, re.M)

    assert first is not None
    assert {"rank_low", "rank_high", "n_possibly_first"} <= set(re.findall(r"\w+", first[0]))
    assert re.findall(r'\{% figure "(\w*rank\w*)"\s+kind="(\w+)"', text) == [("rank_sets", "ranks")]
    before_annex = text.split("\n---\n")[0]
    assert "highest[year=1970]" in before_annex
    assert "frontiers[place=2].first" in before_annex
