"""OpenDOSM: files by folder and name, and an interface that cuts answers off."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from industria.core.table import collect
from industria.errors import (
    BrokenFileError,
    NotMirroredError,
    OfflineError,
    RefusedError,
    TooLargeError,
    UnexpectedAnswerError,
    UsageError,
)
from industria.sources.opendosm import INTERFACE, dataset
from tests.sources.recorded import Asked, Played, Reply

Play = Callable[[str, Callable[[Asked], Reply | None]], Played]
TABLE = pa.table(
    {"date": [date(2024, 1, 1), date(2024, 2, 1)], "lf": [16971.2, 17001.5], "p_rate": [70.2, None], "note": ["a", "b"]}
)
# As the interface writes them.
RECORDS = [
    {"date": "2024-01-01", "lf": 16971.2, "p_rate": 70.2, "note": "a"},
    {"date": "2024-02-01", "lf": 17001.5, "p_rate": None, "note": "b"},
]


@pytest.fixture(autouse=True)
def _without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four questions a minute are a quarter of a minute apart."""
    limits = replace(INTERFACE.limits, calls_per_second=None)
    monkeypatch.setattr("industria.sources.opendosm.INTERFACE", replace(INTERFACE, limits=limits))


def packed() -> bytes:
    file = io.BytesIO()
    pq.write_table(TABLE, file)
    return file.getvalue()


def test_a_file_is_had_by_folder_and_name(play: Play) -> None:
    """Once; its hash is that of the bytes."""
    played = play("opendosm", lambda _: Reply(packed()))

    read = dataset(dataset="labour/lfs_month")
    again = dataset(dataset="labour/lfs_month")

    assert [asked.path for asked in played.asked] == ["/labour/lfs_month.parquet"]
    assert collect(read.read()).to_pydict() == TABLE.to_pydict()
    assert (read.url, read.license) == ("https://storage.dosm.gov.my/labour/lfs_month.parquet", "CC BY 4.0")
    assert read.sha256 == again.sha256


def test_a_text_file_and_an_answer_have_the_same_rows(play: Play) -> None:
    """Days are dates in each of the three."""
    text = b"date,lf,p_rate,note\n2024-01-01,16971.2,70.2,a\n2024-02-01,17001.5,,b\n"
    played = play("opendosm", lambda asked: Reply(text) if asked.path.endswith(".csv") else Reply.json(RECORDS))

    by_text = collect(dataset(dataset="labour/lfs_month", format="csv").read())
    by_answer = collect(dataset(dataset="lfs_month").read())

    assert played.asked[1].path == "/opendosm"
    assert played.asked[1].query == {"id": "lfs_month", "limit": "10000"}
    assert by_text.to_pydict() == by_answer.to_pydict() == TABLE.to_pydict()
    assert INTERFACE.limits.calls_per_second == pytest.approx(4 / 60)


def test_a_mirror_has_it_by_its_name_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text stands in for the Parquet file."""
    (tmp_path / "lfs_month.csv").write_text("date,lf\n2024-01-01,1.5\n", encoding="utf-8")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")

    assert collect(dataset(dataset="lfs_month").read()).to_pydict() == {"date": [date(2024, 1, 1)], "lf": [1.5]}
    with pytest.raises(NotMirroredError, match="data-catalogue/cpi"):
        dataset(dataset="cpi/cpi")
    with pytest.raises(OfflineError):
        dataset(dataset="cpi")


def test_an_answer_that_may_be_cut_off_is_refused(play: Play) -> None:
    """As many rows as the interface gives may be fewer than there are."""
    played = play("opendosm", lambda _: Reply.json([{"a": 1}] * 10_000))

    with pytest.raises(TooLargeError, match="10000 rows, as many as are given: it may be cut off"):
        dataset(dataset="prices")
    assert len(played.asked) == 1


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply.json({"status": 404, "errors": ["Dataset not found."]}, 404), "Dataset not found"),
        (Reply.json({"status_code": 400, "details": ["`x` is an invalid column"]}), "is an invalid column"),
        (Reply.json([]), "there is no such data set"),
    ],
)
def test_refusals_are_told(reply: Reply, said: str, play: Play) -> None:
    play("opendosm", lambda _: reply)

    with pytest.raises(RefusedError, match=said):
        dataset(dataset="lfs_month")


def test_pages_broken_files_and_names_that_are_none_are_told(play: Play) -> None:
    replies = {"/a/page.parquet": Reply.page("404"), "/a/cut.parquet": Reply(packed()[:-9])}
    play("opendosm", lambda asked: replies.get(asked.path) or Reply.json([{"a": 1}, {"a": "x"}]))

    with pytest.raises(UnexpectedAnswerError, match="a web page"):
        dataset(dataset="a/page")
    with pytest.raises(BrokenFileError, match="cut off"):
        dataset(dataset="a/cut").read()
    with pytest.raises(BrokenFileError, match="a mixes kinds of values"):
        dataset(dataset="mixed").read()
    for name in ("", "../secret", "labour/", "a b"):
        with pytest.raises(UsageError, match="is no name of a data set"):
            dataset(dataset=name)
