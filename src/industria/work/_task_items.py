"""Items of O*NET that make the task content of occupations, and their standardization under employment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.rows import Array, Field, read
from industria.core.table import TableLike, as_table, collect
from industria.errors import (
    DuplicateRowError,
    MissingColumnError,
    MissingValueError,
    OutsideRangeError,
    ReservedNameError,
)

__all__ = ["CONTENTS", "Groups", "Items", "contents", "groups_of", "items_of"]

CONTENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "nrca": ("4.A.2.a.4", "4.A.2.b.2", "4.A.4.a.1"),
    "nrci": ("4.A.4.a.4", "4.A.4.b.4", "4.A.4.b.5"),
    "rc": ("4.C.3.b.7", "4.C.3.b.4", "4.C.3.b.8"),
    "rm": ("4.C.3.d.3", "4.A.3.a.3", "4.C.2.d.1.i"),
    "nrm_physical": ("4.A.3.a.4", "4.C.2.d.1.g", "1.A.2.a.2", "1.A.1.f.1"),
    "nrm_personal": ("2.B.1.a",),
    "offshorability": (
        "4.C.1.a.2.l",
        "4.A.4.a.5",
        "4.A.4.a.8",
        "4.A.1.b.2",
        "4.A.3.a.2",
        "4.A.3.b.4",
        "4.A.3.b.5",
    ),
}
"""Content by content, the items whose standardized values are added up (Acemoglu & Autor 2011, data appendix)."""
REVERSED: Final = frozenset(("4.C.3.b.8", *CONTENTS["offshorability"]))
"""Structured work is freedom where it is rated high; the items of offshorability tie work to its place."""
ELEMENTS: Final = tuple(dict.fromkeys(item for items in CONTENTS.values() for item in items))
RESERVED: Final = ("occupation", "employment", "coverage", "rti", *CONTENTS)
"""Columns of the results, which no group may be called."""
ENDS: Final = (0.0, 5.0)
"""Importance and context are rated from 1 to 5; O*NET writes 0 where a skill is not relevant."""


@dataclass(frozen=True, slots=True)
class Items:
    """Ratings by occupation and element, shape (n, items), those to be reversed already so; NaN where missing."""

    codes: list[str]
    X: Array

    @property
    def n_missing(self) -> int:
        """Cells without a rating."""
        return int(np.isnan(self.X).sum())


@dataclass(frozen=True, slots=True)
class Groups:
    """Employment, added up by group, period and occupation.

    Attributes
    ----------
    names : tuple of str
        Columns that make a group.
    keys : list of tuple
        Groups in order.
    periods : list
        Periods in order; one None where none is told.
    E : array, shape (groups, periods, n)
        Employment of the occupations with items.
    lost : array, shape (groups, periods)
        Employment of occupations without items.
    """

    names: tuple[str, ...]
    keys: list[tuple[Any, ...]]
    periods: list[Any]
    E: Array
    lost: Array

    @property
    def unmatched_share(self) -> float:
        """Employment of occupations without items, over all."""
        lost = float(self.lost.sum())
        total = float(self.E.sum()) + lost
        return lost / total if total > 0 else 0.0


def items_of(items: TableLike) -> Items:
    """Read items, wide with a column an element, or long with `element_id` and `value`."""
    table = as_table(items, "items", "occupation")
    there = table.collect_schema().names()
    if "element_id" in there or "value" in there:
        return _long(items, "scale" in there)
    lacking = [element for element in ELEMENTS if element not in there]
    if lacking:
        raise MissingColumnError("items", lacking[0], there)
    rows = read(
        items, "items", Field("occupation"), *(Field(one, "number", None) for one in ELEMENTS), key=("occupation",)
    )
    X = np.column_stack([rows[element] for element in ELEMENTS])
    return _reversed(list(rows["occupation"]), X)


def _long(items: TableLike, scaled: bool) -> Items:
    fields = [Field("occupation"), Field("element_id"), Field("value", "number", None), Field("scale", default=None)]
    rows = read(items, "items", *fields)
    codes = sorted({*rows["occupation"]})
    place, element_of = {code: i for i, code in enumerate(codes)}, {one: k for k, one in enumerate(ELEMENTS)}
    X = np.full((len(codes), len(ELEMENTS)), np.nan)
    seen = set()
    for code, element, value, scale in zip(*(rows[field.name] for field in fields), strict=True):
        if element not in element_of or (scaled and scale != _scale(element)):
            continue
        if (code, element) in seen:
            raise DuplicateRowError("items", ("occupation", "element_id"), f"{code!r}, {element!r}", 2, 2)
        seen.add((code, element))
        X[place[code], element_of[element]] = value
    return _reversed(codes, X)


def _scale(element: str) -> str:
    return "CX" if element.startswith("4.C.") else "IM"


def _reversed(codes: list[str], X: Array) -> Items:
    low, high = ENDS
    if (outside := np.argwhere((low > X) | (high < X))).size:
        i, k = outside[0]
        where = f"occupation = {codes[i]!r}"
        raise OutsideRangeError("items", ELEMENTS[k], float(X[i, k]), where, "is a rating from 1 to 5")
    turned = np.array([element in REVERSED for element in ELEMENTS])
    return Items(codes, np.where(turned, 6 - X, X))


def groups_of(employment: TableLike | None, codes: Sequence[str], within: Sequence[str], period: str | None) -> Groups:
    """Add employment up; without a table, every occupation counts the same in one group."""
    if employment is None:
        return Groups((), [()], [None], np.ones((1, 1, len(codes))), np.zeros((1, 1)))
    names = tuple(within)
    labels = (*names, *((period,) if period else ()))
    for label in labels:
        if label in RESERVED or labels.count(label) > 1:
            raise ReservedNameError("employment", label, RESERVED)
    table = as_table(employment, "employment", "occupation", "employment", *labels)
    held = collect(table.select("occupation", "employment", *labels))
    held = held.append_column("_row", pa.array(np.arange(held.num_rows)))
    rows = read(held, "employment", Field("occupation"), Field("employment", "amount"), Field("_row", "count"))
    told = [_labels(held, label, rows["_row"].astype(np.int64)) for label in labels]
    keys = list(zip(*told[: len(names)], strict=True)) if names else [()] * rows.n
    periods = told[-1] if period else [None] * rows.n
    return _added(names, keys, periods, rows["occupation"], rows["employment"], codes)


def _labels(held: pa.Table, name: str, order: npt.NDArray[np.int64]) -> list[Any]:
    column = held[name]
    if column.null_count:
        i = column.is_null().index(True).as_py()
        first = f"occupation = {held['occupation'][i].as_py()!r}"
        raise MissingValueError("employment", name, column.null_count, len(column), first)
    told: list[Any] = column.take(pa.array(order)).to_pylist()
    return told


def _added(
    names: tuple[str, ...],
    keys: list[tuple[Any, ...]],
    periods: list[Any],
    occupations: Sequence[str],
    jobs: Array,
    codes: Sequence[str],
) -> Groups:
    group_of = {key: k for k, key in enumerate(sorted({*keys}))}
    period_of = {when: k for k, when in enumerate(sorted({*periods} - {None}) or [None])}
    place = {code: i for i, code in enumerate(codes)}
    E = np.zeros((len(group_of), len(period_of), len(codes)))
    seen: set[tuple[Any, ...]] = set()
    lost = np.zeros(E.shape[:2])
    for key, when, code, count in zip(keys, periods, occupations, jobs, strict=True):
        row = (*key, when, code)
        if row in seen:
            raise DuplicateRowError("employment", ("occupation", *names), repr(code), 2, 2)
        seen.add(row)
        if code in place:
            E[group_of[key], period_of[when], place[code]] = count
        else:
            lost[group_of[key], period_of[when]] += count
    return Groups(names, list(group_of), list(period_of), E, lost)


def contents(items: Items, groups: Groups) -> Iterator[dict[str, Array]]:
    """Standardize items, add them up to contents and standardize the sums, group by group.

    An occupation weighs by its share of employment, added up over periods, so that
    every period counts the same; variances divide by the sum of weights.

    Yields
    ------
    dict of str to array, shape (n,)
        The contents of the group; NaN for occupations that lack an item, or have no employment there.
    """
    for E in groups.E:
        total = E.sum(axis=1, keepdims=True)
        weight = np.divide(E, total, out=np.zeros_like(E), where=total > 0).sum(axis=0)
        # An item that does not vary adds nothing to what occupations differ by.
        Z = np.column_stack([_standardized(x, weight, flat=0.0) for x in items.X.T])
        yield {
            name: _standardized(Z[:, [ELEMENTS.index(one) for one in elements]].sum(axis=1), weight, flat=np.nan)
            for name, elements in CONTENTS.items()
        }


def _standardized(x: Array, weight: Array, *, flat: float) -> Array:
    """Subtract the weighted mean and divide by the deviation; NaN where nothing weighs, `flat` where nothing varies."""
    counts = ~np.isnan(x) & (weight > 0)
    total = weight[counts].sum()
    if not total > 0:
        return np.full(len(x), np.nan)
    mean = weight[counts] @ x[counts] / total
    deviation = np.sqrt(weight[counts] @ (x[counts] - mean) ** 2 / total)
    # What differs by rounding alone does not vary.
    if deviation <= 1e-12 * max(1.0, float(np.abs(x[counts]).max())):
        return np.where(counts, flat, np.nan)
    return np.asarray(np.where(counts, (x - mean) / deviation, np.nan))
