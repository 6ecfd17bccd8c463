"""Which columns a table will have, before there is any data."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, get_args, get_type_hints

import narwhals.stable.v2 as nw
import pyarrow as pa

from industria.core.engine import connection
from industria.core.measure import Measure
from industria.core.result import Result
from industria.core.table import Table, as_table
from industria.errors import ColumnTypeError, MissingColumnError, NotATableError, QueryError, UsageError

__all__ = ["Made", "Shape", "made_of", "rehearse"]

_ARROW: Final[dict[Any, pa.DataType]] = {
    nw.Int64: pa.int64(),
    nw.Float64: pa.float64(),
    nw.String: pa.string(),
    nw.Boolean: pa.bool_(),
    nw.Date: pa.date32(),
    nw.Datetime: pa.timestamp("us"),
}
_WORDS: Final = {"name": pa.string(), "code": pa.string(), "date": pa.date32()}
_MORE: Final = "_columns_that_nobody_has_told"
_KEYS: Final = ("by", "within", "unit", "time", "period", "labels")
"""Parameters of all rooms that name columns which are carried over."""
_TELLING: Final = (ColumnTypeError, NotATableError, UsageError)


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns and types of a table.

    Attributes
    ----------
    schema : pyarrow.Schema
        The columns that it has.
    exact : bool
        Whether it has all of these. A measure that stops where it would need
        rows tells what it makes; which labels it carries over is not known,
        so all that it could carry over are listed.
    more : bool
        Whether it may have further columns, as the further tables of a result do.
    sure : tuple of str or None
        Those of its columns that it has for sure; None for all.
    """

    schema: pa.Schema
    exact: bool = True
    more: bool = False
    sure: tuple[str, ...] | None = None

    @classmethod
    def of(cls, table: Table, *, exact: bool = True) -> Shape:
        """Read the columns of a table, in the kinds that measures read, without computing it."""
        kinds = as_table(table, "table").collect_schema()
        told = pa.schema([(name, _arrow(kind)) for name, kind in kinds.items() if name != _MORE])
        return cls(told, exact, more=_MORE in kinds)

    @property
    def names(self) -> list[str]:
        """The columns, in order."""
        return list(self.schema.names)

    def only_sure(self) -> Shape:
        """Leave out what it may not have; it may have more."""
        if self.sure is None:
            return self
        return replace(self, schema=pa.schema([self.schema.field(name) for name in self.sure]), more=True, sure=None)

    def empty(self) -> Table:
        """Make a table of these columns, which are of plain kinds already, without rows.

        One stands for those that nobody has told: what carries all columns on carries it on, too.
        """
        schema = self.schema.append(pa.field(_MORE, pa.string())) if self.more else self.schema
        table: Table = nw.from_native(connection().from_arrow(schema.empty_table()))
        return table


@dataclass(frozen=True, slots=True)
class Made:
    """What a step will give.

    Attributes
    ----------
    table : Shape or None
        Of the table itself; None where nothing is known.
    tables : dict of str to (Shape or None)
        Of the further tables.
    facts : tuple of str
        Scalars beside the table.
    closed : bool
        Whether there are no further tables and facts than these.
    """

    table: Shape | None
    tables: dict[str, Shape | None]
    facts: tuple[str, ...] = ()
    closed: bool = True


def rehearse(measure: Measure, inputs: Mapping[str, Shape], parameters: Mapping[str, Any]) -> Made:
    """Call a measure on tables without rows, to learn what it will give.

    A lazy measure answers with its columns. One that needs rows stops at its
    crossing to arrays, after it has looked for its columns.

    Parameters
    ----------
    measure : Measure
        Its tables and parameters are known to be of the right names and types.
    inputs : mapping of str to Shape
        By table argument.
    parameters : mapping of str to Any
        As the study gives them.

    Raises
    ------
    MissingColumnError, ColumnTypeError, NotATableError, UsageError
        What is wrong whatever the rows: a column that is not there, a word or
        number that a parameter does not take. Of a table that may have more columns none is missed.
    """
    declared = made_of(measure, inputs, parameters)
    try:
        made = _called(measure, inputs, parameters)
    except QueryError as error:
        # What two tables may both have, one of them need not.
        if not _is_ambiguous(error, inputs):
            raise
        made = _called(measure, {name: shape.only_sure() for name, shape in inputs.items()}, parameters)
    if made is None:
        # It needs rows. What it makes of them, its record tells.
        return declared
    return replace(
        made, tables={**declared.tables, **made.tables}, facts=tuple(dict.fromkeys([*declared.facts, *made.facts]))
    )


