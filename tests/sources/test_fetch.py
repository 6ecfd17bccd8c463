"""What is asked of publishers: politely, once, without a key on record, and never what is there already."""

from __future__ import annotations

import gzip
import io
import logging
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from industria.errors import (
    AmbiguousMirrorError,
    BrokenFileError,
    BusyPublisherError,
    LooseKeysError,
    MissingContactError,
    MissingKeyError,
    MissingVintageError,
    OfflineError,
    RefusedError,
    TooLargeError,
    UnexpectedAnswerError,
    UnreachableError,
)
from industria.sources.fetch import Interface, Limits, Publisher, Refusal, ask, official
from industria.sources.interface import parts
from industria.sources.network import _patience, _retry_after
from industria.sources.store import Answer, Store
from tests.sources.recorded import Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]

AGENCY = Publisher(
    name="agency",
    title="The Agency",
    license="CC BY 4.0",
    homepage="https://agency.example",
    registration="https://agency.example/key",
)
URL = "https://data.agency.example/files/table.csv"
KEY = "s3cret/key+"


def served(content: bytes) -> Callable[[Asked], Reply]:
    return lambda _: Reply(content, headers={"Content-Type": "text/csv"})


# Where a file comes from


def test_a_file_is_downloaded_once_and_read_from_the_store(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    played = play("agency", served(b"a\n1\n"))

    first = official(AGENCY, "table.csv", URL)
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    second = official(AGENCY, "table.csv", URL)

    assert [asked.path for asked in played.asked] == ["/files/table.csv"]
    assert first == second
    assert first.path.read_bytes() == b"a\n1\n"
    assert first.path.suffix == ".csv"
    assert first.url == URL
    assert first.retrieved == datetime.now(UTC).date().isoformat()


def test_the_mirror_comes_first(play: Play, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    played = play("agency", served(b"a\n1\n"))
    kept = official(AGENCY, "files/table.csv", URL)
    (tmp_path / "mirror" / "files").mkdir(parents=True)
    file = tmp_path / "mirror" / "files" / "table.csv.gz"
    file.write_bytes(gzip.compress(b"a\n1\n"))
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))

    mirrored = official(AGENCY, "files/table.csv", URL)

    assert len(played.asked) == 1
    assert mirrored.path.read_bytes() == b"a\n1\n"
    # A run from the mirror and one from the store have the same digest.
    assert (mirrored.sha256, mirrored.bytes) == (kept.sha256, kept.bytes)

    (tmp_path / "mirror" / "old" / "files").mkdir(parents=True)
    (tmp_path / "mirror" / "old" / "files" / "table.csv").write_bytes(b"a\n2\n")
    with pytest.raises(AmbiguousMirrorError):
        official(AGENCY, "files/table.csv", URL)


def test_offline_opens_no_socket_and_says_where_the_file_is_published(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = play("agency", served(b"a\n1\n"))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")

    with pytest.raises(OfflineError, match=r"'table\.csv' of The Agency is neither in the mirror .*published at https"):
        official(AGENCY, "table.csv", URL)
    assert played.asked == []


def test_as_of_reads_the_state_of_that_day(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"content": b"a\n1\n"}
    played = play("agency", lambda _: Reply(state["content"]))
    for day, content in {"2026-02-01": b"a\n1\n", "2026-04-01": b"a\n2\n"}.items():
        monkeypatch.setattr("industria.sources.store.now", lambda day=day: datetime.fromisoformat(f"{day}T12:00+00:00"))
        state["content"] = content
        official(AGENCY, "table.csv", URL, fresh=True, vintage="2025")

    assert official(AGENCY, "table.csv", URL, as_of="2026-03-01").path.read_bytes() == b"a\n1\n"
    assert official(AGENCY, "table.csv", URL, as_of="2026-04-01").path.read_bytes() == b"a\n2\n"
    assert official(AGENCY, "table.csv", URL).path.read_bytes() == b"a\n2\n"
    with pytest.raises(
        MissingVintageError, match=r"as of 2026-01-01 is not there: the store has 2026-02-01, 2026-04-01"
    ):
        official(AGENCY, "table.csv", URL, as_of="2026-01-01")
    assert len(played.asked) == 2


def test_a_mirrored_file_answers_an_as_of_of_its_day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(b"a\n1\n")
    written = datetime(2026, 2, 1, 12, tzinfo=UTC).timestamp()
    os.utime(file, (written, written))
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path))

    assert official(AGENCY, "table.csv", URL, as_of="2026-02-01").retrieved == "2026-02-01"
    with pytest.raises(MissingVintageError):
        official(AGENCY, "table.csv", URL, as_of="2026-01-31")


