from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from industria.errors import BrokenSealError, KeyFileError, ReleaseRefusedError
from industria.release._zip import read_archive, write_archive
from industria.release.approve import approve
from industria.release.keys import public, read_key
from industria.release.sealed import open_release
from tests.release.sites import key_of, sealed

NOTE = "All tables and the brief; rules as agreed."


def test_a_second_person_signs_what_was_sealed(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    before = open_release(file)

    assert approve(file, key=key_of(tmp_path, "second"), note=f" {NOTE}\n") == file

    after = open_release(file)
    assert after.manifest == before.manifest
    assert after.approval["note"] == NOTE
    assert after.approval["public_key"] == public(read_key(key_of(tmp_path, "second")))
    assert after.certificate["checker"] == dict(after.approval)
    assert {name: after.members[name] for name in before.members} == before.members


def test_who_sealed_does_not_approve(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    before = file.read_bytes()

    with pytest.raises(ReleaseRefusedError, match="this key sealed it; a second person") as told:
        approve(file, key=key_of(tmp_path, "north"), note=NOTE)
    assert told.value.exit_code == 7
    assert file.read_bytes() == before


def test_nobody_approves_twice_or_without_a_word(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    for note in (" ", "x" * 2001):
        with pytest.raises(ReleaseRefusedError, match="a note of 1 to 2000 letters"):
            approve(file, key=key_of(tmp_path, "second"), note=note)
    approve(file, key=key_of(tmp_path, "second"), note=NOTE)

    with pytest.raises(ReleaseRefusedError, match="it was approved at"):
        approve(file, key=key_of(tmp_path, "third"), note=NOTE)


def test_a_clock_before_the_release_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = sealed(tmp_path)
    monkeypatch.setattr(import_module("industria.release.approve"), "now", lambda: "2026-11-19T00:00:00Z")

    with pytest.raises(ReleaseRefusedError, match="clock says 2026-11-19T00:00:00Z, before it was sealed"):
        approve(file, key=key_of(tmp_path, "second"), note=NOTE)


def test_a_changed_file_and_a_loose_key_are_refused(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    key_of(tmp_path, "second").chmod(0o644)
    with pytest.raises(KeyFileError, match="others can read"):
        approve(file, key=key_of(tmp_path, "second"), note=NOTE)

    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(BrokenSealError, match="cut off"):
        approve(file, key=key_of(tmp_path, "third"), note=NOTE)


def test_an_approval_of_another_release_does_not_count(tmp_path: Path) -> None:
    one, other = sealed(tmp_path, "north"), sealed(tmp_path, "south")
    approve(one, key=key_of(tmp_path, "second"), note=NOTE)
    approval = read_archive(one, lambda name: True)[1]["approval.json"]
    write_archive(other, {**read_archive(other, lambda name: True)[1], "approval.json": approval})

    with pytest.raises(BrokenSealError, match="approval is of another release"):
        open_release(other)


def test_a_second_person_who_is_not_trusted_is_refused(tmp_path: Path) -> None:
    file = approve(sealed(tmp_path), key=key_of(tmp_path, "second"), note=NOTE)
    first, second = (public(read_key(key_of(tmp_path, name))) for name in ("north", "second"))

    assert open_release(file, trust=[first, second]).approval
    with pytest.raises(BrokenSealError, match=f"site north approved with the key {second}, which is not trusted"):
        open_release(file, trust=[first])
