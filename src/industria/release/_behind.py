"""Who stands behind cells, and behind sums and differences of cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["EQUAL", "REST", "Behind", "Owners", "nobody", "together"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.integer]
Truth = npt.NDArray[np.bool_]

REST: Final = -1
"""Stands for all units of a cell that are not told one by one."""
EQUAL: Final = 1e-9
"""Part of a contribution by which it may differ in the last bits."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Contributions to cells, one row a cell and unit.

    Attributes
    ----------
    cell : array of int, shape (m,)
        The cell.
    unit, owner : array of int, shape (m,)
        The unit, and the holding that it belongs to, itself where it belongs to none; `REST` where many are one row.
    x, weighted : array, shape (m,)
        The contribution, and weight times contribution: the same array where there are no weights.
    waived, requested : array of bool, shape (m,)
        Whether the unit has waived its protection, or asked for it.
    number : array of int, shape (m,)
        Units that the row stands for: 1, but of `REST` all of the cell.
    """

    cell: Ids
    unit: Numbers
    owner: Numbers
    x: Array
    weighted: Array
    waived: Truth
    requested: Truth
    number: Numbers

    def rows(self, which: Ids | Truth, cell: Ids | None = None) -> Behind:
        """Take some rows, of other cells where `cell` says so."""
        x = self.x[which]
        return Behind(
            self.cell[which] if cell is None else cell,
            self.unit[which],
            self.owner[which],
            x,
            x if self.weighted is self.x else self.weighted[which],
            self.waived[which],
            self.requested[which],
            self.number[which],
        )

    def summed(self, sums: Ids, parts: Ids) -> Behind:
        """Return who stands behind sums of cells: part i is a cell of sum i; cells are numbered as the sums are."""
        order = np.argsort(self.cell, kind="stable")
        ordered = self.cell[order]
        first, last = np.searchsorted(ordered, parts), np.searchsorted(ordered, parts, "right")
        del ordered
        times = last - first
        which = np.repeat(first - np.concatenate([[0], np.cumsum(times)[:-1]]), times)
        which += np.arange(len(which))
        return self.rows(order[which], np.repeat(sums, times))

    def by_cells(self, n: int, most: int) -> Iterator[tuple[int, int, Behind]]:
        """Go over n cells in order, some at a time: so many that they have about `most` rows, numbered from 0."""
        size = np.bincount(self.cell, minlength=n)
        if len(self.cell) <= most:
            yield 0, n, self
            return
        order = np.argsort(self.cell, kind="stable")
        ends = np.cumsum(size)
        start = 0
        while start < n:
            before = ends[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, before + most, "right")))
            which = order[before : ends[stop - 1]]
            yield start, stop, self.rows(which, self.cell[which] - start)
            start = stop

    def negative(self) -> Behind:
        """Return the same rows, to be taken off."""
        x = -self.x
        return replace(self, x=x, weighted=x if self.weighted is self.x else -self.weighted)

    def net(self, least: float = 0.0) -> Behind:
        """Add up by cell and unit, and leave out units of which nothing is left, or no more than the least."""
        span = int(self.unit.max(initial=0)) + 1
        _, first, inverse = np.unique(self.cell * span + self.unit, return_index=True, return_inverse=True)
        x, weighted, size = (np.bincount(inverse, of, len(first)) for of in (self.x, self.weighted, np.abs(self.x)))
        # Units of one cell alone are in the difference, whatever they bring.
        left = (np.bincount(inverse, minlength=len(first)) == 1) | (np.abs(x) > np.maximum(EQUAL * size, least))
        of = replace(self.rows(first), x=np.asarray(x, float), weighted=np.asarray(weighted, float))
        return of.rows(left)

    def owners(self, n: int, level: str) -> Owners:
        """Add up by owner within each of n cells; those who count for the threshold are of a level."""
        told = self.unit != REST
        cell, owner, inverse = _pairs(self.cell[told], self.owner[told])
        size = len(cell)
        x = np.asarray(np.bincount(inverse, self.x[told], size), float)
        weighted = np.asarray(np.bincount(inverse, self.weighted[told], size), float)
        absolute = np.bincount(inverse, np.abs(self.weighted[told]), size)
        plain = np.bincount(inverse, np.abs(self.x[told]), size)
        # Units of a holding may have different weights; the holding has what makes their weighted sum.
        weight = np.divide(absolute, plain, out=np.ones(size), where=plain > 0)
        counted = cell if level == "holding" else _pairs(self.cell[told], self.unit[told])[0]
        number = np.bincount(counted, minlength=n)
        rest_number, rest = np.zeros(n, np.int64), np.zeros(n)
        # Units of several cells may be the same: a sum has at least as many as each of its parts.
        np.maximum.at(rest_number, self.cell[~told], self.number[~told])
        np.add.at(rest, self.cell[~told], np.abs(self.weighted[~told]))
        alone = np.bincount(cell, minlength=n) == 1
        lone = np.full(n, REST)
        lone[cell[alone[cell]]] = owner[alone[cell]]
        lone[rest_number > 0] = REST
        return Owners(
            cell=cell,
            owner=owner,
            x=x,
            weighted=weighted,
            weight=weight,
            waived=np.bincount(inverse, ~self.waived[told], size) == 0,
            requested=np.bincount(inverse, self.requested[told], size) > 0,
            number=np.maximum(number, rest_number),
            rest=rest,
            lone=lone,
        )


@dataclass(frozen=True, slots=True)
class Owners:
    """Contributions to cells, one row a cell and owner.

    Attributes
    ----------
    cell, owner : array of int, shape (m,)
        In the order of cells, then owners.
    x, weighted, weight : array, shape (m,)
        The contribution, its weighted sum, and the weight that leads from one to the other.
    waived, requested : array of bool, shape (m,)
        Whether all units of the owner have waived their protection, or one has asked for it.
    number : array of int, shape (n,)
        Contributors of each cell, for the threshold.
    rest : array, shape (n,)
        What those bring who are not told one by one.
    lone : array of int, shape (n,)
        The only owner behind a cell; `REST` where there are several.
    """

    cell: Ids
    owner: Ids
    x: Array
    weighted: Array
    weight: Array
    waived: Truth
    requested: Truth
    number: Ids
    rest: Array
    lone: Ids


def nobody() -> Behind:
    """Return no rows."""
    ids, few, numbers, truth = np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0), np.zeros(0, bool)
    return Behind(ids, few, few, numbers, numbers, truth, truth, few)


def together(*several: Behind) -> Behind:
    """Put rows below each other."""
    there = [one for one in several if len(one.cell)]
    if len(there) < 2:
        return there[0] if there else nobody()
    fields = ("cell", "unit", "owner", "x", "weighted", "waived", "requested", "number")
    columns = {field: np.concatenate([getattr(one, field) for one in there]) for field in fields if field != "weighted"}
    plain = all(one.weighted is one.x for one in there)
    return Behind(weighted=columns["x"] if plain else np.concatenate([one.weighted for one in there]), **columns)


def _pairs(cell: Ids, other: Numbers) -> tuple[Ids, Ids, Ids]:
    """Return the different pairs in order, and the pair of each row."""
    span = int(other.max(initial=0)) + 1
    key, inverse = np.unique(cell * span + other, return_inverse=True)
    return key // span, key % span, inverse