def test_a_file_that_changed_under_one_vintage_is_told(play: Play) -> None:
    state = {"content": b"a\n1\n"}
    play("agency", lambda _: Reply(state["content"]))

    assert official(AGENCY, "table.csv", URL, vintage="May 2023").notes == ()
    state["content"] = b"a\n2\n"
    assert official(AGENCY, "table.csv", URL, vintage="May 2024", fresh=True).notes == ()
    state["content"] = b"a\n3\n"
    (note,) = official(AGENCY, "table.csv", URL, vintage="May 2024", fresh=True).notes
    assert "published again as 'May 2024' with other content" in note


def test_a_change_is_seen_without_a_download(play: Play) -> None:
    date = {"Last-Modified": "Sun, 01 Feb 2026 00:00:00 GMT"}
    played = play("agency", lambda _: Reply(b"a\n1\n", headers=date))
    raw = official(AGENCY, "table.csv", URL)

    assert raw.changed() is False
    date["Last-Modified"] = "Mon, 02 Feb 2026 00:00:00 GMT"
    assert raw.changed() is True
    assert [asked.method for asked in played.asked] == ["GET", "HEAD", "HEAD"]
    assert [one["bytes"] for one in raw.vintages()] == [4]


# What comes back


def test_a_page_where_data_was_asked_for_is_refused(play: Play) -> None:
    play("agency", lambda _: Reply.page("Please accept our terms"))

    with pytest.raises(UnexpectedAnswerError, match=r"a web page \('Please accept our terms'\) where csv was asked"):
        official(AGENCY, "table.csv", URL)
    assert Store.here().vintages({"publisher": "agency", "file": "table.csv", "url": URL}) == []


def test_a_workbook_that_is_html_and_a_zip_that_is_cut_off_are_refused(play: Play) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("a.csv", "a\n1\n" * 100)
    replies = {"a.xlsx": Reply.page("Sign in"), "a.zip": Reply(packed.getvalue()[:60]), "b.zip": Reply(b"")}
    play("agency", lambda asked: replies[asked.path[1:]])

    for name, said in {"a.xlsx": "a web page", "a.zip": "cut off", "b.zip": "nothing"}.items():
        with pytest.raises(UnexpectedAnswerError, match=said):
            official(AGENCY, name, f"https://agency.example/{name}")


def test_redirects_to_another_path_are_not_followed(play: Play) -> None:
    played = play("agency", lambda _: Reply(status=302, headers={"Location": "/missing_key.html"}))

    with pytest.raises(UnexpectedAnswerError, match=r"a redirect to .*/missing_key\.html"):
        official(AGENCY, "table.csv", URL)
    assert [asked.path for asked in played.asked] == ["/files/table.csv"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_refusals_are_not_asked_again(play: Play, status: int) -> None:
    played = play("agency", lambda _: Reply(status=status))

    with pytest.raises(RefusedError, match=rf"The Agency refuses {URL}: HTTP {status}"):
        official(AGENCY, "table.csv", URL)
    assert len(played.asked) == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504, None])
def test_a_busy_publisher_is_asked_again(play: Play, status: int | None) -> None:
    left = [None if status is None else Reply(status=status, headers={"Retry-After": "0"})] * 3
    played = play("agency", lambda _: left.pop() if left else Reply(b"a\n1\n"))

    assert official(AGENCY, "table.csv", URL).bytes == 4
    assert len(played.asked) == 4


def test_patience_ends(play: Play) -> None:
    played = play("agency", lambda _: Reply(status=503))

    with pytest.raises(BusyPublisherError, match=r"The Agency: it is busy \(HTTP 503\). Ask again later"):
        official(AGENCY, "table.csv", URL)
    assert len(played.asked) == 5


