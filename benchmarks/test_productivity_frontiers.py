"""Data envelopment analysis of 1,000, 5,000 and 20,000 units, against SciPy's HiGHS, DEAPack, rDEA and Benchmarking.

INDUSTRIA_DEAPACK names a Python that has DEAPack, INDUSTRIA_R_FRONTIERS a library of R that has rDEA or Benchmarking;
without them ours are timed alone, and it is said. Ours is the whole measure, from the table to peers, prices, scale
and certificates; compiled before, which is told apart.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from industria.productivity import dea

GIGABYTE = 2**20
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
WORDS: dict[str, Any] = {"unit": "unit", "inputs": ["x1", "x2", "x3"], "outputs": ["y1", "y2"]}
# Solvers of the peers stop at tolerances of 1e-7 and 1e-9; a mean of scores knows six digits of any of them.
AGREE = 1e-6


def units(n: int) -> pd.DataFrame:
    """Three lognormal inputs, two outputs of decreasing returns, half-normal inefficiency."""
    rng = np.random.default_rng(1)
    X = rng.lognormal(size=(n, 3))
    y = np.exp(np.log(X) @ [0.4, 0.3, 0.2] - np.abs(rng.normal(0, 0.3, n)))
    goods = np.column_stack([X, y * rng.uniform(0.5, 1, n), y * rng.uniform(0.5, 1, n)])
    return pd.DataFrame(goods, columns=["x1", "x2", "x3", "y1", "y2"]).assign(unit=np.arange(n))


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Compile, or load what was compiled before, and tell how long it took."""
    start = time.perf_counter()
    dea(units(500), **WORDS)
    print(f"\ncompiling or loading what is compiled: {time.perf_counter() - start:.1f} s")


def by_highs(rows: pd.DataFrame) -> float:
    """One program of SciPy's HiGHS a unit."""
    X, Y = rows[WORDS["inputs"]].to_numpy(), rows[WORDS["outputs"]].to_numpy()
    n, total = len(X), 0.0
    cost, ones = np.append(np.zeros(n), 1.0), np.append(np.ones(n), 0.0)[None, :]
    for x, y in zip(X, Y, strict=True):
        limits = np.vstack([np.column_stack([X.T, -x]), np.column_stack([-Y.T, np.zeros(2)])])
        found = linprog(cost, limits, np.concatenate([np.zeros(3), -y]), ones, [1.0], method="highs")
        total += found.fun
    return total / n


def of_deapack(rows: pd.DataFrame, folder: Path) -> tuple[str, float, float] | None:
    """DEAPack: version, seconds, mean score."""
    python = os.environ.get("INDUSTRIA_DEAPACK")
    if not python:
        print("\nDEAPack is not compared: INDUSTRIA_DEAPACK names no Python that has it")
        return None
    rows.to_csv(folder / "units.csv", index=False)
    words = [python, str(Path(__file__).with_name("deapack_times.py")), str(folder / "units.csv")]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | ALONE)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return f"DEAPack {told['version']}", told["seconds"], told["mean"]


def of_r(rows: pd.DataFrame, folder: Path, package: str) -> tuple[str, float, float] | None:
    """R: version, seconds, mean score."""
    library = os.environ.get("INDUSTRIA_R_FRONTIERS")
    if not library or not (Path(library) / package).is_dir():
        print(f"\n{package} is not compared: INDUSTRIA_R_FRONTIERS names no library of R that has it")
        return None
    rows.to_csv(folder / "units.csv", index=False)
    words = ["Rscript", str(Path(__file__).with_name("dea_times.R")), library, str(folder / "units.csv"), package]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    version, seconds, mean = done.stdout.split()[-3:]
    return f"{package} {version}", float(seconds), float(mean)


def compare(benchmark: Any, ours: float, peer: tuple[str, float, float] | None, mean: float) -> float:
    """Note how many times faster ours is; the means must agree. Infinite without the peer."""
    if peer is None:
        return np.inf
    name, seconds, told = peer
    assert mean == pytest.approx(told, abs=AGREE)
    benchmark.extra_info[f"times as fast as {name}"] = round(seconds / ours, 1)
    print(f"\n{name}: {seconds:.3f} s, ours {ours:.3f} s, {seconds / ours:.0f} times as fast")
    return seconds / ours


def timed(benchmark: Any, rows: pd.DataFrame, rounds: int) -> tuple[float, float]:
    """Seconds of the fastest round of the whole measure, and the mean score; all scores certified."""
    found = benchmark.pedantic(dea, args=(rows,), kwargs=WORDS, rounds=rounds, warmup_rounds=0)
    assert found.n_uncertified == found.n_infeasible == 0
    ours = benchmark.stats.stats.min
    benchmark.extra_info["efficient units"] = found.n_efficient
    return ours, float(found.mean_efficiency)


def test_a_thousand_units(benchmark: Any, tmp_path: Path) -> None:
    rows = units(1_000)
    ours, mean = timed(benchmark, rows, rounds=7)

    start = time.perf_counter()
    told = by_highs(rows)
    highs = ("a loop of SciPy's HiGHS", time.perf_counter() - start, told)
    assert compare(benchmark, ours, highs, mean) >= 60
    assert compare(benchmark, ours, of_deapack(rows, tmp_path), mean) >= 100
    assert compare(benchmark, ours, of_r(rows, tmp_path, "rDEA"), mean) >= 15
    compare(benchmark, ours, of_r(rows, tmp_path, "Benchmarking"), mean)


def test_five_thousand_units(benchmark: Any, tmp_path: Path) -> None:
    rows = units(5_000)
    ours, mean = timed(benchmark, rows, rounds=3)

    assert compare(benchmark, ours, of_r(rows, tmp_path, "rDEA"), mean) >= 30
    compare(benchmark, ours, of_r(rows, tmp_path, "Benchmarking"), mean)


ALL = """
import resource, sys
sys.path.insert(0, {here!r})
from test_productivity_frontiers import WORDS, units
from industria.productivity import dea
found = dea(units(20_000), **WORDS)
print(found.n_uncertified, found.n_measured, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_twenty_thousand_units_under_a_gigabyte(benchmark: Any) -> None:
    timed(benchmark, units(20_000), rounds=1)

    # Peak memory is of a process that does nothing else.
    words = [sys.executable, "-c", ALL.format(here=str(Path(__file__).parent))]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    uncertified, measured, peak = (int(word) for word in done.stdout.split())
    benchmark.extra_info["peak gigabytes"] = round(peak / GIGABYTE, 2)
    assert (uncertified, measured) == (0, 20_000)
    assert peak / GIGABYTE < 1
