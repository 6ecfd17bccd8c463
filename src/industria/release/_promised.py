"""What the contract of a source says of its records, held against each step that leaves: who a unit is, which codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from math import ceil, floor
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from industria.core.contract import ColumnRule, GivenLists
from industria.core.contract_codes import fit_of_codes
from industria.release._leaving import Leaving
from industria.release._source_rows import source_rows
from industria.sources.code_lists import LISTS
from industria.study.model import Study
from industria.study.record import Run

__all__ = ["unless_it_breaks_a_promise"]

RANGE: Final = 200
"""Whole numbers between a promised minimum and maximum that pass for a list of codes, as years and months do."""
_WRITTEN: Final = re.compile(r"(?<![\w.])(?:\d{4}-\d\d-\d\d|-?\d+)(?!\w|\.\d)")
"""Dates and whole numbers, which a study writes without quotes."""
_STORED: Final = re.compile(r"(-?\d+)\.0+|(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?(?:[+-]\d\d:\d\d)?")
"""Whole numbers and days, as floating numbers and moments are printed."""


def unless_it_breaks_a_promise(step: Leaving, run: Run, study: Study) -> Leaving:
    """Keep a step that counts others than the contract of a source says, or whose codes stand in no list.

    Twelve months of a firm would pass for twelve firms, and two plants of a group for two who do not know of each
    other. A code is told even where all beside it is withheld: one that is made of an amount would tell the amount.

    Parameters
    ----------
    step : Leaving
        Judged by who stands behind its rows.
    run : Run
        Whose steps lead from it to sources.
    study : Study
        Whose contracts say what each site brings.
    """
    if step.kind in ("derived", "none"):
        # Made again of what leaves, a step tells no more than that.
        return step
    for source in sorted(set(_sources(step.name, run)) & set(study.file.contract)):
        promised = study.file.contract[source]
        for word, column in (("unit", promised.unit), ("holding", promised.holding)):
            if column is not None and (why := _other(step, run, word, column)):
                return replace(step, kind="none", why=f"[contract.{source}] says {word} = {column!r}, and {why}")
        if name := next((name for name in _coded(step, run) if _unlisted(step, name, run, study)), None):
            why = (
                f"its column {name!r} has codes that neither a contract lists as `values` nor the study writes itself; "
                f"list them as `values`, give `minimum` and `maximum` at most {RANGE} apart, or bring a source that is "
                "the same at every site"
            )
            return replace(step, kind="none", why=why)
    return step


def _other(step: Leaving, run: Run, word: str, column: str) -> str:
    """Say how a step counts others than is promised; nothing where it does not."""
    if word not in step.parameters and word not in step.facts:
        # Whether holdings are asked for is for the policy; without units there is nothing to judge by.
        return f"{step.measure} does not ask for one" if word == "unit" else ""
    # A regression takes those whose effects are absorbed for its units, unless it is told who they are.
    said = step.parameters.get(word) or step.facts.get(word)
    if said is None:
        return f"the step does not say {word}"
    if said != column and column in run.read_columns(step.name):
        return f"the step says {word} = {said!r}"
    return ""


def _coded(step: Leaving, run: Run) -> Iterator[str]:
    """Name the columns that tell rows apart and come from records, or were made by a measure that nobody has read."""
    read = run.read_columns(step.name)
    made = step.table.column_names
    yield from (name for name in step.by if name in made and (step.foreign or name in read))


def _unlisted(step: Leaving, name: str, run: Run, study: Study) -> bool:
    """Tell whether a column has a code of which nobody has said before that there are such."""
    codes = _texts(step.table[name]) - {str(step.facts.get("total"))}
    for source in study.file.sources.values():
        columns = source.contract.columns if source.contract else {}
        if name in columns:
            codes -= _in_range(columns[name])
        for rule in columns.values():
            codes -= {_text(code) for code in rule.values or ()}
            codes -= _classified(codes, rule.classification)
    codes = {code for code in codes if f"'{code}'" not in study.text and f'"{code}"' not in study.text}
    codes -= set(_WRITTEN.findall(study.text))
    others = (source for source in _sources(step.name, run) if source not in study.file.contract)
    return bool(codes) and bool(codes - {code for source in set(others) for code in _codes_of(source, study)})


def _in_range(rule: ColumnRule) -> set[str]:
    """List the whole numbers that are promised, where they are few; of any other number nothing is said."""
    low, high = rule.minimum, rule.maximum
    if rule.type in ("text", "boolean", "date") or low is None or high is None or high - low > RANGE:
        return set()
    return {str(code) for code in range(ceil(low), floor(high) + 1)}


def _classified(codes: Collection[str], name: str | None) -> set[str]:
    """Take the codes of a vintage and the groups above them; the form alone of a code lists nothing."""
    if not codes or name is None or name not in LISTS.names() or not LISTS.at_hand(name):
        return set()
    listed = GivenLists({name: LISTS.codes(name)})
    return set(codes) - set(fit_of_codes(dict.fromkeys(codes, 1), name, listed).strangers)


def _codes_of(source: str, study: Study) -> Iterator[str]:
    """List the codes of a source that is the same at every site."""
    for column in source_rows(source, study).columns:
        # Amounts are no codes, but a year beside a gap is read as a floating number.
        floating = pa.types.is_floating(column.type)
        yield from (code for code in _texts(column) if not floating or _WRITTEN.fullmatch(code))


def _texts(column: Any) -> set[str]:
    return {_text(code) for code in pc.unique(column).to_pylist() if code is not None}


def _text(code: object) -> str:
    """Write a code as a study does: a year as a whole number and a day without its hour, however they are stored."""
    text = str(code)
    # Tables of cells have words for codes: a year that is a floating number comes as 2019.0.
    stored = _STORED.fullmatch(text)
    return (stored[1] or stored[2]) if stored else text


def _sources(name: str, run: Run) -> Iterator[str]:
    """Name the sources that a step goes back to."""
    for read in run.step(name)["inputs"].values():
        place = read["table"].partition(".")[0]
        if place in run.steps:
            yield from _sources(place, run)
        else:
            yield place
