"""Pairings of labor, deflator and price level, what each row is held against, and their table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from industria.core.table import Table
from industria.errors import ChoiceError
from industria.productivity._accounts import beside, changes, period
from industria.productivity._panel import Array, Codes, Panel, coded

__all__ = ["Against", "Variant", "alike", "reckoned", "variant_table"]


class Variant(NamedTuple):
    """Columns of labor, of a deflator, and of what levels are divided by to compare; None for none."""

    labor: str
    deflator: str | None
    ppp: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Against:
    """Rows that each row is held against, each of shape (n,); -1 where there is none in its currency.

    Attributes
    ----------
    same : array or None
        Its unit in the period of prices.
    base : array or None
        The base unit in its period, in whatever currency.
    before : array
        Its unit a period before.
    """

    same: Codes | None
    base: Codes | None
    before: Codes

    @classmethod
    def of(cls, panel: Panel, unit: str, time: str, base_unit: object, base_period: object) -> Against:
        """Find the rows.

        Raises
        ------
        ChoiceError
            If the unit or the period is none of the panel.
        """
        same = None
        if base_period is not None:
            same = alike(panel, _in_period(panel, period(panel, time, base_period, "base_period")))
        base = None if base_unit is None else _of_unit(panel, unit, base_unit)
        return cls(same, base, alike(panel, panel.before()))


def alike(panel: Panel, rows: Codes) -> Codes:
    """Keep those other rows, one a row, that are in its currency; -1 for the rest."""
    for labels in panel.labels.columns:
        words = np.array(labels.to_pylist(), object)
        rows = np.where((rows >= 0) & (words[rows] == words), rows, -1)
    return rows


def reckoned(panel: Panel, output: str, variant: Variant, against: Against) -> tuple[Array, Array, Array]:
    """Reckon level, growth and ratio to the base, each of shape (n,)."""
    same, base = against.same, against.base
    D, E = (np.ones(len(panel)) if column is None else panel[column] for column in (variant.deflator, variant.ppp))
    if same is not None and variant.deflator is not None:
        D, E = D / _taken(D, same), E if variant.ppp is None else _taken(E, same)
    own = panel[output] / (D * panel[variant.labor])
    logs = np.log(np.where(own > 0, own, np.nan))
    at_base = np.full(len(panel), np.nan)
    if base is not None:
        at_base = _taken(own / E, base) * E
    elif same is not None:
        at_base = _taken(own, same)
    relative = np.divide(own, at_base, out=np.full(len(panel), np.nan), where=at_base > 0)
    return own / E, changes(logs, against.before), relative


def _taken(values: Array, rows: Codes) -> Array:
    return np.where(rows >= 0, values[rows], np.nan)


def variant_table(
    panel: Panel, variants: Sequence[Variant], concepts: Mapping[str, str], told: Mapping[str, Array]
) -> Table:
    """Lay out what is told of each row, one variant under the other; each of `told` has the shape (n * variants,)."""
    keys = panel.keys
    for name in panel.labels.column_names:
        keys = keys.append_column(name, panel.labels[name])
    words: dict[str, list[str | None]] = {
        "labor": [one.labor for one in variants],
        "labor_concept": [concepts[one.labor] for one in variants],
        "deflator": [one.deflator for one in variants],
        "ppp": [one.ppp for one in variants],
    }
    named = {name: pa.array(of * len(panel), pa.string()) for name, of in words.items()}
    return beside(keys.take(pa.array(np.repeat(np.arange(len(panel)), len(variants)))), {**named, **told})


def _in_period(panel: Panel, time: int) -> Codes:
    """Find each row's unit in one period; -1 where it has no row then."""
    rows = np.flatnonzero(panel.time == time)
    return _place(panel.cell * panel.n_units + panel.unit, rows)


def _of_unit(panel: Panel, unit: str, label: object) -> Codes:
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
