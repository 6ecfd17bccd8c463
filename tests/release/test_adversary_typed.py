"""Words that people type at a site leave with the file: they tell no number that is withheld."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from industria.errors import ReleaseRefusedError
from industria.release import Policy, make_key, open_release
from industria.release._sealing import said_of_data
from industria.release._typed import unless_words_tell
from industria.release.approve import approve
from industria.release.release import Release, release
from tests.release.cells import firms, magnitudes

OF = {
    ("a", "n"): [4711.25, 20.0, 10.0],
    ("a", "s"): [300.0, 250.0, 240.0],
    ("b", "n"): [400.0, 390.0, 380.0],
    ("b", "s"): [200.0, 190.0, 180.0],
}
WITHHELD = 4741.25


def left(folder: Path, checker: str | None = None) -> Release:
    make_key(folder / "key")
    table = magnitudes(firms(OF, ["industry", "region"]), ["industry", "region"])
    out, key, site = (folder / name for name in ("out", "key", "site"))
    return release({"t": table}, Policy(p=0.1), checker=checker, out=out, key=key, site_folder=site)


@pytest.mark.parametrize(
    "note",
    [
        "It is 4741.25.",
        "about 4,741 there",
        "4 741,3 in the north",
        "4.741 is fine",
        "(4741)",
        "on 2026-11-24 4741",
        "n: 4'741.25, s",
    ],
)
def test_a_note_tells_no_withheld_number(tmp_path: Path, note: str) -> None:
    found = left(tmp_path)
    make_key(tmp_path / "second")
    assert found.path is not None

    with pytest.raises(ReleaseRefusedError, match="the note: it holds a number that is withheld") as error:
        approve(found.path, key=tmp_path / "second", note=note, site_folder=tmp_path / "site")

    assert "741" not in str(error.value)
    assert open_release(found.path).approval is None


def test_a_note_may_hold_dates_and_what_is_published(tmp_path: Path) -> None:
    found = left(tmp_path)
    make_key(tmp_path / "second")
    assert found.path is not None

    approve(
        found.path,
        key=tmp_path / "second",
        note="2026-11-24, 14 tables: 7271.25 in all, ticket 5512.",
        site_folder=tmp_path / "site",
    )

    assert open_release(found.path).approval is not None


def test_a_folder_of_another_release_is_no_proof(tmp_path: Path) -> None:
    found = left(tmp_path)
    make_key(tmp_path / "second")
    assert found.path is not None

    with pytest.raises(ReleaseRefusedError, match="holds nothing of this release"):
        approve(found.path, key=tmp_path / "second", note="all", site_folder=tmp_path / "out")


def test_the_name_of_a_checker_and_answers_tell_no_withheld_number(tmp_path: Path) -> None:
    with pytest.raises(ReleaseRefusedError, match="the checker: it holds a number that is withheld"):
        left(tmp_path, "who saw 4,741.25")
    assert not list((tmp_path / "out").glob("*.release"))

    again = tmp_path / "again"
    again.mkdir()
    answers = {"definitions": {"firms.frame": "all but the one of 4741"}}
    with pytest.raises(ReleaseRefusedError, match=r"the answer to firms\.frame"):
        said_of_data(answers, Policy(), left(again)._found.several)
    assert said_of_data({"definitions": {"firms.frame": "10 or more, 2019"}}, Policy()) is not None


def test_numbers_of_two_digits_are_of_every_sentence() -> None:
    unless_words_tell({"the note": "14 tables of 20 firms"}, np.array([14.0, 20.0]))


@pytest.mark.parametrize(("text", "value"), [("1500 there", 1500.0), ("It is 1,500.", 1500.0), ("2.50", 2.5)])
def test_a_number_that_ends_in_zeros_is_a_number(text: str, value: float) -> None:
    with pytest.raises(ReleaseRefusedError, match="it holds a number that is withheld"):
        unless_words_tell({"the note": text}, np.array([value]))
