"""A production function with all its roots and 200 draws of firms, against StatsPAI and R's prodest, one thread each.

INDUSTRIA_STATSPAI names a Python that has StatsPAI, INDUSTRIA_R_PRODEST a library of R with prodest 1.0.1; without
them ours is timed alone, and it is said.
"""

from __future__ import annotations

import json
import os
import subprocess
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from industria.productivity import production_function
from tests.strategies import simulated_firms

ROLES: dict[str, Any] = {"unit": "firm", "time": "year", "output": "y", "free": "l", "state": "k", "proxy": "m"}
DRAWS = 200
ALONE = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# prodest takes so long that a tenth of the draws is timed.
FEW = 20


def of_statspai(file: Path) -> tuple[str, float, float] | None:
    """Version, seconds for all draws, elasticity of labor."""
    python = os.environ.get("INDUSTRIA_STATSPAI")
    if not python:
        print("\nStatsPAI is not compared: INDUSTRIA_STATSPAI names no Python that has it")
        return None
    script = Path(__file__).with_name("statspai_function_times.py")
    command = [python, str(script), str(file), str(DRAWS)]
    done = subprocess.run(command, capture_output=True, text=True, env=ALONE)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return f"StatsPAI {told['version']}", told["seconds"], told["labor"]


def of_prodest(file: Path) -> tuple[str, float, float] | None:
    """Version, seconds for all draws, elasticity of labor, from a start at the truth."""
    library = os.environ.get("INDUSTRIA_R_PRODEST")
    if not library:
        print("\nprodest is not compared: INDUSTRIA_R_PRODEST names no library of R that has it")
        return None
    script = Path(__file__).with_name("prodest_times.R")
    command = ["Rscript", str(script), library, str(file), str(FEW)]
    done = subprocess.run(command, capture_output=True, text=True, env=ALONE)
    assert done.returncode == 0, done.stderr
    version, seconds, labor = done.stdout.split()[-3:]
    return f"prodest {version}", float(seconds) * DRAWS / FEW, float(labor)


def test_all_roots_and_two_hundred_draws_of_ten_thousand_rows(benchmark: Any, tmp_path: Path) -> None:
    """Ours reads the table, searches from 26 starts, follows the root into 200 draws, and writes six tables."""
    rows = simulated_firms(1, 0, firms=1000).to_pandas()
    file = tmp_path / "firms.csv"
    rows.to_csv(file, index=False)

    found = benchmark.pedantic(
        lambda: production_function(rows, logs=True, replications=DRAWS, **ROLES), rounds=5, warmup_rounds=1
    )

    tracemalloc.start()
    production_function(rows, logs=True, replications=DRAWS, **ROLES)
    benchmark.extra_info["MB at most, beside the panel"] = round(tracemalloc.get_traced_memory()[1] / 1e6)
    tracemalloc.stop()
    estimate = found.to_pandas().set_index("term")["estimate"]
    assert (found.n_obs, found.identified, found.draws_without_root) == (10_000, True, 0)
    for peer, wanted in ((of_statspai(file), 8), (of_prodest(file), 50)):
        if peer is None:
            continue
        name, seconds, labor = peer
        # Both solve the same moments; prodest's optimizer stops where they are small.
        assert estimate["l"] == pytest.approx(labor, abs=1e-3)
        ratio = seconds / benchmark.stats.stats.min
        benchmark.extra_info[f"times as fast as {name}"] = round(ratio, 1)
        print(f"\nACF and {DRAWS} draws: {benchmark.stats.stats.min:.2f} s, {name} {seconds:.1f} s")
        assert ratio > wanted
