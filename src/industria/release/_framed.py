"""The cells of tables of one variable, each once, with the sums that join them; who stands behind them comes later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.release._averages import COUNTED, MISSING
from industria.release._given import Given
from industria.release._given_beside import NUMBER
from industria.release._system import System, system
from industria.release._trees import dimensions

__all__ = ["Frame", "framed"]

Ids = npt.NDArray[np.int64]

LARGEST: Final = 2**62
"""Combinations of codes that one number tells apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Cells of tables.

    Attributes
    ----------
    names : list of str
        The dimensions.
    root : str
        The code of margins in all of them.
    system : System
        The cells and their relations.
    places : dict of (step, column) to array of int, shape (n_rows,)
        Cell of each row of a table, -1 where it shows none.
    rows : array of int, shape (n_cells,)
        Rows of the tables in which a cell stands; 0 for a sum that no table shows.
    """

    names: list[str]
    root: str
    system: System
    places: dict[tuple[str, str], Ids]
    rows: Ids


def framed(givens: Sequence[Given], *, alone: bool = True) -> Frame:
    """List the cells of columns of one variable, unit, population and period; there may be others beside them.

    Raises
    ------
    HierarchyError
        If there are more combinations of codes than can be numbered.
    """
    # In order, so that the order of steps is nothing to what is withheld.
    names = sorted({name for one in givens for name in one.by}) or ["all"]
    root = _root(givens)
    labels, places, rows = _cells(givens, names, root)
    codes: dict[str, Sequence[str]] = {name: label.unique().to_pylist() for name, label in labels.items()}
    dims = dimensions(codes, _hierarchies(givens, names, root), root, "the tables")
    # What nobody sums up of a table may stand elsewhere as the sum.
    every_sum = not alone and all(_adds_up(one) for one in givens)
    found = system(dims, list(labels.values()), "the tables", every_sum=every_sum)
    places = {key: np.where(place >= 0, found.place[place], -1) for key, place in places.items()}
    times = np.zeros(len(found.codes), np.int64)
    times[found.place] = rows
    return Frame(names, root, found, places, times)


def _adds_up(one: Given) -> bool:
    """Tell whether cells are parts of a whole: numbers beside an estimate overlap, but for rows used and left out."""
    kinds = {word for label in one.labels for word in label.words}
    return not one.beside or one.by != (NUMBER,) or kinds <= {COUNTED, MISSING}


def _root(givens: Sequence[Given]) -> str:
    """Choose a code for margins that is no code of a cell."""
    root = next((one.total for one in givens if one.total is not None), "Total")
    others = {word for one in givens for label in one.leaf for word in label.words}
    while root in others:
        root += "*"
    return root


def _cells(
    givens: Sequence[Given], names: Sequence[str], root: str
) -> tuple[dict[str, pa.ChunkedArray], dict[tuple[str, str], Ids], Ids]:
    """List each cell once, by its codes, with the place of every row, and in how many rows it stands."""
    words: dict[str, dict[str, int]] = {name: {root: 0} for name in names}
    told = [_shown(one, words, root) for one in givens]
    beyond = [_numbers(_beyond(one, names, root), words) for one in givens]
    whole = np.zeros((int(any(one.is_share for one in givens)), len(names)), np.int64)
    codes = np.concatenate([*told, *beyond, whole])
    first, number = _first_of(codes, [len(words[name]) for name in names])
    rows = np.zeros(len(first), np.int64)
    # Shares show the whole that they are of, though no row is it.
    rows[number[len(codes) - len(whole) :]] = 1
    places, done = {}, 0
    for one, of in zip(givens, told, strict=True):
        place = np.full(len(one.shown), -1, np.int64)
        place[one.shown] = number[done : done + len(of)]
        done += len(of)
        places[one.step, one.column] = place
        rows += np.bincount(place[place >= 0], minlength=len(rows)) * one.times
    labels = {name: _text(codes[first, d], list(words[name])) for d, name in enumerate(names)}
    return labels, places, rows


def _shown(one: Given, words: dict[str, dict[str, int]], root: str) -> Ids:
    """Return the codes of the rows that show something, numbered as in `words`, which grows."""
    codes = np.zeros((int(one.shown.sum()), len(words)), np.int64)
    for d, (name, known) in enumerate(words.items()):
        if name in one.by:
            label = one.labels[one.by.index(name)]
            number = [0 if word == one.total else known.setdefault(word, len(known)) for word in label.words]
            codes[:, d] = np.array(number, np.int64)[label.ids[one.shown]]
    return codes


def _numbers(cells: Sequence[tuple[str, ...]], words: dict[str, dict[str, int]]) -> Ids:
    """Return the numbers of the codes of some cells."""
    told = [
        [known.setdefault(code, len(known)) for code, known in zip(of, words.values(), strict=True)] for of in cells
    ]
    return np.array(told, np.int64).reshape(len(cells), len(words))


def _first_of(codes: Ids, sizes: Sequence[int]) -> tuple[Ids, Ids]:
    """Return the first row of each cell, in the order of rows, and the cell of each row."""
    if prod(sizes) <= LARGEST:
        key = np.zeros(len(codes), np.int64)
        for d, size in enumerate(sizes):
            key = key * size + codes[:, d]
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    else:
        _, first, inverse = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(first), np.int64)
    rank[order] = np.arange(len(first))
    return first[order], rank[inverse.ravel()]


def _text(places: Ids, words: Sequence[str]) -> pa.ChunkedArray:
    """Write codes by their numbers, with no word that no cell has."""
    there = np.unique(places)
    kept = pa.array([words[i] for i in there], pa.string())
    ids = np.searchsorted(there, places).astype(np.int32)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array(ids), kept)])


def _beyond(one: Given, names: Sequence[str], root: str) -> list[tuple[str, ...]]:
    """List the cells of contributors whose codes the table never shows, as what lies beyond the bins of a histogram."""
    strange = np.zeros(len(one.x), bool)
    for leaf, label in zip(one.leaf, one.labels, strict=True):
        told = set(label.words)
        strange |= np.array([word not in told for word in leaf.words], bool)[leaf.ids]
    at = np.flatnonzero(strange)
    codes = {name: [leaf.words[i] for i in leaf.ids[at]] for name, leaf in zip(one.by, one.leaf, strict=True)}
    return sorted(set(zip(*(codes.get(name, [root] * len(at)) for name in names), strict=True)))


def _hierarchies(givens: Sequence[Given], names: Sequence[str], root: str) -> pa.Table:
    """Write each different tree once; codes of tables without margins add up to the total at once."""
    trees: dict[tuple[str, frozenset[tuple[str, str]]], None] = {}
    flat: dict[str, set[str]] = {}
    for one in givens:
        for name, leaf, label in zip(one.by, one.leaf, one.labels, strict=True):
            if name not in one.trees:
                # A bin may be empty, and what is in no bin has codes of its own.
                flat.setdefault(name, set()).update(leaf.words, label.words)
            for pairs in one.trees.get(name, {}).values():
                ended = frozenset((code, root if parent == one.total else parent) for code, parent in pairs)
                trees.setdefault((name, ended))
    for name, words in flat.items():
        trees.setdefault((name, frozenset((word, root) for word in words if word != root)))
    told = [(name, str(i), *pair) for i, (name, pairs) in enumerate(trees) for pair in sorted(pairs)]
    columns = zip(*told, strict=True) if told else [[], [], [], []]
    return pa.table(
        {
            name: pa.array(list(values), pa.string())
            for name, values in zip(("dimension", "hierarchy", "code", "parent"), columns, strict=True)
        }
    )
