"""A table whose columns play roles, read once: sorted, checked, with what became of the other rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.calendar import calendar
from industria.core.table import TableLike, as_table, collect
from industria.errors import (
    AllMissingError,
    ColumnTypeError,
    DuplicateRowError,
    EmptyTableError,
    InfiniteValueError,
    NegativeValueError,
    NoRowsLeftError,
    OutsideRangeError,
    RepeatedColumnError,
    ZeroWeightError,
)
from industria.kernels.groups import renumbered
from industria.productivity._sorting import by_content, coded, in_order, on_calendar

__all__ = ["ROW", "Array", "Codes", "Dropped", "Panel", "coded", "read"]

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.int64]
Dropped = tuple[str, str, int]
"""A column, why rows were left out because of it, and how many."""

ROW: Final = "row of the table"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Panel:
    """Rows that can be used, sorted by cell, unit and time, so that the order of the table never matters.

    Attributes
    ----------
    name : str
        What error messages call the table.
    keys : pyarrow.Table
        The columns of cell, unit and time as they came, one row a row.
    labels : pyarrow.Table
        Further columns as they came, which neither tell rows apart nor leave any out.
    cells : pyarrow.Table
        The columns of the cells, one row a cell; one row without columns where there are none.
    cell, unit : array, shape (n,)
        Numbered from 0 without gaps; a unit's number is the same in every cell.
    time : array, shape (n,)
        On a calendar where neighbours differ by 1; zeros without a time.
    numbers : mapping of str to array, each of shape (n,)
        The columns reckoned with; natural logs of those that were to be logged.
    weights : array, shape (n,)
        Positive; ones without a column of weights.
    dropped : list of (str, str, int)
        Column, reason, rows.
    rows : int
        Of the table.
    """

    name: str
    keys: pa.Table
    labels: pa.Table
    cells: pa.Table
    cell: Codes
    unit: Codes
    time: Codes
    numbers: Mapping[str, Array]
    weights: Array
    dropped: Sequence[Dropped]
    rows: int

    def __getitem__(self, column: str) -> Array:
        return self.numbers[column]

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def n_units(self) -> int:
        """How many units there are."""
        return int(self.unit.max()) + 1

    def matrix(self, columns: Sequence[str]) -> Array:
        """Stack columns side by side, shape (n, len(columns))."""
        return np.column_stack([self.numbers[column] for column in columns]) if columns else np.empty((len(self), 0))

    def where(self, row: int) -> str:
        """Name a row by its keys."""
        return where(self.keys, row)

    def before(self, periods: int = 1) -> Codes:
        """Find each row's place so many calendar periods before, in the same cell and unit; -1 where none is.

        Rows are sorted, so a gap in the calendar is never bridged.
        """
        span = int(self.time.max() - self.time.min()) + periods + 1
        code = (self.cell * self.n_units + self.unit) * span + (self.time - self.time.min())
        place = np.searchsorted(code, code - periods)
        found = (code[place] == code - periods) & (self.time - self.time.min() >= periods)
        return np.where(found, place, -1)


def read(
    data: TableLike,
    name: str,
    *,
    unit: str | None,
    numbers: Iterable[str],
    time: str | None = None,
    by: Sequence[str] = (),
    weights: str | None = None,
    logged: Iterable[str] = (),
    positive: Iterable[str] = (),
    nonnegative: Iterable[str] = (),
    optional: Iterable[str] = (),
    labels: Sequence[str] = (),
) -> Panel:
    """Read the columns that play a role, refuse what nothing can be made of, and count the rows with gaps.

    Parameters
    ----------
    data : table
        One row a unit, and a time where there is one.
    name : str
        What error messages call it.
    unit, time : str, optional
        Who and when; whole numbers, or dates, which step by years, quarters, months or days.
        Without a unit each row is one, and rows are sorted by their numbers; the keys tell which row it was.
    numbers : iterable of str
        Columns reckoned with; a row without one of them is left out and counted.
    by : sequence of str
        What makes a cell.
    weights : str, optional
        Rows without weight, or with a weight of zero, are left out and counted.
    logged, positive, nonnegative : iterable of str
        Which of the numbers are returned as natural logs, must be above zero, may not be below.
    optional : iterable of str
        Which of the numbers may be missing: NaN there, and the row stays.
    labels : sequence of str
        Columns carried along, that may be missing, too.

    Returns
    -------
    Panel
        Sorted by cell, unit and time.

    Raises
    ------
    MissingColumnError, ColumnTypeError
        If a column lacks or is of another type.
    RepeatedColumnError
        If one column is the unit and the time, or a cell and one of them.
    EmptyTableError, AllMissingError, NoRowsLeftError
        If there is no row, no value in a column, or no row without a gap.
    InfiniteValueError, OutsideRangeError, NegativeValueError
        If a number is infinite, not above zero where it is logged, or below zero where it may not be.
    DuplicateRowError
        If a unit stands twice in a cell and time.
    ZeroWeightError
        If no row has weight.
    """
    keys = _keys(unit, time, by)
    wanted = list(dict.fromkeys([*numbers, *([weights] if weights else [])]))
    columns = list(dict.fromkeys([*keys, *wanted, *labels]))
    rows = collect(as_table(data, name, *columns).select(*columns))
    if not rows.num_rows:
        raise EmptyTableError(name)
    n = rows.num_rows
    when = None if time is None else calendar(rows[time], name, time)
    if unit is None:
        rows = by_content(rows, [*by, *wanted], ROW)
    order, codes, found = in_order(rows, keys)
    values = {column: _number(rows[column], name, column) for column in wanted}
    names = [*keys, *([ROW] if unit is None else [])]
    held = rows.select(list(dict.fromkeys([*names, *labels])))
    del rows
    if order is not None:
        values, held = {column: of[order] for column, of in values.items()}, held.take(pa.array(order))
    named = held.select(names)
    logs, above = set(logged), {*positive, *logged}
    _refuse(values, name, named, above, {*nonnegative, *([weights] if weights else [])})
    kept, dropped = _complete(name, named, values, weights, set(optional))
    if not kept.any():
        raise NoRowsLeftError(name, n, [f"{count} {reason} ({column})" for column, reason, count in dropped])
    if not kept.all():
        held, codes = held.filter(pa.array(kept)), [of[kept] for of in codes]
        named = held.select(names)
        values = {column: of[kept] for column, of in values.items()}
    left = int(kept.sum())
    who = np.arange(left) if unit is None else renumbered(codes[keys.index(unit)])
    cell, cells = _cells(named, list(by), codes[: len(by)])
    period = np.zeros(left, np.int64) if when is None else on_calendar(codes[-1], found[-1], when)
    _refuse_repeated(name, named, names, who, cell, period)
    return Panel(
        name=name,
        keys=named,
        labels=held.select(list(labels)),
        cells=cells,
        cell=cell,
        unit=who,
        time=period,
        numbers={c: np.log(values[c]) if c in logs else values[c] for c in wanted},
        weights=values[weights] if weights else np.ones(left),
        dropped=dropped,
        rows=n,
    )


def where(keys: pa.Table, row: int) -> str:
    """Name a row by its labels."""
    return ", ".join(f"{column} = {keys[column][row].as_py()!r}" for column in keys.column_names)


def _keys(unit: str | None, time: str | None, by: Sequence[str]) -> list[str]:
    roles = [(column, "a cell") for column in by]
    roles += [(column, part) for column, part in ((unit, "the unit"), (time, "the time")) if column is not None]
    parts: dict[str, str] = {}
    for column, part in roles:
        if column in parts:
            raise RepeatedColumnError(column, parts[column], part)
        parts[column] = part
    return list(parts)


def _number(column: pa.ChunkedArray, table: str, name: str) -> Array:
    if column.null_count == len(column):
        raise AllMissingError(table, name, len(column))
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_boolean(column.type)):
        raise ColumnTypeError(table, name, "numbers", f"{column.type}")
    made = np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    # A look at the first row spares one at all of them, most often.
    if np.isnan(made[0]) and np.isnan(made).all():
        raise AllMissingError(table, name, len(made))
    return made


def _refuse(numbers: Mapping[str, Array], table: str, keys: pa.Table, above: set[str], signed: set[str]) -> None:
    for column, values in numbers.items():
        odd = np.flatnonzero(np.isinf(values))
        if len(odd):
            raise InfiniteValueError(table, column, len(odd), where(keys, int(odd[0])))
        odd = np.flatnonzero(values <= 0) if column in above else np.zeros(0, np.int64)
        if len(odd):
            raise OutsideRangeError(table, column, float(values[odd[0]]), where(keys, int(odd[0])), "must be above 0")
        odd = np.flatnonzero(values < 0) if column in signed else np.zeros(0, np.int64)
        if len(odd):
            first = int(odd[0])
            raise NegativeValueError(table, column, "an amount", len(odd), float(values[first]), where(keys, first))


def _complete(
    table: str, keys: pa.Table, values: Mapping[str, Array], weights: str | None, optional: set[str]
) -> tuple[npt.NDArray[np.bool_], list[Dropped]]:
    """Find the rows without a gap and with weight; count the others by the first reason that holds."""
    reasons = [(c, "missing", keys[c].is_null().to_numpy(zero_copy_only=False)) for c in keys.column_names]
    reasons += [(c, "missing", np.isnan(values[c])) for c in values if c not in optional]
    if weights:
        if not (np.nan_to_num(values[weights]) > 0).any():
            raise ZeroWeightError(table, weights, "")
        reasons.append((weights, "weight of zero", values[weights] == 0))
    kept, dropped = np.ones(keys.num_rows, bool), []
    for column, reason, rows in reasons:
        if n := int((kept & rows).sum()):
            dropped.append((column, reason, n))
        kept &= ~rows
    return kept, dropped


def _cells(keys: pa.Table, by: list[str], codes: Sequence[Codes]) -> tuple[Codes, pa.Table]:
    """Give cells of sorted rows their numbers; a cell changes where any of its labels does."""
    new = np.zeros(keys.num_rows, bool)
    new[0] = True
    for code in codes:
        new[1:] |= code[1:] != code[:-1]
    first = np.flatnonzero(new)
    return np.cumsum(new) - 1, keys.select(by).take(pa.array(first)) if by else pa.table({}).slice(0, 1)


def _refuse_repeated(table: str, keys: pa.Table, names: Sequence[str], unit: Codes, cell: Codes, time: Codes) -> None:
    again = (unit[1:] == unit[:-1]) & (cell[1:] == cell[:-1]) & (time[1:] == time[:-1])
    if again.any():
        first = int(np.argmax(again))
        times = int(((unit == unit[first]) & (cell == cell[first]) & (time == time[first])).sum())
        raise DuplicateRowError(table, tuple(names), where(keys, first), times, int(again.sum()))
