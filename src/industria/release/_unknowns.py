"""What an outsider solves for: the withheld cells of a published table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from industria.errors import NotAdditiveError, ParameterRangeError
from industria.kernels.feasible_intervals import INCONSISTENT, PROGRAM, TREE, Intervals, feasible_intervals
from industria.release._digits import exactness, in_units
from industria.release._system import System

__all__ = ["Unknowns", "bounds_of", "intervals", "is_exact", "rows_of", "unknowns"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
METHODS: Final = {TREE: "tree", PROGRAM: "linear program"}
EXACT: Final = 1e-6
"""Width of an interval, beside a value of 1 or more, below which it tells the value."""
NOISE: Final = 1e-12
"""Part of the numbers of a sum by which a machine may be off."""


class Unknowns(NamedTuple):
    """Unknown cells in units in which published numbers are whole: A x = b ± slack, low ≤ x ≤ high."""

    cells: Ids
    """Of the system."""
    asked: Truth
    """Which are withheld cells of the table."""
    A: csr_array
    b: Array
    slack: Array
    low: Array
    high: Array
    per_unit: float
    counts: bool
    table: str
    """What messages call it."""


def bounds_of(lower: float | None, upper: float | None) -> tuple[float, float]:
    """Take bounds that everybody knows, infinite where there are none."""
    low, high = (-np.inf if lower is None else float(lower)), (np.inf if upper is None else float(upper))
    for name, bound, wrong in (("lower", low, np.inf), ("upper", high, -np.inf)):
        if np.isnan(bound) or bound == wrong:
            raise ParameterRangeError(name, bound, "a number, or None for no bound")
    if low > high:
        raise ParameterRangeError("lower", lower, f"at most upper={upper:g}")
    return low, high


def unknowns(
    found: System, x: Array, lower: float, upper: float, *, digits: int | None, counts: bool, table: str = "target"
) -> Unknowns:
    """Tell what is known of a table from what it holds of each of its rows, NaN where it is withheld.

    Raises
    ------
    NotAdditiveError
        If a published value lies outside the bounds, is no count where all are, or a published total is not the
        sum of its published parts.
    """
    published = np.full(found.A.shape[1], np.nan)
    published[found.place] = x
    per_unit, off = exactness(published, digits)
    hidden = np.isnan(published)
    _refuse_strange(found, published, lower, upper, off, counts and digits is None, table)
    if digits is None:
        _refuse_gaps(found, published, off, table)
    # Of a sum that the table does not show only the sign is known.
    there = np.isin(np.arange(len(published)), found.place)
    low = np.where(there, lower, 0.0 if lower >= 0 else -np.inf)
    high = np.where(there, upper, np.inf)
    if digits is not None:
        # The same rounded number stands in several sums; in each of them it is the same unknown.
        low = np.where(hidden, low, np.maximum(low, published - off))
        high = np.where(hidden, high, np.minimum(high, published + off))
        cells, b, slack = np.arange(len(published)), np.zeros(found.A.shape[0]), np.zeros(found.A.shape[0])
    else:
        cells, known = np.flatnonzero(hidden), np.flatnonzero(~hidden)
        values = np.where(off[known] > 0, published[known] * per_unit, in_units(published[known], per_unit))
        b, slack = -(found.A[:, known] @ values), abs(found.A[:, known]) @ (off[known] * per_unit)
    asked = hidden & there
    return Unknowns(
        cells,
        asked[cells],
        csr_array(found.A[:, cells]),
        b,
        slack,
        low[cells] * per_unit,
        high[cells] * per_unit,
        per_unit,
        counts,
        table,
    )


def intervals(
    found: System, unknown: Unknowns, known: dict[int, float] | None = None, asked: Truth | None = None
) -> Intervals:
    """Solve for the unknowns, where values of some of them are known besides.

    Raises
    ------
    NotAdditiveError
        If no values of them fit what is published.
    """
    low, high = unknown.low.copy(), unknown.high.copy()
    for at, value in (known or {}).items():
        low[at] = high[at] = value * unknown.per_unit
    wanted = unknown.asked if asked is None else asked
    told = feasible_intervals(unknown.A, unknown.b, low, high, wanted, unknown.slack)
    ends = told._replace(
        low=told.low / unknown.per_unit,
        high=told.high / unknown.per_unit,
        resolution=told.resolution / unknown.per_unit,
    )
    if unknown.counts:
        within = np.maximum(EXACT, ends.resolution)
        ends = ends._replace(low=np.ceil(ends.low - within) + 0.0, high=np.floor(ends.high + within) + 0.0)
    wrong = wanted & ((told.method == INCONSISTENT) | (unknown.counts & (ends.low > ends.high)))
    if wrong.any() or (told.method == INCONSISTENT).any():
        cell = int(unknown.cells[np.flatnonzero(wrong if wrong.any() else told.method == INCONSISTENT)[0]])
        what = "is withheld, and no value of it fits" if wrong.any() else "does not fit"
        raise NotAdditiveError(unknown.table, found.named(cell), f"{what} what is published.")
    return ends


def is_exact(told: Intervals) -> Truth:
    """Tell which intervals are points, as far as anybody can tell them from one."""
    with np.errstate(invalid="ignore"):
        exact: Truth = told.high - told.low < np.maximum(EXACT * np.maximum(1.0, np.abs(told.low)), told.resolution)
    return exact


def rows_of(found: System, names: Sequence[str], unknown: Unknowns, told: Intervals, which: Truth) -> pa.Table:
    """Write codes and intervals of unknowns, in the order of the codes."""
    order = np.flatnonzero(which)
    order = order[np.lexsort(found.codes[unknown.cells[order]].T[::-1])]
    codes = found.codes[unknown.cells[order]]
    columns: dict[str, Any] = {
        name: [one.codes[code] for code in codes[:, d]]
        for d, (name, one) in enumerate(zip(names, found.dimensions, strict=True))
    }
    for name, end in (("low", told.low), ("high", told.high)):
        columns[name] = pa.array(np.where(np.isinf(end), np.nan, end)[order], from_pandas=True)
    exact = is_exact(told)[order]
    return pa.table(columns | {"exact": exact, "method": [METHODS[int(one)] for one in told.method[order]]})


def _refuse_strange(
    found: System, published: Array, lower: float, upper: float, off: Array, whole: bool, table: str
) -> None:
    """Refuse published values that what everybody knows excludes; zeros may be published, and totals be large."""
    inside = np.bincount(found.A.indices[found.A.data > 0], minlength=len(published)) == 0
    with np.errstate(invalid="ignore"):
        low = (published + off < lower) & (published != 0)
        high = inside & (published - off > upper)
    for wrong, bound in ((low, f"below lower={lower:g}"), (high, f"above upper={upper:g}")):
        if wrong.any():
            cell = int(np.argmax(wrong))
            what = f"is {published[cell]:g}, {bound} that everybody knows."
            raise NotAdditiveError(table, found.named(cell), what)
    part = ~np.isnan(published) & (np.abs(published - np.rint(published)) > EXACT)
    if whole and part.any():
        cell = int(np.argmax(part))
        raise NotAdditiveError(table, found.named(cell), f"is {published[cell]:g}, which is no count.")


def _refuse_gaps(found: System, published: Array, off: Array, table: str) -> None:
    """Refuse a total that is not the sum of its parts where all are published."""
    hidden = np.isnan(published)
    whole = ~((abs(found.A) @ hidden.astype(float)) > 0)
    filled = np.where(hidden, 0.0, published)
    gap = found.A @ filled
    allowed = abs(found.A) @ (off + NOISE * np.abs(filled))
    wrong = np.flatnonzero(whole & (np.abs(gap) > allowed))
    if len(wrong):
        relation = found.A[[int(wrong[0])]]
        parent = int(relation.indices[relation.data > 0][0])
        parts, more = filled[parent] - gap[wrong[0]], float(gap[wrong[0]])
        raise NotAdditiveError(
            table,
            found.named(parent),
            f"is {filled[parent]:.12g}, but its parts{_along(found, parent, relation)} add up to {parts:.12g}, "
            f"{abs(more):.6g} {'less' if more > 0 else 'more'}. Where numbers were rounded, say digits.",
        )


def _along(found: System, parent: int, relation: csr_array) -> str:
    """Name the dimension along which a total has parts."""
    part = int(relation.indices[relation.data < 0][0])
    names = [
        one.name for one, a, b in zip(found.dimensions, found.codes[parent], found.codes[part], strict=True) if a != b
    ]
    return f" by {' and '.join(names)}" if names else ""
