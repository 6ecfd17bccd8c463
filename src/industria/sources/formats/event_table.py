"""Registers of what happened when: texts as they stand, numbers, days, and times of day."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from industria.errors import BrokenFileError, MissingColumnError, hint

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Events", "read_events"]

Kind = Literal["text", "number", "count", "percent", "day", "time"]
AMERICAN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """What a column holds.

    Attributes
    ----------
    name : str
        What it is called here.
    kind : {"text", "number", "count", "percent", "day", "time"}
        A text, a number, a whole number, a percentage that becomes a fraction, a day
        as 2020-04-30 or 4/30/2020, a time of the universal clock as 2020-04-30 17:04:31.05 UTC.
    words : mapping of str to str
        Texts that are called otherwise here; all others are kept.
    among : tuple of str
        Every text there may be.
    lacking : bool
        Whether a cell may be empty: it is null then.
    """

    name: str
    kind: Kind = "text"
    words: Mapping[str, str] | None = None
    among: tuple[str, ...] = ()
    lacking: bool = False


def read_events(path: Path, name: str, columns: Mapping[str, Events]) -> pa.Table:
    """Read a register: every line is kept, in the order of the file.

    Parameters
    ----------
    path : Path
        UTF-8, between commas.
    name : str
        What messages call it.
    columns : mapping of str to Events
        By their published names; others are left out.

    Returns
    -------
    pyarrow.Table
        Columns in the order of `columns`. Blanks around texts stay.

    Raises
    ------
    BrokenFileError
        If the file is a web page, empty, ragged, cut off or not UTF-8, or a cell is not what its column holds.
    MissingColumnError
        If its header lacks a column; the message has the nearest.
    """
    # A register is described without the engine that reads it.
    import pyarrow as pa

    from industria.sources.formats.csv_text import refuse_repeats
    from industria.sources.formats.text_table import text_rows

    rows = text_rows(path, name)
    header = [word.strip() for word in rows[0][1]]
    refuse_repeats(header, name, 1)
    if len(rows) == 1:
        raise BrokenFileError(name, "it has a header, and no rows.")
    if not path.read_bytes().endswith((b"\n", b"\r")):
        raise BrokenFileError(name, "its last line has no end: the file looks cut off.", rows[-1][0])
    made = {}
    for published, wanted in columns.items():
        if published not in header:
            raise MissingColumnError(name, published, header)
        place = header.index(published)
        made[wanted.name] = _column([(line, row[place]) for line, row in rows[1:]], name, published, wanted)
    return pa.table(made)


def _column(cells: Sequence[tuple[int, str]], name: str, published: str, wanted: Events) -> pa.Array:
    import pyarrow as pa

    known: dict[str, Any] = {}
    for line, cell in cells:
        if cell not in known:
            try:
                known[cell] = _value(cell, wanted)
            except ValueError as error:
                raise BrokenFileError(name, f"{published} has {cell!r}; {error}.", line) from None
    return pa.array([known[cell] for _, cell in cells], getattr(pa, TYPES[wanted.kind])(*UNITS.get(wanted.kind, ())))


def _value(cell: str, wanted: Events) -> Any:
    if not cell.strip():
        if wanted.lacking:
            return None
        raise ValueError("it may not be empty")
    if wanted.kind != "text":
        return READ[wanted.kind](cell.strip())
    text = (wanted.words or {}).get(cell, cell)
    if wanted.among and text not in wanted.among:
        known = [*wanted.among, *(wanted.words or {})]
        raise ValueError(f"it is one of {', '.join(known)}{hint(cell, known).rstrip('.')}")
    return text


def _number(cell: str) -> float:
    try:
        number = float(cell)
    except ValueError:
        comma = ", and its decimals stand after a point" if re.fullmatch(r"-?\d+,\d+", cell) else ""
        raise ValueError(f"it is a number{comma}") from None
    if not math.isfinite(number):
        raise ValueError("it is a finite number")
    return number


def _count(cell: str) -> int:
    number = _number(cell)
    if not number.is_integer():
        raise ValueError("it is a whole number")
    return int(number)


def _percent(cell: str) -> float:
    return _number(cell) / 100


def _day(cell: str) -> date:
    try:
        if american := AMERICAN.fullmatch(cell):
            month, day, year = (int(part) for part in american.groups())
            return date(year, month, day)
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError("it is a day, as 2020-04-30 or 4/30/2020") from None


def _time(cell: str) -> datetime:
    clock = cell.removesuffix(" UTC")
    try:
        time = datetime.fromisoformat(clock)
    except ValueError:
        time = None
    if clock == cell or time is None or time.tzinfo is not None:
        raise ValueError("it is a time, as 2020-04-30 17:04:31.05 UTC")
    return time


READ: Final[dict[str, Callable[[str], Any]]] = {
    "number": _number,
    "count": _count,
    "percent": _percent,
    "day": _day,
    "time": _time,
}
TYPES: Final[dict[Kind, str]] = {
    "text": "string",
    "number": "float64",
    "count": "int64",
    "percent": "float64",
    "day": "date32",
    "time": "timestamp",
}
UNITS: Final[dict[Kind, tuple[str, ...]]] = {"time": ("us",)}
