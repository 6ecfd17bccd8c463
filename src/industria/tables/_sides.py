"""Two groups of rows: which rows are of which, and whether a unit is of both."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from industria.core.table import Table, collect
from industria.errors import ColumnTypeError, EmptyTableError, MixedGroupsError, UnknownGroupError, UsageError

__all__ = ["Value", "refuse_mixed", "sides_of", "text_of"]

Value = str | int | float | bool


def sides_of(records: Table, group: str, treated: Value, comparison: Value | None) -> Table:
    """Keep the rows of the two groups, with `_treated` true or false.

    Raises
    ------
    EmptyTableError
        If no row has a group.
    UnknownGroupError, ColumnTypeError
        If no row has a value that makes a group, or values are of another type.
    UsageError
        If both groups are one.
    """
    found = sorted(text_of(value) for value in _distinct(records, group))
    if not found:
        raise EmptyTableError("records")
    kind = records.collect_schema()[group]
    cell = nw.col(group)
    is_treated = cell == _as_kind(treated, kind, group)
    is_other = ~is_treated if comparison is None else cell == _as_kind(comparison, kind, group)
    for value in (treated, *(() if comparison is None else (comparison,))):
        if text_of(_as_kind(value, kind, group)) not in found:
            raise UnknownGroupError("records", group, text_of(value), found)
    if comparison is None and len(found) < 2:
        raise UnknownGroupError("records", group, f"other than {text_of(treated)}", found)
    if comparison is not None and text_of(comparison) == text_of(treated):
        raise UsageError(f"balance: treated and comparison are both {text_of(treated)!r}.")
    return records.filter(is_treated | is_other).with_columns(_treated=is_treated)


def _distinct(records: Table, column: str) -> list[Any]:
    values: list[Any] = collect(records.filter(~nw.col(column).is_null()).select(column).unique())[column].to_pylist()
    return values


def _as_kind(value: Value, kind: nw.dtypes.DType, group: str) -> Value:
    """Bring what a person wrote to the kind of the column: a study may say 1 or "1" of an integer."""
    try:
        if kind == nw.String:
            return text_of(value)
        if kind == nw.Boolean:
            return {"true": True, "false": False, "1": True, "0": False}[text_of(value)]
        if kind == nw.Int64 and float(value).is_integer():
            return int(float(value))
        if kind in (nw.Int64, nw.Float64):
            return float(value)
    except (KeyError, ValueError):
        pass
    raise ColumnTypeError("records", group, f"values like {value!r}", str(kind).lower())


def text_of(value: Any) -> str:
    """Write the value of a group as text; a whole number has no decimals."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def refuse_mixed(sides: Table, unit: str) -> None:
    """Refuse a unit that stands in both groups.

    Raises
    ------
    MixedGroupsError
        With the first, and how many there are.
    """
    both = (
        sides.filter(~nw.col(unit).is_null())
        .group_by(unit)
        .agg(_low=nw.col("_treated").cast(nw.Int64).min(), _high=nw.col("_treated").cast(nw.Int64).max())
        .filter(nw.col("_low") < nw.col("_high"))
    )
    mixed = collect(both.select(unit).sort(unit))[unit].to_pylist()
    if mixed:
        raise MixedGroupsError("records", unit, mixed[0], len(mixed))
