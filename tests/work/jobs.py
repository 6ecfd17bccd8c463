"""Official tables of jobs for tests, from a mirror."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pytest

from tests.work.scores import MIRROR, official


def oews(*, group: str = "detailed", vintage: int = 2023, **parameters: Any) -> pd.DataFrame:
    """Read jobs and mean wages by industry, owner and occupation; withheld jobs stay null."""
    rows = official("bls.oews", vintage=vintage, **parameters)
    columns = ["industry", "ownership", "occupation", "employment", "annual_mean"]
    return rows.loc[rows["group"] == group, columns].rename(columns={"annual_mean": "mean_wage"})


@cache
def _ilostat() -> pd.DataFrame:
    file = MIRROR / "work/countries/ilostat-2020-04-10.csv.zip"
    if not file.exists():
        pytest.skip(f"the official files are not on this machine: there is no {file}")
    rows = pd.read_csv(file, usecols=["ref_area", "sex", "classif1", "time", "obs_value"])
    rows = rows[(rows["sex"] == "SEX_T") & rows["classif1"].str.startswith("OC2_ISCO08_")]
    rows = rows.assign(occupation=rows["classif1"].str.removeprefix("OC2_ISCO08_"))
    return rows.rename(columns={"ref_area": "country", "obs_value": "employment"})[
        ["country", "time", "occupation", "employment"]
    ]


def by_country(**years: int) -> pd.DataFrame:
    """Read employment of countries by group of two digits of ISCO-08, in thousands, each in one year."""
    rows = _ilostat()
    kept = rows["occupation"].ne("TOTAL") & rows["time"].eq(rows["country"].map(years))
    return rows[kept].drop(columns="time")
