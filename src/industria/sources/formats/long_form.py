"""Official tables of one column a variable, or a year, turned so that each number is a row of its own."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from industria.errors import BrokenFileError, MissingColumnError, hint
from industria.sources.formats.csv_text import refuse_repeats
from industria.sources.formats.raw_cells import Rows

__all__ = ["Columns", "Variable", "by_name", "integers", "melted", "numbers", "one_of_each", "refuse_unknown"]


@dataclass(frozen=True, slots=True)
class Variable:
    """What a published variable is.

    Attributes
    ----------
    meaning : str
        In words.
    unit : str
        Of its numbers, with their scale; of an indicator, whose values are words, `name`.
    """

    meaning: str
    unit: str

    def __str__(self) -> str:
        return f"{self.meaning} [{self.unit}]"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of an official table, as texts.

    Attributes
    ----------
    cells : mapping of str to sequence of str
        By the publisher's names.
    file : str
        What messages call it.
    line : int
        Of the first row below the header, counted from one.
    """

    cells: Mapping[str, Sequence[str]]
    file: str
    line: int

    def __getitem__(self, name: str) -> Sequence[str]:
        if name not in self.cells:
            raise MissingColumnError(self.file, name, list(self.cells))
        return self.cells[name]

    def texts(self, name: str) -> pa.Array:
        """Return a column of texts; nothing at all is null."""
        return pa.array([cell or None for cell in self[name]], pa.string())


def by_name(rows: Rows, file: str, *, header: int = 1, notes: bool = False) -> Columns:
    """Split the rows below a header into columns.

    Parameters
    ----------
    rows : list of list of str
        As `read_cells` returns them.
    file : str
        What messages call it.
    header : int
        The row that holds the names, counted from one.
    notes : bool
        Whether lines of one cell at the end are notes, to be left out.

    Raises
    ------
    BrokenFileError
        If there are no rows, or one of another length, or two columns of one name.
    """
    if len(rows) <= header:
        raise BrokenFileError(file, f"it has {len(rows)} lines: no rows below a header in line {header}.")
    names = list(rows[header - 1])
    while names and not names[-1]:
        names.pop()
    refuse_repeats(names, file, header)
    below = rows[header:]
    while below and sum(bool(cell) for cell in below[-1]) < (2 if notes else 1):
        below.pop()
    for line, row in enumerate(below, header + 1):
        if len(row) < len(names) or any(row[len(names) :]):
            raise BrokenFileError(file, f"it has {len(row)} values, not {len(names)}.", line)
    if not below:
        raise BrokenFileError(file, "there are no rows below its header.")
    # Rows of a sheet are as wide as its widest: what is beyond the names is empty.
    cells = dict(zip(names, zip(*below, strict=True), strict=False))
    return Columns(cells, file, header + 1)


def numbers(columns: Columns, name: str, *, missing: Collection[str] = ()) -> pa.Array:
    """Read a column of numbers; nothing at all, and the words in `missing`, are null.

    Raises
    ------
    BrokenFileError
        If a cell is no finite number.
    """
    cells = columns[name]
    known = {cell: _number(cell, missing) for cell in set(cells)}
    wrong = next((cell for cell, number in known.items() if number is not None and not math.isfinite(number)), None)
    if wrong is not None:
        line = columns.line + list(cells).index(wrong)
        raise BrokenFileError(columns.file, f"{name} has {wrong!r}, which is no number.", line)
    return pa.array([known[cell] for cell in cells], pa.float64())


def integers(columns: Columns, name: str) -> pa.Array:
    """Read a column of whole numbers without gaps, such as years.

    Raises
    ------
    BrokenFileError
        If a cell is none.
    """
    found = []
    for line, cell in enumerate(columns[name], columns.line):
        if not cell.removeprefix("-").isdecimal():
            raise BrokenFileError(columns.file, f"{name} has {cell!r}, which is no whole number.", line)
        found.append(int(cell))
    return pa.array(found, pa.int64())


def melted(keys: Mapping[str, pa.Array], blocks: Sequence[Mapping[str, object]]) -> pa.Table:
    """Stack columns below each other.

    Parameters
    ----------
    keys : mapping of str to array, shape (n,)
        What a row is about; repeated in every block.
    blocks : sequence of mappings of str to array, shape (n,), or to one value
        The further columns of each block, the same in all.

    Returns
    -------
    pyarrow.Table, shape (n * len(blocks), ...)
        Block by block, in the order given.
    """
    n = len(next(iter(keys.values())))
    tables = []
    for block in blocks:
        columns = {
            name: value if isinstance(value, pa.Array) else pa.repeat(pa.scalar(value), n)
            for name, value in block.items()
        }
        tables.append(pa.table({**keys, **columns}))
    return pa.concat_tables(tables)


def refuse_unknown(columns: Columns, known: Collection[str], what: str) -> None:
    """Refuse a column whose meaning nobody has written down: its unit would be a guess.

    Raises
    ------
    BrokenFileError
        If there is one; the message has the nearest name that is known.
    """
    for name in columns.cells:
        if name not in known:
            raise BrokenFileError(columns.file, f"column {name!r} is none of {what}.{hint(name, sorted(known))}")


def one_of_each(keys: Mapping[str, pa.Array], columns: Columns) -> None:
    """Refuse rows that are about nothing, or about the same thing.

    Raises
    ------
    BrokenFileError
        If a key is missing, or two rows have the same; the message has the line.
    """
    seen: set[tuple[object, ...]] = set()
    for line, row in enumerate(zip(*(array.to_pylist() for array in keys.values()), strict=True), columns.line):
        if None in row:
            raise BrokenFileError(columns.file, f"it has no {list(keys)[row.index(None)]}.", line)
        if row in seen:
            told = ", ".join(f"{name} {value!r}" for name, value in zip(keys, row, strict=True))
            raise BrokenFileError(columns.file, f"{told} stands there a second time.", line)
        seen.add(row)


def _number(cell: str, missing: Collection[str]) -> float | None:
    if not cell or cell in missing:
        return None
    try:
        return float(cell)
    except ValueError:
        return math.nan
