"""A pool of thirty sites with two hundred steps each: reading the files takes longer than adding them up."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from industria.release import open_release, pool
from tests.release.sites import STEP, sealed

SITES = 30
STEPS = 200
CELLS = 300
SUMS = 190
TERMS = 2
READING = ("open_release", "table")
PUTTING_TOGETHER = ("summed", "pooled_estimates", "agree_on_columns", "agree")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("sites")
    return [_site(folder, f"site{i:02d}", np.random.default_rng(i)) for i in range(SITES)]


def _site(folder: Path, site: str, rng: np.random.Generator) -> Path:
    steps = {}
    for i in range(STEPS):
        name = f"step{i:03d}"
        kind = "sums" if i < SUMS else "estimates"
        rows, by, additive = _sums(rng) if kind == "sums" else _estimates(rng)
        told = {**STEP, "name": name, "pools": kind, "by": by, "additive": additive}
        steps[name] = (told, {f"tables/{name}.parquet": rows})
    return sealed(folder, site, steps=steps)


def _sums(rng: np.random.Generator) -> tuple[pa.Table, list[str], list[str]]:
    value = rng.lognormal(10, 2, CELLS)
    gone = rng.random(CELLS) < 0.02
    rows = {
        "industry": [f"C{i // 10:02d}" for i in range(CELLS)],
        "year": [2010 + i % 10 for i in range(CELLS)],
        "value": pa.array(value, mask=gone),
        "count": rng.integers(3, 500, CELLS),
        "status": np.where(gone, "withheld", "published"),
    }
    return pa.table(rows), ["industry", "year"], ["value", "count"]


def _estimates(rng: np.random.Generator) -> tuple[pa.Table, list[str], list[str]]:
    terms = [f"term{i}" for i in range(TERMS)]
    rows = {"term": terms, "estimate": rng.normal(0, 1, TERMS), "standard_error": rng.uniform(0.1, 0.5, TERMS)}
    return pa.table({**rows, "status": ["published"] * TERMS}), ["term"], []


def test_reading_dominates(benchmark: Any, files: list[Path]) -> None:
    found = benchmark.pedantic(pool, (files,), rounds=1)

    assert len(found.steps) == STEPS
    tables = [open_release(file).table("step007").to_pandas() for file in files]
    first = found.table("step007").to_pandas()
    expected = sum(np.where(table["status"] == "withheld", np.nan, table["value"]) for table in tables)
    np.testing.assert_allclose(first["value"], expected)  # fast and wrong is wrong

    reading = _cpu(lambda: [one.table(step) for one in map(open_release, files) for step in one.steps])
    whole = _cpu(lambda: pool(files))
    benchmark.extra_info["reading over all else"] = reading / (whole - reading)
    profile = cProfile.Profile(time.process_time)
    profile.runcall(pool, files)
    benchmark.extra_info |= {name: round(took, 2) for name, took in _seconds(profile).items()}
    assert benchmark.extra_info["reading over all else"] > 1


def _cpu(work: Callable[[], object]) -> float:
    """Count seconds of the processor, the least of three: other work on the machine is no part of it."""
    found = []
    for _ in range(3):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def _seconds(profile: cProfile.Profile) -> dict[str, float]:
    """Add up what the functions of a pool took, with all that they call."""
    found = dict.fromkeys((*READING, *PUTTING_TOGETHER, "write_run"), 0.0)
    for (file, _, name), (_, _, _, took, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if "release" in file and name in found:
            found[name] += took
    return found
