"""Labels that keep apart: along a line, and in the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Box", "place", "spread"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, y counted downward."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area that two boxes share, in square pixels."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels along a line as little as needed so that none touch.

    Labels that would overlap form a block that stands around the mean of where
    its members want to be; blocks grow until they keep apart.

    Parameters
    ----------
    wanted : sequence of float, shape (n,)
        Where the middle of each label wants to be, in pixels.
    sizes : sequence of float, shape (n,)
        How much of the line each takes, in pixels.
    low, high : float
        Ends of the line; labels stay between them while they fit.

    Returns
    -------
    list of float, shape (n,)
        Middles in the order given; labels keep the order of their wishes.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    blocks: list[list[int]] = []
    for i in order:
        blocks.append([i])
        while len(blocks) > 1 and _end(blocks[-2], wanted, sizes, low, high) > _start(
            blocks[-1], wanted, sizes, low, high
        ):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    middles = [0.0] * len(wanted)
    for block in blocks:
        edge = _start(block, wanted, sizes, low, high)
        for i in block:
            middles[i] = edge + sizes[i] / 2
            edge += sizes[i]
    return middles


def _start(block: Sequence[int], wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> float:
    """Return where a block begins: around the mean wish of its members, inside the line."""
    total = sum(sizes[i] for i in block)
    before, wishes = 0.0, 0.0
    for i in block:
        wishes += wanted[i] - before - sizes[i] / 2
        before += sizes[i]
    return max(min(wishes / len(block), high - total), low)


def _end(block: Sequence[int], wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> float:
    return _start(block, wanted, sizes, low, high) + sum(sizes[i] for i in block)


def place(choices: Sequence[Sequence[Box]], cost: Callable[[Box], float], rounds: int = 6) -> list[int]:
    """Choose a place for each label in the plane.

    Each label takes the cheapest of its places given where the others stand,
    in turn, until nobody moves: the same input gives the same picture.

    Parameters
    ----------
    choices : sequence of sequence of Box
        The places of each label, the most welcome first.
    cost : callable
        What a place costs by what lies under it: points, lines, edges.
    rounds : int
        Passes over all labels at most.

    Returns
    -------
    list of int
        Which of its places each label takes.
    """
    own = [[cost(box) + WORSE * rank for rank, box in enumerate(boxes)] for boxes in choices]
    taken = [min(range(len(costs)), key=costs.__getitem__) for costs in own]
    for _ in range(rounds):
        before = list(taken)
        for i, boxes in enumerate(choices):
            others = [choices[j][taken[j]] for j in range(len(choices)) if j != i]
            total = [own[i][k] + COLLISION * sum(box.overlap(other) for other in others) for k, box in enumerate(boxes)]
            taken[i] = min(range(len(total)), key=total.__getitem__)
        if taken == before:
            break
    return taken


WORSE = 3.0
"""Cost of the next less welcome place, in square pixels of overlap with a mark."""

COLLISION = 20.0
"""A label on a label costs so many times a label on a line."""
