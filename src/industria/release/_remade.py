"""Steps made again of what is released: what hangs on a withheld number is withheld, too."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from industria.core.result import SUPPORT, Result
from industria.core.table import Table, as_table, collect
from industria.core.value import Scalar
from industria.errors import IndustriaError
from industria.study.record import STATUS, WITHHELD

__all__ = ["Made", "Released", "Unmade", "remade"]

PUBLISHED: Final = "published"
EQUAL: Final = 1e-9
SEED: Final = 20_261_123
_FAULTS: Final = (IndustriaError, duckdb.Error, ArithmeticError, LookupError, TypeError, ValueError)
"""What a measure may meet in tables that it was not written for."""


class Unmade(Exception):
    """A step cannot be made of released tables; the reason tells no record value."""


@dataclass(frozen=True, slots=True, eq=False)
class Released:
    """What of a step leaves.

    Attributes
    ----------
    table : pyarrow.Table
        With `status`.
    tables : mapping of str to pyarrow.Table
        The further ones, with `status`.
    facts : mapping
        None where withheld.
    """

    table: pa.Table
    tables: Mapping[str, pa.Table]
    facts: Mapping[str, Scalar]


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One result of a measure, computed."""

    tables: Mapping[str, pa.Table]
    facts: Mapping[str, Scalar]


Inputs = Mapping[str, pa.Table | Table]
Measure = Callable[..., Result]


def remade(measure: Measure, parameters: Mapping[str, Any], inputs: Inputs) -> Released:
    """Make a step again of released tables, and withhold what would depend on what they withhold.

    No program is read for that: it is run with nothing, and with numbers of very different
    size, in the place of what is withheld. A number that is the same each time is the same
    whatever stands there; all others are withheld. So a sum that skips gaps is no sum of
    what is left, and a largest value bounds nothing.

    Parameters
    ----------
    measure : callable
        Of the step.
    parameters : mapping
        Of the step.
    inputs : mapping of str to table
        By argument: released tables, with `status`, and public sources.

    Raises
    ------
    Unmade
        If the measure does not take a table with gaps, or if which rows there are hangs on
        what is withheld.
    """
    first = _made(measure, parameters, {name: _plain(table) for name, table in inputs.items()})
    if not any(map(_has_gaps, inputs.values())):
        others = []
    else:
        others = [
            made
            for fill, must in ((_large, True), (_small, True), (_negative, False))
            if (made := _tried(measure, parameters, inputs, fill, must=must)) is not None
        ]
    tables = {name: _agreed(rows, [made.tables[name] for made in others]) for name, rows in first.tables.items()}
    facts = {
        name: fact if all(_same(fact, made.facts[name]) for made in others) else None
        for name, fact in first.facts.items()
    }
    return Released(tables.pop("table"), tables, facts)


def _made(measure: Measure, parameters: Mapping[str, Any], inputs: Inputs) -> Made:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = {name: as_table(table, name) for name, table in inputs.items()}
            result = measure(**opened, **parameters)
            tables = {"table": result.table, **result.tables()}
            return Made({name: _without_support(collect(of)) for name, of in tables.items()}, result.facts())
    except _FAULTS as error:
        # The message may hold a value; its kind does not.
        raise Unmade(f"its measure does not take what is withheld ({type(error).__name__})") from None


def _tried(
    measure: Measure, parameters: Mapping[str, Any], inputs: Inputs, fill: Callable[[int], list[float]], *, must: bool
) -> Made | None:
    try:
        return _made(measure, parameters, {name: _filled(table, fill) for name, table in inputs.items()})
    except Unmade:
        if must:
            raise
        # What takes no number below zero never met one.
        return None


def _has_gaps(table: pa.Table | Table) -> bool:
    return isinstance(table, pa.Table) and STATUS in table.column_names and WITHHELD in table[STATUS].to_pylist()


