"""Withheld cells that somebody supposes to be published, to see what else would fall."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite
from typing import Final

from industria.core.value import KEY, Address
from industria.errors import UsageError, listing

__all__ = ["Supposed", "nearest_cell"]

Cell = tuple[str, ...]

NAME: Final = r"[^\W\d]\w*"
FORM: Final = re.compile(rf"\s*({NAME})?\s*\[(.*)\]\s*(?:\.\s*({NAME}))?\s*(?:=(.*))?", re.DOTALL)
PAIRS: Final = re.compile(rf"\s*{KEY}(?:\s*,\s*{KEY})*\s*")
SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Supposed:
    """A cell, and the value that it is supposed to be published with.

    Attributes
    ----------
    words : str
        As it was written.
    step, column : str or None
        Where it stands; None where it was not said.
    codes : tuple of str
        Codes in the order of the dimensions.
    pairs : tuple of (str, str)
        The same as dimensions with their codes, where it may be read so.
    value : float or None
        None where it was not said.
    """

    words: str
    step: str | None
    column: str | None
    codes: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    value: float | None

    @classmethod
    def parse(cls, words: str, value: float | None = None) -> Supposed:
        """Read `step[code,code]=value`; step, column and value may be left out.

        Raises
        ------
        UsageError
            If the words are of another form, or the value is no number, or has no end.
        """
        found = FORM.fullmatch(words)
        if found is None or not found[2].strip():
            raise UsageError(f'{words!r} names no cell; write step[code,code]=value, as in "sales[small,north]=10".')
        codes = tuple(code.strip() for code in next(csv.reader([found[2]], skipinitialspace=True)))
        pairs = Address.parse(f"cell[{found[2]}].value").keys if PAIRS.fullmatch(found[2]) else ()
        if found[4] is not None:
            words, value = words[: found.start(4) - 1], _number(words, found[4].strip())
        if value is not None and not isfinite(value):
            raise UsageError(f"{words!r}: a cell is not published as {value:g}; write a number that ends.")
        return cls(words, found[1], found[3], codes, pairs, value)

    def cell(self, by: Sequence[str], total: str) -> Cell:
        """Return the code of each dimension; those that are not named are the total.

        Raises
        ------
        UsageError
            If there are more or fewer codes than dimensions, or a dimension is named that the table does not have.
        """
        if self.pairs and all(name in by for name, _ in self.pairs):
            named = dict(self.pairs)
            return tuple(named.get(name, total) for name in by)
        if len(self.codes) != len(by):
            raise UsageError(f"{self.words!r} has {len(self.codes)} codes; a cell has one of each of {listing(by)}.")
        return self.codes


def _number(words: str, said: str) -> float:
    try:
        return float(said)
    except ValueError:
        advice = "; decimals come after a point" if "," in said else ""
        raise UsageError(f"{words!r}: {said!r} is no number{advice}.") from None


def nearest_cell(cell: Cell, cells: Iterable[Cell]) -> str:
    """Name the cells that come nearest, for a message."""
    words = {", ".join(one): None for one in cells}
    near = get_close_matches(", ".join(cell), list(words), n=SHOWN, cutoff=0.3)
    return f" Did you mean [{'] or ['.join(near)}]?" if near else ""
