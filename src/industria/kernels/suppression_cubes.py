"""Cells to withhold in tables of many dimensions, so that none is determined: corners of a cube move each."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from industria.kernels.compiled import compiled
from industria.kernels.suppression_corners import (
    CORNERS,
    Asked,
    Cube,
    drawn,
    far,
    has,
    moving,
    place_of,
    priced,
    still,
    stretched,
)

__all__ = ["dropped", "marked", "sought"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Few = npt.NDArray[np.int32]
State = npt.NDArray[np.uint64]
Truth = npt.NDArray[np.bool_]

DRAWS: Final = 12
"""Cells that are looked at for the other side of a cube, before it is taken for as large as it gets."""


@compiled
def doubled(cube: Cube, corners: Ids, n: int, used: Truth, within: int, without: int, state: State) -> bool:
    """Put another side to a cube: a cell of `within`, not of `without`, and its likes for the other corners."""
    first = corners[0]
    for _ in range(DRAWS):
        near = cube.above[first, drawn(state, cube.above.shape[1])]
        if near < 0 or cube.start[near + 1] - cube.start[near] < 2:
            continue
        other = cube.below[cube.start[near] + drawn(state, cube.start[near + 1] - cube.start[near])]
        if other == first or not has(cube.above[other], within) or has(cube.above[other], without):
            continue
        step, apart = np.int64(0), True
        for d in range(len(used)):
            change = cube.codes[other, d] - cube.codes[first, d]
            apart = apart and not (used[d] and change != 0)
            step += change * cube.strides[d]
        if not apart:
            continue
        for k in range(n):
            corners[n + k] = place_of(cube.keys, cube.keys[corners[k]] + step)
            apart = apart and corners[n + k] >= 0
            if not apart:
                break
        if apart:
            for d in range(len(used)):
                used[d] = used[d] or cube.codes[other, d] != cube.codes[first, d]
            return True
    return False


@compiled
def cheapest(
    cube: Cube, asked: Asked, target: int, tries: int, best: Ids, moves: Few, touched: Ids, state: State
) -> int:
    """Return how many corners the cheapest cube has that moves a cell far enough; 0 where none was found."""
    corners, used = np.empty(CORNERS, np.int64), np.zeros(len(cube.strides), np.bool_)
    found, least = 0, np.inf
    for _ in range(tries):
        used[:] = False
        among = cube.start[target + 1] - cube.start[target]
        corners[0] = cube.below[cube.start[target] + drawn(state, among)]
        n = 1
        while True:
            number = moving(corners, n, cube.above, moves, touched)
            cost, dearest = priced(asked, moves, touched, number)
            forth, back = stretched(asked, moves, touched, number)
            enough = forth + back > 0 and far(asked, target, moves[target], forth, back)
            still(moves, touched, number)
            if cost < least and enough:
                found, least = n, cost
                best[:n] = corners[:n]
            if dearest < 0 or 2 * n > CORNERS or not doubled(cube, corners, n, used, dearest, target, state):
                break
            n *= 2
        if least == 0.0:
            break
    return found


@compiled
def sought(cube: Cube, asked: Asked, targets: Ids, tries: int, store: Few, start: Ids, state: State) -> tuple[int, int]:
    """Withhold what moves cells that none moves yet, at the least price that is found.

    Parameters
    ----------
    cube, asked : Cube, Asked
        The table.
    targets : array of int
        Cells that are to be moved, in the order in which they are tried.
    tries : int
        Cubes that are drawn for each.
    store, start : array of int
        The corners of the cubes that are taken, and where those of each begin.
    state : array of int, shape (1,)
        Of the draws.

    Returns
    -------
    number, tried : int
        Cubes that were taken, and targets that were looked at before the store was full.
    """
    moves = np.zeros(len(asked.cost), np.int32)
    touched = np.empty(2 * CORNERS * cube.above.shape[1], np.int64)
    best = np.empty(CORNERS, np.int64)
    number = 0
    for i in range(len(targets)):
        if asked.moved[targets[i]]:
            continue
        if start[number] + CORNERS > len(store) or number + 2 > len(start):
            return number, i
        n = cheapest(cube, asked, targets[i], tries, best, moves, touched, state)
        if n == 0:
            continue
        met = moving(best, n, cube.above, moves, touched)
        forth, back = stretched(asked, moves, touched, met)
        for t in range(met):
            cell = touched[t]
            if moves[cell] != 0:
                asked.withheld[cell] = True
                asked.moved[cell] = asked.moved[cell] or far(asked, cell, moves[cell], forth, back)
        still(moves, touched, met)
        store[start[number] : start[number] + n] = best[:n]
        start[number + 1] = start[number] + n
        number += 1
    return number, len(targets)


@compiled
def dropped(cube: Cube, asked: Asked, store: Few, start: Ids, times: Few) -> Truth:
    """Drop cubes, the last first, where others move far enough all that must be; return which are kept.

    `times` tells how many cubes do so of each cell.
    """
    kept = np.ones(len(start) - 1, np.bool_)
    moves = np.zeros(len(asked.cost), np.int32)
    touched = np.empty(2 * CORNERS * cube.above.shape[1], np.int64)
    for k in range(len(kept) - 1, -1, -1):
        n = start[k + 1] - start[k]
        met = moving(store[start[k] : start[k + 1]].astype(np.int64), n, cube.above, moves, touched)
        forth, back = stretched(asked, moves, touched, met)
        needed = False
        for t in range(met):
            cell = touched[t]
            enough = asked.need[cell] > 0.0 and far(asked, cell, moves[cell], forth, back)
            needed = needed or (enough and times[cell] < 2)
        for t in range(met):
            cell = touched[t]
            if not needed and asked.need[cell] > 0.0 and far(asked, cell, moves[cell], forth, back):
                times[cell] -= 1
        still(moves, touched, met)
        kept[k] = needed
    return kept


@compiled
def marked(
    cube: Cube, asked: Asked, store: Few, start: Ids, weights: Ids, times: Few, up: Array, down: Array, z: Ids
) -> None:
    """Tell of each cell how many cubes move it far enough, how far they do, and how all of them together do.

    `weights` are those of the cubes in the sum `z`, each in a direction in which it can go.
    """
    moves = np.zeros(len(asked.cost), np.int32)
    touched = np.empty(2 * CORNERS * cube.above.shape[1], np.int64)
    for k in range(len(start) - 1):
        n = start[k + 1] - start[k]
        met = moving(store[start[k] : start[k + 1]].astype(np.int64), n, cube.above, moves, touched)
        forth, back = stretched(asked, moves, touched, met)
        weight = -weights[k] if forth == 0.0 or (weights[k] % 2 == 1 and back > 0.0) else weights[k]
        for t in range(met):
            cell = touched[t]
            if moves[cell] == 0:
                continue
            z[cell] += weight * moves[cell]
            times[cell] += asked.need[cell] > 0.0 and far(asked, cell, moves[cell], forth, back)
            rise, fall = (forth, back) if moves[cell] > 0 else (back, forth)
            up[cell], down[cell] = max(up[cell], rise), max(down[cell], fall)
        still(moves, touched, met)
