"""Which kind of value a column of text holds, decided over all of its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import duckdb

from industria.errors import BrokenFileError
from industria.sources.formats.csv_layout import Kind, Notation
from industria.sources.formats.sql import identifier, literal

__all__ = ["GAPS", "casts", "find_kinds"]

GAPS: Final = ("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", ".")
"""Words that mean missing in a column whose other values are numbers, dates or truth values. In a
column of text they stay: NA is Namibia."""

# What the values of a column are, one bit each, joined over the rows.
WHOLE, POINT_ZERO, DECIMAL, GAP, DATE, TIME, TRUTH, OTHER = (1 << bit for bit in range(8))
SPACE: Final = r"\s*"
DAY: Final = r"\d{4}-\d\d-\d\d"
MOMENT: Final = DAY + r"[ T]\d\d:\d\d(:\d\d(\.\d+)?)?"
INTEGER: Final = r"[+-]?\d+(\.0*)?"
SAMPLE: Final = 20_000


def find_kinds(
    rows: duckdb.DuckDBPyRelation,
    name: str,
    notation: Notation,
    stated: Mapping[str, Kind],
    line_of: Callable[[str, str], int | None],
) -> dict[str, tuple[Kind, int]]:
    """Tell the kind of each column, from every one of its values.

    Parameters
    ----------
    rows : relation
        All columns as text.
    name : str
        What messages call the file.
    notation : Notation
        How numbers are written.
    stated : mapping of str to str
        Kinds that were asked for; values that do not fit are refused.
    line_of : callable
        From a column and a value to the line that has it.

    Returns
    -------
    dict of str to (kind, bits)
        The bits tell which notations stand in the column.

    Raises
    ------
    BrokenFileError
        If a column does not hold the kind that was asked for.
    """
    columns = rows.columns
    # Most columns of text show themselves in the first rows; the costly patterns run over the others alone.
    first = _bits(rows.limit(SAMPLE), dict.fromkeys(columns, 0), notation)
    bits = _bits(rows, {c: OTHER if stated.get(c) == "text" else first[c] for c in columns}, notation)
    kinds = {c: (stated.get(c) or _kind(bits[c]), bits[c]) for c in columns}
    _keep_promises(rows, name, notation, stated, line_of)
    return kinds


def casts(kinds: Mapping[str, tuple[Kind, int]], notation: Notation) -> list[str]:
    """Write one expression a column that turns its text into its kind."""
    return [f"{_cast(c, kind, notation, bool(bits & GAP))} AS {identifier(c)}" for c, (kind, bits) in kinds.items()]


def _bits(rows: duckdb.DuckDBPyRelation, seen: Mapping[str, int], notation: Notation) -> dict[str, int]:
    # Counting a column makes the reader walk it, so that a ragged row is found even if all is text.
    asked = [
        f"{OTHER} + 0 * count({cell})" if bits & OTHER else f"bit_or({_class(cell, notation, bits)})"
        for cell, bits in ((identifier(column), bits) for column, bits in seen.items())
    ]
    found = rows.aggregate(", ".join(asked)).fetchall()[0]
    return {column: int(bits or 0) for column, bits in zip(seen, found, strict=True)}


def _class(cell: str, notation: Notation, seen: int) -> str:
    """Write the expression that names the notation of a value, those that were seen before first."""
    point = re.escape(notation.decimal)
    conditions = {
        WHOLE: _matches(cell, notation.whole()),
        POINT_ZERO: _matches(cell, rf"[+-]?(0|[1-9]\d{{0,14}}){point}0"),
        DECIMAL: _matches(cell, notation.fraction()),
        GAP: f"trim({cell}) IN ({_listed(GAPS)})",
        DATE: f"{_matches(cell, DAY)} AND TRY_CAST({cell} AS DATE) IS NOT NULL",
        TIME: f"{_matches(cell, MOMENT)} AND TRY_CAST({cell} AS TIMESTAMP) IS NOT NULL",
        TRUTH: f"lower({cell}) IN ('true', 'false')",
    }
    # 12.0 is a decimal too: where others were seen, it makes no difference which it is called.
    order = sorted(conditions, key=lambda bit: (not bit & seen, bit != DECIMAL if seen & DECIMAL else False))
    cases = "\n".join(f"WHEN {conditions[bit]} THEN {bit}" for bit in order)
    return f"CASE WHEN {cell} IS NULL THEN 0\n{cases}\nELSE {OTHER} END"


def _matches(cell: str, pattern: str) -> str:
    return f"regexp_full_match({cell}, {literal(SPACE + '(' + pattern + ')' + SPACE)})"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(literal(word) for word in words)


def _kind(bits: int) -> Kind:
    values = bits & ~GAP
    if not values or bits & OTHER:
        return "text"
    # Programs that hold whole numbers with gaps as floats write 12.0 in every row.
    if values & ~(WHOLE | POINT_ZERO) == 0:
        return "integer"
    if values & ~(WHOLE | POINT_ZERO | DECIMAL) == 0:
        return "number"
    if values == DATE:
        return "date"
    if values & ~(DATE | TIME) == 0:
        return "time"
    return "boolean" if values == TRUTH else "text"


def _cast(column: str, kind: Kind, notation: Notation, gaps: bool) -> str:
    cell = identifier(column)
    if kind == "text":
        return cell
    if gaps:
        cell = f"CASE WHEN trim({cell}) NOT IN ({_listed(GAPS)}) THEN {cell} END"
    types = {"boolean": "BOOLEAN", "date": "DATE", "time": "TIMESTAMP", "integer": "BIGINT", "number": "DOUBLE"}
    return f"CAST({notation.number(cell) if kind in ('integer', 'number') else cell} AS {types[kind]})"


def _keep_promises(
    rows: duckdb.DuckDBPyRelation,
    name: str,
    notation: Notation,
    stated: Mapping[str, Kind],
    line_of: Callable[[str, str], int | None],
) -> None:
    checked = {c: kind for c, kind in stated.items() if kind != "text"}
    if not checked:
        return
    asked = []
    for column, kind in checked.items():
        cell, fits = identifier(column), f"TRY_{_cast(column, kind, notation, True)} IS NOT NULL"
        if kind == "integer":
            # CAST rounds 1.5 to 2 without a word.
            fits += f" AND regexp_full_match(trim({notation.number(cell)}), {literal(INTEGER)})"
        bad = f"{cell} IS NOT NULL AND trim({cell}) NOT IN ({_listed(GAPS)}) AND NOT ({fits})"
        asked += [f"count(*) FILTER ({bad})", f"min({cell}) FILTER ({bad})"]
    found = rows.aggregate(", ".join(asked)).fetchall()[0]
    for (column, kind), many, example in zip(checked.items(), found[::2], found[1::2], strict=True):
        if many:
            what = f"{column} has {example!r}, where {kind} was asked for; {many} rows do not fit."
            raise BrokenFileError(name, what, line_of(column, example))
