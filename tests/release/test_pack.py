"""A study in one file: everything it needs, nothing of a site, and no byte that can be changed unseen."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from industria.errors import BrokenSealError, PackError, StudyError, UnknownLanguageError
from industria.release._lock import locked, pinned, requirements
from industria.release._messages import page
from industria.release._packed import Pack, open_pack
from industria.release._zip import write_archive
from industria.release.keys import make_key
from industria.release.pack import pack
from industria.release.policy import Policy
from industria.study.load import load
from tests.release.small_network import TEXT, small_network

FOREIGN = "ab" * 32


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the study, a key, and the signed pack."""
    folder = tmp_path_factory.mktemp("network")
    study = small_network(folder)
    (folder / "public").write_text(make_key(folder / "hub.key"))
    pack(study, out=folder / "sales.pack", policy=Policy(threshold=3, p=0.1), key=folder / "hub.key")
    return folder


@pytest.fixture(scope="module")
def opened(place: Path) -> Pack:
    return open_pack(place / "sales.pack", trust=[(place / "public").read_text()])


def changed(opened: Pack, path: Path, **members: bytes | None) -> Path:
    """Write the pack with other members, whose names have _ for the dot."""
    new = {**opened.members, **{name.replace("__", "."): content for name, content in members.items()}}
    write_archive(path, {name: content for name, content in new.items() if content is not None})
    return path


def test_the_same_study_gives_the_same_bytes(place: Path, opened: Pack) -> None:
    again = pack(place / "sales", out=place / "again.pack", policy=Policy(threshold=3, p=0.1), key=place / "hub.key")

    assert again.read_bytes() == (place / "sales.pack").read_bytes()
    assert opened.manifest["hub"] == (place / "public").read_text()
    assert opened.policy == Policy(threshold=3, p=0.1)


def test_it_holds_the_words_what_travels_along_and_nothing_of_a_site(opened: Pack) -> None:
    readmes = {f"README.{language}.md" for language in ("en", "pt-BR", "tr", "ms", "es")}
    parts = {"manifest.json", "signature", "study.toml", "contract.json", "mock.json", "expected.json"}

    assert set(opened.members) == {*readmes, *parts, "requirements.lock", "bridges/groups.parquet"}
    assert "Pessoas são cabeças" in opened.members["README.pt-BR.md"].decode()
    assert "$" not in opened.members["README.tr.md"].decode()
    assert opened.promised["firms"].totals[0].to_pylist()[1] == {"year": "2019", "size": "large", "value": 1000.0}


def test_it_tells_what_steps_will_give(opened: Pack) -> None:
    grouped, spread = opened.expected["steps"]

    assert grouped["columns"][-1] == {"name": "sales", "unit": "currency"}
    assert (spread["measure"], spread["pools"]) == ("tables.summary", "moments")


def test_unpacked_it_is_the_same_pack(opened: Pack, tmp_path: Path) -> None:
    for name, content in opened.members.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)

    assert open_pack(tmp_path).sha256 == opened.sha256
    (tmp_path / "study.toml").write_text("title = 'another'")
    with pytest.raises(PackError, match=r"study.toml was changed"):
        open_pack(tmp_path)


def test_at_a_site_the_study_reads_what_came_along(opened: Pack, tmp_path: Path) -> None:
    study = opened.unpacked(tmp_path)

    assert study.given["groups"].read().collect().shape == (3, 2)
    opened.refuse_other_code(study)
    (tmp_path / "study.toml").write_text(TEXT.replace("tables.summary", "tables.query"), encoding="utf-8")
    with pytest.raises(PackError, match=r"step 'spread' uses tables.summary, whose code here is not that of the pack"):
        opened.refuse_other_code(load(tmp_path))


def test_a_flipped_byte_a_foreign_key_a_signature_taken_away(opened: Pack, tmp_path: Path) -> None:
    whole = bytearray(opened.path.read_bytes())
    whole[200] ^= 1
    (tmp_path / "flipped.pack").write_bytes(whole)

    with pytest.raises(BrokenSealError):
        open_pack(tmp_path / "flipped.pack")
    with pytest.raises(PackError, match="not signed by a key that is trusted here"):
        open_pack(opened.path, trust=[FOREIGN])
    with pytest.raises(PackError, match="signature was taken away"):
        open_pack(changed(opened, tmp_path / "a.pack", signature=None))
    foreign = json.dumps({**opened.manifest, "hub": FOREIGN}).encode()
    with pytest.raises(PackError, match="signature is not of the key"):
        open_pack(changed(opened, tmp_path / "b.pack", manifest__json=foreign))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"format": 2}, "a pack of format 2; this version reads format 1"),
        ({"kind": "release"}, "is no pack"),
    ],
)
def test_a_pack_for_another_version(opened: Pack, tmp_path: Path, told: dict[str, object], said: str) -> None:
    manifest = json.dumps({**opened.manifest, **told}).encode()

    with pytest.raises(PackError, match=said):
        open_pack(changed(opened, tmp_path / "other.pack", manifest__json=manifest))


