"""Which way units are moved to the frontier: inputs down, outputs up, and bad outputs down as outputs go up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np

from industria.errors import ChoiceError, ParameterRangeError
from industria.productivity._panel import Array
from industria.productivity._technology import Units, refuse_nothing

__all__ = ["DIRECTIONS", "SIDES", "Direction", "Goods", "Side", "along", "laid_out"]

Side = Literal["input", "output", "both"]
Direction = Literal["observed", "mean", "range"]
Goods = tuple[Array, Array, Array]
"""Inputs, outputs and bad outputs, shapes (n, m), (n, s), (n, q)."""
SIDES: Final = ("input", "output", "both")
DIRECTIONS: Final = ("observed", "mean", "range")


def along(goods: Goods, side: Side) -> Goods:
    """Keep the lengths of the goods that a side moves, and make those that it holds 0.

    Bad outputs stand on the side of outputs (Chung, Färe & Grosskopf 1997): where outputs go up, they go down.
    """
    X, Y, B = goods
    uses, makes = side != "output", side != "input"
    return X * uses, Y * makes, B * makes


def laid_out(units: Units, goods: Goods, drawn: Goods, side: Side, direction: Direction | Mapping[str, float]) -> Goods:
    """Lay the direction of a directional model out, row by row.

    Parameters
    ----------
    units : Units
        Names of the goods.
    goods, drawn : tuple of array
        Of the rows that are measured, and of those that draw the frontier.
    side : str
        Which goods move. Amounts given by good are taken as they are.
    direction : str or mapping of str to float
        As in `dea`.

    Raises
    ------
    ChoiceError, ParameterRangeError
        If an amount is given for no good, is below zero, or none is above.
    OutsideRangeError
        If outputs move in parts of what is observed, and a row has none.
    """
    X, Y, B = goods
    if isinstance(direction, Mapping):
        return _given(units, direction, len(X))
    if direction == "observed" and side == "output":
        refuse_nothing(units, units.outputs, units.Y)
    if direction == "observed":
        lengths = goods
    elif direction == "mean":
        lengths = _each(X, drawn[0].mean(axis=0)), _each(Y, drawn[1].mean(axis=0)), _each(B, drawn[2].mean(axis=0))
    else:
        low, high, least = drawn[0].min(axis=0), drawn[1].max(axis=0), drawn[2].min(axis=0)
        lengths = np.maximum(X - low, 0.0), np.maximum(high - Y, 0.0), np.maximum(B - least, 0.0)
    GX, GY, GB = along(lengths, side)
    # A unit at the best of everything has no direction left: along any other its step is 0.
    ideal = ~np.hstack([GX, GY, GB]).any(axis=1)
    GX[ideal], GY[ideal], _ = along((_size(drawn[0]), _size(drawn[1]), np.zeros(0)), side)
    return GX, GY, GB


def _given(units: Units, direction: Mapping[str, float], n: int) -> Goods:
    for good, length in direction.items():
        if good not in units.goods:
            raise ChoiceError("direction", good, units.goods)
        if not 0 <= float(length) < np.inf:
            raise ParameterRangeError(f"direction of {good}", length, "0 or more")
    if not any(direction.values()):
        raise ParameterRangeError("direction", dict(direction), "a number above 0 for some good")
    row = np.array([float(direction.get(good, 0.0)) for good in units.goods])
    GX, GY, GB = np.split(np.tile(row, (n, 1)), np.cumsum([len(units.inputs), len(units.outputs)]), axis=1)
    return GX, GY, GB


def _each(rows: Array, row: Array) -> Array:
    return np.tile(row, (len(rows), 1))


def _size(drawn: Array) -> Array:
    size = np.abs(drawn).mean(axis=0)
    return np.where(size > 0, size, 1.0)
