"""A study of sums by cell and what is made of them, small enough to work out by hand."""

from __future__ import annotations

from pathlib import Path

from industria.study.load import load
from industria.study.model import Study

TEXT = """
title = "Pay"
question = "Who pays?"

[sources.firms]
use = "files.csv"
path = "firms.csv"

[sources.prices]
use = "files.csv"
path = "prices.csv"

[[step]]
name = "large"
use = "tables.query"
firms = "firms"
sql = "SELECT * FROM firms WHERE value_added > 1"

[[step]]
name = "share"
use = "./measures.py:labor_share"
firms = "large"
by = ["industry"]

[[step]]
name = "percent"
use = "tables.query"
share = "share"
sql = "SELECT industry, 100 * labor_share AS percent FROM share"

[[step]]
name = "deflator"
use = "tables.query"
prices = "prices"
sql = "SELECT * FROM prices"

[[step]]
name = "unused"
use = "./measures.py:labor_share"
firms = "firms"
by = ["industry"]

[[claim]]
says = "Industry a pays less than all of it"
value = "percent[industry=a].percent"
below = 100

[release]
public = ["prices"]
"""

MEASURES = '''
from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from industria.core.cells import add_up
from industria.core.measure import measure
from industria.core.result import Result
from industria.core.table import Column, TableLike, as_table


@measure(
    gives={
        "compensation": "total of the cell [currency]",
        "value_added": "total of the cell [currency]",
        "labor_share": "compensation over value added [fraction]",
    },
    cites="no one",
    design="descriptive",
    pools="sums",
    support="cells",
)
def labor_share(firms: TableLike, *, by: Sequence[Column] = ("industry",)) -> Result:
    """Compensation over value added in every cell."""
    firms = as_table(firms, "firms", "firm", "compensation", "value_added", *by)
    cells = add_up(firms, by, "compensation", "value_added", unit="firm")
    return Result(table=cells.with_columns(labor_share=nw.col("compensation") / nw.col("value_added")).sort(*by))
'''

# Industry a has the firms f0, f2, f4, f6 and the value added 3 + 7 + 11 + 15 = 36;
FIRMS = "".join(f"f{i},{'ab'[i % 2]},{i + 1},{2 * i + 3}\n" for i in range(8))


def shares(folder: Path, brief: str = "", more: str = "") -> Study:
    """Write the study, with a brief where there is one."""
    (folder / "study.toml").write_text(TEXT + more)
    (folder / "measures.py").write_text(MEASURES)
    (folder / "firms.csv").write_text(f"firm,industry,compensation,value_added\n{FIRMS}")
    (folder / "prices.csv").write_text("year,price\n2001,1.5\n")
    if brief:
        (folder / "brief.md").write_text(brief)
    return load(folder)
