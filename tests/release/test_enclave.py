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


READ_ONLY = 'for folder in "$1" "$2"; do "$3" --bind "$folder" "$folder"; "$3" -o remount,ro,bind "$folder"; done'
"""What a shell does that may mount: the package and the pack can be read, whoever it runs as."""


def _without_network(*read_only: Path) -> list[str]:
    """Shut the network and the package off by the system, where it lets us; the process shuts its sockets besides."""
    alone, shell, mount, nothing = (shutil.which(name) for name in ("unshare", "sh", "mount", "true"))
    if not (alone and shell and mount and nothing):
        return []
    whole = [alone, "-rnm", shell, "-ec", f'{READ_ONLY}; shift 3; exec "$@"', "sh", *map(str, read_only), mount]
    tried = subprocess.run([*whole, nothing], capture_output=True, check=False)
    return whole if tried.returncode == 0 else []


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Industria as it is built for others."""
    folder = tmp_path_factory.mktemp("wheels")
    words = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(words, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def package(wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Industria installed from these wheels and nothing else, where nobody may write."""
    folder = tmp_path_factory.mktemp("installed") / "pacotes de São José"
    uv = shutil.which("uv", path=f"{ROOT / '.tools' / 'bin'}{os.pathsep}{os.environ['PATH']}")
    pip = [uv, "pip", "install", "--python", sys.executable] if uv else [sys.executable, "-m", "pip", "install"]
    offline = ["--no-index", "--find-links", str(wheels), "--no-deps", "--target", str(folder)]
    done = subprocess.run([*pip, *offline, "industria"], capture_output=True, text=True, check=False)
    if "No module named pip" in done.stderr:
        pytest.skip("neither uv nor pip is here")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(tmp_path: Path, wheels: Path) -> Path:
    """A folder whose path has blanks and letters beyond ASCII, with a signed pack that was unpacked there."""
    folder = tmp_path / "dados confidenciais – São José, İzmir"
    folder.mkdir()
    make_key(folder / "hub key.pem")
    make_key(folder / "site key.pem")
    made = pack(STUDY / "travels", out=folder / "grants.pack", key=folder / "hub key.pem", wheels=wheels)
    opened = open_pack(made)
    for name, content in opened.members.items():
        (folder / "pacote" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "pacote" / name).write_bytes(content)
    for one in (folder / "pacote").rglob("*"):
        one.chmod(0o555 if one.is_dir() else 0o444)
    (folder / "pacote").chmod(0o555)
    return folder


def _at_site(place: Path, package: Path, file: Path, answers: Path) -> dict[str, Any]:
    """Look and run, then release, as two commands."""
    ran = _alone(place, package, "run", place / "pacote", file, answers, place)
    released = _alone(place, package, "release", place / "site key.pem", place)
    return ran | released


def _alone(place: Path, package: Path, *words: object) -> dict[str, Any]:
    """Run with the installed package alone, without a home, a compiler or anything else to call."""
    kept = {name: value for name, value in os.environ.items() if name in ("TMPDIR", "LANG", "SYSTEMROOT")}
    (place / "nada").mkdir(exist_ok=True)
    done = subprocess.run(
        [
            *_without_network(package, place / "pacote"),
            *(sys.executable, str(Path(__file__).with_name("enclave.py")), *map(str, words)),
        ],
        env=kept
        | {"INDUSTRIA_MEMORY": "1GB", "PYTHONPATH": str(package), "HOME": "/proc/none", "PATH": str(place / "nada")},
        cwd=place,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert Path(told["package"]).is_relative_to(package)
    return told


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_site_without_network_or_home(place: Path, package: Path, wheels: Path) -> None:
    before = [_bytes_of(folder) for folder in (place / "pacote", package)]
    folder = _stand_ins().write_stand_ins(place / "sítios")["stand-in-a"]

    told = _at_site(place, package, folder / "plants.csv", folder / "answers.toml")

    assert [_bytes_of(folder) for folder in (place / "pacote", package)] == before
    assert [name for name in before[0] if name.startswith("wheels")] == [
        f"wheels/{one.name}" for one in wheels.iterdir()
    ]
    assert told["doctor"][0] == 0
    assert "Contract kept: 141 rows of plants." in told["doctor"][1]
    assert told["run"][0] == 0
    assert _alone(place, package, "compile")["compiled"]
    assert (told["attack"]["exact"], told["attack"]["under_protected"]) == (0, 0)
    sealed = open_release(told["path"])
    assert sealed.site == "São José"
    assert sealed.manifest["pack"] == open_pack(place / "grants.pack").sha256
    assert sealed.manifest["definitions"]["plants.employ"] == "heads, average of the year"
    # No plant, no holding, and no figure of either in anything that was printed.
    plants = {line.split(",")[0].strip('"') for line in (folder / "plants.csv").read_text().splitlines()[1:]}
    assert not [plant for plant in plants if plant in told["doctor"][1] + told["run"][1]]


@pytest.mark.slow
def test_a_run_and_a_release_of_five_million_rows_in_one_gigabyte(place: Path, package: Path) -> None:
    """1.7 million plants stand behind each of three tables, and the ledger of the site names them all."""
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

    told = _alone(place, package, "run", place / "pacote", place / "large.parquet", place / "answers.toml", place)
    released = _alone(place, package, "release", place / "site key.pem", place)

    assert told["run"][0] == 0
    assert told["peak"] < MOST
    assert released["attack"]["under_protected"] == 0
    assert released["peak"] < MOST
