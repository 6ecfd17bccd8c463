"""The store: nothing half written, nothing damaged, one run at a time."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from industria.errors import BusyFolderError, UnwritableFolderError
from industria.study.store import Store, link, writing


def kept(store: Store, rows: bytes = b"rows") -> dict[str, object]:
    with store.keeping() as (path, record):
        path.write_bytes(rows)
    return record


def test_what_was_put_is_got_in_the_order_it_had(tmp_path: Path) -> None:
    store = Store(tmp_path)
    entry = {"facts": {"b": 1, "a": 2}, "tables": {"table": kept(store)}}
    store.put("key", entry)

    got = store.get("key")

    assert got == entry
    assert got is not None
    assert list(got["facts"]) == ["b", "a"]
    assert store.get("other") is None


@pytest.mark.parametrize("damage", [b"rowz", b"", None], ids=["a bit", "cut off", "gone"])
def test_a_damaged_table_is_not_trusted(tmp_path: Path, damage: bytes | None) -> None:
    store = Store(tmp_path)
    record = kept(store)
    store.put("key", {"tables": {"table": record}})
    path = store.table(record)
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)

    assert store.get("key") is None


@pytest.mark.parametrize("text", ["{", "[]", "null", '{"tables": {}}', '{"tables": {}, "x": 1, "checksum": "no"}'])
def test_a_damaged_entry_is_not_trusted(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path)
    store.put("key", {"tables": {}})
    (tmp_path / "keys" / "key.json").write_text(text, encoding="utf-8")

    assert store.get("key") is None


def test_a_table_that_fails_to_be_written_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def fail() -> None:
        with store.keeping() as (path, _):
            path.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list((tmp_path / "objects").iterdir()) == []


def test_what_a_killed_run_left_is_swept_after_a_day(tmp_path: Path) -> None:
    store = Store(tmp_path)
    kept(store)
    old, new = (tmp_path / "objects" / f"new-{age}.parquet" for age in ("old", "young"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)

    with store.only_run_of(tmp_path / "run"):
        pass

    assert not old.exists()
    assert new.exists()


def test_two_runs_do_not_write_one_folder(tmp_path: Path) -> None:
    """The second is another process, as two people would start it."""
    script = (
        "import sys; from pathlib import Path; from industria.study.store import Store\n"
        "with Store(Path(sys.argv[1])).only_run_of(Path(sys.argv[2])): pass"
    )
    words = [sys.executable, "-c", script, str(tmp_path), str(tmp_path / "run")]

    with Store(tmp_path).only_run_of(tmp_path / "run"):
        with pytest.raises(BusyFolderError, match=f"writing {tmp_path / 'run'}; wait"):
            Store(tmp_path).only_run_of(tmp_path / "run").__enter__()
        second = subprocess.run(words, capture_output=True, text=True, check=False)
        with Store(tmp_path).only_run_of(tmp_path / "elsewhere"):
            pass
    assert "another run is writing" in second.stderr
    assert subprocess.run(words, check=False).returncode == 0


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/disk/file"), "/disk/file cannot be written: No space left"),
        (OSError(errno.EROFS, "Read-only file system", "/ro"), "/ro cannot be written: Read-only"),
        (PermissionError(errno.EACCES, "Permission denied", "/closed"), "/closed cannot be written: Permission"),
        (duckdb.IOException('Could not write file "x": No space left on device'), "here cannot be written: Could not"),
    ],
)
def test_a_full_disk_is_told_by_its_path(error: Exception, told: str) -> None:
    with pytest.raises(UnwritableFolderError, match=told), writing(Path("here")):
        raise error


def test_other_errors_pass() -> None:
    with pytest.raises(FileNotFoundError), writing(Path("here")):
        raise FileNotFoundError(errno.ENOENT, "No such file", "x")
    with pytest.raises(duckdb.ParserException), writing(Path("here")):
        raise duckdb.ParserException("near SELECT")


def test_a_file_gets_a_second_place_even_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    (tmp_path / "a").write_bytes(b"rows")
    monkeypatch.setattr(os, "link", refuse)

    link(tmp_path / "a", tmp_path / "b")

    assert (tmp_path / "b").read_bytes() == b"rows"


def test_the_environment_moves_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Store.of(tmp_path).root == tmp_path / ".industria"
    monkeypatch.setenv("INDUSTRIA_CACHE", str(tmp_path / "cache"))
    assert Store.of(tmp_path).root == tmp_path / "cache"
