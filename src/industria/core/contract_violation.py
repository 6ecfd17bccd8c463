"""A broken promise, and the rows that break it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core.table import Table, collect

__all__ = ["Violation", "distinct", "failing", "of_table", "repeated"]

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule.

    Attributes
    ----------
    rule : str
        What was promised.
    n_rows : int
        How many rows break it; 0 where the table as a whole does.
    rows : list of dict
        The first of them: their key and what breaks the rule.
    key : tuple of str
        Columns in `rows` that name the row.
    """

    rule: str
    n_rows: int
    rows: list[dict[str, Any]]
    key: tuple[str, ...] = ()

    def examples(self) -> list[dict[str, Any]]:
        """List the first rows that break it: `rule`, `key`, `value` and `n_rows`."""
        return [
            {
                "rule": self.rule,
                "key": {name: cell for name, cell in row.items() if name in self.key},
                "value": {name: cell for name, cell in row.items() if name not in self.key},
                "n_rows": self.n_rows,
            }
            for row in self.rows or [{}]
        ]

    def __str__(self) -> str:
        if not self.n_rows:
            return self.rule
        first = "; ".join(", ".join(f"{k} = {v!r}" for k, v in row.items()) for row in self.rows[:2])
        return f"{self.rule}: {self.n_rows} {'row does' if self.n_rows == 1 else 'rows do'} not, first {first}"


def of_table(rule: str) -> list[Violation]:
    """Tell a rule that the table as a whole breaks."""
    return [Violation(rule, 0, [])]


def failing(rows: Table, rule: str, key: Sequence[str], value: Sequence[str] = ()) -> list[Violation]:
    """Tell a rule that rows break; nothing where there are none."""
    n = int(collect(rows.select(nw.len().cast(nw.Int64).alias("n")))["n"][0].as_py())
    if not n:
        return []
    shown = list(dict.fromkeys([*key, *value]))
    first: pa.Table = collect(rows.select(*shown).sort(*shown).head(SHOWN))
    # A rule on a column of the key is broken by that column.
    return [Violation(rule, n, first.to_pylist(), tuple(name for name in key if name not in value))]


def repeated(table: Table, key: Sequence[str], rule: str) -> list[Violation]:
    """Tell keys that name several rows, each with how many times it stands."""
    times = table.group_by(*key).agg(nw.len().cast(nw.Int64).alias("times")).filter(nw.col("times") > 1)
    return failing(times, rule, key, ["times"])


def distinct(table: Table, column: str) -> dict[Any, int]:
    """Count the rows of each value of a column; what is missing is left out."""
    rows = table.filter(~nw.col(column).is_null()).group_by(column).agg(nw.len().cast(nw.Int64).alias("_n"))
    found = collect(rows.select(nw.col(column), nw.col("_n")).sort(column))
    return dict(zip(found[column].to_pylist(), found["_n"].to_pylist(), strict=True))
