"""A study of two steps and two claims, small enough to work out by hand."""

from __future__ import annotations

from pathlib import Path

from industria.study.load import load
from industria.study.model import Study

# Means 2 and 15; standard errors of the mean 1/sqrt(3) and 5: deviations are 1 and 5 sqrt(3).
FIRMS = "firm,sector,scrap\nf1,a,1.0\nf2,a,2.0\nf3,a,3.0\nf4,b,10.0\nf5,b,10.0\nf6,b,25.0\n"

TEXT = """
title = "Scrap"
question = "How much is scrapped?"

[sources.firms]
use = "files.csv"
path = "firms.csv"
contract = { columns = { scrap = { unit = "hours", meaning = "hours of scrap", minimum = 0 } } }

[[step]]
name = "means"
use = "./measures.py:means"
firms = "firms"
outcome = "scrap"

[[step]]
name = "ranks"
use = "./measures.py:ranks"
groups = "means"

[[claim]]
says = "Sector a scraps less than four hours"
value = "means[sector=a].estimate"
below = 4

[[claim]]
says = "Sector b scraps more than one hour"
value = "means[sector=b].estimate"
above = 1
confidence = 0.95
"""

MEASURES = '''
from __future__ import annotations

from dataclasses import dataclass

import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, Table, TableLike, as_table


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Means(Result):
    used: Table
    n_obs: int
    df: float


@measure(
    gives={
        "estimate": "mean of the outcome [unit of outcome]",
        "standard_error": "of the mean [unit of outcome]",
        "support_units": "firms [firms]",
    },
    cites="Student (1908)",
    design="associational",
    support="cells",
)
def means(firms: TableLike, *, outcome: Column, scale: float = 1.0) -> Means:
    """Mean of an outcome by sector.

    Firms count alike.

    Notes
    -----
    sum(x) / n
    """
    firms = as_table(firms, "firms", outcome, "sector")
    x = nw.col(outcome) * scale
    table = firms.group_by("sector").agg(
        estimate=x.mean(), standard_error=x.std() / x.count() ** 0.5, support_units=x.count().cast(nw.Int64)
    )
    return Means(table=table.sort("sector"), used=firms.select("firm", outcome), n_obs=6, df=2.0)


@measure(gives={"rank": "by rising mean [rank]"}, cites="no one", design="descriptive")
def ranks(groups: TableLike) -> Result:
    """Rank of each sector: it stays when means move a little."""
    groups = as_table(groups, "groups", "sector", "estimate")
    return Result(table=groups.select("sector", rank=nw.col("estimate").rank().cast(nw.Int64)).sort("sector"))
'''


def small_study(folder: Path, text: str = TEXT, measures: str = MEASURES, firms: str = FIRMS) -> Study:
    """Write the study into a folder, and load it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(text, encoding="utf-8")
    (folder / "measures.py").write_text(measures, encoding="utf-8")
    (folder / "firms.csv").write_text(firms, encoding="utf-8")
    return load(folder)
