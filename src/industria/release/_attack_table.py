"""The attack on a published table, with whatever else of the same cells was published or is supposed to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from industria.core.result import Result
from industria.core.table import Table, TableLike, as_table
from industria.errors import ExcludedParameterError, NotAdditiveError
from industria.release._insiders import known_to_insiders
from industria.release._published import beside, published_values
from industria.release._supposed import Supposed, nearest_cell
from industria.release._system import system
from industria.release._trees import dimensions
from industria.release._unknowns import bounds_of, intervals, is_exact, rows_of, unknowns

__all__ = ["Attack", "attack_table"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Attack(Result):
    """Intervals of withheld cells.

    Attributes
    ----------
    table : Table
        One row a withheld cell: the columns of `by`, `low`, `high` (null where nothing bounds it above or below),
        `exact` and `method`: "tree" where sums were handed on from cell to cell, "linear program" elsewhere.
    n_cells, n_attacked, n_exact : int
        Cells of the table, those withheld, and those whose value an outsider knows.
    insiders : Table or None
        With insiders, one row for each of them and each further withheld cell of which they know more than an
        outsider: `insider`, the columns of `by`, `low`, `high` and `exact`.
    n_exact_to_insiders : int or None
        Rows of it that are exact.
    """

    n_cells: int
    n_attacked: int
    n_exact: int
    insiders: Table | None = None
    n_exact_to_insiders: int | None = None


def attack_table(
    target: TableLike,
    hierarchies: TableLike | None = None,
    *,
    names: Sequence[str],
    value: str,
    lower: float | None,
    upper: float | None,
    digits: int | None,
    counts: bool,
    insiders: TableLike | None,
    total: str,
    earlier: Sequence[TableLike] = (),
    suppose: Mapping[str, float | None] | None = None,
    called: str = "target",
) -> Attack:
    """Attack a published table; `called` is what messages call it.

    Raises
    ------
    NotAdditiveError
        If a published total is not the sum of its parts, or no values of the withheld cells fit.
    """
    lowest, highest = bounds_of(lower, upper)
    labels, x = published_values(target, called, names, value)
    for at, other in enumerate(earlier):
        labels, x = beside(labels, x, other, f"earlier table {at + 1}", names, value, total)
    _suppose(labels, x, names, total, suppose or {}, called)
    found = system(dimensions(dict(zip(names, labels, strict=True)), hierarchies, total, called), labels, called)
    unknown = unknowns(found, x, lowest, highest, digits=digits, counts=counts, table=called)
    told = intervals(found, unknown)
    exact = is_exact(told)
    known = None if insiders is None else known_to_insiders(insiders, found, unknown, told, names, value)
    return Attack(
        table=as_table(rows_of(found, names, unknown, told, unknown.asked), "attack"),
        n_cells=len(x),
        n_attacked=int(unknown.asked.sum()),
        n_exact=int(exact[unknown.asked].sum()),
        insiders=None if known is None else as_table(known, "insiders"),
        n_exact_to_insiders=None if known is None else int(pc.sum(known["exact"], min_count=0).as_py()),
    )


def _suppose(
    labels: Sequence[Sequence[str]],
    x: Array,
    names: Sequence[str],
    total: str,
    suppose: Mapping[str, float | None],
    table: str,
) -> None:
    """Put supposed values in the place of withheld ones."""
    at = {cell: i for i, cell in enumerate(zip(*labels, strict=True))}
    for words, value in suppose.items():
        told = Supposed.parse(words, value)
        cell = told.cell(names, total)
        if cell not in at:
            raise NotAdditiveError(table, words, f"is no cell.{nearest_cell(cell, at)}")
        if not np.isnan(x[at[cell]]):
            raise NotAdditiveError(table, words, "is published already; suppose a withheld cell.")
        if told.value is None:
            advice = f'write a value, as in "{words}=10"; a table does not tell what it withholds'
            raise ExcludedParameterError("a supposed cell without value", "the attack on a table", advice)
        x[at[cell]] = told.value
