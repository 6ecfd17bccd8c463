"""All cells of one variable, from all the tables in which they stand, in one system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.release._behind import Behind
from industria.release._carried import carried_up
from industria.release._framed import Frame, framed
from industria.release._given import Given
from industria.release._names import Names, in_one_list
from industria.release._system import System
from industria.release._variables import with_one_name

__all__ = ["Block", "block", "block_of", "blocks", "of_one_block"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

SAME: Final = 1e-9
"""Part of a sum by which it may differ from the sum of its parts in the last bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Cells of one variable, population and period.

    Attributes
    ----------
    variable, unit, population, period : str
        Of the cells.
    counts, has_weights : bool
        Whether each unit counts for one, and whether there are sampling weights.
    root : str
        The code of margins in all dimensions.
    system : System
        The cells and their relations.
    A : csr_array, shape (n_relations, n_cells)
        The relations that hold.
    n_broken : int
        Relations left out since the cells do not keep them.
    places : dict of (step, column) to array of int, shape (n_rows,)
        Cell of each row of a table, -1 where it shows none.
    rows : array of int, shape (n_cells,)
        Rows of the tables in which a cell stands; 0 for a sum that no table shows.
    x : array, shape (n_cells,)
        Values.
    behind : Behind
        Who stands behind each cell.
    units, owners : Names
        Of units and of owners.
    beside, apart : bool
        Whether its numbers stand beside estimates or averages: one unit may be in several that no sum joins; and
        whether differences of these are held to the rules.
    """

    variable: str
    unit: str
    population: str
    period: str
    counts: bool
    has_weights: bool
    root: str
    system: System
    A: csr_array
    n_broken: int
    places: dict[tuple[str, str], Ids]
    rows: Ids
    x: Array
    behind: Behind
    units: Names
    owners: Names
    beside: bool = False
    apart: bool = True

    def key(self, cell: int) -> dict[str, str]:
        """Return the codes of a cell, margins left out."""
        pairs = zip(self.system.dimensions, self.system.codes[cell], strict=True)
        return {one.name: one.codes[code] for one, code in pairs if one.codes[code] != self.root}

    def named(self, cell: int) -> str:
        """Name a cell in words."""
        told = ", ".join(f"{name} = {code!r}" for name, code in self.key(cell).items())
        return f"{self.variable} of {told or 'all'}"


def blocks(givens: Sequence[Given]) -> list[Block]:
    """Put together what is of one variable, unit, population and period, as `of_one_block` does."""
    return [block(of) for of in of_one_block(givens)]


def of_one_block(givens: Sequence[Given]) -> list[list[Given]]:
    """List what is of one variable, unit, population and period; units of one name have one number in all of it.

    A column without contributors does not tell its population; it is put beside the tables of its
    variable that have the same total. Of tables of the same cells the strictest tells first who stands behind them.
    """
    told: dict[tuple[object, ...], list[Given]] = {}
    for one in sorted(with_one_name(_in_one_list(givens)), key=_strictest_first):
        key: tuple[object, ...] = (one.counts, one.variable, one.unit, one.population, one.period)
        if not one.has_contributors and not one.population:
            alike = (k for k, of in told.items() if k[:2] == key[:2] and np.isclose(of[0].sum, one.sum, SAME, 0.0))
            key = next(alike, (*key[:3], f"total {one.sum!r}", key[4]))
        told.setdefault(key, []).append(one)
    return list(told.values())


def _in_one_list(givens: Sequence[Given]) -> list[Given]:
    """Give units, and owners, of one name the same number in all columns."""
    units, of_units = in_one_list([one.who.names for one in givens])
    owners, of_owners = in_one_list([one.owner.names for one in givens])
    return [
        replace(one, who=one.who.moved(units, unit), owner=one.owner.moved(owners, owner))
        for one, unit, owner in zip(givens, of_units, of_owners, strict=True)
    ]


def _strictest_first(one: Given) -> tuple[bool, ...]:
    """Put those first that tell holdings, waive nothing and ask for protection."""
    return not one.has_contributors, not one.has_holdings, bool(one.waived.any()), not one.requested.any()


def block(givens: Sequence[Given], *, alone: bool = True) -> Block:
    """Put columns of one variable, unit, population and period into one system; there may be others beside it."""
    frame = framed(givens, alone=alone)
    found, n = frame.system, len(frame.rows)
    units, of_units = in_one_list([one.who.names for one in givens])
    owners, of_owners = in_one_list([one.owner.names for one in givens])
    behind = carried_up(givens, found, frame.names, frame.root, of_units, of_owners, frame.places)
    x = np.asarray(np.bincount(behind.cell, behind.weighted, n), float)
    return block_of(givens, frame, x, behind, units, owners)


def block_of(givens: Sequence[Given], frame: Frame, x: Array, behind: Behind, units: Names, owners: Names) -> Block:
    """Put values, and who stands behind them, to the cells of tables; sums that do not hold are left out."""
    found = frame.system
    gap = np.abs(found.A @ x)
    holds = gap == 0
    if not holds.all():
        holds |= gap <= SAME * np.maximum(1.0, abs(found.A) @ np.abs(x))
    first = givens[0]
    return Block(
        variable=first.variable,
        unit=first.unit,
        population=first.population,
        period=first.period,
        counts=first.counts,
        has_weights=any(one.has_weights for one in givens),
        root=frame.root,
        system=found,
        A=found.A if holds.all() else csr_array(found.A[np.flatnonzero(holds)]),
        n_broken=int((~holds).sum()),
        places=frame.places,
        rows=frame.rows,
        x=x,
        behind=behind,
        units=units,
        owners=owners,
        beside=any(one.beside for one in givens),
        apart=all(one.apart for one in givens),
    )
