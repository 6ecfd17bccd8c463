"""`industria doctor` looks at the machine and never fails over a warning."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from industria.app import _reach
from industria.app._reach import examine_reach
from industria.sources import Publisher
from tests.sources.official_files import RECORDED
from tests.sources.recorded import Reply, playing
from tests.study.plants import write_study

Call = Callable[..., tuple[int, str, str]]

AGENCY = Publisher(name="agency", title="The Agency", license="CC0", homepage="https://agency.example/data")
BUREAU = Publisher(name="bureau", title="The Bureau", license="CC0", homepage="https://bureau.example/")


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is asked of publishers, and what a person's machine has is not looked at."""
    for name in list(os.environ):
        if name.startswith("INDUSTRIA_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("INDUSTRIA_OFFLINE", "1")
    monkeypatch.setenv("INDUSTRIA_STORE", str(tmp_path.parent / f"{tmp_path.name}-store"))
    monkeypatch.setenv("INDUSTRIA_KEYS", str(tmp_path.parent / f"{tmp_path.name}-keys.toml"))


def findings(told: tuple[int, str, str], code: int = 0) -> dict[str, Any]:
    assert told[0] == code, told[1] + told[2]
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
    assert re.search(r"store, 0 files, 0\.0 MB, \d+\.\d GB free$", found["store of sources"]["found"])
    assert found["mirror"]["found"].startswith("none")
    assert "s3cret" not in told[1]


def test_it_is_told_what_the_mirror_covers(industria: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "natsector_M2023_dl.xlsx").write_bytes(b"PK")
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(tmp_path / "mirror"))

    told = findings(industria("doctor", tmp_path, "--json"))["mirror"]["found"]

    assert told.startswith("1 file; it answers the examples of 1 of ")
    assert "onet.database" in told
    assert "bls.oews" not in told


def test_publishers_are_asked_once_each_and_any_answer_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing(lambda _: Reply(status=403)) as agency, playing(lambda _: None) as bureau:
        monkeypatch.setenv("INDUSTRIA_ENDPOINT_AGENCY", agency.endpoint)
        monkeypatch.setenv("INDUSTRIA_ENDPOINT_BUREAU", bureau.endpoint)

        told = list(examine_reach([AGENCY, BUREAU, AGENCY]))

    assert [(finding.what, finding.found, finding.ok) for finding in told] == [
        ("publishers", "1 of 2 answer", True),
        ("The Bureau", "does not answer", False),
    ]
    assert bureau.endpoint in told[1].advice
    assert [(asked.method, asked.path) for asked in agency.asked] == [("HEAD", "/data")]


def test_publishers_that_do_not_answer_in_time_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_reach, "PATIENCE", 0.1)

    def slow(_: object) -> Reply:
        time.sleep(0.5)
        return Reply()

    with playing(slow) as agency:
        monkeypatch.setenv("INDUSTRIA_ENDPOINT_AGENCY", agency.endpoint)
        (told,) = examine_reach([AGENCY])

    assert (told.found, told.ok, told.exit_code) == ("none of 1 answers", False, 0)
    assert "there is no network here" in told.advice


JOBS = """
[sources.jobs]
use = "bls.oews"
vintage = 2021

[sources.jobs.contract.columns.employment]
minimum = 1

[sources.links]
use = "files.csv"
path = "links.csv"

[[step]]
name = "old"
use = "classifications.correspondence"
links = "links"
origin = "SOC 2018"
destination = "SOC 2010"

[[step]]
name = "detailed"
use = "tables.query"
jobs = "jobs"
sql = '''SELECT occupation, employment FROM jobs WHERE "group" = 'detailed' AND employment IS NOT NULL'''

[[step]]
name = "carried"
use = "classifications.bridge"
values = "detailed"
correspondence = "old"
code = "occupation"
value = "employment"

[[step]]
name = "never"
use = "tables.summary"
records = "carried"
columns = ["employment"]
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of recorded jobs, in the codes of a file that lacks some."""
    monkeypatch.setenv("INDUSTRIA_MIRROR", str(RECORDED))
    links = "origin_code,destination_code,partial\n11-1011,11-1011,false\n11-1021,11-1021,true\n11-1021,11-9199,true\n"
    return write_study(tmp_path / "jobs", JOBS, **{"links.csv": links})


def test_a_study_has_its_sources_contracts_and_bridges_looked_at(industria: Call, study: Path) -> None:
    found = findings(industria("doctor", study, "--json"))

    assert found["study"]["ok"]
    assert found["source jobs"]["found"].startswith("bls.oews, May 2021, ")
    assert found["contract of jobs"]["found"] == "is kept"
    assert found["bridge old"]["found"] == "3 links from 2 codes to 3"
    assert "through split codes" in found["bridge carried"]["found"]
    assert found["bridge carried"]["found"].endswith("% missing")
    assert not (study / "run").exists()


def test_a_broken_contract_ends_with_3_and_each_violation_is_listed(industria: Call, study: Path) -> None:
    words = (study / "study.toml").read_text().replace("minimum = 1", "minimum = 1_000_000\nunique = true")
    (study / "study.toml").write_text(words)

    code, out, _ = industria("doctor", study)

    assert code == 3
    assert len([line for line in out.splitlines() if line.startswith("error: contract of jobs: ")]) == 2


def test_a_source_that_cannot_be_had_ends_with_4_and_the_others_are_told(
    industria: Call, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INDUSTRIA_MIRROR")

    found = findings(industria("doctor", study / "study.toml", "--json"), code=4)

    assert "national_M2021_dl.xlsx" in found["source jobs"]["advice"]
    assert found["source links"]["ok"]
    assert found["bridge old"]["ok"]
    assert found["bridge carried"]["found"] == "not known without source 'jobs'"


def test_words_that_are_wrong_end_with_2(industria: Call, study: Path) -> None:
    words = (study / "study.toml").read_text()
    (study / "study.toml").write_text(words.replace('code = "occupation"', 'code = "ocupation"'))

    found = findings(industria("doctor", study, "--json"), code=2)

    assert "Did you mean 'occupation'?" in found["study"]["advice"]
    assert "bridge carried" not in found


def test_a_study_that_is_not_there_is_told(industria: Call, tmp_path: Path) -> None:
    found = findings(industria("doctor", tmp_path / "nowhere", "--json"), code=2)

    assert "there is no study at" in found["study"]["advice"]
