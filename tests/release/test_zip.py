from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from industria.errors import BrokenSealError, UnwrittenFileError
from industria.release import _zip
from industria.release._zip import archive, read_archive, write_archive

names = st.text("abcü/.-_ ", min_size=1, max_size=12).filter(_zip._stays_inside)
members = st.dictionaries(names, st.binary(max_size=60), max_size=5)


def anything(name: str) -> bool:
    return True


@given(members)
def test_what_is_written_is_read_by_us_and_by_others(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    place = tmp_path_factory.mktemp("archive") / "a.zip"
    write_archive(place, files)

    whole, read = read_archive(place, anything)
    with zipfile.ZipFile(place) as other:
        assert {name: other.read(name) for name in other.namelist()} == files == read
    assert whole == b"".join(archive(dict(reversed(files.items()))))  # whatever the order of members


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "a\\b", "c:a", "a//b", "", "a\nb", "a\0b", "x" * 5000])
def test_a_name_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.zip").write_bytes(b"".join(archive({name: b"x"})))

    with pytest.raises(BrokenSealError, match="has no place in it"):
        read_archive(tmp_path / "a.zip", anything)


def test_a_name_that_is_not_allowed_is_refused(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.zip", {"a": b"x", "firms.csv": b"y"})

    with pytest.raises(BrokenSealError, match=r"a\.zip: it holds 'firms\.csv'"):
        read_archive(tmp_path / "a.zip", {"a"}.__contains__)


def test_archives_of_others_are_refused(tmp_path: Path) -> None:
    """Dates, compression and comments could carry words, or unfold without end."""
    for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with zipfile.ZipFile(tmp_path / "a.zip", "w", kind) as other:
            other.writestr("a", b"x" * 10_000)
        with pytest.raises(BrokenSealError, match=r"cut off|changed"):
            read_archive(tmp_path / "a.zip", anything)
    (tmp_path / "b.zip").write_text("firm,value\n")
    with pytest.raises(BrokenSealError, match="no archive that Industria wrote"):
        read_archive(tmp_path / "b.zip", anything)
    with pytest.raises(BrokenSealError, match="cannot be read"):
        read_archive(tmp_path / "c.zip", anything)


def test_every_cut_is_refused(tmp_path: Path) -> None:
    whole = b"".join(archive({"a": b"some bytes", "b": b"more"}))
    for end in range(len(whole)):
        (tmp_path / "a.zip").write_bytes(whole[:end])
        with pytest.raises(BrokenSealError):
            read_archive(tmp_path / "a.zip", anything)
    for more in (b"\0", b"PK\3\4", whole):
        (tmp_path / "a.zip").write_bytes(whole + more)
        with pytest.raises(BrokenSealError):
            read_archive(tmp_path / "a.zip", anything)


def test_a_size_beyond_what_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_archive(tmp_path / "a.zip", {"a": b"x" * 500})
    monkeypatch.setattr(_zip, "MOST", 400)

    with pytest.raises(BrokenSealError, match="more than two gigabytes"):
        read_archive(tmp_path / "a.zip", anything)
    with pytest.raises(UnwrittenFileError, match="more than two gigabytes"):
        write_archive(tmp_path / "b.zip", {"a": b"x" * 500})
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize("end", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_ends_early_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: BaseException
) -> None:
    write_archive(tmp_path / "a.zip", {"a": b"first"})
    before = (tmp_path / "a.zip").read_bytes()

    def stop(descriptor: int) -> None:
        raise end

    monkeypatch.setattr(_zip.os, "fsync", stop)
    with pytest.raises((KeyboardInterrupt, UnwrittenFileError)):
        write_archive(tmp_path / "a.zip", {"a": b"second"})
    assert [file.name for file in tmp_path.iterdir()] == ["a.zip"]
    assert (tmp_path / "a.zip").read_bytes() == before


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnwrittenFileError, match="No such file or directory"):
        write_archive(tmp_path / "there" / "a.zip", {})
