"""Addresses of numbers, and the number that stands at one."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from industria.errors import UsageError

__all__ = ["ADDRESS", "Address", "Scalar", "Value"]

Scalar = bool | int | float | str | dt.date | None

NAME: Final = r"[^\W\d]\w*"
KEY: Final = rf"{NAME}\s*=\s*(?:\"(?:[^\"\\]|\\.)*\"|[^\s\[\]\",=]+)"
ADDRESS: Final = rf"({NAME})(?:\.({NAME})(?=\[|\.))?(?:\[\s*({KEY}(?:\s*,\s*{KEY})*)\s*\])?\.({NAME})"
"""step [ "." table ] [ "[" key=value { "," key=value } "]" ] "." column, as a regular expression of four groups."""

_PAIR = re.compile(rf"({NAME})\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s\[\]\",=]+))")
_BARE = re.compile(r"[^\s\[\]\",=]+")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a number stands: `effect[term=grant].estimate`.

    Attributes
    ----------
    step : str
        The step of the study.
    table : str or None
        A further table of its result; None for the table itself or for a fact.
    keys : tuple of (column, text)
        What selects the row; both sides compare as text.
    column : str
        The column, or a fact beside the table.
    """

    step: str
    table: str | None
    keys: tuple[tuple[str, str], ...]
    column: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address.

        Raises
        ------
        UsageError
            If the text is of another form; the message shows the form.
        """
        found = re.fullmatch(ADDRESS, text.strip())
        if not found:
            raise UsageError(
                f"{text!r} is no address of a value; write step[key=value].column, as in effect[term=grant].estimate."
            )
        keys = tuple(
            (pair[1], pair[3] if pair[2] is None else re.sub(r"\\(.)", r"\1", pair[2]))
            for pair in _PAIR.finditer(found[3] or "")
        )
        return cls(found[1], found[2], keys, found[4])

    @property
    def place(self) -> str:
        """The table the address points into: `effect` or `effect.inferences`."""
        return self.step if self.table is None else f"{self.step}.{self.table}"

    def __str__(self) -> str:
        pairs = ",".join(f"{column}={_quoted(text)}" for column, text in self.keys)
        return f"{self.place}{f'[{pairs}]' if pairs else ''}.{self.column}"


def _quoted(text: str) -> str:
    if _BARE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A number with its address and all that belongs to it.

    Attributes
    ----------
    address : Address
        Where it stands.
    value : number, text, truth value, date or None
        As computed; rounding is for the brief.
    unit : str or None
        As `gives`, the source or the measure tells it.
    low, high : float or None
        The interval in its row, if there is one.
    confidence : float or None
        Of that interval.
    n : int or None
        Rows or units behind it.
    design : str
        descriptive, associational or causal: which words may be used of it.
    synthetic : bool
        Whether it goes back to rows that were drawn, of no real firm.
    withheld : bool
        Whether there is a number that may not leave the place where the data lie; the value is None then.
    """

    address: Address
    value: Scalar
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    confidence: float | None = None
    n: int | None = None
    design: str = "descriptive"
    synthetic: bool = False
    withheld: bool = False
