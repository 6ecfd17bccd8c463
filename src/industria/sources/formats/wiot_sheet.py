"""The publisher's workbooks of world input-output tables: labels on two sides, numbers between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from industria.errors import BrokenFileError
from industria.sources.formats.excel import shown
from industria.sources.formats.workbook import opened

__all__ = ["Labeled", "from_sheet"]

Array: TypeAlias = npt.NDArray[np.float64]

# Codes of the classification, words, countries and running codes stand in the third to
# sixth lines above the numbers, and in the first to fourth columns beside them.
COUNTRIES: Final = 4
CODES: Final = 5
BESIDE: Final = 4
TOTAL: Final = ("TOT", "")


@dataclass(frozen=True, slots=True, eq=False)
class Labeled:
    """Numbers with labels on two sides.

    Attributes
    ----------
    rows : sequence of (country, code, title)
        The title is of rows below the industries alone, and else empty.
    columns : sequence of (country, code)
        Industries first, then kinds of final use.
    values : array, shape (len(rows), len(columns))
        In the publisher's unit.
    """

    rows: Sequence[tuple[str, str, str]]
    columns: Sequence[tuple[str, str]]
    values: Array


def from_sheet(path: Path, name: str, year: int) -> Labeled:
    """Read the first sheet of a workbook (xlsx, xlsb).

    Industries have the codes of the classification where they are told there (A01, in
    the release of 2016), else the running ones (c1, in that of 2013).

    Raises
    ------
    BrokenFileError
        If it cannot be opened, is of another year, has no such labels, or a word
        where a number belongs.
    """
    with opened(path, name) as book:
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    if len(cells) <= CODES + 1 or len(cells[0]) <= BESIDE:
        raise BrokenFileError(name, f"its first sheet has {len(cells)} lines, and no table.")
    told = re.search(r"(\d{4})\D*$", shown(cells[0][0]))
    if told and int(told[1]) != year:
        raise BrokenFileError(name, f"its title is {shown(cells[0][0])!r}: it is not of {year}.")
    width = _width(cells, name)
    below = [row for row in cells[CODES + 1 :] if any(_text(cell) for cell in row[:BESIDE])]
    codes = _codes(below)
    rows = [_row(row, codes) for row in below]
    columns = [
        (_text(country), codes.get(_text(code), _text(code)))
        for country, code in zip(cells[COUNTRIES][BESIDE:width], cells[CODES][BESIDE:width], strict=True)
    ]
    values = np.array(
        [_numbers(row[BESIDE:width], bool(title), name) for row, (*_, title) in zip(below, rows, strict=True)]
    )
    return Labeled(rows, columns, values)


def _numbers(cells: Sequence[Any], total: bool, name: str) -> Array:
    """Read a line; rows below the industries have nothing under some kinds of final use."""
    if total:
        cells = [np.nan if cell == "" else cell for cell in cells]
    wrong = next((place for place, cell in enumerate(cells) if not isinstance(cell, float | int)), None)
    if wrong is not None:
        raise BrokenFileError(name, f"column {BESIDE + wrong + 1} has {cells[wrong]!r}, which is no number.")
    return np.array(cells, dtype=np.float64)


def _width(cells: Sequence[Sequence[Any]], name: str) -> int:
    """Find the last column of a country; totals stand right of it."""
    labels = [_text(cell) for cell in cells[COUNTRIES]]
    used = [place for place, label in enumerate(labels) if place >= BESIDE and label not in TOTAL]
    if not used or not re.fullmatch(r"c\d+", _text(cells[CODES][BESIDE])):
        raise BrokenFileError(
            name, f"line {COUNTRIES + 1} has no countries, or line {CODES + 1} no codes such as c1, above the numbers."
        )
    return used[-1] + 1


def _codes(below: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Tell the code of the classification of each running code; itself where it is none of its own.

    The release of 2013 writes its divisions as words (AtB, 15t16) that change between
    its files: there the running code is the industry.
    """
    pairs = {_text(row[3]): _text(row[0]) for row in below if re.fullmatch(r"c\d+", _text(row[3]))}
    lettered = all(re.fullmatch(r"[A-Z]([_\d-].*)?", code) for code in pairs.values())
    return {running: code if lettered else running for running, code in pairs.items()}


def _row(row: Sequence[Any], codes: dict[str, str]) -> tuple[str, str, str]:
    running, country = _text(row[3]), _text(row[2])
    return (country, codes[running], "") if running in codes else (country, running, _text(row[1]))


def _text(cell: Any) -> str:
    return shown(cell).strip()