def _called(measure: Measure, inputs: Mapping[str, Shape], parameters: Mapping[str, Any]) -> Made | None:
    """Call a measure on tables without rows; None where it needs rows."""
    tables = {name: shape.empty() for name, shape in inputs.items()}
    exact = all(shape.exact for shape in inputs.values())
    whole = not any(shape.more for shape in inputs.values())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = measure.function(**tables, **parameters)
            found = {name: Shape.of(table, exact=exact) for name, table in result.tables().items()}
            return Made(Shape.of(result.table, exact=exact), {**found}, tuple(result.facts()))
    except Exception as error:
        # On types that are guessed, a complaint about anything but a column may be wrong.
        if (whole and _of_columns(error)) or (exact and isinstance(error, _TELLING)) or _is_ambiguous(error, inputs):
            raise
        return None


def made_of(measure: Measure, inputs: Mapping[str, Shape], parameters: Mapping[str, Any]) -> Made:
    """Tell what a measure gives from its record alone: `gives`, and the fields of its result.

    It has what it makes itself, and the columns that name its rows; it may have others of its inputs.
    """
    carried = {field.name: field.type for shape in inputs.values() for field in shape.schema}
    given = {name: carried.get(name) or _WORDS.get(measure.unit(name) or "", pa.float64()) for name in measure.gives}
    tables, facts, closed = _declared(measure)
    if measure.any_tables:
        # A query makes whatever columns it is asked for.
        return Made(None, dict.fromkeys(tables), facts, closed)
    named = [word for key in _KEYS for word in _words(parameters.get(key, ())) if word in carried]
    known = Shape(
        pa.schema(list({**given, **carried}.items())),
        exact=False,
        more=any(shape.more for shape in inputs.values()),
        sure=tuple(dict.fromkeys([*given, *named])),
    )
    return Made(known, dict.fromkeys(tables, replace(known, more=True)), facts, closed)


def _words(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(word) for word in value]


def _declared(measure: Measure) -> tuple[list[str], tuple[str, ...], bool]:
    kind = get_type_hints(measure.function).get("return")
    if not (isinstance(kind, type) and issubclass(kind, Result) and is_dataclass(kind)):
        return [], (), False
    hints = get_type_hints(kind)
    shared = {f.name for f in fields(Result)}
    own = [f.name for f in fields(kind) if f.name not in shared and not f.name.startswith("_")]
    tables = [name for name in own if _is_table(hints[name])]
    # Some are made when somebody asks for them.
    made = [name for name, of in vars(kind).items() if isinstance(of, property) and not name.startswith("_")]
    asked = [name for name in made if _is_table(get_type_hints(getattr(kind, name).fget).get("return"))]
    return [*tables, *asked], tuple(name for name in own if name not in tables), True


def _is_table(hint: Any) -> bool:
    return hint is Table or Table in get_args(hint)


def _of_columns(error: Exception) -> bool:
    """Tell a complaint about a column that is not there, whatever the types of the others."""
    return isinstance(error, MissingColumnError) or (
        isinstance(error, QueryError) and re.search("Referenced column|not have a column", str(error)) is not None
    )


def _is_ambiguous(error: Exception, inputs: Mapping[str, Shape]) -> bool:
    """Tell a complaint about a column that two tables may have, of which one need not."""
    guessed = any(shape.sure is not None for shape in inputs.values())
    return guessed and isinstance(error, QueryError) and "Ambiguous reference" in str(error)


def _arrow(kind: Any) -> pa.DataType:
    if isinstance(kind, nw.Datetime):
        return pa.timestamp(kind.time_unit, kind.time_zone)
    return _ARROW[type(kind) if isinstance(kind, nw.dtypes.DType) else kind]
