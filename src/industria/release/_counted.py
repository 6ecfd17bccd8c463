"""How many contributors stand behind the cells of one table, and what they bring, without a list of them by cell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from industria.release._framed import Frame
from industria.release._given import Given
from industria.release._system import System
from industria.release._trees import Dimension

__all__ = ["counted"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

TOGETHER: Final = 20_000
"""Contributions of whom stands in several cells that are carried up at once."""


def counted(one: Given, frame: Frame, level: Literal["unit", "holding"]) -> tuple[Array, Ids]:
    """Add up contributions by cell, and count who makes them, each once.

    Parameters
    ----------
    one : Given
        A table.
    frame : Frame
        Its cells.
    level : {"unit", "holding"}
        Who is counted.

    Returns
    -------
    x : array, shape (n_cells,)
        Sums.
    number : array of int, shape (n_cells,)
        Contributors.
    """
    n, above = len(frame.rows), _Above(frame.system)
    leaf, of = _leaves(one, frame)
    who = one.owner.ids if level == "holding" else one.who.ids
    several = np.bincount(who)[who] > 1
    brought, alone = np.bincount(of, one.x, len(leaf)), np.bincount(of[~several], minlength=len(leaf))
    x, number = np.zeros(n), np.zeros(n, np.int64)
    for cell in above(leaf):
        there = cell >= 0
        x += np.bincount(cell[there], brought[there], n)
        number += np.bincount(cell[there], alone[there], n).astype(np.int64)
    rows = np.flatnonzero(several)
    rows = rows[np.argsort(who[rows], kind="stable")]
    for part in _whole(who[rows], rows):
        cell = np.concatenate(list(above(leaf[of[part]])))
        key = cell * (int(who.max()) + 1) + np.tile(who[part], len(cell) // len(part))
        cells = np.unique(key[cell >= 0]) // (int(who.max()) + 1)
        number += np.bincount(cells, minlength=n)
    return x, number


def _leaves(one: Given, frame: Frame) -> tuple[Ids, Ids]:
    """Return the codes of the cells that contributions are made to, and which of them each is made to."""
    sizes = [len(dim.codes) for dim in frame.system.dimensions]
    key = np.zeros(len(one.x), np.int64)
    for name, dim, size in zip(frame.names, frame.system.dimensions, sizes, strict=True):
        place = {code: i for i, code in enumerate(dim.codes)}
        label = one.leaf[one.by.index(name)]
        key = key * size + np.array([place[word] for word in label.words], np.int64)[label.ids]
    there, of = np.unique(key, return_inverse=True)
    strides = [prod(sizes[d + 1 :]) for d in range(len(sizes))]
    return np.stack([there // stride % size for stride, size in zip(strides, sizes, strict=True)], axis=1), of


def _whole(who: npt.NDArray[np.integer], rows: Ids) -> Iterator[Ids]:
    """Go over the rows of whole contributors, some at a time."""
    start = 0
    while start < len(rows):
        last = who[min(start + TOGETHER, len(rows)) - 1]
        stop = int(np.searchsorted(who, last, "right"))
        yield rows[start:stop]
        start = stop


class _Above:
    """The cells that innermost ones are part of: one array for each way to go up, -1 where it leads nowhere."""

    def __init__(self, found: System) -> None:
        self._strides = [
            prod(len(dim.codes) for dim in found.dimensions[d + 1 :]) for d in range(len(found.dimensions))
        ]
        keys = found.codes @ np.array(self._strides, np.int64)
        self._order = np.argsort(keys)
        self._keys = keys[self._order]
        self._chains = [_chains(dim) for dim in found.dimensions]

    def __call__(self, codes: Ids) -> Iterator[Ids]:
        for steps in product(*(range(chain.shape[1]) for chain in self._chains)):
            key, there = np.zeros(len(codes), np.int64), np.ones(len(codes), bool)
            for d, (chain, step) in enumerate(zip(self._chains, steps, strict=True)):
                up = chain[codes[:, d], step]
                key += up * self._strides[d]
                there &= up >= 0
            place = np.minimum(np.searchsorted(self._keys, key), len(self._keys) - 1)
            there &= self._keys[place] == key
            yield np.where(there, self._order[place], -1)


def _chains(dim: Dimension) -> Ids:
    """List for each code itself and all that it is part of, in any tree, -1 where there is no more."""
    above: list[list[int]] = []
    for code in range(len(dim.codes)):
        seen = [code]
        for at in seen:
            seen += [int(parent[at]) for parent in dim.parents if parent[at] >= 0 and int(parent[at]) not in seen]
        above.append(seen)
    table = np.full((len(above), max(map(len, above))), -1, np.int64)
    for code, seen in enumerate(above):
        table[code, : len(seen)] = seen
    return table
