"""Networks for tests: Zachary's karate club, small shapes, random graphs."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

# Zachary (1977), as networkx 3.6 has it: 78 ties of 34 members, numbered from 0, and the club
# that each joined after the split (1: Mr. Hi, 2: Officer).
FRIENDS = {
    0: [1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 17, 19, 21, 31],
    1: [2, 3, 7, 13, 17, 19, 21, 30],
    2: [3, 7, 8, 9, 13, 27, 28, 32],
    3: [7, 12, 13],
    4: [6, 10],
    5: [6, 10, 16],
    6: [16],
    8: [30, 32, 33],
    9: [33],
    13: [33],
    14: [32, 33],
    15: [32, 33],
    18: [32, 33],
    19: [33],
    20: [32, 33],
    22: [32, 33],
    23: [25, 27, 29, 32, 33],
    24: [25, 27, 31],
    25: [31],
    26: [29, 33],
    27: [33],
    28: [31, 33],
    29: [32, 33],
    30: [32, 33],
    31: [32, 33],
    32: [33],
}
CLUBS = "1111111112111122112121222222222222"


def ties(pairs: Iterable[tuple[object, object]], **columns: list[float]) -> pa.Table:
    """Ties between labels; numbers become text."""
    rows = [(str(one), str(other)) for one, other in pairs]
    ends = {"from_actor": [row[0] for row in rows], "to_actor": [row[1] for row in rows]}
    kinds = {name: pa.array(values, pa.string()) for name, values in ends.items()}
    return pa.table({**kinds, **{name: pa.array(values, pa.float64()) for name, values in columns.items()}})


KARATE = ties((i, j) for i, friends in FRIENDS.items() for j in friends)
KARATE_CLUBS = pa.table({"actor": [str(i) for i in range(34)], "group": list(CLUBS)})


def drawn(n: int, m: int, seed: int) -> list[tuple[int, int]]:
    """Draw distinct arcs between n nodes at random."""
    rng = np.random.default_rng(seed)
    cells = rng.choice(n * (n - 1), m, replace=False)
    i, k = cells // (n - 1), cells % (n - 1)
    return [(int(a), int(b)) for a, b in zip(i, k + (k >= i), strict=True)]
