"""The example study on food plants: what its brief may say, and what it says where the panel is not at hand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STUDY = Path(__file__).parents[2] / "studies" / "firm-frontier"
BRIEFS = ("brief.md", "brief.pt-BR.md")


def test_without_the_panel_one_line_says_what_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / STUDY.name
    shutil.copytree(STUDY, folder, ignore=shutil.ignore_patterns("run", "run.*", ".industria", "__pycache__"))
    alone = {word: value for word, value in os.environ.items() if word not in ("INDUSTRIA_MIRROR", "INDUSTRIA_DATA")}
    done = subprocess.run(
        [sys.executable, "-m", "industria", "run", str(folder)], env=alone, capture_output=True, text=True, check=False
    )

    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "there is no file 'productivity/colombian_food_gnr.csv'" in done.stderr
    assert "INDUSTRIA_MIRROR" in done.stderr
    assert not (folder / "run").exists()


@pytest.mark.parametrize("brief", BRIEFS)
def test_productivity_of_deflated_revenue_is_called_revenue_productivity(brief: str) -> None:
    text = (STUDY / brief).read_text("utf-8")
    text = re.sub(r"\{\{ cite\(.*?\) \}\}", "", text).replace("*", "")
    text = re.sub(r"\w*revenue_productivity", "", text)

    bare = re.findall(r".{30}(?<!revenue )productivity.{10}|.{10}produtividade(?! da receita).{20}", text, re.I | re.S)

    assert bare == []
    assert "TFP" not in text


@pytest.mark.parametrize("brief", BRIEFS)
def test_no_frontier_stands_without_its_leverage_and_no_plant_is_ranked(brief: str) -> None:
    text = (STUDY / brief).read_text("utf-8")
    efficiency = re.search(r"^5\. .*$", text, re.M)
    frontiers = [tag for tag in re.findall(r"\{% (?:figure|table) .*?%\}", text, re.S) if '"frontiers' in tag]

    assert efficiency is not None
    assert {"highest", "frontiers"} <= set(re.findall(r"\w+", efficiency[0]))
    assert "place=2" in efficiency[0]
    assert frontiers
    assert all("highest[sample=all]" in tag for tag in frontiers)
    assert not re.search(r"\brank|\bposto\b|\bclassifica", text)
