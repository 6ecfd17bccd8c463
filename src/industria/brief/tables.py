"""Tables: chosen columns of a step, every number at its address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import pyarrow as pa
from jinja2 import Environment

from industria.brief.blocks import Cell, TableBlock
from industria.brief.inline import Inline, Text
from industria.brief.language import speak
from industria.brief.numbers import digits_for
from industria.brief.shown import FILTERS, Number, Refusal, written
from industria.brief.tags import TableUse
from industria.brief.withheld import Withheld
from industria.core.result import is_synthetic
from industria.core.value import Address, Value
from industria.errors import MissingColumnError, hint, listing
from industria.study.record import STATUS, WITHHELD, is_released

__all__ = ["INTERVAL", "read_format", "table_block"]

INTERVAL: Final = "interval"
"""A column that no table has: `low` to `high` of the row."""

_FORMAT: Final = re.compile(r"\s*(\w+)\s*(?:\((.*)\))?\s*", re.S)
_GRAMMAR: Final = Environment()


def table_block(use: TableUse, rows: pa.Table, design: str, language: str, number: int) -> TableBlock:
    """Make a table of the chosen columns and rows of a step.

    Parameters
    ----------
    use : TableUse
        What the tag asks for.
    rows : pyarrow.Table
        The table of the step; its fields carry their units.
    design : str
        Of the step's measure.
    language : str
        Of numbers and headings.
    number : int
        Of the table in the brief.

    Returns
    -------
    TableBlock
        A row a row of the step; no stars.

    Raises
    ------
    MissingColumnError
        If a column is not there; the message names the nearest one.
    Refusal
        If `rows` or `where` select nothing, or a unit does not allow a format.
    """
    for column in (*_read(use), *use.where, *([use.key] if use.key else [])):
        if column not in rows.column_names:
            raise MissingColumnError(use.place, column, rows.column_names)
    records = rows.to_pylist()
    if is_released(rows):
        records += [_gap(rows, use, label) for label in use.rows if label not in _there(use, records)]
    kept = [i for i, row in enumerate(records) if all(_text(row[c]) == text for c, text in use.where.items())]
    key = use.key or next(iter(use.columns))
    if use.rows:
        kept = _labeled(use, key, records, kept)
    if not kept:
        raise Refusal(f"{use.place} has no row where {', '.join(f'{c} = {t}' for c, t in use.where.items())}.")
    maker = _Maker(use, rows, records, kept, design, language)
    header = tuple(Cell(heading, maker.numeric(column)) for column, heading in use.columns.items())
    body = tuple(tuple(maker.cell(i, column, key) for column in use.columns) for i in kept)
    told = {name: use.texts.get(name, ()) for name in ("caption", "notes", "source")}
    return TableBlock(header, body, use.line, number, **told, synthetic=is_synthetic(rows))


def _there(use: TableUse, records: Sequence[Mapping[str, Any]]) -> set[str]:
    return {_text(row[use.key or next(iter(use.columns))]) for row in records}


def _gap(rows: pa.Table, use: TableUse, label: str) -> dict[str, Any]:
    """Make a row that a released table does not have, although the brief speaks of it."""
    labels = {use.key or next(iter(use.columns)): label}
    return {**dict.fromkeys(rows.column_names), **use.where, **labels, STATUS: WITHHELD}


def _read(use: TableUse) -> list[str]:
    """List the columns that must be there."""
    named = [column for column in use.columns if column != INTERVAL]
    return [*named, "low", "high"] if INTERVAL in use.columns else named


def _labeled(use: TableUse, key: str, records: Sequence[Mapping[str, Any]], kept: Sequence[int]) -> list[int]:
    """Put the rows in the order of their labels."""
    there = {_text(records[i][key]) for i in kept}
    for label in use.rows:
        if label not in there:
            known = sorted(there)
            raise Refusal(
                f"{use.place} has no row where {key} = {label}; there is {listing(known)}.{hint(label, known)}"
            )
    return [i for label in use.rows for i in kept if _text(records[i][key]) == label]


class _Maker:
    """Makes the cells of one table; the decimals of a column are shared by its cells."""

    def __init__(
        self,
        use: TableUse,
        rows: pa.Table,
        records: Sequence[Mapping[str, Any]],
        kept: Sequence[int],
        design: str,
        language: str,
    ) -> None:
        self.use = use
        self.records = records
        self.design = design
        self.language = language
        self.synthetic = is_synthetic(rows)
        self.units = {field.name: _unit(field) for field in rows.schema}
        self.floats = {field.name for field in rows.schema if pa.types.is_floating(field.type)}
        self.integers = {field.name for field in rows.schema if pa.types.is_integer(field.type)}
        self.keys = _keys(records, [name for name in rows.column_names if name not in self.floats])
        self.how = {column: self._format(column, kept) for column in use.columns}

    def numeric(self, column: str) -> bool:
        return column == INTERVAL or column in self.floats | self.integers

    def cell(self, i: int, column: str, key: str) -> Cell:
        """Make one cell; labels stand in place of the keys that they translate."""
        row = self.records[i]
        if column == key and self.use.rows:
            return Cell(self.use.rows[_text(row[column])])
        if column == INTERVAL:
            pattern = str(speak(self.language).numbers["interval"]).format(low="\0", high="\0").split("\0")
            low, high = (self._written(i, bound, self.how[INTERVAL]) for bound in ("low", "high"))
            if isinstance(low, Withheld) or isinstance(high, Withheld):
                return Cell((self._gap(),), numeric=True)
            parts = (Text(pattern[0]), low, Text(pattern[1]), high, Text(pattern[2]))
            return Cell(tuple(part for part in parts if part != Text("")), numeric=True)
        return Cell((self._written(i, column, self.how[column]),), self.numeric(column))

    def _written(self, i: int, column: str, how: tuple[str, tuple[Any, ...], Mapping[str, Any]]) -> Inline:
        found = self.records[i][column]
        # A study of released tables has their gaps, too, and is not released itself.
        if found is None and self.records[i].get(STATUS) == WITHHELD:
            return self._gap()
        if found is None:
            return Text(speak(self.language).word("missing"))
        value = Value(
            address=self._address(i, column),
            value=found,
            unit=self.units[column],
            design=self.design,
            synthetic=self.synthetic,
        )
        if isinstance(found, bool):
            return Text(speak(self.language).word("yes" if found else "no"))
        filter_, arguments, options = how
        if isinstance(found, str | dt.date):
            return Text(written("text", value, self.language))
        return Number(written(filter_, value, self.language, *arguments, **options), value, self.use.line)

    def _gap(self) -> Withheld:
        return Withheld(speak(self.language).word("withheld"), self.use.line)

    def _address(self, i: int, column: str) -> Address:
        step, _, table = self.use.place.partition(".")
        keys = tuple((key, _text(self.records[i][key])) for key in self.keys if self.records[i][key] is not None)
        return Address(step, table or None, keys, column)

    def _format(self, column: str, kept: Sequence[int]) -> tuple[str, tuple[Any, ...], Mapping[str, Any]]:
        """Read how a column is written; without a word, as its unit and its kind suggest."""
        if column in self.use.format:
            return read_format(column, self.use.format[column])
        read = ["low", "high"] if column == INTERVAL else [column]
        numbers = [self.records[i][c] for i in kept for c in read]
        if column in self.integers:
            return ("text" if self.units[column] in ("code", "date", "name", "years") else "integer"), (), {}
        if column != INTERVAL and column not in self.floats:
            return "text", (), {}
        if column == "p_value":
            return "number", (3,), {}
        if self.units[read[0]] == "fraction":
            return "percent", (digits_for([x and 100 * x for x in numbers]),), {}
        return "number", (digits_for(numbers),), {}


def read_format(column: str, said: str) -> tuple[str, tuple[Any, ...], Mapping[str, Any]]:
    """Read a filter as it stands in prose: percent(1), number(2, sign=true).

    Raises
    ------
    Refusal
        If it is none.
    """
    found = _FORMAT.fullmatch(said)
    if not found or found[1] not in FILTERS:
        raise Refusal(
            f"format={{{column!r}: {said!r}}} is no way to write a number; there is {listing(list(FILTERS))}, "
            f"as in percent(1).{hint(said, list(FILTERS))}"
        )
    try:
        call = _GRAMMAR.parse(f"{{{{ f({found[2] or ''}) }}}}").body[0].nodes[0]  # type: ignore[attr-defined]
        arguments = tuple(argument.as_const() for argument in call.args)
        return found[1], arguments, {option.key: option.value.as_const() for option in call.kwargs}
    except Exception:
        raise Refusal(f"format={{{column!r}: {said!r}}} cannot be read; write it as in prose, percent(1).") from None


def _keys(records: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> tuple[str, ...]:
    """Find the fewest labels that tell every row from the others."""
    for size in range(min(4, len(labels) + 1)):
        for names in combinations(labels, size):
            if len({tuple(_text(row[name]) for name in names) for row in records}) == len(records):
                return names
    return tuple(labels)


def _unit(field: pa.Field) -> str | None:
    unit = (field.metadata or {}).get(b"unit")
    return unit.decode() if unit else None


def _text(found: object) -> str:
    """Write a key as the engine casts it to text."""
    return {True: "true", False: "false"}.get(found, str(found)) if isinstance(found, bool) else str(found)
