"""Cross-sections by cell and value: what a panel is to measures that rank units, without the cost of sorting names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.table import TableLike, as_table, collect
from industria.kernels.distributions import spans, within_cells
from industria.kernels.groups import present, renumbered
from industria.productivity._panel import Array, Codes, Panel, read
from industria.productivity._sorting import counted

__all__ = ["read_by_value"]

MOST_CELLS: Final = 2**15
"""Numbers of 16 bits are sorted by counting them."""
MOST_UNITS: Final = 2**31
"""Numbers of 32 bits sort in half the time and room."""


def read_by_value(
    data: TableLike,
    name: str,
    *,
    unit: str,
    numbers: Sequence[str],
    by: Sequence[str],
    weights: str | None,
    nonnegative: Sequence[str] = (),
) -> Panel:
    """Read a cross-section; the rows of a cell rise by the first of the numbers where nothing is in the way.

    A table with gaps, with values or weights that are refused or left out, or with units that stand twice goes to
    `_panel.read`, which sorts by name and says what is wrong.

    Parameters
    ----------
    data, name, unit, numbers, by, weights, nonnegative
        As `_panel.read` takes them.

    Returns
    -------
    Panel
        Its keys have no columns where rows are sorted by value, and the names of units are among its labels.
    """
    wanted = list(dict.fromkeys([*numbers, *([weights] if weights else [])]))
    columns = list(dict.fromkeys([*by, unit, *wanted]))
    rows = collect(as_table(data, name, *columns).select(*columns))
    held = None
    if rows.num_rows and len({*by, unit}) == len(by) + 1:
        held = _sorted(rows, name, unit, wanted, list(by), weights, nonnegative)
    if held is not None:
        return held
    return read(rows, name, unit=unit, numbers=numbers, by=by, weights=weights, nonnegative=nonnegative)


def _sorted(
    rows: pa.Table,
    name: str,
    unit: str,
    wanted: Sequence[str],
    by: list[str],
    weights: str | None,
    nonnegative: Sequence[str],
) -> Panel | None:
    values = _clean(rows, wanted)
    if values is None or any(rows[key].null_count for key in (*by, unit)):
        return None
    if (weights and values[weights].min() <= 0) or any(values[column].min() < 0 for column in nonnegative):
        return None
    numbered = _cells(rows, by)
    codes, named, _ = counted(rows[unit])
    if numbered is None or int(codes.max()) >= MOST_UNITS:
        return None
    who = codes.astype(np.int32)
    del codes
    order = np.argsort(numbered, kind="stable")
    cell = renumbered(numbered[order])
    start = spans(cell)
    if _again(who[order], start):
        return None
    x = values[wanted[0]][order]
    inside = within_cells(x, None, start)
    order = order[inside]
    if len(wanted) > 1:
        _settle(order, x[inside], cell, [values[column] for column in wanted[1:]])
    del x, inside
    names, unit_of_row = _names(present(who), named), renumbered(who)[order]
    return Panel(
        name=name,
        keys=pa.table({}),
        cells=rows.select(by).take(pa.array(order[start[:-1]])) if by else pa.table({}),
        cell=cell,
        unit=unit_of_row,
        time=np.broadcast_to(np.int64(0), len(order)),
        numbers={column: of[order] for column, of in values.items()},
        weights=values[weights][order] if weights else np.ones(len(order)),
        labels=pa.table({unit: pa.DictionaryArray.from_arrays(pa.array(unit_of_row), names)}),
        dropped=[],
        rows=len(order),
    )


def _cells(rows: pa.Table, by: Sequence[str]) -> npt.NDArray[np.int16] | None:
    """Give the cells of rows numbers, or nothing where there are too many."""
    cell, span = np.zeros(rows.num_rows, np.int16), 1
    for key in by:
        codes, _, size = counted(rows[key])
        span *= size
        if span >= MOST_CELLS:
            return None
        cell *= np.int16(size)
        cell += codes.astype(np.int16)
    return cell


def _again(who: npt.NDArray[np.int32], start: Codes) -> bool:
    """Tell whether a unit stands twice in a cell; sorts units in place, cell by cell, which caches hold."""
    for a, b in pairwise(start.tolist()):
        who[a:b].sort()
    same = who[1:] == who[:-1]
    same[start[1:-1] - 1] = False
    return bool(same.any())


def _names(codes: Codes, named: pa.Array | int) -> pa.Array:
    """Write codes as the labels that they are."""
    return pa.array(codes + named) if isinstance(named, int) else named.take(pa.array(codes))


def _clean(rows: pa.Table, wanted: Sequence[str]) -> dict[str, Array] | None:
    """Take numbers as arrays, or nothing where one of them is missing, infinite or no number."""
    values: dict[str, Any] = {}
    for column in wanted:
        kind = rows[column].type
        if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)) or rows[column].null_count:
            return None
        values[column] = np.asarray(rows[column].to_numpy(), np.float64)
        # A sum is finite where all are, or else a longer look will tell.
        if not np.isfinite(values[column].sum()):
            return None
    return values


def _settle(order: Codes, x: Array, cell: Codes, others: Sequence[Array]) -> None:
    """Put rows of one cell and value in the order of the other numbers, in place: sums then never hang on the table."""
    same = (x[1:] == x[:-1]) & (cell[1:] == cell[:-1])
    if not same.any():
        return
    tied = np.flatnonzero(np.concatenate([[False], same]) | np.concatenate([same, [False]]))
    run = np.concatenate([[0], np.cumsum(~same)])[tied]
    rows = order[tied]
    order[tied] = rows[np.lexsort([*(of[rows] for of in reversed(others)), run])]
