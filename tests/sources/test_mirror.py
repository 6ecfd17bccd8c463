"""The mirror finds what a publisher named, and never guesses between two files."""

from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

import pytest

from industria.errors import AmbiguousMirrorError, BrokenFileError
from industria.sources import mirror


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders, as an institution that mirrors two agencies has them."""
    for name in ("bls", "census"):
        (tmp_path / name / "oews").mkdir(parents=True)
    monkeypatch.setenv("INDUSTRIA_MIRROR", os.pathsep.join(str(tmp_path / name) for name in ("bls", "census")))
    return tmp_path


def test_a_file_is_found_by_its_name_and_by_the_folders_around_it(folder: Path) -> None:
    file = folder / "census" / "oews" / "national_M2023_dl.xlsx"
    file.write_bytes(b"rows")

    assert mirror.find("national_M2023_dl.xlsx") == file
    assert mirror.find("oews/national_M2023_dl.xlsx") == file
    assert mirror.find("ces/national_M2023_dl.xlsx") is None
    assert mirror.find("M2023_dl.xlsx") is None


def test_without_a_mirror_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INDUSTRIA_MIRROR", raising=False)

    assert mirror.find("national_M2023_dl.xlsx") is None


def test_a_file_that_was_packed_is_found_and_unpacked(folder: Path) -> None:
    (folder / "bls" / "a.csv.gz").write_bytes(gzip.compress(b"a"))
    with zipfile.ZipFile(folder / "bls" / "b.csv.zip", "w") as packed:
        packed.writestr("inside/b.csv", "b")

    for name, content in {"a.csv": b"a", "b.csv": b"b"}.items():
        path = mirror.find(name)
        assert path is not None
        assert mirror.unpacked(path, name) == content


def test_what_the_publisher_packs_stays_packed(folder: Path) -> None:
    file = folder / "bls" / "oesm23nat.zip"
    file.write_bytes(b"PK")

    assert mirror.find("oesm23nat.zip") == file
    assert mirror.unpacked(file, "oesm23nat.zip") == b"PK"


def test_two_different_files_of_one_name_are_both_named(folder: Path) -> None:
    first, second = (folder / name / "oews" / "a.csv" for name in ("bls", "census"))
    first.write_bytes(b"1")
    second.write_bytes(b"2")

    with pytest.raises(AmbiguousMirrorError) as caught:
        mirror.find("oews/a.csv")
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)


def test_the_same_bytes_twice_are_one_file(folder: Path) -> None:
    (folder / "bls" / "a.csv").write_bytes(b"1")
    (folder / "census" / "a.csv.gz").write_bytes(gzip.compress(b"1"))

    assert mirror.find("a.csv") == folder / "bls" / "a.csv"


def test_a_packing_that_is_cut_off_is_named(folder: Path) -> None:
    file = folder / "bls" / "a.csv.zip"
    file.write_bytes(b"PK\x03\x04 cut")

    with pytest.raises(BrokenFileError, match=r"a\.csv\.zip: it is cut off"):
        mirror.unpacked(file, "a.csv")
