"""Tables as people typed them: what is certain is put right, what is not is told, cell by cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import get_close_matches
from typing import Any, Final, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

from industria.core.table import TableLike, as_table, collect

__all__ = ["ISSUES", "Issue", "Typed", "issue_table", "nearest", "plain"]

ISSUES: Final = pa.schema(
    {
        "table": pa.string(),
        "row": pa.int64(),
        "column": pa.string(),
        "value": pa.string(),
        "problem": pa.string(),
        "nearest": pa.string(),
    }
)


class Issue(NamedTuple):
    """One cell that is doubtful."""

    table: str
    row: int
    column: str
    value: str | None
    problem: str
    nearest: str | None


def issue_table(issues: Iterable[Issue]) -> pa.Table:
    """List issues by table, row and column."""
    rows = [issue._asdict() for issue in issues]
    return pa.Table.from_pylist(rows, ISSUES).sort_by([(column, "ascending") for column in ISSUES.names])


class Typed:
    """A table in memory, and what was found in it.

    Attributes
    ----------
    name : str
        What issues call it.
    rows : pyarrow.Table
        Cells as they are after what is certain was put right.
    leaves : array of bool, shape (n,)
        Rows that cannot stay.
    issues : list of Issue
        In the order found.
    """

    def __init__(self, data: TableLike, name: str, *columns: str) -> None:
        self.name = name
        self.rows = collect(as_table(_spelled(data), name, *columns))
        self.leaves = np.zeros(self.rows.num_rows, bool)
        self.issues: list[Issue] = []

    def has(self, column: str) -> bool:
        """Tell whether there is such a column."""
        return column in self.rows.column_names

    def tell(self, i: int, column: str, value: object, problem: str, near: object = None) -> None:
        """Note that a cell is doubtful; rows are counted from 1."""
        told = [None if one is None else str(one) for one in (value, near)]
        self.issues.append(Issue(self.name, i + 1, column, told[0], problem, told[1]))

    def drop(self, i: int, column: str, value: object, problem: str, near: object = None) -> None:
        """Note that a row cannot stay."""
        self.tell(i, column, value, f"{problem}; the row is left out", near)
        self.leaves[i] = True

    def texts(self, column: str) -> list[str | None]:
        """Read cells as text without blanks around it; nothing is null."""
        cells = self.rows[column].to_pylist()
        return [None if cell is None else _text(cell) or None for cell in cells]

    def put(self, column: str, cells: Sequence[Any], kind: pa.DataType) -> None:
        """Write a column anew, or beside the others."""
        made = pa.array(cells, kind)
        there = self.rows.column_names
        if column in there:
            self.rows = self.rows.set_column(there.index(column), column, made)
        else:
            self.rows = self.rows.append_column(column, made)

    def kept(self, *order: str) -> pa.Table:
        """Rows that stay, sorted."""
        rows = self.rows.filter(pa.array(~self.leaves))
        return rows.sort_by([(column, "ascending") for column in dict.fromkeys([*order, *rows.column_names])])

    def need(self, *columns: str) -> None:
        """Leave out rows in which a cell lacks that nothing can be done without."""
        for column in columns:
            cells = self.texts(column)
            for i in (i for i, cell in enumerate(cells) if cell is None and not self.leaves[i]):
                self.drop(i, column, None, "it is missing")
            self.put(column, cells, pa.string())

    def words(self, column: str, known: Collection[str], what: str) -> None:
        """Put right what is spelled in another way, and tell what is no word of a list."""
        self.words_by(column, [""] * self.rows.num_rows, {"": {word: word for word in known}}, lambda _: what)

    def words_by(
        self,
        column: str,
        groups: Sequence[str | None],
        known: dict[str, dict[str, str]],
        what: Callable[[str], str],
    ) -> None:
        """Do so with a list of spellings for each group of rows; rows of other groups are left alone."""
        spelled = {group: {plain(one): word for one, word in words.items()} for group, words in known.items()}
        right = {group: set(words.values()) for group, words in known.items()}
        near: dict[tuple[str, str], str | None] = {}
        cells = self.texts(column)
        for i, (cell, group) in enumerate(zip(cells, groups, strict=True)):
            if cell is None or group not in known or cell in right[group]:
                continue
            if (word := spelled[group].get(plain(cell))) is not None:
                self.tell(i, column, cell, "it is spelled in another way; put right", word)
                cells[i] = word
                continue
            if (group, cell) not in near:
                near[group, cell] = nearest(cell, spelled[group])
            self.tell(i, column, cell, f"it is no {what(group)}", near[group, cell])
        self.put(column, cells, pa.string())

    def numbers(
        self,
        column: str,
        low: float,
        high: float,
        wrong: str,
        near: Callable[[float], object],
        instead: float | None = None,
        made: str = "made null",
        percent: bool = False,
    ) -> None:
        """Make numbers of cells; those that cannot be are told, and null, or what stands in for them.

        `near` tells what was probably meant by a number outside the bounds.
        """
        told = self.rows[column].to_pylist()
        cells: list[float | None] = [_number(cell) for cell in told]
        for i, (cell, value) in enumerate(zip(told, cells, strict=True)):
            if value is None and (cell is None or not str(cell).strip()):
                continue
            share = _percentage(str(cell)) if percent and value is None else None
            if share is not None and low <= share <= high:
                self.tell(i, column, cell, "it is a percentage; put right", f"{share:.12g}")
                cells[i] = share
            elif value is None:
                meant = _number_in(str(cell))
                likely = meant is not None and (f"{meant:.12g}" if low <= meant <= high else near(meant))
                self.tell(i, column, cell, f"it is no number; {made}", likely or None)
                cells[i] = instead
            elif not low <= value <= high:
                self.tell(i, column, cell, f"{wrong}; {made}", near(value))
                cells[i] = instead
        self.put(column, cells, pa.float64())

    def days(self, column: str) -> None:
        """Make dates of cells; those written in another way are put right, and those that are none null."""
        cells: list[dt.date | None] = []
        for i, cell in enumerate(self.rows[column].to_pylist()):
            day = _day(cell)
            if day is None and cell is not None and str(cell).strip():
                day = _day_in(str(cell))
                problem = "it is no date as 2020-04-17; made null" if day is None else "it is no ISO date; put right"
                self.tell(i, column, cell, problem, day)
            cells.append(day)
        self.put(column, cells, pa.date32())


def _spelled(data: TableLike) -> TableLike:
    """Write out cells where pandas holds numbers or days beside words, as a sheet of a workbook gives them."""
    frame: Any = nw.to_native(data, pass_through=True)
    if not nw.dependencies.is_pandas_dataframe(frame):
        return data
    spelled: dict[str, Any] = {
        str(column): [None if cell is None or cell != cell else _text(cell) for cell in cells]
        for column, cells in frame.items()
        if cells.dtype == object and len(kinds := {*map(type, cells.dropna())}) > 1 and _typeable(kinds)
    }
    return frame.assign(**spelled) if spelled else data


def _typeable(kinds: Iterable[type]) -> bool:
    return all(issubclass(kind, str | int | float | dt.date) and kind is not bool for kind in kinds)


def plain(word: str) -> str:
    """Write a word without what people spell differently: capitals, blanks, dashes."""
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def nearest(word: str, spelled: dict[str, str]) -> str | None:
    """Find the word whose plain spelling is nearest; None where nothing is near."""
    near = get_close_matches(plain(word), spelled, n=1, cutoff=0.5)
    return spelled[near[0]] if near else None


def _text(cell: object) -> str:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    # Codes come from pandas as floats where a cell of the column is missing.
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).strip()


def _number(cell: object) -> float | None:
    if isinstance(cell, bool):
        return None
    try:
        value = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return value if np.isfinite(value) else None


def _day(cell: object) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    try:
        return dt.date.fromisoformat(str(cell).strip())
    except ValueError:
        return None


def _percentage(cell: str) -> float | None:
    """Read 80% or 7,5 % as a fraction; None where there is more, or no percent sign."""
    found = re.fullmatch(r"([-+]?\d+(?:[.,]\d+)?)\s*%", cell.strip())
    return float(found[1].replace(",", ".")) / 100 if found else None


def _number_in(cell: str) -> float | None:
    """Find the one number among words, as in `about 50` or `1,200 people`; None where there are several."""
    found = re.findall(r"[-+]?\d[\d.,]*", cell)
    if len(found) != 1:
        return None
    written = found[0].rstrip(".,")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", written):
        return _number(written.replace(",", ""))
    return _number(written.replace(",", ".") if written.count(",") == 1 and "." not in written else written)


def _day_in(cell: str) -> dt.date | None:
    """Read 12/31/2021 or 31.12.2021; None where day and month could be either."""
    found = re.fullmatch(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", cell.strip())
    if not found:
        return None
    first, second, year = (int(found[part]) for part in (1, 3, 4))
    # With points the day is first everywhere.
    if found[2] == "." or first > 12:
        first, second = second, first
    elif second <= 12 and first != second:
        return None
    try:
        return dt.date(year, first, second)
    except ValueError:
        return None
