"""A shock to demand on the network of US occupations, against the same equations with full matrices."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from industria.work import demand_shock

OCCUPATIONS, MOVES, STEPS, SHOCK = 539, 15_426, 600, 300
STAY, DELTA_U, DELTA_V, GAMMA, RATE, MIDPOINT, AFTER = 0.55, 0.016, 0.012, 0.16, 0.0425, 115.5, 4

Array = npt.NDArray[np.float64]


def _tables() -> dict[str, pa.Table]:
    """As many occupations and moves as in the network of del Rio-Chanona et al. (2021), drawn."""
    rng = np.random.default_rng(5)
    cell = rng.choice(OCCUPATIONS * (OCCUPATIONS - 1), MOVES, replace=False)
    i, j = cell // (OCCUPATIONS - 1), cell % (OCCUPATIONS - 1)
    A = np.zeros((OCCUPATIONS, OCCUPATIONS))
    A[i, j + (j >= i)] = rng.exponential(size=MOVES)
    A *= (1 - STAY) / A.sum(axis=1, keepdims=True)
    np.fill_diagonal(A, STAY)
    origin, destination = np.nonzero(A)
    codes = np.array([f"{k:03}" for k in range(OCCUPATIONS)])
    jobs = rng.lognormal(11, 1.3, OCCUPATIONS).round()
    wanted = jobs * np.where(np.arange(OCCUPATIONS) < 50, 0.7, 1.0)
    return {
        "network": pa.table(
            {"origin": codes[origin], "destination": codes[destination], "probability": A[origin, destination]}
        ),
        "occupations": pa.table(
            {"occupation": codes, "employment": 0.95 * jobs, "unemployment": 0.05 * jobs, "vacancies": 0.04 * jobs}
        ),
        "target": pa.table({"occupation": codes, "demand": wanted * jobs.sum() / wanted.sum()}),
    }


def _dense(A: Array, e: Array, u: Array, v: Array, target: Array) -> Array:
    """The equations of the paper, step by step, every pair of occupations in a matrix."""
    d0, ages = e + u, np.zeros((AFTER + 1, len(e)))
    ages[0] = u
    out = np.empty((STEPS, 4, len(e)))
    for t in range(1, STEPS + 1):
        d = d0 + (target - d0) / (1 + np.exp(-RATE * (t - SHOCK - MIDPOINT))) * (t > SHOCK)
        gap = e + v - d
        separated = DELTA_U * e + (1 - DELTA_U) * np.minimum(e, GAMMA * np.maximum(0, gap))
        opened = DELTA_V * e + (1 - DELTA_V) * np.minimum(e, GAMMA * np.maximum(0, -gap))
        q = v * A
        q /= q.sum(axis=1, keepdims=True)
        s = u[:, None] * q
        theta = v / s.sum(axis=0)
        f = s * (theta * (1 - np.exp(-1 / theta)))
        left, hired = f.sum(axis=1), f.sum(axis=0)
        stays = ages * (1 - left / u)
        ages = np.vstack([separated, stays[:-2], stays[-2:].sum(axis=0)])
        e, u, v = e - separated + hired, ages.sum(axis=0), v + opened - hired
        out[t - 1] = e, u, v, ages[-1]
    return out


def test_six_hundred_steps_against_full_matrices(benchmark: Any, seconds: Callable[..., float]) -> None:
    tables = _tables()
    codes = {code: k for k, code in enumerate(tables["occupations"]["occupation"].to_pylist())}
    A = np.zeros((OCCUPATIONS, OCCUPATIONS))
    i, j = ([codes[one] for one in tables["network"][side].to_pylist()] for side in ("origin", "destination"))
    A[i, j] = tables["network"]["probability"]
    start = [tables["occupations"][name].to_numpy() for name in ("employment", "unemployment", "vacancies")]

    def dense() -> Array:
        return _dense(A, *start, tables["target"]["demand"].to_numpy())

    found = benchmark(demand_shock, **tables)

    names = ("employment", "unemployment", "vacancies", "long_term")
    # A large table is read by several threads, and its rows come in the order in which these are done.
    rows = found.to_arrow().sort_by([("step", "ascending"), ("occupation", "ascending")])
    paths = np.array([rows[name] for name in names]).reshape(4, STEPS, OCCUPATIONS)
    np.testing.assert_allclose(paths.transpose(1, 0, 2), dense(), rtol=1e-9)
    ratio = benchmark.stats.stats.min / seconds(dense)
    benchmark.extra_info["times the dense loop"] = round(ratio, 3)
    assert ratio < 1 / 3


# A process of its own; the small call first, so that nothing but the steps is counted.
MEMORY = """
import json
from benchmarks.test_work_mobility import _tables
from industria.study.provenance import peak_memory
from industria.work import demand_shock

tables = _tables()
demand_shock(**tables, steps=2, shock_step=1).to_arrow()
before = peak_memory()
rows = demand_shock(**tables).to_arrow()
print(json.dumps({"rows": rows.num_rows, "bytes": peak_memory() - before}))
"""


def test_six_hundred_steps_fit_in_fifty_megabytes(benchmark: Any, pytestconfig: pytest.Config) -> None:
    """What the call and its table add to the process that makes them."""

    def fresh() -> Any:
        done = subprocess.run(
            [sys.executable, "-c", MEMORY], cwd=pytestconfig.rootpath, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    told = benchmark.pedantic(fresh, rounds=1)

    assert told["rows"] == STEPS * OCCUPATIONS
    benchmark.extra_info["peak memory, MB"] = round(told["bytes"] / 2**20, 1)
    assert told["bytes"] < 50 * 2**20
