"""How a CSV file is written, as far as its reader was told; nothing here opens one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from industria.sources.formats.sql import literal

__all__ = ["KINDS", "Kind", "Layout", "Notation"]

Kind = Literal["integer", "number", "text", "boolean", "date", "time"]
KINDS: Final[tuple[Kind, ...]] = ("integer", "number", "text", "boolean", "date", "time")


@dataclass(frozen=True, slots=True)
class Notation:
    """How a file writes numbers."""

    decimal: str = "."
    thousands: str | None = None

    def whole(self) -> str:
        """Pattern of a whole number that no leading zero marks as a code, and that 64 bits hold."""
        plain = r"0|[1-9]\d{0,17}"
        grouped = rf"|[1-9]\d{{0,2}}({re.escape(self.thousands)}\d{{3}})+" if self.thousands else ""
        return rf"[+-]?({plain}{grouped})"

    def fraction(self) -> str:
        """Pattern of other numbers; 1E5 without a sign or a point is left to codes."""
        point = re.escape(self.decimal)
        whole = r"0|[1-9]\d*" + (rf"|[1-9]\d{{0,2}}({re.escape(self.thousands)}\d{{3}})+" if self.thousands else "")
        power = r"([eE][+-]?\d+)?"
        return rf"[+-]?(({whole}){point}\d*{power}|{point}\d+{power}|(0|[1-9]\d*)[eE][+-]\d+)"

    def number(self, cell: str) -> str:
        """Expression that writes a number as DuckDB reads it."""
        if self.thousands:
            cell = f"replace({cell}, {literal(self.thousands)}, '')"
        return cell if self.decimal == "." else f"replace({cell}, {literal(self.decimal)}, '.')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a CSV file is written, as far as its reader was told.

    Attributes
    ----------
    delimiter : str or None
        None: the one of comma, semicolon, tab and bar that the header has most of.
    quote : str
        The character around values that hold a delimiter or a line end.
    encoding : str or None
        None: by the byte-order mark, or UTF-8.
    null : sequence of str
        Words that mean missing in every column, besides nothing at all.
    notation : Notation
        Decimal and thousands marks.
    types : mapping of str to str
        Kinds of columns that are known beforehand.
    names : sequence of str or None
        Names of the columns of a file without a header.
    skip : int
        Lines above the header.
    """

    delimiter: str | None = None
    quote: str = '"'
    encoding: str | None = None
    null: Sequence[str] = ()
    notation: Notation = field(default_factory=Notation)
    types: Mapping[str, Kind] = field(default_factory=dict)
    names: Sequence[str] | None = None
    skip: int = 0
