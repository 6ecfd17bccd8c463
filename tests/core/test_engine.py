from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from industria.core import engine
from industria.core.table import collect, from_arrays
from industria.errors import UsageError


def _elsewhere(code: str, **environment: str) -> list[str]:
    """Run code in a process of its own: limits hold for a process, and a spill folder in use cannot be changed."""
    program = f"from pathlib import Path\nfrom industria.core import engine\nhere = engine.connection\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return done.stdout.split("\n")[:-1]


SETTINGS = """
for name in ("memory_limit", "threads", "temp_directory", "autoinstall_known_extensions", "autoload_known_extensions"):
    print(here().sql(f"SELECT current_setting('{name}')").fetchall()[0][0])
"""


def test_all_tables_of_the_process_meet_on_one_connection() -> None:
    left, right = from_arrays({"k": [1], "x": [2]}), from_arrays({"k": [1], "y": [3]})

    assert collect(left.join(right, on="k")).to_pylist() == [{"k": 1, "x": 2, "y": 3}]
    assert engine.connection() is engine.connection()


def test_limits_are_set(tmp_path: Path) -> None:
    spill = str(tmp_path / "spill")
    told = _elsewhere(f"engine.configure(memory='800MB', threads=1, spill=Path({spill!r})){SETTINGS}")

    assert told[:3] == ["762.9 MiB", "1", spill]  # 800 * 10^6 bytes
    assert told[3:] == ["False", "False"], "extensions must never be fetched"


def test_the_environment_sets_memory_and_spill_folder(tmp_path: Path) -> None:
    spill = str(tmp_path / "spill")

    memory, _, folder, *_ = _elsewhere(SETTINGS, INDUSTRIA_MEMORY="2GB", INDUSTRIA_SPILL=spill)

    assert (memory, folder) == ("1.8 GiB", spill)


def test_what_does_not_fit_is_spilled(tmp_path: Path) -> None:
    """Sorting 160 MB under a limit of 60 MB ends well, and by way of the folder."""
    spill = tmp_path / "spill"
    rows, peak = _elsewhere(
        "here().execute('CREATE TABLE sorted AS SELECT hash(i) AS a FROM range(20_000_000) t(i) ORDER BY a')\n"
        "print(here().sql('SELECT count(*) FROM sorted').fetchall()[0][0])\n"
        f"print(sum(file.stat().st_size for file in Path({str(spill)!r}).iterdir()))\n",
        INDUSTRIA_MEMORY="60MB",
        INDUSTRIA_SPILL=str(spill),
    )

    assert int(rows) == 20_000_000
    assert int(peak) > 0


def test_the_spill_folder_of_a_process_goes_with_it() -> None:
    (folder,) = _elsewhere("print(here().sql(\"SELECT current_setting('temp_directory')\").fetchall()[0][0])")

    assert "industria-spill-" in folder
    assert not Path(folder).exists()


@pytest.mark.parametrize("memory", ["much", "800", "-1GB", "800MB; DROP TABLE x"])
def test_a_memory_limit_that_is_no_size_is_told(memory: str) -> None:
    with pytest.raises(UsageError, match="is no size; write 800MB, 4GB or 60%"):
        engine.configure(memory=memory)


def test_no_threads_are_refused() -> None:
    with pytest.raises(UsageError, match="threads is 0"):
        engine.configure(threads=0)


def test_keys_carry_the_engine_and_its_major_version() -> None:
    assert engine.major_version() == "duckdb 2"
