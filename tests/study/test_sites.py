"""What a site brings itself: the words of its contract, and its tables in place of the study's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from industria import sources
from industria.errors import UsageError
from industria.study.check import check
from industria.study.given import with_sources
from industria.study.load import load
from industria.study.run import run
from industria.study.sites import CoverageTarget, SizeClasses
from tests.study.small import TEXT, small_study

SITE = """
[contract.firms]
unit = "firm"
definitions.hours = "Are hours paid or worked?"
"""


def test_a_contract_of_sites_names_columns_that_are_promised(tmp_path: Path) -> None:
    study = load(small_study(tmp_path, TEXT + SITE.replace('"firm"', '"firms"')).folder)

    (problem,) = check(study)

    assert "[contract.firms] names 'firms'" in str(problem)


def test_a_contract_of_sites_is_of_a_source(tmp_path: Path) -> None:
    study = load(small_study(tmp_path, TEXT + SITE.replace("contract.firms", "contract.firm")).folder)

    (problem,) = check(study)

    assert "[contract.firm] is of no source; there is firms. Did you mean 'firms'?" in str(problem)


def test_classes_are_one_more_than_edges() -> None:
    with pytest.raises(ValidationError, match="2 edges make 3 classes, not 2"):
        SizeClasses(column="hours", edges=(10, 50), labels=("small", "large"))
    with pytest.raises(ValidationError, match="edges must increase"):
        SizeClasses(column="hours", edges=(50, 10), labels=("a", "b", "c"))


def test_time_is_a_column_of_the_totals() -> None:
    with pytest.raises(ValidationError, match="time = 'year' is not among"):
        CoverageTarget(column="a", by=("b",), totals="t.csv", publisher="p", vintage="v", time="year")


def test_a_study_runs_on_tables_from_outside_its_folder(tmp_path: Path) -> None:
    study = small_study(tmp_path / "study")
    file = shutil.move(study.folder / "firms.csv", tmp_path / "elsewhere.csv")

    there = with_sources(load(study.folder), {"firms": sources.find("files.csv")(str(file))})
    made = run(there)

    assert not check(there)
    assert made.sources["firms"]["name"] == "elsewhere.csv"
    assert str(tmp_path) not in str(made.record["sources"])


def test_a_source_that_the_study_has_not_is_refused(tmp_path: Path) -> None:
    study = small_study(tmp_path)

    with pytest.raises(UsageError, match="'firm' is no source of the study; there is firms"):
        with_sources(study, {"firm": sources.find("files.csv")(str(study.folder / "firms.csv"))})
