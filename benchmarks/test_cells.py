"""What disclosure control costs beside the plain aggregate: who stands behind each cell, and everybody of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

ROWS = 10_000_000
KEYS = ["industry", "year"]

# What a person would write for DuckDB: of cells, of cells whose units are added up first, and of the units.
PLAIN = {
    "rows": "SELECT industry, year, sum(sales), count(*) FROM rows GROUP BY ALL ORDER BY ALL",
    "units": """SELECT industry, year, sum(s), count(*) FROM (
        SELECT industry, year, firm, sum(sales) AS s FROM rows GROUP BY ALL) GROUP BY ALL ORDER BY ALL""",
    "contributors": "SELECT industry, year, firm, sum(sales) FROM rows GROUP BY ALL",
}

# A process of its own, so that its peak is that of what is timed; processor time of all threads, which a busy
# machine leaves as it is.
ALONE = """
import json, sys, time
from industria.core import engine
from industria.core.cells import add_up
from industria.core.table import as_table
from industria.study.provenance import peak_memory
from industria.tables import magnitude_table

file, memory, statement, options, contributors = json.loads(sys.argv[1])
engine.configure(memory=memory)
here = engine.connection()
rows = here.read_parquet(file)
# What a process does once is no part of the work on ten million rows.
magnitude_table(rows.limit(10), variable="sales", by=["industry"], unit="firm").to_arrow()
start = time.process_time()
if options is None:
    made = here.sql(statement)
elif options.get("bare"):
    made = add_up(as_table(rows, "rows"), ["industry", "year"], "sales", unit=options["unit"]).to_native()
else:
    found = magnitude_table(rows, variable="sales", **options)
    made = (found.contributors if contributors else found.table).to_native()
called = time.process_time() - start
if contributors:
    made.to_parquet(file + ".out")
    n = 0
else:
    n = len(made.fetchall())
print(json.dumps({"rows": n, "called": called, "seconds": time.process_time() - start, "peak": peak_memory()}))
"""


def alone(file: Path, *asked: Any) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps([str(file), *asked])], capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten million plants of 2.5 million firms in 2,000 cells of 100 industries and 20 years."""
    file = tmp_path_factory.mktemp("register") / "register.parquet"
    duckdb.connect().execute(
        f"""COPY (
            SELECT 'i' || hash(i // 4) % 100 AS industry, 2000 + hash(i // 4 + 1) % 20 AS year, 'f' || i // 4 AS firm,
                   (hash(i + 3) % 1000000) / 7.0 AS sales
            FROM range({ROWS}) t(i)
        ) TO '{file}' (FORMAT parquet)"""
    )
    return file


@pytest.mark.parametrize(
    ("plain", "options", "contributors", "least"),
    [
        ("rows", {"bare": True, "unit": None}, False, 3),
        ("units", {"bare": True, "unit": "firm"}, False, 2),
        ("units", {"by": KEYS, "margins": False, "unit": "firm"}, False, 2),
        ("contributors", {"by": KEYS, "margins": False, "unit": "firm"}, True, 2),
    ],
    ids=["rows-as-units", "units", "magnitude-table", "contributors"],
)
def test_support_beside_the_plain_aggregate(
    benchmark: Any, register: Path, plain: str, options: dict[str, Any], contributors: bool, least: float
) -> None:
    """Whole calls; a measure looks at its records once before, for what it refuses."""
    statement = PLAIN[plain].replace("FROM rows", f"FROM read_parquet('{register}')")
    asked = ("2GB", statement, options, contributors)
    theirs = ("2GB", statement, None, contributors)

    ours = [benchmark.pedantic(alone, (register, *asked), rounds=1)]
    others = [alone(register, *theirs)]
    # In turns, so that a busy machine is busy for both.
    ours, others = [*ours, alone(register, *asked)], [*others, alone(register, *theirs)]

    assert {one["rows"] for one in ours} == {one["rows"] for one in others}
    seconds = [min(one["seconds"] for one in of) for of in (ours, others)]
    benchmark.extra_info["times plain DuckDB"] = round(seconds[0] / seconds[1], 2)
    benchmark.extra_info["processor seconds, plain"] = round(seconds[1], 2)
    benchmark.extra_info["processor seconds, looking at records"] = round(min(one["called"] for one in ours), 2)
    benchmark.extra_info["peak memory, MB"] = max(one["peak"] for one in ours) // 2**20
    benchmark.extra_info["peak memory of plain DuckDB, MB"] = max(one["peak"] for one in others) // 2**20
    assert seconds[0] / seconds[1] < least


def test_margins_of_a_register_fit_in_the_memory_given(benchmark: Any, register: Path) -> None:
    """Five million plants and all margins of two dimensions, under a limit of 800 MB."""
    half = register.with_name("half.parquet")
    duckdb.connect().execute(f"COPY (FROM '{register}' LIMIT {ROWS // 2}) TO '{half}' (FORMAT parquet)")

    ours = benchmark.pedantic(alone, (half, "800MB", "", {"by": KEYS, "unit": "firm"}, False), rounds=1)

    benchmark.extra_info["peak memory, MB"] = ours["peak"] // 2**20
    assert ours["rows"] == 101 * 21
    # The engine's limit, and Python with its packages besides.
    assert ours["peak"] < 1_100 * 2**20
