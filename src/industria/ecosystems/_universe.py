"""The official universe of establishments, by area and industry, with what is withheld as an interval."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.table import TableLike, as_table, collect
from industria.ecosystems._naics import SECTORS, industry
from industria.ecosystems._states import STATES
from industria.errors import (
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    MissingValueError,
    NegativeValueError,
    UnknownGroupError,
    UnknownLabelError,
)

__all__ = ["CLASSES", "Cell", "area_code", "state_code", "universe_of"]

CLASSES: Final[Mapping[str, tuple[float, float]]] = {
    "A": (0, 19), "B": (20, 99), "C": (100, 249), "E": (250, 499), "F": (500, 999), "G": (1_000, 2_499),
    "H": (2_500, 4_999), "I": (5_000, 9_999), "J": (10_000, 24_999), "K": (25_000, 49_999), "L": (50_000, 99_999),
    "M": (100_000, np.inf),
}  # fmt: skip
"""Size flags of County Business Patterns: the employment of a cell whose number is withheld."""
WITHHELD: Final = (*"DSNX", "withheld", "not_available", "not_applicable")
NOISE: Final = ("low_noise", "medium_noise", "high_noise")
ALL: Final = ("001", "01", "1", "00")
"""All classes of size together, in the codes of CBP and SUSB."""
NATION: Final = "us"
NATIONS: Final = ("00", "1", "us", "usa")
# FIPS codes follow the names, and leave out some numbers.
_GAPS: Final = (3, 7, 14, 43, 52)
_BY_NAME: Final = sorted(
    (code for code in STATES if code not in ("AS", "GU", "MP", "PR", "VI")), key=STATES.__getitem__
)
_NUMBERS: Final = [number for number in range(1, 57) if number not in _GAPS]
FIPS: Final = {
    **{code: f"{number:02d}" for code, number in zip(_BY_NAME, _NUMBERS, strict=True)},
    "AS": "60",
    "GU": "66",
    "MP": "69",
    "PR": "72",
    "VI": "78",
}
NAMED: Final = {STATES[code].casefold(): number for code, number in FIPS.items()}


@dataclass(frozen=True, slots=True)
class Cell:
    """An area and industry: its establishments, and the interval of its employment."""

    area: str
    place: str
    industry: str
    establishments: float
    low: float
    high: float


def state_code(told: str | None) -> str | None:
    """Read a state: its letters, its name or its number; None where it is none."""
    word = (told or "").strip()
    number = word.zfill(2) if word.isdigit() and len(word) <= 2 else None
    return FIPS.get(word.upper()) or NAMED.get(word.casefold()) or (number if number in FIPS.values() else None)


def area_code(told: str) -> str:
    """Write an area as a state of two digits, a county of five, or the nation."""
    if told.casefold() in NATIONS:
        return NATION
    return state_code(told) or (told.zfill(5) if told.isdigit() and len(told) in (4, 5) else told)


def universe_of(data: TableLike, digits: int) -> list[Cell]:
    """Read establishments and bring them to one level of the code, sorted.

    Rows of the level itself are taken where there are any; else those of the next
    finer level that is there are added up.
    """
    table = as_table(data, "establishments", "area", "industry", "establishments")
    rows = collect(table)
    if not rows.num_rows:
        raise EmptyTableError("establishments")
    rows = _all_sizes(rows)
    areas, codes = _labels(rows, "area"), _labels(rows, "industry")
    _refuse_repeated(areas, codes)
    counts = _amounts(rows, "establishments", areas, codes)
    intervals = _intervals(rows, areas, codes)
    levels: dict[tuple[str, str], dict[int, list[int]]] = {}
    for i, (area, code) in enumerate(zip(areas, codes, strict=True)):
        cut = industry(code, digits)
        if cut is not None:
            # A sector such as 31-33 stands above 31, which some tables have as well.
            level = 1 if code in SECTORS else len(code.rstrip("-/"))
            levels.setdefault((area, cut), {}).setdefault(level, []).append(i)
    cells = []
    for (area, cut), found in sorted(levels.items()):
        rest = found[min(found)]
        low, high = np.sum([intervals[i] for i in rest], axis=0)
        cells.append(Cell(area, area_code(area), cut, float(sum(counts[i] for i in rest)), low, high))
    return cells


def _all_sizes(rows: pa.Table) -> pa.Table:
    """Keep the rows of all classes of size together; classes overlap."""
    if "size" not in rows.column_names or rows["size"].null_count == rows.num_rows:
        return rows
    sizes = [None if size is None else str(size) for size in rows["size"].to_pylist()]
    kept = [size is None or size in ALL for size in sizes]
    if not any(kept):
        raise UnknownGroupError("establishments", "size", ALL[0], sorted({str(size) for size in sizes}))
    return rows.filter(pa.array(kept))


def _labels(rows: pa.Table, column: str) -> list[str]:
    cells = rows[column]
    if cells.null_count:
        first = cells.is_null().index(True).as_py() + 1
        raise MissingValueError("establishments", column, cells.null_count, rows.num_rows, f"row {first}")
    # Spreadsheets drop the zero of Alabama to Connecticut.
    whole = column == "area" and pa.types.is_integer(cells.type)
    return [str(cell).zfill(2) if whole else str(cell).strip() for cell in cells.to_pylist()]


def _refuse_repeated(areas: Sequence[str], codes: Sequence[str]) -> None:
    seen: dict[tuple[str, str], int] = {}
    for key in zip(areas, codes, strict=True):
        seen[key] = seen.get(key, 0) + 1
    repeated = {key: n for key, n in seen.items() if n > 1}
    if repeated:
        (area, code), times = min(repeated.items())
        first = f"area = {area!r}, industry = {code!r}"
        raise DuplicateRowError("establishments", ("area", "industry"), first, times, sum(repeated.values()))


def _amounts(rows: pa.Table, column: str, areas: Sequence[str], codes: Sequence[str]) -> Any:
    """Read a column of numbers, missing ones as NaN."""
    cells = rows[column]
    if not (pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type)) and cells.null_count < rows.num_rows:
        raise ColumnTypeError("establishments", column, "numbers", str(cells.type))
    values = np.asarray(cells.cast(pa.float64()).to_numpy(), float)
    below = np.flatnonzero(values < 0)
    gaps = np.flatnonzero(np.isnan(values)) if column == "establishments" else below[:0]
    for wrong in (below, gaps):
        if len(wrong):
            where = f"area = {areas[wrong[0]]!r}, industry = {codes[wrong[0]]!r}"
            if wrong is gaps:
                raise MissingValueError("establishments", column, len(wrong), len(values), where)
            raise NegativeValueError("establishments", column, "a count", len(wrong), values[wrong[0]], where)
    return values


def _intervals(rows: pa.Table, areas: Sequence[str], codes: Sequence[str]) -> list[tuple[float, float]]:
    """Tell the lowest and the highest employment of each row; NaN where there is no such column."""
    n = rows.num_rows
    if "employment" not in rows.column_names:
        return [(np.nan, np.nan)] * n
    told = _amounts(rows, "employment", areas, codes)
    flags = _texts(rows, "employment_flag")
    ranges = _texts(rows, "employment_range")
    known = [*CLASSES, *WITHHELD, *NOISE]
    found = []
    for value, flag, within in zip(told, flags, ranges, strict=True):
        # G beside a number is little noise; beside a 0 in the place of a number it is a size.
        if value > 0 or (value == 0 and (flag is None or flag in NOISE)):
            found.append((value, value))
        elif flag is not None and flag in CLASSES:
            found.append(CLASSES[flag])
        elif flag is None or flag in WITHHELD:
            found.append(_range(within))
        else:
            raise UnknownLabelError("establishments", "employment_flag", flag, "the list of flags", known)
    return found


def _texts(rows: pa.Table, column: str) -> list[str | None]:
    if column not in rows.column_names:
        return [None] * rows.num_rows
    return [None if cell is None else str(cell).strip() or None for cell in rows[column].to_pylist()]


def _range(words: str | None) -> tuple[float, float]:
    """Read a range such as 20-99 or 100,000 or more; without one nothing is known but that it is not negative."""
    numbers = [float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", words or "")]
    return (numbers[0] if numbers else 0.0, numbers[1] if len(numbers) > 1 else np.inf)
