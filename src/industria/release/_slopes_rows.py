"""Rows behind slopes, and the cells of tables in which they stand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.release._beside import NUMBER
from industria.release._given import Given
from industria.release._protected import Protected

__all__ = ["Part", "Pieces", "pieces_of"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

DIGITS: Final = 9
"""Of amounts, and of factors, that must agree to be the same."""
PIECES: Final = 3_000
"""Pieces of rows that move by themselves; of more, some of a cell move together, which only narrows intervals."""


class Part(NamedTuple):
    """Sums of a variable that slopes tell.

    Attributes
    ----------
    who : pyarrow.Array
        Different units, by digests.
    unit : array of int, shape (n,)
        Unit of each row.
    y : array, shape (n,)
        What each row brings.
    factors : array, shape (n, k)
        Of each row in each of k sums.
    """

    who: pa.Array
    unit: Ids
    y: Array
    factors: Array


class _Rows(NamedTuple):
    """Rows of all parts, each once: its unit, what it brings, and its factors."""

    who: pa.Array
    unit: Ids
    y: Array
    factors: Array


class Pieces(NamedTuple):
    """Rows that move together.

    Attributes
    ----------
    size : array, shape (n,)
        What they bring.
    factors : array, shape (n, k)
        In the sums of slopes.
    cell : array of int, shape (n, c)
        The cell of each of c columns of tables that has them, -1 for none.
    weight : array, shape (n, c)
        Times which they stand there.
    rest : list of (array of int, array)
        By column, the cells to which others bring something, and how much.
    """

    size: Array
    factors: Array
    cell: Ids
    weight: Array
    rest: list[tuple[Ids, Array]]


def pieces_of(parts: Sequence[Part], givens: Sequence[Given], of: Protected) -> Pieces:
    """Find the cells in which rows of slopes stand, and put those together that move together.

    Parameters
    ----------
    parts : sequence of Part
        What slopes tell.
    givens : sequence of Given
        Columns of the variable, with everybody behind them.
    of : Protected
        The variable.
    """
    rows = _rows_of(parts)
    columns = [one for one in givens if one.has_contributors and one.by != (NUMBER,)]
    return _pieces(rows, *_linked(rows, columns, of))


def _rows_of(parts: Sequence[Part]) -> _Rows:
    """List the rows of all parts once: those of one unit that bring the same are the same."""
    who = pa.chunked_array([one.who for one in parts]).unique()
    unit = np.concatenate([_places(one.who, who)[one.unit] for one in parts])
    y = np.concatenate([one.y for one in parts])
    ends = np.cumsum([0, *(len(one.y) for one in parts)])
    keys = [_keys(unit[a:b], y[a:b]) for a, b in pairwise(ends)]
    _, first, inverse = np.unique(np.concatenate(keys), axis=0, return_index=True, return_inverse=True)
    inverse = inverse.reshape(-1)
    factors = np.zeros((len(first), sum(one.factors.shape[1] for one in parts)))
    done = 0
    for one, a, b in zip(parts, ends[:-1], ends[1:], strict=True):
        k = one.factors.shape[1]
        factors[inverse[a:b], done : done + k] = one.factors
        done += k
    return _Rows(who, unit[first], y[first], factors)


def _places(words: pa.Array, among: pa.Array) -> Ids:
    """Find names in a list; -1 for those that are not in it."""
    return np.asarray(pc.fill_null(pc.index_in(words, value_set=among), -1).to_numpy(zero_copy_only=False), np.int64)


def _keys(unit: Ids, amount: Array) -> Ids:
    """Write unit and amount as whole numbers, with how often the unit has brought the same before."""
    size = np.floor(np.log10(np.abs(amount), where=amount != 0, out=np.zeros(len(amount))))
    digits = np.rint(amount * 10.0 ** (DIGITS - 1 - size)).astype(np.int64)
    told = np.stack([unit, digits, size.astype(np.int64)], axis=1)
    order = np.lexsort(told.T)
    new = np.ones(len(unit), bool)
    new[1:] = (told[order][1:] != told[order][:-1]).any(axis=1)
    start = np.maximum.accumulate(np.where(new, np.arange(len(unit)), 0))
    before = np.zeros(len(unit), np.int64)
    before[order] = np.arange(len(unit)) - start
    return np.column_stack([told, before])


def _linked(rows: _Rows, columns: Sequence[Given], of: Protected) -> tuple[Ids, Array, list[tuple[Ids, Array]]]:
    """Find the cell of each row in each column, its weight there, and what others bring to the cells of the column."""
    cells = np.full((len(rows.y), len(columns)), -1, np.int64)
    weights = np.ones((len(rows.y), len(columns)))
    rest = []
    mine = _keys(rows.unit, rows.y)
    for j, one in enumerate(columns):
        unit = _places(one.who.names.words, rows.who)[one.who.ids]
        cell = _cells(one, of)
        weight = np.divide(one.weighted, one.x, out=np.ones(len(one.x)), where=one.x != 0)
        row, which = _same(mine, _keys(unit, one.x))
        told = (unit[which] >= 0) & (cell[which] >= 0)
        row, which = row[told], which[told]
        cells[row, j], weights[row, j] = cell[which], weight[which]
        left = np.ones(len(cell), bool)
        left[which] = False
        whole, at = _whole(rows, unit, one.x, cells[:, j] >= 0)
        cells[whole, j], weights[whole, j] = cell[at], weight[at]
        left[at] = False
        left &= cell >= 0
        brought: Array = np.asarray(np.bincount(cell[left], np.abs(one.weighted[left]), len(of.joint.x)), float)
        others = np.unique(cell[left]).astype(np.int64)
        rest.append((others, brought[others]))
    return cells, weights, rest


def _same(mine: Ids, theirs: Ids) -> tuple[Ids, Ids]:
    """Pair keys that are alike."""
    _, number = np.unique(np.concatenate([mine, theirs]), axis=0, return_inverse=True)
    number = number.reshape(-1)
    _, row, which = np.intersect1d(number[: len(mine)], number[len(mine) :], assume_unique=True, return_indices=True)
    return row, which


def _whole(rows: _Rows, unit: Ids, x: Array, linked: Truth) -> tuple[Ids, Ids]:
    """Pair rows with the one contribution of their unit that is the sum of them all."""
    n = len(rows.who)
    sums = np.bincount(rows.unit, rows.y, n)
    size = np.bincount(rows.unit, np.abs(rows.y), n)
    there = unit >= 0
    once = np.bincount(unit[there], minlength=n) == 1
    place = np.full(n, -1)
    place[unit[there]] = np.flatnonzero(there)
    met = once & (np.bincount(rows.unit, linked, n) == 0)
    met[met] = np.abs(x[place[met]] - sums[met]) <= 10.0**-DIGITS * size[met]
    row = np.flatnonzero(met[rows.unit])
    return row, place[rows.unit[row]]


def _cells(one: Given, of: Protected) -> Ids:
    """Find the cell of each contribution to a column."""
    at, place = next(
        (at, block.places[one.step, one.column])
        for at, block in enumerate(of.joint.blocks)
        if (one.step, one.column) in block.places
    )
    codes = zip(*(label.text() for label in one.labels), strict=True) if one.labels else iter([()])
    number = {code: int(cell + of.joint.start[at]) for code, cell in zip(codes, place, strict=True) if cell >= 0}
    if not one.leaf:
        return np.full(len(one.x), number.get((), -1))
    different, inverse = np.unique(np.stack([leaf.ids for leaf in one.leaf]), axis=1, return_inverse=True)
    words = [leaf.words for leaf in one.leaf]
    found = [number.get(tuple(of[i] for of, i in zip(words, code, strict=True)), -1) for code in different.T]
    return np.array(found, np.int64)[inverse.reshape(-1)]


def _pieces(rows: _Rows, cells: Ids, weights: Array, rest: list[tuple[Ids, Array]]) -> Pieces:
    """Put rows together that stand in the same cells with the same factors.

    Of too many, those of a cell whose factors are near each other move together: what is possible then is possible.
    """
    size = np.abs(rows.y)
    largest = np.abs(rows.factors).max(axis=0, initial=0.0)
    factors = rows.factors / np.where(largest > 0, largest, 1.0)
    rounded = np.rint(np.column_stack([factors, weights]) * 10.0**DIGITS).astype(np.int64)
    told = np.column_stack([cells, rounded])
    _, group = np.unique(told, axis=0, return_inverse=True)
    group = group.reshape(-1)
    if group.max(initial=0) >= PIECES:
        group = _fewer(cells, factors)
    n = int(group.max(initial=-1)) + 1
    whole: Array = np.asarray(np.bincount(group, size, n), float)
    some = whole > 0

    def means(of: Array) -> Array:
        sums = [np.bincount(group, size * x, n)[some] / whole[some] for x in of.T]
        return np.array(sums).reshape(of.shape[1], int(some.sum())).T

    first = np.unique(group, return_index=True)[1]
    return Pieces(
        size=whole[some],
        factors=means(factors),
        cell=cells[first][some],
        weight=means(weights),
        rest=rest,
    )


def _fewer(cells: Ids, factors: Array) -> Ids:
    """Cut the rows of the same cells, in the order of their factors, into so many pieces that they are few in all."""
    _, profile, number = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    profile = profile.reshape(-1)
    pieces = max(1, PIECES // len(number))
    order = np.lexsort([*factors.T[::-1], profile])
    start = np.concatenate([[0], np.cumsum(number)[:-1]])
    place = np.arange(len(order)) - start[profile[order]]
    group = np.zeros(len(order), np.int64)
    group[order] = profile[order] * pieces + place * pieces // number[profile[order]]
    return np.unique(group, return_inverse=True)[1].reshape(-1)
