"""Cells to withhold besides sensitive ones, found near these: for systems too large, or too crossed, to solve whole."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Final

import numpy as np
import numpy.typing as npt

from industria.errors import UnprotectableError
from industria.kernels.suppression_ledger import MET, NARROW, Ledger, Requirements, tightest
from industria.kernels.suppression_neighborhoods import Neighborhoods, peeled
from industria.kernels.suppression_program import moves

__all__ = ["DEAREST", "EVEN", "FEW", "GROWTH", "PART", "PROGRESS", "WIDER", "near", "never_exact", "too_large"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

FEW: Final = 1_000
"""Cells up to which all of them make one program."""
MANY: Final = 40_000
"""Cells from which they do not, however few relations there are."""
CROSSED: Final = 3.2
"""Relations of a cell, on average, from which corners are too many steps apart: in tables of three dimensions."""
AGAIN: Final = 20_000
"""Cells up to which a pattern is sought again among the cells of the first."""
FIRST: Final = 1_500
"""Cells of a program in which some have a price, in the first round over more cells than that."""
CELLS: Final = 6_000
"""Cells of such a program up to that many cells, from the first round on."""
WIDENED: Final = 2
"""By which such programs grow from round to round: what is left needs cells that are further apart."""
WIDEST: Final = 24_000
"""Cells up to which they grow."""
FREE: Final = 60_000
"""Cells of a program in which none has a price: through the inside, without a corner, that is a matter of seconds."""
SINGLE: Final = 6_000
"""Cells of a program for one that is to move; four times as many where these do not suffice."""
LAST: Final = 500
"""Requirements that are left of a system of more than AGAIN cells, from which on each has programs of its own: far
apart from each other, they settle few others, and in joint programs they stand in each other's way."""
PART: Final = 0.3
"""Open cells that one priced program tries together; more of them stand in each other's way."""
TOGETHER: Final = 30
"""Open cells up to which all of them are tried together."""
GROWTH: Final = 4.0
"""By which the most that a requirement may cost grows from round to round; cheap ways come first, and settle others."""
SHARPENED: Final = 2
"""Programs of a round, each with prices by what the one before moved, so that few cells are moved far: one in a system
of more than AGAIN cells, in which nearly all that stands near sensitive cells is withheld anyway."""
EVEN: Final = 0.02
PROGRESS: Final = 0.9
"""Part of the open requirements that must be left at most for another round of what is free."""
SLOWLY: Final = 0.8
"""The same where a round takes long."""
WIDER: Final = 1e-3
DEAREST: Final = 100.0
FAR: Final = 4.0
"""Times the largest bound of any cell that one without a bound is moved at most."""


