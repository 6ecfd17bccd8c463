"""Which requirements of withheld cells are settled, and by which tables that nobody can exclude."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.kernels.suppression_components import unconnected

__all__ = ["MET", "NARROW", "Ledger", "Requirements", "Witness", "tightest"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

NARROW: Final = 1e-5
"""Width, beside a value of 1 or more, that a sensitive cell has at least: ten times what an attack calls exact."""
MET: Final = 1e-7
"""Part of a value, or of 1, by which a level may be missed."""
TRUSTED: Final = 1e4
"""Times that a cell must move as far as the sums of a witness miss being kept."""
ENDLESS: Final = 1e3
"""Times that a witness is stretched where nothing bounds it."""


class Requirements(NamedTuple):
    """What must not be excluded: z with A z = 0, -down_room ≤ z ≤ up_room, and z far enough in primary cells.

    Attributes
    ----------
    A : csr_array, shape (m, n)
        Relations.
    up_room, down_room : array, shape (n,)
        Distances of each value to what everybody knows to be its bounds.
    primary : array of bool, shape (n,)
        Sensitive cells.
    up, down, width : array, shape (n,)
        How far they must be able to move up, down, and from the least to the largest value; 0 elsewhere.
    missed : array, shape (n,)
        By how much a level may be missed.
    """

    A: csr_array
    up_room: Array
    down_room: Array
    primary: Truth
    up: Array
    down: Array
    width: Array
    missed: Array

    def part(self, rows: Ids, columns: Ids) -> Requirements:
        """Return what is asked of some cells, joined by some relations."""
        A = csr_array(self.A[rows][:, columns])
        up_room, down_room, up, down, width, missed = (
            one[columns] for one in (self.up_room, self.down_room, self.up, self.down, self.width, self.missed)
        )
        return Requirements(A, up_room, down_room, self.primary[columns], up, down, width, missed)


class Witness(NamedTuple):
    """Moves of some cells that keep all sums: `up` and `down` are how far each gets by it and by its opposite."""

    cells: Ids
    up: Array
    down: Array


@dataclass(slots=True)
class Ledger:
    """What has been reached.

    Attributes
    ----------
    asked : Requirements
        Of one component.
    withheld : array of bool, shape (n,)
        The pattern.
    up, down : array, shape (n,)
        How far witnesses move each cell.
    witnesses : list of Witness
        Those that moved a sensitive cell further than any before.
    """

    asked: Requirements
    withheld: Truth
    up: Array
    down: Array
    witnesses: list[Witness]

    @classmethod
    def empty(cls, asked: Requirements, withheld: Truth) -> Ledger:
        """Begin with a pattern and no witness."""
        return cls(asked, withheld.copy(), np.zeros(len(withheld)), np.zeros(len(withheld)), [])

    def open(self) -> tuple[Truth, Truth, Truth]:
        """Return which cells must be moved further up, which further down, and which are too narrow all the same."""
        asked = self.asked
        up = asked.primary & (self.up < asked.up - asked.missed)
        down = asked.primary & (self.down < asked.down - asked.missed)
        narrow = asked.primary & (self.up + self.down < asked.width - asked.missed)
        return up, down, narrow & ~up & ~down

    def short_of(self, cells: Ids) -> tuple[Truth, Truth]:
        """Tell which of some sensitive cells must be moved further up, and which further down."""
        asked = self.asked
        up = self.up[cells] < asked.up[cells] - asked.missed[cells]
        down = self.down[cells] < asked.down[cells] - asked.missed[cells]
        return asked.primary[cells] & up, asked.primary[cells] & down

    def open_of(self, cells: Ids) -> Truth:
        """Tell which of some cells have a requirement that is not settled."""
        asked = self.asked
        up, down = self.short_of(cells)
        reached = self.up[cells] + self.down[cells]
        found: Truth = up | down | (asked.primary[cells] & (reached < asked.width[cells] - asked.missed[cells]))
        return found

    def left(self) -> int:
        """Return how many requirements are not settled."""
        return int(sum(one.sum() for one in self.open()))

    def credit(self, z: Array, least: float) -> None:
        """Settle all that z moves, each of its unconnected parts stretched as far as bounds allow, both ways."""
        cells = np.flatnonzero(np.abs(z) > least)
        self.credit_some(csr_array(self.asked.A[:, cells]), cells, z[cells])

    def credit_some(self, part: csr_array, cells: Ids, moves: Array) -> None:
        """Settle all that moves of some cells do, where `part` are the relations of these."""
        if not len(cells):
            return
        asked = self.asked
        number, label = unconnected(part)
        off = np.zeros(number)
        gaps, entries = np.abs(part @ moves), part.tocoo()
        np.maximum.at(off, label[entries.coords[1]], gaps[entries.coords[0]])
        trusted = np.abs(moves) > TRUSTED * off[label]
        reached = []
        for v in (moves, -moves):
            room = np.where(v > 0, asked.up_room[cells], asked.down_room[cells])
            stretch = np.full(number, np.inf)
            np.minimum.at(stretch, label, room / np.abs(v))
            reached.append(v * np.minimum(stretch, ENDLESS)[label])
        forth, back = reached
        up, down = (np.where(trusted, np.maximum(one, other), 0.0) for one, other in ((forth, back), (-forth, -back)))
        primary = asked.primary[cells]
        further = np.zeros(number, bool)
        np.logical_or.at(further, label, primary & ((up > self.up[cells]) | (down > self.down[cells])))
        order = np.argsort(label, kind="stable")
        ends = np.cumsum(np.bincount(label, minlength=number))
        for one in np.flatnonzero(further):
            which = order[ends[one - 1] if one else 0 : ends[one]]
            self.take(Witness(cells[which], up[which], down[which]))

    def take(self, witness: Witness) -> None:
        """Enter a witness."""
        cells = witness.cells
        self.up[cells] = np.maximum(self.up[cells], witness.up)
        self.down[cells] = np.maximum(self.down[cells], witness.down)
        self.witnesses.append(witness)

    def without(self, dropped: Truth) -> Ledger:
        """Return the ledger of a smaller pattern, with the witnesses that are left."""
        smaller = Ledger.empty(self.asked, self.withheld & ~dropped)
        for witness in self.witnesses:
            if not dropped[witness.cells].any():
                smaller.take(witness)
        return smaller


def tightest(asked: Requirements, may: Truth, cell: int, sign: float) -> int:
    """Return the relation of a cell whose other cells, of those that may move, can take up least of its move."""
    taken = []
    relations = np.flatnonzero(asked.A.tocsc()[:, [cell]].toarray().ravel())
    for relation in relations:
        row = asked.A[[int(relation)]].tocoo()
        others = row.coords[1] != cell
        a = row.data[others] * float(np.sign(row.data[~others][0])) * sign
        j = row.coords[1][others]
        room = np.where(may[j], np.where(a < 0, asked.up_room[j], asked.down_room[j]), 0.0)
        taken.append((np.abs(a) * room).sum())
    return int(relations[int(np.argmin(taken))]) if len(taken) else -1
