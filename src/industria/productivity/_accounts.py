"""Accounts of units over time: changes from the period before, and what is told beside every table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa

from industria.core.table import Table, as_table, from_arrays
from industria.errors import ChoiceError, ParameterRangeError, RepeatedColumnError, ReservedNameError
from industria.productivity._panel import Array, Codes, Panel

__all__ = [
    "JUMP",
    "beside",
    "changes",
    "dropped_table",
    "gone",
    "later",
    "means",
    "neighbors",
    "once",
    "pairs",
    "period",
    "refuse_names",
    "unit_jumps",
]

JUMP: Final = 300.0
"""What rises or falls by more is nearer to a change of unit by a thousand than by ten."""


def pairs(given: Mapping[str, Any], parameter: str, meaning: str) -> dict[str, Any]:
    """Take columns with what belongs to each; refuse anything else, and none at all."""
    if not isinstance(given, Mapping) or not given or not all(isinstance(column, str) for column in given):
        raise ParameterRangeError(parameter, given, meaning)
    return dict(given)


def refuse_names(table: str, keys: Sequence[str], made: Sequence[str]) -> None:
    """Refuse key columns that are called as a column of the result."""
    for column in keys:
        if column in made:
            raise ReservedNameError(table, column, made)


def once(**roles: Sequence[str]) -> None:
    """Refuse a column that plays two roles."""
    found: dict[str, str] = {}
    for role, columns in roles.items():
        for column in columns:
            if column in found:
                raise RepeatedColumnError(column, found[column], role.replace("_", " "))
            found[column] = role.replace("_", " ")


def period(panel: Panel, time: str, wanted: object, parameter: str) -> int:
    """Find the number of a period that stands in a table, as a number, a date or text."""
    words = (f"{one}".removesuffix(" 00:00:00") for one in panel.keys[time].to_pylist())
    told = dict(zip(words, panel.time.tolist(), strict=True))
    if f"{wanted}" not in told:
        raise ChoiceError(parameter, wanted, list(told))
    return int(told[f"{wanted}"])


def later(panel: Panel) -> Codes:
    """Find the rows that have an earlier one of their unit, in their cell."""
    same = (panel.unit[1:] == panel.unit[:-1]) & (panel.cell[1:] == panel.cell[:-1])
    return np.flatnonzero(same) + 1


def changes(values: Array, before: Codes) -> Array:
    """Subtract the period before from each row; NaN where the calendar has a gap."""
    told = (before >= 0).reshape(-1, *[1] * (values.ndim - 1))
    return np.where(told, values - values[before], np.nan)


def means(values: Array, before: Codes) -> Array:
    """Average each row and the period before; NaN where the calendar has a gap."""
    told = (before >= 0).reshape(-1, *[1] * (values.ndim - 1))
    return np.where(told, (values + values[before]) / 2, np.nan)


def neighbors(groups: Codes, time: Codes) -> tuple[Codes, Codes, Codes]:
    """Give the periods of groups numbers: a row of each, the number of each row, and the period before; -1 for none."""
    span = int(time.max() - time.min()) + 2
    found, first, of = np.unique(groups * span + time - time.min() + 1, return_index=True, return_inverse=True)
    place = np.minimum(np.searchsorted(found, found - 1), len(found) - 1)
    return first, of.astype(np.int64), np.where(found[place] == found - 1, place, -1)


def gone(before: Codes, of: Codes, earlier: Codes) -> Codes:
    """Count the rows of the period before each that have none in it, shape (G,); 0 where the period before lacks.

    Parameters
    ----------
    before : array, shape (n,)
        Row of the period before, as of `Panel.before`.
    of, earlier : array, shapes (n,) and (G,)
        Period of each row, and the period before each, as of `neighbors`.
    """
    there, stayed = (np.bincount(rows, minlength=len(earlier)) for rows in (of, of[before >= 0]))
    return np.where(earlier >= 0, there[earlier] - stayed, 0)


def beside(keys: pa.Table, columns: Mapping[str, Any]) -> Table:
    """Put made columns beside the keys; NaN becomes null."""
    made = {name: of if isinstance(of, pa.Array) else pa.array(of) for name, of in columns.items()}
    return as_table(pa.table({**{name: keys[name] for name in keys.column_names}, **made}), "table")


def dropped_table(panel: Panel) -> Table:
    """List which columns left out how many rows, and why; no rows where nothing was left out."""
    return from_arrays(
        {
            "column": np.array([column for column, _, _ in panel.dropped], "U"),
            "reason": np.array([reason for _, reason, _ in panel.dropped], "U"),
            "rows": np.array([rows for _, _, rows in panel.dropped], np.int64),
        }
    )


def unit_jumps(panel: Panel, columns: Sequence[str], after: Codes, logged: Sequence[str] = ()) -> Table:
    """List values that rose or fell so much from one row of a unit to the next that their unit may have changed."""
    rows, names, ratios = [np.zeros(0, np.int64)], [], [np.zeros(0)]
    for column in columns:
        values = np.exp(panel[column]) if column in logged else panel[column]
        x0, x1 = values[after - 1], values[after]
        ratio = np.divide(x1, x0, out=np.ones(len(after)), where=(x0 > 0) & (x1 > 0))
        odd = np.flatnonzero((ratio > JUMP) | (ratio < 1 / JUMP))
        rows.append(after[odd])
        names += [column] * len(odd)
        ratios.append(ratio[odd])
    keys = panel.keys.take(pa.array(np.concatenate(rows)))
    return beside(keys, {"column": pa.array(names, pa.string()), "ratio": np.concatenate(ratios)})
