"""Digests of rows, sources and steps: what decides whether a step must run again."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation

__all__ = ["EPOCH", "canonical", "digest_of", "quoted", "rows_digest"]

EPOCH: Final = 1
"""Raised when results of the same code would come out otherwise, so that nothing older is used again."""

DIGITS: Final = 12
"""Sums of several threads differ in the last bits from run to run; at 12 significant digits they do not."""


def canonical(value: Any) -> str:
    """Write plain data as JSON of one form: keys sorted, dates as text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def digest_of(value: Any) -> str:
    """Digest plain data."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def rows_digest(rows: DuckDBPyRelation) -> tuple[str, int]:
    """Digest the rows of a table, whatever their order, with floats at 12 significant digits.

    Parameters
    ----------
    rows : DuckDB relation
        Read once, by the engine.

    Returns
    -------
    str
        SHA-256 of the columns, their types, and the count, exclusive or and sum of the row hashes.
    int
        How many rows there are.
    """
    columns = dict(zip(rows.columns, map(str, rows.types), strict=True))
    cells = ", ".join(_cell(name, kind) for name, kind in columns.items())
    sums = "count(*), bit_xor(h), sum(h::HUGEINT)::VARCHAR"
    # Steps of the relation rather than a query of it: a query makes a view, after which all is bound anew.
    n, mixed, added = rows.project(f"hash({cells}) AS h").aggregate(sums).fetchall()[0]
    return digest_of([list(columns.items()), n, mixed, added]), n


def _cell(column: str, kind: str) -> str:
    x = quoted(column)
    if kind not in ("DOUBLE", "FLOAT"):
        return x
    # The nudge of half a last digit gives 9.9999999999996, which rounds to 10, the exponent of 10.
    exponent = f"floor(log10(abs({x}) * {1 + 0.5 * 10.0**-DIGITS!r}))"
    mantissa = f"round({x} / pow(10.0::DOUBLE, {exponent} - {DIGITS - 1}))"
    return (
        f"CASE WHEN {x} = 0 THEN hash(0) WHEN abs({x}) BETWEEN 1e-290 AND 1e308 THEN hash({exponent}, {mantissa}) "
        f"WHEN {x} IS NOT NULL THEN hash({x}::VARCHAR) END"
    )


def quoted(name: str) -> str:
    """Write a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
