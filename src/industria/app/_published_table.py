"""A table that somebody published, from a file: what is withheld in it, and by which mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Published", "is_table", "read_published", "read_trees"]

READERS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".xlsx": "excel",
    ".ods": "excel",
    ".dta": "stata",
}
WITHHELD: Final = "withheld"
NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
COMMA: Final = re.compile(r"[+-]?\d+,\d+")
LEVELS: Final = ("required_low", "required_high")


@dataclass(frozen=True, slots=True)
class Published:
    """A table as it was published.

    Attributes
    ----------
    name : str
        Of the file.
    rows : pyarrow.Table
        The dimensions, as text, and the value, null where it is withheld.
    levels : mapping of (codes) to (low, high), or None
        The interval that each cell must keep, where the file tells it.
    """

    name: str
    rows: pa.Table
    levels: dict[tuple[str, ...], tuple[float | None, float | None]] | None


def is_table(file: Path) -> bool:
    """Tell whether a file has the name of a table."""
    return any(suffix.lower() in READERS for suffix in file.suffixes)


def read_published(
    file: Path,
    by: Sequence[str],
    value: str,
    *,
    decimal: str = ".",
    encoding: str | None = None,
    marks: Sequence[str] = (),
    all_dimensions: bool = True,
) -> Published:
    """Read codes as text and values as numbers; nothing, `withheld` and further marks stand for what is withheld.

    Raises
    ------
    MissingColumnError
        If the file lacks a dimension or the value.
    BrokenFileError
        If it is cut off or empty, or a value is no number and no mark.
    """
    rows = _rows(file, encoding)
    told = rows.column_names
    dimensions = [name for name in by if name in told or all_dimensions]
    for name in (*dimensions, value):
        if name not in told:
            from industria.errors import MissingColumnError

            raise MissingColumnError(file.name, name, told)
    codes = {name: _text(rows[name]) for name in dimensions}
    values = _values(rows[value], file.name, value, decimal, {WITHHELD, *marks})
    levels = None
    if set(LEVELS) <= set(told):
        ends = (_values(rows[name], file.name, name, decimal, {WITHHELD, *marks}).to_pylist() for name in LEVELS)
        cells = zip(*(column.to_pylist() for column in codes.values()), strict=True)
        levels = dict(zip(cells, zip(*ends, strict=True), strict=True))
    return Published(file.name, pa.table({**codes, value: values}), levels)


def read_trees(file: Path | None, encoding: str | None) -> pa.Table | None:
    """Read which codes add up to which, as text."""
    if file is None:
        return None
    rows = _rows(file, encoding)
    return pa.table({name: _text(rows[name]) for name in rows.column_names})


def _rows(file: Path, encoding: str | None) -> pa.Table:
    from industria import sources
    from industria.core.table import collect
    from industria.errors import EmptyTableError

    kind = next((READERS[suffix.lower()] for suffix in reversed(file.suffixes) if suffix.lower() in READERS), "csv")
    options: dict[str, Any] = {}
    if kind == "csv":
        # Every column as text: `007` is a code, and what is no number is told by its row.
        first = collect(sources.find("files.csv")(str(file), encoding=encoding).read().head(0))
        options = {"encoding": encoding, "types": dict.fromkeys(first.column_names, "text")}
    rows = collect(sources.find(f"files.{kind}")(str(file), **options).read())
    if not rows.num_rows:
        raise EmptyTableError(file.name)
    return rows


def _text(column: Any) -> Any:
    told = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(told, ""), pa.scalar(None, pa.string()), told)


def _values(column: Any, file: str, name: str, decimal: str, marks: set[str]) -> pa.Array:
    from industria.errors import BrokenFileError

    if not pa.types.is_string(column.type) and not pa.types.is_large_string(column.type):
        return column.cast(pa.float64())
    found: list[float | None] = []
    for row, said in enumerate(_text(column).to_pylist(), 1):
        if said is None or said in marks:
            found.append(None)
            continue
        plain = said if decimal == "." else said.replace(".", "?").replace(decimal, ".")
        if not NUMBER.fullmatch(plain):
            advice = f"If it marks what is withheld, say --mark {said!r}."
            if COMMA.fullmatch(said) and decimal == ".":
                advice = "Where decimals come after a comma, say --decimal ','; thousands have no mark."
            raise BrokenFileError(file, f"{name} is {said!r} in row {row}, no number. {advice}")
        found.append(float(plain))
    return pa.array(found, pa.float64())
