"""A labor market at its start and the demand that it moves to, lined up with a network of occupations."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from industria.core.rows import Array, Field, Rows, read
from industria.core.table import TableLike
from industria.errors import EmptyTableError, MissingValueError, OutsideRangeError

__all__ = ["caution", "network_of", "start_of", "target_of"]

SUM: Final = 1e-6
"""How far probabilities of an origin may be from one: those that people publish carry a few digits."""
FAR: Final = 2.0
"""Demand over the labor force, or the reverse, beyond which both can hardly be in one unit."""
NEAR: Final = 1e-3
"""How far demand may be from the labor force unsaid: employment is published in tens."""


def network_of(network: TableLike) -> tuple[csr_array, list[str]]:
    """Read the probabilities of moves, and the occupations between which they are.

    Raises
    ------
    EmptyTableError, OutsideRangeError
        If there are none, or those of an origin do not sum to one.
    """
    fields = (Field("origin"), Field("destination"), Field("probability", "share"))
    rows = read(network, "network", *fields, key=("origin", "destination"))
    if not rows.n:
        raise EmptyTableError("network")
    codes = sorted({*rows["origin"], *rows["destination"]})
    i, j = (rows.places(side, codes, "the network") for side in ("origin", "destination"))
    total = np.bincount(i, rows["probability"], len(codes))
    if (off := np.flatnonzero(np.abs(total - 1) > SUM)).size:
        k = int(off[0])
        wants = "sums to 1 over the destinations of an origin; work.mobility_network brings it there"
        raise OutsideRangeError("network", "probability", float(total[k]), f"origin = {codes[k]!r}", wants)
    A = csr_array((rows["probability"], (i, j)), shape=(len(codes), len(codes)))
    A.sort_indices()
    return A, codes


def start_of(occupations: TableLike, codes: list[str]) -> Array:
    """Lay out employment, unemployment, vacancies and demand, a column an occupation of the network.

    Raises
    ------
    MissingValueError, OutsideRangeError
        If an occupation has no row, nobody is in the labor force, or demand is far from it.
    """
    amounts = ("employment", "unemployment", "vacancies")
    fields = (Field("occupation"), *(Field(name, "amount") for name in amounts), Field("demand", "amount", None))
    rows = read(occupations, "occupations", *fields, key=("occupation",))
    place = _places(rows, codes)
    if len(place) < len(codes):
        lacking = sorted({*codes} - {*rows["occupation"]})
        first = f"occupation = {lacking[0]!r}, which has no row"
        raise MissingValueError("occupations", "employment", len(lacking), len(codes), first)
    start = np.empty((4, len(codes)))
    for k, name in enumerate((*amounts, "demand")):
        start[k, place] = rows[name]
    start[3] = np.where(np.isnan(start[3]), start[0] + start[1], start[3])
    if not start[:2].sum() > 0:
        raise OutsideRangeError(
            "occupations", "employment", 0.0, "all rows are added up", "is above 0 with unemployment"
        )
    _refuse_far("occupations", start[3], start)
    return start


def target_of(target: TableLike, codes: list[str], start: Array) -> Array:
    """Lay out demand in the end; what is not listed keeps its demand.

    Raises
    ------
    OutsideRangeError
        If it is far from the labor force.
    """
    rows = read(target, "target", Field("occupation"), Field("demand", "amount"), key=("occupation",))
    wanted: Array = start[3].copy()
    wanted[_places(rows, codes)] = rows["demand"]
    _refuse_far("target", wanted, start)
    return wanted


def caution(ratio: float) -> str:
    """Say by how much demand in the end is off the labor force; empty where it is not."""
    if abs(ratio - 1) <= NEAR:
        return ""
    change = f"{'fall' if ratio < 1 else 'rise'} of demand by {abs(ratio - 1):.1%}"
    return (
        f"The target asks for {ratio:.1%} of the labor force: rates show a {change} in all, beside moves between "
        f"occupations. Multiply it by {1 / ratio:.4f} to see these alone."
    )


def _refuse_far(table: str, demand: Array, start: Array) -> None:
    total, force = float(demand.sum()), float(start[:2].sum())
    if not force / FAR <= total <= force * FAR:
        allowed = f"is from half to twice the labor force, {force:g}; are both in persons"
        raise OutsideRangeError(table, "demand", total, "all rows are added up", allowed)


def _places(rows: Rows, codes: list[str]) -> npt.NDArray[np.int64]:
    return rows.places("occupation", codes, "the network")
