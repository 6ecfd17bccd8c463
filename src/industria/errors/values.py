"""Values of a column: gaps, and numbers that its meaning excludes."""

from __future__ import annotations

from collections.abc import Sequence

from industria.errors.tree import DataError

__all__ = [
    "AllMissingError",
    "InfiniteValueError",
    "MissingValueError",
    "NegativeRowsError",
    "NegativeValueError",
    "NegativeWeightError",
    "NotPositiveError",
    "OutsideRangeError",
    "RedefinedCountError",
]


class MissingValueError(DataError):
    """A column that must be complete has gaps."""

    def __init__(self, table: str, column: str, missing: int, rows: int, first: str | None = None) -> None:
        # Where records are confidential, no message tells a value of one.
        where = f", first where {first}" if first else ""
        super().__init__(
            f"{table}.{column} is missing in {missing} of {rows} rows{where}. Fill or filter them before this step."
        )


class AllMissingError(DataError):
    """A column holds nothing but gaps."""

    def __init__(self, table: str, column: str, rows: int) -> None:
        super().__init__(f"{table}.{column} is missing in all {rows} rows.")


class InfiniteValueError(DataError):
    """A column holds infinite values."""

    def __init__(self, table: str, column: str, found: int, where: str | None = None) -> None:
        super().__init__(
            f"{table}.{column} is infinite in {found} rows{f', first where {where}' if where else ''}. "
            "A logarithm of zero or a division by zero upstream makes such values; make them null or leave them out."
        )


class NegativeValueError(DataError):
    """A column that must not fall below zero does."""

    def __init__(self, table: str, column: str, role: str, found: int, value: float, where: str) -> None:
        super().__init__(
            f"{table}.{column} is {role} and may not be negative; it is in {found} rows, first {value:g} where {where}."
        )


class NegativeRowsError(DataError):
    """A column that must not fall below zero does, in rows that are told by their place alone."""

    def __init__(self, table: str, column: str, role: str, found: int, first: int) -> None:
        super().__init__(
            f"{table}.{column} is {role} and may not be negative; it is in {found} rows, first in row {first}."
        )


class NegativeWeightError(DataError):
    """A weight is below zero."""

    def __init__(self, table: str, column: str, smallest: float | None = None) -> None:
        found = "is below zero in some rows" if smallest is None else f"goes down to {smallest:g}"
        super().__init__(f"{table}.{column} {found}; weights are zero or more.")


class NotPositiveError(DataError):
    """A column that something is divided by holds values of zero or less."""

    def __init__(self, table: str, column: str, value: float, where: str) -> None:
        super().__init__(f"{table}.{column} is {value:g} where {where}; an index or a rate is above zero.")


class OutsideRangeError(DataError):
    """A column holds a number that its meaning excludes."""

    def __init__(self, table: str, column: str, value: float, where: str, allowed: str) -> None:
        super().__init__(f"{table}.{column} is {value:g} where {where}; it {allowed}.")


class RedefinedCountError(DataError):
    """Counts fall below zero, as they do where they were redefined; what to do is for the person to say."""

    def __init__(self, table: str, column: str, found: int, first: str, parameter: str, choices: Sequence[str]) -> None:
        said = " or ".join(f'{parameter}="{choice}"' for choice in choices)
        super().__init__(
            f"{table}.{column} is below 0 in {found} {'row' if found == 1 else 'rows'}, first {first}: "
            f"it looks redefined. Say {said}."
        )
