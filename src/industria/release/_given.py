"""Sums that are asked to leave, one column of one step at a time, with everybody behind them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from industria.core.result import SUPPORT
from industria.errors import ReleaseRefusedError
from industria.release._contributor_columns import filled, numbers_of, owners_of, text_of, truths_of, weights_of
from industria.release._leaving import Leaving, columns_of
from industria.release._names import Named, Names, named

__all__ = ["COUNT", "Given", "Labels", "Pairs", "additive_columns", "given", "is_share"]

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]
Pairs = tuple[tuple[str, str], ...]

COUNT: Final = "count"
CONTRIBUTION: Final = "contribution_"
GAP: Final = ""
"""Stands for a missing code."""
SECOND: Final = re.compile(rf"{SUPPORT}(.+?)(?<!_holding)_second")


class Labels(NamedTuple):
    """A column of codes: its different words, and the word of each row."""

    words: list[str]
    ids: npt.NDArray[np.integer]

    def text(self) -> list[str]:
        """Return the word of each row."""
        return [self.words[i] for i in self.ids]

    def column(self) -> pa.DictionaryArray:
        """Return the word of each row, as Arrow writes it."""
        return pa.DictionaryArray.from_arrays(pa.array(self.ids, pa.int32()), pa.array(self.words, pa.string()))


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """An additive column of a step.

    Attributes
    ----------
    step, column : str
        Where it stands.
    variable, unit, population, period : str
        What is added up, over whom, of which rows and when; empty where it is not told.
    counts : bool
        Whether each unit counts for one.
    by : tuple of str
        Its dimensions.
    labels : tuple of Labels
        By dimension, the code of each row of the table.
    shown : array of bool, shape (n_rows,)
        Which rows have a value.
    total : str or None
        The code of margins.
    trees : mapping of str to tuple of pairs
        By dimension and tree, (code, parent); empty where there are no margins.
    leaf : tuple of Labels
        By dimension, the code of each contribution.
    who, owner : Named
        The unit of each contribution, and the holding that it belongs to, or itself.
    x, weighted : array, shape (m,)
        Contributions, before weights and after; the same array where there are no weights.
    waived, requested : array of bool, shape (m,)
        Whether the unit has waived its protection, or asked for it.
    number : array of int, shape (m,)
        Units that a contribution stands for: 0 for what is told one by one.
    has_weights, has_holdings : bool
        Whether there are sampling weights, and whether units belong to holdings.
    has_contributors : bool
        Whether everybody is told one by one; else the largest of all cells are taken for the same.
    is_share : bool
        Whether the table shows the column as a share of all.
    times, beside, apart : int, bool, bool
        Numbers that stay where a cell of it does; whether it stands beside estimates or averages, not in a table; and
        whether differences of its own cells are held to the rules.
    rows : array, shape (m,), or None
        Rows that each contribution is the sum of, where it is told: by them amounts may be shifted.
    known : array, shape (2, n_rows), or None
        Between which values everybody knows each number to lie, where it left in another shape before.
    """

    step: str
    column: str
    variable: str
    unit: str
    population: str
    period: str
    counts: bool
    by: tuple[str, ...]
    labels: tuple[Labels, ...]
    shown: Truth
    total: str | None
    trees: Mapping[str, Mapping[str, Pairs]]
    leaf: tuple[Labels, ...]
    who: Named
    owner: Named
    x: Array
    weighted: Array
    waived: Truth
    requested: Truth
    number: Ids
    has_weights: bool
    has_holdings: bool
    has_contributors: bool
    is_share: bool = False
    times: int = 1
    beside: bool = False
    apart: bool = True
    rows: Array | None = None
    known: Array | None = None

    @property
    def sum(self) -> float:
        """The total of all contributions."""
        return float(self.weighted.sum())


def additive_columns(step: Leaving) -> list[str]:
    """List the columns of a step that are sums, or behind its shares and means."""
    if "contributors" in step.tables:
        names = columns_of(step, "contributors")
        return [name.removeprefix(CONTRIBUTION) for name in names if name.startswith(CONTRIBUTION)]
    return [told[1] for name in step.table.column_names if (told := SECOND.fullmatch(name))]


def given(step: Leaving, most: int) -> list[Given]:
    """Read the additive columns of a step.

    Parameters
    ----------
    step : Leaving
        Of the kind "cells".
    most : int
        How many of the largest contributors a rule asks for.

    Raises
    ------
    ReleaseRefusedError
        If it tells of no column who stands behind it, a dimension names the units, or a contribution is missing or
        infinite.
    """
    columns = additive_columns(step)
    if not columns:
        raise ReleaseRefusedError(f"step {step.name!r}", "it tells of none of its columns who stands behind it")
    read = _of_contributors if "contributors" in step.tables else _of_support
    return [read(step, column, most) for column in columns]


def _of_contributors(step: Leaving, column: str, most: int) -> Given:
    rows = step.tables["contributors"]
    x = numbers_of(rows[f"{CONTRIBUTION}{column}"])
    known = ~np.isnan(x)
    if not known.all():
        # A unit that does not report this column stands behind the others alone.
        rows, x = rows.filter(pa.array(known)), x[known]
    if not np.isfinite(x).all():
        raise ReleaseRefusedError(f"step {step.name!r}", f"a contribution to {column!r} is infinite")
    weight = weights_of(rows)
    by = tuple(rows.column_names[: rows.column_names.index("unit")])
    _refuse_names(step, rows, by)
    trees = _trees(step.tables["hierarchies"])
    counts = column == COUNT and bool(np.isin(x, (0.0, 1.0)).all())
    told = step.facts
    return Given(
        step=step.name,
        column=column,
        variable=COUNT if counts else str(told.get("variable") or column) if column == "value" else column,
        unit=str(told.get("unit") or ""),
        population=str(told["population"]),
        period=str(told.get("period") or ""),
        counts=counts,
        by=by,
        labels=tuple(_labels(step.table[name]) for name in by),
        shown=_shown(step.table, column),
        total=None if told.get("total") is None or not trees else str(told["total"]),
        trees=trees,
        leaf=tuple(_labels(rows[name]) for name in by),
        who=named(rows["unit"]),
        owner=owners_of(rows),
        x=x,
        weighted=x if weight is None else x * weight,
        waived=truths_of(rows, "waived"),
        requested=truths_of(rows, "requested"),
        number=np.zeros(len(x), np.int32),
        has_weights=weight is not None,
        has_holdings="holding" in rows.column_names and rows["holding"].null_count < rows.num_rows,
        has_contributors=True,
        is_share=is_share(step, column),
    )


def is_share(step: Leaving, column: str) -> bool:
    """Tell whether a table shows a column as a share of all: it tells the sum beside, and no number to divide by."""
    told = step.table.column_names if "contributors" in step.tables else []
    return f"{SUPPORT}{column}" in told and f"{SUPPORT}{COUNT}" not in told


def _refuse_names(step: Leaving, rows: pa.Table, by: tuple[str, ...]) -> None:
    """Refuse a dimension that names the units or the holdings themselves."""
    for owner in ("unit", "holding"):
        if owner not in rows.column_names or not rows.num_rows:
            continue
        names = text_of(rows[owner])
        for name in by:
            same = pc.sum(pc.equal(text_of(rows[name]), names)).as_py() or 0
            if 2 * same > rows.num_rows:
                raise ReleaseRefusedError(f"step {step.name!r}", f"its dimension {name!r} names each {owner} itself")


def _of_support(step: Leaving, column: str, most: int) -> Given:
    """Take the largest contributors of all cells for the same ones: no sum of cells can be more concentrated."""
    rows = step.table
    largest, second = (filled(rows[f"{SUPPORT}{column}_{which}"]) for which in ("largest", "second"))
    number = filled(rows[f"{SUPPORT}units"]).astype(np.int64)
    # A sum that is not shown, but that a share or an index is made of, is told as support.
    told = next((name for name in (column, f"{SUPPORT}{column}") if name in rows.column_names), None)
    sums = np.zeros(rows.num_rows) if told is None else filled(rows[told])
    value, sign = np.maximum(np.abs(sums), largest + second), np.where(sums < 0, -1.0, 1.0)
    pieces = [np.where(number > 0, largest, 0.0), np.where(number > 1, second, 0.0)]
    while len(pieces) < most:
        left = np.maximum(value - np.sum(pieces, axis=0), 0.0)
        pieces.append(np.where(number > len(pieces), np.minimum(second, left), 0.0))
    rest = np.maximum(value - np.sum(pieces, axis=0), 0.0)
    n, ranks = len(value), [f"largest {i + 1}" for i in range(len(pieces))]
    rank = np.repeat(np.arange(len(pieces) + 1, dtype=np.int32), n)
    x = np.concatenate([*pieces, rest]) * np.tile(sign, len(pieces) + 1)
    kept = np.concatenate([*(number > i for i in range(len(pieces))), number > 0])
    labels = tuple(_labels(rows[name]) for name in step.by)
    flags = np.zeros(int(kept.sum()), bool)
    who = Named(Names(pa.array([*ranks, "rest"], pa.string())), rank[kept])
    return Given(
        step=step.name,
        column=column,
        variable=column,
        unit="",
        population=f"of step {step.name}" if told is None else "",
        period="",
        counts=column == COUNT and bool((value == number).all()),
        by=step.by,
        labels=labels,
        shown=_shown(rows, column) & (number > 0),
        total=None,
        trees={},
        leaf=tuple(Labels(one.words, np.tile(one.ids, len(pieces) + 1)[kept]) for one in labels),
        who=who,
        owner=who,
        x=x[kept],
        weighted=x[kept],
        waived=flags,
        requested=flags,
        number=np.where(rank == len(pieces), np.tile(number, len(pieces) + 1), 0)[kept].astype(np.int32),
        has_weights=False,
        has_holdings=False,
        has_contributors=False,
    )


def _shown(rows: pa.Table, column: str) -> Truth:
    if column not in rows.column_names:
        # A table that is long in its columns tells of each in the rows of its name.
        named = np.asarray(rows["column"].to_pylist()) == column if "column" in rows.column_names else np.zeros(0, bool)
        return np.asarray(named) if np.any(named) else np.ones(rows.num_rows, bool)
    return np.asarray(rows[column].is_valid().to_numpy(zero_copy_only=False), bool)


def _trees(rows: pa.Table) -> dict[str, dict[str, Pairs]]:
    """Read (code, parent) by dimension and tree."""
    trees: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in rows.cast(pa.schema([(name, pa.string()) for name in rows.column_names])).to_pylist():
        tree = trees.setdefault(row["dimension"], {}).setdefault(row.get("hierarchy") or "", [])
        tree.append((row["code"], row["parent"]))
    return {name: {tree: tuple(sorted(pairs)) for tree, pairs in of.items()} for name, of in trees.items()}


def _labels(column: Any) -> Labels:
    if not len(column):
        return Labels([], np.zeros(0, np.int64))
    encoded = pc.fill_null(column.cast(pa.string()), GAP).combine_chunks().dictionary_encode()
    return Labels(encoded.dictionary.to_pylist(), encoded.indices.to_numpy())
