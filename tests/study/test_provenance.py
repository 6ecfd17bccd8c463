"""What surrounds a run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LARGE = 600 * 1024**2


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system keeps no /proc")
def test_peak_memory_is_that_of_this_process_not_of_its_parent() -> None:
    """A run started from a large notebook is no large run."""
    code = (
        "import subprocess, sys; large = bytearray(600 * 1024**2)\n"
        "child = 'from industria.study.provenance import peak_memory; print(peak_memory())'\n"
        "print(subprocess.run([sys.executable, '-c', child], capture_output=True, text=True, check=True).stdout)"
    )
    child = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)

    assert 0 < child < LARGE


def test_peak_memory_grows_with_what_is_held() -> None:
    code = "from industria.study.provenance import peak_memory; large = bytearray(600 * 1024**2); print(peak_memory())"
    told = int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)

    assert told > LARGE
