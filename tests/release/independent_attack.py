"""An attack that shares nothing with the package: what anybody can write who has a table, its trees and a solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import linprog

Cell = tuple[str, ...]
Trees = list[list[dict[str, str]]]
"""By dimension, trees: the parent of each code."""


def leaves_below(code: str, tree: Mapping[str, str]) -> set[str]:
    """Return the codes that a code is the sum of and that are sums of nothing."""
    children = [child for child, parent in tree.items() if parent == code]
    return set().union(*(leaves_below(child, tree) for child in children)) if children else {code}


def relations(cells: Iterable[Cell], trees: Trees) -> list[tuple[Cell, list[Cell]]]:
    """Return every sum: a cell, and those it is the sum of by one tree of one dimension."""
    there = set(cells)
    found = []
    for d, of in enumerate(trees):
        for tree in of:
            for parent in sorted(set(tree.values())):
                codes = [child for child, above in tree.items() if above == parent]
                for rest in {cell[:d] + cell[d + 1 :] for cell in there}:
                    parts = [(*rest[:d], code, *rest[d:]) for code in codes]
                    parts = [part for part in parts if part in there]
                    if parts:
                        found.append(((*rest[:d], parent, *rest[d:]), parts))
    return found


def attacked(
    published: Mapping[Cell, float | None], trees: Trees, asked: Iterable[Cell], lower: float = 0.0
) -> dict[Cell, tuple[float, float]]:
    """Solve a table, with None for withheld cells, for some of these."""
    everything = dict(published)
    # Sums that are not shown are unknown like withheld ones.
    while True:
        missing = {parent for parent, _ in relations(everything, trees)} - set(everything)
        if not missing:
            break
        everything |= dict.fromkeys(missing)
    cells = sorted(everything)
    place = {cell: i for i, cell in enumerate(cells)}
    sums = relations(cells, trees)
    A = np.zeros((len(sums), len(cells)))
    for i, (parent, parts) in enumerate(sums):
        A[i, place[parent]] += 1
        for part in parts:
            A[i, place[part]] -= 1
    size = max([1.0, *(abs(x) for x in everything.values() if x is not None)])
    bounds = [(lower / size, None) if everything[c] is None else (everything[c] / size,) * 2 for c in cells]
    told = {}
    for cell in asked:
        assert published[cell] is None
        c = np.zeros(len(cells))
        c[place[cell]] = 1
        ends = []
        for sign in (1, -1):
            done = linprog(sign * c, A_eq=A, b_eq=np.zeros(len(sums)), bounds=bounds, method="highs")
            assert done.status in (0, 3), done.message
            ends.append(sign * done.fun * size if done.status == 0 else -sign * np.inf)
        told[cell] = (ends[0], ends[1])
    return told


def table_of(leaves: Mapping[Cell, float], trees: Trees) -> dict[Cell, float]:
    """Add up all margins of leaf cells; cells without any leaf are not there."""
    codes = []
    for of in trees:
        below = {}
        for tree in of:
            for code in {*tree, *tree.values()}:
                below[code] = leaves_below(code, tree) | below.get(code, set())
        codes.append(below)
    found: dict[Any, float] = {}
    for cell in product(*(sorted(below) for below in codes)):
        parts = [x for leaf, x in leaves.items() if all(leaf[d] in codes[d][cell[d]] for d in range(len(cell)))]
        if parts:
            found[cell] = float(sum(parts))
    return found
