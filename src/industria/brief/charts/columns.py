"""The table of a figure, read column by column."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from industria.brief.charts.cells import texts_of
from industria.brief.charts.page import Page
from industria.brief.charts.scales import AXES, Axis, Reading, Weeks
from industria.brief.theme import MOST_INKS
from industria.brief.withheld import words_for_gaps
from industria.errors import ColumnTypeError, FigureDataError, FigureOptionError, MissingColumnError, hint

__all__ = ["Columns"]


class Columns:
    """The table of a figure: what is read of it is what the figure shows.

    Parameters
    ----------
    table : pyarrow.Table
        One row a mark; the fields may carry `unit` as metadata.
    page : Page
        Gives codes their words.
    """

    TABLE = "the table of the figure"

    def __init__(self, table: pa.Table, page: Page) -> None:
        self.table = table
        self.page = page
        self._read: dict[str, Sequence[Any]] = {}
        self._written: dict[str, tuple[Reading, int]] = {}
        self._blank: dict[str, set[int]] = {}
        self._gaps: dict[str, str] = {}

    def numbers(self, name: str, *, empty: bool = False) -> list[float | None]:
        """Read a column of numbers; what is missing is None, and all of it may be where it may be `empty`.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        ColumnTypeError
            If it holds no numbers.
        FigureDataError
            If all of it is missing, or a number is infinite.
        """
        column = self._column(name)
        if not self.holds_numbers(name) and not pa.types.is_null(column.type):
            raise ColumnTypeError(self.TABLE, name, "numbers", str(column.type))
        values = [None if v is None or math.isnan(v) else float(v) for v in column.to_pylist()]
        if not empty and all(value is None for value in values):
            raise FigureDataError(f"{self.TABLE} has no value in column {name!r}: all {len(values)} are missing.")
        for row, value in enumerate(values, start=1):
            if value is not None and math.isinf(value):
                raise FigureDataError(f"{self.TABLE} has an infinite value in column {name!r}, row {row}.")
        self._read[name] = values
        return values

    def weeks(self, *names: str) -> tuple[Weeks, list[list[float | None]]]:
        """Read columns of weeks, numbers or dates; dates count from the earliest of the first column that has any.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        ColumnTypeError
            If one holds neither, or some numbers and some dates.
        FigureDataError
            If all weeks of a column of numbers are missing.
        """
        dates = [name for name in names if _has_days(self._column(name).type)]
        if not dates:
            return Weeks("linear", self.page.language), [self.numbers(name) for name in names]
        for name in names:
            if name not in dates:
                raise ColumnTypeError(self.TABLE, name, f"dates as {dates[0]} does", str(self._column(name).type))
        # pandas has no dates, only midnights; the hour of another time says nothing of its week.
        told = {name: self._column(name).cast(pa.date32(), safe=False).to_pylist() for name in names}
        if all(day is None for column in told.values() for day in column):
            raise FigureDataError(f"{self.TABLE} has no date in {', '.join(names)}.")
        first = next(min(own) for column in told.values() if (own := [day for day in column if day is not None]))
        for name, column in told.items():
            self._read[name] = [None if day is None else self.page.spoken.date(day) for day in column]
        read = Weeks("linear", self.page.language, first=first)
        return read, [[None if day is None else (day - first).days / 7 for day in column] for column in told.values()]

    def holds_numbers(self, name: str) -> bool:
        """Tell whether a column holds numbers.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        """
        kind = self._column(name).type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))

    def keys(self, name: str) -> list[str | None]:
        """Read a column of labels as the table has them; whole numbers are labels too.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        """
        return [None if value is None else _label(value) for value in self._column(name).to_pylist()]

    def words(self, name: str, known: Mapping[str, str] | None = None) -> list[str | None]:
        """Read a column of labels, in the reader's words, else in those that are `known`.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        """
        known = known or {}
        words = [None if key is None else self.page.names.get(key, known.get(key, key)) for key in self.keys(name)]
        self._read[name] = words
        return words

    def labels(self, name: str, known: Mapping[str, str] | None = None) -> list[str]:
        """Read a column of labels of which none may be missing, as `words` does.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        FigureDataError
            If a label is missing.
        """
        words = self.words(name, known)
        if None in words:
            raise FigureDataError(f"{self.TABLE} has no label in column {name!r}, row {words.index(None) + 1}.")
        return [str(word) for word in words]

    def codes(self, name: str, words: Mapping[str, str]) -> list[str | None]:
        """Read a column of codes, each of which has its word; the data table shows the words.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        FigureDataError
            If it holds another code; the message names the nearest one.
        """
        found = self.keys(name)
        for row, code in enumerate(found, start=1):
            if code is not None and code not in words:
                near = hint(code, list(words))
                raise FigureDataError(
                    f"{self.TABLE} has {name} = {code!r} in row {row}; it may be {', '.join(words)}.{near}"
                )
        self.words(name, words)
        return found

    def groups(self, name: str | None) -> list[str]:
        """Read the groups that colors and shapes tell apart, or one nameless group.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        FigureDataError
            If a label is missing or there are more groups than can be told apart.
        """
        if name is None:
            return [""] * self.table.num_rows
        groups = self.labels(name)
        found = list(dict.fromkeys(groups))
        if len(found) > MOST_INKS:
            raise FigureDataError(
                f"{self.TABLE} has {len(found)} groups in column {name!r}; colors, shapes and line styles tell "
                f"{MOST_INKS} apart. Keep the ones that the title speaks of."
            )
        return groups

    def flags(self, name: str | None) -> list[bool]:
        """Read a column of truth values; what is missing is false, and so is no column.

        Raises
        ------
        MissingColumnError
            If there is no such column.
        ColumnTypeError
            If it holds anything else.
        """
        if name is None:
            return [False] * self.table.num_rows
        column = self._column(name)
        if not pa.types.is_boolean(column.type):
            raise ColumnTypeError(self.TABLE, name, "truth values", str(column.type))
        self._read[name] = column.to_pylist()
        return [bool(value) for value in column.to_pylist()]

    def reading(self, name: str, axis: str | None) -> Reading:
        """Decide how the numbers of a column are read: fractions in percent unless told otherwise.

        Raises
        ------
        FigureOptionError
            If there is no such axis.
        """
        if axis is None:
            return Reading("percent" if self._unit(name) == "fraction" else "linear", self.page.language)
        if axis not in AXES:
            raise FigureOptionError(self.page.kind, "axis", AXES, axis)
        chosen: Axis = AXES[AXES.index(axis)]
        return Reading(chosen, self.page.language)

    def unit(self, name: str, read: Reading) -> str:
        """Return what stands at the axis of a column."""
        if self.page.unit is not None:
            return self.page.unit
        if read.axis != "linear":
            return self.page.spoken.word(read.axis.replace(" ", "_"))
        return self.page.spoken.unit(self._unit(name))

    def drawn(self) -> pa.Table:
        """Return the columns that were read, codes in the reader's words, with their metadata."""
        fields, columns = [], []
        for kept in self._fields():
            text = not self.holds_numbers(kept.name) and any(isinstance(word, str) for word in self._read[kept.name])
            fields.append(kept.with_type(pa.string()) if text else kept)
            columns.append(pa.array(self._read[kept.name], pa.string()) if text else self.table[kept.name])
        return pa.table(columns, schema=pa.schema(fields))

    def write_as(self, read: Reading, digits: int, *names: str) -> None:
        """Remember how the figure writes the numbers of columns, so that its data table writes them alike."""
        self._written.update(dict.fromkeys(names, (read, digits)))

    def leave_blank(self, rows: Iterable[int], *names: str) -> None:
        """Remember in which rows nothing is missing where columns have no value: its data table then says nothing."""
        self._blank |= {name: set(rows) for name in names}

    def call_missing(self, name: str, word: str) -> None:
        """Remember what it means that a column has no value, such as never."""
        self._gaps[name] = word

    def written(self) -> pa.Table:
        """Return the columns that were read as text, as the figure writes them, under words for their names."""
        names = [kept.name for kept in self._fields()]
        texts = [pa.array(self._texts(name), pa.string()) for name in names]
        return pa.Table.from_arrays(texts, names=[self.page.head(name) for name in names])

    def _fields(self) -> list[pa.Field]:
        """List the columns that were read, in the order of the table."""
        return [kept for kept in self.table.schema if kept.name in self._read]

    def _texts(self, name: str) -> list[str]:
        values, blank, spoken = self._read[name], self._blank.get(name, set()), self.page.spoken
        gaps = words_for_gaps(self.table, self._gaps.get(name, spoken.word("missing")), spoken.word("withheld"))
        texts = texts_of(values, gaps, self.page, self._written.get(name))
        return ["" if values[row] is None and row in blank else text for row, text in enumerate(texts)]

    def _column(self, name: str) -> pa.ChunkedArray:
        if name not in self.table.column_names:
            raise MissingColumnError(self.TABLE, name, self.table.column_names)
        return self.table[name]

    def _unit(self, name: str) -> str:
        self._column(name)  # a column that is not there is told by name
        metadata = self.table.schema.field(name).metadata or {}
        return str(metadata.get(b"unit", b"").decode())


def _has_days(kind: pa.DataType) -> bool:
    return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))


def _label(value: object) -> str:
    """Write a code: years and plant numbers arrive as floats from files that know no integers."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
