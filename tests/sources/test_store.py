"""The store only adds, survives its machine, and is read by later versions."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from industria.errors import BrokenFileError, ParameterRangeError, UnwritableStoreError
from industria.sources.store import Answer, Store, key_of_question
from tests.sources.recorded import Asked, Played, Reply

QUESTION = {"publisher": "agency", "file": "table.csv", "url": "https://agency.example/table.csv"}
FETCH = """
from industria.sources.fetch import Publisher, official
agency = Publisher(name="agency", title="The Agency", license="CC0", homepage="")
print(official(agency, "table.csv", "https://agency.example/table.csv").sha256)
"""


def answer(content: bytes) -> Answer:
    return Answer(request={"method": "GET", "url": QUESTION["url"], "body": None}, content=content)


def on(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("industria.sources.store.now", lambda: datetime.fromisoformat(f"{day}T12:00:00+00:00"))


def test_answers_are_only_added(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.here()
    for day, content in {"2026-02-01": b"1", "2026-03-01": b"2", "2026-04-01": b"1"}.items():
        on(day, monkeypatch)
        store.keep(QUESTION, [answer(content)], suffix=".csv")

    assert [one.retrieved[:10] for one in store.vintages(QUESTION)] == ["2026-02-01", "2026-03-01", "2026-04-01"]
    states = {day: store.newest(QUESTION, day) for day in ("2026-02-01", "2026-03-31", "2026-04-01T13:00")}
    assert [store.contents(one)[0] for one in states.values() if one] == [b"1", b"2", b"1"]
    assert store.newest(QUESTION, "2026-01-31") is None
    assert len(list((store.root / "objects").rglob("*.csv"))) == 2


@pytest.mark.parametrize("word", ["yesterday", "2026-13-01", "01/02/2026", ""])
def test_as_of_is_a_day_or_a_time(word: str) -> None:
    with pytest.raises(ParameterRangeError, match=r"as_of=.*'2026-03-01'"):
        Store.here().newest(QUESTION, word)


def test_a_clock_that_was_set_back_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.here()
    on("2026-05-01", monkeypatch)
    store.keep(QUESTION, [answer(b"old")])
    on("1970-01-01", monkeypatch)
    store.keep(QUESTION, [answer(b"new")])

    newest = store.newest(QUESTION)
    assert newest is not None
    assert store.contents(newest) == [b"new"]
    assert (newest.retrieved[:10], newest.clock[:10]) == ("2026-05-01", "1970-01-01")


def test_bytes_that_were_changed_are_refused() -> None:
    store = Store.here()
    kept = store.keep(QUESTION, [answer(b"right")])
    kept.path.write_bytes(b"wrong")

    with pytest.raises(BrokenFileError, match="not those that were kept"):
        store.contents(kept)


def test_a_record_that_is_cut_off_is_named() -> None:
    store = Store.here()
    store.keep(QUESTION, [answer(b"right")])
    (record,) = (store.root / "answers").rglob("*.json")
    record.write_text(record.read_text()[:40])

    with pytest.raises(BrokenFileError, match=r"000001\.json: it is no record of the store"):
        store.newest(QUESTION)


def test_a_disk_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(path: Path, _: bytes) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    store = Store.here()
    store.keep(QUESTION, [answer(b"there")])
    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(UnwritableStoreError, match=r"Read-only file system.*INDUSTRIA_STORE=FOLDER"):
        store.keep(QUESTION, [answer(b"more")])
    # What is there can be read on.
    assert [store.contents(one) for one in store.vintages(QUESTION)] == [[b"there"]]

    (tmp_path / "file").write_text("")
    with pytest.raises(UnwritableStoreError), Store(tmp_path / "file" / "store").asking(QUESTION):
        pass


def test_a_write_that_fails_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def stop_midway(path: Path, content: bytes) -> int:
        write(path, content[:2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_bytes", stop_midway)
    with pytest.raises(UnwritableStoreError, match="No space left"):
        Store.here().keep(QUESTION, [answer(b"content")])
    assert [path for path in Store.here().root.rglob("*") if path.is_file()] == []


def test_a_store_of_the_first_version_is_read() -> None:
    """Format 1, as it was written in November 2026; later versions read it."""
    root = Store.here().root
    digest = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"  # of "1"
    record = {
        "format": 1,
        "question": QUESTION,
        "retrieved": "2026-11-23T00:00:00+00:00",
        "clock": "2026-11-23T00:00:00+00:00",
        "sha256": digest,
        "bytes": 1,
        "vintage": "May 2025",
        "republished": [],
        "parts": [
            {
                "sha256": digest,
                "bytes": 1,
                "file": f"objects/6b/{digest}.csv",
                "request": {"method": "GET", "url": QUESTION["url"], "body": None},
                "status": 200,
                "headers": {"etag": '"1"'},
            }
        ],
    }
    assert key_of_question(QUESTION) == "df824b0d53330ec5b243eb40959d1733"
    for path, content in {
        f"objects/6b/{digest}.csv": "1",
        "answers/df824b0d53330ec5b243eb40959d1733/000001.json": json.dumps(record),
    }.items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(content)

    snapshot = Store.here().newest(QUESTION, "2026-11-23")

    assert snapshot is not None
    assert snapshot.vintage == "May 2025"
    assert Store.here().contents(snapshot) == [b"1"]


def test_two_processes_ask_once(play: Callable[[str, Callable[[Asked], Reply | None]], Played]) -> None:
    def slowly(_: Asked) -> Reply:
        time.sleep(4)  # longer than the second process takes to start
        return Reply(b"a\n1\n")

    played = play("agency", slowly)

    both = [subprocess.Popen([sys.executable, "-c", FETCH], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert len(set(said)) == 1
    assert len(played.asked) == 1
    assert len(Store.here().vintages(QUESTION)) == 1


def test_two_processes_share_one_limiter(play: Callable[[str, Callable[[Asked], Reply | None]], Played]) -> None:
    times: list[float] = []

    def note(_: Asked) -> Reply:
        times.append(time.monotonic())
        return Reply(b"a\n1\n")

    play("agency", note)
    slow = FETCH.replace('homepage=""', 'homepage="", limits=Limits(calls_per_second=1.0)')
    slow = slow.replace("import Publisher", "import Limits, Publisher")
    both = [
        subprocess.Popen([sys.executable, "-c", slow.replace("table.csv", name)], stdout=subprocess.DEVNULL)
        for name in ("first.csv", "second.csv")
    ]

    assert [process.wait(timeout=60) for process in both] == [0, 0]
    assert times[1] - times[0] > 0.9  # a second, less what the first takes on its way
