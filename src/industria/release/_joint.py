"""Blocks of one variable side by side, with the sums and differences that an outsider could make of their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_diag, csr_array, eye_array, hstack, vstack

from industria.release._behind import REST, Behind, Numbers, nobody, together
from industria.release._costs import is_sum
from industria.release._names import Names, in_one_list
from industria.release._together import Block

__all__ = ["Joint", "Made", "joined", "renumbered"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

LETTERS: Final = 12
"""Of the digest of a release that a person reads."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A number that no table shows, but that an outsider could make: a sum or a difference of cells.

    Attributes
    ----------
    cells : array of int
        Of the joint system.
    signs : array
        1 for what is added, -1 for what is taken off.
    behind : Behind
        Who stands behind it.
    name : str
        In words.
    """

    cells: Ids
    signs: Array
    behind: Behind
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """Cells of one variable over all its populations and periods.

    Attributes
    ----------
    blocks : list of Block
        In order; who stands behind their cells is told in `behind` alone.
    start : array of int, shape (n_blocks + 1,)
        First cell of each block; sums and differences come after the last.
    made : list of str
        Names of sums and differences.
    A : csr_array, shape (n_relations, n_cells)
        A x = 0.
    x : array, shape (n_cells,)
        Values.
    rows : array of int, shape (n_cells,)
        Rows of tables in which a cell stands.
    behind : Behind
        Who stands behind each cell.
    fixed, gone : array of bool, shape (n_cells,)
        What was published before, so that it cannot be withheld, and what was withheld before and stays so.
    units, owners : Names
        Of units and of owners.
    known : array, shape (2, n_cells_of_blocks), or None
        Between which values everybody knows a cell to lie, by numbers that left in another shape before.
    """

    blocks: list[Block]
    start: Ids
    made: list[str]
    A: csr_array
    x: Array
    rows: Ids
    behind: Behind
    fixed: Truth
    gone: Truth
    units: Names
    owners: Names
    known: Array | None = None

    @property
    def counts(self) -> bool:
        """Whether each unit counts for one."""
        return self.blocks[0].counts

    @property
    def has_weights(self) -> bool:
        """Whether there are sampling weights."""
        return any(one.has_weights for one in self.blocks)

    def named(self, cell: int) -> str:
        """Name a cell in words."""
        if cell >= self.start[-1]:
            return self.made[cell - int(self.start[-1])]
        at = int(np.searchsorted(self.start, cell, "right")) - 1
        words = self.blocks[at].named(cell - int(self.start[at]))
        return words if len(self.blocks) == 1 else f"{words} in {_place(self.blocks[at])}"

    def codes(self, cell: int) -> frozenset[tuple[str, str]]:
        """Return the codes of a cell of a block, margins left out."""
        at = int(np.searchsorted(self.start, cell, "right")) - 1
        return frozenset(self.blocks[at].key(cell - int(self.start[at])).items())

    def margins(self) -> Truth:
        """Tell which cells are sums of others of their tables, or were made as one."""
        found = np.ones(len(self.x), bool)
        for at, one in enumerate(self.blocks):
            found[self.start[at] : self.start[at + 1]] = is_sum(one.system)
        return found

    def with_made(self, made: Sequence[Made]) -> Joint:
        """Add sums and differences, each with the relation that makes it."""
        if not made:
            return self
        n, k = len(self.x), len(made)
        row = np.repeat(np.arange(k), [len(one.cells) for one in made])
        cells, signs = np.concatenate([one.cells for one in made]), np.concatenate([one.signs for one in made])
        parts = csr_array((-signs, (row, cells)), shape=(k, n))
        wide = hstack([self.A, csr_array((self.A.shape[0], k))])
        behind = [
            one.behind.rows(np.arange(len(one.behind.cell)), _all(n + i, one.behind)) for i, one in enumerate(made)
        ]
        nothing = np.zeros(k, bool)
        return replace(
            self,
            made=[*self.made, *(one.name for one in made)],
            A=csr_array(vstack([wide, hstack([parts, eye_array(k, format="csr")])])),
            x=np.concatenate([self.x, np.asarray(-(parts @ self.x), float)]),
            rows=np.concatenate([self.rows, np.zeros(k, np.int64)]),
            behind=together(self.behind, *behind),
            fixed=np.concatenate([self.fixed, nothing]),
            gone=np.concatenate([self.gone, nothing]),
        )

    def with_equal(self, whole: Ids, parts: Sequence[Ids]) -> Joint:
        """Add a relation for each cell that has exactly the units of some others together."""
        if not len(whole):
            return self
        k = len(whole)
        row = np.concatenate([np.arange(k), np.repeat(np.arange(k), [len(of) for of in parts])])
        cells = np.concatenate([whole, *parts])
        signs = np.concatenate([np.ones(k), -np.ones(len(cells) - k)])
        more = csr_array((signs, (row, cells)), shape=(k, len(self.x)))
        return replace(self, A=csr_array(vstack([self.A, more])))


def joined(blocks: Sequence[Block]) -> Joint:
    """Set blocks of one variable side by side; units and owners of one name are the same."""
    units, of_units = in_one_list([one.units for one in blocks])
    owners, of_owners = in_one_list([one.owners for one in blocks])
    start = np.concatenate([[0], np.cumsum([len(one.x) for one in blocks])]).astype(np.int64)
    parts = [
        renumbered(one.behind, of_units[at], of_owners[at], one.behind.cell + start[at] if at else one.behind.cell)
        for at, one in enumerate(blocks)
    ]
    x = np.concatenate([one.x for one in blocks])
    nothing = np.zeros(len(x), bool)
    return Joint(
        # Everybody is told once: of all cells together.
        blocks=[replace(one, behind=nobody()) for one in blocks],
        start=start,
        made=[],
        A=blocks[0].A if len(blocks) == 1 else csr_array(block_diag([one.A for one in blocks], format="csr")),
        x=x,
        rows=np.concatenate([one.rows for one in blocks]),
        behind=together(*parts),
        fixed=nothing,
        gone=nothing,
        units=units,
        owners=owners,
    )


def renumbered(behind: Behind, units: Numbers | None, owners: Numbers | None, cell: Ids) -> Behind:
    """Give units and owners the numbers that they have in another list, None for the same; and cells theirs."""
    unit, owner = (
        of if places is None else np.where(of == REST, of, places[np.maximum(of, 0)])
        for of, places in ((behind.unit, units), (behind.owner, owners))
    )
    return replace(behind, cell=cell, unit=unit, owner=owner)


def _place(block: Block) -> str:
    """Name a table of a block, with the release that it left in before."""
    step, _, release = next(iter(block.places))[0].partition(" of ")
    return f"{step!r} of release {release[:LETTERS]}" if release else repr(step)


def _all(cell: int, behind: Behind) -> Ids:
    return np.full(len(behind.cell), cell, np.int64)
