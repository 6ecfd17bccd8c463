"""The trees of codes that leave beside a table: what a reader needs to add its rows up, and no word more."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.release._leaving import Leaving

__all__ = ["HIERARCHIES", "trees_told"]

HIERARCHIES: Final = "hierarchies"
COLUMNS: Final = ("dimension", "hierarchy", "code", "parent")
SCHEMA: Final = pa.schema([(name, pa.string()) for name in COLUMNS])


def trees_told(step: Leaving) -> dict[str, pa.Table]:
    """Return the hierarchies of a step as they leave; nothing where it has none.

    A code that no row has is nobody's cell, so that nobody has judged what it says: it could be a record. Trees are
    numbered within their dimension, since their names are words that no row has either.

    Parameters
    ----------
    step : Leaving
        Of cells; all its rows leave with their codes, withheld or not, those of margins among them.
    """
    if HIERARCHIES not in step.tables or not set(COLUMNS) <= set(step.tables[HIERARCHIES].column_names):
        return {}
    # Codes of a measure that nobody has read may be numbers.
    rows = step.tables[HIERARCHIES].select(COLUMNS).cast(SCHEMA).to_pylist()
    codes = {name: _codes(step.table, name) for name in {row["dimension"] for row in rows}}
    told = [row for row in rows if {row["code"], row["parent"]} <= codes[row["dimension"]]]
    numbered = _numbered({(row["dimension"], row["hierarchy"]) for row in told})
    told = [row | {"hierarchy": numbered[row["dimension"], row["hierarchy"]]} for row in told]
    return {HIERARCHIES: pa.Table.from_pylist(told, SCHEMA)}


def _numbered(trees: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Give the trees of each dimension numbers in the order of their names; one that is alone needs none."""
    of: dict[str, list[str]] = {}
    for name, tree in sorted(trees):
        of.setdefault(name, []).append(tree)
    return {(name, tree): str(of[name].index(tree) + 1) if len(of[name]) > 1 else "" for name, tree in trees}


def _codes(table: pa.Table, name: str) -> set[str]:
    """List the codes of a dimension that the rows of a table have; none where it has no such column."""
    return set(pc.unique(table[name].cast(pa.string())).to_pylist()) if name in table.column_names else set()
