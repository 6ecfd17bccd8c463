"""Ratings of elements of O*NET by occupation, drawn for tests and read from a mirror."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from industria.work._task_items import ELEMENTS
from tests.work.scores import MIRROR


def drawn(*occupations: str, seed: int = 3) -> pd.DataFrame:
    """Ratings from 1 to 5, a column an element."""
    ratings = np.random.default_rng(seed).uniform(1, 5, (len(occupations), len(ELEMENTS))).round(2)
    return pd.DataFrame(ratings, columns=list(ELEMENTS)).assign(occupation=occupations)


def by_major_group() -> pd.DataFrame:
    """Means over the unit groups of ISCO-08 in each major group; reversed ratings are turned back."""
    file = MIRROR / "work" / "onet" / "derived" / "onet_tasks.csv"
    if not file.is_file():
        pytest.skip(f"the official files are not on this machine: {file} is no file")
    read = pd.read_csv(file, dtype={"isco08": str})
    items = pd.DataFrame({"occupation": read["isco08"].str[0]})
    for column in read.columns[1:]:
        # t_4C3b8_rev stands for 4.C.3.b.8, reversed.
        element = ".".join(column.removeprefix("t_").removesuffix("_rev"))
        items[element] = 6 - read[column] if column.endswith("_rev") else read[column]
    return items.groupby("occupation", as_index=False).mean()


def eurostat() -> pd.DataFrame:
    """Employment by quarter, country and major group of ISCO, thousand persons."""
    file = MIRROR / "work" / "countries" / "Eurostat_employment_isco.xlsx"
    if not file.is_file():
        pytest.skip(f"the official files are not on this machine: {file} is no file")
    sheets = [
        pd.read_excel(file, sheet_name=f"ISCO{k}", engine="calamine", na_values=":")
        .melt("TIME", var_name="country", value_name="employment")
        .assign(occupation=str(k))
        for k in range(1, 10)
    ]
    return pd.concat(sheets).dropna().rename(columns={"TIME": "period"})
