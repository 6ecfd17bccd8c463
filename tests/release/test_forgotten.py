"""Earlier releases that the site remembers, and nobody named; and units that another release spells otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from industria.app._released import lines_of
from industria.release import Policy, make_key
from industria.release.release import Release, release
from tests.release.cells import counted, counts

POLICY = Policy(threshold=3, concentration="none")
OLD = counted({"a": 30, "b": 30, "c": 30}, ["region"])
NEW = pd.concat([OLD, counted({"a": 1, "b": 2, "c": 5}, ["region"]).assign(firm=lambda rows: rows["firm"] + "-new")])


def left(rows: pd.DataFrame, folder: Path, *earlier: Release) -> Release:
    """Seal a table at a site that keeps a ledger; the sealed files lie in folders of their own."""
    if not (folder / "site.key").is_file():
        make_key(folder / "site.key")
    out = folder / f"out {len([*folder.glob('out *')])}"
    way: dict[str, Any] = {"key": folder / "site.key", "out": out, "site_folder": folder / "site"}
    return release({"t": counts(rows, ["region"])}, POLICY, earlier=[one.path for one in earlier if one.path], **way)


def test_a_release_that_nobody_named_is_told(tmp_path: Path) -> None:
    first = left(OLD, tmp_path)
    second = left(NEW, tmp_path)

    note = f"differences to release {first.sha256[:12]} of this site, which was not named as an earlier one"
    assert first.forgotten == []
    assert second.forgotten == [first.sha256[:12]]
    assert note in second.certificate["not_checked"]
    for language in ("en", "es", "ms", "pt-BR", "tr"):
        assert any(first.sha256[:12] in line and "--earlier" in line for line in lines_of(second, language))


def test_a_release_that_was_named_is_not_told_as_forgotten(tmp_path: Path) -> None:
    first = left(OLD, tmp_path)
    second = left(NEW, tmp_path, first)

    assert second.forgotten == []
    assert not any("not named" in note for note in second.certificate["not_checked"])
    assert not any("--earlier" in line for line in lines_of(second, "en"))


def test_of_two_releases_the_one_that_was_not_named_is_told(tmp_path: Path) -> None:
    first = left(OLD, tmp_path)
    second = left(NEW, tmp_path, first)

    assert left(NEW, tmp_path, second).forgotten == [first.sha256[:12]]


def test_a_site_without_a_ledger_remembers_nothing(tmp_path: Path) -> None:
    assert release({"t": counts(OLD, ["region"])}, POLICY, site_folder=tmp_path / "site").forgotten == []


def test_units_that_are_spelled_otherwise_are_told() -> None:
    first = release({"t": counts(OLD, ["region"])}, POLICY)
    spelled = NEW.assign(firm=NEW["firm"].str.upper())

    told = release({"t": counts(spelled, ["region"])}, POLICY, earlier=[first]).certificate["not_checked"]

    assert any(first.sha256[:12] in note and "'firm'" in note and "spelled otherwise" in note for note in told)


def test_units_that_are_spelled_alike_are_not() -> None:
    first = release({"t": counts(OLD, ["region"])}, POLICY)

    told = release({"t": counts(NEW, ["region"])}, POLICY, earlier=[first]).certificate["not_checked"]

    assert not any("spelled" in note for note in told)
