"""What the commands say of a study whose rows are drawn."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.study.small import TEXT, small_study

Call = Callable[..., tuple[int, str, str]]

SAID = "Synthetic data: these are not real firms"


@pytest.fixture(params=[True, False], ids=["synthetic", "real"])
def told(request: pytest.FixtureRequest, tmp_path: Path, industria: Call) -> tuple[bool, Path, str]:
    """A small study of drawn or of real rows, and what its run prints."""
    about = 'path = "firms.csv"\nabout = { synthetic = true }' if request.param else 'path = "firms.csv"'
    folder = small_study(tmp_path / "scrap", TEXT.replace('path = "firms.csv"', about)).folder
    return request.param, folder, industria("run", folder)[1]


def test_a_run_marks_evidence_and_sources_and_says_what_the_sign_means(
    industria: Call, told: tuple[bool, Path, str]
) -> None:
    synthetic, folder, page = told

    assert ("         2.0 hours†; n = 6" in page.splitlines()) == synthetic
    assert (f"† {SAID}" in page.splitlines()) == synthetic
    assert ("  firms · synthetic · sha256 " in page) == synthetic
    assert industria("run", folder)[1] == page  # as long as the run stands
    record = json.loads(industria("run", folder, "--json")[1])
    assert {step["synthetic"] for step in record["steps"]} == {synthetic}
    assert {claim["synthetic"] for claim in record["claims"]} == {synthetic}


def test_a_table_that_is_read_says_so_as_text_json_and_csv(industria: Call, told: tuple[bool, Path, str]) -> None:
    synthetic, folder, _ = told

    assert (industria("read", folder, "ranks")[1].splitlines()[0] == SAID) == synthetic
    assert json.loads(industria("read", folder, "ranks", "--json")[1])["synthetic"] is synthetic
    rows = list(csv.DictReader(io.StringIO(industria("read", folder, "means.used", "--csv")[1])))
    assert [row.get("synthetic") for row in rows] == ["true" if synthetic else None] * 6


def test_an_explanation_names_what_draws_the_rows(industria: Call, told: tuple[bool, Path, str]) -> None:
    synthetic, folder, _ = told

    assert (f"{SAID} (firms)" in industria("explain", folder, "ranks[sector=a].rank")[1]) == synthetic