def test_a_wait_of_hours_is_told_and_not_waited(play: Play) -> None:
    played = play("agency", lambda _: Reply(status=429, headers={"Retry-After": "7200"}))

    with pytest.raises(BusyPublisherError, match="in 7200 seconds"):
        official(AGENCY, "table.csv", URL)
    assert len(played.asked) == 1


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    now = datetime(2026, 2, 1, 12, 0, 0, tzinfo=UTC)

    assert _retry_after("17", now) == 17.0
    assert _retry_after("Sun, 01 Feb 2026 12:00:30 GMT", now) == 30.0
    assert _retry_after("Sun, 01 Feb 2026 11:00:00 GMT", now) == 0.0
    assert _retry_after("soon", now) is None
    assert _retry_after(None, now) is None
    assert _patience(ValueError()) is False


def test_an_address_that_nobody_serves_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nothing listens on the port of discarding on this machine.
    monkeypatch.setenv("INDUSTRIA_ENDPOINT_AGENCY", "http://127.0.0.1:9")

    with pytest.raises(UnreachableError, match=r"The Agency does not answer at https://data\.agency"):
        official(AGENCY, "table.csv", URL)


# Who asks


def test_the_contact_stands_in_the_user_agent(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    played = play("agency", served(b"a\n1\n"))
    shy = replace(AGENCY, contact=True)

    with pytest.raises(MissingContactError, match="INDUSTRIA_CONTACT"):
        official(shy, "table.csv", URL)
    assert played.asked == []
    monkeypatch.setenv("INDUSTRIA_CONTACT", "ana@example.org")
    official(shy, "table.csv", URL)
    assert played.asked[0].headers["User-Agent"].endswith("(ana@example.org)")


def test_without_a_key_nothing_is_sent(play: Play) -> None:
    played = play("agency", served(b"a\n1\n"))

    with pytest.raises(MissingKeyError, match=r"free at https://agency\.example/key.*INDUSTRIA_KEY_AGENCY"):
        official(replace(AGENCY, key="required"), "table.csv", URL)
    assert played.asked == []


def test_a_key_is_sent_and_neither_stored_nor_logged_nor_shown(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    monkeypatch.setenv("INDUSTRIA_KEY_AGENCY", KEY)
    caplog.set_level(logging.DEBUG)
    played = play("agency", lambda asked: Reply(f"a\n{asked.query['key']}\n".encode()))

    raw = official(replace(AGENCY, key="required"), "table.csv", f"{URL}?year=2023")

    assert played.asked[0].query == {"year": "2023", "key": KEY}
    everything = [file.read_bytes() for file in (tmp_path / "store").rglob("*") if file.is_file()]
    assert not [held for held in everything if b"s3cret" in held]
    assert raw.path.read_bytes() == b"a\n(key)\n"
    assert "s3cret" not in caplog.text
    assert "HTTP Request" in caplog.text
    assert "s3cret" not in repr(raw)


def test_keys_are_read_from_a_file_that_others_cannot_read(play: Play, tmp_path: Path) -> None:
    played = play("agency", served(b"a\n1\n"))
    file = tmp_path / "keys.toml"
    file.write_text(f'agency = "{KEY}"\n')
    file.chmod(0o644)

    with pytest.raises(LooseKeysError, match=r"keys\.toml is open to others \(-rw-r--r--\).*chmod 600"):
        official(replace(AGENCY, key="required"), "table.csv", URL)
    file.chmod(0o600)
    official(replace(AGENCY, key="required"), "table.csv", URL)
    file.write_text(f"agency = {KEY}")
    with pytest.raises(BrokenFileError, match=r"keys\.toml: it is no TOML .*agency = ") as caught:
        official(replace(AGENCY, key="required"), "table.csv", URL, fresh=True)
    assert "s3cret" not in str(caught.value)
    # A key that is optional is for interfaces: files are had without.
    official(replace(AGENCY, key="optional"), "table.csv", URL, fresh=True)
    assert [asked.query for asked in played.asked] == [{"key": KEY}, {}]


# Questions above a limit


def interface(most: int | None) -> Interface:
    def refusal(answer: Answer) -> Refusal | None:
        return Refusal("too much", too_large=True) if answer.status == 413 else None

    return Interface(
        publisher=AGENCY,
        build=lambda lists: {
            "method": "POST",
            "url": "https://agency.example/api",
            "body": {name: list(words) for name, words in lists.items()},
        },
        refusal=refusal,
        most=most,
    )


def test_a_question_is_split_before_it_is_sent(play: Play) -> None:
    played = play("agency", lambda asked: Reply.json(asked.body))

    raw = ask(interface(50), "agency.series", {"series": [str(i) for i in range(120)]})

    sent = [asked.body["series"] for asked in played.asked]
    assert [len(words) for words in sent] == [40, 40, 40]
    assert [word for words in sent for word in words] == [str(i) for i in range(120)]
    assert len(raw.contents()) == 3
    # The same question again is in the store, whole.
    assert ask(interface(50), "agency.series", {"series": [str(i) for i in range(120)]}) == raw
    assert len(played.asked) == 3


def test_a_question_is_halved_where_the_publisher_refuses_it(play: Play) -> None:
    played = play(
        "agency", lambda asked: Reply(status=413) if len(asked.body["series"]) > 3 else Reply.json(asked.body)
    )

    raw = ask(interface(None), "agency.series", {"series": list("abcdefgh")})

    assert [len(asked.body["series"]) for asked in played.asked] == [8, 4, 2, 2, 4, 2, 2]
    assert raw.contents() == [
        b'{"series": ["a", "b"]}',
        b'{"series": ["c", "d"]}',
        b'{"series": ["e", "f"]}',
        b'{"series": ["g", "h"]}',
    ]


def test_what_cannot_be_halved_is_told(play: Play) -> None:
    play("agency", lambda _: Reply(status=413))

    with pytest.raises(TooLargeError, match="too much"):
        ask(interface(None), "agency.series", {"series": ["a"]})


def test_parts_keep_the_limit_over_several_lists() -> None:
    lists = {"place": [str(i) for i in range(27)], "period": [str(i) for i in range(40)]}

    split = parts(lists, replace(interface(100), each={"period": 15}))

    assert max(len(part["period"]) for part in split) <= 15
    assert max(len(part["place"]) * len(part["period"]) for part in split) <= 100
    cells = [(place, period) for part in split for place in part["place"] for period in part["period"]]
    assert sorted(cells) == sorted((place, period) for place in lists["place"] for period in lists["period"])


# Limits


def test_limits_are_kept_between_questions(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("industria.sources.turns.time.sleep", slept.append)
    play("agency", served(b"a\n1\n"))
    slow = replace(AGENCY, limits=Limits(calls_per_second=0.5))

    for _ in range(2):
        official(slow, "table.csv", URL, fresh=True)

    assert slept[0] == 0.0
    assert 1.0 < slept[1] <= 2.0


def test_a_limit_that_is_used_up_is_told(play: Play) -> None:
    played = play("agency", served(b"a\n1\n"))
    strict = replace(AGENCY, limits=Limits(calls_per_hour=2))
    for _ in range(2):
        official(strict, "table.csv", URL, fresh=True)

    with pytest.raises(BusyPublisherError, match=r"2 questions used up what it allows. Ask again after \d{4}"):
        official(strict, "table.csv", URL, fresh=True)
    assert len(played.asked) == 2


def test_a_question_that_exceeds_a_limit_spends_none_of_it(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four calls of three a day; then two where one is left: the publisher hears nothing of either."""
    monkeypatch.setattr("industria.sources.turns.time.sleep", lambda _: None)
    played = play("agency", lambda _: Reply(b"[]", headers={"Content-Type": "application/json"}))
    free = replace(AGENCY, key="optional", limits=Limits(calls_per_day=3))
    few = replace(interface(1), publisher=free)

    with pytest.raises(
        BusyPublisherError, match=r"4 calls of the 3 that it allows a day; nothing was sent.* a key, .*/key"
    ):
        ask(few, "agency.table", {"years": ["1", "2", "3", "4"]})
    ask(few, "agency.table", {"years": ["1", "2"]})
    with pytest.raises(BusyPublisherError, match=r"nothing was sent, and 1 are left. Ask again after \d{4}"):
        ask(few, "agency.table", {"years": ["3", "4"]})
    assert len(played.asked) == 2
    ask(few, "agency.table", {"years": ["3"]})
    assert len(played.asked) == 3


def test_naming_the_readers_loads_neither_pandas_nor_a_client() -> None:
    """Whoever lists sources, or reads a file of a mirror, waits for nothing that he does not use."""
    code = (
        "import sys; from industria import sources; sources.names(); "
        "print([name for name in ('pandas', 'httpx2', 'stamina') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "[]"
