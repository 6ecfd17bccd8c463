"""Workers of two groups for the decompositions: small tables, drawn ones, and surveys that others took apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import strategies as st

from tests.sources.official_files import WHOLE

DECOMPOSITION = WHOLE / "work" / "decomposition"

# 24 workers, so that every test of every measure can be followed by hand.
WAGES = pa.table(
    {
        "sex": ["men", "women"] * 12,
        "log_wage": [
            *(2.9, 2.6, 3.1, 2.7, 2.5, 2.4, 3.4, 2.8, 2.2, 2.3, 3.0, 2.5),
            *(2.7, 2.9, 3.3, 2.6, 2.1, 2.2, 3.2, 3.1, 2.8, 2.4, 2.6, 2.7),
        ],
        "school_years": [12, 12, 16, 13, 10, 11, 18, 14, 9, 10, 16, 12, 12, 16, 17, 12, 9, 9, 15, 18, 12, 11, 13, 14],
        "region": [*("east", "east", "west", "west") * 3, *("east", "west", "west", "east") * 3],
        "weight": [1.0, 2.0, 1.5, 1.0, 0.5, 1.0, 2.5, 1.0, 1.0, 1.5, 1.0, 2.0] * 2,
        "household": [f"h{i // 2}" for i in range(24)],
    }
)
FORMULA = "school_years + region"
CALL: dict[str, Any] = {"outcome": "log_wage", "group": "sex", "reference": "men", "formula": FORMULA}


def survey(name: str) -> pd.DataFrame:
    """Read a survey of the mirror; without it the test is skipped, and says why."""
    path: Path = DECOMPOSITION / f"{name}.csv"
    if not path.is_file():
        pytest.skip(f"the survey is not on this machine: {path} is no file")
    return pd.read_csv(path)


def chicago() -> pd.DataFrame:
    """Hispanic workers in Chicago, CPS 2013, as R's package oaxaca ships them; wages in dollars."""
    rows = survey("chicago")
    return rows.assign(wage=np.exp(rows["ln.real.wage"]))


def nlys00() -> pd.DataFrame:
    """5,309 workers of the NLSY79 in 2000 (O'Neill & O'Neill 2006), as R's package ddecompose ships them."""
    rows = survey("nlys00")
    return rows.assign(log_wage=np.log(rows["wage"]))


def people(seed: int = 0, n: int = 400, *, weighted: bool = True) -> pd.DataFrame:
    """Draw workers whose groups differ in composition and in slopes."""
    rng = np.random.default_rng(seed)
    woman = rng.integers(0, 2, n)
    school = 8 + rng.integers(0, 9, n) + woman
    region = np.array(["east", "north", "west"])[(rng.integers(0, 5, n) + woman) // 2]
    years = np.round(rng.uniform(0, 40, n), 1)
    slope = np.where(woman == 1, 0.07, 0.09)
    log_wage = 1 + slope * school + 0.02 * years - 0.0003 * years**2 + 0.1 * (region == "west") - 0.1 * woman
    return pd.DataFrame(
        {
            "sex": np.where(woman == 1, "women", "men"),
            "log_wage": log_wage + rng.normal(0, 0.4, n),
            "school_years": school,
            "region": region,
            "years": years,
            "weight": rng.uniform(0.5, 3.0, n) if weighted else np.ones(n),
            "town": rng.integers(0, 40, n),
        }
    )


PEOPLE: dict[str, Any] = {
    "outcome": "log_wage",
    "group": "sex",
    "reference": "men",
    "formula": "school_years + region + years + I(years**2)",
}
seeds = st.integers(0, 10_000)
