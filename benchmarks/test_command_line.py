from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STUDY = """
title    = "Firms"
question = "How large are firms by industry?"

[sources.firms]
use  = "files.parquet"
path = "firms.parquet"

[[step]]
name    = "size"
use     = "./measures.py:size"
firms   = "firms"
"""

MEASURES = '''
from collections.abc import Sequence

from industria.core.cells import add_up
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table


@measure(gives={"employees": "total of the cell [persons]"}, cites="none", design="descriptive", support="cells")
def size(firms: TableLike, *, by: Sequence[Column] = ("industry", "year")) -> Result:
    """Employees in every cell, with what disclosure control needs."""
    firms = as_table(firms, "firms", "firm", "employees", *by)
    return Result(table=add_up(firms, by, "employees", unit="firm").sort(*by))
'''


def _cpu(words: list[str], cwd: Path | None = None) -> tuple[float, float]:
    """CPU seconds and peak megabytes of a program."""
    program = subprocess.Popen(words, cwd=cwd, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    assert program.returncode == 0, words
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def test_help_is_at_hand(benchmark: Any) -> None:
    """`industria --help` takes at most five times the CPU time of importing typer alone."""
    helped = [sys.executable, "-m", "industria", "--help"]
    benchmark.pedantic(_cpu, args=(helped,), rounds=5, warmup_rounds=1)

    # Taken in turns, so that a busy machine is busy for both.
    both = [(_cpu(helped)[0], _cpu([sys.executable, "-c", "import typer"])[0]) for _ in range(7)]
    ratio = min(ours for ours, _ in both) / min(theirs for _, theirs in both)
    benchmark.extra_info["times importing typer"] = round(ratio, 2)
    assert ratio <= 5


def test_the_list_of_sources_is_at_hand(benchmark: Any) -> None:
    """`industria sources` takes at most half as much CPU time again as `industria --help`, which takes under 0.5 s."""
    listed, helped = ([sys.executable, "-m", "industria", word] for word in ("sources", "--help"))
    benchmark.pedantic(_cpu, args=(listed,), rounds=5, warmup_rounds=1)

    both = [(_cpu(listed)[0], _cpu(helped)[0]) for _ in range(7)]
    ours, theirs = (min(column) for column in zip(*both, strict=True))
    benchmark.extra_info["times the help"] = round(ours / theirs, 2)
    print(f"the list of sources: {ours:.2f} s of CPU, the help {theirs:.2f} s, {ours / theirs:.2f} times")
    assert ours / theirs <= 1.5
    assert theirs < 0.5


def test_five_million_rows_fit_into_a_gigabyte(benchmark: Any, firms: Callable[[int], Path], tmp_path: Path) -> None:
    """A group-by over 5 million rows stays under 1 GB with DuckDB held to 800 MB."""
    (tmp_path / "study.toml").write_text(STUDY)
    (tmp_path / "measures.py").write_text(MEASURES)
    (tmp_path / "firms.parquet").hardlink_to(firms(5_000_000))
    words = [sys.executable, "-m", "industria", "run", "--memory", "800MB", "--no-brief", "--quiet"]

    start = time.perf_counter()
    _, peak = benchmark.pedantic(_cpu, args=([*words, "--fresh"], tmp_path), rounds=1)
    benchmark.extra_info["peak MB"] = round(peak)
    benchmark.extra_info["seconds"] = round(time.perf_counter() - start, 1)
    assert peak < 1000
