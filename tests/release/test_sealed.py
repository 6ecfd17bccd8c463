from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from industria.errors import BrokenSealError, KeyFileError, ReleaseRefusedError, UnknownStepError, UnwrittenFileError
from industria.release import _clock, _zip
from industria.release._manifest import SAID
from industria.release._signed import MANIFEST, SIGNATURE
from industria.release._zip import read_archive, write_archive
from industria.release.approve import approve
from industria.release.keys import public, read_key
from industria.release.sealed import open_release, seal
from tests.release.sites import CELLS, CERTIFICATE, SAYS, STEP, key_of, sealed


def test_what_is_sealed_is_read(tmp_path: Path) -> None:
    further = {
        "tables/turnover.parquet": CELLS,
        "tables/turnover.bins.parquet": CELLS,
        "moments/turnover.parquet": CELLS,
    }
    release = open_release(sealed(tmp_path, steps={"turnover": (STEP, further)}))

    assert release.table("turnover").equals(CELLS, check_metadata=True)
    assert release.table("turnover", "bins").equals(CELLS)
    assert release.tables("turnover") == ["bins"]
    assert release.moments("turnover").equals(CELLS)
    assert (release.site, release.steps, release.languages, release.values) == ("north", ["turnover"], ["en"], [])
    assert release.certificate == CERTIFICATE
    assert release.brief("en") == "<html><p>withheld</p></html>"
    assert release.step("turnover") == STEP
    assert release.approval is None
    assert set(release.manifest) == {*SAID, "format", "public_key", "files"}
    assert repr(release) == f"Sealed(north.release, {release.sha256[:12]})"


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    release = open_release(sealed(tmp_path))

    with pytest.raises(
        UnknownStepError, match=r"holds no released table 'turnovers'; there is turnover\. Did you mean 'turnover'\?"
    ):
        release.table("turnovers")
    with pytest.raises(UnknownStepError, match="holds no released table 'bins'; there is nothing"):
        release.table("turnover", "bins")
    with pytest.raises(UnknownStepError, match="no brief in 'tr'"):
        release.brief("tr")
    with pytest.raises(UnknownStepError, match="no step 'sales'"):
        release.step("sales")
    assert release.moments("turnover") is None