def test_an_archive_without_manifest_is_no_pack(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.pack", {"study.toml": b""})

    with pytest.raises(PackError, match=r"has no manifest.json"):
        open_pack(tmp_path / "a.pack")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[contract.firms", "[contract.firm", "'firm' is no source of the study; there is firms, groups"),
        ('home     = { type = "number"', "home     = { not_null = true", "column 'home' of source 'firms' has no type"),
        ("redistributable = true", "redistributable = false", "may not be passed on; sites must bring it"),
        (
            'vintage = "2021"',
            'vintage = "2021"\nvalue = "total"',
            "totals.csv has no column 'total'; it has year, size",
        ),
        ('totals = "totals.csv"', 'totals = "total.csv"', "official totals of source 'firms'"),
    ],
)
def test_what_cannot_be_packed(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TEXT
    with pytest.raises(PackError, match=said):
        pack(small_network(tmp_path, TEXT.replace(old, new)), out=tmp_path / "x.pack")


def test_a_study_whose_sources_nobody_brings(tmp_path: Path) -> None:
    text = TEXT[: TEXT.index("[contract.firms]")] + TEXT[TEXT.index("[[step]]") :]

    with pytest.raises(PackError, match=r"no source is brought by sites; write \[contract.SOURCE\]"):
        pack(small_network(tmp_path, text), out=tmp_path / "x.pack")


def test_steps_must_go_with_the_columns_that_are_promised(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="sale"):
        pack(small_network(tmp_path, TEXT.replace('["sales"]', '["sale"]')), out=tmp_path / "x.pack")


def test_a_contract_may_come_from_another_file(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_text('[firms]\nunit = "firm"\ndefinitions.frame = "Which?"\n')
    made = pack(small_network(tmp_path), out=tmp_path / "x.pack", contract=tmp_path / "shared.toml")

    assert open_pack(made).promised["firms"].site.definitions == {"frame": "Which?"}
    (tmp_path / "shared.toml").write_text("[firms]\nunits = 'firm'\n")
    with pytest.raises(PackError, match=r"firms.units"):
        pack(tmp_path / "sales", out=tmp_path / "x.pack", contract=tmp_path / "shared.toml")


def test_wheels_travel_with_their_digests(tmp_path: Path) -> None:
    (tmp_path / "wheels").mkdir()
    with pytest.raises(PackError, match="holds no wheel"):
        pack(small_network(tmp_path), out=tmp_path / "x.pack", wheels=tmp_path / "wheels")
    (tmp_path / "wheels" / "numpy-9-any.whl").write_bytes(b"wheel")
    members = open_pack(pack(tmp_path / "sales", out=tmp_path / "x.pack", wheels=tmp_path / "wheels")).members

    assert members["wheels/numpy-9-any.whl"] == b"wheel"
    (line,) = [line for line in members["requirements.lock"].decode().splitlines() if line.startswith("numpy==")]
    assert "--hash=sha256:" in line


def test_the_lock_pins_what_is_needed_here() -> None:
    lock = requirements({})

    assert {"industria", "duckdb", "typing-extensions"} <= pinned(lock).keys()
    assert all(asked == here for _, asked, here in locked(lock))
    assert list(locked("duckdb==0.1\nno-such-package==1\n"))[1] == ("no-such-package", "1", None)


def test_a_language_that_nobody_speaks() -> None:
    with pytest.raises(UnknownLanguageError):
        page("xx")


def test_synthetic_sources_that_travel_stay_marked(tmp_path: Path) -> None:
    text = TEXT.replace("redistributable = true", "redistributable = true, synthetic = true")
    opened = open_pack(pack(small_network(tmp_path, text), out=tmp_path / "x.pack"))
    (tmp_path / "groups.parquet").write_bytes(opened.members["bridges/groups.parquet"])

    assert pq.read_schema(tmp_path / "groups.parquet").metadata[b"synthetic"] == b"true"
    assert opened.unpacked(tmp_path / "site").given["groups"].synthetic
