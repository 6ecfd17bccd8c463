"""Contributions to the cells of tables, carried up to every total above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.errors import ReleaseRefusedError
from industria.release._behind import REST, Behind, Numbers, together
from industria.release._given import Given
from industria.release._system import System
from industria.release._trees import Dimension

__all__ = ["carried_up"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

SAME: Final = 1e-9
"""Part of a sum by which it may differ from another way to add it up in the last bits."""


def carried_up(
    givens: Sequence[Given],
    found: System,
    names: Sequence[str],
    root: str,
    units: Sequence[Numbers | None],
    owners: Sequence[Numbers | None],
    places: Mapping[tuple[str, str], Ids],
) -> Behind:
    """Carry contributions up to every cell; of one that stands in several tables the first tells.

    `units` and `owners` tell by table where its names stand in the list of all; None where that is its own.
    """
    n = len(found.codes)
    covered, sums = np.zeros(n, bool), np.zeros(n)
    parts: list[Behind] = []
    for one, of_units, of_owners in zip(givens, units, owners, strict=True):
        at_root = [dim.codes.index(root) for dim in found.dimensions]
        leaf, cell, of = _above(one, found, names, at_root)
        unit = one.who.ids if of_units is None else of_units[one.who.ids]
        owner = one.owner.ids if of_owners is None else of_owners[one.owner.ids]
        many = one.number > 0
        rows = Behind(
            of,
            np.where(many, np.int32(REST), unit),
            np.where(many, np.int32(REST), owner),
            one.x,
            one.weighted,
            one.waived,
            one.requested,
            one.number,
        )
        before = covered[cell]
        place = places[one.step, one.column]
        if before.any():
            _refuse_another(one, found, sums, rows.summed(cell[before], leaf[before]), place[place >= 0])
        parts.append(rows.summed(cell[~before], leaf[~before]))
        sums += np.bincount(parts[-1].cell, parts[-1].x, n)
        # What a table has no unit in, another one may divide in its own way.
        covered[cell] = True
    return together(*parts)


def _refuse_another(one: Given, found: System, sums: Array, again: Behind, shown: Ids) -> None:
    """Refuse a table whose codes are those of another one, but mean other units."""
    size, own = (np.bincount(again.cell, x, len(sums)) for x in (np.abs(again.x), again.x))
    strange = (size > 0) & (np.abs(own - sums) > SAME * np.maximum(1.0, size))
    strange = strange[shown]
    if one.has_contributors and strange.any():
        cell = found.named(int(shown[np.argmax(strange)]))
        raise ReleaseRefusedError(
            f"step {one.step!r}",
            f"{cell} is of other units in another step; give dimensions that differ names of their own",
        )


def _above(one: Given, found: System, names: Sequence[str], at_root: list[int]) -> tuple[Ids, Ids, Ids]:
    """Return pairs of a leaf and a cell that it is part of, and the leaf of each contribution."""
    sizes = [len(dim.codes) for dim in found.dimensions]
    strides = [prod(sizes[d + 1 :]) for d in range(len(sizes))]
    numbers = []
    for name, label in zip(one.by, one.leaf, strict=True):
        place = {code: i for i, code in enumerate(found.dimensions[names.index(name)].codes)}
        numbers.append(np.array([place[word] for word in label.words], np.int64)[label.ids])
    key = np.zeros(len(one.x), np.int64)
    for name, number in zip(one.by, numbers, strict=True):
        key += number * strides[names.index(name)]
    _, first, of = np.unique(key, return_index=True, return_inverse=True)
    leaf, above = np.arange(len(first)), np.zeros(len(first), np.int64)
    for d, dim in enumerate(found.dimensions):
        if dim.name not in one.by:
            above = above + at_root[d] * strides[d]
            continue
        start, ancestors = _ancestors(dim)
        code = numbers[one.by.index(dim.name)][first][leaf]
        times = start[code + 1] - start[code]
        at = np.repeat(start[code] - np.concatenate([[0], np.cumsum(times)[:-1]]), times) + np.arange(times.sum())
        leaf, above = np.repeat(leaf, times), np.repeat(above, times) + ancestors[at] * strides[d]
    keys = found.codes @ np.array(strides, np.int64)
    order = np.argsort(keys)
    place_of = np.minimum(np.searchsorted(keys[order], above), len(keys) - 1)
    there = keys[order][place_of] == above if len(keys) else np.zeros(0, bool)
    return leaf[there], order[place_of[there]], of


def _ancestors(dim: Dimension) -> tuple[Ids, Ids]:
    """List for each code itself and all that it is part of, in any tree."""
    above: list[list[int]] = []
    for code in range(len(dim.codes)):
        seen = [code]
        for at in seen:
            seen += [int(parent[at]) for parent in dim.parents if parent[at] >= 0 and int(parent[at]) not in seen]
        above.append(seen)
    start = np.concatenate([[0], np.cumsum([len(of) for of in above])]).astype(np.int64)
    return start, np.array([code for of in above for code in of], np.int64)
