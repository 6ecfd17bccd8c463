"""What the reader of a release reckons, from its tables and from how their numbers hang together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.errors import NotAdditiveError
from industria.kernels.feasible_intervals import INCONSISTENT, PROGRAM, TREE, Intervals, feasible_intervals
from industria.release._digits import NOISE, SIGNIFICANT, exactness, in_units
from industria.release._given import COUNT
from industria.release._relations import Cell, Relations, Shown
from industria.release._unknowns import EXACT, METHODS

__all__ = ["Column", "Columns", "Line", "hidden", "lines", "number_over"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]

ROUNDED = 1e-9
"""Part of a number that is made of others by which it may be off."""


class Column(NamedTuple):
    """A column of a released table: the number of each row, None where it is withheld, and its decimals."""

    numbers: Mapping[Cell, float | None]
    digits: int | None


Columns = dict[tuple[str | None, str, str], Column]
"""By release (None: this one), step and column."""


class Line(NamedTuple):
    """What a reader reckons of one number: where it stands, and between which values it lies.

    `cell` is that of the system, and `over` what the sum in it is divided by.
    """

    step: str
    place: str
    low: float
    high: float
    exact: bool
    method: str
    rounded: bool
    cell: int
    over: float


class Known(NamedTuple):
    """What is published of each cell (NaN where nothing is), and by how much it may be off."""

    values: Array
    off: Array
    per_unit: float


class Reached(NamedTuple):
    """Ends of what a reader cannot exclude, whether they are one number, and how they were found, cell by cell."""

    low: Array
    high: Array
    exact: Truth
    method: list[str]


def lines(system: Relations, columns: Columns) -> Iterator[Line]:
    """Attack the cells of one variable; of means and shares, what they are made of.

    Parameters
    ----------
    system : Relations
        The cells.
    columns : mapping of (release, step, column) to Column
        What the reader has; columns that are not there tell nothing.

    Raises
    ------
    NotAdditiveError
        If two tables tell a cell, and not the same of it, or no values fit what is published.
    """
    here = [(shown, columns[shown.at]) for shown in system.shown if shown.release is None and shown.at in columns]
    rounded = system.reach is not None
    asked = np.zeros(system.n_cells, bool)
    for shown, column in here:
        asked[[shown.cells[key] for key in hidden(shown, column, rounded=rounded)]] = True
    if not asked.any():
        return
    told = _read(system, columns)
    reached = _reached(system, told, asked)
    for shown, column in here:
        for key in hidden(shown, column, rounded=rounded):
            cell, over = shown.cells[key], _over(shown, key, told, columns)
            # A mean of which neither the sum nor the number is known is no number that sums bound.
            if over is None or np.isnan(over) or over == 0:
                continue
            low, high = sorted((float(reached.low[cell]) / over, float(reached.high[cell]) / over))
            elsewhere = not rounded and not np.isnan(told.values[cell])
            method = "published elsewhere" if elsewhere else reached.method[cell]
            exact = bool(reached.exact[cell])
            yield Line(shown.step, shown.place(key), low, high, exact, method, rounded, cell, float(over))


def hidden(shown: Shown, column: Column, *, rounded: bool) -> list[Cell]:
    """List the rows of which a reader does not have the number."""
    return [key for key, told in column.numbers.items() if key in shown.cells and (told is None or rounded)]


def number_over(shown: Shown, key: Cell, columns: Columns) -> bool:
    """Tell whether a reader has what a sum is divided by in a column."""
    if shown.kind == "mean":
        beside = columns.get((shown.release, shown.step, COUNT))
        return bool(beside is not None and beside.numbers.get(key))
    return shown.kind == "sum"


def _over(shown: Shown, key: Cell, told: Known, columns: Columns) -> float | None:
    """Return what a sum is divided by in a column; None where it is not known."""
    if shown.whole is not None:
        return float(told.values[shown.whole])
    return None if not number_over(shown, key, columns) else 1.0 if shown.kind == "sum" else _count(shown, key, columns)


def _count(shown: Shown, key: Cell, columns: Columns) -> float | None:
    return columns[shown.release, shown.step, COUNT].numbers.get(key)


def _read(system: Relations, columns: Columns) -> Known:
    """Collect what is published of the cells of a system."""
    n = system.n_cells
    values, off, exact = np.full(n, np.nan), np.zeros(n), np.zeros(n, bool)
    rounded: list[int] = []
    for shown in system.shown:
        column = columns.get(shown.at)
        if column is None:
            continue
        for cell, told, slack in _told(shown, column, columns, values):
            if np.isnan(values[cell]) or slack < off[cell]:
                values[cell], off[cell], exact[cell] = told, slack, shown.kind == "sum" and slack == 0.0
            elif abs(values[cell] - told) > off[cell] + slack + ROUNDED * max(1.0, abs(told)):
                name = f"{shown.step}.{shown.column}"
                raise NotAdditiveError(name, f"cell {cell}", f"is {told:.12g}, and {values[cell]:.12g} elsewhere.")
            rounded += [cell] if slack else []
    whole = np.where(exact, values, np.nan)
    digits = exactness(whole)
    if not rounded:
        return Known(values, np.where(exact, digits.off, off), digits.per_unit)
    # Beside rounded numbers nothing is brought to another unit, and with decimals a machine loses the last bits.
    lost = np.where(whole == np.rint(whole), 0.0, NOISE * np.abs(whole))
    return Known(values, np.where(exact, np.maximum(digits.off, lost), off), 1.0)


def _told(shown: Shown, column: Column, columns: Columns, values: Array) -> list[tuple[int, float, float]]:
    """List cells that a column tells, what it tells of them, and by how much that may be off."""
    last = 0.0 if column.digits is None else 0.5 * 10.0**-column.digits
    if shown.kind == "sum":
        return [
            (shown.cells[key], x, last) for key, x in column.numbers.items() if x is not None and key in shown.cells
        ]
    found = []
    beside = columns.get((shown.release, shown.step, COUNT))
    for key, x in column.numbers.items():
        if x is None or key not in shown.cells:
            continue
        times = values[shown.whole] if shown.whole is not None else None if beside is None else beside.numbers.get(key)
        if times is not None and not np.isnan(times):
            cut = max(last, 10.0 ** (1 - SIGNIFICANT) * abs(x))
            found.append((shown.cells[key], x * times, cut * abs(times)))
    return found


def _reached(system: Relations, known: Known, asked: Truth) -> Reached:
    """Solve for the cells that are not published."""
    values, off, A = known.values, known.off, system.with_rests
    hidden = np.isnan(values)
    low, high = _bounds(system)
    if system.reach is not None:
        open_ = np.ones(len(values), bool)
        near, far = _around(system, values)
        low, high = np.maximum(low, np.where(hidden, low, near)), np.minimum(high, np.where(hidden, high, far))
    else:
        # What is known but for its last digits is the same unknown in each sum.
        open_ = hidden | (off > ROUNDED * np.maximum(1.0, np.abs(np.where(hidden, 0.0, values))))
        low = np.where(hidden, low, np.maximum(low, values - off))
        high = np.where(hidden, high, np.minimum(high, values + off))
    unknown, fixed = np.flatnonzero(open_), np.flatnonzero(~open_)
    b = -(A[:, fixed] @ in_units(values[fixed], known.per_unit))
    slack = abs(A[:, fixed]) @ (off[fixed] * known.per_unit)
    _refuse_gaps(A[:, unknown], b, slack)
    told = feasible_intervals(
        csr_array(A[:, unknown]),
        b,
        low[unknown] * known.per_unit,
        high[unknown] * known.per_unit,
        asked[unknown],
        slack,
    )
    return _lined_up(system, told, unknown, asked, values, known.per_unit)


def _bounds(system: Relations) -> tuple[Array, Array]:
    """Return what everybody knows of each cell before."""
    n = system.n_cells
    if system.signed:
        return np.full(n, -np.inf), np.full(n, np.inf)
    low = np.zeros(n)
    for shown in system.shown:
        low[list(shown.cells.values())] = system.least
    return low, np.full(n, np.inf)


def _around(system: Relations, y: Array) -> tuple[Array, Array]:
    """Return between which values the true one of a rounded number lies."""
    reach = float(system.reach or 0.0)
    if not system.counts:
        return y - reach, y + reach
    return (np.ceil(y - reach) if system.halves else np.floor(y - reach) + 1), np.ceil(y + reach) - 1


def _refuse_gaps(A: csr_array, b: Array, slack: Array) -> None:
    """Refuse a total that is not the sum of its parts where all are published."""
    known = np.diff(A.indptr) == 0
    wrong = known & (np.abs(b) > slack + EXACT * np.maximum(1.0, np.abs(slack)))
    if wrong.any():
        gap = abs(float(b[np.argmax(wrong)]))
        raise NotAdditiveError(
            "release", "a published total", f"is not the sum of its parts: they are {gap:.6g} apart."
        )


def _lined_up(
    system: Relations, told: Intervals, unknown: npt.NDArray[np.int64], asked: Truth, values: Array, per_unit: float
) -> Reached:
    """Line ends up with cells; what is published has its value for both."""
    if (told.method == INCONSISTENT).any():
        raise NotAdditiveError("release", "withheld cells", "have no values that fit what is published.")
    low, high, resolution = values.copy(), values.copy(), np.zeros(len(values))
    low[unknown], high[unknown] = told.low / per_unit, told.high / per_unit
    resolution[unknown] = told.resolution / per_unit
    if system.counts:
        within = np.maximum(EXACT, resolution)
        low, high = np.ceil(low - within) + 0.0, np.floor(high + within) + 0.0
        if (asked & (low > high)).any():
            raise NotAdditiveError("release", "a withheld count", "has no whole number that fits what is published.")
    with np.errstate(invalid="ignore"):
        size = np.where(np.isfinite(low), np.abs(low), 1.0)
        exact = high - low < np.maximum(EXACT * np.maximum(1.0, size), resolution)
    method = [METHODS[TREE]] * len(values)
    for cell, how in zip(unknown, told.method, strict=True):
        method[cell] = METHODS[PROGRAM if how == PROGRAM else TREE]
    return Reached(low, high, exact, method)