class Near:
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
        When time is over, as `time.monotonic` tells it.
    """

    def __init__(self, asked: Requirements, cost: Array, seed: int, until: float) -> None:
        self.asked, self.cost, self.until = asked, cost, until
        self.rng = np.random.default_rng(seed)
        self.near = Neighborhoods(asked.A)
        self.may = np.isfinite(cost)
        ends = np.concatenate([asked.up_room, asked.down_room, asked.up, asked.down, asked.width])
        endless = FAR * (float(ends[np.isfinite(ends)].max(initial=0.0)) or 1.0)
        self.up_room, self.down_room = np.minimum(asked.up_room, endless), np.minimum(asked.down_room, endless)
        nearer, further = np.minimum(self.up_room, self.down_room), np.maximum(self.up_room, self.down_room)
        self.room = np.where(nearer > 0, nearer, np.where(further > 0, further, endless))

    def settle(self, ledger: Ledger) -> None:
        """Withhold cells until all requirements are settled, or time is over."""
        last_few = 0 if len(self.cost) <= AGAIN else LAST
        left = self._settle_free(ledger)
        prices = self.cost[self.may & ~ledger.withheld]
        if left and len(prices):
            most, last = float(np.median(prices)), DEAREST * float(prices.max())
            size, widest = (CELLS, CELLS) if len(self.cost) <= AGAIN else (FIRST, WIDEST)
            before = left
            while left > last_few and (most < last or left < before) and not self.over():
                before = left
                self._round(ledger, most, size)
                left = self._settle_free(ledger)
                most, size = min(GROWTH * most, last), min(WIDENED * size, widest)
        self._settle_one_by_one(ledger)

    def over(self) -> bool:
        """Tell whether time is."""
        return monotonic() > self.until

    def _settle_free(self, ledger: Ledger) -> int:
        """Certify what the pattern already protects, and return how many requirements are left."""
        left = ledger.left()
        while left and not self.over():
            before = left
            self._round(ledger, 0.0, FREE)
            left = ledger.left()
            if left > (PROGRESS if len(self.cost) <= AGAIN else SLOWLY) * before:
                break
        return left

    def _round(self, ledger: Ledger, most: float, size: int) -> None:
        """Try each open cell once, those near each other together, at most at a price for each."""
        n = len(self.cost)
        either = self.rng.choice([-1.0, 1.0], n)
        tried = np.zeros(n, bool)
        for cell in np.flatnonzero(np.any(ledger.open(), axis=0)):
            if tried[cell] or self.over():
                continue
            # What costs more than all that a cell is worth helps none.
            may = ledger.withheld | (self.cost <= most) if most else ledger.withheld
            cells, inner = self.near.around(int(cell), may, np.where(ledger.withheld, -1.0, self.cost), size)
            targets = inner[ledger.open_of(inner)]
            tried[targets] = True
            if most and len(targets) > TOGETHER:
                number = max(TOGETHER, int(np.ceil(PART * len(targets))))
                targets = np.sort(self.rng.choice(targets, number, replace=False))
            if len(targets):
                self._moved(ledger, cells, targets, either[targets], most)

    def _settle_one_by_one(self, ledger: Ledger) -> None:
        """Settle the rest, each in a neighborhood that grows until it suffices or holds all there is."""
        most = DEAREST * float(self.cost[self.may].sum()) or 1.0
        for cell in np.flatnonzero(np.any(ledger.open(), axis=0)):
            one, size = np.array([cell]), SINGLE
            while ledger.open_of(one)[0] and not self.over():
                dear = np.where(ledger.withheld, -1.0, self.cost)
                cells, _ = self.near.around(int(cell), self.may | ledger.withheld, dear, size)
                for way in (1.0, -1.0):
                    if ledger.open_of(one)[0]:
                        self._moved(ledger, cells, one, np.array([way]), most)
                if len(cells) < size and ledger.open_of(one)[0] and not self.over():
                    way = 1.0 if ledger.short_of(one)[0][0] else -1.0
                    relation = tightest(self.asked, self.may | ledger.withheld, int(cell), way)
                    raise UnprotectableError(int(cell), relation)
                size *= 4

    def _moved(self, ledger: Ledger, cells: Ids, targets: Ids, either: Array, most: float) -> None:
        """Withhold what moves some cells at the least price, and settle what that does."""
        part, at = self.near.joined(cells), np.searchsorted(cells, targets)
        sign, need = self._wanted(ledger, targets, either)
        base = np.where(ledger.withheld[cells], 0.0, self.cost[cells])
        room = np.minimum(self.room[cells], need.max())
        price = base / room
        reward = np.full(len(targets), most) if most else np.sqrt(need)
        for _ in range(SHARPENED if len(self.cost) <= AGAIN else 1):
            seconds = self.until - monotonic()
            z, least = moves(part, self.up_room[cells], self.down_room[cells], price, at, sign, need, reward, seconds)
            moved = np.abs(z) > least
            if not (moved & (base > 0)).any():
                break
            price = base / (np.abs(z) + EVEN * room)
        ledger.withheld[cells[moved]] = True
        ledger.credit_some(part[:, np.flatnonzero(moved)], cells[moved], z[moved])

    def _wanted(self, ledger: Ledger, targets: Ids, either: Array) -> tuple[Array, Array]:
        """Return in which direction and how far cells are to move; where either will do, as is said."""
        asked = self.asked
        up, down = ledger.short_of(targets)
        either = np.where(self.down_room[targets] > 0, np.where(self.up_room[targets] > 0, either, -1.0), 1.0)
        sign = np.where(up == down, either, np.where(up, 1.0, -1.0))
        wide = np.maximum(asked.width[targets], WIDER * self.room[targets])
        need = np.where(up | down, np.where(sign > 0, asked.up[targets], asked.down[targets]), wide)
        return sign, need


def too_large(asked: Requirements) -> bool:
    """Tell whether a system is not to be solved whole."""
    n = len(asked.primary)
    return n > MANY or (n > FEW and asked.A.nnz > CROSSED * n)


def near(asked: Requirements, cost: Array, seed: int, until: float) -> Ledger:
    """Return a pattern of a large system that protects all that is asked, or what time allows.

    Parameters
    ----------
    asked, cost, seed, until
        As of `industria.kernels.suppression_rounds.protected`.

    Raises
    ------
    UnprotectableError
        If all that may be withheld does not protect a cell.
    """
    ledger = Ledger.empty(asked, peeled(asked.A, asked.primary | (cost == 0), cost))
    Near(asked, cost, seed, until).settle(ledger)
    if ledger.left():
        never_exact(ledger, cost, seed)
    elif len(cost) <= AGAIN:
        return _fewer(ledger, cost, seed, until)
    return ledger


def never_exact(ledger: Ledger, cost: Array, seed: int) -> None:
    """Withhold cells until no sensitive one is exact, which takes the time it takes: a level that is left open is told.

    Parameters
    ----------
    ledger : Ledger
        What was reached when time was over.
    cost, seed
        As of `near`.

    Raises
    ------
    UnprotectableError
        If all that may be withheld leaves a cell exact.
    """
    asked = ledger.asked
    nothing, narrow = np.zeros(len(cost)), np.where(asked.primary, NARROW / MET * asked.missed, 0.0)
    inexact = asked._replace(up=nothing, down=nothing, width=narrow)
    Near(inexact, cost, seed, np.inf).settle(replace(ledger, asked=inexact))


def _fewer(ledger: Ledger, cost: Array, seed: int, until: float) -> Ledger:
    """Seek a pattern again among the cells of one: much of what was withheld early is needless by what came later."""
    asked = ledger.asked
    fewer = Ledger.empty(asked, asked.primary | (cost == 0))
    try:
        Near(asked, np.where(ledger.withheld, cost, np.inf), seed, until).settle(fewer)
    except UnprotectableError:
        # What the first search stretched far beyond the last bound, programs do not reach alone.
        return ledger
    return ledger if fewer.left() else fewer
