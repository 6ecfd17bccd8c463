"""`industria doctor` looks at the machine and never fails over a warning."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., tuple[int, str, str]]


def findings(told: tuple[int, str, str]) -> dict[str, Any]:
    assert told[0] == 0, told[2]
    return {finding["what"]: finding for finding in json.loads(told[1])}


def test_looks_at_python_packages_engine_disk_fonts_pdf_and_cache(industria: Call, tmp_path: Path) -> None:
    found = findings(industria("doctor", tmp_path, "--json"))

    assert {"python", "industria", "packages", "engine", "spill", "fonts", "pdf", "cache"} <= set(found)
    assert f"duckdb {metadata.version('duckdb')}" in found["packages"]["found"]
    assert "memory limit" in found["engine"]["found"]
    assert found["pdf"]["ok"]


def test_a_missing_extra_is_a_warning_with_the_command_that_adds_it(
    industria: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(package: str) -> str:
        if package == "typst":
            raise metadata.PackageNotFoundError(package)
        return "1.0"

    monkeypatch.setattr("industria.app._health.metadata.version", version)

    code, out, _ = industria("doctor", tmp_path)

    assert code == 0
    assert "warning: extra brief: pip install 'industria[brief]' adds typst" in out


def test_a_folder_of_the_environment_that_is_not_there_is_named(
    industria: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDUSTRIA_DATA", str(tmp_path / "nowhere"))

    found = findings(industria("doctor", tmp_path, "--json"))

    assert not found["INDUSTRIA_DATA"]["ok"]
    assert "nowhere" in found["INDUSTRIA_DATA"]["advice"]


def test_a_cache_that_cannot_be_written_is_a_warning(
    industria: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o500)
    if os.access(cache, os.W_OK):
        pytest.skip("the system lets root write everywhere")
    monkeypatch.setenv("INDUSTRIA_CACHE", str(cache))

    found = findings(industria("doctor", tmp_path, "--json"))

    assert "INDUSTRIA_CACHE" in found["cache"]["advice"]


def test_nothing_is_left_behind(industria: Call, tmp_path: Path) -> None:
    industria("doctor", tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_gaps_of_official_data_are_told_in_words_and_no_key_is(
    industria: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("INDUSTRIA_KEYS", str(tmp_path / "keys.toml"))
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    monkeypatch.setenv("INDUSTRIA_KEY_BEA", "s3cret")
    for name in ("INDUSTRIA_CONTACT", "INDUSTRIA_KEY_CENSUS", "INDUSTRIA_MIRROR"):
        monkeypatch.delenv(name, raising=False)

    told = industria("doctor", tmp_path, "--json")

    found = findings(told)
    assert found["network"]["found"] == "closed by INDUSTRIA_OFFLINE"
    assert "INDUSTRIA_CONTACT" in found["contact"]["advice"]
    assert found["key of bea"]["found"] == "there"
    assert "key_signup" in found["key of census"]["advice"]
    assert found["key of bls"]["ok"]
    assert found["store of sources"]["ok"]
    assert found["mirror"]["found"].startswith("none")
    assert "s3cret" not in told[1]
