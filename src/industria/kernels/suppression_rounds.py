"""Cells to withhold besides sensitive ones, by rounds of joint programs."""

from __future__ import annotations

from time import monotonic
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.errors import UnprotectableError
from industria.kernels.suppression_flows import LARGEST, Flows
from industria.kernels.suppression_ledger import Ledger, Requirements, tightest
from industria.kernels.suppression_near import (
    DEAREST,
    EVEN,
    FEW,
    GROWTH,
    PART,
    PROGRESS,
    WIDER,
    near,
    never_exact,
    too_large,
)

__all__ = ["protected"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

SHARPENED: Final = 3
"""Programs of a round, each with prices by what the one before moved, so that few cells are moved far."""
WORK: Final = 12_000
"""Cells times tries at dropping some of them."""
TRIES: Final = 100


class Rounds:
    """A search over the patterns of one component.

    Parameters
    ----------
    asked : Requirements
        What is to be protected.
    cost : array, shape (n,)
        Of withholding each cell, infinite where it must not be.
    seed : int
        Of signs and subsets.
    until : float
        When `time.monotonic` says that time is over.
    """

    def __init__(self, asked: Requirements, cost: Array, seed: int, until: float) -> None:
        self.asked, self.cost, self.until = asked, cost, until
        self.rng = np.random.default_rng(seed)
        self.inside, self.anywhere = Flows(asked), Flows(asked)
        self.may = np.isfinite(cost)
        nearer, further = np.minimum(asked.up_room, asked.down_room), np.maximum(asked.up_room, asked.down_room)
        room = np.where(nearer > 0, nearer, further)
        self.room = np.where(np.isfinite(room) & (room > 0), room, self.anywhere.scale * LARGEST)

    def settle_free(self, ledger: Ledger) -> int:
        """Certify what the pattern already protects, and return how many requirements are left."""
        left = ledger.left()
        while left and not self.over():
            before = left
            cells, sign, need = self._targets(ledger)
            z = self.inside.solve(np.zeros(len(self.cost)), ledger.withheld, cells, sign, need, np.sqrt(need))
            ledger.credit(z, self.inside.least)
            left = ledger.left()
            if left > PROGRESS * before:
                break
        return left

    def settle_all(self, ledger: Ledger, limit: float = np.inf) -> bool:
        """Withhold cells until every requirement is settled; False where that costs more than a limit, or too long."""
        left = self.settle_free(ledger)
        prices = self.cost[self.may & ~ledger.withheld]
        if left and len(prices):
            most, last = float(np.median(prices)), min(limit, DEAREST * float(prices.max()))
            while left and most < last and not self.over():
                cells, sign, need = self._targets(ledger)
                some = self.rng.choice(len(cells), int(np.ceil(PART * len(cells))), replace=False)
                added = self._bought(ledger, cells[some], sign[some], need[some], most)
                if self.spent(ledger) >= limit:
                    return False
                left = self.settle_free(ledger) if added else ledger.left()
                most *= GROWTH
        return self._settle_one_by_one(ledger, limit)

    def _settle_one_by_one(self, ledger: Ledger, limit: float) -> bool:
        """Settle the rest, those that must move furthest first."""
        most = min(limit, DEAREST * float(self.cost[self.may].sum()) or 1.0)
        while ledger.left() and not self.over():
            sides = ledger.open()
            far = [np.where(one, self._need(sign), -1.0) for one, sign in zip(sides, (1, -1, 0), strict=True)]
            side, cell = (int(i) for i in np.unravel_index(int(np.argmax(far)), (3, len(self.cost))))
            ways = ([1.0], [-1.0], [1.0, -1.0])[side]
            for way in ways:
                if ledger.open()[side][cell]:
                    self._bought(ledger, np.array([cell]), np.array([way]), self._need((1, -1, 0)[side])[[cell]], most)
            if self.spent(ledger) >= limit:
                return False
            if ledger.open()[side][cell]:
                if np.isfinite(limit):
                    return False
                raise UnprotectableError(cell, tightest(self.asked, self.may | ledger.withheld, cell, ways[0]))
        return not ledger.left()

    def over(self) -> bool:
        """Tell whether time is."""
        return monotonic() > self.until

    def _bought(self, ledger: Ledger, cells: Ids, sign: Array, need: Array, most: float) -> bool:
        """Withhold what moves these cells at the least price, at most so much for each; tell whether any was added."""
        priced = self.may & ~ledger.withheld
        room = np.minimum(self.room, need.max())
        price, z = np.where(priced, self.cost, 0.0) / room, np.zeros(0)
        for _ in range(SHARPENED):
            before = z
            z = self.anywhere.solve(price, self.may | ledger.withheld, cells, sign, need, np.full(len(cells), most))
            # The same moves have the same prices, which the same moves are best at.
            if np.array_equal(z, before):
                break
            price = np.where(priced, self.cost, 0.0) / (np.abs(z) + EVEN * room)
        moved = (np.abs(z) > self.anywhere.least) & ~ledger.withheld
        ledger.withheld |= moved
        ledger.credit(z, self.anywhere.least)
        return bool(moved.any())

    def _targets(self, ledger: Ledger) -> tuple[Ids, Array, Array]:
        """Return cells that are to move, in which direction and how far; where either will do, in one of them."""
        up, down, narrow = ledger.open()
        either = self.rng.choice([-1.0, 1.0], len(up))
        either = np.where(self.asked.down_room > 0, np.where(self.asked.up_room > 0, either, -1.0), 1.0)
        sign = np.where((up & down) | narrow, either, np.where(up, 1.0, -1.0))
        cells = np.flatnonzero(up | down | narrow)
        need = np.where(narrow, self._need(0), np.where(sign > 0, self._need(1), self._need(-1)))
        return cells, sign[cells], need[cells]

    def _need(self, side: int) -> Array:
        """Return how far cells are to move up (1), down (-1), or at all (0), for which little is sought amply."""
        if side:
            return self.asked.up if side > 0 else self.asked.down
        need: Array = np.maximum(self.asked.width, WIDER * self.room)
        return need

    def drop(self, ledger: Ledger) -> Ledger:
        """Take back cells, dearest first, where what is left, or cheaper ones, protects as well, until time is over."""
        n = len(self.cost)
        order = self._droppable(ledger)
        tries = min(WORK // n, TRIES)
        for batch in _by_cost(self.cost[order], tries):
            dropped = np.zeros(n, bool)
            dropped[order[batch]] = True
            dropped &= ledger.withheld
            if not dropped.any():
                continue
            if self.over():
                break
            trial = ledger.without(dropped)
            if self.settle_all(trial, self.spent(ledger)):
                ledger = trial
        return ledger

    def _droppable(self, ledger: Ledger) -> Ids:
        cells = np.flatnonzero(ledger.withheld & ~self.asked.primary & (self.cost > 0))
        return cells[np.lexsort([cells, -self.cost[cells]])]

    def spent(self, ledger: Ledger) -> float:
        """Return what a pattern costs beside the sensitive cells."""
        return float(self.cost[ledger.withheld & ~self.asked.primary].sum())


def _by_cost(cost: Array, tries: int) -> list[Ids]:
    """Part cells that stand dearest first into batches of about the same cost, or of one cell."""
    if not tries:
        return []
    if len(cost) <= tries:
        return [np.array([i]) for i in range(len(cost))]
    share = np.cumsum(cost) / cost.sum()
    even = np.arange(1, len(cost) + 1) / len(cost)
    return [
        b
        for b in np.split(np.arange(len(cost)), np.searchsorted((share + even) / 2, np.arange(1, tries) / tries))
        if len(b)
    ]


def protected(asked: Requirements, cost: Array, seed: int, until: float) -> Ledger:
    """Return a pattern that protects all that is asked, with its witnesses.

    Parameters
    ----------
    asked : Requirements
        What is to be protected.
    cost : array, shape (n,)
        Of withholding each cell, infinite where it must not be.
    seed : int
        Of signs and subsets.
    until : float
        When `time.monotonic` says that time is over. In all but a system of few cells the pattern then protects from
        exactness alone what is left.

    Raises
    ------
    UnprotectableError
        If all that may be withheld does not protect a cell.
    """
    if too_large(asked):
        return near(asked, cost, seed, until)
    few = len(cost) <= FEW
    rounds = Rounds(asked, cost, seed, np.inf if few else until)
    ledger = Ledger.empty(asked, asked.primary | (cost == 0))
    if not rounds.settle_all(ledger):
        never_exact(ledger, cost, seed)
        return ledger
    rounds.until = until
    return rounds.drop(ledger)
