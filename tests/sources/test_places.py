from __future__ import annotations

from pathlib import Path

import pytest

from industria.errors import MissingFileError, PathOutsideError
from industria.sources import locate


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("INDUSTRIA_DATA", raising=False)
    monkeypatch.delenv("INDUSTRIA_MIRROR", raising=False)
    folder = tmp_path / "study"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "firms.csv").write_text("a\n1\n")
    (tmp_path / "secret.csv").write_text("a\n2\n")
    return folder


def test_relative_and_absolute_within_the_study(study: Path) -> None:
    here = str(study / "data" / "firms.csv")

    assert locate("data/firms.csv", study) == here
    assert locate("data/../data/firms.csv", study) == here
    assert locate(here, study) == here


@pytest.mark.parametrize("path", ["../secret.csv", "data/../../secret.csv", "/etc/passwd", "data/\0/firms.csv"])
def test_paths_that_lead_out_are_refused(study: Path, path: str) -> None:
    with pytest.raises(PathOutsideError, match=r"leads out of .*study"):
        locate(path, study)


def test_a_link_that_leads_out_is_refused(study: Path) -> None:
    (study / "link.csv").symlink_to(study.parent / "secret.csv")

    with pytest.raises(PathOutsideError):
        locate("link.csv", study)


def test_a_folder_beside_the_study_that_begins_with_its_name_is_outside(study: Path) -> None:
    (study.parent / "study2").mkdir()
    (study.parent / "study2" / "x.csv").write_text("a\n")

    with pytest.raises(PathOutsideError):
        locate("../study2/x.csv", study)


def test_shared_folders_open_what_is_in_them(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared, mirror = tmp_path / "shared", tmp_path / "mirror"
    for folder in (shared, mirror):
        folder.mkdir()
        (folder / f"{folder.name}.csv").write_text("a\n")
    monkeypatch.setenv("INDUSTRIA_DATA", f"{tmp_path / 'nothing'}:{shared}")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(mirror))

    assert locate("shared.csv", study) == str(shared / "shared.csv")
    assert locate("mirror.csv", study) == str(mirror / "mirror.csv")
    assert locate(str(shared / "shared.csv"), study) == str(shared / "shared.csv")
    with pytest.raises(PathOutsideError):
        locate("../secret.csv", study)


def test_the_study_comes_first(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shared" / "data").mkdir(parents=True)
    (tmp_path / "shared" / "data" / "firms.csv").write_text("b\n")
    monkeypatch.setenv("INDUSTRIA_DATA", str(tmp_path / "shared"))

    assert locate("data/firms.csv", study) == str(study / "data" / "firms.csv")


def test_a_missing_file_names_the_nearest_and_where_it_was_looked_for(
    study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = r"study, and neither INDUSTRIA_DATA nor INDUSTRIA_MIRROR names a folder to look in\."
    with pytest.raises(MissingFileError, match=rf"no file 'data/firm\.csv' in .*{nowhere} Did you mean 'firms.csv'"):
        locate("data/firm.csv", study)
    with pytest.raises(MissingFileError, match="that is a folder"):
        locate("data", study)
    (tmp_path / "mirror" / "data").mkdir(parents=True)
    (tmp_path / "mirror" / "data" / "wages.csv").write_text("a\n")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))
    with pytest.raises(MissingFileError, match=r"in .*study, .*mirror\. Did you mean 'wages.csv'"):
        locate("data/wage.csv", study)
