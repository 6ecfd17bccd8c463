"""Official tables as columns: names in snake case, codes as texts, numbers as numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from industria.errors import BrokenFileError
from industria.sources.formats.excel import shown

__all__ = ["columns_of", "snake"]

TRUTHS: Final = {"Y": True, "N": False}


def snake(name: str) -> str:
    """Write an official name in snake case: `Employment, 2022(1)` is `employment_2022`.

    Footnote marks at its end go, and a percent sign is a word.
    """
    words = re.sub(r"(\(\d+\))+\s*$", "", name).replace("%", " percent ").lower()
    return re.sub(r"[^a-z0-9]+", "_", words).strip("_")


def columns_of(
    rows: Iterable[Sequence[Any]],
    names: Sequence[str],
    file: str,
    *,
    numbers: Collection[str] = (),
    truths: Collection[str] = (),
    missing: Collection[str] = (),
    line: int = 2,
) -> pa.Table:
    """Make columns of rows of cells.

    Parameters
    ----------
    rows : iterable of sequences, each of shape (k,)
        Cells of a sheet, or texts.
    names : sequence of str, shape (k,)
        What the columns are called.
    file : str
        What messages call it.
    numbers, truths : collections of str
        Columns of numbers, and of Y and N; all others are texts.
    missing : collection of str
        Words for what is not there, besides nothing at all.
    line : int
        Of the first row.

    Returns
    -------
    pyarrow.Table
        In the order of `names`.

    Raises
    ------
    BrokenFileError
        If a row has another length, or a cell is not what its column holds.
    """
    held = list(rows)
    for place, row in enumerate(held, line):
        if len(row) != len(names):
            raise BrokenFileError(file, f"it has {len(row)} values, not {len(names)}.", place)
    cells = list(zip(*held, strict=True)) or [()] * len(names)
    made: dict[str, pa.Array] = {}
    for name, column in zip(names, cells, strict=True):
        read: Callable[[str], Any] = float if name in numbers else TRUTHS.__getitem__ if name in truths else str
        kind = pa.float64() if name in numbers else pa.bool_() if name in truths else pa.string()
        made[name] = pa.array(_values(column, name, read, missing, file, line), kind)
    return pa.table(made)


def _values(
    cells: Sequence[Any], name: str, read: Callable[[str], Any], missing: Collection[str], file: str, line: int
) -> list[Any]:
    """Read each different cell once."""
    known: Mapping[Any, Any] = {cell: _value(cell, read, missing) for cell in set(cells)}
    wrong = next((cell for cell, value in known.items() if value is NotImplemented), None)
    if wrong is not None:
        raise BrokenFileError(file, f"{name} has {wrong!r}, which it should not.", line + cells.index(wrong))
    return [known[cell] for cell in cells]


def _value(cell: Any, read: Callable[[str], Any], missing: Collection[str]) -> Any:
    text = shown(cell).strip()
    if not text or text in missing:
        return None
    try:
        return read(text)
    except (ValueError, KeyError):
        return NotImplemented
