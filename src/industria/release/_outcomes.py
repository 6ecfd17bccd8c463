"""Outcomes of regressions that are a variable of a table in other words: shifted, or in another unit of measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.release._fits import USED, Fit, digests, name_of_fit, straight
from industria.release._given import Given
from industria.release._leaving import Leaving
from industria.release._regressions import ROWS

__all__ = ["earlier_in_words_of_tables", "in_words_of_tables", "sum_in_words_of_tables"]

Array = npt.NDArray[np.float64]
Told = tuple[Given, npt.NDArray[np.bool_]]

NET: Final = "net_outcome"
OVER: Final = "over "
OF_ROWS: Final = "rows over "
SOME: Final = 5
"""Units that a table and a regression have in common, below which one may follow the other by chance."""


class _Variable(NamedTuple):
    """A variable of a table, added up by unit."""

    name: str
    who: pa.Array
    sums: Array
    there: npt.NDArray[np.bool_]


def in_words_of_tables(step: Leaving, cells: Sequence[Given], salt: bytes) -> Leaving:
    """Write the outcome of a regression as the variable of a table that it is, where both tell the same.

    Whoever knows numbers of rows reads sums of `sales + 1000` as sums of `sales`.

    Parameters
    ----------
    step : Leaving
        Of estimates.
    cells : sequence of Given
        Of tables, with digests for names.
    salt : bytes
        Of these digests.
    """
    used = step.tables.get(USED)
    if used is None or not {"unit", "rows", "outcome"} <= set(used.column_names):
        return step
    outcome, unit = str(step.facts.get("outcome")), str(step.facts.get("unit") or "")
    who = pa.array(digests(used["unit"].to_pylist(), salt), pa.string())
    rows, y = (np.asarray(used[name].to_numpy(), float) for name in ("rows", "outcome"))
    found = _same_as(outcome, who, rows, y, _variables(cells, unit))
    return step if found is None else _rewritten(step, used, *found)


def sum_in_words_of_tables(one: Given, cells: Sequence[Given]) -> Given:
    """Write a sum behind a mean as one of the variable of a table that it is: jobs times sales by job are sales.

    Parameters
    ----------
    one : Given
        With digests for names, each unit once a cell.
    cells : sequence of Given
        Of tables, with digests for names.
    """
    if one.counts:
        return one
    n = len(one.who.names)
    y, rows = (np.asarray(np.bincount(one.who.ids, of, n), float) for of in (one.x, np.ones(len(one.x))))
    found = _same_as(one.variable, one.who.names.words, rows, y, _variables(cells, one.unit))
    # What is zero tells no weight, and what is shifted no longer is.
    if found is None or (found[2] and one.has_weights):
        return one
    name, by, shift = found
    weight = np.divide(one.weighted, one.x, out=np.ones(len(one.x)), where=one.x != 0)
    x = (one.x - shift) / by
    return replace(one, variable=name, x=x, weighted=x * weight if one.has_weights else x)


def earlier_in_words_of_tables(
    before: Sequence[Told], fits: Sequence[Fit], cells: Sequence[Given]
) -> tuple[list[Told], list[str]]:
    """Write sums that earlier regressions told as those of the variable of a table that their outcome is.

    Parameters
    ----------
    before : sequence of (Given, array of bool)
        Of earlier releases, with what was withheld.
    fits : sequence of Fit
        Their regressions.
    cells : sequence of Given
        Of tables of this release; those of earlier ones are looked at, too.

    Returns
    -------
    list of (Given, array of bool)
        The same.
    list of str
        What could not be written so.
    """
    of = {one.name: one for one in fits}
    tables = [*cells, *(one for one, _ in before)]
    words: dict[str, tuple[str, float, float] | None] = {}
    found: list[Told] = []
    notes: list[str] = []
    for one, mask in before:
        fit = of.get(name_of_fit(one.step)) if one.beside and not one.counts else None
        if fit is not None and one.variable == fit.outcome:
            if fit.name not in words:
                who = pa.array(fit.who, pa.string())
                words[fit.name] = _same_as(fit.outcome, who, fit.rows, fit.y, _variables(tables, fit.unit))
            told = words[fit.name]
            if told is not None and told[2] and one.rows is None:
                notes.append(f"sums that {fit.name} told of {told[0]} in other words")
            elif told is not None:
                one = _in_words(one, *told)
        found.append((one, mask))
    return found, notes


def _same_as(
    outcome: str, who: pa.Array, rows: Array, y: Array, variables: Sequence[_Variable]
) -> tuple[str, float, float] | None:
    """Find the variable that an outcome is, by which factor and with which shift a row; None where it has its name."""
    for one in variables:
        if one.name == outcome:
            return None
        # Millions of names are looked up where Arrow holds them.
        place = pc.fill_null(pc.index_in(one.who, value_set=who), -1).to_numpy()
        there = np.flatnonzero((place >= 0) & one.there)
        here = place[there]
        if len(here) < SOME:
            continue
        found = straight(y[here], one.sums[there], rows[here])
        if found is not None:
            return one.name, *found
    return None


def _in_words(one: Given, name: str, by: float, shift: float) -> Given:
    """Take the shift off every contribution, and bring it to the table's unit of measure."""
    x = (one.x - (shift * one.rows if one.rows is not None else 0.0)) / by
    return replace(one, variable=name, x=x, weighted=x)


def _variables(cells: Sequence[Given], unit: str) -> list[_Variable]:
    """Add variables of tables up by unit, each once a population."""
    found: dict[tuple[str, str], _Variable] = {}
    for one in cells:
        if one.counts or one.beside or not one.has_contributors or one.unit != unit:
            continue
        if (one.variable, one.population) not in found:
            n = len(one.who.names)
            sums = np.asarray(np.bincount(one.who.ids, one.x, n), float)
            there = np.bincount(one.who.ids, minlength=n) > 0
            found[one.variable, one.population] = _Variable(one.variable, one.who.names.words, sums, there)
    return list(found.values())


def _rewritten(step: Leaving, used: pa.Table, name: str, by: float, shift: float) -> Leaving:
    """Take the shift off every sum of the outcome, and bring it to the table's unit of measure."""
    columns = {column: used[column] for column in used.column_names}
    for column in used.column_names:
        rows = f"{OF_ROWS}{column.removeprefix(OVER)}"
        if column.startswith(OVER) and rows in columns:
            columns[column] = pa.array((_floats(used[column]) - shift * _floats(used[rows])) / by)
    columns["outcome"] = pa.array((_floats(used["outcome"]) - shift * _floats(used["rows"])) / by)
    tables = {**step.tables, USED: pa.table(columns)}
    # Net of effects and weights, sums of products are variables of their own.
    if ROWS in tables and not step.facts.get("absorbed") and _has_constant(tables[ROWS]):
        net = tables[ROWS]
        plain = pa.array((_floats(net[NET]) - shift) / by)
        tables[ROWS] = net.set_column(net.column_names.index(NET), NET, plain)
    return replace(step, tables=tables, facts={**step.facts, "outcome": name})


def _has_constant(rows: pa.Table) -> bool:
    return any((_floats(rows[name]) == 1.0).all() for name in rows.column_names if name.startswith("net "))


def _floats(column: pa.ChunkedArray) -> Array:
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), float)
