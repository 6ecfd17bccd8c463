"""Where a number comes from: its formula, parameters, rows, steps and sources."""

from __future__ import annotations

from typing import Any

from industria.core.result import MARK
from industria.core.value import Address
from industria.study.record import Run
from industria.study.steps import MAIN

__all__ = ["drawn_by", "explain"]


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
        counts them, else None), rows_read (of each table that the step reads), sources
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
        "sources": {name: run.sources[name] for name in run.sources if name in _read(run, chain)},
        "steps": [
            {
                **{word: run.step(name)[word] for word in ("name", "measure", "rows", "parameters", "digest")},
                "reads": list(dict.fromkeys(read["table"] for read in run.step(name)["inputs"].values())),
            }
            for name in chain
        ],
    }


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
