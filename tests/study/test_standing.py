"""A run stands until a byte of what went into it changes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from industria.sources.answers import years
from industria.sources.store import Answer, Store
from industria.study import standing
from industria.study.load import load
from industria.study.measures import files_of_measures
from industria.study.model import SourceUse
from industria.study.run import run
from industria.study.standing import OF_THE_STUDY, Standing
from tests.sources.official_files import RECORDED, mirrored
from tests.study.small import FIRMS, TEXT, small_study

Change = Callable[[Path], object]

OFFICIAL = '[sources.jobs]\nuse = "bls.oews"\nvintage = 2021\n\n'
SERIES = '[sources.jobs]\nuse = "bls.series"\nseries = ["CES0000000001"]\nstart = 2022\nend = 2023\n\n'


def noted(folder: Path, **way: Any) -> None:
    """Run a study, and note that it was."""
    last, study = Standing.of(folder, **way), load(folder)
    last.note(run(study).record, files_of_measures(study), {"told": "all"})


def stands(folder: Path, **way: Any) -> bool:
    return Standing.of(folder, **way).answer() == {"told": "all"}


def append(name: str, text: str) -> Change:
    def change(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def turn_a_bit(name: str) -> Change:
    """Change one bit of a file, and neither its size nor its time."""

    def change(folder: Path) -> None:
        path = folder / name
        before, content = path.stat(), bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        # The results lie under a second name in the store, which stays as it is.
        path.unlink()
        path.write_bytes(content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    return change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study whose run was noted."""
    study = small_study(tmp_path / "scrap")
    noted(study.folder)
    return study.folder


def test_a_run_stands_when_nothing_changed(folder: Path) -> None:
    assert stands(folder)
    assert stands(folder / "study.toml")


@pytest.mark.parametrize(
    "change",
    [
        append("study.toml", "\n# a word more\n"),
        append("measures.py", "\n\nX = 1\n"),
        append("more.py", "X = 1\n"),
        append("brief.md", "# Scrap\n"),
        append("brief.pt-BR.md", "# Refugo\n"),
        append("run/run.json", " "),
        append("run/another", ""),
        append("firms.csv", "f7,b,1.0\n"),
        turn_a_bit("study.toml"),
        turn_a_bit("measures.py"),
        turn_a_bit("run/run.json"),
        turn_a_bit("run/results/means.parquet"),
        lambda folder: (folder / "run/results/means.parquet").unlink(),
        lambda folder: shutil.rmtree(folder / "run"),
        lambda folder: shutil.rmtree(folder / ".industria"),
        lambda folder: (folder / "firms.csv").unlink(),
        lambda folder: os.utime(folder / "firms.csv", (0, 0)),
    ],
    ids=[
        *("study", "measure", "new measure", "new brief", "new language", "record", "new file of the run", "source"),
        *("bit of the study", "bit of a measure", "bit of the record", "bit of a result"),
        *("result gone", "run gone", "store gone", "source gone", "day of the source"),
    ],
)
def test_it_falls_with_anything_that_changes(change: Change, folder: Path) -> None:
    change(folder)

    assert not stands(folder)


