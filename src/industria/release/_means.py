"""Means by cell, as cells: the sums of their units, of the sizes of these, and of both sides of a gap."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.release._averages import N_OF, WEIGHT_OF
from industria.release._fits import USED
from industria.release._given import COUNT, Given, Labels
from industria.release._given_beside import different, given_beside, labels_of, named_in, numbers, owned, texts
from industria.release._leaving import Leaving

__all__ = ["FRONTIER", "GROUP", "INFLUENCE", "MEAN", "SIDE", "WEIGHTED", "influence", "means", "tells_means"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]

MEAN, WEIGHTED, GROUP, FRONTIER = "mean", "weighted_mean", "group_mean", "frontier_mean"
"""Columns of means, by which a measure is known, and what their sums are called among cells."""
SIDE: Final = "frontier"
"""The code of those at the frontier, and the dimension that tells them from others where groups are a column."""
AT: Final = "used_frontier"
INFLUENCE: Final = "influence"


@dataclass(frozen=True, slots=True, eq=False)
class _Means:
    """Who stands behind means by cell: a row a unit and cell.

    Attributes
    ----------
    by : tuple of str
        The columns of the cells.
    codes : list of list of str
        By column, the code of each row.
    unit : list of str
        Who.
    x, weight, size : array, shape (m,)
        The value, how many units it stands for, and what its share is of; ones where nothing is told.
    leads : array of bool, shape (m,)
        Whether it is at the frontier.
    """

    by: tuple[str, ...]
    codes: list[list[str]]
    unit: list[str]
    x: Array
    weight: Array
    size: Array
    leads: npt.NDArray[np.bool_]


def tells_means(step: Leaving) -> bool:
    """Tell whether a step lists the units behind means by cell; averages by column list theirs by `column`."""
    names = step.tables[USED].column_names if USED in step.tables else []
    shown = step.table.column_names
    return "used_value" in names and "column" not in names and (MEAN in shown or GROUP in shown)


def _means_of(step: Leaving) -> _Means:
    """Read who stands behind means."""
    rows = step.tables[USED]
    by = tuple(rows.column_names[: rows.column_names.index("used_unit")])
    n = rows.num_rows

    def column(name: str) -> Array:
        return numbers(rows[name]) if name in rows.column_names else np.ones(n)

    return _Means(
        by=by,
        codes=[texts(rows[name]) for name in by],
        unit=texts(rows["used_unit"]),
        x=column("used_value"),
        weight=column("used_weight"),
        size=column("used_size"),
        leads=numbers(rows[AT].cast(pa.int64())) > 0 if AT in rows.column_names else np.zeros(n, bool),
    )


def means(step: Leaving, *, amounts: bool, sizes: bool) -> list[Given]:
    """Read the numbers of units behind means and, where amounts may be cells, the sums that they tell.

    A mean with shares tells the sum of value times size, once that of sizes is known; both are cells. A gap tells the
    sums of both of its sides. Logs are added up as they are: a gap of means is a difference of two such sums.

    Parameters
    ----------
    step : Leaving
        As `tells_means` tells it.
    amounts, sizes : bool
        Whether a policy says who may have how much of an amount, and whether weights may be amounts, too.
    """
    told = _means_of(step)
    facts = step.facts
    value = f"log {facts['value']}" if facts.get("logs") is False else str(facts["value"])
    found = []
    for name, by, codes, at in _sides(step, told):
        of = _Side(step, name, by, codes, at, told)
        found.append(of.counted())
        if amounts:
            found.append(of.added_up(name, value, told.x))
            found += [of.added_up(f"{WEIGHT_OF}{name}", str(facts["weights"]), None)] if sizes and of.weighs else []
    if amounts and WEIGHTED in step.table.column_names:
        size, every = str(facts["weight"]), _Side(step, WEIGHTED, told.by, told.codes, np.arange(len(told.x)), told)
        found.append(every.added_up(WEIGHTED, f"{size} times {value}", told.size * told.x))
        found.append(every.added_up(f"{WEIGHT_OF}{WEIGHTED}", size, told.size))
    return found


def influence(step: Leaving) -> list[Given]:
    """Tell what each unit moves the covariance of shares by: the interval of it is made of the squares of these."""
    if WEIGHTED not in step.table.column_names:
        return []
    told = _means_of(step)
    cell = (
        np.unique(np.stack([labels_of(of).ids for of in told.codes]), axis=1, return_inverse=True)[1] if told.by else 0
    )
    cell = np.broadcast_to(cell, len(told.x)).astype(np.int64)

    def moved(by: Array) -> Array:
        total = np.bincount(cell, by)
        share = np.divide(by, total[cell], out=np.zeros(len(by)), where=total[cell] > 0)
        return np.asarray(share * (told.x - np.bincount(cell, share * told.x)[cell]))

    of = _Side(step, WEIGHTED, told.by, told.codes, np.arange(len(told.x)), told)
    return [of.added_up(INFLUENCE, INFLUENCE, moved(told.weight * told.size) - moved(told.weight), plain=True)]


def _sides(step: Leaving, told: _Means) -> list[tuple[str, tuple[str, ...], list[list[str]], Ids]]:
    """List name, dimensions, codes and rows of what is averaged: all units of a cell, or both sides of a gap."""
    every, leads = np.arange(len(told.x)), np.flatnonzero(told.leads)
    if GROUP not in step.table.column_names:
        return [(MEAN, told.by, told.codes, every)]
    groups = step.facts.get("groups")
    if groups is None:
        # Who is not at the frontier lags behind: both together are the cell.
        side = [SIDE if at else "laggards" for at in told.leads]
        return [(GROUP, (*told.by, "group"), [*told.codes, side], every)]
    cells = [name for name in told.by if name != groups]
    codes = [of for name, of in zip(told.by, told.codes, strict=True) if name != groups]
    alone = [*codes, [SIDE] * len(told.x)]
    return [(GROUP, told.by, told.codes, every), (FRONTIER, (*cells, SIDE), alone, leads)]


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    """Units whose mean is told."""

    step: Leaving
    name: str
    by: tuple[str, ...]
    codes: list[list[str]]
    at: Ids
    told: _Means

    @property
    def weighs(self) -> bool:
        return bool(self.step.facts.get("weights"))

    def counted(self) -> Given:
        """Count them."""
        rows = sorted(zip(*([of[i] for i in self.at] for of in (*self.codes, self.told.unit)), strict=True))
        population = hashlib.sha256(repr((self.by, rows)).encode()).hexdigest()[:32]
        return self._given(f"{N_OF}{self.name}", COUNT, np.ones(len(self.at)), None, population)

    def added_up(self, column: str, variable: str, x: Array | None, *, plain: bool = False) -> Given:
        """Add an amount up with weights, or the weights themselves."""
        weight = self.told.weight[self.at]
        population = f"of step {self.step.name}, {column}"
        if x is None or plain:
            return self._given(column, variable, weight if x is None else x[self.at], None, population)
        return self._given(column, variable, x[self.at], x[self.at] * weight if self.weighs else None, population)

    def _given(self, column: str, variable: str, x: Array, weighted: Array | None, population: str) -> Given:
        leaf: tuple[Labels, ...] = tuple(labels_of(of[i] for i in self.at) for of in self.codes)
        who = named_in(self.told.unit[i] for i in self.at)
        return given_beside(
            self.step,
            column,
            variable=variable,
            by=self.by,
            labels=different(leaf),
            leaf=leaf,
            who=who,
            owner=owned(who, {}),
            x=x,
            weighted=weighted,
            population=population,
            has_weights=weighted is not None,
        )
