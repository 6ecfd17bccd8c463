"""A publisher's file is found in mirror and store, loose or in its archive, and the newest of a day is taken."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from industria.core.table import as_table
from industria.errors import MissingVintageError, NotMirroredError, ParameterRangeError
from industria.sources.enclave import pull
from industria.sources.fetch import Publisher
from industria.sources.published import Published, had

AGENCY = Publisher(name="agency", title="The Agency", license="CC BY 4.0", homepage="https://agency.example")
ARCHIVE = "https://data.agency.example/files/may.zip"


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mirror that is empty, without a network."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(folder))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    return folder


def put(mirror: Path, content: str, day: str) -> None:
    """Put the file into the mirror, as if it had been had on a day."""
    file = mirror / "estimates.csv"
    file.write_text(content, encoding="utf-8")
    time = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC).timestamp()
    os.utime(file, (time, time))


def asked(**question: Any) -> Published:
    """Ask for a file that its publisher has in an archive."""
    return had(AGENCY, "estimates.csv", ARCHIVE, page="https://agency.example/tables", **question)


def kept(published: Published) -> None:
    """Keep it in the store, as `industria sources pull` does."""
    pull(published.source("agency.estimates", lambda: as_table(pa.table({"a": [1]}), "a"), {}, title="Estimates"))


def test_a_file_that_was_pulled_outlives_the_mirror(mirror: Path) -> None:
    """The publisher has it in an archive; the mirror had it loose, and so does the store."""
    put(mirror, "a\n1\n", "2026-02-01")
    kept(asked())
    (mirror / "estimates.csv").unlink()

    assert asked().path.read_bytes() == b"a\n1\n"
    assert asked(as_of="2026-03-01").path.read_bytes() == b"a\n1\n"
    with pytest.raises(MissingVintageError):
        asked(as_of="2026-01-31")


def test_as_of_takes_the_newest_of_mirror_and_store(mirror: Path) -> None:
    """A mirror that was brought up to date does not hide what was had before, nor the other way round."""
    put(mirror, "a\n1\n", "2026-02-01")
    kept(asked())
    put(mirror, "a\n2\n", "2026-04-01")

    assert asked(as_of="2026-03-01").path.read_bytes() == b"a\n1\n"
    assert asked(as_of="2026-04-01").path.read_bytes() == b"a\n2\n"
    assert asked().path.read_bytes() == b"a\n2\n"

    kept(asked())
    put(mirror, "a\n0\n", "2025-12-01")

    assert asked(as_of="2026-05-01").path.read_bytes() == b"a\n2\n"
    assert asked(as_of="2025-12-31").path.read_bytes() == b"a\n0\n"


@pytest.mark.parametrize("word", ["yesterday", "2026-13-01", "01.03.2026"])
def test_as_of_is_a_day_for_a_file_of_the_mirror_too(mirror: Path, word: str) -> None:
    """A word that is no day was once compared with one, letter by letter."""
    put(mirror, "a\n1\n", "2026-02-01")

    with pytest.raises(ParameterRangeError, match=r"as_of=.*'2026-03-01'"):
        asked(as_of=word)


def test_what_is_nowhere_is_told_with_the_page_that_has_it(mirror: Path) -> None:
    """Neither file nor archive is here, and nothing may be sent."""
    with pytest.raises(NotMirroredError, match=r"'estimates\.csv' of The Agency.*https://agency\.example/tables"):
        asked()
