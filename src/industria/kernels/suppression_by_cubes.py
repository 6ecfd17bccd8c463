"""Patterns of very large tables of which no sensitive cell may be exact, and no more is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from math import prod
from time import monotonic
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.kernels.compiled import compiled
from industria.kernels.exact_disclosure import undetermined
from industria.kernels.suppression import Suppression
from industria.kernels.suppression_corners import CORNERS, Asked, Cube
from industria.kernels.suppression_cubes import dropped, marked, sought
from industria.kernels.suppression_ledger import MET, NARROW

__all__ = ["by_cubes"]

Array = npt.NDArray[np.float64]
Few = npt.NDArray[np.int32]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

LARGEST: Final = 400_000_000
"""Innermost cells times cells above each up to which they are listed."""
TRIES: Final = 60
"""Cubes that are drawn for a cell, of which the cheapest is taken; what one withholds serves others."""
HURRIED: Final = 3
"""Cubes that are drawn once time is over."""
TAKEN: Final = 20_000
"""Cubes that are taken before time is looked at."""
ROUNDS: Final = 5
"""Times that a cell is tried, before what is left is left to programs."""
WEIGHTS: Final = 2**20
"""Cubes get weights up to this, so that they do not cancel each other by chance."""
DRAWS: Final = 5


def by_cubes(
    A: csr_array,
    x: Array,
    codes: Ids,
    parents: Sequence[Sequence[Ids]],
    *,
    primary: Truth,
    cost: Array,
    low: Array,
    high: Array,
    time_limit: float = 600.0,
    seed: int = 0,
    besides: Callable[[Truth], Truth] | None = None,
    levels: tuple[Array, Array, Array] | None = None,
) -> Suppression | None:
    """Withhold cells until no sensitive one is exact, in a table too large for programs.

    Every cell that is withheld is moved by a cube: innermost cells that move by one and the same amount, up and down in
    turn, together with all that they are part of. Of all of them one move is made, and held to every sum of the system:
    no cell is called protected without that proof.

    Parameters
    ----------
    A, x, primary, cost, low, high
        As of `industria.kernels.suppression.suppression`.
    codes : array of int, shape (n, n_dimensions)
        Of each cell.
    parents : sequence of sequence of array of int
        By dimension, for each tree what each code adds up to, -1 for nothing.
    time_limit : float
        Seconds after which every cell takes the cheapest of few cubes.
    seed : int
        Of the draws.
    besides : callable, optional
        Tells of a pattern which cells must be withheld besides; they are moved as sensitive ones are.
    levels : arrays `up`, `down` and `width`, each of shape (n,), optional
        How far sensitive cells had better go, as in `suppression`: cubes that reach it come first, where there are any.

    Returns
    -------
    Suppression or None
        None where cubes do not protect all, or innermost cells do not tell all others: this proves nothing.
    """
    until = monotonic() + time_limit
    cube = _cube(A, codes, parents)
    if cube is None:
        return None
    up_room, down_room = np.maximum(high - x, 0.0), np.maximum(x - low, 0.0)
    need, above, below = (np.zeros(len(x)) for _ in range(3))
    asked = Asked(cost, up_room, down_room, need, above, below, cost == 0, np.zeros(len(x), bool))
    wanted, narrow = primary, NARROW * np.maximum(1.0, np.abs(x))
    taken = np.empty(0, np.int32), np.zeros(1, np.int64)
    if levels is not None:
        taken = _levels_first(cube, asked, wanted, (*levels[:2], np.maximum(levels[2], narrow)), seed, until)
    store, start = taken
    while True:
        asked.need[wanted] = np.maximum(asked.need, narrow)[wanted]
        asked.withheld[wanted] = True
        store, start = _sought(cube, asked, wanted, (store, start), seed, until)
        if (wanted & ~asked.moved).any():
            return None
        times = _marked(cube, asked, store, start, seed)[0]
        kept = dropped(cube, asked, store, start, times)
        store, start = store[np.repeat(kept, np.diff(start))], _ends(np.diff(start)[kept])
        times, up, down, z = _marked(cube, asked, store, start, seed)
        asked.withheld[:] = wanted | (up + down > 0) | (cost == 0)
        asked.moved[:] = times > 0
        more = None if besides is None else besides(asked.withheld) & ~wanted
        if more is None or not more.any():
            break
        wanted = wanted | more
    proven = _proven(A, cube, asked, (store, start), z, seed)
    if (wanted & ~(proven & (up + down >= asked.need * (1 - MET)))).any():
        return None
    withheld = asked.withheld
    spent, none = float(cost[withheld & ~primary].sum()), np.zeros(len(x), bool)
    return Suppression(withheld, primary, x - down, x + up, spent, 0.0, "heuristic", none)


def _levels_first(
    cube: Cube, asked: Asked, wanted: Truth, levels: tuple[Array, Array, Array], seed: int, until: float
) -> tuple[Few, Ids]:
    """Take cubes that keep levels, where there are any; what is asked of the other cells is taken back."""
    asked.withheld[wanted] = True
    for of, level in zip((asked.up, asked.down, asked.need), levels, strict=True):
        of[wanted] = level[wanted]
    taken = _sought(cube, asked, wanted, (np.empty(0, np.int32), np.zeros(1, np.int64)), seed, until, rounds=1)
    for of in (asked.up, asked.down, asked.need):
        of[~asked.moved] = 0.0
    return taken


def _proven(A: csr_array, cube: Cube, asked: Asked, taken: tuple[Few, Ids], z: Ids, seed: int) -> Truth:
    """Tell of which cells sums of cubes prove that they are not determined: of all, but for what cancels by chance."""
    proven = np.zeros(len(z), bool)
    for draw in range(DRAWS):
        z = z if draw == 0 else _marked(cube, asked, *taken, seed + draw)[3]
        proven = undetermined(A, z, asked.withheld, asked.up_room, asked.down_room)
        if (proven | ~asked.withheld | (asked.cost == 0)).all():
            break
    return proven


def _sought(
    cube: Cube, asked: Asked, wanted: Truth, taken: tuple[Few, Ids], seed: int, until: float, rounds: int = ROUNDS
) -> tuple[Few, Ids]:
    """Take cubes besides those that are taken, until all that must be moved is; return the corners of all."""
    rng = np.random.default_rng(seed)
    state = rng.integers(1, 2**62, 1).astype(np.uint64)
    inner, single = np.zeros(len(wanted), bool), np.diff(cube.start) < 2
    inner[cube.above[:, 0]] = True
    corners, lengths = [taken[0]], [np.diff(taken[1])]
    store, start = np.empty(CORNERS * TAKEN, np.int32), np.zeros(TAKEN + 2, np.int64)
    for _ in range(rounds):
        left = np.flatnonzero(wanted & ~asked.moved)
        # What has one innermost cell moves with it, and only so.
        alone = cube.above[cube.below[cube.start[left[single[left]]]], 0]
        left = np.union1d(left[~single[left]], alone).astype(np.int64)
        left = left[np.lexsort([rng.random(len(left)), ~inner[left]])]
        while len(left):
            tries = HURRIED if monotonic() > until else TRIES
            number, tried = sought(cube, asked, left, tries, store, start, state)
            corners.append(store[: start[number]].copy())
            lengths.append(np.diff(start[: number + 1]))
            left = left[tried:]
    return np.concatenate(corners), _ends(np.concatenate(lengths))


def _marked(cube: Cube, asked: Asked, store: Few, start: Ids, seed: int) -> tuple[Few, Array, Array, Ids]:
    """Tell how often and how far cubes move each cell, and how their sum does, each with a weight of its own."""
    n = len(asked.cost)
    weights = np.random.default_rng(seed).integers(1, WEIGHTS, len(start) - 1)
    times, up, down, z = np.zeros(n, np.int32), np.zeros(n), np.zeros(n), np.zeros(n, np.int64)
    marked(cube, asked, store, start, weights, times, up, down, z)
    return times, up, down, z


def _cube(A: csr_array, codes: Ids, parents: Sequence[Sequence[Ids]]) -> Cube | None:
    """List innermost cells with all that they are part of; None where these do not tell all others, or are too many."""
    chains = [_chains(trees, int(codes[:, d].max()) + 1) for d, trees in enumerate(parents)]
    sizes = [len(chain) for chain in chains]
    strides = np.array([prod(sizes[d + 1 :]) for d in range(len(sizes))], np.int64)
    numbers = codes @ strides
    sums = np.bincount(A.indices[A.data > 0], minlength=len(numbers)) > 0
    order = np.argsort(numbers)
    inner = order[~sums[order]]
    if not len(inner) or len(inner) * prod(chain.shape[1] for chain in chains) > LARGEST:
        return None
    ordered, own = numbers[order], codes[inner]
    above = np.empty((len(inner), prod(chain.shape[1] for chain in chains)), np.int32)
    for column, steps in enumerate(product(*(range(chain.shape[1]) for chain in chains))):
        ups = [chain[own[:, d], step] for d, (chain, step) in enumerate(zip(chains, steps, strict=True))]
        number = np.stack(ups, axis=1) @ strides
        place = np.minimum(np.searchsorted(ordered, number), len(ordered) - 1)
        there = (ordered[place] == number) & (np.min(ups, axis=0) >= 0)
        above[:, column] = np.where(there, order[place], -1)
    start, below = _below(above, len(numbers))
    cube = Cube(numbers[inner], own.astype(np.int32), strides, above, start, below)
    return cube if _told(A, cube) else None


def _chains(trees: Sequence[Ids], n: int) -> Ids:
    """Return what each code is part of, itself first, -1 where there is no more."""
    chains = []
    for code in range(max([n, *map(len, trees)])):
        found, new = [code], [code]
        while new:
            new = sorted({int(tree[one]) for tree in trees for one in new} - {-1, *found})
            found += new
        chains.append(found)
    table = np.full((len(chains), max(map(len, chains))), -1, np.int64)
    for code, found in enumerate(chains):
        table[code, : len(found)] = found
    return table


@compiled
def _below(above: Few, n: int) -> tuple[Ids, Few]:
    """Return where the innermost cells of each cell begin, and which they are."""
    start = np.zeros(n + 1, np.int64)
    for cells in above:
        for cell in cells:
            if cell >= 0:
                start[cell + 1] += 1
    start = np.cumsum(start)
    at = start.copy()
    below = np.empty(start[-1], np.int32)
    for i in range(len(above)):
        for cell in above[i]:
            if cell >= 0:
                below[at[cell]] = i
                at[cell] += 1
    return start, below


def _told(A: csr_array, cube: Cube) -> bool:
    """Tell whether whatever innermost cells do keeps all sums, if others follow."""
    moved = np.random.default_rng(len(cube.keys)).integers(1, WEIGHTS, len(cube.keys)).astype(float)
    z = np.zeros(A.shape[1])
    for column in cube.above.T:
        there = column >= 0
        z += np.bincount(column[there], moved[there], A.shape[1])
    return not (A @ z).any()


def _ends(lengths: Ids) -> Ids:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
