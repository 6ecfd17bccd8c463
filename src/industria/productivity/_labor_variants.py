"""One pairing of labor, deflator and price level, and what it is relative to."""

from __future__ import annotations

import numpy as np

from industria.errors import ChoiceError
from industria.productivity._accounts import changes
from industria.productivity._panel import Array, Codes, Panel, coded

__all__ = ["in_period", "of_unit", "variant"]


def variant(
    panel: Panel,
    output: str,
    labor: str,
    deflator: str | None,
    level: str | None,
    same: Codes | None,
    base: Codes | None,
    before: Codes,
) -> tuple[Array, Array, Array]:
    """Reckon level, growth and ratio to the base, each of shape (n,)."""
    D, E = (np.ones(len(panel)) if column is None else panel[column] for column in (deflator, level))
    if same is not None and deflator is not None:
        D, E = D / _taken(D, same), E if level is None else _taken(E, same)
    own = panel[output] / (D * panel[labor])
    logs = np.log(np.where(own > 0, own, np.nan))
    at_base = np.full(len(panel), np.nan)
    if base is not None:
        at_base = _taken(own / E, base) * E
    elif same is not None:
        at_base = _taken(own, same)
    relative = np.divide(own, at_base, out=np.full(len(panel), np.nan), where=at_base > 0)
    return own / E, changes(logs, before), relative


def _taken(values: Array, rows: Codes) -> Array:
    return np.where(rows >= 0, values[rows], np.nan)


def in_period(panel: Panel, time: int) -> Codes:
    """Find each row's unit in one period; -1 where it has no row then."""
    rows = np.flatnonzero(panel.time == time)
    return _place(panel.cell * panel.n_units + panel.unit, rows)


def of_unit(panel: Panel, unit: str, label: object) -> Codes:
    """Find the base unit in each row's period; -1 where it has no row then."""
    words = [f"{one}" for one in coded(panel.keys[unit])[1].to_pylist()]
    if f"{label}" not in words:
        raise ChoiceError("base_unit", label, words)
    rows = np.flatnonzero(panel.unit == words.index(f"{label}"))
    return _place(panel.time, rows[np.argsort(panel.time[rows], kind="stable")])


def _place(code: Codes, rows: Codes) -> Codes:
    """Find for each code the one of some rows, sorted by code, that has it."""
    place = np.minimum(np.searchsorted(code[rows], code), len(rows) - 1)
    return np.where(code[rows][place] == code, rows[place], -1)
