"""Bins and percentiles of an amount whose sums are withheld: what they bound is not checked, and said so."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from industria.core.result import Result
from industria.release import Policy, release
from industria.tables import histogram, magnitude_table, percentile_table

RULES = Policy(threshold=3, p=0.1)


def firms(largest: float) -> pd.DataFrame:
    """The first firm of region A may have nearly all of it; those of B sell between 100 and 110."""
    drawn = np.random.default_rng(1)
    regions = np.repeat(["A", "B", "C"], [6, 24, 60])
    sales = np.r_[largest, drawn.uniform(20, 30, 5), drawn.uniform(100, 110, 24), drawn.uniform(100, 130, 60)]
    return pd.DataFrame({"firm": [f"f{i}" for i in range(90)], "region": regions, "sales": sales})


def told(records: pd.DataFrame, kind: str) -> list[str]:
    beside: dict[str, Result] = {
        "h": histogram(records, column="sales", edges=(-math.inf, 50, 100, 110, math.inf), by=["region"], unit="firm"),
        "q": percentile_table(records, variable="sales", by=["region"], percentiles=(0.25, 0.5), unit="firm"),
    }
    sums = magnitude_table(records, variable="sales", by=["region"], unit="firm")
    found = release({"t": sums, kind: beside[kind]}, RULES)
    return [words for words in found.certificate["not_checked"] if "bounds that bins and percentiles put" in words]


@pytest.mark.parametrize("kind", ["h", "q"])
def test_bins_and_percentiles_beside_withheld_sums_are_named(kind: str) -> None:
    (words,) = told(firms(5000.13), kind)

    assert words.endswith(f"steps {kind}")


def test_nothing_is_said_of_bins_where_every_sum_leaves() -> None:
    assert told(firms(25.0), "h") == []
