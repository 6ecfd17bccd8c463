"""Tables: their columns, labels and units, and what each row stands for."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import DataError, UsageError
from industria.errors.wording import hint, listing

__all__ = [
    "ChoiceNotRecordedError",
    "CircleError",
    "ColumnTypeError",
    "DuplicateLabelError",
    "DuplicateRowError",
    "EmptyTableError",
    "FrameworkError",
    "MissingColumnError",
    "MixedGroupsError",
    "NoMonthError",
    "NoOverlapError",
    "NotATableError",
    "ReservedNameError",
    "RowCountError",
    "StackedPeriodsError",
    "UnknownGroupError",
    "UnknownLabelError",
    "UnknownUnitError",
    "UnsteadyUnitError",
    "WeeksError",
]


class NotATableError(DataError):
    """What was handed in is no table."""

    def __init__(self, name: str, found: object) -> None:
        # Whoever chains measures hands in what the one before returned.
        tables = (
            "its table, as .tidy() returns it"
            if hasattr(found, "tidy")
            else "a pandas, polars, pyarrow, DuckDB, PySpark or Ibis table"
        )
        super().__init__(f"{name} is a {type(found).__name__}, not a table. Hand in {tables}.")


class MissingColumnError(DataError):
    """A table lacks a column that a measure reads.

    Attributes
    ----------
    column : str
        What was looked for.
    available : tuple of str
        What is there.
    """

    def __init__(self, table: str, column: str, available: Sequence[str]) -> None:
        self.column, self.available = column, tuple(available)
        super().__init__(f"{table} has no column {column!r}; it has {listing(available, 40)}.{hint(column, available)}")


class ColumnTypeError(DataError):
    """A column holds another kind of value than the measure reads."""

    def __init__(self, table: str, column: str, wanted: str, found: str) -> None:
        super().__init__(f"{table}.{column} holds {found}, where {wanted} is needed.")


class EmptyTableError(DataError):
    """A table that must have rows has none."""

    def __init__(self, table: str) -> None:
        super().__init__(f"{table} has no rows.")


class RowCountError(DataError):
    """A table that describes one thing has more rows, or none."""

    def __init__(self, table: str, found: int, describes: str) -> None:
        super().__init__(f"{table} has {found} rows; it has one, of {describes}.")


class DuplicateRowError(DataError):
    """Rows that a key must tell apart share it."""

    def __init__(self, table: str, keys: Sequence[str], first: str, times: int, repeated: int) -> None:
        super().__init__(
            f"{table} has {repeated} repeated ({', '.join(keys)}) rows, first {first}, {times} times. "
            "Add the rows up or choose a finer unit."
        )


class DuplicateLabelError(DataError):
    """A label that must stand once stands several times."""

    def __init__(self, table: str, column: str, label: str, times: int) -> None:
        super().__init__(f"{table}.{column} has {label!r} {times} times; each may stand once.")


class UnknownLabelError(DataError):
    """A label that no other table lists."""

    def __init__(self, table: str, column: str, label: str, listed: str, known: Sequence[str]) -> None:
        super().__init__(f"{table}.{column} has {label!r}, which {listed} does not list.{hint(label, known)}")


class UnsteadyUnitError(DataError):
    """A column that belongs to a unit has several values within one."""

    def __init__(self, table: str, column: str, unit: str, units: int, within: str = "") -> None:
        super().__init__(
            f"{table}.{column} has several values within {units} of the units that {unit!r} names{within}; "
            "it belongs to the unit. Keep rows in which it does not change, or name a finer unit."
        )


class ReservedNameError(UsageError):
    """A column bears a name that the result needs for its own."""

    def __init__(self, table: str, column: str, reserved: Sequence[str]) -> None:
        super().__init__(
            f"{table}.{column} bears a name of the result, which has {listing(reserved, 40)}. "
            "Rename it before this step."
        )


class UnknownGroupError(DataError):
    """No row has the value that is to make a group."""

    def __init__(self, table: str, column: str, value: object, found: Sequence[str]) -> None:
        super().__init__(f"{table}.{column} is {value!r} in no row; it is {listing(found)}.{hint(str(value), found)}")


class FrameworkError(DataError):
    """The indicators of a dimension are not such as its framework takes."""

    def __init__(self, framework: str, dimension: str, takes: str, found: Sequence[str]) -> None:
        super().__init__(f"{framework} takes for {dimension} {takes}; scales has {listing(found)}.")


class MixedGroupsError(DataError):
    """A unit stands in both of two groups that are compared."""

    def __init__(self, table: str, unit: str, example: object, count: int) -> None:
        super().__init__(
            f"{table}.{unit} {example!r} has rows in both groups, as {count} in all do; each may stand in one. "
            "Keep the rows of one moment, or group by what does not change."
        )


class StackedPeriodsError(DataError):
    """Rows of several periods stand in one group, and would be added up."""

    def __init__(self, table: str, column: str, found: Sequence[str], group: str) -> None:
        super().__init__(
            f"{table}.{column} has {len(found)} values{f' where {group}' if group else ''}: {listing(found, 3)}. "
            f"Their jobs would be added up: keep one {column} of each, or name {column!r} in `by` where there is one."
        )


class NoMonthError(DataError):
    """A table has no month on one side of a day that months are compared across."""

    def __init__(self, table: str, label: str, side: str) -> None:
        super().__init__(
            f"{table} has no month of {label!r} {side}, when its automation went live. "
            "Months before and after are compared: add them, or leave the process out."
        )


class WeeksError(DataError):
    """The weeks of a plan do not follow one another."""

    def __init__(self, table: str, column: str, found: str, advice: str) -> None:
        super().__init__(f"{table}.{column} {found}. {advice}")


class CircleError(DataError):
    """What is part of another is, by way of others, part of itself."""

    def __init__(self, table: str, column: str, circle: Sequence[str]) -> None:
        way = listing([repr(one) for one in circle], 40)
        super().__init__(f"{table}.{column} runs in a circle: {way}. Leave out the row that closes it.")


class ChoiceNotRecordedError(DataError):
    """A table does not say which of several definitions its figures follow."""

    def __init__(self, table: str, column: str, found: Sequence[str], wanted: str) -> None:
        said = f"says {listing(found)}" if found else "says nothing"
        super().__init__(f"{table}.{column} {said}; it tells {wanted}, one and the same in every row.")


class NoOverlapError(DataError):
    """Two vintages of a series share no period at which one can be linked to the other."""

    def __init__(self, table: str, older: object, newer: object, where: str) -> None:
        super().__init__(
            f"vintage {older!r} of {table} shares no period with a value with those after it, {newer!r} on{where}; "
            'growth cannot be chained. Use "level", or add a vintage that overlaps with both.'
        )


class UnknownUnitError(UsageError):
    """A unit is not on the list."""

    def __init__(self, column: str, unit: str, available: Sequence[str]) -> None:
        super().__init__(f"units: {column} has {unit!r}, which is no unit.{hint(unit, available)}")
