"""Cells to withhold besides sensitive ones, by rounds of joint programs."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from industria.errors import UnprotectableError
from industria.kernels.suppression_flows import LARGEST, Flows
from industria.kernels.suppression_ledger import Ledger, Requirements

__all__ = ["protected"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

PART: Final = 0.3
"""Open cells that one priced program tries together; more of them stand in each other's way."""
GROWTH: Final = 4.0
"""By which the most that a requirement may cost grows from round to round; cheap ways come first, and settle others."""
SHARPENED: Final = 3
"""Programs of a round, each with prices by what the one before moved, so that few cells are moved far."""
EVEN: Final = 0.02
PROGRESS: Final = 0.9
"""Part of the open requirements that must be left at most for another round of what is free."""
WIDER: Final = 1e-3
DEAREST: Final = 100.0
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
    """

    def __init__(self, asked: Requirements, cost: Array, seed: int) -> None:
        self.asked, self.cost = asked, cost
        self.rng = np.random.default_rng(seed)
        self.inside, self.anywhere = Flows(asked), Flows(asked)
        self.may = np.isfinite(cost)
        nearer, further = np.minimum(asked.up_room, asked.down_room), np.maximum(asked.up_room, asked.down_room)
        room = np.where(nearer > 0, nearer, further)
        self.room = np.where(np.isfinite(room) & (room > 0), room, self.anywhere.scale * LARGEST)

    def settle_free(self, ledger: Ledger) -> int:
        """Certify what the pattern already protects, and return how many requirements are left."""
        left = ledger.left()
        while left:
            before = left
            cells, sign, need = self._targets(ledger)
            z = self.inside.solve(np.zeros(len(self.cost)), ledger.withheld, cells, sign, need, np.sqrt(need))
            ledger.credit(z, self.inside.least)
            left = ledger.left()
            if left > PROGRESS * before:
                break
        return left

    def settle_all(self, ledger: Ledger, limit: float = np.inf) -> bool:
        """Withhold cells until every requirement is settled; False where that costs more than a limit."""
        left = self.settle_free(ledger)
        prices = self.cost[self.may & ~ledger.withheld]
        if left and len(prices):
            most, last = float(np.median(prices)), min(limit, DEAREST * float(prices.max()))
            while left and most < last:
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
        while ledger.left():
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
                raise UnprotectableError(cell, self._tightest(cell, ways[0], ledger))
        return True

    def _bought(self, ledger: Ledger, cells: Ids, sign: Array, need: Array, most: float) -> bool:
        """Withhold what moves these cells at the least price, at most so much for each; tell whether any was added."""
        priced = self.may & ~ledger.withheld
        room = np.minimum(self.room, need.max())
        price = np.where(priced, self.cost, 0.0) / room
        for _ in range(SHARPENED):
            z = self.anywhere.solve(price, self.may | ledger.withheld, cells, sign, need, np.full(len(cells), most))
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

    def _tightest(self, cell: int, sign: float, ledger: Ledger) -> int:
        """Return the relation of a cell whose other cells can take up least of its move."""
        A, asked = self.asked.A, self.asked
        taken = []
        relations = np.flatnonzero(A.tocsc()[:, [cell]].toarray().ravel())
        for relation in relations:
            row = A[[int(relation)]].tocoo()
            others = row.coords[1] != cell
            a = row.data[others] * float(np.sign(row.data[~others][0])) * sign
            j = row.coords[1][others]
            room = np.where(a < 0, asked.up_room[j], asked.down_room[j])
            room = np.where(self.may[j] | ledger.withheld[j], room, 0.0)
            taken.append((np.abs(a) * room).sum())
        return int(relations[int(np.argmin(taken))]) if len(taken) else -1

    def drop(self, ledger: Ledger) -> Ledger:
        """Take back cells, dearest first, where what is left, or cheaper ones, protects as well."""
        n = len(self.cost)
        order = self._droppable(ledger)
        tries = min(WORK // n, TRIES)
        for batch in _by_cost(self.cost[order], tries):
            dropped = np.zeros(n, bool)
            dropped[order[batch]] = True
            dropped &= ledger.withheld
            if not dropped.any():
                continue
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


def protected(asked: Requirements, cost: Array, seed: int) -> Ledger:
    """Return a pattern that protects all that is asked, with its witnesses."""
    rounds = Rounds(asked, cost, seed)
    ledger = Ledger.empty(asked, asked.primary | (cost == 0))
    rounds.settle_all(ledger)
    return rounds.drop(ledger)
