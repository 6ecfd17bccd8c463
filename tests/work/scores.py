"""Official tables of tasks, scores and jobs for tests, from a mirror."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest

from industria import sources

MIRROR = Path(__file__).parents[3] / "shared" / "data"


def official(use: str, **parameters: Any) -> pd.DataFrame:
    """Read a source from the mirror; skip the test where there is none."""
    if not (MIRROR / "work").is_dir():
        pytest.skip(f"the official files are not on this machine: {MIRROR / 'work'} is no folder")
    return _read(use, tuple(parameters.items()))


@cache
def _read(use: str, parameters: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    with patch.dict(os.environ, INDUSTRIA_MIRROR=str(MIRROR), INDUSTRIA_OFFLINE="1"):
        frame: pd.DataFrame = sources.find(use)(**dict(parameters)).read().collect("pandas").to_native()
    return frame
