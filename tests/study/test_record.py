"""A run read back from its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from industria.errors import NoRunError, UnknownStepError, UsageError
from industria.study.record import Run
from industria.study.run import run
from tests.study.small import small_study


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a study that ran."""
    made = tmp_path_factory.mktemp("study")
    run(small_study(made))
    return made


def test_a_run_is_found_in_its_folder_and_in_that_of_its_study(folder: Path) -> None:
    assert Run.read(folder / "run") == Run.read(folder)
    assert Run.read(str(folder)).folder == folder / "run"


def test_a_run_tells_its_study(folder: Path) -> None:
    made = Run.read(folder)

    assert (made.title, made.question) == ("Scrap", "How much is scrapped?")
    assert made.steps == ["means", "ranks"]
    assert made.tables("means") == ["used"]
    assert made.facts("means") == {"n_obs": 6, "df": 2.0}
    assert made.design("means") == "associational"
    assert list(made.sources) == ["firms"]


def test_tables_carry_units_and_leave_support_out(folder: Path) -> None:
    made = Run.read(folder)
    schema = made.table("means").schema

    assert schema.names == ["sector", "estimate", "standard_error"]
    assert schema.field("estimate").metadata == {b"unit": b"hours", b"meaning": b"mean of the outcome"}
    assert made.table("means", support=True)["support_units"].to_pylist() == [3, 3]
    assert made.table("means", "used").schema.field("scrap").metadata == {
        b"unit": b"hours",
        b"meaning": b"hours of scrap",
    }


def test_a_missing_run_tells_the_one_before(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NoRunError, match=r"holds no run: there is no run\.json; `industria run STUDY` makes one\.$"):
        Run.read(tmp_path)
    (tmp_path / "run.previous").mkdir()
    (tmp_path / "run.previous" / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(NoRunError, match=r"The last complete run is .*run\.previous"):
        Run.read(tmp_path)


@pytest.mark.parametrize("text", ['{"study": {"title": "Scr', "", "[]", "{}"])
def test_a_record_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=r"run\.json is cut off, or no record of a run; `industria run STUDY` writes"):
        Run.read(tmp_path)


def test_a_misspelled_step_is_told(folder: Path) -> None:
    with pytest.raises(UnknownStepError, match="Did you mean 'ranks'"):
        Run.read(folder).table("rank")
    with pytest.raises(UnknownStepError, match="'means' has no further table 'use'; there is used"):
        Run.read(folder).table("means", "use")
