"""Small studies that tests write, and measures of their own to go with them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

HEAD = 'title = "Plants"\nquestion = "How large are they?"\n'

PLANTS = "plant,year,employees,sales\nA,1987,10,1.5\nA,1988,12,1.8\nB,1987,40,9.0\nB,1988,38,8.5\n"

MEASURES = '''
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import narwhals.stable.v2 as nw

from industria.core.measure import measure
from industria.core.result import Estimates, Result
from industria.core.table import Column, Table, TableLike, arrays, as_table, from_arrays


@measure(gives={"total": "sum over the cell [unit of value]"}, cites="no one", design="descriptive")
def total(plants: TableLike, *, value: Column, by: Sequence[Column] = ("plant",)) -> Result:
    """Sums by cell."""
    plants = as_table(plants, "plants", value, *by)
    return Result(table=plants.group_by(*by).agg(total=nw.col(value).sum()).sort(*by))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Spread(Result):
    draws: Table
    n_obs: int


@measure(
    gives={"largest": "of all [unit of value]", "label": "of what [name]"}, cites="no one", design="descriptive"
)
def largest(
    plants: TableLike,
    *,
    value: Column,
    kind: Literal["plain", "log"] = "plain",
    confidence: float = 0.95,
    draws: int = 10,
    labels: Mapping[str, str] | None = None,
    quick: bool = False,
) -> Spread:
    """The largest value, which needs rows."""
    plants = as_table(plants, "plants", value)
    (values,) = arrays(plants, "plants", value)
    table = from_arrays({"largest": [values.max()], "label": [value]})
    return Spread(table=table, draws=from_arrays({"draw": [1], "value": [values.max()]}), n_obs=len(values))


def undecorated(plants: TableLike) -> Result:
    """No measure."""
'''


def write_study(folder: Path, body: str, *, head: str = HEAD, **files: str) -> Path:
    """Write a study with plants.csv and measures.py beside it; `brief_md="…"` writes brief.md."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.toml").write_text(head + dedent(body), encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    (folder / "measures.py").write_text(MEASURES, encoding="utf-8")
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder
