"""A release that is stopped midway, by a person or a full disk: what lies in the folder that leaves is whole."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pyarrow.parquet as pq
import pytest

from industria.errors import IndustriaError, ReleaseRefusedError, UnwrittenFileError
from industria.release import Policy, make_key, open_release
from industria.release.release import Release, release
from tests.release.cells import firms, magnitudes

POLICY = Policy(threshold=3, p=0.1)
RECORDS = firms({"a": [90.0, 51.2, 47.1], "b": [611.5] * 5, "c": [913.25] * 7}, ["region"])
TOUCHES = {"open", "write", "close", "replace", "rename", "mkdir", "chmod", "fsync", "unlink", "rmdir", "sign"}
"""Calls that change what lies on a disk, and the signature."""


@pytest.fixture(scope="module")
def table() -> dict[str, Any]:
    return {"t": magnitudes(RECORDS, ["region"])}


def let_leave(table: dict[str, Any], folder: Path) -> Release:
    return release(
        table, POLICY, out=folder / "out", site="north", key=folder / "key", site_folder=folder / "stays" / "site"
    )


@contextmanager
def stopped_at(moment: int) -> Iterator[list[str]]:
    """Press Ctrl-C when a disk is touched for the n-th time; gives what was touched."""
    touched: list[str] = []

    def watch(frame: FrameType, event: str, call: Any) -> None:
        if event == "c_call" and call.__name__ in TOUCHES:
            touched.append(call.__name__)
            if len(touched) == moment:
                sys.setprofile(None)
                raise KeyboardInterrupt

    sys.setprofile(watch)
    try:
        yield touched
    finally:
        sys.setprofile(None)


def whole(folder: Path) -> int:
    """Count the sealed files that lie in the folder that leaves; each opens, and the site knows it."""
    there = [path for path in (folder / "out").rglob("*") if path.is_file()]
    known = set()
    if (folder / "stays" / "site" / "ledger.parquet").is_file():
        known = set(pq.read_table(folder / "stays" / "site" / "ledger.parquet")["release"].to_pylist())
    for path in there:
        assert path.suffix == ".release", path.name
        assert open_release(path).sha256 in known
    return len(there)


def test_nothing_half_sealed_is_left_wherever_it_is_stopped(table: dict[str, Any], tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    key = (tmp_path / "key").read_bytes()
    # The first one of a process reads files that later ones remember.
    let_leave(table, tmp_path)
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "key").write_bytes(key)
    (tmp_path / "second" / "key").chmod(0o600)
    with stopped_at(0) as touched:
        let_leave(table, tmp_path / "second")
    assert whole(tmp_path / "second") == 1
    assert len(touched) > 20

    left = []
    for moment in range(1, len(touched) + 1, 2):
        folder = tmp_path / f"{moment}"
        folder.mkdir()
        (folder / "key").write_bytes(key)
        (folder / "key").chmod(0o600)
        with pytest.raises(KeyboardInterrupt), stopped_at(moment):
            let_leave(table, folder)
        left.append(whole(folder))
    assert left[0] == 0
    # What was stopped is done again, and lies there once.
    again = tmp_path / f"{moment}"
    let_leave(table, again)
    assert whole(again) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limit there")
@pytest.mark.parametrize("room", [0, 300, 3000, 6000])
def test_a_full_disk_leaves_no_half_of_a_file(table: dict[str, Any], room: int, tmp_path: Path) -> None:
    import resource

    make_key(tmp_path / "key")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(IndustriaError) as refused:
            let_leave(table, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert whole(tmp_path) == 0
    assert "large" in str(refused.value) or "space" in str(refused.value)
    let_leave(table, tmp_path)
    assert whole(tmp_path) == 1


def test_a_folder_that_cannot_be_made_is_named(table: dict[str, Any], tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    (tmp_path / "out").write_text("a file", encoding="utf-8")

    with pytest.raises(UnwrittenFileError, match="out cannot be written: "):
        let_leave(table, tmp_path)

    assert not (tmp_path / "stays").exists()


def test_a_clock_in_the_past_stops_it(table: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    class Then(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2019, 1, 1, tzinfo=UTC)

    make_key(tmp_path / "key")
    monkeypatch.setattr("industria.release._clock.datetime", Then)
    with pytest.raises(ReleaseRefusedError, match="2019-01-01, before this program was written"):
        let_leave(table, tmp_path)

    assert whole(tmp_path) == 0