def _plain(table: pa.Table | Table) -> pa.Table | Table:
    return table.drop_columns([STATUS]) if isinstance(table, pa.Table) and STATUS in table.column_names else table


def _filled(table: pa.Table | Table, fill: Callable[[int], list[float]]) -> pa.Table | Table:
    """Put numbers in the place of what is withheld."""
    if not isinstance(table, pa.Table) or not _has_gaps(table):
        return _plain(table)
    hidden = [status == WITHHELD for status in table[STATUS].to_pylist()]
    plain = table.drop_columns([STATUS])
    for i, field in enumerate(plain.schema):
        if not (pa.types.is_floating(field.type) or pa.types.is_integer(field.type)):
            continue
        values = plain[field.name].to_pylist()
        drawn = fill(len(values))
        if pa.types.is_integer(field.type):
            drawn = [math.copysign(math.ceil(abs(x)), x) for x in drawn]
        cells = [x if gone and v is None else v for v, x, gone in zip(values, drawn, hidden, strict=True)]
        plain = plain.set_column(i, field, pa.array(cells, field.type, from_pandas=True))
    return plain


def _large(n: int) -> list[float]:
    return [float(x) for x in 10.0 ** np.random.default_rng(SEED).uniform(6.0, 9.0, n)]


def _small(n: int) -> list[float]:
    return [float(x) for x in 10.0 ** np.random.default_rng(SEED + 1).uniform(-9.0, -6.0, n)]


def _negative(n: int) -> list[float]:
    return [-x for x in _large(n)]


def _agreed(rows: pa.Table, others: Sequence[pa.Table]) -> pa.Table:
    """Keep what is the same in all tables, and say of each row whether it is published whole."""
    labels = _labels(rows, others)
    order = [_by_labels(table, labels) for table in (rows, *others)]
    hidden = [False] * rows.num_rows
    columns = []
    for name in rows.column_names:
        values = rows[name].to_pylist()
        for table, at in zip(others, order[1:], strict=True):
            there = table[name].to_pylist()
            for mine, its in zip(order[0], at, strict=True):
                if not _same(rows[name][mine].as_py(), there[its]):
                    values[mine], hidden[mine] = None, True
        columns.append(pa.array(values, rows.schema.field(name).type))
    status = pa.array([WITHHELD if gone else PUBLISHED for gone in hidden])
    table = pa.table(columns, schema=rows.schema)
    return table.append_column(STATUS, status) if STATUS not in table.column_names else table


def _labels(rows: pa.Table, others: Sequence[pa.Table]) -> list[str]:
    """Find the columns whose words are the same in all tables: what the rows are about."""
    if any(other.num_rows != rows.num_rows for other in others):
        raise Unmade("which rows it has hangs on what is withheld")
    names = [field.name for field in rows.schema if not pa.types.is_floating(field.type)]
    labels = [name for name in names if all(_counted(other, name) == _counted(rows, name) for other in others)]
    if others and len(set(_words(rows, labels))) < rows.num_rows:
        raise Unmade("its rows cannot be told apart without what is withheld")
    return labels


def _counted(rows: pa.Table, name: str) -> Counter[str]:
    return Counter(map(str, rows[name].to_pylist()))


def _words(rows: pa.Table, labels: Sequence[str]) -> list[tuple[str, ...]]:
    columns = [list(map(str, rows[name].to_pylist())) for name in labels]
    return list(zip(*columns, strict=True)) if columns else [()] * rows.num_rows


def _by_labels(rows: pa.Table, labels: Sequence[str]) -> list[int]:
    words = _words(rows, labels)
    return sorted(range(len(words)), key=words.__getitem__)


def _same(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=EQUAL, abs_tol=0.0) or (math.isnan(a) and math.isnan(b))
    return type(a) is type(b) and a == b


def _without_support(rows: pa.Table) -> pa.Table:
    return rows.select([name for name in rows.column_names if not name.startswith(SUPPORT)])
