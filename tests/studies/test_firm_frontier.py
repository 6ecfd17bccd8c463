"""The example study on food plants: what its brief may say, and what it says where the panel is not at hand."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from industria.study.load import load

STUDY = Path(__file__).parents[2] / "studies" / "firm-frontier"
BRIEFS = ("brief.md", "brief.pt-BR.md")
ROLES = {
    "unit": "plant",
    "time": "year",
    "output": "y",
    "state": ["l", "k"],
    "flexible": "m",
    "revenue_share": "share",
    "groups": "size",
    "group": "small",
    "against": "large",
    "replications": 19,
    "rng": 1981,
}


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


@pytest.mark.parametrize("brief", BRIEFS)
def test_a_narrowing_is_told_with_the_plant_that_draws_the_frontier_and_without_those_that_left(brief: str) -> None:
    finding = re.search(r"^2\. .*$", (STUDY / brief).read_text("utf-8"), re.M)

    assert finding is not None
    for step in (
        "highest_of_first.plant",
        "narrowing_without_highest",
        "narrowing_of_stayers",
        "frontier_of_first.left",
    ):
        assert step in finding[0], step


def test_the_claim_on_size_rests_on_an_interval_with_its_first_stage() -> None:
    claims = [claim.value for claim in load(STUDY).file.claim]

    assert "small_less_large[years=all].estimate" in claims
    assert not any(value.startswith("by_size[") for value in claims)


def test_small_plants_that_are_made_ahead_come_out_ahead_in_any_order_of_rows() -> None:
    """A Cobb-Douglas panel where small plants have 0.3 more, by the measure that draws plants and functions at once."""
    found, again = (_measures().size_difference(_panel(order), **ROLES) for order in (1, -1))
    rows = found.to_pandas().set_index("years")

    assert list(rows.index) == ["all", "1", "2", "3", "4", "5"]
    # Four standard errors of the draws; 0 is more than ten away.
    assert rows.loc["all", "estimate"] == pytest.approx(0.3, abs=4 * rows.loc["all", "standard_error"])
    assert 0 < rows.loc["all", "low"] < rows.loc["all", "estimate"] < rows.loc["all", "high"]
    assert found.n_draws_without < found.replications
    assert again.to_pandas().equals(found.to_pandas())


def _panel(order: int) -> pl.DataFrame:
    """Plants of five years; materials answer to what plants know, and their share of revenue shows the noise."""
    rng, plants, years = np.random.default_rng(3), 300, 5
    small = np.repeat(np.arange(plants) % 2 == 0, years)
    noise, lasting = 0.05 * rng.standard_normal(plants * years), np.zeros((plants, years))
    lasting[:, 0] = 0.2 * rng.standard_normal(plants)
    for t in range(1, years):
        lasting[:, t] = 0.8 * lasting[:, t - 1] + 0.12 * rng.standard_normal(plants)
    labor = np.where(small, 2.0, 3.0) + 0.5 * rng.standard_normal(plants * years)
    capital = 4.0 + rng.standard_normal(plants * years)
    known = 0.25 * labor + 0.2 * capital + lasting.ravel() + 0.3 * small
    inputs = (known + np.log(0.5)) / 0.5
    rows = {
        "plant": np.repeat(np.arange(plants), years),
        "year": np.tile(np.arange(1, years + 1), plants),
        "y": known + 0.5 * inputs + noise,
        "l": labor,
        "k": capital,
        "m": inputs,
        "share": np.log(0.5) - noise,
        "size": np.where(small, "small", "large"),
    }
    return pl.DataFrame(rows)[::order]


def _measures() -> ModuleType:
    """The measures of the study's own file."""
    spec = importlib.util.spec_from_file_location("firm_frontier_measures", STUDY / "measures.py")
    assert spec is not None
    assert spec.loader is not None
    # Data classes look their module up by its name.
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
