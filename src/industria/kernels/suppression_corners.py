"""Moves of few cells of a table, as corners of cubes, and how far they can go.

What keeps all sums of a table is told by its innermost cells alone: each other cell moves by what those below it do.
Two innermost cells that move against each other leave alone all that both are part of; four, at the corners of a
square, all that either of two pairs is part of; and so on. In the more dimensions corners differ, the fewer sums move.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from industria.kernels.compiled import compiled

__all__ = [
    "CORNERS",
    "Asked",
    "Cube",
    "drawn",
    "far",
    "has",
    "moving",
    "place_of",
    "priced",
    "still",
    "stretched",
]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Few = npt.NDArray[np.int32]
State = npt.NDArray[np.uint64]
Truth = npt.NDArray[np.bool_]

CORNERS: Final = 32
"""Of a cube at most: five dimensions, or groups of them, in each of which two codes differ."""


class Cube(NamedTuple):
    """Innermost cells of a table, and what they are part of.

    Attributes
    ----------
    keys : array of int, shape (n_inner,)
        A number of each innermost cell, sorted: its codes times `strides`.
    codes : array of int, shape (n_inner, n_dimensions)
        Their codes.
    strides : array of int, shape (n_dimensions,)
        Of the codes.
    above : array of int, shape (n_inner, n_above)
        Cells that each is part of, itself among them; -1 where there are fewer.
    start, below : array of int, shapes (n_cells + 1,) and (n,)
        The innermost cells of cell c are `below[start[c]:start[c + 1]]`.
    """

    keys: Ids
    codes: Few
    strides: Ids
    above: Few
    start: Ids
    below: Few


class Asked(NamedTuple):
    """What is asked of each cell, and what is reached.

    Attributes
    ----------
    cost : array, shape (n_cells,)
        Of withholding, infinite where a cell must be published.
    up_room, down_room : array, shape (n_cells,)
        Distances of values to the bounds that everybody knows.
    need : array, shape (n_cells,)
        Distance between the least and the largest possible value that must be reached; 0 where none must.
    up, down : array, shape (n_cells,)
        How far above and below its value each must be able to go besides.
    withheld, moved : array of bool, shape (n_cells,)
        The pattern, and which cells a move reaches that leaves alone all others. Both are changed in place.
    """

    cost: Array
    up_room: Array
    down_room: Array
    need: Array
    up: Array
    down: Array
    withheld: Truth
    moved: Truth


@compiled
def drawn(state: State, n: int) -> int:
    """Draw a number below n."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    number: int = np.int64(x >> np.uint64(2)) % np.int64(n)  # type: ignore[assignment]
    return number


@compiled
def place_of(keys: Ids, key: int) -> int:
    """Return which innermost cell has a number; -1 where there is none."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < len(keys) and keys[low] == key else -1


@compiled
def moving(corners: Ids, n: int, above: Few, moves: Few, touched: Ids) -> int:
    """Move the corners of a cube up and down in turn, and return how many cells were touched."""
    number = 0
    for k in range(n):
        sign, bits = 1, k
        while bits:
            if bits & 1:
                sign = -sign
            bits >>= 1
        for cell in above[corners[k]]:
            if cell >= 0:
                if moves[cell] == 0:
                    touched[number] = cell
                    number += 1
                moves[cell] += sign
    return number


@compiled
def still(moves: Few, touched: Ids, number: int) -> None:
    """Take back what was moved."""
    for t in range(number):
        moves[touched[t]] = 0


@compiled
def priced(asked: Asked, moves: Few, touched: Ids, number: int) -> tuple[float, int]:
    """Return what withholding the moved cells costs besides, and which of them is dearest; -1 where none is."""
    total, dearest, most = 0.0, -1, -1.0
    for t in range(number):
        cell = touched[t]
        if moves[cell] != 0 and not asked.withheld[cell]:
            total += asked.cost[cell]
            if asked.cost[cell] > most:
                most, dearest = asked.cost[cell], cell
    return total, dearest


@compiled
def stretched(asked: Asked, moves: Few, touched: Ids, number: int) -> tuple[float, float]:
    """Return how far the moved cells can go, and how far the other way, before one meets what everybody knows."""
    forth = back = np.inf
    for t in range(number):
        cell = touched[t]
        if moves[cell] > 0:
            forth, back = min(forth, asked.up_room[cell]), min(back, asked.down_room[cell])
        elif moves[cell] < 0:
            forth, back = min(forth, asked.down_room[cell]), min(back, asked.up_room[cell])
    return forth, back


@compiled
def far(asked: Asked, cell: int, move: int, forth: float, back: float) -> bool:
    """Tell whether a move that can go so far, and so far the other way, brings a cell as far as is asked of it."""
    rise, fall = (forth, back) if move > 0 else (back, forth)
    enough: bool = rise >= asked.up[cell] and fall >= asked.down[cell] and rise + fall >= asked.need[cell]
    return move != 0 and enough


@compiled
def has(cells: Few, cell: int) -> bool:
    """Tell whether a cell is among some."""
    found = False
    for one in cells:
        found = found or one == cell
    return found
