"""Files of data/productivity on the mirror; a test that needs one is skipped where it is absent."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

from tests.sources.official_files import WHOLE

__all__ = ["official"]


def official(name: str) -> pd.DataFrame:
    """Read a file of the mirror's folder of productivity."""
    if not (WHOLE / "productivity" / name).is_file():
        pytest.skip(f"the official files are not on this machine: {WHOLE / 'productivity' / name} is no file")
    return _read(name).copy()


@cache
def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(WHOLE / "productivity" / name)
