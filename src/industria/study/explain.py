"""Where a number comes from: its formula, parameters, rows, steps and sources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.core.result import MARK
from industria.core.value import Address
from industria.study.record import Run
from industria.study.steps import MAIN

__all__ = ["drawn_by", "explain"]

MOST: Final = 60
"""A further table with more rows of the same labels is left to `industria read`."""


def explain(run: Run, address: str | Address) -> dict[str, Any]:
    """Trace a value of a run to the bytes that it was computed from.

    Parameters
    ----------
    run : Run
        That has it; the study itself is not needed.
    address : str or Address
        As `effect[term=grant].estimate`.

    Returns
    -------
    dict
        address, value, unit, meaning, low, high, confidence, n, design, synthetic
        (whether it goes back to rows that were drawn), drawn_by (the sources and steps
        that drew them), measure, formula, cites, code, parameters, rows (of the table
        that holds it), rows_used (those that the estimate rests on, where the measure
        counts them, else None), rows_read (of each table that the step reads), beside (facts
        of the step, the rest of the row, and rows of its further tables with the same keys), sources
        (by name, those that it comes from, each with its sha256) and steps (the chain
        that leads to it, in file order).

    Raises
    ------
    UsageError
        If the address selects none or several.
    """
    value = run.value(address)
    place = value.address
    step = run.step(place.step)
    known = step["fact_columns"] if place.column in step["fact_columns"] and not place.keys else {}
    label = known.get(place.column) or run.columns(place.step, place.table)[place.column]
    chain = _chain(run, place.step)
    return {
        "address": str(place),
        "value": value.value,
        "unit": value.unit,
        "meaning": label["meaning"],
        "low": value.low,
        "high": value.high,
        "confidence": value.confidence,
        "n": value.n,
        "design": value.design,
        "synthetic": value.synthetic,
        "drawn_by": drawn_by(run, chain),
        **{word: step[word] for word in ("measure", "formula", "cites", "code", "parameters")},
        "rows": step["tables"][place.table or MAIN]["rows"],
        "rows_used": run.facts(place.step).get("n_obs"),
        "rows_read": _rows_read(run, place.step),
        "beside": _beside(run, place),
        "sources": {name: run.sources[name] for name in run.sources if name in _read(run, chain)},
        "steps": [
            {
                **{word: run.step(name)[word] for word in ("name", "measure", "rows", "parameters", "digest")},
                "reads": list(dict.fromkeys(read["table"] for read in run.step(name)["inputs"].values())),
            }
            for name in chain
        ],
    }


def _beside(run: Run, place: Address) -> dict[str, Any]:
    """Give what the step tells besides: its facts, the row itself, and rows of further tables that share its keys."""
    keys = dict(place.keys)
    others = [name for name in run.tables(place.step) if keys and set(keys) <= set(run.columns(place.step, name))]
    found: dict[str, Any] = {"facts": {k: v for k, v in run.facts(place.step).items() if keys or k != place.column}}
    if keys:
        found["row"] = next(iter(_of(run.table(place.step, place.table), keys)), {})
    tables = {name: _of(run.table(place.step, name), keys) for name in others if name != place.table}
    return {**found, "tables": {name: rows for name, rows in tables.items() if 0 < len(rows) <= MOST}}


def _of(rows: pa.Table, keys: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the rows that have these labels; as text, as an address has them."""
    for name, word in keys.items():
        rows = rows.filter(pc.equal(rows[name].cast(pa.string()), word))
    return list(rows.slice(0, MOST + 1).to_pylist())


def drawn_by(run: Run, chain: list[str]) -> list[str]:
    """Name what draws rows among steps and what they read.

    Parameters
    ----------
    run : Run
        That has them.
    chain : list of str
        Steps.

    Returns
    -------
    list of str
        The sources that are synthetic, then the steps that are although nothing is that
        they read; empty where all is real.
    """
    read = _read(run, chain)
    sources = [name for name, source in run.sources.items() if name in read and source.get(MARK)]
    known = {*sources, *(name for name in chain if run.synthetic(name))}
    return sources + [name for name in chain if run.synthetic(name) and not known & _read(run, [name])]


def _chain(run: Run, step: str) -> list[str]:
    """List the steps that lead to one, itself last."""
    wanted = {step}
    for name in reversed(run.steps):
        if name in wanted:
            wanted |= _read(run, [name])
    return [name for name in run.steps if name in wanted]


def _rows_read(run: Run, step: str) -> dict[str, int]:
    """Count the rows of the tables that a step reads: `firms`, `effect.inferences`."""
    found = {}
    for read in run.step(step)["inputs"].values():
        name, _, table = read["table"].partition(".")
        known = run.sources[name] if name in run.sources else run.step(name)["tables"][table or MAIN]
        found[read["table"]] = known["rows"]
    return found


def _read(run: Run, steps: list[str]) -> set[str]:
    """Name the sources and steps that steps read."""
    return {read["table"].partition(".")[0] for name in steps for read in run.step(name)["inputs"].values()}