def test_a_bit_of_the_source_is_enough(folder: Path) -> None:
    path = folder / "firms.csv"
    before = path.stat()
    path.write_text(FIRMS.replace("25.0", "26.0"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert path.stat().st_size == before.st_size
    assert not stands(folder)


def test_the_same_bytes_written_anew_are_the_same(folder: Path) -> None:
    (folder / "study.toml").write_text(TEXT, encoding="utf-8")

    assert stands(folder)


def test_another_way_of_running_is_another_run(folder: Path) -> None:
    assert not stands(folder, bit_exact=True)


def test_another_file_of_the_folder_is_another_study(folder: Path) -> None:
    shutil.copy(folder / "study.toml", folder / "other.toml")

    assert not stands(folder / "other.toml")


def test_a_copy_of_the_folder_is_another_study(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")

    assert not stands(copy)


def test_a_store_that_several_studies_share_tells_them_apart(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDUSTRIA_CACHE", str(tmp_path / "store"))
    noted(folder)
    other = small_study(tmp_path / "other").folder

    assert stands(folder)
    assert not stands(other)


def test_nothing_stands_where_there_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "measures.py").write_text("X = 1\n", encoding="utf-8")

    assert Standing.of(tmp_path).words == {}
    assert not stands(tmp_path)
    assert not stands(tmp_path / "nowhere")


def test_another_industria_runs_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "package_digest", lambda: "another Industria")

    assert not stands(folder)


def test_a_package_that_comes_or_is_installed_anew_runs_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "site" / "agency-1.0.dist-info"
    place.mkdir(parents=True)
    monkeypatch.syspath_prepend(place.parent)
    assert not stands(folder)

    noted(folder)
    assert stands(folder)

    os.utime(place, (0, 0))
    assert not stands(folder)


def test_a_measure_of_another_distribution_counts_by_its_bytes(folder: Path, tmp_path: Path) -> None:
    measure = tmp_path / "room.py"
    measure.write_text("X = 1\n", encoding="utf-8")
    last, study = Standing.of(folder), load(folder)
    last.note(run(study).record, [measure], {"told": "all"})
    assert stands(folder)

    measure.write_text("X = 2\n", encoding="utf-8")
    assert not stands(folder)


def test_words_that_change_while_it_runs_are_not_noted(folder: Path) -> None:
    last, study = Standing.of(folder), load(folder)
    made = run(study)
    # Another text, and back again: nobody knows which one was read.
    os.utime(folder / "study.toml", (0, 0))
    last.note(made.record, files_of_measures(study), {"told": "all"})

    assert not stands(folder)


def test_a_run_that_another_process_replaced_is_not_noted(folder: Path) -> None:
    last, study = Standing.of(folder), load(folder)
    made = run(study)
    run(study, fresh=True)
    last.note(made.record, files_of_measures(study), {"told": "all"})

    assert not stands(folder)


def test_a_source_elsewhere_counts_and_so_does_where_it_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("INDUSTRIA_DATA", str(data))
    folder = small_study(tmp_path / "scrap").folder
    (folder / "firms.csv").rename(data / "firms.csv")
    noted(folder)
    assert stands(folder)

    # The study's own folder comes first.
    (folder / "firms.csv").write_text(FIRMS.replace("1.0", "1.5"), encoding="utf-8")
    assert not stands(folder)
    (folder / "firms.csv").unlink()
    assert stands(folder)

    (data / "firms.csv").write_text(FIRMS.replace("1.0", "1.5"), encoding="utf-8")
    assert not stands(folder)
    (data / "firms.csv").unlink()
    assert not stands(folder)


def test_a_file_of_the_mirror_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror = shutil.copytree(RECORDED, tmp_path / "mirror")
    mirrored(monkeypatch, mirror)
    folder = small_study(tmp_path / "scrap", TEXT.replace("[sources.firms]", f"{OFFICIAL}[sources.firms]")).folder
    noted(folder)
    assert stands(folder)

    turn_a_bit("national_May2021_dl.csv")(mirror)
    assert not stands(folder)

    shutil.copy(RECORDED / "national_May2021_dl.csv", mirror)
    noted(folder)
    assert stands(folder)
    # A workbook of the publisher comes before the same table as text.
    (mirror / "national_M2021_dl.xlsx").write_bytes(b"PK\x03\x04")
    assert not stands(folder)


def test_an_answer_of_a_publisher_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    content = (Path(__file__).parents[1] / "sources" / "fixtures" / "bls_series.json").read_bytes()
    question = {"use": "bls.series", "series": ["CES0000000001"], "years": years(2022, 2023)}
    request = {"method": "POST", "url": "https://api.bls.gov/", "body": {}}
    Store.here().keep(question, [Answer(request=request, content=content)])
    folder = small_study(tmp_path / "scrap", TEXT.replace("[sources.firms]", f"{SERIES}[sources.firms]")).folder
    noted(folder)
    assert stands(folder)

    Store.here().keep(question, [Answer(request=request, content=content.replace(b"110.5", b"110.6"))])
    assert not stands(folder)
    noted(folder)
    assert stands(folder)

    shutil.rmtree(tmp_path / "store")
    assert not stands(folder)


def test_the_keys_of_a_source_that_its_reader_does_not_get() -> None:
    assert sorted(SourceUse.model_fields) == sorted(OF_THE_STUDY)
