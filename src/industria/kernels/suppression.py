"""Which cells to withhold besides sensitive ones, so that sums do not tell these."""

from __future__ import annotations

from time import monotonic
from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.errors import UnprotectableError
from industria.kernels.suppression_components import unconnected
from industria.kernels.suppression_ledger import MET, NARROW, Ledger, Requirements
from industria.kernels.suppression_optimal import optimal
from industria.kernels.suppression_rounds import protected
from industria.kernels.suppression_twins import twins

__all__ = ["Suppression", "suppression"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

SMALL: Final = 300
"""Cells of a component up to which the cheapest pattern is proven unasked."""
PAIRS: Final = 200_000
"""Sensitive cells times cells, likewise."""


class Suppression(NamedTuple):
    """A pattern.

    Attributes
    ----------
    withheld : array of bool, shape (n,)
        Sensitive cells, those not shown anyway, and those withheld besides.
    certified : array of bool, shape (n,)
        Sensitive cells of which a witness is known for each requirement.
    low, high : array, shape (n,)
        Values that witnesses reach: an outsider can exclude none between them. Published cells have their value.
    cost : float
        Of what is withheld besides.
    bound : float
        No pattern costs less.
    method : str
        "optimal" where no cheaper pattern exists, "heuristic" elsewhere.
    exact_only : array of bool, shape (n,)
        Sensitive cells of which, when time was over, it was only certain that they are not exact.
    """

    withheld: Truth
    certified: Truth
    low: Array
    high: Array
    cost: float
    bound: float
    method: str
    exact_only: Truth


def suppression(
    A: csr_array,
    x: Array,
    *,
    primary: Truth,
    up: Array,
    down: Array,
    cost: Array,
    low: Array,
    high: Array,
    width: Array | None = None,
    method: Literal["auto", "optimal", "heuristic"] = "auto",
    time_limit: float = 600.0,
    seed: int = 0,
) -> Suppression:
    """Withhold cells until no sensitive one can be told more closely than is allowed.

    A pattern protects a sensitive cell if there are tables that agree with all that is published, and in
    which the cell is as much larger, and as much smaller, as is asked. Such a table x + z, with A z = 0 and z
    nothing in published cells, is a witness; one for each requirement certifies a pattern. They are found by linear
    programs over many requirements at once, in which cells that are not yet withheld have a price.

    Parameters
    ----------
    A : csr_array, shape (m, n)
        Relations of the cells: A x = 0.
    x : array, shape (n,)
        Values.
    primary : array of bool, shape (n,)
        Sensitive cells. None of them is ever exact, whatever its levels.
    up, down : array, shape (n,)
        How far above and below its value an outsider must find each sensitive cell possible.
    cost : array, shape (n,)
        Of withholding: infinite where a cell must be published, 0 where it is not shown anyway.
    low, high : array, shape (n,)
        Bounds of the values that everybody knows.
    width : array, shape (n,), optional
        Distance between the least and the largest value of each sensitive cell, where either side may give it.
    method : {"auto", "optimal", "heuristic"}
        Whether no cheaper pattern exists must be proven; "auto" does so up to some 300 cells that hang together.
    time_limit : float
        Seconds for all that hangs together and all that does not. Once they are over, no proof and no saving is sought;
        what a large system lacks then is not sought either, but that no sensitive cell is exact is.
    seed : int
        Of the order in which requirements are tried.

    Returns
    -------
    Suppression

    Raises
    ------
    UnprotectableError
        If all that may be withheld does not protect a sensitive cell.
    """
    group, asked = _asked(csr_array(A), x, primary, up, down, width, low, high)
    B, sensitive = asked.A, asked.primary
    k = len(sensitive)
    # What equals a sensitive cell is withheld with it, whatever it costs.
    lost = sensitive[group] & ~primary & (cost > 0)
    if np.isinf(cost[lost]).any():
        kept = int(np.flatnonzero(lost & np.isinf(cost))[0])
        cell = int(np.flatnonzero(primary & (group == group[kept]))[0])
        raise UnprotectableError(cell, int(np.flatnonzero(A.tocsc()[:, [cell]].toarray().ravel())[0]))
    price = np.bincount(group, cost, k).astype(float)
    withheld, certified = sensitive | (price == 0), np.zeros(k, bool)
    up_to, down_to = np.zeros(k), np.zeros(k)
    spent = bound = float(cost[lost].sum())
    proven = True
    until = monotonic() + time_limit
    for rows, columns in _components(B, np.isfinite(price) | sensitive, sensitive):
        part = asked.part(rows, columns)
        try:
            ledger, least = _solved(part, price[columns], method, until, seed)
        except UnprotectableError as error:
            relation = int(rows[error.relation]) if error.relation >= 0 else -1
            cell = int(np.flatnonzero(primary & (group == columns[error.cell]))[0])
            raise UnprotectableError(cell, relation) from None
        extra = float(price[columns][ledger.withheld & ~part.primary].sum())
        spent, bound = spent + extra, bound + least
        proven = proven and extra <= least * (1 + 1e-9)
        withheld[columns] |= ledger.withheld
        unsettled = np.any(ledger.open(), axis=0)
        certified[columns] = part.primary & ~unsettled
        up_to[columns], down_to[columns] = ledger.up, ledger.down
    return Suppression(
        withheld[group] | (cost == 0),
        certified[group] & primary,
        x - down_to[group],
        x + up_to[group],
        spent,
        bound,
        "optimal" if proven else "heuristic",
        primary & ~certified[group],
    )


def _asked(
    A: csr_array, x: Array, primary: Truth, up: Array, down: Array, width: Array | None, low: Array, high: Array
) -> tuple[Ids, Requirements]:
    """Take cells that are the same number for one, of which is asked what is asked of any of them."""
    size = np.maximum(1.0, np.abs(x))
    wide = NARROW * size if width is None else np.maximum(width, NARROW * size)
    group, B = twins(A)
    k = B.shape[1]
    return group, Requirements(
        B,
        np.maximum(-_most(group, k, x - high, -np.inf), 0.0),
        np.maximum(-_most(group, k, low - x, -np.inf), 0.0),
        _most(group, k, primary.astype(float)) > 0,
        _most(group, k, np.where(primary, up, 0.0)),
        _most(group, k, np.where(primary, down, 0.0)),
        _most(group, k, np.where(primary, wide, 0.0)),
        MET * _most(group, k, size),
    )


def _most(group: Ids, k: int, values: Array, start: float = 0.0) -> Array:
    """Return the largest of the values of cells that are the same number."""
    found = np.full(k, start)
    np.maximum.at(found, group, values)
    return found


def _solved(part: Requirements, cost: Array, method: str, until: float, seed: int) -> tuple[Ledger, float]:
    """Return a pattern of one component, and the least that any costs."""
    if not part.A.shape[0]:
        return _alone(part), 0.0
    ledger = protected(part, cost, seed, until)
    small = len(cost) <= SMALL and int(part.primary.sum()) * len(cost) <= PAIRS
    if method == "optimal" or (method == "auto" and small):
        return optimal(part, cost, ledger, until - monotonic())
    return ledger, _partners(part, cost)


def _alone(part: Requirements) -> Ledger:
    """Judge a cell that no relation joins to another: what everybody knows of it is all there is."""
    ledger = Ledger(part, part.primary.copy(), part.up_room.copy(), part.down_room.copy(), [])
    if ledger.left():
        raise UnprotectableError(0, -1)
    return ledger


def _partners(part: Requirements, cost: Array) -> float:
    """Return a bound: relations with one sensitive cell and nothing else withheld need a partner each."""
    withheld = part.primary | (cost == 0)
    relations = []
    for cells in np.split(part.A.indices, part.A.indptr[1:-1]):
        others = cells[~withheld[cells]]
        if len(others) == len(cells) - 1 and part.primary[cells].any():
            relations.append((float(cost[others].min(initial=np.inf)), others))
    used = np.zeros(len(cost), bool)
    bound = 0.0
    for cheapest, others in sorted(relations, key=lambda relation: -relation[0]):
        if np.isfinite(cheapest) and not used[others].any():
            bound += cheapest
            used[others] = True
    return bound


def _components(A: csr_array, movable: Truth, primary: Truth) -> list[tuple[Ids, Ids]]:
    """Return relations and cells of the parts that hang together by cells that may be withheld, if any is sensitive."""
    cells = np.flatnonzero(movable)
    part = csr_array(A[:, cells])
    label = unconnected(part)[1]
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(label))[:-1]) if len(order) else []
    wanted = [np.sort(group) for group in groups if primary[cells[group]].any()]
    by_cell = part.tocsc()
    return [
        (np.unique(csr_array(by_cell[:, group]).tocsc().indices).astype(np.int64), cells[group]) for group in wanted
    ]
