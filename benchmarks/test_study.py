from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from industria.core.measure import find
from industria.core.table import collect
from industria.sources import files
from industria.study.load import load
from industria.study.run import run

ROOT = Path(__file__).parents[1]
STUDY = """
title    = "Firms"
question = "How large are they?"

[sources.firms]
use  = "files.parquet"
path = "firms.parquet"

[[step]]
name = "step"
{step}
"""
STEPS = {
    "tables.summary": """
use     = "tables.summary"
records = "firms"
columns = ["employees", "log_output"]
by      = ["industry", "year"]
""",
    "evaluation.fixed_effects": """
use       = "evaluation.fixed_effects"
panel     = "firms"
outcome   = "log_output"
treatment = "grant"
unit      = "firm"
time      = "year"
""",
}


def test_the_example_again_takes_nearly_no_time(benchmark: Any, tmp_path: Path) -> None:
    """The command a second time, in a process of its own as the first: at least 20 times faster from start to end."""
    made = shutil.ignore_patterns("run*", ".industria", "__pycache__")
    folder = shutil.copytree(ROOT / "studies" / "training-grants", tmp_path / "study", ignore=made)

    def go() -> bytes:
        words = [sys.executable, "-m", "industria", "run", str(folder)]
        return subprocess.run(words, check=True, capture_output=True).stdout

    start = time.perf_counter()
    said = go()
    first = time.perf_counter() - start
    again = benchmark.pedantic(go, rounds=5)

    ratio = first / benchmark.stats.stats.median
    benchmark.extra_info["seconds, the first time"] = round(first, 1)
    benchmark.extra_info["times faster again"] = round(ratio, 1)
    print(f"the example again: {first:.1f} s, then {benchmark.stats.stats.median:.2f} s, {ratio:.0f} times faster")
    assert again == said
    assert ratio >= 20


@pytest.mark.parametrize("rows", [1_000, 1_000_000])
@pytest.mark.parametrize("step", ["tables.summary", "evaluation.fixed_effects"])
def test_a_step_costs_little_more_than_its_measure(
    benchmark: Any, firms: Callable[[int], Path], tmp_path: Path, step: str, rows: int
) -> None:
    """Finding, hashing and storing, against calling the measure on the same file and looking at its tables."""
    (tmp_path / "firms.parquet").hardlink_to(firms(rows))
    (tmp_path / "study.toml").write_text(STUDY.format(step=STEPS[step]))
    study = load(tmp_path)
    use = study.steps["step"]

    def direct() -> None:
        parameters = {key: value for key, value in use.parameters.items() if value != "firms"}
        result = find(step).function(files.parquet(str(firms(rows))).read(), **parameters)
        for table in (result.table, *result.tables().values()):
            collect(table)

    def in_a_study() -> None:
        run(study, fresh=True)

    def took(call: Callable[[], None]) -> tuple[float, float]:
        """By the clock, and of the processors alone, which others that keep the machine busy delay less."""
        clock, processors = time.perf_counter(), time.process_time()
        call()
        return time.perf_counter() - clock, time.process_time() - processors

    in_a_study(), direct()
    # In turns, so that a busy machine is busy for both.
    ours, bare = zip(*[(took(in_a_study), took(direct)) for _ in range(10)], strict=True)
    benchmark.pedantic(in_a_study, rounds=1)
    overhead = []
    for i, word in enumerate(("clock", "processors")):
        with_study, without = (min(each[i] for each in times) for times in (ours, bare))
        overhead.append(with_study / without - 1)
        benchmark.extra_info[f"{word}: seconds, bare"] = round(without, 3)
        benchmark.extra_info[f"{word}: seconds, besides"] = round(with_study - without, 3)
        benchmark.extra_info[f"{word}: overhead"] = f"{overhead[-1]:+.1%}"
    print(step, rows, dict(benchmark.extra_info))
    assert rows < 1_000_000 or min(overhead) <= 0.10
