"""All cells of one variable, from all the tables in which they stand, in one system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from industria.release._averages import COUNTED, MISSING
from industria.release._behind import Behind
from industria.release._carried import carried_up
from industria.release._given import Given
from industria.release._given_beside import NUMBER
from industria.release._names import Names, in_one_list
from industria.release._system import System, system
from industria.release._trees import dimensions
from industria.release._variables import with_one_name

__all__ = ["Block", "block", "blocks", "of_one_block"]

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
    # In order, so that the order of steps is nothing to what is withheld.
    names = sorted({name for one in givens for name in one.by}) or ["all"]
    root = _root(givens)
    labels, places, rows = _cells(givens, names, root)
    dims = dimensions(dict(zip(names, labels, strict=True)), _hierarchies(givens, names, root), root, "the tables")
    # What nobody sums up of a table may stand elsewhere as the sum.
    found = system(dims, labels, "the tables", every_sum=not alone and all(_adds_up(one) for one in givens))
    places = {key: np.where(place >= 0, found.place[place], -1) for key, place in places.items()}
    n = len(found.codes)
    times = np.zeros(n, np.int64)
    times[found.place] = rows
    units, of_units = in_one_list([one.who.names for one in givens])
    owners, of_owners = in_one_list([one.owner.names for one in givens])
    behind = carried_up(givens, found, names, root, of_units, of_owners, places)
    x = np.asarray(np.bincount(behind.cell, behind.weighted, n), float)
    holds = np.abs(found.A @ x) <= SAME * np.maximum(1.0, abs(found.A) @ np.abs(x))
    first = givens[0]
    return Block(
        variable=first.variable,
        unit=first.unit,
        population=first.population,
        period=first.period,
        counts=first.counts,
        has_weights=any(one.has_weights for one in givens),
        root=root,
        system=found,
        A=csr_array(found.A[np.flatnonzero(holds)]),
        n_broken=int((~holds).sum()),
        places=places,
        rows=times,
        x=x,
        behind=behind,
        units=units,
        owners=owners,
        beside=any(one.beside for one in givens),
        apart=all(one.apart for one in givens),
    )


def _adds_up(one: Given) -> bool:
    """Tell whether cells are parts of a whole: numbers beside an estimate overlap, but for rows used and left out."""
    kinds = {word for label in one.labels for word in label.words}
    return not one.beside or one.by != (NUMBER,) or kinds <= {COUNTED, MISSING}


def _root(givens: Sequence[Given]) -> str:
    """Choose a code for margins that is no code of a cell."""
    root = next((one.total for one in givens if one.total is not None), "Total")
    others = {word for one in givens for label in one.leaf for word in label.words}
    while root in others:
        root += "*"
    return root


def _cells(
    givens: Sequence[Given], names: Sequence[str], root: str
) -> tuple[list[list[str]], dict[tuple[str, str], Ids], Ids]:
    """List each cell once, with the place of every row, and in how many rows it stands."""
    number: dict[tuple[str, ...], int] = {}
    places: dict[tuple[str, str], Ids] = {}
    for one in givens:
        columns = {name: label.text() for name, label in zip(one.by, one.labels, strict=True)}
        n = len(one.shown)
        codes = [[root if code == one.total else code for code in columns.get(name, [root] * n)] for name in names]
        place = np.full(n, -1, np.int64)
        for i, cell in enumerate(zip(*codes, strict=True)):
            if one.shown[i]:
                place[i] = number.setdefault(cell, len(number))
        places[one.step, one.column] = place
    for one in givens:
        for cell in _beyond(one, names, root):
            number.setdefault(cell, len(number))
    whole = [number.setdefault((root,) * len(names), len(number))] if any(one.is_share for one in givens) else []
    rows = np.zeros(len(number), np.int64)
    # Shares show the whole that they are of, though no row is it.
    rows[whole] = 1
    for one in givens:
        place = places[one.step, one.column]
        np.add.at(rows, place[place >= 0], one.times)
    return [list(of) for of in zip(*number, strict=True)] or [[] for _ in names], places, rows


def _beyond(one: Given, names: Sequence[str], root: str) -> list[tuple[str, ...]]:
    """List the cells of contributors whose codes the table never shows, as what lies beyond the bins of a histogram."""
    strange = np.zeros(len(one.x), bool)
    for leaf, label in zip(one.leaf, one.labels, strict=True):
        told = set(label.words)
        strange |= np.array([word not in told for word in leaf.words], bool)[leaf.ids]
    at = np.flatnonzero(strange)
    codes = {name: [leaf.words[i] for i in leaf.ids[at]] for name, leaf in zip(one.by, one.leaf, strict=True)}
    return sorted(set(zip(*(codes.get(name, [root] * len(at)) for name in names), strict=True)))


def _hierarchies(givens: Sequence[Given], names: Sequence[str], root: str) -> pa.Table:
    """Write each different tree once; codes of tables without margins add up to the total at once."""
    trees: dict[tuple[str, frozenset[tuple[str, str]]], None] = {}
    flat: dict[str, set[str]] = {}
    for one in givens:
        for name, leaf, label in zip(one.by, one.leaf, one.labels, strict=True):
            if name not in one.trees:
                # A bin may be empty, and what is in no bin has codes of its own.
                flat.setdefault(name, set()).update(leaf.words, label.words)
            for pairs in one.trees.get(name, {}).values():
                ended = frozenset((code, root if parent == one.total else parent) for code, parent in pairs)
                trees.setdefault((name, ended))
    for name, words in flat.items():
        trees.setdefault((name, frozenset((word, root) for word in words if word != root)))
    told = [(name, str(i), *pair) for i, (name, pairs) in enumerate(trees) for pair in sorted(pairs)]
    columns = zip(*told, strict=True) if told else [[], [], [], []]
    return pa.table(
        {
            name: pa.array(list(values), pa.string())
            for name, values in zip(("dimension", "hierarchy", "code", "parent"), columns, strict=True)
        }
    )
