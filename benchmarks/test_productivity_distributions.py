from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from industria.kernels.decompositions import METHODS
from industria.productivity import growth_decomposition

FIRMS, YEARS, ROWS = 20_000, 10, 10_000_000
ROLES = {"value": "p", "weight": "jobs", "unit": "firm", "time": "year"}

# The statement a person would write for percentiles of 500 cells.
PLAIN = """
SELECT industry, year, quantile_cont(p, [0.1, 0.25, 0.5, 0.75, 0.9]) FROM read_parquet('{file}') GROUP BY ALL
"""

# A process of its own, so that its peak is that of the measures.
ALONE = """
import json, sys, time
from industria.core import engine
from industria.kernels.decompositions import METHODS
from industria.productivity import allocation, concentration, dispersion, frontier_gap, growth_decomposition
from industria.study.provenance import peak_memory

file, asked = json.loads(sys.argv[1])
engine.configure(memory="800MB")
rows = engine.connection().read_parquet(file)
cells = {"unit": "firm", "by": ["industry", "year"]}
calls = {
    "dispersion": lambda: dispersion(rows, value="p", **cells),
    "frontier_gap": lambda: frontier_gap(rows, value="p", **cells),
    "allocation": lambda: allocation(rows, value="p", weight="jobs", **cells),
    "concentration": lambda: concentration(rows, value="jobs", **cells),
    "growth_decomposition": lambda: growth_decomposition(
        rows, value="p", weight="jobs", unit="firm", time="year", methods=list(METHODS)
    ),
}
taken, found = {}, {}
for name in asked:
    start = time.perf_counter()
    table = calls[name]().to_arrow()
    taken[name] = time.perf_counter() - start
    found[name] = table.slice(0, 600).to_pylist()
print(json.dumps({"seconds": taken, "found": found, "peak": peak_memory()}))
"""

PEER = Path(__file__).with_name("dfvad_times.R")


def alone(file: Path, *asked: str) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps([str(file), asked])], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


@pytest.fixture(scope="module")
def firms() -> pd.DataFrame:
    """170,000 firm-years or so: a sixth of 20,000 firms is away in any of ten years."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"firm": np.repeat(np.arange(FIRMS), YEARS), "year": np.tile(np.arange(YEARS), FIRMS)})
    rows["p"] = np.repeat(rng.normal(size=FIRMS), YEARS) + rng.normal(0, 0.2, len(rows))
    rows["jobs"] = np.repeat(rng.lognormal(3, 1, FIRMS), YEARS) * rng.lognormal(0, 0.1, len(rows))
    # dfvad 0.3.6 turns time round in a pair of years whose first firm is there in the later one alone.
    return rows[(rng.random(len(rows)) < 0.85) | (rows["firm"] == 0)].reset_index(drop=True)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten million firm-years in 500 cells."""
    file = tmp_path_factory.mktemp("register") / "register.parquet"
    duckdb.connect().execute(
        f"""COPY (
            SELECT (hash(i // 10) % 50)::BIGINT AS industry, 2010 + i % 10 AS year, i // 10 AS firm,
                   1 + (hash(i + 2) % 1000000) / 1000.0 AS jobs, ln(1 + hash(i + 7) % 10000000) AS p
            FROM range({ROWS}) t(i)
        ) TO '{file}' (FORMAT parquet)"""
    )
    return file


def merged(rows: pd.DataFrame) -> float:
    """One component of one method as a person would reckon it: within, by Foster, Haltiwanger and Krizan."""
    rows = rows.assign(s=rows["jobs"] / rows.groupby("year")["jobs"].transform("sum"))
    both = rows.merge(rows.assign(year=rows["year"] - 1), on=["firm", "year"], suffixes=("0", "1"))
    return float((both["s0"] * (both["p1"] - both["p0"])).sum())


def test_all_decompositions_of_170_000_firm_years(
    benchmark: Any, seconds: Callable[..., float], firms: pd.DataFrame, tmp_path: Path
) -> None:
    found = benchmark.pedantic(
        lambda: growth_decomposition(firms, **ROLES, methods=list(METHODS)).to_pandas(), rounds=5, warmup_rounds=1
    )

    within = found.query("method == 'foster_haltiwanger_krizan' and component == 'within'")["contribution"].sum()
    assert within == pytest.approx(merged(firms), abs=1e-10)
    assert found.query("component == 'residual'")["contribution"].abs().max() < 1e-12
    ours = benchmark.stats.stats.min
    benchmark.extra_info["firm-years"] = len(firms)
    benchmark.extra_info["times one component by a pandas merge"] = round(ours / seconds(lambda: merged(firms)), 2)
    if (peer := dfvad(firms, tmp_path)) is not None:
        version, taken, theirs = peer
        assert within == pytest.approx(theirs, abs=1e-10)
        benchmark.extra_info[f"times as fast, all methods, as one of dfvad {version}"] = round(taken / ours, 1)
        assert taken / ours > 5


def dfvad(firms: pd.DataFrame, folder: Path) -> tuple[str, float, float] | None:
    """Time R's package for one method: its version, seconds, and the part within; None where there is none."""
    library = os.environ.get("INDUSTRIA_DFVAD")
    if not library:
        print("\ndfvad is not compared: INDUSTRIA_DFVAD names no library of R that has it")
        return None
    file = folder / "firms.csv"
    firms.assign(share=firms["jobs"] / firms.groupby("year")["jobs"].transform("sum")).sort_values("year").to_csv(
        file, index=False
    )
    done = subprocess.run(["Rscript", str(PEER), library, str(file), "fhk"], capture_output=True, text=True, check=True)
    version, seconds, within = done.stdout.split()
    return version, float(seconds), float(within)


def test_all_decompositions_of_ten_million_rows_fit_in_memory(benchmark: Any, register: Path) -> None:
    ours = benchmark.pedantic(alone, (register, "growth_decomposition"), rounds=1)

    residuals = [row["contribution"] for row in ours["found"]["growth_decomposition"] if row["component"] == "residual"]
    assert max(map(abs, residuals)) < 1e-11
    benchmark.extra_info["peak memory, MB"] = ours["peak"] // 2**20
    assert ours["peak"] < 1_500 * 2**20


def test_four_measures_by_500_cells_against_one_statement(benchmark: Any, register: Path) -> None:
    """The target is three times one `quantile_cont`; what it takes is printed."""
    here = duckdb.connect()
    theirs = sorted(here.execute(PLAIN.format(file=register)).fetchall())
    asked = ("dispersion", "frontier_gap", "allocation", "concentration")

    ours = benchmark.pedantic(alone, (register, *asked), rounds=1)

    shown = ("p10", "p25", "p50", "p75", "p90")
    for row, (industry, year, levels) in zip(ours["found"]["dispersion"], theirs, strict=True):
        assert (row["industry"], row["year"]) == (industry, year)
        # The engine interpolates between the same two values.
        assert [row[name] for name in shown] == pytest.approx(levels, rel=1e-12)
    taken = min(_seconds(here, register) for _ in range(3))
    total = sum(ours["seconds"].values())
    benchmark.extra_info["times one quantile_cont, target 3"] = round(total / taken, 1)
    for name, one in ours["seconds"].items():
        benchmark.extra_info[f"times one quantile_cont, {name}"] = round(one / taken, 1)
    benchmark.extra_info["peak memory, MB"] = ours["peak"] // 2**20
    assert ours["peak"] < 1_500 * 2**20


def _seconds(here: duckdb.DuckDBPyConnection, file: Path) -> float:
    import time

    start = time.perf_counter()
    here.execute(PLAIN.format(file=file)).fetchall()
    return time.perf_counter() - start