def test_sealing_twice_and_sealing_what_was_opened_give_the_same_bytes(tmp_path: Path) -> None:
    first = open_release(sealed(tmp_path))
    members = {name: content for name, content in first.members.items() if name not in (MANIFEST, SIGNATURE)}
    words = {word: first.manifest[word] for word in reversed(SAID)}

    seal(dict(reversed(members.items())), words, key=key_of(tmp_path, "north"), out=tmp_path / "again.release")

    assert (tmp_path / "again.release").read_bytes() == first.path.read_bytes()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sealed and approved file."""
    folder = tmp_path_factory.mktemp("whole")
    return approve(sealed(folder), key=key_of(folder, "second"), note="looked at all of it").read_bytes()


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@example(place=0.0, bit=0)
def test_a_flipped_bit_anywhere_is_refused(
    whole: bytes, tmp_path_factory: pytest.TempPathFactory, place: float, bit: int
) -> None:
    changed = bytearray(whole)
    changed[int(place * len(whole))] ^= 1 << bit
    file = tmp_path_factory.mktemp("changed") / "a.release"
    file.write_bytes(changed)

    with pytest.raises(BrokenSealError):
        open_release(file)


def test_no_byte_of_a_sealed_file_may_change(whole: bytes, tmp_path: Path) -> None:
    """Every byte, one bit each."""
    file = tmp_path / "a.release"
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << place % 8
        file.write_bytes(changed)
        with pytest.raises(BrokenSealError):
            open_release(file)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("tables/turnover.parquet", None, "is missing, which its manifest names"),
        ("tables/turnover.parquet", b"other", "tables/turnover.parquet is not what was signed"),
        ("tables/sales.parquet", b"more", "tables/sales.parquet is not what was signed"),
        ("firms.csv", b"more", "holds 'firms.csv', which has no place in it"),
        (MANIFEST, None, "has no manifest.json"),
        (SIGNATURE, None, "has no signature"),
        (SIGNATURE, b"0" * 64, "signature does not fit"),
        (MANIFEST, b"[]", "manifest is none that Industria wrote"),
        (MANIFEST, b"{", "manifest is none that Industria wrote"),
        (MANIFEST, b'{"files": {}}', "names no public key"),
        ("approval.json", b"{}", "approval is not what the second person signed"),
    ],
)
def test_a_file_put_together_anew_is_refused(tmp_path: Path, name: str, change: bytes | None, told: str) -> None:
    file = sealed(tmp_path)
    members = read_archive(file, lambda name: True)[1]
    members |= {name: change or b""}
    if change is None:
        del members[name]
    write_archive(file, members)

    with pytest.raises(BrokenSealError, match=told):
        open_release(file)


def test_whoever_is_not_trusted_is_refused(tmp_path: Path) -> None:
    file = sealed(tmp_path)
    own, other = (public(read_key(key_of(tmp_path, name))) for name in ("north", "south"))

    assert open_release(file, trust=[other, own]).manifest["public_key"] == own
    assert open_release(file, trust={own: "north"}).site == "north"
    with pytest.raises(BrokenSealError, match=f"site north signed with the key {own}, which is not trusted") as told:
        open_release(file, trust=[other])
    assert told.value.exit_code == 7
    with pytest.raises(BrokenSealError, match="signed as site north with the key of site south"):
        open_release(file, trust={own: "south"})


@pytest.mark.parametrize(
    "name", ["firms.csv", "tables/../x.parquet", "site/ledger.parquet", "tables/a.b.c.parquet", "log.txt"]
)
def test_what_is_not_on_the_list_does_not_leave(tmp_path: Path, name: str) -> None:
    members = {"certificate.json": b"{}", "values.json": b"[]", name: b"x"}

    with pytest.raises(ReleaseRefusedError, match="no file that may leave a site"):
        seal(members, SAYS, key=key_of(tmp_path, "north"), out=tmp_path / "a.release")
    assert not (tmp_path / "a.release").exists()


def test_a_manifest_says_no_more_and_no_less(tmp_path: Path) -> None:
    members = {"certificate.json": b"{}", "values.json": b"[]"}
    key, out = key_of(tmp_path, "north"), tmp_path / "a.release"

    with pytest.raises(ReleaseRefusedError, match="no place for host"):
        seal(members, {**SAYS, "host": "db7"}, key=key, out=out)
    with pytest.raises(ReleaseRefusedError, match="lacks synthetic"):
        seal(members, {k: v for k, v in SAYS.items() if k != "synthetic"}, key=key, out=out)
    with pytest.raises(ReleaseRefusedError, match="lacks additive of step turnover"):
        seal(members, {**SAYS, "steps": [{k: v for k, v in STEP.items() if k != "additive"}]}, key=key, out=out)
    with pytest.raises(ReleaseRefusedError, match="lacks steps"):
        seal(members, {**SAYS, "steps": ["turnover"]}, key=key, out=out)
    with pytest.raises(ReleaseRefusedError, match="no place for firms"):
        seal(members, {**SAYS, "steps": [{**STEP, "firms": ["Acme"]}]}, key=key, out=out)
    seal(members, {**SAYS, "definitions": {"employment": "heads"}}, key=key, out=out)
    assert open_release(out).manifest["definitions"] == {"employment": "heads"}
    with pytest.raises(ReleaseRefusedError, match=r"lacks certificate\.json"):
        seal({"values.json": b"[]"}, SAYS, key=key, out=out)


@pytest.mark.parametrize("site", ["", "north, south", "north\n", "x" * 81, " north", 7])
def test_a_site_has_a_name_that_can_be_listed(tmp_path: Path, site: Any) -> None:
    members, words = {"certificate.json": b"{}", "values.json": b"[]"}, {**SAYS, "site": site}

    with pytest.raises(ReleaseRefusedError, match="names no site"):
        seal(members, words, key=key_of(tmp_path, "north"), out=tmp_path / "a.release")
    assert open_release(sealed(tmp_path, "INEGI (México) 2", file="a", key="north")).site == "INEGI (México) 2"


def test_a_trusted_site_that_writes_files_of_its_own_is_refused(tmp_path: Path) -> None:
    """Signed and listed, but none of ours."""
    words = {**SAYS, "steps": [STEP]}
    key, out = key_of(tmp_path, "north"), tmp_path / "a.release"
    seal({"certificate.json": b"[]", "values.json": b"[]"}, words, key=key, out=out)
    with pytest.raises(BrokenSealError, match=r"certificate\.json is not what Industria writes"):
        open_release(out)
    seal({"certificate.json": b"{}", "values.json": b"{"}, words, key=key, out=out)
    with pytest.raises(BrokenSealError, match=r"values\.json is not what Industria writes"):
        open_release(out)
    members = {"certificate.json": b"{}", "values.json": b"[]", "tables/turnover.parquet": b"PAR1"}
    seal(members, words, key=key, out=out)
    with pytest.raises(BrokenSealError, match=r"tables/turnover\.parquet is no table"):
        open_release(out).table("turnover")


def test_a_release_of_another_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("industria.release.sealed.FORMAT", "industria-release-9")
    file = sealed(tmp_path)
    monkeypatch.undo()

    with pytest.raises(BrokenSealError, match="has the format 'industria-release-9'; this version reads"):
        open_release(file)


@pytest.mark.parametrize(
    ("created", "told"),
    [("1980-01-01T00:00:00Z", "lies before this program was written"), ("yesterday", "is no time such as")],
)
def test_a_date_from_the_past_is_refused(tmp_path: Path, created: str, told: str) -> None:
    with pytest.raises(BrokenSealError, match=told):
        sealed(tmp_path, created=created)


def test_a_date_that_has_not_come_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenSealError, match="has not come yet"):
        open_release(sealed(tmp_path, created="2999-01-01T00:00:00Z"))


def test_a_clock_before_this_program_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime(2001, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(_clock, "datetime", Old)
    with pytest.raises(ReleaseRefusedError, match="says 2001-01-01, before this program was written"):
        _clock.now()


@pytest.mark.parametrize("end", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_no_half_sealed_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: BaseException) -> None:
    key_of(tmp_path, "north")

    def stop(descriptor: int) -> None:
        raise end

    monkeypatch.setattr(_zip.os, "fsync", stop)
    with pytest.raises((KeyboardInterrupt, UnwrittenFileError)):
        sealed(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["north.key"]


def test_a_key_that_others_read_does_not_seal(tmp_path: Path) -> None:
    key_of(tmp_path, "north").chmod(0o644)

    with pytest.raises(KeyFileError):
        sealed(tmp_path)
    assert not (tmp_path / "north.release").exists()
