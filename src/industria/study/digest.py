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

FLOATS: Final = ("DOUBLE", "FLOAT")

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
        On the default connection; read once.

    Returns
    -------
    str
        SHA-256 of the columns, their types, and the count, exclusive or and sum of the row hashes.
    int
        How many rows there are.
    """
    columns = dict(zip(rows.columns, map(str, rows.types), strict=True))
    # Longer than any name there is.
    longest = max(map(len, columns), default=0)
    exponent = {name: f"{'_' * longest}_{i}" for i, (name, kind) in enumerate(columns.items()) if kind in FLOATS}
    staged = ["*", *(f"{_exponent(name)} AS {e}" for name, e in exponent.items())]
    cells = ", ".join(_cell(name, exponent.get(name)) for name in columns)
    # Not above: that a run still stands is seen without an engine.
    from industria.core import engine

    # One statement: each step of a relation, or a view of it, would bind the long expression once more.
    n, mixed, added = (
        engine.connection()
        .execute(
            f"SELECT count(*), bit_xor(h), sum(h::HUGEINT)::VARCHAR FROM (SELECT hash({cells}) AS h "
            f"FROM (SELECT {', '.join(staged)} FROM (\n{rows.sql_query()}\n)))"
        )
        .fetchall()[0]
    )
    return digest_of([list(columns.items()), n, mixed, added]), n


def _exponent(column: str) -> str:
    # The nudge of half a last digit gives 9.9999999999996, which rounds to 10, the exponent of 10.
    return f"floor(log10(nullif(abs({quoted(column)}), 0) * {1 + 0.5 * 10.0**-DIGITS!r}))"


def _cell(column: str, exponent: str | None) -> str:
    x = quoted(column)
    if exponent is None:
        return x
    mantissa = f"round({x} / pow(10.0::DOUBLE, {exponent} - {DIGITS - 1}))"
    return (
        f"CASE WHEN {x} = 0 THEN hash(0) WHEN abs({x}) BETWEEN 1e-290 AND 1e308 THEN hash({exponent}, {mantissa}) "
        f"WHEN {x} IS NOT NULL THEN hash({x}::VARCHAR) END"
    )


def quoted(name: str) -> str:
    """Write a name as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'
