"""Which rows a table is of: the same cells of the same rows are one number, in whatever table they stand."""

from __future__ import annotations

import hashlib
from typing import Final

import narwhals.stable.v2 as nw

from industria.core.relations import quoted
from industria.core.table import Table

__all__ = ["one_of", "population_of", "row_parts"]

PERIODS: Final = ("period", "year")


def row_parts(table: Table, unit: str | None) -> list[str]:
    """Write what tells rows apart, `_row`, and their period, `_period`, in the words of DuckDB.

    A row is told by its unit and period, or by all that it holds where it is a unit itself.
    """
    kinds = table.collect_schema()
    period = next((quoted(name) for name in PERIODS if name in kinds), "NULL::VARCHAR")
    # Sums upstream differ in the last bits from run to run; single precision does not see them.
    texts = {name: f"{quoted(name)}::VARCHAR" for name in kinds}
    # To write millions of years as text costs more than to digest them.
    texts |= {name: f"{quoted(name)}::BIGINT" for name, kind in kinds.items() if kind == nw.Int64}
    when = next((texts[name] for name in PERIODS if name in kinds), "NULL::VARCHAR")
    whole = [f"{quoted(c)}::{'FLOAT' if kind == nw.Float64 else 'VARCHAR'}" for c, kind in sorted(kinds.items())]
    told = whole if unit is None else [f"{quoted(unit)}::VARCHAR", when]
    return [f"hash({', '.join(told)}) AS _row", f"{period} AS _period"]


def one_of(first: object, last: object) -> str | None:
    """Write the period of all rows, where its first is its last."""
    return str(first) if first is not None and first == last else None


def population_of(n: int, digest: int) -> str:
    """Write the number of rows and the sum of their digests as one word."""
    return hashlib.sha256(f"{n} {digest}".encode()).hexdigest()[:32]
