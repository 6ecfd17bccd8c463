"""Tables drawn from a contract alone, with what breaks programs in them."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from industria.core.contract import ColumnRule, GivenLists, family_of, violations
from industria.core.hierarchy import Hierarchy
from industria.core.table import as_table
from industria.errors import PackError
from industria.release._mocked_totals import with_totals
from industria.release._site_sources import SiteSource
from industria.sources.code_lists import LISTS

__all__ = ["drawn", "mock_plan"]

Array = npt.NDArray[Any]

CODES: Final = 24
"""Codes of a classification that drawn units are spread over."""
YEARS: Final = (2019, 2020, 2021)
GIANT: Final = 500.0
"""How much larger one unit is than the others: it dominates every cell that it is in."""
GROUPED: Final = 8
"""One unit in so many belongs to the one large holding."""
SKEW: Final = 0.6
"""Each code has so much of the units of the one before it: the last ones stay empty in some cells."""
LEFT_OUT: Final = 0.1
UNTOLD: Final = 0.06
NAMES: Final = ("Aço São José", "Müller & Söhne", "Société d'Étain", "Ñandú Hnos.", "Ærø Skibsværft", "Plain Ltd")


def mock_plan(promised: Mapping[str, SiteSource]) -> dict[str, Any]:
    """Tell how many units are drawn, and over which codes, for each source of a pack."""
    return {
        "sources": {
            name: {
                "units": one.site.mock_units,
                "codes": {
                    column: codes
                    for column, rule in one.table.columns.items()
                    if rule.classification is not None and (codes := _codes(rule.classification))
                },
            }
            for name, one in promised.items()
        }
    }


def drawn(name: str, one: SiteSource, plan: Mapping[str, Any], rng: np.random.Generator) -> pa.Table:
    """Draw a table that keeps a contract.

    One holding has an eighth of the units, one unit dominates its cells, some codes have
    nobody, years are missing, and texts have letters that are not in ASCII.

    Raises
    ------
    PackError
        If the contract asks for what is not drawn, or for what cannot be.
    """
    rows = _Rows.of(one, int(plan["units"]), rng)
    cells = {column: rows.column(column, rule, plan["codes"].get(column)) for column, rule in one.table.columns.items()}
    for sums in one.table.adds_up:
        parts = [np.nan_to_num(np.asarray(cells[part], dtype=float)) for part in sums.parts]
        total = np.sum(parts, axis=0)
        if isinstance(sums.total, str):
            cells[sums.total] = total
        else:
            share = sums.total / np.where(total == 0, 1.0, total)
            cells |= {part: values * share for part, values in zip(sums.parts, parts, strict=True)}
    cells = with_totals(cells, one.table)
    table = pa.table([_typed(cells[field.name], field.type) for field in one.schema()], schema=one.schema())
    coded = {rule.classification: column for column, rule in one.table.columns.items() if rule.classification}
    lists = GivenLists({classification: plan["codes"][column] for classification, column in coded.items()})
    broken = violations(as_table(table, name), one.table, lists)
    if broken:
        raise PackError(f"source {name!r}: what is drawn breaks the contract: {broken[0].rule}; write a mock by hand")
    return table


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which unit and period each drawn row is of."""

    one: SiteSource
    period_column: str | None
    unit: Array
    period: Array
    size: Array
    rng: np.random.Generator

    @classmethod
    def of(cls, one: SiteSource, units: int, rng: np.random.Generator) -> _Rows:
        time = one.table.time[0] if one.table.time else None
        column = time.period if time else next((c for c in one.table.key if one.table.columns[c].unit == "years"), None)
        periods = _periods(one.table.columns[column]) if column else [None]
        n = max(units, math.ceil(1.3 * one.table.minimum_rows / len(periods)))
        unit, place = np.repeat(np.arange(n), len(periods)), np.tile(np.arange(len(periods)), n)
        # Where time may have no gaps, only last periods are left out.
        may_go = place == len(periods) - 1 if time and time.no_gaps else place > 0
        kept = ~(may_go & (rng.random(len(unit)) < LEFT_OUT)) if column else np.ones(len(unit), bool)
        size = np.exp(rng.normal(0.0, 1.0, n))
        size[0] *= GIANT
        unit, place = unit[kept], place[kept]
        return cls(one, column, unit, np.array(periods, dtype=object)[place], size[unit], rng)

    def column(self, name: str, rule: ColumnRule, codes: list[str] | None) -> Array:
        """Draw a column."""
        n, site = int(self.unit.max()) + 1, self.one.site
        if name == self.period_column:
            return self.period
        if name == site.unit or (site.unit is None and name in self.one.table.key):
            return _names(self.unit, rule, 100_000, "U")
        if name == site.holding:
            large = self.unit < max(2, n // GROUPED)
            return _names(np.where(large, 0, self.unit), rule, 900_000, "H")
        if rule.unique:
            return _names(self.rng.permutation(len(self.unit)), rule, 1, "R")
        if rule.classification is not None:
            if codes is None:
                lacking = f"the codes of {rule.classification} for {name!r}"
                raise PackError(f"{lacking} were not at hand when it was packed; name a vintage whose list is")
            return np.array(codes, dtype=object)[self._skewed(len(codes), n)[self.unit]]
        if rule.values is not None:
            of_unit = self._skewed(len(rule.values), n)[self.unit]
            of_row = self.rng.integers(0, len(rule.values), len(self.unit))
            place = of_unit if isinstance(rule.values[0], str) else of_row
            return self._some_untold(name, rule, np.array(rule.values, dtype=object)[place])
        return self._some_untold(name, rule, self._free(rule))

    def _skewed(self, k: int, n: int) -> Array:
        weights = SKEW ** np.arange(k)
        return self.rng.choice(k, size=n, p=weights / weights.sum())

    def _free(self, rule: ColumnRule) -> Array:
        n = len(self.unit)
        if rule.type == "text":
            return np.array([f"{NAMES[i % len(NAMES)]} {i}" for i in self.unit], dtype=object)
        if rule.type == "boolean":
            return (self.rng.random(n) < 0.5).astype(object)
        if rule.type == "date":
            days = self.rng.integers(0, 365, n)
            return np.array([dt.date(2020, 1, 1) + dt.timedelta(days=int(day)) for day in days], object)
        if rule.unit == "fraction":
            drawn: Array = self.rng.random(n)
        elif rule.unit == "log points":
            drawn = np.log(self.size) + self.rng.normal(0.0, 0.5, n)
        else:
            drawn = 20.0 * self.size * np.exp(self.rng.normal(0.0, 0.3, n))
        drawn = np.clip(drawn, rule.minimum, rule.maximum) if (rule.minimum, rule.maximum) != (None, None) else drawn
        # Rounded towards the middle of what is allowed, so that a bound is kept.
        return (np.ceil(drawn) if rule.maximum is None else np.floor(drawn)) if rule.type == "integer" else drawn

    def _some_untold(self, name: str, rule: ColumnRule, cells: Array) -> Array:
        summed = {part for sums in self.one.table.adds_up for part in sums.parts}
        summed |= {told for rows in self.one.table.adds_up_rows for told in (rows.value, rows.column, *rows.by)}
        if rule.not_null or name in (*self.one.table.key, *summed):
            return cells
        told = cells.astype(object)
        told[self.rng.random(len(cells)) < UNTOLD] = None
        return told


def _periods(rule: ColumnRule) -> list[Any]:
    if rule.values is not None:
        return sorted(rule.values)
    if rule.minimum is not None and rule.maximum is not None:
        return list(range(int(rule.minimum), int(rule.maximum) + 1))
    if rule.type == "date":
        return [dt.date(year, 1, 1) for year in YEARS]
    return [str(year) for year in YEARS] if rule.type == "text" else list(YEARS)


def _names(ids: Array, rule: ColumnRule, first: int, letter: str) -> Array:
    if rule.type in ("integer", "number"):
        return ids + first
    return np.array([f"{letter}{int(i):05d}" for i in ids], dtype=object)


def _typed(cells: Array, kind: pa.DataType) -> pa.Array:
    plain = [None if cell is None else cell for cell in cells.tolist()]
    if pa.types.is_integer(kind):
        plain = [None if cell is None else int(cell) for cell in plain]
    elif pa.types.is_floating(kind):
        plain = [None if cell is None else float(cell) for cell in plain]
    return pa.array(plain, kind)


def _codes(classification: str) -> list[str]:
    """List some codes of a classification, far from one another; nothing where no list of it is at hand."""
    listed = [name for name in LISTS.names() if name == classification or family_of(name) == classification]
    there = next((name for name in listed if LISTS.at_hand(name)), None)
    if there is None:
        return []
    tree = Hierarchy.of(family_of(classification) or classification)
    codes = sorted(tree.canonical(code) for code in LISTS.codes(there))
    return [codes[i] for i in np.unique(np.linspace(0, len(codes) - 1, CODES).astype(int))]
