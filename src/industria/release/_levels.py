"""How far from its value each sensitive cell of a table must stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.errors import NotAdditiveError, RequiredIntervalError
from industria.release._system import System
from industria.release.policy import Policy

__all__ = ["Levels", "filled", "levels", "relation_of"]

Array = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]
NOISE: Final = 1e-9
"""Part of the numbers of a sum by which they may be off; beside a whole table this much is rounding."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Values, bounds and requirements of all cells of a system.

    Attributes
    ----------
    x : array, shape (n_cells,)
        Values, also of sums that the table does not show.
    shown, primary : array of bool, shape (n_cells,)
        Which stand in the table, and which are sensitive.
    up, down, width : array, shape (n_cells,)
        What is required above the value, below it, and in all.
    low, high : array, shape (n_cells,)
        Bounds that everybody knows.
    cost : array, shape (n_cells,), or None
        Where it is stated.
    """

    x: Array
    shown: Truth
    primary: Truth
    up: Array
    down: Array
    width: Array
    low: Array
    high: Array
    cost: Array | None


def levels(found: System, rows: pa.Table, policy: Policy) -> Levels:
    """Bring the columns of a table to the cells of its system.

    Raises
    ------
    NotAdditiveError
        If a total is not the sum of its parts.
    RequiredIntervalError
        If a required interval or the bounds of a cell do not hold its value, or bounds allow less than is required.
    """
    n = found.A.shape[1]

    def brought(column: str, otherwise: float) -> Array:
        told = np.full(n, otherwise)
        told[found.place] = rows[column].to_numpy().astype(float)
        return told

    shown = np.zeros(n, bool)
    shown[found.place] = True
    x = filled(found, brought("value", np.nan))
    primary = brought("primary", 0.0) > 0
    low, high = _bounds(rows, brought, x, policy)
    required = {name: np.where(primary, brought(name, np.nan), np.nan) for name in ("required_low", "required_high")}
    down = np.nan_to_num(x - required["required_low"], nan=0.0)
    up = np.nan_to_num(required["required_high"] - x, nan=0.0)
    small = NOISE * np.maximum(1.0, np.abs(x))
    _refuse(found, (down < -small) | (up < -small), "has a required interval that does not hold its value")
    _refuse(found, (low > x + small) | (high < x - small), "has bounds that do not hold its value")
    width = np.zeros(n)
    if policy.protection == "upper":
        down = np.zeros(n)
    elif policy.protection == "sliding":
        up, down, width = np.zeros(n), np.zeros(n), up + down
    beyond = (x - down < low - small) | (x + up > high + small) | (width > high - low + small)
    _refuse(found, primary & beyond, "is required to reach further than the bounds that everybody knows")
    cost = brought("cost", 0.0) if "cost" in rows.column_names else None
    if cost is not None:
        _refuse(found, np.isnan(cost) | (cost < 0), "has a cost that is missing or below 0")
    return Levels(x, shown, primary, np.maximum(up, 0.0), np.maximum(down, 0.0), width, low, high, cost)


def filled(found: System, x: Array) -> Array:
    """Add up the sums that a table does not show, and refuse those that do not add up.

    Raises
    ------
    NotAdditiveError
        Naming the total, the dimension and the gap.
    """
    A, x = found.A, x.copy()
    while np.isnan(x).any():
        unknown = np.isnan(x)
        lone = np.flatnonzero(abs(A) @ unknown.astype(float) == 1)
        if not len(lone):
            break
        for r in lone.tolist():
            cells, a = A.indices[A.indptr[r] : A.indptr[r + 1]], A.data[A.indptr[r] : A.indptr[r + 1]]
            own = np.isnan(x[cells])
            if own.any():
                x[cells[own]] = -(a[~own] @ x[cells[~own]]) / a[own]
    gap = A @ x
    wrong = np.flatnonzero(~(np.abs(gap) <= NOISE * np.maximum(1.0, abs(A) @ np.abs(x))))
    if len(wrong):
        first = int(wrong[0])
        what = f"has a gap of {gap[first]:g} to the sum of its parts."
        raise NotAdditiveError("cells", relation_of(found, first), what)
    return x


def relation_of(found: System, relation: int) -> str:
    """Name a total and the dimension by which it is added up."""
    A = found.A
    cells, a = (
        A.indices[A.indptr[relation] : A.indptr[relation + 1]],
        A.data[A.indptr[relation] : A.indptr[relation + 1]],
    )
    parent, child = int(cells[a > 0][0]), int(cells[a < 0][0])
    along = found.dimensions[int(np.argmax(found.codes[parent] != found.codes[child]))].name
    return f"{found.named(parent)}, added up by {along!r},"


def _bounds(rows: pa.Table, brought: Callable[[str, float], Array], x: Array, policy: Policy) -> tuple[Array, Array]:
    """Return what everybody knows: stated bounds, else the policy's parts of each value, or its sign."""
    least, most = policy.prior
    with np.errstate(invalid="ignore"):
        ends = np.stack([np.where(x == 0, 0.0, least * x), np.where(np.isinf(most) & (x == 0), np.inf, most * x)])
    low, high = ends.min(axis=0), ends.max(axis=0)
    if (x < 0).any():
        # Where some values lie below zero, nobody knows which do.
        low, high = np.where(least > 0, low, -np.inf), np.where(np.isinf(most), np.inf, high)
    for column, bound in (("lower", low), ("upper", high)):
        if column in rows.column_names:
            told = brought(column, np.nan)
            bound[:] = np.where(np.isnan(told), bound, told)
    return low, high


def _refuse(found: System, wrong: Truth, what: str) -> None:
    if wrong.any():
        raise RequiredIntervalError(found.named(int(np.argmax(wrong))), what, int(wrong.sum()))
