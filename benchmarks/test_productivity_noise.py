"""Frontiers with noise and with draws, against StatsPAI and R's frontier and Benchmarking, one thread each.

INDUSTRIA_STATSPAI names a Python that has StatsPAI, INDUSTRIA_R_FRONTIERS a library of R with frontier 1.1 and
Benchmarking; without them ours are timed alone, and it is said.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from industria.productivity import bias_corrected_efficiency, stochastic_frontier
from tests.productivity.official_files import official

INPUTS = ["capital", "labor", "energy"]
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def units(n: int, years: int = 1) -> pd.DataFrame:
    """Logs of output and three inputs; half-normal inefficiency of the unit, which decays over years."""
    rng = np.random.default_rng(1)
    unit, year = np.divmod(np.arange(n * years), years)
    X = rng.normal(size=(n * years, 3))
    u = np.abs(rng.normal(0, 0.5, n))[unit] * np.exp(-0.03 * (year - years + 1))
    y = 1 + X @ [0.5, 0.3, 0.2] + rng.normal(0, 0.3, n * years) - u
    return pd.DataFrame({"unit": unit, "time": year, "output": y, **dict(zip(INPUTS, X.T, strict=True))})


def of_python(rows: pd.DataFrame, folder: Path) -> tuple[str, float, float] | None:
    """StatsPAI: version, seconds, coefficient of capital."""
    python = os.environ.get("INDUSTRIA_STATSPAI")
    if not python:
        print("\nStatsPAI is not compared: INDUSTRIA_STATSPAI names no Python that has it")
        return None
    rows.to_csv(folder / "units.csv", index=False)
    script = Path(__file__).with_name("statspai_times.py")
    done = subprocess.run(
        [python, str(script), str(folder / "units.csv")], capture_output=True, text=True, env=os.environ | ALONE
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return f"StatsPAI {told['version']}", told["seconds"], told["capital"]


def of_r(rows: pd.DataFrame, folder: Path, what: str, package: str) -> tuple[str, float, float] | None:
    """R: version, seconds, a number that must agree."""
    library = os.environ.get("INDUSTRIA_R_FRONTIERS")
    if not library:
        print(f"\n{package} is not compared: INDUSTRIA_R_FRONTIERS names no library of R that has it")
        return None
    rows.to_csv(folder / "rows.csv", index=False)
    script = Path(__file__).with_name("frontier_times.R")
    done = subprocess.run(
        ["Rscript", str(script), library, str(folder / "rows.csv"), what], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    version, seconds, number = done.stdout.split()[-3:]
    return f"{package} {version}", float(seconds), float(number)


def compare(benchmark: Any, ours: float, peer: tuple[str, float, float] | None, number: float, apart: float) -> float:
    """Tell how many times faster ours is, even if too few; the numbers must agree. Infinite without the peer."""
    if peer is None:
        return np.inf
    name, seconds, told = peer
    times = seconds / ours
    benchmark.extra_info[f"times as fast as {name}"] = round(times, 1)
    print(f"\n{ours:.4f} s, {times:.1f} times as fast as {name} with {seconds:.3f} s")
    assert number == pytest.approx(told, abs=apart)
    return times


def capital(found: Any) -> float:
    return float(found.to_pandas().set_index("term").loc["capital", "estimate"])


def test_half_normal_of_twenty_thousand_rows(benchmark: Any, seconds: Callable[..., float], tmp_path: Path) -> None:
    rows = units(20_000)
    roles: dict[str, Any] = {"output": "output", "inputs": INPUTS, "unit": "unit", "logs": True}
    found = benchmark.pedantic(stochastic_frontier, args=(rows,), kwargs=roles)
    ours = seconds(lambda: stochastic_frontier(rows, **roles))
    # Optimizers of the peers stop where the likelihood no longer moves at their tolerance.
    of_statspai = compare(benchmark, ours, of_python(rows, tmp_path), capital(found), 1e-4)
    of_frontier = compare(benchmark, ours, of_r(rows, tmp_path, "frontier", "frontier"), capital(found), 1e-4)
    assert of_statspai >= 8
    assert of_frontier >= 25


def test_decaying_inefficiency_of_a_thousand_units(
    benchmark: Any, seconds: Callable[..., float], tmp_path: Path
) -> None:
    rows = units(1_000, 10)
    roles: dict[str, Any] = {"output": "output", "inputs": INPUTS, "unit": "unit", "time": "time", "logs": True}
    roles |= {"model": "battese_coelli_1992"}
    found = benchmark.pedantic(stochastic_frontier, args=(rows,), kwargs=roles)
    ours = seconds(lambda: stochastic_frontier(rows, **roles), 10)
    assert compare(benchmark, ours, of_r(rows, tmp_path, "panel", "frontier"), capital(found), 1e-3) >= 25


def test_two_thousand_draws_of_a_frontier(benchmark: Any, seconds: Callable[..., float], tmp_path: Path) -> None:
    """140,000 linear programs of seventy school sites, five inputs and three outputs."""
    rows = official("charnes1981.csv")
    inputs, outputs = [f"x{i}" for i in range(1, 6)], ["y1", "y2", "y3"]
    roles: dict[str, Any] = {"unit": "firm", "inputs": inputs, "outputs": outputs, "bandwidth": "normal_reference"}
    start = time.perf_counter()
    bias_corrected_efficiency(rows, **roles, replications=2)
    print(f"\ncompiling or loading what is compiled: {time.perf_counter() - start:.1f} s")
    found = benchmark.pedantic(bias_corrected_efficiency, args=(rows,), kwargs=roles)
    ours = seconds(lambda: bias_corrected_efficiency(rows, **roles), 2)
    peer = of_r(rows[[*inputs, *outputs]], tmp_path, "bootstrap", "Benchmarking")
    bias = float(found.to_pandas()["bias"].mean())
    # Two thousand draws each, of different generators.
    assert compare(benchmark, ours, peer, bias, 0.002) >= 10
