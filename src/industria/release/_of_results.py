"""Results that never were in a study, as steps that are asked to leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

import pyarrow as pa

from industria.core.measure import ROOMS
from industria.core.result import SUPPORT, Cells, Estimates, Result
from industria.core.table import collect
from industria.errors import ReleaseRefusedError, UnknownStepError
from industria.release._classes import role_of
from industria.release._leaving import Kind, Leaving, keys_of, unless_it_names_units
from industria.release._plain import plain

__all__ = ["of_results"]

MANY: Final = 8
"""Labels up to which the fewest that tell rows apart are sought."""


def of_results(results: Mapping[str, Result], steps: Sequence[str] | None = None) -> list[Leaving]:
    """Take each result for a step of its name.

    Parameters
    ----------
    results : mapping of str to Result
        In order.
    steps : sequence of str, optional
        Those that are to leave; all, without it.

    Raises
    ------
    UnknownStepError
        If `steps` names none of them.
    ReleaseRefusedError
        If one of them is no result of a measure.
    """
    for name in steps or ():
        if name not in results:
            raise UnknownStepError("what is to be released is no result", name, list(results))
    for name, result in results.items():
        if not isinstance(result, Result):
            raise ReleaseRefusedError(
                f"step {name!r}", f"it is a {type(result).__name__}, and tells of nobody behind it; give a result"
            )
    return [_leaving(name, result) for name, result in results.items() if steps is None or name in steps]


def _leaving(name: str, result: Result) -> Leaving:
    rows = plain(collect(result.table))
    kind = _kind(result, rows)
    tables = {table: plain(collect(of)) for table, of in result.tables().items()}
    if "contributors" in tables:
        columns = tables["contributors"].column_names
        by = tuple(columns[: columns.index("unit")])
    else:
        labels = _leading(rows)
        by = keys_of(rows, labels if _is_of_a_room(result) else _fewest(rows, labels))
    why = "" if kind != "none" else f"{type(result).__name__} does not tell who stands behind its rows"
    step = Leaving(
        name=name,
        kind=kind,
        measure="",
        table=rows,
        by=by,
        facts=result.facts(),
        tables=tables,
        why=why,
        foreign=not _is_of_a_room(result),
    )
    return unless_it_names_units(step)


def _kind(result: Result, rows: pa.Table) -> Kind:
    told = {column.removeprefix(SUPPORT) for column in rows.column_names if column.startswith(SUPPORT)}
    if isinstance(result, Cells) or any(column.endswith("_second") for column in told):
        return "cells"
    if isinstance(result, Estimates) or "df" in told:
        return "estimates"
    if "window" in told:
        return "percentiles"
    return "units" if told else "none"


def _is_of_a_room(result: Result) -> bool:
    """Tell whether a measure of Industria has a kind of result of its own: what its labels name is known."""
    place = type(result).__module__.split(".")
    return len(place) > 1 and place[0] == "industria" and place[1] in ROOMS


def _leading(rows: pa.Table) -> list[str]:
    """List the labels that stand before the first number of a table."""
    labels: list[str] = []
    for field in rows.schema:
        if pa.types.is_floating(field.type) or field.name.startswith(SUPPORT):
            break
        if pa.types.is_integer(field.type) and role_of(field.name) == "count":
            break
        if pa.types.is_integer(field.type) and f"{SUPPORT}{field.name}_second" in rows.column_names:
            break
        labels.append(field.name)
    return labels


def _fewest(rows: pa.Table, labels: list[str]) -> list[str]:
    """Choose the fewest labels that tell the rows apart: nobody knows what a further one names, as the largest firm."""
    others = [name for name in labels if not _is_text(rows.schema.field(name).type)]
    texts = [name for name in labels if name not in others]
    for n in range(len(texts) if len(texts) <= MANY else 0):
        for some in combinations(texts, n):
            kept = [name for name in labels if name in others or name in some]
            if kept and rows.select(kept).group_by(kept).aggregate([]).num_rows == rows.num_rows:
                return kept
    return labels


def _is_text(kind: pa.DataType) -> bool:
    return any(told(kind) for told in (pa.types.is_string, pa.types.is_large_string, pa.types.is_dictionary))
