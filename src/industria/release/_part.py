"""What became of one step of several sites."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

__all__ = ["Part", "filled"]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A step, pooled.

    Attributes
    ----------
    table : pyarrow.Table
        The pooled table, with `withheld_by`.
    facts : dict
        Numbers and words beside it.
    tables : dict of str to pyarrow.Table
        Further tables: `sites`, and of estimates `leave_one_out`, `meta_analysis` and `weights`.
    said : list of str
        What a reader must know of it, in sentences.
    """

    table: pa.Table
    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def filled(rows: Sequence[Mapping[str, Any]], fields: Sequence[pa.Field]) -> pa.Table:
    """Make a table of rows, with the types, units and meanings of its fields; what a row does not tell is null."""
    columns = [pa.array([row.get(one.name) for row in rows], one.type) for one in fields]
    return pa.table(columns, schema=pa.schema(fields))
