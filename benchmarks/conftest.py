"""Sizes that people have, and ratios within one run: seconds differ by machine, ratios hardly."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

FIRMS = """
COPY (
    SELECT
        'f' || (i // 10) AS firm,
        2010 + i % 10 AS year,
        'i' || (i // 10) % 400 AS industry,
        1 + (hash(i) % 1000) / 10.0 AS employees,
        ln(1 + hash(i + 7) % 100000) AS log_output,
        CAST(hash(i // 10) % 3 = 0 AND i % 10 >= 5 AS INTEGER) AS "grant"
    FROM range({rows}) t(i)
) TO '{file}' (FORMAT parquet)
"""


@pytest.fixture(scope="session")
def firms(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Firm-years as Parquet: ten years a firm, 400 industries."""
    folder = tmp_path_factory.mktemp("firms")

    def write(rows: int) -> Path:
        file = folder / f"{rows}.parquet"
        if not file.exists():
            duckdb.connect().execute(FIRMS.format(rows=rows, file=file))
        return file

    return write


@pytest.fixture(scope="session")
def seconds() -> Callable[..., float]:
    """The shortest of a few calls, in seconds."""

    def measure(call: Callable[[], object], times: int = 3) -> float:
        taken = []
        for _ in range(times):
            start = time.perf_counter()
            call()
            taken.append(time.perf_counter() - start)
        return min(taken)

    return measure


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print what every benchmark tells beside its seconds: ratios with the version of the peer, gaps, memory."""
    session = getattr(config, "_benchmarksession", None)
    for bench in session.benchmarks if session else ():
        for what, value in bench.extra_info.items():
            terminalreporter.write_line(f"{bench.name}: {value} {what}")
