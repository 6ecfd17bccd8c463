"""Pack, doctor, run and release where data lives: no network, no home, a pack that is not written to, little memory."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from industria.release import make_key, open_release, pack
from industria.release._packed import open_pack

ROOT = Path(__file__).parents[2]
STUDY = ROOT / "studies" / "network-of-three"
LARGE = 5_000_000
"""Rows of the large stand-in."""
MOST = 1.5 * 1024**3
"""Bytes that a run may hold at a site, with a budget of 1 GB for the engine."""


def _stand_ins() -> Any:
    spec = importlib.util.spec_from_file_location("stand_ins", STUDY / "stand_ins.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["stand_ins"] = module
    spec.loader.exec_module(module)
    return module


def _without_network() -> list[str]:
    """Shut the network off by the system, where it lets us; the process shuts its own sockets besides."""
    shut = ["unshare", "-rn"]
    if shutil.which("unshare") and subprocess.run([*shut, "true"], capture_output=True, check=False).returncode == 0:
        return shut
    return []


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder whose path has blanks and letters beyond ASCII, with a signed pack that was unpacked there."""
    folder = tmp_path / "dados confidenciais – São José, İzmir"
    folder.mkdir()
    make_key(folder / "hub key.pem")
    make_key(folder / "site key.pem")
    opened = open_pack(pack(STUDY / "travels", out=folder / "grants.pack", key=folder / "hub key.pem"))
    for name, content in opened.members.items():
        (folder / "pacote" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "pacote" / name).write_bytes(content)
    for one in (folder / "pacote").rglob("*"):
        one.chmod(0o555 if one.is_dir() else 0o444)
    (folder / "pacote").chmod(0o555)
    return folder


def _at_site(place: Path, file: Path, answers: Path) -> dict[str, Any]:
    """Look and run, then release, as two commands."""
    ran = _alone(place, "run", place / "pacote", file, answers, place)
    released = _alone(place, "release", place / "site key.pem", place)
    return ran | released


def _alone(place: Path, *words: object) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR", "LANG")}
    done = subprocess.run(
        [*_without_network(), sys.executable, str(Path(__file__).with_name("enclave.py")), *map(str, words)],
        env=kept | {"INDUSTRIA_MEMORY": "1GB", "PYTHONPATH": str(ROOT / "src")},
        cwd=place,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_site_without_network_or_home(place: Path) -> None:
    before = _bytes_of(place / "pacote")
    folder = _stand_ins().write_stand_ins(place / "sítios")["stand-in-a"]

    told = _at_site(place, folder / "plants.csv", folder / "answers.toml")

    assert _bytes_of(place / "pacote") == before
    assert told["doctor"][0] == 0
    assert "Contract kept: 141 rows of plants." in told["doctor"][1]
    assert told["run"][0] == 0
    assert (told["attack"]["exact"], told["attack"]["under_protected"]) == (0, 0)
    sealed = open_release(told["path"])
    assert sealed.site == "São José"
    assert sealed.manifest["pack"] == open_pack(place / "grants.pack").sha256
    assert sealed.manifest["definitions"]["plants.employ"] == "heads, average of the year"
    # No plant, no holding, and no figure of either in anything that was printed.
    plants = {line.split(",")[0].strip('"') for line in (folder / "plants.csv").read_text().splitlines()[1:]}
    assert not [plant for plant in plants if plant in told["doctor"][1] + told["run"][1]]


@pytest.mark.slow
def test_a_run_over_five_million_rows_in_one_gigabyte(place: Path) -> None:
    answers = _stand_ins().write_stand_ins(place / "sítios")["stand-in-a"] / "answers.toml"
    sql = f"""
      COPY (
        SELECT 'p' || (i // 3) AS plant, 'h' || (i // 6) AS holding, CAST(1987 + i % 3 AS BIGINT) AS year,
               CAST(1 + hash(i // 3) % 400 AS BIGINT) AS employ, CAST(1000 * (1 + hash(i) % 9000) AS BIGINT) AS sales,
               CASE WHEN (i // 3) % 50 = 0 THEN ln(1 + hash(i) % 20) END AS lscrap,
               CAST(i % 3 = 1 AND hash(i // 3) % 5 = 0 AS BIGINT) AS grant,
               CAST(i % 3 = 2 AND hash(i // 3) % 5 = 0 AS BIGINT) AS grant_1
        FROM range({LARGE}) AS t(i)
      ) TO '{place / "large.parquet"}'
    """
    duckdb.sql(sql)
    (place / "answers.toml").write_text(answers.read_text("utf-8").partition("[plants.reader")[0], encoding="utf-8")

    told = _alone(place, "run", place / "pacote", place / "large.parquet", place / "answers.toml", place)

    assert told["run"][0] == 0
    assert told["peak"] < MOST
