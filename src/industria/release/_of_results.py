"""Results that never were in a study, as steps that are asked to leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from industria.core.result import SUPPORT, Cells, Estimates, Result
from industria.core.table import collect
from industria.errors import ReleaseRefusedError, UnknownStepError
from industria.release._leaving import Kind, Leaving, keys_of, unless_it_names_units

__all__ = ["of_results"]


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
    rows = collect(result.table)
    kind = _kind(result, rows)
    tables = {table: collect(of) for table, of in result.tables().items()}
    if "contributors" in tables:
        columns = tables["contributors"].column_names
        by = tuple(columns[: columns.index("unit")])
    else:
        by = keys_of(rows, _leading(rows))
    why = "" if kind != "none" else f"{type(result).__name__} does not tell who stands behind its rows"
    step = Leaving(name=name, kind=kind, measure="", table=rows, by=by, facts=result.facts(), tables=tables, why=why)
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


def _leading(rows: pa.Table) -> list[str]:
    """List the labels that stand before the first number of a table."""
    labels: list[str] = []
    for field in rows.schema:
        if pa.types.is_floating(field.type) or field.name.startswith(SUPPORT):
            break
        if pa.types.is_integer(field.type) and f"{SUPPORT}{field.name}_second" in rows.column_names:
            break
        labels.append(field.name)
    return labels
